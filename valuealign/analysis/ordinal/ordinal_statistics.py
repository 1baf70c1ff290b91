"""Thresholds, polychoric and polyserial correlations, and their full asymptotic covariance."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from valuealign.analysis.ordinal.casewise import Casewise
from valuealign.analysis.ordinal.category_codes import Categories, categorise
from valuealign.analysis.ordinal.two_step import (
    Layout,
    Parts,
    Solved,
    assemble_mixed,
    assemble_ordered,
    pairs_of,
)
from valuealign.errors import DataError, NotSupported, TooFewRows

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]

_BLOCK = 4096
"""Rows whose influence is held at once."""


@dataclass(frozen=True, eq=False)
class OrdinalStatistics:
    """The sample statistics of one group for ordinal estimators.

    All vectors over statistics are in lavaan's order (``WLS.obs``): thresholds by variable, where
    a continuous variable has *minus* its mean in their place; variances of the continuous
    variables; correlations (covariances, where continuous variables are involved) of the lower
    triangle, column by column.

    Attributes
    ----------
    names : tuple of str
    n : int
        Number of respondents.
    ordered : bool array, shape (p,)
    levels : tuple of float arrays
        The values that stand for each variable's categories; empty for a continuous one.
    thresholds : ndarray, shape (n_thresholds,)
        With minus the mean for a continuous variable.
    threshold_of : int array, shape (n_thresholds,)
        The variable each belongs to.
    covariance : ndarray, shape (p, p)
        Of the normal variables beneath: variance 1 for an ordered variable.
    gamma_diagonal : ndarray, shape (n_statistics,)
        ``n`` times the asymptotic variances, whose inverses are the weights of DWLS.
    cases : Casewise or None
        What each respondent does to each statistic; None where only tables were given.
    empty : tuple of (str, str)
        Pairs with a cell that nobody is in.
    flags : frozenset of str

    Notes
    -----
    `gamma` is ``n`` times the asymptotic covariance of the statistics: with ``Z`` the influences
    (`influence`), ``Z'Z / n``. Robust corrections need products with it more often than the
    matrix: `gamma_times` gives them from ``Z`` in ``n x n_statistics`` steps for each column.
    """

    names: tuple[str, ...]
    n: int
    ordered: NDArray[np.bool_]
    levels: tuple[FloatArray, ...]
    thresholds: FloatArray
    threshold_of: IntArray
    covariance: FloatArray
    gamma_diagonal: FloatArray
    cases: Casewise | None = field(default=None, repr=False)
    empty: tuple[tuple[str, str], ...] = ()
    flags: frozenset[str] = frozenset()

    @property
    def continuous(self) -> IntArray:
        """The places of the continuous variables."""
        return np.flatnonzero(~self.ordered)

    @cached_property
    def statistics(self) -> FloatArray:
        """All statistics in lavaan's order, shape (n_statistics,)."""
        variances = np.diag(self.covariance)[self.continuous]
        lower = self.covariance[np.triu_indices(len(self.names), 1)]
        return np.concatenate([self.thresholds, variances, lower])

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """The statistics' names: ``a|t1`` or ``a~1``, ``b~~b``, ``a~~b``."""
        out, last, k = [], -1, 0
        for place in self.threshold_of:
            k = k + 1 if place == last else 1
            last = place
            name = self.names[place]
            out.append(f"{name}|t{k}" if self.ordered[place] else f"{name}~1")
        out += [f"{self.names[k]}~~{self.names[k]}" for k in self.continuous]
        out += [f"{a}~~{b}" for i, a in enumerate(self.names) for b in self.names[i + 1 :]]
        return tuple(out)

    def influence(self, rows: slice = slice(None)) -> FloatArray:
        """Return the influence of some respondents on each statistic, shape (n_rows, n_statistics).

        The statistics less their limits are about the mean of these rows; the mean of all is 0.

        Raises
        ------
        NotSupported
            Where only tables were given: they hold no covariance between pairs of pairs.
        """
        if self.cases is None:
            raise NotSupported(
                "bivariate tables give estimates and their variances, not the covariances that "
                "robust standard errors and tests need; give rows, or estimator='DWLS'"
            )
        return self.cases.rows(rows)

    def _blocks(self) -> Iterator[FloatArray]:
        for start in range(0, self.n, _BLOCK):
            yield self.influence(slice(start, start + _BLOCK))

    @cached_property
    def gamma(self) -> FloatArray:
        """``n`` times the asymptotic covariance, shape (n_statistics, n_statistics)."""
        total = np.zeros((len(self.statistics),) * 2)
        for Z in self._blocks():
            total += Z.T @ Z
        return total / self.n

    def gamma_times(self, matrix: FloatArray) -> FloatArray:
        """Return `gamma` times a matrix, shape (n_statistics, n_columns), without forming it.

        Parameters
        ----------
        matrix : ndarray, shape (n_statistics, n_columns)
        """
        total = np.zeros_like(matrix, dtype=float)
        for Z in self._blocks():
            total += Z.T @ (Z @ matrix)
        return total / self.n


def ordinal_statistics(
    rows: Any,
    names: Sequence[str],
    *,
    ordered: Sequence[str] | None = None,
    weights: FloatArray | None = None,
    levels: Mapping[str, Sequence[float]] | None = None,
    missing: str = "listwise",
) -> OrdinalStatistics:
    """Estimate thresholds and latent correlations in two steps, as lavaan does.

    Parameters
    ----------
    rows : array_like, shape (n, p)
        NaN where a response is missing.
    names : sequence of str
    ordered : sequence of str, optional
        The ordered variables; all of them if not given.
    weights : ndarray, shape (n,), optional
        Sampling weights.
    levels : mapping of name to values, optional
        Categories that must be there (the same in every group).
    missing : {"listwise", "pairwise"}
        Whether a respondent with a missing response is left out, or used where it can be.

    Returns
    -------
    OrdinalStatistics

    Raises
    ------
    ConstantItem
        A variable has one value.
    DataError
        No complete rows; an empty or unknown category.

    Notes
    -----
    Agrees with ``lavCor`` (thresholds, polychoric, polyserial) to 3e-8, its own precision, and
    with the asymptotic covariance of ``lavInspect(fit, "gamma")`` to 1e-6. As there, a 2 x 2
    table with one empty cell has half a count moved into it, margins kept; larger tables are
    taken as they are.

    References
    ----------
    Olsson, U. (1979). Maximum likelihood estimation of the polychoric correlation coefficient.
    Psychometrika, 44, 443-460. https://doi.org/10.1007/BF02296207

    Muthen, B. (1984). A general structural equation model with dichotomous, ordered categorical,
    and continuous latent variable indicators. Psychometrika, 49, 115-132.
    https://doi.org/10.1007/BF02294210

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> x = rng.multivariate_normal([0, 0], [[1, 0.5], [0.5, 1]], 4000, method="cholesky")
    >>> found = ordinal_statistics(np.digitize(x, [-1, 0, 1]), ["a", "b"])
    >>> found.covariance[0, 1].round(1), found.thresholds[[0, 2]].round(1).tolist()
    (np.float64(0.5), [-1.0, 1.0])
    >>> found.labels[-1], found.gamma.shape
    ('a~~b', (7, 7))
    """
    names = tuple(str(name) for name in names)
    table, weights = _used(rows, names, weights, missing)
    which = np.array([ordered is None or name in set(ordered) for name in names])
    coded_names = [name for name, yes in zip(names, which, strict=True) if yes]
    coded = categorise(table[:, which], coded_names, levels=levels)
    solved = Solved(coded, coded.counts(weights), coded.margins(weights), len(table))
    if which.all():
        statistics = _statistics(solved, assemble_ordered(solved, weights))
        return statistics if weights is None else _diagonal_from_cases(statistics)
    parts = assemble_mixed(solved, Layout(names, which), table[:, ~which].T, weights)
    return _diagonal_from_cases(_statistics(solved, parts))


def _statistics(solved: Solved, parts: Parts) -> OrdinalStatistics:
    levels = iter(solved.coded.levels)
    return OrdinalStatistics(
        names=parts.layout.names,
        n=solved.n,
        ordered=parts.layout.ordered,
        levels=tuple(next(levels) if yes else np.empty(0) for yes in parts.layout.ordered),
        thresholds=parts.thresholds,
        threshold_of=parts.threshold_of,
        covariance=parts.covariance,
        gamma_diagonal=solved.gamma_diagonal(),
        cases=parts.cases,
        empty=solved.empty(),
        flags=solved.flags(),
    )


def _diagonal_from_cases(statistics: OrdinalStatistics) -> OrdinalStatistics:
    """Replace the variances by those of weighted rows, or of rows with continuous variables."""
    total = np.zeros(len(statistics.statistics))
    for start in range(0, statistics.n, _BLOCK):
        Z = statistics.influence(slice(start, start + _BLOCK))
        total += np.einsum("nk,nk->k", Z, Z)
    return replace(statistics, gamma_diagonal=total / statistics.n)


def statistics_from_tables(
    tables: Mapping[tuple[str, str], Any], names: Sequence[str], *, n: int | None = None
) -> OrdinalStatistics:
    """Estimate thresholds and polychoric correlations from bivariate tables.

    Parameters
    ----------
    tables : mapping of (name, name) to array_like
        Counts of every pair, in either order; rows are the first variable's categories.
    names : sequence of str
    n : int, optional
        Number of respondents; the largest table's total if not given.

    Returns
    -------
    OrdinalStatistics
        With variances (`gamma_diagonal`) and without `cases`.

    Raises
    ------
    DataError
        A pair has no table, or tables disagree about the number of categories.

    Notes
    -----
    Equal to the estimates from rows where no response is missing. Where tables of a variable
    have different margins (pairwise deletion), its thresholds come from their sum.

    Examples
    --------
    >>> found = statistics_from_tables({("a", "b"): [[40, 10], [10, 40]]}, ["a", "b"])
    >>> found.covariance[0, 1].round(4)  # sin(2 pi (0.4 - 1/4)): a median split of both
    np.float64(0.809)
    """
    names = tuple(str(name) for name in names)
    pairs = [_table(tables, a, b) for i, a in enumerate(names) for b in names[i + 1 :]]
    sizes = _sizes(pairs, names)
    width = int(sizes.max())
    counts = np.zeros((len(pairs), width + 1, width + 1))
    for whole, table in zip(counts, pairs, strict=True):
        whole[: table.shape[0], : table.shape[1]] = table
    margins = np.zeros((len(names), width))
    for (i, j), whole in zip(pairs_of(len(names)), counts, strict=True):
        margins[i] += whole.sum(axis=1)[:-1]
        margins[j] += whole.sum(axis=0)[:-1]
    totals = counts.sum(axis=(1, 2))
    size = round(float(totals.max())) if n is None else int(n)
    margins *= size / margins.sum(axis=1, keepdims=True)
    for name, margin, categories in zip(names, margins, sizes, strict=True):
        if (margin[:categories] == 0).any():
            raise DataError(f"a category of {name!r} is empty in every table; leave it out")
    none = np.empty((len(names), 0), dtype=np.int16)
    levels = tuple(np.arange(1.0, k + 1) for k in sizes)
    solved = Solved(Categories(names, none, levels), counts, margins, size)
    return replace(_statistics(solved, assemble_ordered(solved, None)), cases=None)


def _used(
    rows: Any, names: tuple[str, ...], weights: FloatArray | None, missing: str
) -> tuple[FloatArray, FloatArray | None]:
    """Return the rows that are used, and their weights so that they sum to the rows' number."""
    table = np.asarray(rows, dtype=float)
    if table.ndim != 2 or table.shape[1] != len(names):
        raise DataError(f"the rows have shape {table.shape}; expected {len(names)} columns")
    if missing not in {"listwise", "pairwise"}:
        raise DataError(f"missing is {missing!r}; expected 'listwise' or 'pairwise'")
    holes = np.isnan(table)
    gone = holes.all(axis=1) if missing == "pairwise" else holes.any(axis=1)
    if gone.any():
        table = table[~gone]
    if len(table) < 2:
        raise TooFewRows(f"{len(table)} rows are left without those with missing responses")
    if weights is None:
        return table, None
    kept = np.asarray(weights, dtype=float)[~gone]
    return table, kept * (len(kept) / kept.sum())


def _table(tables: Mapping[tuple[str, str], Any], a: str, b: str) -> FloatArray:
    """Return the table of two variables, turned if it stands the other way round."""
    straight = tables.get((a, b))
    turned = tables.get((b, a))
    if straight is None and turned is None:
        raise DataError(f"there is no table of {a!r} and {b!r}; expected one of every pair")
    table = np.asarray(straight if straight is not None else turned, dtype=float)
    if table.ndim != 2 or not np.isfinite(table).all() or (table < 0).any() or not table.any():
        raise DataError(f"the table of {a!r} and {b!r} is not a matrix of counts")
    return table if straight is not None else table.T


def _sizes(pairs: list[FloatArray], names: tuple[str, ...]) -> IntArray:
    """Return each variable's number of categories, the same in all its tables."""
    sizes = np.zeros(len(names), dtype=np.intp)
    for (i, j), table in zip(pairs_of(len(names)), pairs, strict=True):
        for k, size in zip((i, j), table.shape, strict=True):
            if sizes[k] not in {0, size}:
                raise DataError(
                    f"item {names[k]!r} has {sizes[k]} categories in one table and {size} in "
                    "another; expected the same, with rows of 0 where a category is unused"
                )
            sizes[k] = size
    if len(names) < 2:
        raise DataError("tables need at least two variables")
    return sizes
