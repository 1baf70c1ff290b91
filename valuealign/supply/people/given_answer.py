"""What a person chose or wrote, as a response; nothing is guessed and nothing is repaired."""

from __future__ import annotations

import math
from dataclasses import dataclass

from valuealign.instrument.presented import Option, Presented
from valuealign.instrument.response_scale import Open, ResponseScale
from valuealign.store.records import ItemRecord

LONGEST = 20_000
"""Characters of an open answer."""
DECLINED = "left without an answer"
_LISTED = 12


@dataclass(frozen=True, slots=True)
class Given:
    """What a person gave for one item.

    Parameters
    ----------
    answer : str
        The token or the words of an option, a number, or text.
    confidence : str
        With a yes or no: 0 to 100.
    """

    answer: str
    confidence: str = ""

    @property
    def is_blank(self) -> bool:
        """Whether nothing was given."""
        return not self.answer.strip() and not self.confidence.strip()


class NotAnAnswer(ValueError):  # noqa: N818  # named for what was given
    """What was given is not an answer on this scale; the message says what is expected."""


@dataclass(frozen=True, slots=True)
class Read:
    """A given answer as it is stored.

    Parameters
    ----------
    record : ItemRecord
    text : str
        The token of the option, the number, or the text; the same for the same answer.
    """

    record: ItemRecord
    text: str


def read_given(item_id: str, given: Given, presented: Presented, scale: ResponseScale) -> Read:
    """Read what a person gave for one item.

    Parameters
    ----------
    item_id : str
    given : Given
    presented : Presented
        The options as they were presented.
    scale : ResponseScale

    Returns
    -------
    Read
        The value of its record is the code in the instrument's own direction; the undefined
        option ("don't know") has none, and a blank is a refusal, as of models.

    Raises
    ------
    NotAnAnswer
        No option of this name, a number outside of the scale, a text that is too long.

    Examples
    --------
    >>> from valuealign.instrument.response_scale import Labelled
    >>> scale = Labelled(points=[{"code": 1, "label": {"en": "no"}},
    ...                          {"code": 2, "label": {"en": "yes"}}])
    >>> shown = scale.presented(direction="reversed")
    >>> read_given("a", Given("1"), shown, scale).record.value
    2.0
    >>> read_given("a", Given("No"), shown, scale).record.value
    1.0
    >>> read_given("a", Given("5"), shown, scale)
    Traceback (most recent call last):
    valuealign.supply.people.given_answer.NotAnAnswer: '5' is not an option; \
expected 1 (yes), 2 (no)
    """
    if given.is_blank:
        return Read(ItemRecord(item_id, "refusal", None, DECLINED), "")
    if isinstance(scale, Open):
        return Read(ItemRecord(item_id, "answer", None, "open text"), _text(given.answer, scale))
    if presented.kind in ("numeric", "visual_analogue"):
        value = _number(given.answer, presented)
        return Read(ItemRecord(item_id, "answer", value, "number"), f"{value:.12g}")
    option = _option(given.answer, presented)
    if option.code is None:
        return Read(ItemRecord(item_id, "unreadable", None, "undefined option"), option.token)
    if presented.kind == "yes_no_confidence" and given.confidence.strip():
        sure = _within(given.confidence, 0, 100, "a confidence")
        record = ItemRecord(item_id, "answer", option.code, "chosen", confidence=sure)
        return Read(record, f"{option.token}, {sure:g}")
    return Read(ItemRecord(item_id, "answer", option.code, "chosen"), option.token)


def _text(text: str, scale: Open) -> str:
    n_words = len(text.split())
    if scale.max_words is not None and n_words > scale.max_words:
        raise NotAnAnswer(f"the text has {n_words} words; expected at most {scale.max_words}")
    if len(text) > LONGEST:
        raise NotAnAnswer(f"the text has {len(text):,} characters; expected at most {LONGEST:,}")
    return text.strip()


def _option(answer: str, presented: Presented) -> Option:
    """The option of that token; else the one option of these words."""
    wanted = _whole(answer.strip()).casefold()
    tokens = [o for o in presented.options if o.token.casefold() == wanted]
    named = tokens or [o for o in presented.options if o.label and o.label.casefold() == wanted]
    if len(named) == 1:
        return named[0]
    raise NotAnAnswer(f"{answer.strip()[:60]!r} is not an option; expected {_listing(presented)}")


def _listing(presented: Presented) -> str:
    shown = [
        option.token if option.label in ("", option.token) else f"{option.token} ({option.label})"
        for option in presented.options[:_LISTED]
    ]
    more = len(presented.options) - _LISTED
    return ", ".join(shown) + (f" and {more} more" if more > 0 else "")


def _whole(text: str) -> str:
    """A number as people and spreadsheets write it ("+4", "4.0") as a token ("4")."""
    whole, _, rest = text.removeprefix("+").partition(".")
    plain = whole.lstrip("-").isdigit() and set(rest) <= {"0"}
    return whole if plain else text


def _number(answer: str, presented: Presented) -> float:
    """A number on the page as a code of the instrument."""
    low, high = float(presented.minimum or 0), float(presented.maximum or 0)
    value = _within(answer, low, high, "an answer")
    step = presented.step
    if step and not math.isclose(round((value - low) / step), (value - low) / step, abs_tol=1e-9):
        raise NotAnAnswer(f"{answer.strip()!r} is between two steps; expected steps of {step:g}")
    if presented.kind == "numeric":
        return value
    first, last = (float(option.code or 0) for option in presented.options)
    return first + (value - low) / (high - low) * (last - first)


def _within(text: str, low: float, high: float, what: str) -> float:
    try:
        value = float(text.strip().replace(",", "."))
    except ValueError:
        value = math.nan
    if not low <= value <= high:
        found = text.strip()[:60]
        raise NotAnAnswer(f"{found!r} is not {what}; expected a number from {low:g} to {high:g}")
    return value
