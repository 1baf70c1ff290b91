"""The discrepancy of each group under an estimator, and the asymptotic covariance it needs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from valuealign.analysis.sem.estimation.arrow_matrix import cholesky
from valuealign.analysis.sem.estimation.discrepancy import (
    Discrepancy,
    Normal,
    Quadratic,
    Weighted,
    inverse,
)
from valuealign.analysis.sem.estimation.implied import Structure
from valuealign.analysis.sem.estimation.missing import Missing
from valuealign.analysis.sem.estimation.observed import Observed
from valuealign.analysis.sem.specification.estimators import Setup
from valuealign.analysis.sem.specification.fixed_x import given_fixed, prediction
from valuealign.errors import NotSupported, SingularCovariance, TooFewRows

FloatArray = NDArray[np.float64]

_NO_VARIANCE = 1e-12
"""Share of the largest below which a statistic does not vary: a fixed covariate's own."""


def rescaled(observed: Observed, setup: Setup) -> Observed:
    """Return a group whose covariance has the divisor its estimator uses."""
    if setup.normal or setup.ordinal:
        return observed
    return replace(observed, covariance=observed.covariance * observed.n / (observed.n - 1))


def discrepancy(
    structure: Structure, observed: Observed, setup: Setup, *, means: bool
) -> Discrepancy:
    """Return one group's discrepancy function under an estimator."""
    if setup.missing == "fiml":
        return Missing.of(structure, observed)
    if setup.is_likelihood:
        return Normal(structure, observed, means)
    if setup.facts.weight == "normal":
        return Weighted(structure, observed, means, inverse(cholesky(observed.covariance)))
    return Quadratic(structure, observed, means, weight(observed, setup, means=means))


def weight(observed: Observed, setup: Setup, *, means: bool) -> FloatArray:
    """Return the weight of a least-squares discrepancy: a diagonal, or a full matrix for WLS."""
    p = len(observed.names)
    size = p * (p + 1) // 2 + (p if means else 0)
    if setup.facts.weight == "identity":
        return np.ones(size)
    acov = gamma(observed, means=means)
    if setup.facts.weight == "diagonal":
        own = np.diag(acov)
        known = own > _NO_VARIANCE * own.max()
        return np.where(known, 1 / np.where(known, own, 1.0), 0.0)
    if observed.rows is not None and observed.n < size:
        raise TooFewRows(
            f"{observed.place}WLS needs at least {size} rows for {p} variables, found "
            f"{observed.n}; use DWLS, MLR or MLM"
        )
    own = np.diag(acov)
    known = np.flatnonzero(own > _NO_VARIANCE * own.max())
    V = np.zeros_like(acov)
    try:
        V[np.ix_(known, known)] = inverse(cholesky(acov[np.ix_(known, known)]))
    except np.linalg.LinAlgError:
        raise SingularCovariance(
            f"{observed.place}the asymptotic covariance of the moments is singular; "
            "use DWLS, MLR or MLM, or more rows"
        ) from None
    return V


def moment_rows(observed: Observed, *, means: bool, turned: FloatArray | None = None) -> FloatArray:
    """Return each row's values and products about the means, less averages: (n, statistics).

    Where covariates are fixed, only what they do not predict.

    Parameters
    ----------
    observed : Observed
    means : bool
    turned : array, shape (p, p), optional
        Other coordinates to take them in: rows are multiplied by it.
    """
    centred = observed.centred()
    if not observed.fixed:
        return _products(centred if turned is None else centred @ turned, means=means)
    fitted = centred @ prediction(observed.covariance, observed.fixed).T
    if turned is not None:
        centred, fitted = centred @ turned, fitted @ turned
    return _products(centred, means=means) - _products(fitted, means=means)


def _products(centred: FloatArray, *, means: bool) -> FloatArray:
    columns, rows = np.triu_indices(centred.shape[1])
    products = centred[:, rows] * centred[:, columns]
    products -= products.mean(axis=0)
    return np.concatenate([centred, products], axis=1) if means else products


def gamma(observed: Observed, *, means: bool) -> FloatArray:
    """Return ``n`` times the asymptotic covariance of (means and) covariances, divisor n.

    Raises
    ------
    NotSupported
        Where moments came without their Gamma.
    """
    if observed.rows is not None:
        rows = moment_rows(observed, means=means)
        return np.asarray(rows.T @ rows / observed.n)
    if observed.gamma is None:
        raise NotSupported(
            f"{observed.place}this estimator needs rows, or Moments with their gamma; "
            "moments alone allow ML, GLS and ULS with normal-theory tests"
        )
    p = len(observed.names)
    moments_gamma = observed.gamma if means else observed.gamma[p:, p:]
    if not observed.fixed:
        return moments_gamma
    return given_fixed(moments_gamma, prediction(observed.covariance, observed.fixed), means=means)
