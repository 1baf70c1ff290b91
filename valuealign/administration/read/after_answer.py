"""The text after an answer: an explanation, or words that put the answer in doubt."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby

from valuealign.administration.read.grammar import NUMBER
from valuealign.administration.read.options import SIGN, Names
from valuealign.administration.read.refusal import is_refusal, takes_back
from valuealign.administration.read.segments import Segment
from valuealign.administration.read.stated_option import Stated
from valuealign.instrument.presented import Option

_LOOKED_AT = 2000
_FEW_WORDS = 6
_TURNS = re.compile(
    r"\b(?:on second thought|scratch that|just kidding|i take (?:that|it) back|or rather"
    r"|i change my (?:mind|answer)|strike that(?! \w)|my mistake|moment mal|doch eher|besser gesagt"
    r"|ich korrigiere|ach nein|vielmehr)\b"
    r"|(?:^|[,;:(]|(?<= )-)\W{0,3}(?:(?:well|but|hmm+|oh|ah|no|sorry)\b,? )?"
    r"(?:jk|never ?mind|correction|let me (?:reconsider|revise|change|correct|rephrase)"
    r"|no,? wait|wait(?=[,.!])|oops|i meant|i mean(?=,))\b",
    re.IGNORECASE,
)
_CUES = re.compile(
    r"\b(?:or|maybe|perhaps|possibly|could|might|may|rather|instead|actually|closer|lean(?:ing|s)?"
    r"|alternatively|also|both|between|if|depend\w*|sometimes|more like|bordering|almost|better"
    r"|accurate|oder|vielleicht|eher|stattdessen|zwischen|auch|manchmal)\b",
    re.IGNORECASE,
)
# Words that qualify an answer where they stand alone; in a sentence of its own they do not.
_QUALIFIERS = re.compile(
    r"not|no|never|nope|kidding|joking|strongly|slightly|somewhat|mostly|partly|partially|barely"
    r"|hardly|completely|totally|fully|moderately|mildly|usually|often|sometimes|generally|sort"
    r"|kind|ish|plus|minus|false|wrong|maybe|perhaps|higher|lower|least|most|nearly|almost"
    r"|approximately|conditionally|nicht|nein|nie|kaum|stark|etwas|manchmal|meistens|vielleicht"
    r"|eher"
)
_LITTLE_WORDS = re.compile(
    r"really|quite|sure|certain|very|so|too|that|this|it|is|was|i|am|of|at|all|a|the|to|in|and|but"
    r"|or|though|with|some|extent|only|just|more|less|much|bit|today|always|exactly|then|yet|ja|ein"
)
_STRENGTHENERS = frozenset(
    ["strongly", "completely", "totally", "fully", "absolutely", "definitely", "very"]
)
# "I would not call it very much like me": named only to say that it is not meant.
_REJECTED = re.compile(
    rf"(?:\bnot|n't|\bnever|\btoo|nicht)\b(?! (?:sure|certain|only|just))[^,;.]{{0,60}}?{SIGN}",
    re.IGNORECASE,
)
# "4, right?", "4. Or is it?": the answer is put to the one who asks.
_ASKS_BACK = re.compile(
    r"\W*(?:or\b[^.!?]{0,40}|(?:right|correct|no|yes|is(?:n't)? (?:it|that|this)|am i"
    r"|i (?:guess|suppose|think)|maybe|perhaps|oder|nicht wahr|richtig)"
    r"(?: (?:right|correct|so|not|really|wrong|fine|okay|ok|nicht))?) ?\?\W*",
    re.IGNORECASE,
)
_ONLY_A_REASON = re.compile(r"\W*(?:because|due to|given that|weil|as|since)\b", re.IGNORECASE)
_LIMITS = re.compile(
    r"\W*(?:but|however|although|though|aber|obwohl)\W+(?:not|only|less|more|just|no|barely|hardly|nicht|nur|kaum)\b",
    re.IGNORECASE,
)
_CONDITION = re.compile(
    r"\W*(?:if|unless|provided|wenn|falls|sofern)\b"
    r"(?! (?:i (?:had|have|were|am|must)|forced|pressed|pushed|ich)\b.{0,40}"
    r"\b(?:choose|pick|answer|forced|pressed|pushed|wählen|müsste)\b)",
    re.IGNORECASE,
)
# A letter that is not an article, pronoun or initial.
_LETTERS = re.compile(
    r"(?:[Oo]ption |\()([A-Z])\b|(?<![\w'])([B-HJ-Z])(?![\w']|\.\S)|(?<![\w'])([AI])(?=\W{0,3}$)"
)
_CLAUSE_END = re.compile(rf"(?P<number>{NUMBER})(?=[ ]?(?:[.,;!?)\"']|$))", re.IGNORECASE)
_ENDS_CLAUSE = re.compile(rf"{SIGN}(?=[ \"')]{{0,3}}(?:[.,;:!?)]|$))")
_FUNCTION_WORD = (
    r"(?:is|was|are|fits?|seems?|would|might|could|may|can|feels?|sounds?|suits?|works|describes"
    r"|also|too|instead|rather|better|then|or|and|but|if|on|at|in|when|for|to|than|out|of|i|it|he"
    r"|she|they|we|you|this|that|ist|wäre|passt|auch|oder|und|bis|wenn|ich|es)"
)
_WEIGHED_NUMBER = re.compile(rf"{NUMBER}(?= {_FUNCTION_WORD}\b)", re.IGNORECASE)
# A number before any other word counts things, whatever the things are.
_COUNTING = re.compile(rf"{NUMBER}(?= (?!{_FUNCTION_WORD}\b)[^\W\d])", re.IGNORECASE)
_COUNTED = re.compile(r"\b(?:the|these|those|both|all|my|our|their|other|any|no) $", re.IGNORECASE)
_ANY_NUMBER = re.compile(NUMBER, re.IGNORECASE)


def doubts(stated: Stated, after: Sequence[Segment], sentence: int, names: Names) -> str | None:
    """Return why the text after an answer withdraws it or names another; ``None`` if not.

    Parameters
    ----------
    stated : Stated
    after : sequence of Segment
        Everything after the clause that states it.
    sentence : int
        The number of the sentence that states it.
    names : Names
    """
    item = stated.item[:_LOOKED_AT]
    named = any(names.by_sign(sign) != stated.option for sign in _named(item, names))
    if named or _others(item, stated, names, any_number=False):
        return "another option in the same sentence"
    reason = stated.reason[:_LOOKED_AT]
    doubt = _in_reason(reason, stated, names) if reason else None
    if doubt:
        return doubt
    for place, segment in enumerate(after):
        text = segment.text[:_LOOKED_AT]
        if segment.sentence == sentence and _others(text, stated, names, any_number=True):
            return "another option in the same sentence"
        next_to_it = _qualification(text, stated, names) if place == 0 else None
        if doubt := next_to_it or _in_sentence(text, stated, names):
            return doubt
    return "answers and declines" if _declines_across_clauses(after) else None


def _declines_across_clauses(after: Sequence[Segment]) -> bool:
    """Whether a whole sentence declines: in "I'm an AI, so can't answer" a clause says who."""
    sentences = groupby(after, key=lambda segment: segment.sentence)
    return any(
        takes_back(", ".join(segment.text for segment in clauses)[:_LOOKED_AT])
        for _, clauses in sentences
    )


def names_other_words(stated: Stated, names: Names) -> bool:
    """Whether a reason has another option's words: "7 - strongly agree" where 7 is "disagree"."""
    reason = stated.reason[:_LOOKED_AT]
    return any(names.by_sign(sign) != stated.option for sign in _named(reason, names))


def _in_sentence(text: str, stated: Stated, names: Names) -> str | None:
    if _TURNS.search(text):
        return "taken back"
    if takes_back(text):
        return "answers and declines"
    # "I cannot agree or disagree as people do" names no option.
    named = not is_refusal(text) and _names_another(text, stated, names)
    return "another option named as well" if named else None


def _in_reason(reason: str, stated: Stated, names: Names) -> str | None:
    because = _ONLY_A_REASON.match(reason) is not None
    if _TURNS.search(reason) or _LIMITS.match(reason):
        return "taken back"
    # "4 - if people work, they eat" is a reason, "4, if I were human" a condition.
    whole = stated.mark != "," and ", " in reason
    if _CONDITION.match(reason) and not whole:
        return "on a condition"
    if not because and (qualification := _qualification(reason, stated, names)):
        return qualification
    counted = _COUNTING.sub("", reason)
    if _others(counted, stated, names, any_number=not because) and (
        not because or _CUES.search(reason) or _names_another(reason, stated, names)
    ):
        return "another option in the same sentence"
    return None


def _qualification(text: str, stated: Stated, names: Names) -> str | None:
    """Why the words next to an option do not leave it as it is."""
    if _ASKS_BACK.fullmatch(text):
        return "asked, not stated"
    return "qualified" if _is_short(text, stated, names) else None


def _is_short(text: str, stated: Stated, names: Names) -> bool:
    """Whether a few words only qualify what was said: "4 - strongly agree", "Agree. Strongly."."""
    words = re.findall(r"[^\W\d]+", text.casefold())
    signs = re.findall(SIGN, text)
    same = {names.by_sign(sign) for sign in signs} == {stated.option}
    if same and stated.option in names.ends:
        # Nothing lies beyond the last option: "7, strongly disagree".
        words = [word for word in words if word not in _STRENGTHENERS]
    if not 0 < len(words) <= _FEW_WORDS:
        return False
    telling = [word for word in words if word in names.vocabulary or _QUALIFIERS.fullmatch(word)]
    return bool(telling) and all(word in telling or _LITTLE_WORDS.fullmatch(word) for word in words)


def _names_another(text: str, stated: Stated, names: Names) -> bool:
    """Whether a sentence of an explanation names another option as one that may be meant."""
    cued = _CUES.search(text) is not None
    if not cued:
        text = _REJECTED.sub("", text)
    n_words = len(text.split())
    signs = [sign for sign in _named(text, names) if names.by_sign(sign) != stated.option]
    if signs and names.presented.kind == "yes_no_confidence":
        return n_words <= _FEW_WORDS
    if _others(re.sub(SIGN, "", text), stated, names, any_number=False):
        return True
    if signs:
        firm = any(not names.is_weak(sign) for sign in signs)
        at_an_end = re.match(rf"\W*{SIGN}", text) or re.search(rf"{SIGN}\W*$", text)
        return firm or cued or (n_words <= _FEW_WORDS and at_an_end is not None)
    if not (cued or n_words <= _FEW_WORDS):
        return False
    # "3 fits better" names an option, "2 reasons" counts.
    weighed = [match[0] for match in _WEIGHED_NUMBER.finditer(text) if not _is_counted(text, match)]
    return _others(" ".join(weighed), stated, names, any_number=True)


def _is_counted(text: str, number: re.Match[str]) -> bool:
    """Whether a number follows a word that counts: "the two", "no one"."""
    return _COUNTED.search(text[max(0, number.start() - 8) : number.start()]) is not None


def _named(text: str, names: Names) -> list[str]:
    """Return option words that name an option, except within a sentence of their own use.

    "I never lie" and "people agree with them" name none; "like me" always does, and so does every
    option that a clause ends with.
    """
    ending = {matches.start() for matches in _ENDS_CLAUSE.finditer(text)}
    matches = re.finditer(SIGN, text)
    return [each[0] for each in matches if each.start() in ending or names.is_phrase(each[0])]


def _others(text: str, stated: Stated, names: Names, *, any_number: bool) -> bool:
    """Whether a text names another option: in words that mean only that, or as a number.

    In an explanation a number counts where a clause ends with it ("or 5."), since "5 reasons"
    names no option.
    """
    for sign in _named(text, names):
        other = names.by_sign(sign) != stated.option
        if other and (any_number or not names.is_weak(sign)):
            return True
    pattern = _ANY_NUMBER if any_number else _CLAUSE_END
    for match in pattern.finditer(text):
        # The number of a point in a list of reasons.
        if match.start() == 0 and re.match(r"\. \S", text[match.end() :]):
            continue
        # "No one", "the two": words count things more often than they name options.
        counts = len(text.split()) > _FEW_WORDS or _is_counted(text, match)
        if match[0].isalpha() and (match[0].lower() == "one" or counts):
            continue
        option = names.by_token(match[0])
        if not isinstance(option, str) and option != stated.option:
            return True
    return names.has_letters and _other_letter(text, stated, names)


def _other_letter(text: str, stated: Stated, names: Names) -> bool:
    own = stated.option.token if isinstance(stated.option, Option) else ""
    letters = [next(filter(None, groups)) for groups in _LETTERS.findall(text)]
    return any(each != own and each.casefold() in names.tokens for each in letters)
