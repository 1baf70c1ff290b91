"""Ratings as counts: how many raters gave each unit each value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from valuealign.analysis.frame_columns import check_scalars, combined, listed
from valuealign.analysis.matrix import frame_with, numeric
from valuealign.errors import DataError, TooFewRows

if TYPE_CHECKING:
    import pandas as pd

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]
Kind = Literal["nominal", "ordinal", "interval", "ratio"]

MOST_CATEGORIES = 200
"""Different values of a nominal, ordinal or ratio rating that are still compared in pairs."""


@dataclass(frozen=True, eq=False)
class RatedUnits:
    """Ratings of units by raters.

    Attributes
    ----------
    codes : ndarray of int, shape (n_units, n_raters)
        Place of each rating among the values; -1 where there is none.
    values : tuple
        The possible values in their order.
    raters : tuple of str
    kind : {"nominal", "ordinal", "interval", "ratio"}
    n_without : int
        Units that nobody rated; they are not among the rows.
    """

    codes: IntArray
    values: tuple[Any, ...]
    raters: tuple[str, ...]
    kind: Kind
    n_without: int

    @property
    def counts(self) -> FloatArray:
        """How many raters gave each unit each value, shape (n_units, n_values)."""
        there = self.codes >= 0
        units = np.broadcast_to(np.arange(len(self.codes))[:, None], self.codes.shape)
        flat = units[there] * len(self.values) + self.codes[there]
        size = len(self.codes) * len(self.values)
        return np.bincount(flat, minlength=size).reshape(len(self.codes), -1).astype(float)

    @property
    def numbers(self) -> FloatArray:
        """The values as numbers; their places, for nominal ones."""
        if self.kind == "nominal":
            return np.arange(len(self.values), dtype=float)
        return np.array(self.values, dtype=float)


def rated_units(
    ratings: pd.DataFrame,
    *,
    unit: str | Sequence[str] | None,
    rater: str | Sequence[str] | None,
    value: str,
    kind: Kind,
    categories: Sequence[Any] | None,
) -> RatedUnits:
    """Read ratings from a wide or a long frame.

    Parameters
    ----------
    ratings : DataFrame
        A row per unit and a column per rater; or, with ``unit`` and ``rater``, a row per rating.
    unit, rater : str, sequence of str or None
        Columns of a long frame; several are combined.
    value : str
        The column of a long frame's ratings.
    kind : {"nominal", "ordinal", "interval", "ratio"}
    categories : sequence or None
        The possible values in their order; None for those that occur.

    Returns
    -------
    RatedUnits

    Raises
    ------
    DataError
        Two ratings of one unit by one rater, values that are not numbers where numbers are
        needed, values outside the categories.
    TooFewRows
        Fewer than two units with two ratings.
    """
    wide = _wide(ratings, unit, rater, value)
    check_scalars(wide)
    if kind != "nominal":
        _check_numbers(wide, kind)
    values = _values(wide, kind, categories)
    place = {v: k for k, v in enumerate(values)}
    codes = np.array(
        [[-1 if _absent(v) else place[v] for v in row] for row in wide.to_numpy(dtype=object)],
        dtype=np.intp,
    ).reshape(wide.shape)
    rated = (codes >= 0).any(axis=1)
    enough = ((codes >= 0).sum(axis=1) >= 2).sum()
    if enough < 2:
        raise TooFewRows(
            f"{enough} units have two ratings or more; agreement needs at least two such units"
        )
    if len(values) < 2:
        raise DataError(f"every rating is {values[0]!r}; agreement by chance is then complete")
    return RatedUnits(
        codes[rated], values, tuple(map(str, wide.columns)), kind, int((~rated).sum())
    )


def _wide(
    ratings: pd.DataFrame,
    unit: str | Sequence[str] | None,
    rater: str | Sequence[str] | None,
    value: str,
) -> pd.DataFrame:
    """Return a row per unit and a column per rater."""
    if (unit is None) != (rater is None):
        raise DataError("a long frame needs both unit= and rater=; a wide frame needs neither")
    frame_with(ratings, [])
    if unit is None or rater is None:
        if ratings.shape[1] < 2:
            raise DataError(f"{ratings.shape[1]} columns; expected one per rater, at least two")
        frame_with(ratings, list(map(str, ratings.columns)))
        return ratings
    units, raters = listed(unit), listed(rater)
    frame_with(ratings, [*units, *raters, value])
    kept = ratings[ratings[[*units, *raters, value]].notna().all(axis=1)]
    long = kept[[value]].assign(unit=combined(kept, units), rater=combined(kept, raters))
    twice = long.duplicated(["unit", "rater"])
    if twice.any():
        row = long[twice].iloc[0]
        raise DataError(
            f"rater {row['rater']!r} rated unit {row['unit']!r} more than once; average repeated "
            "ratings, or make the occasion part of the unit or of the rater"
        )
    if long["rater"].nunique() < 2:
        raise DataError(f"{long['rater'].nunique()} raters by {', '.join(raters)}; expected two")
    return long.pivot(index="unit", columns="rater", values=value)


def _absent(value: Any) -> bool:
    import pandas as pd

    return bool(pd.isna(value))


def _values(wide: pd.DataFrame, kind: Kind, categories: Sequence[Any] | None) -> tuple[Any, ...]:
    """Return the possible values in their order."""
    there = {v for v in wide.to_numpy(dtype=object).ravel() if not _absent(v)}
    if categories is not None:
        outside = there - set(categories)
        if outside:
            raise DataError(f"the rating {sorted(map(str, outside))[0]!r} is not in categories")
        return tuple(dict.fromkeys(categories))
    try:
        ordered = tuple(sorted(there))
    except TypeError:
        ordered = tuple(sorted(there, key=str))
    if len(ordered) > MOST_CATEGORIES and kind != "interval":
        raise DataError(
            f"{len(ordered)} different {kind} values; expected at most {MOST_CATEGORIES}. "
            "Use kind='interval' for measurements"
        )
    return ordered


def _check_numbers(wide: pd.DataFrame, kind: Kind) -> None:
    for k, rater in enumerate(wide.columns):
        values = numeric(wide.iloc[:, k], f"the {kind} ratings of {str(rater)!r}")
        if np.isinf(values).any():
            raise DataError(f"the {kind} ratings of {str(rater)!r} are infinite somewhere")
        if kind == "ratio" and (values < 0).any():
            raise DataError(f"a ratio rating of {str(rater)!r} is below zero")
