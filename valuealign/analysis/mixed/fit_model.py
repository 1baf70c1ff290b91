"""Estimation of a mixed model from its coded rows."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from valuealign.analysis.mixed.bordered import Bordered
from valuealign.analysis.mixed.components import Components, evaluate, variance_components
from valuealign.analysis.mixed.fixed_part import check_estimable
from valuealign.analysis.mixed.layout import Layout, lay_out
from valuealign.analysis.mixed.model_rows import ModelRows
from valuealign.analysis.mixed.satterthwaite import Inference, inference
from valuealign.analysis.mixed.system import System
from valuealign.errors import DataError

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class LaidOut:
    """A model whose equations are laid out, for any number of outcomes.

    Attributes
    ----------
    Q, R : ndarray, shapes (n, p) and (p, p)
        The fixed part as orthonormal columns times a triangle.
    layout : Layout
    """

    Q: FloatArray
    R: FloatArray
    layout: Layout

    def fit(self, y: FloatArray, *, restricted: bool) -> Estimated:
        """Estimate the model of one outcome, shape (n,)."""
        level = self.Q.T @ y
        residuals = y - self.Q @ level
        total = float((residuals**2).mean())
        if total <= 1e-20 * float((y**2).mean()):
            raise DataError("the fixed part reproduces the outcome exactly; no variance is left")
        equations = self.layout.equations(residuals)
        start = np.full(equations.n_terms + 1, total / (equations.n_terms + 1))
        components = variance_components(equations, start, restricted=restricted)
        here = evaluate(equations, components.variances, restricted=restricted)
        back = np.linalg.inv(self.R)
        raw = inference(equations, components.variances, restricted=restricted)
        tests = Inference(
            back @ (raw.estimates + level),
            back @ raw.vcov @ back.T,
            back @ raw.slopes @ back.T,
            raw.uncertainty,
        )
        deviance = here.deviance
        if restricted:  # the determinant of X'V^-1 X is that of the columns as they were coded
            deviance += 2 * float(np.log(np.abs(np.diag(self.R))).sum())
        return Estimated(replace(components, deviance=deviance), tests, equations)


@dataclass(frozen=True, eq=False)
class Estimated:
    """What the estimation of one outcome gave.

    Attributes
    ----------
    components : Components
    tests : Inference
        In the columns as they were coded.
    equations : Bordered
    """

    components: Components
    tests: Inference
    equations: Bordered

    def random_effects(self) -> list[FloatArray]:
        """Return the predicted effects of every term's levels (BLUPs)."""
        system = System(self.equations, self.components.variances)
        inner, outer = self.equations.gather(system.projected_responses())
        variances = self.components.variances
        return [
            variances[k] * self.equations.of_term(k, inner, outer)[:, 0]
            for k in range(self.equations.n_terms)
        ]


def laid_out(rows: ModelRows) -> LaidOut:
    """Lay out the equations of a model's rows.

    Parameters
    ----------
    rows : ModelRows

    Returns
    -------
    LaidOut

    Raises
    ------
    DataError
        A fixed effect that cannot be estimated; a grouping that the fixed part determines.
    """
    Q, R = check_estimable(rows.part, rows.part.matrix(len(rows.y)))
    layout = lay_out(Q, rows.terms, rows.by)
    _check_not_determined(rows, layout.empty)
    return LaidOut(Q, R, layout)


def _check_not_determined(rows: ModelRows, equations: Bordered) -> None:
    """Refuse a grouping whose columns the fixed part reproduces."""
    p = equations.n_fixed
    squares = np.einsum("bss->bs", equations.blocks)[:, :, None]
    of_levels = np.diag(equations.border)[:, None]
    for k, random in enumerate(rows.random):
        own = equations.of_term(k, squares, of_levels)[:, 0]
        on_fixed = equations.of_term(k, equations.sides[:, :, :p], equations.border[:, :p])
        if ((own - (on_fixed**2).sum(axis=1)) <= 1e-10 * own).all():
            raise DataError(
                f"the fixed part determines the grouping {random.label}, so that it has no "
                "variance of its own; leave out one of them"
            )
