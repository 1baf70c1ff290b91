"""Ratings of a judge and of people, read from a frame, and their sums by cluster."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from valuealign.analysis.frame_columns import check_scalars, combined, listed
from valuealign.analysis.matrix import frame_with, numeric
from valuealign.errors import DataError

if TYPE_CHECKING:
    import pandas as pd

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]

SUMS = ("n", "y", "f", "yy", "yf", "ff", "N", "F", "FF")
"""Of rated rows: count, sums of people's and the judge's ratings, products; then of the others."""
MOST_CLUSTERS = 20_000
"""More clusters than this are combined at random, so that leaving each out once stays quick."""


@dataclass(frozen=True, eq=False)
class RatedRows:
    """What the judge said of every row, and people of some.

    Attributes
    ----------
    judge : ndarray, shape (n,)
    people : ndarray, shape (n,)
        NaN where people did not rate.
    group : ndarray of int, shape (n,)
    groups : tuple of str
    cluster : ndarray of int, shape (n,)
        Rows of one cluster are not independent.
    clustered : bool
        Whether the rows of a cluster were declared; else each row is its own.
    n_missing : int
        Rows without a judge's rating, which are left out.
    """

    judge: FloatArray
    people: FloatArray
    group: IntArray
    groups: tuple[str, ...]
    cluster: IntArray
    clustered: bool
    n_missing: int

    @property
    def rated(self) -> NDArray[np.bool_]:
        """The rows that people rated."""
        return ~np.isnan(self.people)

    @property
    def binary(self) -> bool:
        """Whether judge and people only say 0 or 1."""
        return bool(np.isin(self.judge, (0, 1)).all()) and bool(
            np.isin(self.people[self.rated], (0, 1)).all()
        )

    def clusters_of(self, k: int, *, rated: bool) -> int:
        """Return the number of clusters of a group, or of those with a row that people rated."""
        return len(self._clusters(k, rated=rated))

    def share_clusters(self, a: int, b: int) -> bool:
        """Say whether two groups have rows in the same cluster."""
        return bool(np.isin(self._clusters(a, rated=False), self._clusters(b, rated=False)).any())

    def _clusters(self, k: int, *, rated: bool) -> IntArray:
        chosen = (self.group == k) & (self.rated if rated else True)
        return np.unique(self.cluster[chosen])


def rated_rows(
    data: pd.DataFrame,
    *,
    judge: str,
    people: str,
    by: str | Sequence[str] | None,
    cluster: str | Sequence[str] | None,
) -> RatedRows:
    """Read and check the ratings.

    Parameters
    ----------
    data : DataFrame
    judge, people : str
    by, cluster : str, sequence of str or None

    Returns
    -------
    RatedRows

    Raises
    ------
    DataError
        Columns that are absent, or do not hold numbers; no row that the judge rated, or none
        that people rated.
    """
    import pandas as pd

    by, cluster = ([] if c is None else listed(c) for c in (by, cluster))
    if judge == people:
        raise DataError(f"judge and people are both {judge!r}; expected two columns of ratings")
    columns = list(dict.fromkeys([judge, people, *by, *cluster]))
    frame_with(data, columns)
    check_scalars(data[columns])
    scores = _finite(data, judge)
    there = ~np.isnan(scores) & data[[*by, *cluster]].notna().all(axis=1).to_numpy(dtype=bool)
    rows = data[there]
    ratings = _finite(data, people)[there]
    if not len(rows) or np.isnan(ratings).all():
        who = "the judge and a group" if not len(rows) else "the judge and people"
        raise DataError(f"no row has a rating of {who}; expected people's ratings of some rows")
    names = combined(rows, by) if by else pd.Series("", index=rows.index)
    group, groups = pd.factorize(names)
    own = np.arange(len(rows))
    code = pd.factorize(combined(rows, cluster))[0] if cluster else own
    return RatedRows(
        judge=scores[there],
        people=ratings,
        group=group.astype(np.intp),
        groups=tuple(str(name) for name in groups),
        cluster=code.astype(np.intp),
        clustered=bool(cluster),
        n_missing=int((~there).sum()),
    )


def _finite(data: pd.DataFrame, column: str) -> FloatArray:
    values = numeric(data[column], f"column {column!r}")
    if np.isinf(values).any():
        raise DataError(f"column {column!r} holds an infinite value; expected ratings or missing")
    return values


def cluster_sums(rows: RatedRows) -> tuple[FloatArray, FloatArray]:
    """Return the sums from which every estimate follows, by cluster and group.

    Parameters
    ----------
    rows : RatedRows

    Returns
    -------
    sums : ndarray, shape (n_clusters, n_groups, 9)
        In the order of ``SUMS``, of ratings less the origin of their group.
    origin : ndarray, shape (n_groups, 2)
        The judge's mean and people's mean, which keep squares small.
    """
    k, rated = len(rows.groups), rows.rated
    origin = np.array(
        [[_mean(rows.judge[g]), _mean(rows.people[g & rated])] for g in _members(rows)]
    )
    f = rows.judge - origin[rows.group, 0]
    y = np.where(rated, rows.people - origin[rows.group, 1], 0.0)
    on, off = rated.astype(float), (~rated).astype(float)
    cluster, size = _combined_clusters(rows.cluster)
    place = cluster * k + rows.group
    columns = (on, y, on * f, y * y, y * f, on * f * f, off, off * f, off * f * f)
    sums = [np.bincount(place, column, size * k).reshape(size, k) for column in columns]
    return np.stack(sums, axis=-1), origin


def _members(rows: RatedRows) -> list[NDArray[np.bool_]]:
    return [rows.group == k for k in range(len(rows.groups))]


def _mean(values: FloatArray) -> float:
    return float(values.mean()) if len(values) else 0.0


def _combined_clusters(code: IntArray) -> tuple[IntArray, int]:
    """Return clusters, of very many at most ``MOST_CLUSTERS`` random unions."""
    size = int(code.max()) + 1
    if size <= MOST_CLUSTERS:
        return code, size
    place = np.random.default_rng(0).permutation(size) % MOST_CLUSTERS
    return place[code], MOST_CLUSTERS
