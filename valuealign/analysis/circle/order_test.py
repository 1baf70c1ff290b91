"""Hubert and Arabie's randomisation test of a hypothesised order."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from valuealign.analysis.result_display import Shown
from valuealign.errors import DataError

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, repr=False, kw_only=True)
class OrderTest(Shown):
    """The predictions of an order, and how many of them the correlations meet.

    Attributes
    ----------
    n_predictions, met, tied : int
    correspondence : float
        (met - violated) / predictions: 1 all met, 0 as by chance.
    pvalue : float
        Share of relabelled orders that meet as many.
    n_orders : int
        Orders tried; ``exact`` where they are all there are.
    exact : bool
    """

    n_predictions: int
    met: int
    tied: int
    correspondence: float
    pvalue: float
    n_orders: int
    exact: bool


def order_test(
    correlations: FloatArray, distances: FloatArray, *, draws: int = 9999, seed: int = 0
) -> OrderTest:
    """Test a hypothesised order of correlations.

    Parameters
    ----------
    correlations : ndarray, shape (n, n)
    distances : ndarray, shape (n, n)
        Places apart; a pair nearer by this is predicted to correlate higher.
    draws : int
        Random relabellings; where there are fewer in all (up to 7 scales), every one.
    seed : int

    Returns
    -------
    OrderTest

    Raises
    ------
    DataError
        Matrices of other shapes, or missing correlations.

    References
    ----------
    Hubert, L., & Arabie, P. (1987). Evaluating order hypotheses within proximity matrices.
    Psychological Bulletin, 102, 172-178. doi:10.1037/0033-2909.102.1.172
    Tracey, T. J. G. (1997). RANDALL: A Microsoft FORTRAN program for a randomization test of
    hypothesized order relations. Educational and Psychological Measurement, 57, 164-168.
    doi:10.1177/0013164497057001012

    Examples
    --------
    >>> k = np.arange(6)
    >>> apart = np.minimum(abs(k[:, None] - k), 6 - abs(k[:, None] - k))
    >>> found = order_test(1 - apart / 3, apart)
    >>> found.n_predictions, found.correspondence, round(found.pvalue, 4)
    (72, 1.0, 0.0167)
    """
    from itertools import permutations
    from math import factorial

    R, D = np.asarray(correlations, dtype=float), np.asarray(distances, dtype=float)
    n = len(R)
    if R.shape != D.shape or R.shape != (n, n) or not np.isfinite(R).all():
        raise DataError(f"shapes {R.shape} and {D.shape}; expected two full square matrices")
    i, j = np.triu_indices(n, 1)
    d = D[i, j]
    nearer = d[:, None] < d[None, :]
    a, b = np.nonzero(nearer)
    if not len(a):
        raise DataError("the order makes no predictions: all places are equally far apart")
    flat = R[i, j]
    met, tied = _count(flat, a, b)
    exact = factorial(n) <= max(draws, 5040)
    rng = np.random.default_rng(seed)
    shuffles = permutations(range(n)) if exact else (rng.permutation(n) for _ in range(draws))
    as_many = total = 0
    for shuffle in shuffles:
        p = np.array(shuffle)
        other = R[np.ix_(p, p)][i, j]
        got, even = _count(other, a, b)
        as_many += 2 * got + even >= 2 * met + tied
        total += 1
    pvalue = as_many / total if exact else (as_many + 1) / (total + 1)
    size = len(a)
    return OrderTest(
        n_predictions=size,
        met=met,
        tied=tied,
        correspondence=(2 * met + tied - size) / size,
        pvalue=pvalue,
        n_orders=total,
        exact=exact,
    )


def _count(flat: FloatArray, a: NDArray[np.intp], b: NDArray[np.intp]) -> tuple[int, int]:
    gap = flat[a] - flat[b]
    return int((gap > 1e-12).sum()), int((np.abs(gap) <= 1e-12).sum())
