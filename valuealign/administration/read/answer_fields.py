"""Replies with named fields, in whatever format: never repaired, and read only if all agree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from valuealign.administration.outcome import Answer, Reading, Refusal, Unreadable
from valuealign.administration.read.grammar import only
from valuealign.administration.read.normalise import one_spelling
from valuealign.administration.read.options import Names
from valuealign.administration.read.plain_answer import resolve
from valuealign.administration.read.refusal import is_refusal
from valuealign.administration.read.restated import without_scale
from valuealign.instrument.presented import Option

ANSWER_KEYS = (
    "answer",
    "final_answer",
    "response",
    "choice",
    "rating",
    "option",
    "value",
    "score",
    "selection",
    "selected",
    "selected_option",
    "label",
    "antwort",
    "bewertung",
    "wahl",
)
"""Fields that hold an answer, in lower case, with an underscore for a space or a hyphen."""


class TwiceError(ValueError):
    """A reply has the same field twice, with two values."""


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields of a reply, as plain Python values.

    Parameters
    ----------
    format : str
        As sentences name it ("JSON").
    value : object
        A dict of fields, a list, or a single value.
    before, after : str
        The text around them.
    """

    format: str
    value: Any
    before: str = ""
    after: str = ""

    def stated(self) -> str:
        """Return the answer as a sentence would state it."""
        answers = _answers(self.value, depth=2)
        return str(answers[0]) if answers else ""

    def reading(self, names: Names) -> Reading:
        """Read fields whose answer is one option.

        Parameters
        ----------
        names : Names
        """
        answers = _answers(self.value, depth=2)
        if not answers:
            return Unreadable(f"{self.format} without an answer")
        readings = [self._plain(answer, names) for answer in answers]
        for reading in readings:
            if not isinstance(reading, Answer):
                return reading
        if len({reading.value for reading in readings}) > 1:
            return Unreadable(f"two options in {self.format}")
        return readings[0]

    def item_reading(self, value: Any, names: Names) -> Reading:
        """Read the value of one item of a form: an answer, or fields that contain it.

        Parameters
        ----------
        value : object
        names : Names
        """
        if isinstance(value, dict):
            return Fields(self.format, value).reading(names)
        return self._plain(value, names)

    def _plain(self, value: Any, names: Names) -> Reading:
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            return Unreadable(f"{self.format} without one option")
        if isinstance(value, float):
            value = int(value) if value.is_integer() else value
        text = one_spelling(value) if isinstance(value, str) else repr(value)
        marked = without_scale(names.marked(text), names)
        match = None if len(text) > 400 else only(letters=names.has_letters).fullmatch(marked.text)
        if match is None or marked.fault:
            declined = is_refusal(text)
            return Refusal("declines") if declined else Unreadable(f"{self.format} names no option")
        option = resolve(match, names)
        if isinstance(option, str):
            return Unreadable(option)
        how = self.format.lower()
        if isinstance(option, Option):
            return Answer(how if option.code is not None else "undefined option", option.code)
        return Answer(how, option)


def is_answer_field(name: object) -> bool:
    """Whether a field holds an answer.

    Examples
    --------
    >>> is_answer_field("Final-Answer"), is_answer_field("reason")
    (True, False)
    """
    return str(name).casefold().replace(" ", "_").replace("-", "_") in ANSWER_KEYS


def _answers(value: Any, *, depth: int) -> list[Any]:
    if not isinstance(value, dict):
        return []
    answers: list[Any] = []
    for key, inner in value.items():
        if is_answer_field(key):
            nested = isinstance(inner, dict) and depth > 0
            answers += _answers(inner, depth=depth - 1) or [inner] if nested else [inner]
    return answers
