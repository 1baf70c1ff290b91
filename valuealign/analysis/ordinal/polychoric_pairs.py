"""Two-step estimates for every pair of ordered variables, from their tables.

The thresholds of a pair come from the margins of its table; the correlation maximises the
likelihood of the table given the thresholds. Fisher scoring estimates all pairs together, within
brackets that are updated by the sign of the score.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from valuealign.analysis.ordinal import bivariate_normal

FloatArray = NDArray[np.float64]

FLOOR = float(np.sqrt(np.finfo(float).eps))
"""A cell less likely than this says nothing that can be computed, and is left out, as in lavaan."""

BOUND = 0.999
"""The largest correlation that is looked for, as in lavaan."""

NEAR_BOUND = 0.9
"""A start beyond it is tried at the bound before anything else."""

_INFINITE = 38.0


def pad_thresholds(margins: FloatArray) -> FloatArray:
    """Return the thresholds that margins imply, infinite beyond a variable's last category.

    Parameters
    ----------
    margins : ndarray, shape (p, width)
        Counts by category.

    Returns
    -------
    ndarray, shape (p, width - 1)
    """
    below = np.cumsum(margins, axis=1)
    share = below[:, :-1] / below[:, -1:]
    with np.errstate(divide="ignore"):
        return np.asarray(np.clip(ndtri(share), -_INFINITE, _INFINITE))


@dataclass(frozen=True, eq=False)
class Pairs:
    """The tables of all pairs and the thresholds of their margins.

    Attributes
    ----------
    counts : ndarray, shape (n_pairs, width, width)
    first, second : ndarray, shape (n_pairs, width - 1)
        Thresholds of the two variables of each pair.
    """

    counts: FloatArray
    first: FloatArray
    second: FloatArray

    def only(self, which: NDArray[np.bool_]) -> Pairs:
        """Return some of the pairs."""
        return Pairs(self.counts[which], self.first[which], self.second[which])

    def limits(self) -> tuple[FloatArray, FloatArray]:
        """Return both variables' thresholds, crossed."""
        shape = (*self.first.shape, self.second.shape[1])
        return (
            np.broadcast_to(self.first[:, :, None], shape),
            np.broadcast_to(self.second[:, None, :], shape),
        )

    def below(self, rho: FloatArray) -> FloatArray:
        """Return the probabilities below both thresholds."""
        x, y = self.limits()
        return bivariate_normal.by_pair(x, y, rho)

    def cells(self, below: FloatArray) -> FloatArray:
        """Return the probabilities of the cells."""
        pairs, rows, columns = below.shape
        whole = np.zeros((pairs, rows + 2, columns + 2))
        whole[:, 1:-1, 1:-1] = below
        whole[:, 1:-1, -1] = ndtr(self.first)
        whole[:, -1, 1:-1] = ndtr(self.second)
        whole[:, -1, -1] = 1.0
        return _differences(whole)

    def slopes(self, rho: FloatArray) -> FloatArray:
        """Return the derivatives of the cells' probabilities by the correlation."""
        x, y = self.limits()
        pairs, rows, columns = x.shape
        whole = np.zeros((pairs, rows + 2, columns + 2))
        rho = np.clip(rho, -0.9999, 0.9999)
        whole[:, 1:-1, 1:-1] = bivariate_normal.density(x, y, rho[:, None, None])
        return _differences(whole)


def _differences(whole: FloatArray) -> FloatArray:
    rows = whole[:, 1:] - whole[:, :-1]
    return np.asarray(rows[:, :, 1:] - rows[:, :, :-1])


def start(pairs: Pairs) -> FloatArray:
    """Return correlations of normal scores, disattenuated: right to the third power of rho."""
    scores, spread = [], []
    for thresholds, axis in ((pairs.first, 2), (pairs.second, 1)):
        edges = np.pad(np.exp(-(thresholds**2) / 2) / np.sqrt(2 * np.pi), ((0, 0), (1, 1)))
        share = np.diff(
            np.pad(ndtr(thresholds), ((0, 0), (1, 1)), constant_values=((0, 0), (0, 1)))
        )
        mean = np.divide(-np.diff(edges), share, out=np.zeros_like(share), where=share > 0)
        counts = pairs.counts.sum(axis=axis)
        scores.append(mean)
        spread.append((counts * mean**2).sum(axis=1))
    n = pairs.counts.sum(axis=(1, 2))
    cross = np.einsum("pab,pa,pb->p", pairs.counts, scores[0], scores[1])
    with np.errstate(divide="ignore", invalid="ignore"):
        rho = cross * n / (spread[0] * spread[1])
    return np.asarray(np.clip(np.nan_to_num(rho), -0.95, 0.95))


def correlate(pairs: Pairs, *, tolerance: float = 1e-9, steps: int = 100) -> FloatArray:
    """Return the maximum-likelihood correlation of each pair, given the thresholds.

    Parameters
    ----------
    pairs : Pairs
    tolerance : float
        Of the last step.
    steps : int
        How many at most; a bracket is halved in each where scoring would leave it.

    Returns
    -------
    ndarray, shape (n_pairs,)
        Within ``-BOUND`` and ``BOUND``.
    """
    rho = start(pairs)
    rho, certain = _at_bound(pairs, rho)
    low, high = np.full_like(rho, -BOUND), np.full_like(rho, BOUND)
    below = pairs.below(rho)
    open_ = ~certain
    for _ in range(steps if open_.any() else 0):
        part = pairs if open_.all() else pairs.only(open_)
        here = rho[open_]
        score, information = _score(part, part.cells(below[open_]), part.slopes(here))
        low[open_] = np.where(score > 0, here, low[open_])
        high[open_] = np.where(score > 0, high[open_], here)
        with np.errstate(divide="ignore", invalid="ignore"):
            there = here + score / information
        left, right = low[open_], high[open_]
        outside = ~((there > left) & (there < right))
        there = np.where(outside, (left + right) / 2, there)
        rho[open_] = there
        going = np.abs(there - here) >= tolerance
        places = np.flatnonzero(open_)[going]
        below[places] = _moved(part.only(going), below[places], (here[going], there[going]))
        open_[:] = False
        open_[places] = True
        if not len(places):
            break
    return rho


def _at_bound(pairs: Pairs, rho: FloatArray) -> tuple[FloatArray, NDArray[np.bool_]]:
    """Set pairs whose likelihood still rises at the bound to the bound."""
    near = np.abs(rho) > NEAR_BOUND
    at = np.where(near, np.sign(rho) * BOUND, rho)
    certain = near.copy()
    if near.any():
        part = pairs.only(near)
        score, _ = _score(part, part.cells(part.below(at[near])), part.slopes(at[near]))
        certain[near] = score * at[near] > 0
    return np.where(certain, at, rho), certain


def _score(pairs: Pairs, cells: FloatArray, slopes: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the derivative of the log-likelihood and its expected information."""
    sure = cells > FLOOR
    ratio = np.divide(slopes, cells, out=np.zeros_like(cells), where=sure)
    n = pairs.counts.sum(axis=(1, 2))
    score = np.einsum("pab,pab->p", pairs.counts, ratio)
    return score, n * np.einsum("pab,pab->p", slopes, ratio)


def _moved(pairs: Pairs, below: FloatArray, between: tuple[FloatArray, FloatArray]) -> FloatArray:
    """Return the probabilities after a step: swept over it where short, else computed anew."""
    here, there = between
    short = (np.abs(there - here) < 0.1) & (np.abs(there) < 0.95) & (np.abs(here) < 0.95)
    if short.all():
        x, y = pairs.limits()
        return below + bivariate_normal.sweep(x, y, here, there)
    out = np.empty_like(below)
    x, y = pairs.limits()
    out[short] = below[short] + bivariate_normal.sweep(
        x[short], y[short], here[short], there[short]
    )
    out[~short] = pairs.only(~short).below(there[~short])
    return out


@dataclass(frozen=True, eq=False)
class CellInfluence:
    """The influence of a response in a cell on a pair's correlation.

    Attributes
    ----------
    score : ndarray, shape (n_pairs, width, width)
        Derivative of a cell's log-likelihood by the correlation; 0 in a cell that is left out.
    by_first, by_second : ndarray, shape (n_pairs, width - 1)
        Sums over responses of `score` times the derivatives by the thresholds.
    square : ndarray, shape (n_pairs,)
        Sum over responses of the squared score.
    """

    score: FloatArray
    by_first: FloatArray
    by_second: FloatArray
    square: FloatArray


def influence(pairs: Pairs, rho: FloatArray) -> CellInfluence:
    """Return the derivatives that the asymptotic covariance is made of.

    Parameters
    ----------
    pairs : Pairs
    rho : ndarray, shape (n_pairs,)

    Returns
    -------
    CellInfluence
    """
    cells = np.maximum(pairs.cells(pairs.below(rho)), FLOOR)
    sure = cells > FLOOR
    score = np.divide(pairs.slopes(rho), cells, out=np.zeros_like(cells), where=sure)
    weight = np.divide(pairs.counts * score, cells, out=np.zeros_like(cells), where=sure)
    turned = (pairs.second, pairs.first)
    return CellInfluence(
        score,
        _by_threshold(weight, (pairs.first, pairs.second), rho),
        _by_threshold(weight.transpose(0, 2, 1), turned, rho),
        np.einsum("pab,pab,pab->p", pairs.counts, score, score),
    )


def _by_threshold(
    weight: FloatArray, thresholds: tuple[FloatArray, FloatArray], rho: FloatArray
) -> FloatArray:
    """Sum over cells the weight times the derivative of the cell's probability by a threshold."""
    own, other = thresholds
    rho = np.clip(rho, -0.9999, 0.9999)[:, None, None]
    conditional = ndtr((other[:, None, :] - rho * own[:, :, None]) / np.sqrt(1 - rho * rho))
    edges = np.pad(conditional, ((0, 0), (0, 0), (1, 1)), constant_values=((0, 0), (0, 0), (0, 1)))
    height = np.exp(-(own**2) / 2) / np.sqrt(2 * np.pi)
    slope = height[:, :, None] * np.diff(edges, axis=2)
    return np.asarray(((weight[:, :-1] - weight[:, 1:]) * slope).sum(axis=2))
