"""Two-step estimation for ordered variables, and the layout of the resulting statistics."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from valuealign.analysis.ordinal.casewise import Casewise, pair_moves, threshold_moves
from valuealign.analysis.ordinal.category_codes import MANY, Categories
from valuealign.analysis.ordinal.continuous import Continuous, continuous
from valuealign.analysis.ordinal.polychoric_pairs import (
    BOUND,
    Pairs,
    correlate,
    influence,
    pad_thresholds,
)

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]


def pairs_of(p: int) -> Iterator[tuple[int, int]]:
    """Yield the pairs ``i < j`` in the statistics' order."""
    return ((i, j) for i in range(p) for j in range(i + 1, p))


class Solved:
    """Thresholds and polychoric correlations of ordered variables, with their input."""

    def __init__(self, coded: Categories, counts: FloatArray, margins: FloatArray, n: int) -> None:
        i, j = np.triu_indices(len(coded.names), 1)
        self.coded, self.counts, self.margins, self.n = coded, counts, margins, n
        self.sizes = np.array([len(v) for v in coded.levels], dtype=np.intp)
        self.padded = pad_thresholds(margins)
        self.tables = counts[:, :-1, :-1]
        self.pairs = Pairs(self.tables, self.padded[i], self.padded[j])
        binary = (self.sizes[i] == 2) & (self.sizes[j] == 2)
        pairs = Pairs(_mended(self.tables, binary), self.padded[i], self.padded[j])
        self.rho = correlate(pairs)
        self.moves = threshold_moves(margins, self.padded, n)
        self.cells = pair_moves(influence(self.pairs, self.rho), self.moves, n)

    def thresholds(self, k: int) -> FloatArray:
        """Return a variable's thresholds."""
        return self.padded[k, : self.sizes[k] - 1]

    def gamma_diagonal(self) -> FloatArray:
        """Return ``n`` times the variances, from the tables alone."""
        square = np.einsum("pak,pak,pa->pk", self.moves[:, :-1], self.moves[:, :-1], self.margins)
        own = [row[: size - 1] for row, size in zip(square, self.sizes, strict=True)]
        pairs = np.einsum("pab,pab,pab->p", self.counts, self.cells, self.cells)
        return np.concatenate([*own, pairs]) / self.n

    def empty(self) -> tuple[tuple[str, str], ...]:
        """Return the pairs with an empty cell."""
        names, width = self.coded.names, np.arange(self.tables.shape[1])
        real = width < self.sizes[:, None]
        i, j = np.triu_indices(len(names), 1)
        nobody = ((self.tables == 0) & real[i][:, :, None] & real[j][:, None, :]).any(axis=(1, 2))
        return tuple((names[i[k]], names[j[k]]) for k in np.flatnonzero(nobody))

    def flags(self) -> frozenset[str]:
        """Return what is doubtful about the estimates."""
        names = self.coded.names
        at_bound = [
            f"the correlation of {names[i]} and {names[j]} is at its bound"
            for (i, j), rho in zip(pairs_of(len(names)), self.rho, strict=True)
            if abs(rho) > BOUND - 1e-6
        ]
        empty = {"empty category cells"} if self.empty() else set()
        many = [
            f"{name} has {size} categories: is it continuous? Then its correlations are polyserial"
            for name, size in zip(names, self.sizes, strict=True)
            if size > MANY
        ]
        return frozenset(empty.union(at_bound, many))


def _mended(tables: FloatArray, binary: NDArray[np.bool_]) -> FloatArray:
    """Move half a count into the only empty cell of a 2 x 2 table, keeping its margins."""
    corner = tables[:, :2, :2]
    single = binary & ((corner == 0).sum(axis=(1, 2)) == 1)
    if not single.any():
        return tables
    out = tables.copy()
    main = (corner[:, 0, 0] == 0) | (corner[:, 1, 1] == 0)
    half = np.where(main, 0.5, -0.5)[single]
    for a, b, sign in ((0, 0, 1), (1, 1, 1), (0, 1, -1), (1, 0, -1)):
        out[single, a, b] += sign * half
    return out


@dataclass(frozen=True, eq=False)
class Layout:
    """Which variables are ordered.

    Attributes
    ----------
    names : tuple of str
    ordered : bool array, shape (p,)
    """

    names: tuple[str, ...]
    ordered: NDArray[np.bool_]

    def places(self) -> IntArray:
        """Return each variable's place among those of its kind."""
        ordered = self.ordered
        return np.where(ordered, np.cumsum(ordered) - 1, np.cumsum(~ordered) - 1)


@dataclass(frozen=True, eq=False)
class Parts:
    """The statistics of one group, in lavaan's order; see `OrdinalStatistics`."""

    layout: Layout
    thresholds: FloatArray
    threshold_of: IntArray
    covariance: FloatArray
    cases: Casewise


def assemble_ordered(solved: Solved, weights: FloatArray | None) -> Parts:
    """Lay out the statistics where every variable is ordered."""
    p = len(solved.coded.names)
    covariance = np.eye(p)
    i, j = np.triu_indices(p, 1)
    covariance[i, j] = covariance[j, i] = solved.rho
    ends = np.cumsum(solved.sizes - 1)
    places = tuple(np.arange(end - k + 1, end) for end, k in zip(ends, solved.sizes, strict=True))
    columns = (places, ends[-1] + np.arange(len(i)))
    none = np.empty((solved.n, 0)), np.empty(0, dtype=np.intp)
    return Parts(
        layout=Layout(solved.coded.names, np.ones(p, dtype=bool)),
        thresholds=np.concatenate([solved.thresholds(k) for k in range(p)]),
        threshold_of=np.repeat(np.arange(p), solved.sizes - 1),
        covariance=covariance,
        cases=Casewise(solved.coded, solved.moves, solved.cells, columns, *none, weights),
    )


def assemble_mixed(
    solved: Solved, layout: Layout, values: FloatArray, weights: FloatArray | None
) -> Parts:
    """Lay out the statistics of ordered and continuous variables.

    Parameters
    ----------
    solved : Solved
        Of the ordered variables.
    layout : Layout
    values : ndarray, shape (q, n)
        The continuous variables.
    weights : ndarray, shape (n,), or None
    """
    ordered, place = layout.ordered, layout.places()
    plain = [name for name, yes in zip(layout.names, ordered, strict=True) if not yes]
    smooth = continuous(values, plain, np.ones(solved.n) if weights is None else weights)
    widths = np.ones(len(ordered), dtype=np.intp)
    widths[ordered] = solved.sizes - 1
    first = np.cumsum(widths) - widths
    own = [np.arange(a, a + k) for a, k in zip(first, widths, strict=True)]
    thresholds = np.empty(int(widths.sum()))
    for k, at in enumerate(own):
        thresholds[at] = solved.thresholds(place[k]) if ordered[k] else -smooth.mean[place[k]]
    pairs_from = len(thresholds) + len(plain)
    covariance, moves, where, both = _pairs(solved, smooth, layout)
    other = [-smooth.moves[:, :, 0].T, smooth.moves[:, :, 1].T, *moves]
    stands = [first[~ordered], np.arange(len(thresholds), pairs_from), pairs_from + where]
    cases = Casewise(
        solved.coded,
        solved.moves,
        solved.cells,
        (tuple(own[k] for k in np.flatnonzero(ordered)), pairs_from + both),
        np.column_stack(other),
        np.concatenate(stands),
        weights,
    )
    return Parts(layout, thresholds, np.repeat(np.arange(len(ordered)), widths), covariance, cases)


def _pairs(
    solved: Solved, smooth: Continuous, layout: Layout
) -> tuple[FloatArray, list[FloatArray], IntArray, IntArray]:
    """Return the covariances; influences on pairs with a continuous variable; where each stands."""
    ordered, place = layout.ordered, layout.places()
    covariance = np.diag(np.where(ordered, 1.0, 0.0))
    covariance[~ordered, ~ordered] = smooth.variance
    moves, where, both = [], [], []
    rhos = iter(solved.rho)
    for number, (a, b) in enumerate(pairs_of(len(ordered))):
        if ordered[a] and ordered[b]:
            both.append(number)
            value = next(rhos)
        else:
            kinds = [(bool(ordered[k]), int(place[k])) for k in (a, b)]
            value, column = _with_continuous(solved, smooth, kinds)
            moves.append(column)
            where.append(number)
        covariance[a, b] = covariance[b, a] = value
    return covariance, moves, np.array(where, dtype=np.intp), np.array(both, dtype=np.intp)


def _with_continuous(
    solved: Solved, smooth: Continuous, pair: list[tuple[bool, int]]
) -> tuple[float, FloatArray]:
    """Return a pair's covariance and influence, where at least one variable is continuous."""
    (coded, at), (other_coded, other) = pair
    if not coded and not other_coded:
        return smooth.within(at, other)
    k, o = (other, at) if coded else (at, other)
    moves = solved.moves[o][:, : solved.sizes[o] - 1]
    return smooth.with_ordered(k, (solved.coded.codes[o], solved.thresholds(o), moves))
