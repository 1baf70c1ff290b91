"""The reader's decision: one plainly stated option that nothing contradicts."""

from __future__ import annotations

import re

from valuealign.administration.outcome import Answer, Reading, Unreadable
from valuealign.administration.read.after_answer import doubts, names_other_words
from valuealign.administration.read.answer_claims import Claims, claims_of
from valuealign.administration.read.grammar import CONJUNCTION, LIST_SIGN, QUOTE_SIGN, sentence
from valuealign.administration.read.options import NUMBER_WORDS, SIGN, Names, says_agree
from valuealign.administration.read.quotation import without_quotations
from valuealign.administration.read.refusal import declines, is_refusal
from valuealign.administration.read.restated import without_scale
from valuealign.administration.read.segments import Segment, segments
from valuealign.administration.read.stated_option import Stated
from valuealign.instrument.presented import Option

_LONGEST_SENTENCE = 1200
_TWO = "two options stated"
LISTED = "several options and no answer"
_ONE = frozenset(word for word, number in NUMBER_WORDS.items() if number == 1)
_JOINTS = re.compile(r"(?:but|yet|however|and|aber|und|still|yes)\b", re.IGNORECASE)
_SHORTENED = re.compile(
    r"\b(?:no|nr|vol|ch|chap|p|pp|fig|sec|apt|approx|ca|ver|v|st|mr|mrs|ms|dr|art|eq|al|vs|rev|bd"
    r"|kap|abb|s|str|etc|op|est|dept|rm|ext|tel|bzw|ggf|vgl)\.$",
    re.IGNORECASE,
)
_RATES = re.compile(r"\b(?:a|an|option|rated|would be)$", re.IGNORECASE)
_THE_ITEM = re.compile(
    rf"\b(?:statement|proposition|assertion|claim|item)\b|{QUOTE_SIGN}", re.IGNORECASE
)
_LETTER_BEFORE = re.compile(r"(?<![\w'])([A-Za-z])\W{0,5}$")
_ARTICLE = re.compile(r"\ban? ?$", re.IGNORECASE)
_BEING = ("i am", "i'm", "i feel", "ich bin")
_ANNOUNCES = re.compile(r"answer|antwort|rating|response|choice", re.IGNORECASE)
_ENUMERATED = re.compile(r"(?:^|[ \n])(\d{1,2})[.)](?= )")
_POINT_LINE = re.compile(rf"^(?:\d{{1,2}}|[A-Za-z])[.)] ?(?!{SIGN})\w", re.MULTILINE)
_POINT = re.compile(r"(\d{1,2}|[A-Za-z])\. ")
_ALTERNATIVE = re.compile(rf"(?:\d|{SIGN}).*\b(?:or|oder|ou)\b", re.IGNORECASE)
_ONLY_TOKEN = re.compile(r"[\"'(\[]{0,2}(\d{1,3}|[A-Za-z])[.)\]\"']{1,3}")
_INITIALS = re.compile(r"[A-Z]\.|[a-zäöü]")
# "Most people would say:", and the option on the next line: nobody's answer here.
_OTHERS_SAY = re.compile(
    r"^(?!.*\b(?:i|we)\b).*\b(?:would|will|might|could|may)(?: \w{2,20}ly){0,2}"
    r" (?:say|choose|pick|select|answer|respond|reply|align|opt|go)\b[^:]{0,60}:$",
    re.IGNORECASE,
)


def decide(text: str, names: Names) -> Reading:
    """Read a text whose answer is one option.

    Parameters
    ----------
    text : str
        In one spelling, the words of options as signs.
    names : Names
    """
    remaining = without_scale(text, names)
    if remaining.fault:
        return Unreadable(remaining.fault)
    said = without_quotations(remaining.text, names)
    clauses = segments(said, ordinals=names.presented.language.startswith("de"))
    stated = [
        statement for place in range(len(clauses)) if (statement := _stated(clauses, place, names))
    ]
    accepted = [each for each in stated if _counts(each, clauses, names)]
    if not accepted:
        return Unreadable("no option stated plainly")
    strong = [each for each in accepted if each.strength in ("stated", "supposed")]
    last = max(strong or accepted, key=lambda each: (not each.claim, each.place))
    fault = _fault(stated, last, _claims(clauses, stated, names), names)
    if fault == _TWO and not strong:
        fault = LISTED
    if fault is None and _is_list(accepted[0], clauses, said):
        fault = "a numbered list"
    if fault:
        return Unreadable(fault)
    after = clauses[last.place + 1 :]
    doubt = doubts(last, after, clauses[last.place].sentence, names)
    return Unreadable(doubt) if doubt else _answer(last)


def _claims(clauses: list[Segment], stated: list[Stated], names: Names) -> Claims:
    return claims_of([each.text for each in clauses], [each.reason for each in stated], names)


def _fault(stated: list[Stated], last: Stated, claims: Claims, names: Names) -> str | None:
    """Return why a statement is not one option."""
    if any(names_other_words(each, names) for each in stated):
        return "number and words disagree"
    named = next((each.option for each in stated if isinstance(each.option, str)), None)
    if named or not isinstance(last.option, Option):
        several = len({_value(each.option) for each in stated}) > 1
        return named or (_TWO if several else None)
    others = [each.option for each in stated if not each.claim]
    if any(_value(option) != _value(last.option) for option in others):
        return _TWO
    return claims.against(last.option)


def _answer(stated: Stated) -> Reading:
    if isinstance(stated.option, Option):
        how = stated.how if stated.option.code is not None else "undefined option"
        return Answer(how, stated.option.code)
    if isinstance(stated.option, str):
        return Unreadable(stated.option)
    return Answer("number", stated.option)


def _value(option: Option | float | str) -> object:
    return (option.token, option.label) if isinstance(option, Option) else option


def _stated(clauses: list[Segment], place: int, names: Names) -> Stated | None:
    """Return the option that a clause states, if the clause does nothing else."""
    text = clauses[place].text
    if len(text) > _LONGEST_SENTENCE:
        return None
    stated = _said(text, place, names)
    if stated is None and (point := _POINT.match(text)):
        # "1. I strongly disagree": the number is the answer's own, or it numbers a point.
        stated = _said(text[point.end() :], place, names)
        own = stated and stated.strength != "bare" and names.by_token(point[1]) == stated.option
        return stated if own else None
    return stated


def _said(text: str, place: int, names: Names) -> Stated | None:
    kind = names.presented.kind
    pattern = sentence(letters=names.has_letters, looks=kind == "keyed", years=kind == "numeric")
    match = pattern.fullmatch(text)
    if match is None or _asks(text, match) or _names_before(match) or _goes_on(match, names):
        return None
    strength = _strength(match)
    option = resolve(match, names)
    if not _fits(match, strength, option):
        return None
    if strength == "bare" and _JOINTS.search(match["opener"]):
        strength = "shadow"
    whole = bool(match["also"] or match["then"])
    item, mark, reason = (match[name] or "" for name in ("item", "mark", "reason"))
    claim = bool(match["myself"]) and isinstance(option, Option) and says_agree(option.label)
    return Stated(option, strength, _how(match), place, whole, claim, mark, reason, item)


def _asks(text: str, match: re.Match[str]) -> bool:
    return text.rstrip(" \"')").endswith("?") and not match["reason"]


def _names_before(match: re.Match[str]) -> bool:
    """Whether the clause that leads up to the answer names an option itself."""
    return re.search(rf"{SIGN}|\d", match["because"] or "") is not None


def _goes_on(match: re.Match[str], names: Names) -> bool:
    """Whether an option only begins a sentence: "Like me, she ...", "4 and a half"."""
    if match["mark"] == " and":
        return not match["about"]
    if match["mark"] != ",":
        return False
    weak = not match["token"] and _is_weak(match[0], names)
    complement = re.match(r" dass\b", match["reason"]) is not None
    return complement or (weak and not CONJUNCTION.match(match["reason"]))


def _strength(match: re.Match[str]) -> str:
    if match["stated"]:
        return "stated"
    if match["supposed"]:
        return "supposed"
    of_item = match["item"] or (match["about"] and _THE_ITEM.search(match["about"]))
    if match["myself"] and of_item:
        return "stated"
    return "subject" if match["subject"] or match["myself"] else "bare"


def _fits(match: re.Match[str], strength: str, option: Option | float | str) -> bool:
    """Whether the words before an option can introduce the name of an option."""
    group = match.groupdict()
    token = group["token"]
    if group["myself"]:
        # "I am 35" gives a number; "I am a 4" may be said of many things.
        aged = isinstance(option, float) and group["myself"].lower() in _BEING
        return aged if token else _said_of_myself(group["myself"], option)
    if token is None:
        # "It sounds like me" is not a choice of "like me".
        sounds = re.search(r"(?:sounds|seems)$", group["subject"] or "", re.IGNORECASE)
        return not sounds or len(getattr(option, "label", "").split()) > 2
    announced = strength in ("stated", "supposed") and _ANNOUNCES.search(match[0])
    if token.isalpha() and len(token) == 1:
        return _letter_fits(match, strength, option, bool(announced))
    if token.casefold() in _ONE:
        return bool(announced) or strength == "bare"
    # "It is 4" is said of many things, "it is a 4" of an answer.
    rated = group["also"] or group["article"] or _RATES.search(group["subject"] or "")
    return strength != "subject" or bool(rated)


def _letter_fits(
    match: re.Match[str], strength: str, option: Option | float | str, announced: bool
) -> bool:
    """Whether a letter is a token, and not an article or the word I."""
    if not isinstance(option, Option):
        return option != "no such token"
    if match["token"].casefold() == "a" and match["mark"] == ":":
        return strength != "bare"
    if match["token"] in ("a", "i"):
        alone = strength == "bare" and not match["reason"] and len(match[0]) <= 4
        return alone or announced or "option" in match[0].casefold()
    article = match["article"] or _ARTICLE.search(match["stated"] or "")
    return strength != "subject" and not article


def _said_of_myself(myself: str, option: Option | float | str) -> bool:
    label = option.label if isinstance(option, Option) else ""
    return says_agree(label) or (myself.lower() in _BEING and label.isalpha())


def resolve(match: re.Match[str], names: Names) -> Option | float | str:
    """Return the option that a match names, or why it names none.

    Parameters
    ----------
    match : re.Match
        Of :func:`~valuealign.administration.read.grammar.sentence` or ``only``.
    names : Names
    """
    token, words = match["token"] or match["then"], match["words"] or match["also"]
    of = match["of"] or match["then_of"]
    if of and not names.is_top(of):
        return "another scale"
    if names.has_letters and match["words"] and not token:
        # "A (Disagree a little)": an article before words may be the letter of another option.
        letter = _LETTER_BEFORE.search(match.string[: match.start("words")])
        token = letter[1] if letter and letter[1].casefold() in names.tokens else None
    if not token:
        return names.by_sign(words)
    by_token = names.by_token(token)
    if not words or isinstance(by_token, str):
        return by_token
    return by_token if by_token == names.by_sign(words) else "number and words disagree"


def _how(match: re.Match[str]) -> str:
    if match["words"]:
        return "label"
    if match["token"].casefold() in NUMBER_WORDS:
        return "word"
    return "letter" if match["token"].isalpha() else "digit"


def _counts(stated: Stated, clauses: list[Segment], names: Names) -> bool:
    """Whether an option is in the position of an answer: introduced, first, or last alone."""
    if stated.strength in ("stated", "supposed"):
        return True
    led_by = clauses[stated.place - 1].text if stated.place else ""
    if stated.strength == "shadow" or _OTHERS_SAY.match(led_by[-_LONGEST_SENTENCE:]):
        return False
    first, last = stated.place == 0, stated.place == len(clauses) - 1
    if stated.strength == "subject":
        return first or last
    if stated.whole and clauses[stated.place].alone:
        return True
    if first:
        return _opens(stated, clauses, names)
    return last and _closes(stated, clauses, names)


def _opens(stated: Stated, clauses: list[Segment], names: Names) -> bool:
    """Whether an option that comes first is the answer, and not the beginning of a sentence."""
    clause = clauses[0]
    follows = clauses[1] if len(clauses) > 1 else None
    token_only = stated.how in ("digit", "letter") and not stated.whole
    if token_only and is_refusal(stated.reason):
        # "1: I have no opinion", a refusal that is numbered.
        return False
    if follows is None:
        return True
    if follows.sentence == clause.sentence:
        weak = _is_weak(clause.text, names)
        return not weak and not follows.text.lower().startswith("and")
    if not _ONLY_TOKEN.fullmatch(clause.text):
        return True
    if follows.line != clause.line:
        return follows.line > clause.line + 1 or not is_refusal(follows.text)
    # "2. I am an AI": a refusal that is numbered. "E. coli", "C. S. Lewis": an initial.
    initial = stated.how == "letter" and _INITIALS.match(follows.text)
    return not initial and not is_refusal(follows.text)


def _closes(stated: Stated, clauses: list[Segment], names: Names) -> bool:
    """Whether an option that comes last is the answer, and not the end of a story or a list."""
    clause, before = clauses[-1], clauses[-2]
    weak = _is_weak(clause.text, names)
    earlier = "\n".join(clause.text for clause in clauses[:-1])
    others = {sign for sign in re.findall(SIGN, earlier) if names.by_sign(sign) != stated.option}
    token_only = stated.how in ("digit", "letter") and not stated.whole
    led = before.text.endswith(":") and before.line != clause.line
    if token_only and (others or led or _POINT_LINE.search(earlier)):
        return False
    if clause.alone:
        return not weak or clause.after_gap or LIST_SIGN in before.text
    if stated.how == "label":
        return not weak and before.sentence != clause.sentence
    n_words = len(before.text.split())
    # "5 or so. 4" leaves open which of the two is meant.
    so_far = earlier[-400:].replace("\n", " ")
    unclear = _SHORTENED.search(before.text) or _ALTERNATIVE.search(so_far)
    return stated.how == "digit" and n_words > 2 and not unclear and not declines(so_far)


def _is_weak(text: str, names: Names) -> bool:
    signs = re.findall(SIGN, text)
    tokens = re.search(r"\d", text)
    return bool(signs) and not tokens and all(names.is_weak(sign) for sign in signs)


def _is_list(stated: Stated, clauses: list[Segment], text: str) -> bool:
    """Whether the number that opens a reply only numbers its first point."""
    clause = clauses[stated.place]
    opening = _ONLY_TOKEN.fullmatch(clause.text)
    if stated.strength != "bare" or clause.alone or opening is None:
        return False
    return any(match[1] != opening[1] for match in _ENUMERATED.finditer(text))
