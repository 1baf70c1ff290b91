"""The answers of one respondent: its administrations and the form of each."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from valuealign.errors import DataError

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Answers:
    """Administrations of one instrument to one respondent, and their forms.

    Parameters
    ----------
    values : array_like, shape (n_administrations, n_items)
        Codes in the direction of the published response scale, whatever direction was shown;
        an answer to an opposed stem is the answer to that stem, not turned. NaN where an item
        has no answer.
    reversed_scale : array_like of bool, shape (n_administrations,)
        Whether the response scale was shown in the other direction.
    opposed : array_like of bool, shape (n_administrations,)
        Whether the stems were the opposed ones.
    low, high : float
        Lowest and highest code.

    Raises
    ------
    DataError
        For shapes that do not fit, or codes outside the response scale.

    Examples
    --------
    >>> answers = Answers([[6, 1], [1, 6]], [False, False], [False, True], low=1, high=6)
    >>> answers.content.tolist()
    [[6.0, 1.0], [6.0, 1.0]]
    >>> answers.n_items, answers.occasions
    (2, {'published': 1, 'published, opposed': 1, 'reversed': 0, 'reversed, opposed': 0})
    """

    values: FloatArray
    reversed_scale: BoolArray
    opposed: BoolArray
    low: float
    high: float

    def __init__(
        self,
        values: ArrayLike,
        reversed_scale: ArrayLike,
        opposed: ArrayLike,
        *,
        low: float,
        high: float,
    ) -> None:
        x = np.asarray(values, dtype=float)
        if x.ndim != 2 or not x.size:
            raise DataError(f"answers have shape {x.shape}; expected administrations by items")
        for name, names in (("reversed_scale", reversed_scale), ("opposed", opposed)):
            flags = np.asarray(names, dtype=bool)
            if flags.shape != (len(x),):
                raise DataError(
                    f"{name} has shape {flags.shape}; expected one value for each of the "
                    f"{len(x)} administrations"
                )
            object.__setattr__(self, name, flags)
        outside = x[np.isfinite(x) & ((x < low) | (x > high))]
        if len(outside):
            raise DataError(f"found the code {outside[0]:g}; expected {low:g} to {high:g}, or NaN")
        object.__setattr__(self, "values", x)
        object.__setattr__(self, "low", float(low))
        object.__setattr__(self, "high", float(high))

    @property
    def n_items(self) -> int:
        """Number of items."""
        return int(self.values.shape[1])

    @cached_property
    def content(self) -> FloatArray:
        """Answers scored by content: those to opposed stems are turned."""
        return np.where(self.opposed[:, None], self.low + self.high - self.values, self.values)

    @cached_property
    def places(self) -> FloatArray:
        """Answers by place: the code that the chosen place has in the published direction."""
        turned = self.low + self.high - self.values
        return np.where(self.reversed_scale[:, None], turned, self.values)

    @cached_property
    def forms(self) -> tuple[BoolArray, ...]:
        """Which administrations have each of the four forms, in the order of `cells`."""
        return tuple(self._by_form.values())

    @cached_property
    def _by_form(self) -> dict[str, BoolArray]:
        return {
            "published": ~self.reversed_scale & ~self.opposed,
            "published, opposed": ~self.reversed_scale & self.opposed,
            "reversed": self.reversed_scale & ~self.opposed,
            "reversed, opposed": self.reversed_scale & self.opposed,
        }

    @property
    def occasions(self) -> dict[str, int]:
        """Administrations of each of the four forms: scale direction by stem."""
        return {name: int(place.sum()) for name, place in self._by_form.items()}

    @cached_property
    def cells(self) -> FloatArray:
        """Means over occasions scored by content, shape (4, n_items).

        Rows are published, published with opposed stems, reversed, reversed with opposed stems;
        NaN where a form has no answer to an item.
        """
        return np.array([_mean(self.content[place]) for place in self._by_form.values()])

    @property
    def answered(self) -> FloatArray:
        """Share of the administrations in which each item has an answer, shape (n_items,)."""
        return np.asarray(np.isfinite(self.values).mean(axis=0))

    def missing_forms(self, occasions: int) -> str:
        """Return which forms have too few administrations; empty if none.

        Examples
        --------
        >>> Answers([[6, 1]] * 3, [False] * 3, [False] * 3, low=1, high=6).missing_forms(3)
        'no reversed response scale; no opposed stems'
        >>> Answers([[6, 1]] * 4, [0, 0, 1, 1], [0, 1, 0, 1], low=1, high=6).missing_forms(3)
        '1 occasion of the form published; expected at least 3 of each form'
        """
        absent = []
        if not self.reversed_scale.any():
            absent.append("no reversed response scale")
        elif self.reversed_scale.all():
            absent.append("no published direction of the response scale")
        if not self.opposed.any():
            absent.append("no opposed stems")
        elif self.opposed.all():
            absent.append("no original stems")
        if absent:
            return "; ".join(absent)
        name, n = min(self.occasions.items(), key=lambda pair: pair[1])
        if n == 0:
            return f"the form '{name}' is absent: opposed stems are needed in both directions"
        if n < occasions:
            plural = "" if n == 1 else "s"
            return (
                f"{n} occasion{plural} of the form {name}; expected at least {occasions} of each "
                "form"
            )
        return ""


def _mean(values: FloatArray) -> FloatArray:
    if not len(values):
        return np.full(values.shape[1], np.nan)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # an item without any answer stays NaN
        return np.asarray(np.nanmean(values, axis=0))
