"""What is said after an answer: an explanation, or words that put it in doubt."""

from __future__ import annotations

import re
from collections.abc import Sequence

from valuealign.administration.read.grammar import NUMBER
from valuealign.administration.read.options import SIGN, Names
from valuealign.administration.read.refusal import declines
from valuealign.administration.read.segments import Segment
from valuealign.administration.read.stated import Stated
from valuealign.instrument.presented import Option

_LOOKED_AT = 2000
_FEW_WORDS = 6
_TURNS = re.compile(
    r"\b(?:on second thought|scratch that|just kidding|never ?mind|correction"
    r"|i take (?:that|it) back"
    r"|i change my (?:mind|answer)|let me (?:reconsider|revise|change|correct|rephrase)|no,? wait"
    r"|wait,"
    r"|oops|i meant|i mean,? |my mistake|strike that|or rather|moment mal|doch eher|besser gesagt"
    r"|ich korrigiere|ach nein|vielmehr)",
    re.IGNORECASE,
)
_CUES = re.compile(
    r"\b(?:or|maybe|perhaps|possibly|could|might|may|rather|instead|actually|closer|lean(?:ing|s)?"
    r"|alternatively|also|both|between|if|depend\w*|sometimes|more like|bordering|almost|better"
    r"|accurate|oder|vielleicht|eher|stattdessen|zwischen|auch|manchmal)\b",
    re.IGNORECASE,
)
_QUALIFIES = re.compile(
    r"\b(?:not|no|never|nope|kidding|joking|strongly|slightly|somewhat|mostly|partly|barely|hardly"
    r"|completely|totally|sort of|kind of|nicht|nein|nie|kaum|stark|etwas|ish|plus|minus"
    r"|false|wrong)\b",
    re.IGNORECASE,
)
# "I would not call it very much like me": named only to say that it is not meant.
_REJECTED = re.compile(
    rf"(?:\bnot|n't|\bnever|\btoo|nicht)\b(?! (?:sure|certain|only|just))[^,;.]{{0,60}}?{SIGN}",
    re.IGNORECASE,
)
_ONLY_A_REASON = re.compile(r"\W*(?:because|due to|given that|weil|as|since)\b", re.IGNORECASE)
_LIMITS = re.compile(
    r"\W*(?:but|however|although|though|aber|obwohl)\W+(?:not|only|less|more|just|no|barely|hardly|nicht|nur|kaum)\b",
    re.IGNORECASE,
)
# A letter that is no article, pronoun or initial.
_LETTERS = re.compile(
    r"(?:[Oo]ption |\()([A-Z])\b|(?<![\w'])([B-HJ-Z])(?![\w']|\.\S)|(?<![\w'])([AI])(?=\W{0,3}$)"
)
_CLAUSE_END = re.compile(rf"(?P<number>{NUMBER})(?=[ ]?(?:[.,;!?)\"']|$))", re.IGNORECASE)
_WEIGHED_NUMBER = re.compile(
    rf"{NUMBER}(?= (?:is|was|fits?|seems?|would|might|could|may|feels?|sounds?|suits?|works"
    rf"|describes|also|too|instead|rather|better|then|or|and|if|on|at|in|when|for|ist|wäre|passt|auch)\b)",
    re.IGNORECASE,
)
# "2 hours a day" counts, whatever the scale.
_COUNTING = re.compile(
    rf"{NUMBER}(?= (?:seconds?|minutes?|hours?|days?|weeks?|months?|years?|times?|people|persons?"
    r"|friends?|things?|reasons?|children|kids|times|stunden|tage|jahre|mal|leute)\b)",
    re.IGNORECASE,
)
_ANY_NUMBER = re.compile(NUMBER, re.IGNORECASE)


def doubts(stated: Stated, after: Sequence[Segment], sentence: int, names: Names) -> str | None:
    """Why what follows an answer takes it back or names another; ``None`` if nothing does.

    Parameters
    ----------
    stated : Stated
    after : sequence of Segment
        Everything after the clause that states it.
    sentence : int
        The number of the sentence that states it.
    names : Names
    """
    reason = stated.reason[:_LOOKED_AT]
    doubt = _in_reason(reason, stated, names) if reason else None
    if doubt:
        return doubt
    for place, segment in enumerate(after):
        text = segment.text[:_LOOKED_AT]
        if segment.sentence == sentence and _others(text, stated, names, any_number=True):
            return "another option in the same sentence"
        if place == 0 and _is_short(text, names):
            return "qualified"
        if doubt := _in_sentence(text, stated, names):
            return doubt
    return None


def _in_sentence(text: str, stated: Stated, names: Names) -> str | None:
    if _TURNS.search(text):
        return "taken back"
    if _names_another(text, stated, names):
        return "another option named as well"
    return "answers and declines" if declines(text) else None


def _in_reason(reason: str, stated: Stated, names: Names) -> str | None:
    because = _ONLY_A_REASON.match(reason) is not None
    if _TURNS.search(reason) or _LIMITS.match(reason):
        return "taken back"
    if not because and _is_short(reason, names):
        return "qualified"
    counted = _COUNTING.sub("", reason)
    if _others(counted, stated, names, any_number=not because) and (
        not because or _CUES.search(reason) or _names_another(reason, stated, names)
    ):
        return "another option in the same sentence"
    return None


def _is_short(text: str, names: Names) -> bool:
    """Whether a few words qualify what was said: "4 - strongly agree", "Agree. Strongly."."""
    words = re.findall(r"[^\W\d]+", text.casefold())
    if not 0 < len(words) <= 4:
        return False
    known = [word for word in words if word in names.vocabulary]
    rare = any(len(word) > 3 for word in known)
    return _QUALIFIES.search(text) is not None or rare or len(known) == len(words)


def _names_another(text: str, stated: Stated, names: Names) -> bool:
    """Whether a sentence of an explanation names another option as one that may be meant."""
    cued = _CUES.search(text) is not None
    if not cued:
        text = _REJECTED.sub("", text)
    if _others(text, stated, names, any_number=False):
        return True
    n_words = len(text.split())
    signs = [sign for sign in re.findall(SIGN, text) if names.by_sign(sign) != stated.option]
    if signs and names.presented.kind == "yes_no_confidence":
        return n_words <= _FEW_WORDS
    if signs:
        at_an_end = re.match(rf"\W*{SIGN}", text) or re.search(rf"{SIGN}\W*$", text)
        return cued or (n_words <= _FEW_WORDS and at_an_end is not None)
    if not (cued or n_words <= _FEW_WORDS):
        return False
    # "3 fits better" names an option, "2 reasons" counts.
    weighed = " ".join(found[0] for found in _WEIGHED_NUMBER.finditer(text))
    return _others(weighed, stated, names, any_number=True)


def _others(text: str, stated: Stated, names: Names, *, any_number: bool) -> bool:
    """Whether a text names another option: in words that mean only that, or as a number.

    In an explanation a number counts where a clause ends with it ("or 5."), since "5 reasons"
    names no option.
    """
    for sign in re.findall(SIGN, text):
        other = names.by_sign(sign) != stated.option
        if other and (any_number or not names.is_weak(sign)):
            return True
    pattern = _ANY_NUMBER if any_number else _CLAUSE_END
    for found in pattern.finditer(text):
        # The number of a point in a list of reasons.
        if found.start() == 0 and re.match(r"\. \S", text[found.end() :]):
            continue
        # "No one", "the two of them": words count things more often than they name options.
        if found[0].isalpha() and (found[0].lower() == "one" or len(text.split()) > _FEW_WORDS):
            continue
        option = names.by_token(found[0])
        if not isinstance(option, str) and option != stated.option:
            return True
    return names.has_letters and _other_letter(text, stated, names)


def _other_letter(text: str, stated: Stated, names: Names) -> bool:
    own = stated.option.token if isinstance(stated.option, Option) else ""
    found = [next(filter(None, groups)) for groups in _LETTERS.findall(text)]
    return any(each != own and each.casefold() in names.tokens for each in found)
