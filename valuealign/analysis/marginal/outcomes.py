"""Outcomes of a marginal model, fitted with statsmodels as if rows were independent."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from valuealign.errors import DataError, NotConverged

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]
Family = Literal["binomial", "poisson", "gaussian", "ordinal"]
FAMILIES: tuple[str, ...] = get_args(Family)
MOST_CATEGORIES = 20
SEPARATED = 1e-7
"""A fitted probability (or count) this near to its bound has an estimate without end."""


@dataclass(frozen=True, eq=False)
class Stacked:
    """Rows as the fit takes them: of an ordered outcome one row for each cut between categories.

    Attributes
    ----------
    y : ndarray, shape (m,)
    X : ndarray, shape (m, p)
    row : ndarray of int, shape (m,)
        The row of the data that each comes from.
    cuts : tuple of str
        The names of the first columns, of an ordered outcome; else empty.
    """

    y: FloatArray
    X: FloatArray
    row: IntArray
    cuts: tuple[str, ...]


def stacked(y: FloatArray, X: FloatArray, family: Family, name: str) -> Stacked:
    """Check an outcome and return the rows to fit.

    Parameters
    ----------
    y : ndarray, shape (n,)
    X : ndarray, shape (n, p)
        The first column is the intercept, which cuts replace.
    family : {"binomial", "poisson", "gaussian", "ordinal"}
    name : str
        The outcome's column.

    Returns
    -------
    Stacked

    Raises
    ------
    DataError
        An outcome that the family does not have.
    """
    n = len(y)
    if family == "ordinal":
        return _cumulative(y, X, name)
    fits = {
        "binomial": bool(np.isin(y, (0, 1)).all()),
        "poisson": bool((y >= 0).all() and (y == np.round(y)).all()),
        "gaussian": True,
    }
    if not fits[family]:
        expected = "0 and 1" if family == "binomial" else "whole numbers from 0"
        odd = y[~np.isin(y, (0, 1))][0] if family == "binomial" else y[(y < 0) | (y % 1 != 0)][0]
        raise DataError(f"the outcome {name!r} holds {odd:g}; {family} expects {expected}")
    return Stacked(y, X, np.arange(n), ())


def _cumulative(y: FloatArray, X: FloatArray, name: str) -> Stacked:
    """Return whether each row is above each cut; effects are on being above, alike at all cuts."""
    levels = np.unique(y)
    if not 3 <= len(levels) <= MOST_CATEGORIES:
        raise DataError(
            f"the outcome {name!r} has {len(levels)} values; ordinal expects 3 to {MOST_CATEGORIES}"
        )
    cuts = len(levels) - 1
    above = (y[:, None] > levels[:-1]).astype(float).ravel()
    which = np.tile(np.eye(cuts), (len(y), 1))
    row = np.repeat(np.arange(len(y)), cuts)
    names = tuple(f"above {level:g}" for level in levels[:-1])
    return Stacked(above, np.hstack([which, X[row][:, 1:]]), row, names)


def fit_independent(rows: Stacked, family: Family) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Fit a generalised linear model as if rows were independent.

    Parameters
    ----------
    rows : Stacked
    family : {"binomial", "poisson", "gaussian", "ordinal"}

    Returns
    -------
    beta : ndarray, shape (p,)
    weight : ndarray, shape (m,)
        Working weights.
    residual : ndarray, shape (m,)
        Pearson residuals.

    Raises
    ------
    NotConverged
        No maximum, because some rows are always 0 or always 1.
    """
    from statsmodels.genmod.families import Binomial, Gaussian, Poisson
    from statsmodels.genmod.generalized_linear_model import GLM

    kinds = {"poisson": Poisson, "gaussian": Gaussian}
    kind = kinds.get(family, Binomial)()
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        result = GLM(rows.y, rows.X, family=kind).fit(tol=1e-12, maxiter=200)
    beta, mean = np.asarray(result.params), np.asarray(result.mu)
    low = mean.min() if family != "gaussian" else 1.0
    high = 1 - mean.max() if isinstance(kind, Binomial) else 1.0
    if not np.isfinite(beta).all() or min(low, high) < SEPARATED or not result.converged:
        raise NotConverged(
            "no estimate: for some combination of the predictors the outcome is always the same "
            "(separation); combine levels or leave out a term"
        )
    weight = np.asarray(kind.variance(mean), dtype=float)
    return beta, weight, (rows.y - mean) / np.sqrt(weight)
