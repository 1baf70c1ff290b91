"""Multidimensional scaling by majorisation, from given and from random starts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from valuealign.errors import DataError

FloatArray = NDArray[np.float64]
Kind = Literal["ordinal", "interval", "ratio"]
ROUNDING = 1e-6
"""Stresses that differ by less than this are one minimum; its first start is kept."""


@dataclass(frozen=True, eq=False)
class Scaling:
    """Points whose distances follow dissimilarities.

    Attributes
    ----------
    points : ndarray, shape (n, n_dimensions)
        Centred, on principal axes.
    stress : float
        Kruskal's stress-1.
    disparities, distances : ndarray, shape (n (n - 1) / 2,)
        Of the pairs, row by row.
    steps : int
    start : str
        Where it began: ``theory``, ``classical`` or ``random``.
    """

    points: FloatArray
    stress: float
    disparities: FloatArray
    distances: FloatArray
    steps: int
    start: str


def scale_points(
    dissimilarities: FloatArray,
    start: FloatArray,
    *,
    kind: Kind = "ordinal",
    steps: int = 5000,
    tolerance: float = 1e-10,
    name: str = "theory",
) -> Scaling:
    """Find the nearest minimum of stress from a start.

    Parameters
    ----------
    dissimilarities : ndarray, shape (n, n)
        Symmetric; NaN where unknown.
    start : ndarray, shape (n, n_dimensions)
    kind : {"ordinal", "interval", "ratio"}
        Whether distances follow the order of the dissimilarities (ties may be broken, the
        primary approach), a line of positive slope, or the dissimilarities themselves.
    steps : int
    tolerance : float
        A step that lowers stress by less is the last.
    name : str
        Of the start.

    Returns
    -------
    Scaling

    Raises
    ------
    DataError
        Dissimilarities that are not symmetric, or an unknown kind.

    Notes
    -----
    Majorisation (Guttman transform) with disparities normalised, as the smacof package, whose
    stress-1 this is. The best of many starts is MASS's ``isoMDS`` minimum or lower (to 1e-6).

    References
    ----------
    de Leeuw, J., & Mair, P. (2009). Multidimensional scaling using majorization: SMACOF in R.
    Journal of Statistical Software, 31(3). doi:10.18637/jss.v031.i03
    Kruskal, J. B. (1964). Nonmetric multidimensional scaling. Psychometrika, 29, 115-129.
    doi:10.1007/BF02289694

    Examples
    --------
    >>> points = np.array([[0, 0], [1, 0], [1, 1], [0, 2.]])
    >>> d = np.linalg.norm(points[:, None] - points[None], axis=2)
    >>> scale_points(d, points + 0.1 * points[::-1], kind="ratio").stress < 1e-4
    True
    """
    delta, pairs = _pairs(dissimilarities, kind)
    i, j = pairs
    X = np.array(start, dtype=float)
    X = X - X.mean(axis=0)
    order = np.argsort(delta, kind="stable")
    size = len(delta)
    before = np.inf
    for step in range(1, steps + 1):  # noqa: B007  # its last value is reported
        d = np.linalg.norm(X[i] - X[j], axis=1)
        hat = _disparities(delta, d, order, kind)
        hat = hat * np.sqrt(size / (hat @ hat))
        stress = _stress(hat, d)
        if before - stress < tolerance:
            break
        before = stress
        X = _guttman(X, i, j, hat, d)
    U, s, _ = np.linalg.svd(X - X.mean(axis=0), full_matrices=False)
    return Scaling(U * s, stress, hat, d, step, name)


def many_starts(
    dissimilarities: FloatArray,
    *,
    theory: FloatArray | None = None,
    kind: Kind = "ordinal",
    n_dimensions: int = 2,
    starts: int = 50,
    seed: int = 0,
) -> tuple[Scaling | None, Scaling, int]:
    """Scale from a theory's points, and from the classical solution and many random ones.

    Parameters
    ----------
    dissimilarities : ndarray, shape (n, n)
    theory : ndarray, shape (n, n_dimensions), optional
    kind : {"ordinal", "interval", "ratio"}
    n_dimensions : int
    starts : int
        Random starts.
    seed : int

    Returns
    -------
    from_theory : Scaling or None
    best : Scaling
        The lowest stress of all starts, the theory's among them.
    n_reached : int
        How many of the starts came within 1e-4 of it.
    """
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):  # matrices this small only wait for threads
        return _many_starts(dissimilarities, theory, kind, (n_dimensions, starts), seed)


def _many_starts(
    dissimilarities: FloatArray,
    theory: FloatArray | None,
    kind: Kind,
    how: tuple[int, int],
    seed: int,
) -> tuple[Scaling | None, Scaling, int]:
    n_dimensions, starts = how
    rng = np.random.default_rng(seed)
    n = len(dissimilarities)
    first = (
        None if theory is None else scale_points(dissimilarities, theory, kind=kind, name="theory")
    )
    scalings = [] if first is None else [first]
    points = classical(dissimilarities, n_dimensions)
    scalings.append(scale_points(dissimilarities, points, kind=kind, name="classical"))
    scalings += [
        scale_points(
            dissimilarities,
            rng.normal(size=(n, n_dimensions)),
            kind=kind,
            name="random",
            tolerance=1e-7,
        )
        for _ in range(starts)
    ]
    lowest = min(scaling.stress for scaling in scalings)
    best = next(scaling for scaling in scalings if scaling.stress - lowest < ROUNDING)
    best = scale_points(dissimilarities, best.points, kind=kind, name=best.start)
    reached = sum(scaling.stress < best.stress + 1e-4 for scaling in scalings)
    return first, best, reached


def classical(dissimilarities: FloatArray, n_dimensions: int = 2) -> FloatArray:
    """Torgerson's solution: principal coordinates.

    Parameters
    ----------
    dissimilarities : ndarray, shape (n, n)
    n_dimensions : int

    Returns
    -------
    ndarray, shape (n, n_dimensions)

    Notes
    -----
    Agrees with R's ``cmdscale`` to 1e-8, up to the signs of the axes.

    Examples
    --------
    >>> d = np.array([[0, 1, 2], [1, 0, 1], [2, 1, 0.]])
    >>> np.abs(classical(d, 1)).ravel().round(6).tolist()
    [1.0, 0.0, 1.0]
    """
    filled = np.where(np.isnan(dissimilarities), np.nanmean(dissimilarities), dissimilarities)
    squares = filled**2
    n = len(squares)
    J = np.eye(n) - 1 / n
    values, vectors = np.linalg.eigh(-0.5 * J @ squares @ J)
    top = np.argsort(values)[::-1][:n_dimensions]
    return np.asarray(vectors[:, top] * np.sqrt(np.maximum(values[top], 0)))


def _pairs(
    dissimilarities: FloatArray, kind: str
) -> tuple[FloatArray, tuple[NDArray[np.intp], NDArray[np.intp]]]:
    D = np.asarray(dissimilarities, dtype=float)
    if kind not in ("ordinal", "interval", "ratio"):
        raise DataError(f"kind is {kind!r}; expected ordinal, interval or ratio")
    if D.ndim != 2 or D.shape[0] != D.shape[1] or not np.allclose(D, D.T, equal_nan=True):
        raise DataError(f"dissimilarities of shape {D.shape}; expected a symmetric matrix")
    if len(D) < 4:
        raise DataError(f"found {len(D)} points; a configuration needs at least 4")
    i, j = np.triu_indices(len(D), 1)
    there = ~np.isnan(D[i, j])
    return D[i, j][there], (i[there], j[there])


def _disparities(
    delta: FloatArray, d: FloatArray, order: NDArray[np.intp], kind: str
) -> FloatArray:
    """Return the disparities: the transformed dissimilarities nearest to the distances."""
    if kind == "ratio":
        return delta
    if kind == "interval":
        centred = delta - delta.mean()
        slope = max(float(centred @ d) / float(centred @ centred), 0.0)
        line = d.mean() + slope * centred
        if line.min() >= 0:
            return np.asarray(line)
        slope = float(delta @ d) / float(delta @ delta)  # a line through zero, where one may not
        return np.asarray(slope * delta)
    from scipy.optimize import isotonic_regression

    # Ties may be broken: within one, the order of the distances is taken.
    sequence = order[np.lexsort((d[order], delta[order]))]
    hat = np.empty_like(d)
    hat[sequence] = isotonic_regression(d[sequence]).x
    return hat


def _stress(hat: FloatArray, d: FloatArray) -> float:
    """Return stress-1 at the best scale of the points."""
    total = float(d @ d)
    if total == 0:
        return 1.0
    return float(np.sqrt(max(1 - float(hat @ d) ** 2 / (total * float(hat @ hat)), 0.0)))


def _guttman(
    X: FloatArray, i: NDArray[np.intp], j: NDArray[np.intp], hat: FloatArray, d: FloatArray
) -> FloatArray:
    n = len(X)
    ratio = np.divide(hat, d, out=np.zeros_like(d), where=d > 1e-12)
    B = np.zeros((n, n))
    B[i, j] = B[j, i] = -ratio
    B[np.arange(n), np.arange(n)] = -B.sum(axis=1)
    if len(i) == n * (n - 1) // 2:
        return np.asarray(B @ X / n)
    V = np.zeros((n, n))
    V[i, j] = V[j, i] = -1.0
    V[np.arange(n), np.arange(n)] = -V.sum(axis=1)
    return np.asarray(np.linalg.pinv(V) @ B @ X)
