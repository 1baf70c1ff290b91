"""One option, plainly stated, and nothing beside it that takes it back."""

from __future__ import annotations

import re

from valuealign.administration.outcome import Answer, Reading, Unreadable
from valuealign.administration.read.grammar import LIST_SIGN, sentence
from valuealign.administration.read.options import NUMBER_WORDS, SIGN, Names
from valuealign.administration.read.refusal import declines
from valuealign.administration.read.remainder import doubts
from valuealign.administration.read.restated import without_scale
from valuealign.administration.read.segments import Segment, segments
from valuealign.administration.read.stated import Stated
from valuealign.instrument.presented import Option

_LONGEST_SENTENCE = 1200
_ONE = frozenset(word for word, number in NUMBER_WORDS.items() if number == 1)
# "I am sure" and "I agree" take the words of an option; "I like me" does not.
_OF_MYSELF = re.compile(
    r"(?:i (?:strongly |somewhat |slightly |moderately |completely |totally |fully |mostly |partly "
    r"|mildly |tend to |neither )?(?:agree|disagree)\b|ich (?:stimme|lehne|bin)\b)",
    re.IGNORECASE,
)
_JOINTS = re.compile(r"(?:but|yet|however|and|aber|und|still|yes)\b", re.IGNORECASE)
_SHORTENED = re.compile(
    r"\b(?:no|nr|vol|ch|chap|p|pp|fig|sec|apt|approx|ca|ver|v|st|mr|mrs|ms|dr|art|eq|al|vs|rev|bd"
    r"|kap|abb|s|str|etc|op|est|dept|rm|ext|tel|bzw|ggf|vgl)\.$",
    re.IGNORECASE,
)
_STARTS = re.compile(
    r"(?:i|i'[a-z]+|this|that|these|the|it|it's|because|my|as|he|she|they|we|you|your|while|although"
    r"|though|since|explanation|reason|reasoning|based|in|for|there|both|if|when|ich|das|dies|diese"
    r"|dieser|die|der|es|weil|da|obwohl|begründung|als|mir|mein|meine|er|sie|however|but|overall"
    r"|to|not|being|having|given|considering|even|one|some|people|what)\b",
    re.IGNORECASE,
)
_REASONS = re.compile(
    r"\W*(?:because|since|although|though|explanation|weil)\b|(?: ?-|:) (?:i|my|this)\b",
    re.IGNORECASE,
)
_RATES = re.compile(r"\b(?:a|an|option|rated|would be)$", re.IGNORECASE)
_LETTER_BEFORE = re.compile(r"(?<![\w'])([A-Za-z])\W{0,5}$")
_ARTICLE = re.compile(r"\ban? ?$", re.IGNORECASE)
_BEING = ("i am", "i'm", "i feel", "ich bin")
_ANNOUNCES = re.compile(r"answer|antwort|rating|response|choice", re.IGNORECASE)
_ENUMERATED = re.compile(r"(?:^|[ \n])(\d{1,2})[.)](?= )")
_ALTERNATIVE = re.compile(rf"(?:\d|{SIGN}).*\b(?:or|oder|ou)\b", re.IGNORECASE)
_BARE_NUMBER = re.compile(r"\W{0,3}(\d{1,3})[.)]\W{0,3}")


def decide(text: str, names: Names) -> Reading:
    """What a text says where one option is the answer.

    Parameters
    ----------
    text : str
        In one spelling, the words of options as signs.
    names : Names
    """
    remaining = without_scale(text, names)
    if remaining.fault:
        return Unreadable(remaining.fault)
    clauses = segments(remaining.text)
    stated = [found for place in range(len(clauses)) if (found := _stated(clauses, place, names))]
    accepted = [each for each in stated if _counts(each, clauses, names)]
    if not accepted:
        return Unreadable("no option stated plainly")
    fault = _fault(stated)
    if fault is None and _is_list(accepted[0], clauses, remaining.text):
        fault = "a numbered list"
    if fault:
        return Unreadable(fault)
    strong = [each for each in accepted if each.strength in ("stated", "supposed")]
    last = (strong or accepted)[-1]
    after = clauses[last.place + 1 :]
    doubt = doubts(last, after, clauses[last.place].sentence, names)
    return Unreadable(doubt) if doubt else _answer(last)


def _fault(stated: list[Stated]) -> str | None:
    """Why what is stated is not one option."""
    named = next((each.option for each in stated if isinstance(each.option, str)), None)
    several = len({_value(each.option) for each in stated}) > 1
    return named or ("two options stated" if several else None)


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
    """The option a clause states, if stating one is all it does."""
    clause = clauses[place]
    if len(clause.text) > _LONGEST_SENTENCE or clause.quoted:
        return None
    kind = names.presented.kind
    pattern = sentence(letters=names.has_letters, looks=kind == "keyed", years=kind == "numeric")
    found = pattern.fullmatch(clause.text)
    if found is None or _asks(clause, found) or _names_before(found):
        return None
    strength = _strength(found)
    option = resolve(found, names)
    if not _fits(found, strength, option):
        return None
    if strength == "bare" and _JOINTS.search(found["opener"]):
        strength = "shadow"
    return Stated(option, strength, _how(found), place, found["reason"] or "")


def _asks(clause: Segment, found: re.Match[str]) -> bool:
    return clause.text.rstrip(" \"')").endswith("?") and not found["reason"]


def _names_before(found: re.Match[str]) -> bool:
    """Whether the clause that leads up to the answer names an option itself."""
    return re.search(rf"{SIGN}|\d", found["because"] or "") is not None


def _strength(found: re.Match[str]) -> str:
    if found["stated"]:
        return "stated"
    if found["supposed"]:
        return "supposed"
    return "subject" if found["subject"] or found["myself"] else "bare"


def _fits(found: re.Match[str], strength: str, option: Option | float | str) -> bool:
    """Whether the words before an option can go with what names it."""
    group = found.groupdict()
    token = group["token"]
    if group["myself"]:
        # "I am 35" gives a number; "I am a 4" may be said of many things.
        aged = isinstance(option, float) and group["myself"].lower() in _BEING
        return aged if token else _said_of_myself(group["myself"], option)
    if token is None:
        # "It sounds like me" is no choice of "like me".
        sounds = re.search(r"(?:sounds|seems)$", group["subject"] or "", re.IGNORECASE)
        return not sounds or len(getattr(option, "label", "").split()) > 2
    announced = _ANNOUNCES.search(group["stated"] or "")
    if token.isalpha() and len(token) == 1:
        return _letter_fits(found, strength, option, bool(announced))
    if token.casefold() in _ONE:
        return bool(announced) or strength == "bare"
    # "It is 4" is said of many things, "it is a 4" of an answer.
    rated = group["also"] or group["article"] or _RATES.search(group["subject"] or "")
    return strength != "subject" or bool(rated)


def _letter_fits(
    found: re.Match[str], strength: str, option: Option | float | str, announced: bool
) -> bool:
    """Whether a letter is a token, and not an article or the word I."""
    if not isinstance(option, Option):
        return option != "no such token"
    if found["token"] in ("a", "i"):
        alone = strength == "bare" and not found["reason"] and len(found[0]) <= 4
        return alone or announced or "option" in found[0]
    article = found["article"] or _ARTICLE.search(found["stated"] or "")
    return strength != "subject" and not article


def _said_of_myself(myself: str, option: Option | float | str) -> bool:
    label = option.label if isinstance(option, Option) else ""
    being = myself.lower() in _BEING
    return _OF_MYSELF.match(f"{myself} {label}") is not None or (being and label.isalpha())


def resolve(found: re.Match[str], names: Names) -> Option | float | str:
    """The option a match names, or why it names none.

    Parameters
    ----------
    found : re.Match
        Of :func:`~valuealign.administration.read.grammar.sentence` or ``only``.
    names : Names
    """
    token, words = found["token"] or found["then"], found["words"] or found["also"]
    of = found["of"] or found["then_of"]
    if of and not names.is_top(of):
        return "another scale"
    by_words = names.by_sign(words) if words else None
    if names.has_letters and found["words"] and not token:
        # "A (Disagree a little)": an article before words may be the letter of another option.
        letter = _LETTER_BEFORE.search(found.string[: found.start("words")])
        token = letter[1] if letter and letter[1].casefold() in names.tokens else None
    if not token:
        return by_words if by_words is not None else "names no option"
    by_token = names.by_token(token)
    if by_words is None or isinstance(by_token, str):
        return by_token
    return by_token if by_token == by_words else "number and words disagree"


def _how(found: re.Match[str]) -> str:
    if found["words"]:
        return "label"
    if found["token"].casefold() in NUMBER_WORDS:
        return "word"
    return "letter" if found["token"].isalpha() else "digit"


def _counts(stated: Stated, clauses: list[Segment], names: Names) -> bool:
    """Whether an option stands where an answer stands: said so, or first, or last on its own."""
    if stated.strength in ("stated", "supposed"):
        return True
    if stated.strength == "shadow":
        return False
    first, last = stated.place == 0, stated.place == len(clauses) - 1
    if stated.strength == "subject":
        return first or last
    if first:
        return _opens(stated, clauses, names)
    return last and _closes(stated, clauses, names)


def _opens(stated: Stated, clauses: list[Segment], names: Names) -> bool:
    """Whether an option that comes first is the answer, and not the beginning of a sentence."""
    clause = clauses[0]
    follows = clauses[1] if len(clauses) > 1 else None
    weak = _is_weak(clause.text, names)
    if follows is not None and follows.sentence == clause.sentence:
        return not weak and not follows.text.lower().startswith(("and", "und"))
    if weak and stated.reason and not _REASONS.match(stated.reason):
        return False
    if follows is None or follows.opens_line or stated.how == "label":
        return True
    if stated.how == "letter" or _BARE_NUMBER.fullmatch(clause.text):
        return _STARTS.match(follows.text) is not None or re.match(SIGN, follows.text) is not None
    return True


def _closes(stated: Stated, clauses: list[Segment], names: Names) -> bool:
    """Whether an option that comes last is the answer, and not the end of a story."""
    clause, before = clauses[-1], clauses[-2]
    weak = _is_weak(clause.text, names)
    if clause.alone:
        return not weak or clause.after_gap or LIST_SIGN in before.text
    if stated.how == "label":
        return not weak and before.sentence != clause.sentence
    n_words = len(before.text.split())
    so_far = " ".join(clause.text for clause in clauses[:-1])[-400:]
    declined = declines(so_far)
    # "5 or so. 4" leaves open which of the two is meant.
    unclear = _SHORTENED.search(before.text) or _ALTERNATIVE.search(so_far)
    return stated.how == "digit" and n_words > 2 and not unclear and not declined


def _is_weak(text: str, names: Names) -> bool:
    signs = re.findall(SIGN, text)
    tokens = re.search(r"\d", text)
    return bool(signs) and not tokens and all(names.is_weak(sign) for sign in signs)


def _is_list(stated: Stated, clauses: list[Segment], text: str) -> bool:
    """Whether the number that opens a reply only numbers its first point."""
    clause = clauses[stated.place]
    opening = _BARE_NUMBER.fullmatch(clause.text)
    if stated.strength != "bare" or clause.alone or opening is None:
        return False
    return any(found[1] != opening[1] for found in _ENUMERATED.finditer(text))
