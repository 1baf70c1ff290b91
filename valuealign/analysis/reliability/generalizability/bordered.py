"""Mixed-model equations whose blocks are independent given a border.

Effects that involve one factor (items, say) form a block for each of its levels: two items share
only the effects without items. The equations are therefore small dense blocks, one for each level,
with a border of the effects that do not involve the factor. Cost grows with the number of blocks.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from valuealign.analysis.reliability.generalizability.design import Design, Effect
from valuealign.errors import NotSupported

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]

MEMORY = 3e9
"""Bytes of blocks that are still tried."""


@dataclass(frozen=True, eq=False)
class Bordered:
    """The cross-products of a design, by blocks.

    Attributes
    ----------
    blocks : ndarray, shape (n_blocks, s, s)
        Within blocks, padded with zeros.
    couplings : ndarray, shape (n_blocks, s, t)
        Between blocks and border.
    border : ndarray, shape (t, t)
        The first column is the mean's.
    block_effect : ndarray of int, shape (n_blocks, s)
        Which effect each block column belongs to; -1 for padding.
    border_effect : ndarray of int, shape (t,)
        The same of the border; -1 for the mean.
    effects : tuple of frozenset
    block_sums : ndarray, shape (n_blocks, s)
        Sums of the responses over each block column.
    border_sums : ndarray, shape (t,)
    square : float
        The responses' sum of squares.
    """

    blocks: FloatArray
    couplings: FloatArray
    border: FloatArray
    block_effect: IntArray
    border_effect: IntArray
    effects: tuple[Effect, ...]
    block_sums: FloatArray
    border_sums: FloatArray
    square: float

    def gather(self, v: Vectors) -> tuple[FloatArray, FloatArray]:
        """Return the sums of each vector over every column's responses."""
        inner = (
            self.blocks @ v.inner + self.couplings @ v.outer + self.block_sums[:, :, None] * v.alpha
        )
        outer = (
            np.einsum("bst,bsm->tm", self.couplings, v.inner, optimize=True)
            + self.border @ v.outer
            + self.border_sums[:, None] * v.alpha
        )
        return inner, outer

    def products(self, v: Vectors, u: Vectors) -> FloatArray:
        """Return the inner products of two sets of vectors."""
        inner, outer = self.gather(u)
        on_y = (
            self.square * u.alpha
            + np.einsum("bs,bsm->m", self.block_sums, u.inner)
            + self.border_sums @ u.outer
        )
        return np.asarray(
            np.einsum("bsm,bsk->mk", v.inner, inner, optimize=True)
            + v.outer.T @ outer
            + np.outer(v.alpha, on_y)
        )


@dataclass(frozen=True, eq=False)
class Vectors:
    """Vectors as long as the responses, each ``alpha y`` plus a sum of columns.

    Attributes
    ----------
    alpha : ndarray, shape (m,)
    inner : ndarray, shape (n_blocks, s, m)
    outer : ndarray, shape (t, m)
    """

    alpha: FloatArray
    inner: FloatArray
    outer: FloatArray


def bordered(design: Design) -> Bordered:
    """Lay out a design's equations by the factor that makes them cheapest.

    Parameters
    ----------
    design : Design

    Returns
    -------
    Bordered

    Raises
    ------
    NotSupported
        No factor makes the blocks small enough.
    """
    plans = [_plan(design, name) for name in design.factors if not _inside(design, name)]
    cost, name = min(plans)
    inner = [e for e in design.effects if name in e]
    outer = [e for e in design.effects if name not in e]
    n_blocks = design.n_levels(frozenset({name}))
    block = design.levels(frozenset({name}))
    columns, block_effect = _local_columns(design, inner, block, n_blocks)
    border_columns, border_effect = _border_columns(design, outer)
    s, t = block_effect.shape[1], len(border_effect)
    if 8.0 * n_blocks * s * (s + t) * 2 + 8.0 * t * t * 3 > MEMORY:
        raise NotSupported(
            f"REML of this design needs blocks of {s} beside a border of {t} (cost {cost:.2g}); "
            "use method='ems', or fewer facets"
        )
    blocks, couplings, border = _counts((n_blocks, s, t), block, columns, border_columns)
    y = design.y - design.y.mean()
    block_sums, border_sums = np.zeros((n_blocks, s)), np.zeros(t)
    for a in columns:
        block_sums += np.bincount(block * s + a, y, n_blocks * s).reshape(n_blocks, s)
    for b in border_columns:
        border_sums += np.bincount(b, y, t)
    return Bordered(
        blocks,
        couplings,
        border,
        _numbered(block_effect, inner, design.effects),
        _numbered(border_effect, outer, design.effects),
        design.effects,
        block_sums,
        border_sums,
        float(y @ y),
    )


def _counts(
    shape: tuple[int, int, int],
    block: NDArray[np.int64],
    columns: IntArray,
    border_columns: IntArray,
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Count the responses that each two columns share: in blocks, beside them, in the border."""
    n_blocks, s, t = shape
    blocks, couplings, border = (
        np.zeros((n_blocks, s, s)),
        np.zeros((n_blocks, s, t)),
        np.zeros((t, t)),
    )
    for a in columns:
        for b in columns:
            _count(blocks, (block, a, b))
        for b in border_columns:
            _count(couplings, (block, a, b))
    for a in border_columns:
        for b in border_columns:
            _count(border, (a, b))
    return blocks, couplings, border


def _numbered(effect_of: IntArray, effects: list[Effect], among: tuple[Effect, ...]) -> IntArray:
    """Replace the number of an effect in a list by its number in the design; -1 stays."""
    if not effects:
        return effect_of
    place = np.array([among.index(effect) for effect in effects], dtype=np.intp)
    return np.where(effect_of >= 0, place[effect_of], -1)


def _inside(design: Design, name: str) -> bool:
    """Say whether a factor is nested, so that its levels do not form blocks of their own."""
    return bool(design.parents[name])


def _plan(design: Design, name: str) -> tuple[float, str]:
    """Estimate the cost of blocks by one factor."""
    blocks = design.n_levels(frozenset({name}))
    inside = sum(design.n_levels(e) for e in design.effects if name in e) / blocks
    border = 1 + sum(design.n_levels(e) for e in design.effects if name not in e)
    return blocks * (inside**3 + inside * border**2) + border**3, name


def _local_columns(
    design: Design, effects: list[Effect], block: NDArray[np.int64], n_blocks: int
) -> tuple[IntArray, IntArray]:
    """Number the levels of each effect within the blocks."""
    used = np.zeros(n_blocks, dtype=np.intp)
    columns = np.empty((len(effects), len(block)), dtype=np.intp)
    owners: list[tuple[IntArray, IntArray]] = []
    for k, effect in enumerate(effects):
        levels = design.levels(effect)
        n_levels = int(levels.max()) + 1
        home = np.empty(n_levels, dtype=np.intp)
        home[levels] = block
        order = np.argsort(home, kind="stable")
        starts = np.searchsorted(home[order], np.arange(n_blocks))
        place = np.empty(n_levels, dtype=np.intp)
        place[order] = np.arange(n_levels) - starts[home[order]]
        local = used[home] + place
        columns[k] = local[levels]
        owners.append((home, local))
        used += np.bincount(home, minlength=n_blocks)
    effect_of = np.full((n_blocks, int(used.max())), -1, dtype=np.intp)
    for k, (home, local) in enumerate(owners):
        effect_of[home, local] = k
    return columns, effect_of


def _border_columns(design: Design, effects: list[Effect]) -> tuple[IntArray, IntArray]:
    n = len(design.y)
    columns = np.zeros((len(effects) + 1, n), dtype=np.intp)
    owner = [np.array([-1], dtype=np.intp)]
    used = 1
    for k, effect in enumerate(effects):
        levels = design.levels(effect)
        columns[k + 1] = used + levels
        size = int(levels.max()) + 1
        owner.append(np.full(size, k, dtype=np.intp))
        used += size
    return columns, np.concatenate(owner)


def _count(into: FloatArray, where: tuple[IntArray | NDArray[np.int64], ...]) -> None:
    """Count the responses at each place."""
    flat = np.ravel_multi_index(where, into.shape)
    into += np.bincount(flat, minlength=into.size).reshape(into.shape)
