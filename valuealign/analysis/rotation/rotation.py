"""Rotation of loadings, by gradient projection from many random starts.

Rotation criteria have local minima, so one start is not an answer: every rotation here begins
from random axes and from the unrotated ones, keeps the lowest value and reports how many starts
reached it.

References
----------
Jennrich, R. I. (2001). doi:10.1007/BF02294840 (orthogonal).
Jennrich, R. I. (2002). doi:10.1007/BF02294706 (oblique).
Bernaards, C. A., & Jennrich, R. I. (2005). doi:10.1177/0013164404272507.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from valuealign.analysis.matrix import Floats
from valuealign.analysis.rotation.rotation_criteria import (
    Criterion,
    bifactor,
    crawford_ferguson,
    geomin,
    oblimin,
    target,
)
from valuealign.errors import DataError, NotConverged

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

ORTHOGONAL = ("varimax", "quartimax", "geomin_orthogonal", "target_orthogonal", "bifactor")
OBLIQUE = ("oblimin", "geomin", "promax", "target", "bifactor_oblique")
METHODS = ("none", *ORTHOGONAL, *OBLIQUE)
SAME = 1e-6
"""Two starts reached the same minimum when their values differ by less than this."""
ROUNDING = 1e-9
"""Values that differ by less than this differ by rounding: the first start of them is kept."""
RANK = 1e-8
"""A column space's singular value below this share of the largest carries no loadings."""


@dataclass(frozen=True, slots=True)
class Rotation:
    """Rotated loadings.

    Attributes
    ----------
    loadings : ndarray, shape (n_items, n_factors)
        The pattern.
    factor_correlations : ndarray, shape (n_factors, n_factors)
    transformation : ndarray, shape (n_factors, n_factors)
        ``T``: loadings are ``A @ inv(T).T`` and factor correlations ``T.T @ T``.
    value : float
        The criterion at the minimum.
    n_starts, n_reached : int
        How many starts were made, and how many of them ended at this minimum.
    """

    loadings: Floats
    factor_correlations: Floats
    transformation: Floats
    value: float
    n_starts: int
    n_reached: int


def rotate(
    loadings: npt.ArrayLike,
    method: str = "oblimin",
    *,
    kaiser: bool | None = None,
    wanted: npt.ArrayLike | None = None,
    epsilon: float = 0.01,
    gamma: float = 0.0,
    power: float = 4.0,
    starts: int = 30,
    seed: int = 0,
) -> Rotation:
    """Rotate loadings to simple structure or toward a target.

    Parameters
    ----------
    loadings : array_like, shape (n_items, n_factors)
        Orthogonal, unrotated loadings.
    method : str
        One of "none", "varimax", "quartimax", "geomin_orthogonal", "target_orthogonal",
        "bifactor", "oblimin", "geomin", "promax", "target", "bifactor_oblique".
    kaiser : bool, optional
        Rotate rows of length one. By default for varimax and promax only.
    wanted : array_like, shape (n_items, n_factors), optional
        The target; NaN leaves a loading free.
    epsilon : float
        Of geomin.
    gamma : float
        Of oblimin; 0 is quartimin.
    power : float
        Of promax.
    starts : int
        Random starts in addition to the unrotated axes.
    seed : int
        Of the random starts.

    Returns
    -------
    Rotation

    Raises
    ------
    DataError
        An unknown method, or a target of another shape.
    NotConverged
        No start came to a stationary point.

    Notes
    -----
    Minima agree with GPArotation's to 1e-8 in the criterion and 1e-5 in loadings, or are lower
    (``tests/analysis/test_rotation.py``).

    Examples
    --------
    >>> simple = np.array([[.8, 0], [.7, 0], [0, .6], [0, .9]])
    >>> turned = simple @ np.array([[.8, -.6], [.6, .8]])
    >>> bool(np.allclose(abs(rotate(turned, "varimax").loadings).round(6).max(axis=1),
    ...                  [.8, .7, .6, .9]))
    True
    """
    A = np.asarray(loadings, dtype=float)
    if method not in METHODS:
        raise DataError(f"rotation {method!r} is not one of {', '.join(METHODS)}")
    k = A.shape[1]
    if method == "none" or (k == 1 and "target" not in method):
        return Rotation(A, np.eye(k), np.eye(k), 0.0, 1, 1)
    if method == "promax":
        return _promax(A, power, starts=starts, seed=seed)
    scale = _kaiser_weights(A) if (kaiser is None and method == "varimax") or kaiser else None
    rows = A if scale is None else A / scale[:, None]
    criterion = criterion_of(method, A.shape, wanted=wanted, epsilon=epsilon, gamma=gamma)
    rotated = minimize(rows, criterion, orthogonal=method in ORTHOGONAL, starts=starts, seed=seed)
    if scale is None:
        return rotated
    return Rotation(
        rotated.loadings * scale[:, None],
        rotated.factor_correlations,
        rotated.transformation,
        rotated.value,
        rotated.n_starts,
        rotated.n_reached,
    )


def minimize(
    A: Floats, criterion: Criterion, *, orthogonal: bool, starts: int = 30, seed: int = 0
) -> Rotation:
    """The rotation with the lowest criterion over the unrotated axes and random starts.

    Parameters
    ----------
    A : ndarray, shape (n_items, n_factors)
    criterion : callable
    orthogonal : bool
    starts, seed : int

    Returns
    -------
    Rotation

    Raises
    ------
    NotConverged
        No start came to a stationary point.

    Examples
    --------
    >>> A = np.array([[.8, .1], [.7, .2], [.1, .6]])
    >>> minimize(A, oblimin(0.0), orthogonal=False).n_reached > 1
    True
    """
    descend = _descend_orthogonal if orthogonal else _descend_oblique
    # The unrotated axes come last: of equal minima the first is kept, and their signs are LAPACK's.
    begin = [*_random_axes(A, starts, seed), np.eye(A.shape[1])]
    tries = [descend(A, T, criterion) for T in begin]
    stationary = [(value, T) for value, T, done in tries if done]
    if not stationary:
        raise NotConverged(
            f"none of {len(tries)} starts of the rotation came to a stationary point; "
            "extract fewer factors, or look for an item without loadings"
        )
    lowest = min(value for value, _ in stationary)
    unit = max(1.0, abs(lowest))
    value, T = next(pair for pair in stationary if pair[0] - lowest < ROUNDING * unit)
    reached = sum(other - lowest < SAME * unit for other, _ in stationary)
    return Rotation(A @ np.linalg.inv(T).T, T.T @ T, T, value, len(tries), reached)


def _random_axes(A: Floats, starts: int, seed: int) -> list[Floats]:
    """Return random orthogonal matrices T, so chosen that ``A @ T`` depends on ``A @ A.T`` alone.

    Loadings are known up to an orthogonal matrix: signs, and a basis where factors have equal
    variance. T is the orthogonal factor of ``P.T @ G``, where G is random and P is the orthogonal
    factor of the loadings; an orthogonal matrix that turns A turns P and T with it.
    """
    rng = np.random.default_rng(seed)
    U, values, Vt = np.linalg.svd(A, full_matrices=False)
    carried = values > RANK * values[0]
    P = U[:, carried] @ Vt[carried]
    axes = []
    for _ in range(starts):
        left, _, right = np.linalg.svd(P.T @ rng.normal(size=A.shape))
        axes.append(left @ right)
    return axes


def criterion_of(
    method: str,
    shape: tuple[int, ...],
    *,
    wanted: npt.ArrayLike | None = None,
    epsilon: float = 0.01,
    gamma: float = 0.0,
) -> Criterion:
    """Return the criterion of a rotation by its name; options as for `rotate`.

    Raises
    ------
    DataError
        A target of another shape.

    Examples
    --------
    >>> criterion_of("oblimin", (4, 2))(np.array([[1.0, 0], [1, 0], [0, 1], [0, 1]]))[0]
    0.0
    """
    if "target" in method:
        goal = np.asarray(wanted, dtype=float) if wanted is not None else np.empty(0)
        if goal.shape != shape:
            raise DataError(f"the target has shape {goal.shape}; the loadings have {shape}")
        return target(goal)
    makers: dict[str, Callable[[], Criterion]] = {
        "varimax": lambda: crawford_ferguson(1 / shape[0]),
        "quartimax": lambda: crawford_ferguson(0.0),
        "oblimin": lambda: oblimin(gamma),
        "geomin": lambda: geomin(epsilon),
        "geomin_orthogonal": lambda: geomin(epsilon),
        "bifactor": bifactor,
        "bifactor_oblique": bifactor,
    }
    return makers[method]()


def _kaiser_weights(A: Floats) -> Floats:
    lengths: Floats = np.sqrt((A**2).sum(axis=1))
    return np.where(lengths > 0, lengths, 1.0)


def _descend_orthogonal(A: Floats, T: Floats, criterion: Criterion) -> tuple[float, Floats, bool]:
    """Gradient projection on orthogonal matrices; a step is projected back by its SVD."""
    step = 1.0
    value, gradient = criterion(A @ T)
    G = A.T @ gradient
    for _ in range(2000):
        M = T.T @ G
        projected = G - T @ (M + M.T) / 2
        size = float((projected**2).sum())
        if size < 1e-14:
            return value, T, True
        step *= 2
        for _ in range(30):
            U, _, Vt = np.linalg.svd(T - step * projected)
            candidate = U @ Vt
            new_value, new_gradient = criterion(A @ candidate)
            if new_value < value - 0.5 * size * step:
                break
            step /= 2
        else:
            return value, T, size < 1e-10
        T, value, G = candidate, new_value, A.T @ new_gradient
    return value, T, False


def _descend_oblique(A: Floats, T: Floats, criterion: Criterion) -> tuple[float, Floats, bool]:
    """Gradient projection on matrices with columns of length one."""
    step = 1.0
    inverse = np.linalg.inv(T)
    L = A @ inverse.T
    value, gradient = criterion(L)
    G = -(L.T @ gradient @ inverse).T
    for _ in range(2000):
        projected = G - T * (T * G).sum(axis=0)
        size = float((projected**2).sum())
        if size < 1e-14:
            return value, T, True
        step *= 2
        for _ in range(30):
            candidate = T - step * projected
            candidate = candidate / np.sqrt((candidate**2).sum(axis=0))
            inverse = np.linalg.inv(candidate)
            L = A @ inverse.T
            new_value, new_gradient = criterion(L)
            if new_value < value - 0.5 * size * step:
                break
            step /= 2
        else:
            return value, T, size < 1e-10
        T, value, G = candidate, new_value, -(L.T @ new_gradient @ inverse).T
    return value, T, False


def _promax(A: Floats, power: float, *, starts: int, seed: int) -> Rotation:
    """Promax as R's ``stats::promax``: least squares toward powered varimax loadings."""
    simple = rotate(A, "varimax", starts=starts, seed=seed)
    V = simple.loadings
    goal = V * np.abs(V) ** (power - 1)
    U = np.linalg.lstsq(V, goal, rcond=None)[0]
    U = U @ np.diag(np.sqrt(np.diag(np.linalg.inv(U.T @ U))))
    T = simple.transformation @ np.linalg.inv(U).T
    return Rotation(
        V @ U, T.T @ T, T, float(((V @ U - goal) ** 2).sum()), simple.n_starts, simple.n_reached
    )
