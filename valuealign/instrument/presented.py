"""Presented options: options in an order, each under a token."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Direction = Literal["published", "reversed"]
Labels = Literal["numbers", "words", "letters"]


@dataclass(frozen=True, slots=True)
class Option:
    """One option as the respondent sees it.

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
    """The options that a respondent saw.

    Parameters
    ----------
    kind : str
        The kind of response scale.
    options : tuple of Option
        In the order shown; empty for a numeric scale and for open text; the two ends of a
        visual-analogue line.
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
