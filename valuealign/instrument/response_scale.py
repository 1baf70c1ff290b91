"""Response scales: the options of an item, and their presentation.

A response scale belongs to the instrument and has one direction, the instrument's own. What
a respondent sees is a :class:`Presented`: options in an order, each under a token. Reading a
reply goes through what was presented, so a reversed direction comes back coded in the
instrument's own direction and nothing has to be turned round afterwards.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Sequence
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from valuealign.errors import InstrumentError
from valuealign.instrument.item import ItemOption, Point
from valuealign.instrument.presented import Direction, Labels, Option, Presented
from valuealign.instrument.strict_model import LanguageText, Strict

__all__ = [
    "Direction",
    "Keyed",
    "Labelled",
    "Labels",
    "LanguageText",
    "Numeric",
    "Open",
    "Option",
    "Point",
    "Presented",
    "ResponseScale",
    "VisualAnalogue",
    "YesNoConfidence",
]


class Labelled(Strict):
    """A scale of labelled points, in the instrument's own direction (lowest code first)."""

    kind: Literal["labelled"] = "labelled"
    """Labelled points."""
    points: tuple[Point, ...] = Field(min_length=2, max_length=26)
    """The points, lowest code first."""
    undefined: LanguageText | None = None
    """Words of an option outside the scale ("don't know"); it has no code."""

    @model_validator(mode="after")
    def _lowest_first(self) -> Self:
        codes = [point.code for point in self.points]
        if any(b <= a for a, b in itertools.pairwise(codes)):
            raise ValueError(f"points are listed lowest code first, each once; these are {codes}")
        return self

    @property
    def minimum(self) -> int:
        """The lowest code."""
        return self.points[0].code

    @property
    def maximum(self) -> int:
        """The highest code."""
        return self.points[-1].code

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

        Raises
        ------
        InstrumentError
            ``labels="words"`` and a point that has none in this language.

        Examples
        --------
        >>> scale = Labelled(points=[{"code": 1, "label": {"en": "no"}},
        ...                          {"code": 2, "label": {"en": "yes"}}])
        >>> scale.presented(direction="reversed").options[0]
        Option(token='1', label='yes', code=2.0)
        """
        listed = [(point.label.get(language, ""), float(point.code)) for point in self.points]
        shown: list[tuple[str, float | None]] = [
            *(listed[::-1] if direction == "reversed" else listed)
        ]
        if self.undefined and self.undefined.get(language):
            shown.append((self.undefined[language], None))
        options = _options(shown, labels, low=self.minimum, language=language)
        return Presented("labelled", options, direction, labels, language)


class Numeric(Strict):
    """A free number between two bounds."""

    kind: Literal["numeric"] = "numeric"
    """A free number."""
    minimum: float
    """The lowest number that is an answer."""
    maximum: float
    """The highest number that is an answer."""
    step: float | None = Field(default=None, gt=0)
    """The distance between permitted numbers, where there is one."""
    unit: LanguageText = Field(default_factory=dict)
    """What is counted ("years")."""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        _check_bounds(self.minimum, self.maximum)
        return self

    def presented(
        self,
        *,
        direction: Direction = "published",  # noqa: ARG002  # a number has no direction
        labels: Labels = "numbers",  # noqa: ARG002  # nor any labels
        language: str = "en",
    ) -> Presented:
        """The bounds; a number is asked the same way under every form.

        Examples
        --------
        >>> Numeric(minimum=0, maximum=10).presented(direction="reversed").direction
        'published'
        """
        return Presented(
            self.kind,
            language=language,
            minimum=self.minimum,
            maximum=self.maximum,
            step=self.step,
        )


class VisualAnalogue(Strict):
    """A line between two labelled ends, answered with a number."""

    kind: Literal["visual_analogue"] = "visual_analogue"
    """A line between two labelled ends."""
    minimum: float = 0
    """The number at the low end."""
    maximum: float = 100
    """The number at the high end."""
    low: LanguageText
    """The words at the low end."""
    high: LanguageText
    """The words at the high end."""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        _check_bounds(self.minimum, self.maximum)
        return self

    def presented(
        self,
        *,
        direction: Direction = "published",
        labels: Labels = "numbers",  # noqa: ARG002  # the ends are numbers under every form
        language: str = "en",
    ) -> Presented:
        """The two ends, first the one the page calls ``minimum``.

        Under ``direction="reversed"`` the page's low number bears the words of the high end;
        each end's ``code`` is in the instrument's direction.

        Examples
        --------
        >>> line = VisualAnalogue(low={"en": "calm"}, high={"en": "tense"})
        >>> [(o.token, o.label, o.code) for o in line.presented(direction="reversed").options]
        [('0', 'tense', 100.0), ('100', 'calm', 0.0)]
        """
        low = (self.low.get(language, ""), self.minimum)
        high = (self.high.get(language, ""), self.maximum)
        first, last = (high, low) if direction == "reversed" else (low, high)
        ends = (
            Option(f"{self.minimum:g}", first[0], float(first[1])),
            Option(f"{self.maximum:g}", last[0], float(last[1])),
        )
        return Presented(
            self.kind,
            ends,
            direction,
            language=language,
            minimum=self.minimum,
            maximum=self.maximum,
        )


class YesNoConfidence(Strict):
    """Yes or no, with a confidence from 0 to 100."""

    kind: Literal["yes_no_confidence"] = "yes_no_confidence"
    """Yes or no, with a confidence."""
    yes: LanguageText = Field(default_factory=lambda: {"en": "yes"})
    """The word for yes; its code is 1."""
    no: LanguageText = Field(default_factory=lambda: {"en": "no"})
    """The word for no; its code is 0."""

    def presented(
        self,
        *,
        direction: Direction = "published",
        labels: Labels = "words",
        language: str = "en",
    ) -> Presented:
        """Yes and no in words or under letters; a number is the confidence (0 to 100).

        Examples
        --------
        >>> [o.token for o in YesNoConfidence().presented(direction="reversed").options]
        ['no', 'yes']
        """
        shown = [(self.yes.get(language, ""), 1.0), (self.no.get(language, ""), 0.0)]
        style: Labels = "letters" if labels == "letters" else "words"
        ordered = shown[::-1] if direction == "reversed" else shown
        options = _options(ordered, style, language=language)
        return Presented(self.kind, options, direction, style, language, minimum=0, maximum=100)


class Keyed(Strict):
    """A choice among each item's own options: one is right, or each stands for a scale."""

    kind: Literal["keyed"] = "keyed"
    """A choice among the item's own options."""

    def presented(
        self,
        options: Sequence[ItemOption],
        *,
        direction: Direction = "published",
        labels: Labels = "numbers",
        language: str = "en",
        seed: int | None = None,
    ) -> Presented:
        """An item's options, in the order listed or shuffled by a seed.

        Shuffling is what makes the test against chance one: a respondent that always takes
        one position would otherwise score what the key happens to put there.

        Examples
        --------
        >>> words = [ItemOption(code=1, label={"en": "sad"}),
        ...          ItemOption(code=2, label={"en": "shy"})]
        >>> Keyed().presented(words, direction="reversed").options[0]
        Option(token='1', label='shy', code=2.0)
        """
        ordered = list(options[::-1] if direction == "reversed" else options)
        if seed is not None:
            random.Random(seed).shuffle(ordered)  # noqa: S311  # an order, not a secret
        shown = [(option.label.get(language, ""), float(option.code)) for option in ordered]
        tokens = _options(shown, labels, language=language)
        return Presented(self.kind, tokens, direction, labels, language)


class Open(Strict):
    """Open text, rated afterwards."""

    kind: Literal["open"] = "open"
    """Open text."""
    levels: tuple[int, int] | None = None
    """Lowest and highest rating it can get."""
    max_words: int | None = Field(default=None, ge=1)
    """How long an answer may be."""

    def presented(
        self,
        *,
        direction: Direction = "published",  # noqa: ARG002  # text has no direction
        labels: Labels = "numbers",  # noqa: ARG002  # nor any labels
        language: str = "en",
    ) -> Presented:
        """Nothing to choose from; any text is an answer."""
        return Presented("open", language=language)


ResponseScale = Annotated[
    Labelled | Numeric | VisualAnalogue | YesNoConfidence | Keyed | Open,
    Field(discriminator="kind"),
]


def with_points(scale: ResponseScale, points: tuple[Point, ...]) -> ResponseScale:
    """The response scale of an item that may have points of its own."""
    if points and isinstance(scale, Labelled):
        return Labelled(points=points, undefined=scale.undefined)
    return scale


def _check_bounds(minimum: float, maximum: float) -> None:
    if not minimum < maximum:
        raise ValueError(f"minimum ({minimum:g}) must be below maximum ({maximum:g})")


def _options(
    shown: Sequence[tuple[str, float | None]], labels: Labels, *, language: str, low: int = 1
) -> tuple[Option, ...]:
    """Tokens in the order shown: the words themselves, letters, or numbers from ``low``."""
    if labels == "words":
        bare = [code for words, code in shown if not words]
        if bare:
            raise InstrumentError(
                f"the option coded {bare[0]:g} has no words in language {language!r}",
                hint="show numbers or letters instead, or add the label to the instrument file",
            )
        return tuple(Option(words, words, code) for words, code in shown)
    first = ord("A") if labels == "letters" else low
    return tuple(
        Option(chr(first + k) if labels == "letters" else str(first + k), words, code)
        for k, (words, code) in enumerate(shown)
    )
