"""How many human ratings make the interval of a corrected judge how wide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from valuealign.analysis.result_display import Shown
from valuealign.arguments import checked
from valuealign.errors import DataError

if TYPE_CHECKING:
    import pandas as pd

FEWEST = 3
"""Fewer ratings say nothing about how judge and people go together."""


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class RatingsNeeded(Shown):
    """How many human ratings an interval needs.

    Attributes
    ----------
    table : DataFrame
        By width: ``width ratings share people_alone saved``: ratings by people next to the judge,
        their share of all rows, ratings by people without a judge, and the difference. Missing
        where people would have to rate more rows than there are.
    narrowest : float
        The width if people rated every row.
    groups : int
        Groups whose rows people rate: 1, or 2 for a difference. Numbers are for each.

    Examples
    --------
    >>> import valuealign as va
    >>> planned = va.ratings_needed([0.4, 0.2], total=1000, sd=0.8, correlation=0.8)
    >>> planned.table["ratings"].tolist(), planned.table["people_alone"].tolist()
    ([26, 108], [64, 249])
    """

    table: pd.DataFrame
    narrowest: float
    groups: int


@checked
def ratings_needed(
    width: float | Sequence[float],
    *,
    total: int,
    sd: float,
    correlation: float,
    difference: bool = False,
    clusters: int | None = None,
    icc: float = 0.0,
    level: float = 0.95,
) -> RatingsNeeded:
    """Return how many human ratings give a corrected interval of a width.

    Parameters
    ----------
    width : float or sequence of float
        From the lower to the upper end of the interval, in the unit of the ratings.
    total : int
        Rows that the judge rates, in each group.
    sd : float
        Standard deviation of people's ratings within a group; of a share p it is at most
        ``sqrt(p * (1 - p))``.
    correlation : float
        Of the judge's ratings with people's, for example ``correlation`` of a pilot's
        :func:`valuealign.corrected`.
    difference : bool
        Whether the interval is of a difference between two groups without common clusters.
    clusters : int, optional
        Scenes or respondents that the rows come from, equally many from each.
    icc : float
        Share of the variance of people's ratings that lies between clusters.
    level : float
        Confidence level of the interval.

    Returns
    -------
    RatingsNeeded
        ``.table`` by width.

    Raises
    ------
    DataError
        A number outside its range; an ``icc`` without the number of clusters.

    Notes
    -----
    The variance is ``sd**2 * (icc / clusters + (1 - icc) / n * (1 - correlation**2 * (1 - n /
    total)))`` for n ratings drawn at random from all rows: ratings do not make up for few clusters.

    Examples
    --------
    >>> ratings_needed(0.2, total=400, sd=1.0, correlation=0.9).table["ratings"].tolist()
    [340]
    >>> ratings_needed(0.2, total=400, sd=1.0, correlation=0.9, clusters=20, icc=0.2).table[
    ...     "ratings"].tolist()
    [<NA>]
    """
    import pandas as pd

    widths = np.atleast_1d(np.asarray(width, dtype=float)).tolist()
    _check(widths, total, sd, correlation, clusters=clusters, icc=icc)
    n = np.arange(FEWEST, total + 1)
    between = icc / clusters if clusters else 0.0
    of_both = np.sqrt(between + (1 - icc) / n * (1 - max(correlation, 0.0) ** 2 * (1 - n / total)))
    alone = np.sqrt(between + (1 - icc) / n)
    factor = 2 * sd * _quantiles(n, clusters, level, difference)
    reached = [np.minimum.accumulate(factor * error) for error in (of_both, alone)]
    table = pd.DataFrame({"width": widths})
    for name, r in zip(("ratings", "people_alone"), reached, strict=True):
        table[name] = pd.array([_first(n, r <= w) for w in widths], dtype="Int64")
    table.insert(2, "share", table["ratings"] / total)
    table["saved"] = table["people_alone"] - table["ratings"]
    return RatingsNeeded(
        table=table,
        narrowest=float(reached[0][-1]),
        groups=2 if difference else 1,
    )


def _quantiles(n: np.ndarray, clusters: int | None, level: float, difference: bool) -> np.ndarray:
    """Return the quantile of t for every number of ratings, of a difference times root 2."""
    from scipy.stats import t

    df = (n if clusters is None else np.minimum(n, clusters)) - 1
    groups = 2 if difference else 1
    return np.asarray(t.ppf((1 + level) / 2, groups * df) * np.sqrt(groups))


def _first(n: np.ndarray, enough: np.ndarray) -> Any:
    """Return the smallest number that is enough, or a missing value."""
    import pandas as pd

    return int(n[enough.argmax()]) if enough.any() else pd.NA


def _check(
    widths: list[float],
    total: int,
    sd: float,
    correlation: float,
    *,
    clusters: int | None,
    icc: float,
) -> None:
    ranges = {
        "width": (bool(widths) and min(widths) > 0, "positive numbers", widths),
        "total": (FEWEST <= total <= 10**7, f"{FEWEST} to 10,000,000 rows", total),
        "sd": (0 < sd < np.inf, "a positive number", sd),
        "correlation": (-1 <= correlation <= 1, "-1 to 1", correlation),
        "icc": (0 <= icc <= 1, "0 to 1", icc),
        "clusters": (clusters is None or 2 <= clusters <= total, "2 to total", clusters),
    }
    for name, (fits, expected, value) in ranges.items():
        if not fits:
            raise DataError(f"{name} is {value}; expected {expected}")
    if icc > 0 and clusters is None:
        raise DataError(f"icc is {icc:g}; expected the number of clusters too: clusters=")
