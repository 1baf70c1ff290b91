"""Response scales: the options an item offers, and how they are put before a respondent.

A response scale belongs to the instrument and has one direction, the instrument's own. What
a respondent sees is a :class:`Presented`: options in an order, each under a token. Reading a
reply goes through what was presented, so a reversed direction comes back coded in the
instrument's own direction and nothing has to be turned round afterwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Direction = Literal["published", "reversed"]
Labels = Literal["numbers", "words", "letters"]
LanguageText = dict[str, str]
"""A text in each language: ``{"en": "like me"}``."""


@dataclass(frozen=True, slots=True)
class Option:
    """One option as it stands before the respondent.

    Parameters
    ----------
    token : str
        What the option is called on the page ("1", "A", or its own words).
    label : str
        Its words, or "" where the point has none.
    code : float, optional
        Its code in the instrument's direction; ``None`` for the undefined option
        ("don't know").
    """

    token: str
    label: str
    code: float | None


@dataclass(frozen=True, slots=True)
class Presented:
    """What a respondent was offered.

    Parameters
    ----------
    kind : str
        The kind of response scale.
    options : tuple of Option
        In the order shown; empty for a numeric scale and for open text.
    direction, labels, language : str
        How it was shown.
    minimum, maximum, step : float, optional
        The range of a numeric or visual-analogue scale, and of the confidence that goes with
        a yes or no. ``minimum`` is what the *page* calls its low end.
    """

    kind: str
    options: tuple[Option, ...] = ()
    direction: Direction = "published"
    labels: Labels = "numbers"
    language: str = "en"
    minimum: float | None = None
    maximum: float | None = None
    step: float | None = None


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Point(_Strict):
    """One point of a labelled scale: its code and its words in each language."""

    code: int
    label: LanguageText = Field(default_factory=dict)


class Labelled(_Strict):
    """A scale of labelled points, in the instrument's own direction (lowest code first)."""

    kind: Literal["labelled"] = "labelled"
    points: tuple[Point, ...] = Field(min_length=2)
    undefined: LanguageText | None = None

    @property
    def minimum(self) -> int:
        """The lowest code."""
        return min(point.code for point in self.points)

    @property
    def maximum(self) -> int:
        """The highest code."""
        return max(point.code for point in self.points)

    def presented(
        self,
        *,
        direction: Direction = "published",
        labels: Labels = "numbers",
        language: str = "en",
    ) -> Presented:
        """The options as a respondent sees them.

        Under ``direction="reversed"`` the points stand in the opposite order and the tokens
        still run 1, 2, ...: token "1" is then the instrument's highest code.
        """
        points = self.points if direction == "published" else self.points[::-1]
        low = self.minimum
        tokens = _tokens(labels, [p.label.get(language, "") for p in points], low)
        options = [
            Option(token, p.label.get(language, ""), float(p.code))
            for token, p in zip(tokens, points, strict=True)
        ]
        if self.undefined and self.undefined.get(language):
            words = self.undefined[language]
            token = _tokens(labels, [""] * len(points) + [words], low)[-1]
            options.append(Option(token, words, None))
        return Presented("labelled", tuple(options), direction, labels, language)


def _tokens(labels: Labels, words: Sequence[str], low: int) -> list[str]:
    if labels == "words":
        return list(words)
    if labels == "letters":
        return [chr(ord("A") + k) for k in range(len(words))]
    return [str(low + k) for k in range(len(words))]


class Numeric(_Strict):
    """A free number between two bounds."""

    kind: Literal["numeric"] = "numeric"
    minimum: float
    maximum: float
    step: float | None = None
    unit: LanguageText = Field(default_factory=dict)


class VisualAnalogue(_Strict):
    """A line between two labelled ends, answered with a number."""

    kind: Literal["visual_analogue"] = "visual_analogue"
    minimum: float = 0
    maximum: float = 100
    low: LanguageText
    high: LanguageText


class YesNoConfidence(_Strict):
    """Yes or no, with a confidence from 0 to 100."""

    kind: Literal["yes_no_confidence"] = "yes_no_confidence"
    yes: LanguageText = Field(default_factory=lambda: {"en": "yes"})
    no: LanguageText = Field(default_factory=lambda: {"en": "no"})


class Keyed(_Strict):
    """A choice among each item's own options, one of which is right."""

    kind: Literal["keyed"] = "keyed"


class Open(_Strict):
    """Open text, rated afterwards."""

    kind: Literal["open"] = "open"
    levels: tuple[int, int] | None = None
    max_words: int | None = None


ResponseScale = Annotated[
    Labelled | Numeric | VisualAnalogue | YesNoConfidence | Keyed | Open,
    Field(discriminator="kind"),
]
