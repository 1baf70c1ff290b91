"""The sentences that state an answer, as patterns over one clause.

A clause states an option only if all of it up to the option is one of these patterns: an opening
("so"), words that say an answer comes ("I would rate the statement as"), and one option. Every
word of the patterns belongs to the language of answering: pronouns, verbs of answering, and nouns
for the item, the scale and the answer. Words of a topic stand in three places only, where any
word is as good as another: in a quotation, in what "the proposition that ..." introduces, and in
the reason after the option. A word that is not listed (a "not", a "maybe") makes it no statement.
Every repetition is bounded and every clause is short, so that no text takes more than linear time.
"""

from __future__ import annotations

import re
from functools import lru_cache

from valuealign.administration.read.options import NUMBER_WORDS, SIGN

SCALE_SIGN = "\ue7f0"
"""The sign that replaces "on a scale from 1 to 5"."""
LIST_SIGN = "\ue7f1"
"""The sign that replaces a restated list of options."""
CONFIDENCE_SIGN = "\ue7f2"
"""The sign that replaces a stated confidence."""
QUOTE_SIGN = "\ue7f3"
"""The sign that replaces a quotation: the item, or what others say."""

_NUMBER = "|".join(
    [r"-?\d{1,9}(?:[.,]\d{1,9})?", *sorted(NUMBER_WORDS, key=lambda word: -len(word))]
)
NUMBER = rf"(?<![\w.,/#$€£~<>+@^*\\-])(?:{_NUMBER})(?![\w%°$€£+~^*=\\-]|[.,:]\d|'\w| ?%)"
"""A number that is not part of something else, such as "4th", "4:30", "4 %", "$4" or "4.2.1"."""
_OF = r"(?: ?/ ?| \(?out of | of | von )(?P<{name}>\d{{1,4}}|\w{{3,6}})(?!\w|[.,/-]\d|%)"
_OPENING = r"[\"'(\[]{0,3} ?"
_CLOSING = r"(?: |[.,](?=[\"']))?[\"')\]]{0,3}"
_JOIN = (
    r"[\"')\]]{0,2} ?[-:=.,/|)]{0,2} ?[\"'(\[]{0,2}(?:(?:with )?(?:option|number|label) [\"'(]?)?"
)
_CALLED = (
    r"(?:(?:option|number|answer|choice|rating|label|score|nr\.?|nummer|zahl|punkt) ?[#:]? ?)?"
)

_OPENERS = r"""(?:(?:so|therefore|thus|hence|overall|finally|okay|ok|well|sure|certainly|alright
 |hmm+|in short|in conclusion|in summary|to sum up|all in all|on balance|in the end|ultimately
 |honestly|personally|definitely|clearly|absolutely|of course|then|anyway|still|yes|but|yet
 |however|nevertheless|nonetheless|and|also|gut|nun|daher|somit|insgesamt|deshalb|aber|dann|und
 |for me|for this (?:one|statement|item|question)|in my case|in that case|in my (?:opinion|view)
 |in (?:this|that) (?:context|light|sense|respect|regard)
 |(?:that|this) (?:being said|said)|having said that|as such|with that in mind
 |based on (?:this|that|the above|these considerations|the description|my \w{1,15})
 |given (?:this|that|the above|all this|all of this))[,:!]? ){0,4}"""

_ITEM = (
    r"(?:(?:following |given |above |provided |presented )?(?:statement|proposition|claim|assertion"
    r"|item|sentence|description|portrait|question|prompt|one|person|idea|view|notion|sentiment"
    r"|suggestion|premise|concept|assumption|argument|thought|viewpoint|belief|principle|topic"
    r"|matter|issue|scale|list))"
)
"""What the item may be called."""
_ANSWER = (
    r"(?:answer|response|rating|choice|selection|score|reply|pick|option|verdict|decision|label"
    r"|estimate|opinion|view|viewpoint|stance|position|perspective|perception|feelings?"
    r"|thoughts|assessment|evaluation|judge?ment|(?:level of |degree of )?(?:dis)?agreement)"
)
"""What the answer may be called."""
_MEASURE = rf"(?:extent|level|degree|accuracy|similarity|likelihood|{_ANSWER}|{_ITEM})"
_DET = r"(?:my|the|this|that|your|our|its)"
_THING = (
    rf"(?:it|this|that|him|her|them|myself|{QUOTE_SIGN}"
    rf"|{_DET} (?:own |overall |personal )?{_MEASURE})(?::? {QUOTE_SIGN})?"
)
_OBJECT = (
    rf"(?:{_THING}(?: (?:of|with|to|for|on|in|about|regarding|towards?)"
    rf" (?:agreeing|agreement|{_THING})){{0,3}})"
)
"""What is rated: "this", "the statement "..."", "the extent of my agreement with the claim"."""
_REGARDING = rf"(?: (?:for|to|on|of|about|regarding|towards?|with) {_OBJECT}){{0,2}}"
_IS = r"(?: (?:is|are|would be|would have to be|has to be|will be)(?: that)?(?: as follows)?)"
_AS = rf"""(?: (?:as follows|as|at|to|with|is|it's|it is|it would be|this is|this would be|that is
 |i'm|i am|he is|she is|they are|this person is|would be|be|by
 |(?:with )?(?:a|the) (?:{_ANSWER}|value) of|(?:with )?the (?:label|number|option)))"""
_SAY = (
    r"(?:say|choose|pick|select|answer|respond|reply|rate|give|estimate|go with|go for|opt for"
    r"|settle on|settle for|put|assign|mark|label|score|indicate|place|evaluate|describe|classify"
    r"|rated|chose|gave|picked|selected|scored|settled on|went with|answered)"
)
_EMBEDDED = r"[^.!?;]{1,300}?"
_STATED = rf"""(?:
 (?:my|our)\ (?:(?:final|honest|overall|best|personal|numeric|numerical|own)\ ){{0,2}}(?:{_ANSWER}
   |number){_REGARDING}(?:{_IS}|\ ?[:=]|\ -)
|the\ (?:(?:final|best|most\ fitting|closest|correct|appropriate|most\ appropriate)\ ){{0,2}}
   (?:answer|response|rating|choice|option)
   (?:{_REGARDING}|\ that\ (?:best\ )?(?:describes|fits|suits|matches|represents)\ (?:me|this|it))
   (?:{_IS}|\ ?[:=]|\ -)
|(?:(?:final|best|overall|chosen|selected)\ ){{0,2}}(?:{_ANSWER}|number|value
   |selected\ option){_REGARDING}(?:\ ?[:=]|\ is:?|\ -)
|(?:here\ is|here's|this\ is)\ my\ (?:final\ )?{_ANSWER}{_REGARDING}\ ?:
|i(?:'d|'ll|\ would|\ will|\ must)?(?:\ have\ to)?
   (?:\ (?:probably|definitely|personally|clearly|simply|therefore|thus|honestly|just|still
   |hereby))?\ {_SAY}
   (?:\ (?:that|{_OBJECT})|\ {_DET}\ {_ITEM}(?:\ that|:)?\ {_EMBEDDED}(?=\ (?:as|at|with)\ ))?
   {_AS}{{0,3}},?
|i(?:'m|\ am)\ (?:going\ with|going\ to\ say|choosing|going\ for)
|i(?:'ve|\ have)?\ (?:chosen|selected|picked|decided\ on|settled\ on)\ (?:the\ )?(?:option|number
   |answer|rating)
|(?:meine\ |die\ )?(?:endgültige\ |finale\ )?(?:antwort|wahl|bewertung|einschätzung)
   (?:\ (?:ist|lautet|wäre))?\ ?:
|(?:meine\ |die\ )(?:endgültige\ |finale\ )?(?:antwort|wahl|bewertung|einschätzung)\ (?:ist|lautet
   |wäre)
|ich\ (?:wähle|nehme|sage|antworte(?:\ mit)?|würde\ sagen|würde(?:\ mit)?|entscheide\ mich\ für
   |gebe(?:\ dem|\ ihm|\ ihr)?|tippe\ auf)
|würde\ ich(?:\ mich\ für|\ mit)?
|(?:ma\ )?réponse(?:\ finale)?\ ?:|ma\ réponse\ est|je\ (?:choisis|dirais)|(?:mi\ )?respuesta\ ?:
   |mi\ respuesta\ es
|(?:elijo|diría)|(?:la\ mia\ )?risposta\ ?:|la\ mia\ risposta\ è|scelgo|direi
|(?:a\ )?(?:minha\ )?resposta\ ?:|escolho|(?:mijn\ )?antwoord\ ?:|ik\ kies(?:\ voor)?
|(?:мой\ )?ответ\ ?:|я\ выбираю
|(?:إجابتي|الإجابة|جوابي|الجواب)\ ?:|أختار|(?:मेरा\ )?उत्तर\ ?:|(?:मेरा\ )?जवाब\ ?:
|(?:我的)?答案(?:是|\ ?:)|我选择?|(?:私の)?(?:回答|答え)(?:は|\ ?:)|(?:정답|답|답변)(?:은|\ ?:)
)[,:]?\ ?(?:(?:a|an|the|option|number|die|eine|den|die\ zahl|un|une|el|il|la\ opción|l'option
   |a\ opção|optie|вариант|选项|الخيار)\ ){{0,3}}:?"""
_IF = r"""(?:if (?:i|one)(?:'m| am| was|'d)?
   (?: (?:had|have|were|was|must|absolutely|really|forced|pressed|am|pushed|required|asked|to|be
   |make|made)){0,6}
   (?: (?:choose|pick|answer|select|decide|respond|rate|guess|say|give|forced|pressed|pushed))
   (?: (?:it|this|one|an|a|the|option|options|number|answer|question|statement|choice|rating|of
   |them|something|so
   |myself|between)){0,5}
 |(?:if|when) (?:forced|pressed|pushed)(?: to (?:choose|answer|pick|decide|say))?
 |hypothetically(?: speaking)?|forced to choose|speaking hypothetically
 |(?:wenn|falls) ich(?: mich)?(?: (?:unbedingt|eine|einen|zahl|option|antwort|dennoch|doch
   |trotzdem)){0,4}
   (?: (?:wählen|entscheiden|antworten|geben|nennen))(?: (?:müsste|muss|soll|sollte)))"""
_BECAUSE = r"""(?:(?:while|although|though|even though|as|since|because|given|based on
   |considering|after
  |having|obwohl|da|weil|als)\ (?P<because>[^.!?;:]{1,300}?),\ )"""
_FOR_ITEM = rf"""(?:(?:(?:for|regarding|concerning|as\ for|on|about|in\ response\ to
   |with\ (?:regard|respect)\ to)\ {_OBJECT}[,:]\ |{QUOTE_SIGN}[.!?]?\ ?(?:[:=]|-(?=\ ))?\ ))"""
_THINK = r"(?:i (?:think|believe|feel|would say|'d say|can say)(?: that)? )?"
_MYSELF = (
    r"(?:i am|i'm|i feel|ich bin|ich|i(?:'d|'ll| would| will| do| must)?(?: have to)?"
    r"(?: (?:therefore|thus|still|personally|clearly))?)"
)
_SUBJECT = rf"""(?:(?:it|that|this|he|she|they|{QUOTE_SIGN}|(?:this|that|the)\ (?:{_ITEM}|man|woman
   |character|individual)(?:\ {QUOTE_SIGN})?)
  (?:'s|\ is|'re|\ are|\ would\ be|\ sounds|\ seems)(?:\ (?:a|an|option|number|rated))*
 |(?:das|dies|es|(?:die|diese)\ (?:aussage|beschreibung))(?:\ (?:ist|wäre))?)"""
_LOOKS = rf"""(?:(?:it|that|this|he|she|they|(?:this|that|the)\ (?:{_ITEM}|man|woman|character
   |individual|eyes|emotion|face|word))
  (?:\ (?:looks?|seems?|feels?|appears?|shows?|is|are))(?:\ (?:to\ be|feeling|like))*)"""
_ABOUT_THIS = rf"""(?:(?P<about>\ (?:in\ (?:response|agreement)\ )?(?:with|to|on|for|about|in|of)
   \ {_OBJECT})|\ in\ agreement
 |\ (?:here|overall|please|for\ me|points?|it\ is|sagen|wählen|geben|nehmen|antworten|ankreuzen
   |です|だ|입니다|है)
 |,?\ (?:as|being|is)\ (?:my|the)\ {_ANSWER}{_REGARDING}){{0,3}}"""
_ON_SCALE = (
    rf"(?:,? {SCALE_SIGN}(?: (?:of|for|on|with|in|to) (?:agreeing|agreement|{_OBJECT})){{0,3}})?"
)
_COMMENT = r"""(?:,?\ \(?(?:i\ think|i\ believe|i'd\ say|i\ would\ say|thanks|thank\ you|please
   |definitely
  |clearly|certainly|honestly|personally|overall|danke|bitte|denke\ ich|würde\ ich\ sagen)\)?)?"""
_CONJUNCTION = (
    r"(?:because|due to|given that|since|as|although|though|even though|while|but|however"
    r"|considering|which|meaning|weil|da|denn|obwohl|aber|parce que|porque|perché)\b"
)
_REASON = rf"""(?:(?P<item>\ (?:with|to)\ {_DET}\ {_ITEM}\ that\ .*)
 |\ ?(?:(?P<mark>[,;:](?= |$)|(?<= )[(-]|\ and(?=\ ))
   |(?=\n|because|due\ to|given\ that|in\ terms\ of|weil|parce\ que|porque|perché))
   (?P<reason>.*))?"""
CONJUNCTION = re.compile(rf"\W*{_CONJUNCTION}", re.IGNORECASE)
"""A reason that a conjunction joins."""


@lru_cache(maxsize=8)
def sentence(*, letters: bool, looks: bool, years: bool) -> re.Pattern[str]:
    """What a clause that states an option looks like.

    Parameters
    ----------
    letters : bool
        Whether options stand under letters.
    looks : bool
        Whether "they look sad" states an option.
    years : bool
        Whether a number may be one of years or points.

    Returns
    -------
    re.Pattern
        Groups: ``token`` with ``of``, ``words``; ``supposed``, ``stated``, ``subject`` and
        ``myself`` say how; ``about`` and ``item`` that it is said of the item; ``mark`` and
        ``reason`` what follows.
    """
    subject = rf"(?:{_LOOKS}|{_SUBJECT})" if looks else _SUBJECT
    lead = (
        rf"(?:(?:{_BECAUSE}|{_FOR_ITEM})?(?:{SCALE_SIGN}[,:]? )?"
        rf"(?:(?P<supposed>{_IF})(?:[,:]|,? then) ?)?"
        rf"(?:(?P<stated>{_STATED})|(?P<subject>{_THINK}{subject}) "
        rf"|{_THINK}(?P<myself>{_MYSELF}) )?"
        rf"(?P<article>an? (?:solid |clear |firm |strong |definite )?)?(?:{SCALE_SIGN},? )?:? ?)"
    )
    tail = rf"{_ABOUT_THIS}{_ON_SCALE}{_COMMENT}(?:[ ,;:(-]{{0,3}}{CONFIDENCE_SIGN}\)?)?"
    unit = r"(?: (?:years?(?: old)?|jahre?(?: alt)?|points|punkte))?" if years else ""
    text = rf"(?P<opener>{_OPENERS}){lead}{_named(letters=letters)}{unit}{tail}{_REASON}"
    text += r"[ .!;,:\"']{0,4}"
    return re.compile(spaced(text), re.IGNORECASE)


@lru_cache(maxsize=2)
def only(*, letters: bool) -> re.Pattern[str]:
    """One option and nothing else, as in the value of a JSON field."""
    text = rf"{_named(letters=letters)}[ .!;,]{{0,3}}"
    return re.compile(spaced(text), re.IGNORECASE)


def _named(*, letters: bool) -> str:
    """One option: its token, its words, or both."""
    token = NUMBER + (r"|(?<!\w)[a-z](?![\w'])" if letters else "")
    first = rf"{_CALLED}(?P<token>{token})(?:{_OF.format(name='of')})?(?:{_JOIN}(?P<also>{SIGN}))?"
    second = (
        rf"(?P<words>{SIGN})"
        rf"(?:{_JOIN}(?P<then>{token})(?:{_OF.format(name='then_of')})?)?"
    )
    return rf"{_CALLED}{_OPENING}(?:{first}|{second}){_CLOSING}"


def spaced(text: str) -> str:
    """A pattern written over several lines, on one: line breaks and what indents them go."""
    return re.sub(r"\n\s*", "", text).replace(r"\ ", " ")


ANNOUNCEMENT = re.compile(
    spaced(
        rf"{_OPENERS}(?:{_BECAUSE})?(?:{_IF}[,:]?(?: then)? )?(?:{_STATED}"
        r"|(?:(?:my|the|your) )?(?:(?:final|overall|honest|best) ){0,2}"
        r"(?:answer|response|rating|choice|selection|antwort|endgültige antwort|réponse|respuesta"
        r"|risposta|resposta|antwoord|ответ|الإجابة|उत्तर|答案|回答|답)(?: is)?) ?:?"
    ),
    re.IGNORECASE,
)
"""Words that only announce the answer, which then stands on the next line."""

_AGREE = spaced(
    r"i(?:'d|'ll)?(?: (?:would|will|do|must|can|could|have|to|also|very|much|somewhat|rather"
    r"|quite|still|just|(?P<not>cannot|not|can't|don't|won't|wouldn't|didn't|never)|\w{2,20}ly)){0,5}"
    rf" (?:tend to )?(?P<words>{SIGN})"
)
CLAIM = re.compile(spaced(rf"{_OPENERS}(?:{_BECAUSE})?{_THINK}") + _AGREE, re.IGNORECASE)
"""How a clause begins that says "I agree" or "I do not agree", whatever it goes on to say."""

CLAIM_WITHIN = re.compile(rf"\b{_AGREE}", re.IGNORECASE)
"""The same within a reason: "4, as I agree"."""

FILLER = re.compile(
    r"(?:(?:okay|ok|sure|certainly|of course|absolutely|alright|hmm+|well|thank you|thanks|gerne"
    r"|klar"
    r"|natürlich|understood|got it|great question)(?:[,!.:]? |[,!.:]*$)){0,3}"
    r"(?:(?:let me|let's|let us) (?:think|consider|reflect|see|reason)[^.!?:\n]{0,80}"
    r"|(?:here is|here's|this is) my [^.!?:\n]{0,40}|i(?:'ve| have) (?:thought|considered"
    r"|reflected)[^.!?:\n]{0,80}"
    r"|thank you for [^.!?:\n]{0,60}|(?:reasoning|step by step|thinking"
    r"|lass mich (?:kurz )?nachdenken)"
    r"|thinking (?:about|it over|step by step)[^.!?:\n]{0,60})?[ .!:,]{0,4}",
    re.IGNORECASE,
)
"""A sentence that says nothing yet."""

EXAMPLE = re.compile(
    r"\b(?:example|e\.g|instance|format|template|schema|such as|like this|beispiel)\b",
    re.IGNORECASE,
)
"""Words that introduce something other than an answer."""
