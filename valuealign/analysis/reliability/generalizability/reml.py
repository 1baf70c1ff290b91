"""Restricted maximum likelihood of a generalizability design's variance components."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from valuealign.analysis.mixed.components import variance_components
from valuealign.analysis.mixed.layout import Term, lay_out
from valuealign.analysis.reliability.generalizability.design import RESIDUAL, Design, Effect
from valuealign.errors import DataError

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Estimates:
    """Variance components by effect, with their covariance.

    Attributes
    ----------
    variances : dict of frozenset to float
    vcov : ndarray, shape (n_effects + 1, n_effects + 1)
        Of the variances, the residual's last; NaN where a variance is at zero.
    log_likelihood : float
        Restricted.
    """

    variances: dict[Effect, float]
    vcov: FloatArray
    log_likelihood: float


def restricted_likelihood(design: Design, start: Mapping[Effect, float]) -> Estimates:
    """Estimate variance components by REML.

    Parameters
    ----------
    design : Design
    start : mapping of frozenset to float
        Estimates of analysis of variance.

    Returns
    -------
    Estimates

    Raises
    ------
    NotSupported
        A design whose equations do not fall into blocks that fit in memory.
    DataError
        Responses that repeat each other exactly within cells.
    NotConverged
        No maximum was reached; the message says how far the search came.

    Notes
    -----
    Agrees with lme4's ``lmer(REML = TRUE)`` to 1e-4 relative (its own tolerance) in the
    variances and 1e-6 in the deviance, also where lmer is singular.
    """
    total = float(design.y.var())
    sigma = np.array([start[e] for e in (*design.effects, RESIDUAL)])
    if sigma[-1] <= 1e-12 * total:
        raise DataError(
            "responses do not vary within cells, so there is no error variance; are rows "
            "duplicated? Give each response one row"
        )
    terms = [Term(effect, design.levels(effect).astype(np.intp)) for effect in design.effects]
    by = {
        frozenset({name}): design.levels(frozenset({name})).astype(np.intp)
        for name in design.factors
        if not design.parents[name]
    }
    layout = lay_out(np.ones((len(design.y), 1)), terms, by)
    equations = layout.equations(design.y - design.y.mean())
    fit = variance_components(equations, np.maximum(sigma, 0.01 * total))
    return Estimates(
        dict(zip((*design.effects, RESIDUAL), fit.variances.tolist(), strict=True)),
        fit.vcov,
        -fit.deviance / 2,
    )
