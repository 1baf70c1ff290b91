"""Criteria, their thresholds, and the conclusion that several criteria permit."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, get_args

Standing = Literal["permitted", "not permitted", "inconclusive"]
STANDINGS: tuple[Standing, ...] = get_args(Standing)
BEST_FIRST: tuple[Standing, ...] = ("permitted", "inconclusive", "not permitted")
"""From the most to the least that may be said."""
Sense = Literal["at least", "above", "at most", "below"]
Bound = Literal["value", "lower", "upper"]


@dataclass(frozen=True)
class Criterion:
    """A number and the threshold that it must meet.

    Parameters
    ----------
    name : str
    value : float
        NaN where the number is not available.
    sense : {"at least", "above", "at most", "below"}
    threshold : float
    lower, upper : float
        Ends of the interval; NaN where there is none.
    bound : {"value", "lower", "upper"}
        Which of the three must meet the threshold.
    reason : str
        Where the number comes from; or why it is not available, and what would give it.

    Examples
    --------
    >>> Criterion("r", 0.9, "at least", 0.8, lower=0.7, bound="lower").met
    False
    >>> Criterion("r", 0.9, "at least", 0.8).met
    True
    >>> Criterion("r", float("nan"), "at least", 0.8, reason="only one form").met is None
    True
    """

    name: str
    value: float
    sense: Sense
    threshold: float
    lower: float = math.nan
    upper: float = math.nan
    bound: Bound = "value"
    reason: str = ""

    @property
    def decides(self) -> float:
        """The number that is compared with the threshold."""
        return {"value": self.value, "lower": self.lower, "upper": self.upper}[self.bound]

    @property
    def met(self) -> bool | None:
        """Whether the threshold is met; None where the number is not available."""
        x = self.decides
        if math.isnan(x):
            return None
        return {
            "at least": x >= self.threshold,
            "above": x > self.threshold,
            "at most": x <= self.threshold,
            "below": x < self.threshold,
        }[self.sense]


def unavailable(name: str, sense: Sense, threshold: float, reason: str) -> Criterion:
    """Return a criterion whose number is not available."""
    return Criterion(name, math.nan, sense, threshold, reason=reason)


def conclude(criteria: Iterable[Criterion]) -> Standing:
    """Return what several criteria permit together.

    Parameters
    ----------
    criteria : iterable of Criterion

    Returns
    -------
    str
        ``not permitted`` where a criterion fails, ``inconclusive`` where none fails and one is
        not available, ``permitted`` where all are met.

    Examples
    --------
    >>> good, bad = Criterion("a", 1.0, "above", 0.0), Criterion("b", 0.0, "above", 0.0)
    >>> absent = unavailable("c", "above", 0.0, "no opposed stems")
    >>> conclude([good]), conclude([good, absent]), conclude([bad, absent])
    ('permitted', 'inconclusive', 'not permitted')
    """
    met = [criterion.met for criterion in criteria]
    if not met:
        raise ValueError("a conclusion needs at least one criterion")
    if False in met:
        return "not permitted"
    return "inconclusive" if None in met else "permitted"


@dataclass(frozen=True)
class Claim:
    """A claim and the criteria that decide it.

    Parameters
    ----------
    id : str
    criteria : tuple of Criterion

    Examples
    --------
    >>> claim = Claim("structure", (Criterion("r", 0.5, "at least", 0.8),))
    >>> claim.standing, claim.deciding.name
    ('not permitted', 'r')
    """

    id: str
    criteria: tuple[Criterion, ...]

    @property
    def standing(self) -> Standing:
        """What the criteria permit together."""
        return conclude(self.criteria)

    @property
    def deciding(self) -> Criterion:
        """The first criterion that fails, else the first that is not available, else the last."""
        for met in (False, None):
            for criterion in self.criteria:
                if criterion.met is met:
                    return criterion
        return self.criteria[-1]

    def __getitem__(self, name: str) -> Criterion:
        """Return a criterion by its name."""
        for criterion in self.criteria:
            if criterion.name == name:
                return criterion
        raise KeyError(name)
