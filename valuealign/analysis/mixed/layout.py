"""Which random terms form blocks and which the border, and the cross-products of both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from valuealign.analysis.mixed.bordered import Bordered
from valuealign.errors import NotSupported

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]
Factors = frozenset[str]

MEMORY = 3e9
"""Bytes of blocks that are still tried."""


@dataclass(frozen=True, eq=False)
class Term:
    """One random effect: a variance, and a column per level.

    Attributes
    ----------
    factors : frozenset of str
        What its levels are combinations of.
    codes : ndarray of int, shape (n,)
        The level of each response, numbered from 0.
    weights : ndarray, shape (n,), optional
        A covariate whose slope varies over the levels; an intercept otherwise.
    """

    factors: Factors
    codes: IntArray
    weights: FloatArray | None = None

    @property
    def n_levels(self) -> int:
        """Number of levels."""
        return int(self.codes.max()) + 1


@dataclass(frozen=True, eq=False)
class _Column:
    """For every response, the column that it enters and its value there."""

    at: IntArray
    weights: FloatArray | None


@dataclass(frozen=True, eq=False)
class Layout:
    """A design laid out once, for any number of response vectors.

    Attributes
    ----------
    X : ndarray, shape (n, p)
    block : ndarray of int, shape (n,)
    columns, border_columns : list of _Column
    empty : Bordered
        The equations of responses that are all zero.
    """

    X: FloatArray
    block: IntArray
    columns: list[_Column]
    border_columns: list[_Column]
    empty: Bordered

    def equations(self, y: FloatArray) -> Bordered:
        """Return the equations of these responses, shape (n,)."""
        column, p = y[:, None], self.X.shape[1]
        border_sums = _sums(column, (len(self.empty.border),), None, self.border_columns)[:, 0]
        border_sums[:p] = self.X.T @ y
        inner = _sums(column, self.empty.block_term.shape, self.block, self.columns)[:, :, 0]
        return replace(self.empty, block_sums=inner, border_sums=border_sums, square=float(y @ y))


def lay_out(X: FloatArray, terms: Sequence[Term], by: Mapping[Factors, IntArray]) -> Layout:
    """Lay out the equations of a mixed model by the factor that makes them cheapest.

    Parameters
    ----------
    X : ndarray, shape (n, p)
        The fixed part.
    terms : sequence of Term
    by : mapping of frozenset of str to ndarray of int, shape (n,)
        Combinations of factors that blocks may be formed by, and their levels.

    Returns
    -------
    Layout

    Raises
    ------
    NotSupported
        No factor makes the blocks small enough.
    """
    p = X.shape[1]
    chosen = min(by, key=lambda factors: (_cost(terms, p, factors, by[factors]), sorted(factors)))
    inside = [k for k, term in enumerate(terms) if chosen <= term.factors]
    outside = [k for k in range(len(terms)) if k not in inside]
    columns, block_term, block_places = _local_columns(terms, inside, by[chosen])
    border_columns, border_term, border_places = _border_columns(terms, outside, p)
    (n_blocks, s), t = block_term.shape, len(border_term)
    if 8.0 * n_blocks * s * (s + t) * 2 + 8.0 * t * t * 3 > MEMORY:
        raise NotSupported(
            f"this design needs {n_blocks} blocks of {s} columns and a border of {t}; use fewer "
            "random terms (for va.generalizability: method='ems', or fewer facets)"
        )
    places = block_places | border_places
    empty = Bordered(
        n=len(X),
        n_fixed=p,
        n_terms=len(terms),
        blocks=_pairs((n_blocks, s, s), by[chosen], columns, columns),
        sides=_pairs((n_blocks, s, t), by[chosen], columns, border_columns),
        border=_pairs((t, t), None, border_columns, border_columns),
        block_term=block_term,
        border_term=border_term,
        places=tuple(places[k] for k in range(len(terms))),
        in_block=tuple(k in block_places for k in range(len(terms))),
        block_sums=np.zeros((n_blocks, s)),
        border_sums=np.zeros(t),
        square=0.0,
    )
    made = Layout(X, by[chosen], columns, border_columns, empty)
    _add_fixed(made)
    return made


def _add_fixed(made: Layout) -> None:
    """Add the products of the fixed columns to freshly made equations."""
    X, empty, p = made.X, made.empty, made.empty.n_fixed
    empty.border[:p, :p] = X.T @ X
    across = _sums(X, (len(empty.border),), None, made.border_columns)
    empty.border[p:, :p] = across[p:]
    empty.border[:p, p:] = across[p:].T
    empty.sides[:, :, :p] = _sums(X, empty.block_term.shape, made.block, made.columns)


def _cost(terms: Sequence[Term], p: int, by: Factors, block: IntArray) -> float:
    """Estimate what blocks by one combination of factors cost."""
    n_blocks = int(block.max()) + 1
    size = sum(term.n_levels for term in terms if by <= term.factors) / n_blocks
    border = p + sum(term.n_levels for term in terms if not by <= term.factors)
    return n_blocks * (size**3 + size * border**2) + float(border) ** 3


def _local_columns(
    terms: Sequence[Term], inside: Sequence[int], block: IntArray
) -> tuple[list[_Column], IntArray, dict[int, IntArray]]:
    """Number the levels of each term within the blocks."""
    n_blocks = int(block.max()) + 1
    used = np.zeros(n_blocks, dtype=np.intp)
    columns, owners = [], {}
    for k in inside:
        term = terms[k]
        home = np.empty(term.n_levels, dtype=np.intp)
        home[term.codes] = block
        order = np.argsort(home, kind="stable")
        starts = np.searchsorted(home[order], np.arange(n_blocks))
        place = np.empty(term.n_levels, dtype=np.intp)
        place[order] = np.arange(term.n_levels) - starts[home[order]]
        local = used[home] + place
        columns.append(_Column(local[term.codes], term.weights))
        owners[k] = (home, local)
        used += np.bincount(home, minlength=n_blocks)
    size = int(used.max())
    term_of = np.full((n_blocks, size), -1, dtype=np.intp)
    for k, (home, local) in owners.items():
        term_of[home, local] = k
    return columns, term_of, {k: home * size + local for k, (home, local) in owners.items()}


def _border_columns(
    terms: Sequence[Term], outside: Sequence[int], p: int
) -> tuple[list[_Column], IntArray, dict[int, IntArray]]:
    """Number the levels of the terms without the blocks' factor, after the fixed columns."""
    columns, owner, places, used = [], [np.full(p, -1, dtype=np.intp)], {}, p
    for k in outside:
        term = terms[k]
        columns.append(_Column(used + term.codes, term.weights))
        owner.append(np.full(term.n_levels, k, dtype=np.intp))
        places[k] = np.arange(used, used + term.n_levels)
        used += term.n_levels
    return columns, np.concatenate(owner), places


def _pairs(
    shape: tuple[int, ...], block: IntArray | None, left: list[_Column], right: list[_Column]
) -> FloatArray:
    """Sum the products of two lists of columns, block by block."""
    out = np.zeros(shape)
    for a in left:
        for b in right:
            where = (a.at, b.at) if block is None else (block, a.at, b.at)
            flat = np.ravel_multi_index(where, shape)
            weights = [c.weights for c in (a, b) if c.weights is not None]
            product = np.prod(weights, axis=0) if weights else None
            out += np.bincount(flat, product, out.size).reshape(shape)
    return out


def _sums(
    values: FloatArray, shape: tuple[int, ...], block: IntArray | None, columns: list[_Column]
) -> FloatArray:
    """Sum values over the responses of every column, shape ``(*shape, m)``."""
    from scipy.sparse import csr_array

    size, (n, m) = int(np.prod(shape)), values.shape
    out = np.zeros((size, m))
    for column in columns:
        row = column.at if block is None else np.ravel_multi_index((block, column.at), shape)
        weights = np.ones(n) if column.weights is None else column.weights
        indicator = csr_array((weights, (row, np.arange(n))), shape=(size, n))
        out += np.asarray(indicator @ values)
    return out.reshape(*shape, m)
