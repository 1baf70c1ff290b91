"""Cross-products of a mixed model, as independent blocks with a border.

Effects that contain one factor (items, say) form one block per level of it: two items share
only the effects that do not contain items. The equations are then small dense blocks, one per
level, with a border of the fixed effects and of the random effects without that factor. The cost
grows with the number of blocks, not with its cube.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Bordered:
    """The cross-products of a design, by blocks.

    Attributes
    ----------
    n, n_fixed, n_terms : int
        Rows, columns of the fixed part, random terms.
    blocks : ndarray, shape (n_blocks, s, s)
        Within blocks, padded with zeros.
    sides : ndarray, shape (n_blocks, s, t)
        Between blocks and border.
    border : ndarray, shape (t, t)
        The fixed columns come first.
    block_term : ndarray of int, shape (n_blocks, s)
        The term of each block column; -1 for padding.
    border_term : ndarray of int, shape (t,)
        The term of each border column; -1 for fixed columns.
    places : tuple of ndarray of int
        For each term, the position of each of its levels among all block columns (flattened) or,
        for a term of the border, among the border's columns.
    in_block : tuple of bool
        Whether a term's columns are in the blocks.
    block_sums : ndarray, shape (n_blocks, s)
        Sums of the responses over each block column.
    border_sums : ndarray, shape (t,)
    square : float
        Sum of squares of the responses.
    """

    n: int
    n_fixed: int
    n_terms: int
    blocks: FloatArray
    sides: FloatArray
    border: FloatArray
    block_term: IntArray
    border_term: IntArray
    places: tuple[IntArray, ...]
    in_block: tuple[bool, ...]
    block_sums: FloatArray
    border_sums: FloatArray
    square: float

    def gather(self, v: Vectors) -> tuple[FloatArray, FloatArray]:
        """Return the sums of each vector over every column's responses."""
        inner = self.blocks @ v.inner + self.sides @ v.outer + self.block_sums[:, :, None] * v.alpha
        outer = (
            np.einsum("bst,bsm->tm", self.sides, v.inner, optimize=True)
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

    def of_term(self, k: int, inner: FloatArray, outer: FloatArray) -> FloatArray:
        """Return what belongs to one term, one row per level."""
        if self.in_block[k]:
            return inner.reshape(-1, inner.shape[-1])[self.places[k]]
        return outer[self.places[k]]


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
