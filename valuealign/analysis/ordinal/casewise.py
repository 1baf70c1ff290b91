"""The influence of each respondent on thresholds, variances and latent correlations.

Two-step estimates solve two layers of equations: thresholds (or means and variances) of each
variable alone, then the correlation of each pair at those values. With ``s`` the derivatives of the
pair's log-likelihood, ``A21`` the sum of ``s`` times the derivatives by the first layer's
parameters, and ``A22`` the sum of ``s * s``, a respondent's influence on the correlation is ``(n s
- A21 z) / A22``, where ``z`` is the respondent's influence on the first layer. For two ordered
variables it depends only on the cell of their table, so it is looked up for each respondent.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from valuealign.analysis.ordinal.category_codes import Categories
from valuealign.analysis.ordinal.polychoric_pairs import CellInfluence

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]


def threshold_moves(margins: FloatArray, thresholds: FloatArray, n: float) -> FloatArray:
    """Return the influence of a response in each category on each threshold.

    Parameters
    ----------
    margins : ndarray, shape (p, width)
    thresholds : ndarray, shape (p, width - 1)
        Infinite (38) beyond the last category.
    n : float
        Respondents, with or without a response.

    Returns
    -------
    ndarray, shape (p, width + 1, width - 1)
        The last row, for a missing response, is 0.
    """
    p, width = margins.shape
    seen = margins.sum(axis=1)
    below = np.cumsum(margins, axis=1)[:, :-1] / seen[:, None]
    height = np.exp(-(thresholds**2) / 2) / np.sqrt(2 * np.pi)
    real = np.abs(thresholds) < 38
    scale = np.divide(n / seen[:, None], height, out=np.zeros_like(height), where=real)
    out = np.zeros((p, width + 1, width - 1))
    step = np.arange(width)[:, None] <= np.arange(width - 1)
    out[:, :-1] = (step - below[:, None, :]) * scale[:, None, :]
    return out


def pair_moves(cells: CellInfluence, moves: FloatArray, n: float) -> FloatArray:
    """Return the influence of a respondent in each cell on each pair's correlation.

    Parameters
    ----------
    cells : CellInfluence
    moves : ndarray, shape (p, width + 1, width - 1)
        Of the thresholds, from `threshold_moves`.
    n : float
        Respondents, with or without both responses.

    Returns
    -------
    ndarray, shape (n_pairs, width + 1, width + 1)
        The last row and column are for a missing response.
    """
    i, j = np.triu_indices(len(moves), 1)
    out = np.zeros((len(i), moves.shape[1], moves.shape[1]))
    out[:, :-1, :-1] = n * cells.score
    out -= np.einsum("pk,pak->pa", cells.by_first, moves[i])[:, :, None]
    out -= np.einsum("pk,pbk->pb", cells.by_second, moves[j])[:, None, :]
    square = cells.square[:, None, None]
    return np.divide(out, square, out=np.zeros_like(out), where=square > 0)


@dataclass(frozen=True, eq=False)
class Casewise:
    """Each respondent's influence on each statistic, computed on demand.

    Attributes
    ----------
    categories : Categories
    moves : ndarray, shape (p, width + 1, width - 1)
        Influence of a category on thresholds.
    cells : ndarray, shape (n_pairs, width + 1, width + 1)
        Influence of a cell on a correlation of two ordered variables.
    columns : tuple of int arrays
        Where the thresholds of each ordered variable stand among the statistics, then where the
        pairs of ordered variables stand.
    other : ndarray, shape (n, n_other)
        Influence on all other statistics, which stand at `other_columns`.
    weights : ndarray, shape (n,), or None
    """

    categories: Categories
    moves: FloatArray
    cells: FloatArray
    columns: tuple[tuple[IntArray, ...], IntArray]
    other: FloatArray
    other_columns: IntArray
    weights: FloatArray | None = None

    def rows(self, which: slice) -> FloatArray:
        """Return the influence of some respondents, shape (n_rows, n_statistics)."""
        codes = self.categories.codes[:, which].astype(np.intp)
        p, n = codes.shape
        thresholds, pairs = self.columns
        total = sum(map(len, thresholds)) + len(pairs) + len(self.other_columns)
        out = np.empty((total, n))
        for place, code, move in zip(thresholds, codes, self.moves, strict=True):
            out[place] = move.T[: len(place), code]
        size = self.cells[0].size if len(self.cells) else 0
        flat, first = self.cells.ravel(), 0
        for i in range(p - 1):
            last = first + p - i - 1
            offsets = np.arange(first, last)[:, None] * size
            here = codes[i] * self.cells.shape[2] + codes[i + 1 :] + offsets
            out[pairs[first:last]] = flat[here]
            first = last
        out[self.other_columns] = self.other[which].T
        if self.weights is not None:
            out *= self.weights[which]
        return out.T
