"""Distances between two distributions of answers to one item.

References
----------
Lin, J. (1991). Divergence measures based on the Shannon entropy. IEEE Transactions on
Information Theory, 37, 145-151. doi:10.1109/18.61115
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from valuealign.errors import DataError

Floats = npt.NDArray[np.float64]


def shares(counts: npt.ArrayLike) -> Floats:
    """Return counts as shares.

    Parameters
    ----------
    counts : array_like, shape (..., c)

    Returns
    -------
    ndarray, shape (..., c)

    Raises
    ------
    DataError
        Negative counts, or none at all.
    """
    n = np.asarray(counts, dtype=float)
    if (n < 0).any() or not np.isfinite(n).all() or (n.sum(axis=-1) == 0).any():
        raise DataError("these are not counts of answers; expected numbers from 0, not all 0")
    return np.asarray(n / n.sum(axis=-1, keepdims=True))


def wasserstein(p: npt.ArrayLike, q: npt.ArrayLike, *, codes: npt.ArrayLike) -> Floats:
    """Distance that answers have to be moved along the scale (Wasserstein-1), in scale points.

    Parameters
    ----------
    p, q : array_like, shape (..., c)
        Shares of each code.
    codes : array_like, shape (c,)
        In ascending order.

    Returns
    -------
    ndarray, shape (...)

    Examples
    --------
    >>> wasserstein([1, 0, 0], [0, 0, 1], codes=[1, 2, 3]).item()
    2.0
    """
    gap = np.abs(np.cumsum(np.asarray(p, dtype=float) - np.asarray(q, dtype=float), axis=-1))
    return np.asarray((gap[..., :-1] * np.diff(np.asarray(codes, dtype=float))).sum(axis=-1))


def total_variation(p: npt.ArrayLike, q: npt.ArrayLike) -> Floats:
    """Share of answers that would have to change to make the distributions equal.

    Parameters
    ----------
    p, q : array_like, shape (..., c)

    Returns
    -------
    ndarray, shape (...)

    Examples
    --------
    >>> total_variation([1, 0, 0], [0.5, 0, 0.5]).item()
    0.5
    """
    return np.asarray(np.abs(np.asarray(p) - np.asarray(q)).sum(axis=-1) / 2)


def jensen_shannon(p: npt.ArrayLike, q: npt.ArrayLike) -> Floats:
    """Jensen and Shannon's divergence in bits: 0 for the same, 1 for no answer in common.

    Parameters
    ----------
    p, q : array_like, shape (..., c)

    Returns
    -------
    ndarray, shape (...)

    Examples
    --------
    >>> jensen_shannon([1, 0], [0, 1]).item()
    1.0
    """
    from scipy.special import rel_entr

    a, b = np.asarray(p, dtype=float), np.asarray(q, dtype=float)
    m = (a + b) / 2
    nats = (rel_entr(a, m) + rel_entr(b, m)).sum(axis=-1) / 2
    return np.asarray(nats / np.log(2))


def by_chance(
    p: npt.ArrayLike, n: int, *, codes: npt.ArrayLike, draws: int, rng: np.random.Generator
) -> tuple[float, float, float]:
    """Return the mean distances of samples of n answers from the distribution itself.

    Parameters
    ----------
    p : array_like, shape (c,)
        Shares.
    n : int
        Answers.
    codes : array_like, shape (c,)
    draws : int
    rng : Generator

    Returns
    -------
    wasserstein, total_variation, jensen_shannon : float
        A few answers are far from any distribution; this says how far.
    """
    shares = rng.multinomial(n, np.asarray(p, dtype=float), size=draws) / n
    return (
        float(wasserstein(shares, p, codes=codes).mean()),
        float(total_variation(shares, p).mean()),
        float(jensen_shannon(shares, p).mean()),
    )
