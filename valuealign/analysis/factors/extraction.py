"""Extraction of factors from a correlation matrix: minres, maximum likelihood, principal axis.

Minres and maximum likelihood are found over the uniquenesses alone, loadings being an
eigenproblem given them; both have analytic gradients.

References
----------
Harman, H. H., & Jones, W. H. (1966). doi:10.1007/BF02289468 (minres).
Joreskog, K. G. (1967). doi:10.1007/BF02289658 (maximum likelihood).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from valuealign.analysis.matrix import Floats
from valuealign.errors import DataError, NotConverged, SingularCovariance

LOWEST = 0.005
"""Bound of a uniqueness, as R's ``factanal``; a solution at it is a Heywood case."""
SINGULAR = 1e-10
"""The smallest eigenvalue of correlations that have an inverse."""


@dataclass(frozen=True, slots=True)
class Extraction:
    """Unrotated factors.

    Attributes
    ----------
    loadings : ndarray, shape (n_items, n_factors)
        Columns by falling variance, each with a positive sum.
    uniquenesses : ndarray, shape (n_items,)
    objective : float
        Maximum-likelihood discrepancy of the solution, whatever the method; NaN of a singular
        matrix, which is flagged.
    flags : tuple of str
    """

    loadings: Floats
    uniquenesses: Floats
    objective: float
    flags: tuple[str, ...]


def extract(R: Floats, n_factors: int, *, method: str = "minres") -> Extraction:
    """Extract factors from a correlation matrix.

    Parameters
    ----------
    R : ndarray, shape (n_items, n_items)
        Correlations.
    n_factors : int
    method : {"minres", "ml", "pa"}

    Returns
    -------
    Extraction

    Raises
    ------
    DataError
        An unknown method, or more factors than the items can carry.
    SingularCovariance
        Maximum likelihood of a matrix that is not positive definite.
    NotConverged
        No minimum was found.

    Notes
    -----
    Agrees with ``psych::fa`` (minres, ml) and R's ``factanal`` to 1e-5 in loadings
    (``tests/analysis/test_extraction.py``).

    Examples
    --------
    >>> lam = np.array([.8, .7, .6, .5])
    >>> R = np.outer(lam, lam) + np.diag(1 - lam**2)
    >>> extract(R, 1).loadings[:, 0].round(4).tolist()
    [0.8, 0.7, 0.6, 0.5]
    """
    methods: dict[str, Callable[[Floats, int], Floats]] = {
        "minres": _minres,
        "ml": _ml,
        "pa": _principal_axis,
    }
    if method not in methods:
        raise DataError(f"extraction {method!r} is not one of {', '.join(methods)}")
    p = len(R)
    if not 1 <= n_factors < p or (p - n_factors) ** 2 < p + n_factors:
        raise DataError(
            f"{n_factors} factors of {p} items leave no degrees of freedom; extract fewer"
        )
    psi = methods[method](R, n_factors)
    loadings = _ml_loadings(R, psi, n_factors) if method == "ml" else _axes(R, psi, n_factors)
    flags = []
    if (psi <= LOWEST * 1.001).any():
        flags.append("Heywood case: a uniqueness at its bound")
    singular = is_singular(R)
    if singular:
        flags.append("the correlations are singular: an item repeats others, or rows are too few")
    implied = loadings @ loadings.T + np.diag(psi)
    discrepancy = float("nan") if singular else ml_discrepancy(R, implied)
    return Extraction(loadings, psi, discrepancy, tuple(flags))


def is_singular(R: Floats) -> bool:
    """Say whether a correlation matrix has no inverse.

    Parameters
    ----------
    R : ndarray, shape (n_items, n_items)

    Returns
    -------
    bool

    Examples
    --------
    >>> is_singular(np.ones((2, 2))), is_singular(np.eye(2))
    (True, False)
    """
    return bool(np.linalg.eigvalsh(R)[0] <= SINGULAR)


def refit(R: Floats, n_factors: int, near: Floats) -> Floats:
    """Minres loadings of a resampled matrix, started at the uniquenesses of the whole sample.

    Parameters
    ----------
    R : ndarray, shape (n_items, n_items)
    n_factors : int
    near : ndarray, shape (n_items,)
        Uniquenesses of a solution near by.

    Returns
    -------
    ndarray, shape (n_items, n_factors)

    Raises
    ------
    NotConverged
        No minimum was found, here or from the ordinary start.

    Notes
    -----
    Gauss-Newton steps within the bounds, then the ordinary search where they fail; the same
    minimum to 1e-5 (``tests/analysis/test_extraction.py``).

    References
    ----------
    Harman, H. H., & Jones, W. H. (1966). doi:10.1007/BF02289468.

    Examples
    --------
    >>> lam = np.array([.8, .7, .6, .5])
    >>> R = np.outer(lam, lam) + np.diag(1 - lam**2)
    >>> refit(R, 1, np.full(4, 0.5))[:, 0].round(4).tolist()
    [0.8, 0.7, 0.6, 0.5]
    """
    psi = np.clip(near, LOWEST, 1.0)
    value, gradient, axes = _minres_parts(R, psi, n_factors)
    for _ in range(30):
        free = ((psi > LOWEST) | (gradient < 0)) & ((psi < 1.0) | (gradient > 0))
        if np.abs(gradient[free]).max(initial=0.0) < 1e-6:
            return _axes(R, psi, n_factors)
        curvature = ((axes @ axes.T) ** 2)[np.ix_(free, free)] + 1e-8 * np.eye(int(free.sum()))
        step = np.zeros_like(psi)
        step[free] = -np.linalg.solve(curvature, gradient[free])
        for share in (1.0, 0.5, 0.25, 0.1, 0.02):
            moved = np.clip(psi + share * step, LOWEST, 1.0)
            there = _minres_parts(R, moved, n_factors)
            if there[0] <= value + 1e-4 * gradient @ (moved - psi):
                break
        else:
            break
        psi, (value, gradient, axes) = moved, there
    return extract(R, n_factors).loadings


def ml_discrepancy(R: Floats, implied: Floats) -> float:
    """Maximum-likelihood discrepancy of an implied correlation matrix.

    Parameters
    ----------
    R, implied : ndarray, shape (n_items, n_items)

    Returns
    -------
    float
        NaN where either matrix is not positive definite.

    Examples
    --------
    >>> ml_discrepancy(np.eye(3), np.eye(3))
    0.0
    """
    sign, log_implied = np.linalg.slogdet(implied)
    sign_r, log_r = np.linalg.slogdet(R)
    if sign <= 0 or sign_r <= 0:
        return float("nan")
    return float(log_implied - log_r + np.trace(np.linalg.solve(implied, R)) - len(R))


def squared_multiple_correlations(R: Floats) -> Floats:
    """Share of each item's variance that the other items predict.

    Parameters
    ----------
    R : ndarray, shape (n_items, n_items)

    Returns
    -------
    ndarray, shape (n_items,)

    Raises
    ------
    SingularCovariance
        The matrix has no inverse.

    Examples
    --------
    >>> squared_multiple_correlations(np.array([[1, .5], [.5, 1]])).tolist()
    [0.25, 0.25]
    """
    if np.linalg.eigvalsh(R)[0] <= 1e-10:
        raise SingularCovariance(
            "the correlation matrix is singular: an item is a sum of others (ipsative scores "
            "such as MRAT-centred ones always are), or there are fewer rows than items"
        )
    smc: Floats = 1 - 1 / np.diag(np.linalg.inv(R))
    return smc


def _start(R: Floats) -> Floats:
    try:
        return np.clip(1 - squared_multiple_correlations(R), LOWEST * 2, 0.99)
    except SingularCovariance:
        return np.full(len(R), 0.5)


def _optimise(R: Floats, function: Callable[[Floats], tuple[float, Floats]]) -> Floats:
    from scipy.optimize import minimize

    result = minimize(
        function,
        _start(R),
        jac=True,
        method="L-BFGS-B",
        bounds=[(LOWEST, 1.0)] * len(R),
        options={"maxiter": 5000, "maxfun": 20_000, "ftol": 1e-16, "gtol": 1e-9, "maxcor": 30},
    )
    psi: Floats = result.x
    gradient = function(psi)[1]
    free = ((psi > LOWEST) | (gradient < 0)) & ((psi < 1.0) | (gradient > 0))
    if np.abs(gradient[free]).max(initial=0.0) > 1e-5:
        raise NotConverged(f"the extraction did not converge: {result.message}")
    return psi


def _minres(R: Floats, m: int) -> Floats:
    return _optimise(R, lambda psi: _minres_parts(R, psi, m)[:2])


def _minres_parts(R: Floats, psi: Floats, m: int) -> tuple[float, Floats, Floats]:
    """Return the criterion, its gradient and the axes that carry no factor."""
    values, vectors = np.linalg.eigh(R - np.diag(psi))
    rest, axes = values[:-m], vectors[:, :-m]
    top = np.minimum(values[-m:], 0.0)  # a negative eigenvalue carries no factor
    gradient = -(axes**2 @ rest) - vectors[:, -m:] ** 2 @ top
    return float((rest**2).sum() + (top**2).sum()) / 2, gradient, axes


def _ml(R: Floats, m: int) -> Floats:
    if np.linalg.eigvalsh(R)[0] <= 1e-10:
        raise SingularCovariance(
            "maximum likelihood needs a positive definite correlation matrix; use minres, or "
            "more rows than items"
        )

    def function(psi: Floats) -> tuple[float, Floats]:
        root = 1 / np.sqrt(psi)
        values, vectors = np.linalg.eigh(R * np.outer(root, root))
        rest = values[:-m]
        loadings = (vectors[:, -m:] * np.sqrt(np.maximum(values[-m:] - 1, 0))) / root[:, None]
        residual = (loadings**2).sum(axis=1) + psi - np.diag(R)
        return float((rest - np.log(rest) - 1).sum()), residual / psi**2

    return _optimise(R, function)


def _principal_axis(R: Floats, m: int) -> Floats:
    """Iterate communalities in the diagonal until they converge (the fixed point of minres)."""
    psi = _start(R)
    for _ in range(20_000):
        loadings = _axes(R, psi, m)
        new: Floats = 1 - (loadings**2).sum(axis=1)
        if np.abs(new - psi).max() < 1e-9:
            return new
        psi = new
        if (psi < 0).any():
            raise NotConverged("principal axis reached a communality over 1; use minres or ml")
    raise NotConverged("principal axis did not converge; use minres, which has the same solution")


def _axes(R: Floats, psi: Floats, m: int) -> Floats:
    values, vectors = np.linalg.eigh(R - np.diag(psi))
    return _ordered(vectors[:, -m:] * np.sqrt(np.maximum(values[-m:], 0)))


def _ml_loadings(R: Floats, psi: Floats, m: int) -> Floats:
    root = np.sqrt(psi)
    values, vectors = np.linalg.eigh(R / np.outer(root, root))
    return _ordered(root[:, None] * vectors[:, -m:] * np.sqrt(np.maximum(values[-m:] - 1, 0)))


def _ordered(loadings: Floats) -> Floats:
    flipped = loadings[:, ::-1]
    return flipped * np.where(flipped.sum(axis=0) < 0, -1.0, 1.0)
