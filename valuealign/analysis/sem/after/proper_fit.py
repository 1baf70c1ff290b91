"""The best proper fit: the chi-square cost of requiring covariance matrices that can exist.

An augmented Lagrangian over positive semidefinite matrices penalises the negative part of the
factor and residual covariances, first lightly and then as much as is needed. The penalty is a
smooth function of the parameters, however many eigenvalues are zero.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from valuealign.analysis.result_display import Shown
from valuealign.analysis.sem.estimation import rank_two
from valuealign.analysis.sem.estimation.estimate import Optimum
from valuealign.analysis.sem.estimation.implied import COVARIANCE, Structure
from valuealign.analysis.sem.estimation.solution import Solution
from valuealign.analysis.sem.fit import Fit, row_values
from valuealign.arguments import checked
from valuealign.errors import NotConverged, NotSupported

if TYPE_CHECKING:
    import pandas as pd

FloatArray = NDArray[np.float64]
_ROUNDS = 25
_ENOUGH = 1e-7
"""Largest negative part that counts as zero, in units of the largest eigenvalue."""


@dataclass(frozen=True, repr=False, kw_only=True)
class Proper(Shown):
    """The best fit whose covariances are positive semidefinite.

    Parameters
    ----------
    parameters : DataFrame
        Columns ``lhs op rhs group est proper``: the optimum's estimates, and these. There are
        no standard errors: they are not defined on a boundary.
    cost : float
        The increase in chi-square.
    eigenvalues : DataFrame
        By group, the smallest eigenvalue of the factor covariance at the ``optimum`` and
        ``proper``.
    """

    parameters: pd.DataFrame
    cost: float
    eigenvalues: pd.DataFrame


@checked
def proper(fit: Fit) -> Proper:
    """Refit a model with variances of at least 0 and positive semidefinite covariances.

    Parameters
    ----------
    fit : Fit
        With an improper solution; a proper one costs nothing.

    Returns
    -------
    Proper
        ``.parameters`` whose covariances are proper, and the ``.cost`` in chi-square.

    Raises
    ------
    NotSupported
        Ordinal variables, exploratory blocks, or constraints.
    NotConverged
        No proper optimum was found.

    Notes
    -----
    `cfa` still returns the optimum of the likelihood: an improper solution is a sign of too many
    factors, too few people or a wrong model, and a proper refit does not make the model right. The
    cost shows how strongly the data contradict a proper solution. It has no chi-square
    distribution, because the optimum lies on a boundary.

    References
    ----------
    Rockafellar, R. T. (1973). The multiplier method of Hestenes and Powell applied to convex
    programming. Journal of Optimization Theory and Applications, 12, 555-562.
    doi:10.1007/BF00934777

    Examples
    --------
    >>> import numpy as np
    >>> import valuealign as va
    >>> lam = np.array([0.8, 0.7, 0.6, 0.8, 0.7, 0.6])
    >>> cov = np.outer(lam, lam)
    >>> cov[:3, 3:] *= 1.1
    >>> cov[3:, :3] *= 1.1
    >>> np.fill_diagonal(cov, 1.0)
    >>> fit = va.cfa("f =~ a + b + c; g =~ d + e + h", va.Moments(cov, n=400, names=list("abcdeh")))
    >>> found = va.proper(fit)
    >>> len(fit.flags) > 0, bool(found.eigenvalues["proper"].min() > -1e-6), found.cost > 0
    (True, True, True)
    """
    import pandas as pd

    solution = fit.solution
    if solution.setup.ordinal or solution.constraints.any:
        raise NotSupported(
            "proper fits are offered for continuous variables, without constraints or efa() blocks"
        )
    x = _search(solution)
    here = solution.problem.at(x)
    again = Solution(
        solution.table,
        solution.setup,
        solution.observed,
        solution.problem,
        Optimum(x, here, 0),
        solution.constraints,
        solution.samples,
    )
    rows = solution.table.rows
    parameters = pd.DataFrame(
        {
            "lhs": [row.lhs for row in rows],
            "op": [row.op for row in rows],
            "rhs": [row.rhs for row in rows],
            "group": [row.group for row in rows],
            "est": row_values(solution),
            "proper": row_values(again),
        }
    )
    least = {
        name: [float(np.linalg.eigvalsh(_factors(s, at))[0]) for s in solution.structures]
        for name, at in (("optimum", solution.x), ("proper", x))
    }
    eigenvalues = pd.DataFrame(least, index=pd.Index(fit.groups, name="group"))
    return Proper(
        parameters=parameters, cost=max(again.chisq - solution.chisq, 0.0), eigenvalues=eigenvalues
    )


def _factors(structure: Structure, x: FloatArray) -> FloatArray:
    return structure.state(x).C[structure.p :, structure.p :]


@dataclass(eq=False)
class _Charge:
    """The augmented Lagrangian's part for one matrix of one group."""

    structure: Structure
    latent: bool
    price: FloatArray
    weight: float

    def matrix(self, x: FloatArray) -> FloatArray:
        s = self.structure
        return _factors(s, x) if self.latent else s.matrices(x)[1][: s.p, : s.p]

    def negative(self, x: FloatArray) -> FloatArray:
        """The positive part of the multiplier minus the weighted matrix."""
        values, vectors = np.linalg.eigh(self.price - self.weight * self.matrix(x))
        return np.asarray((vectors * np.maximum(values, 0.0)) @ vectors.T)

    def value(self, x: FloatArray) -> tuple[float, FloatArray]:
        """The charge and its gradient."""
        part = self.negative(x)
        charge = (float((part**2).sum()) - float((self.price**2).sum())) / (2 * self.weight)
        s = self.structure
        out = np.zeros(len(x))
        if self.latent:
            state = s.state(x)
            K = np.concatenate([state.E, state.C], axis=1)[s.p :]
            P = K.T @ part @ K
            slope = 2 * s.c * P[s.u, s.v]
        else:
            inside = (s.kind == COVARIANCE) & (s.row < s.p) & (s.column < s.p)
            i, j = np.minimum(s.row, s.p - 1), np.minimum(s.column, s.p - 1)
            slope = np.where(inside, 2 * s.c * part[i, j], 0.0)
        out[s.local] -= rank_two.gather(s, slope)
        return charge, out


def _search(solution: Solution) -> FloatArray:
    """Return the proper optimum.

    Raises
    ------
    NotConverged
    """
    scale = _scale(solution)
    charges = [
        _Charge(s, latent, np.zeros((size, size)), 1.0)
        for s in solution.structures
        for latent, size in ((True, len(s.m) - s.p), (False, s.p))
        if size
    ]
    x = solution.x
    for _ in range(_ROUNDS):
        x = _descend(solution, charges, x, scale)
        worst = 0.0
        for charge in charges:
            price, top = charge.negative(x), float(np.linalg.eigvalsh(charge.matrix(x))[-1])
            # Zero where nothing is negative and nothing is charged for that is not at zero.
            gap = float(np.abs(price - charge.price).max()) / charge.weight
            worst = max(worst, gap / max(top, 1e-12))
            charge.price, charge.weight = price, charge.weight * 2.0
        if worst < _ENOUGH:
            return x
    raise NotConverged("no proper optimum was found; try fewer factors")


def _scale(solution: Solution) -> FloatArray:
    out = np.zeros(solution.table.n_free)
    for local, block in zip(solution.problem.arrow.local, solution.expected, strict=True):
        out[local] += np.diag(block)
    return np.asarray(1 / np.sqrt(np.maximum(out, 1e-10)))


def _descend(
    solution: Solution, charges: Sequence[_Charge], x: FloatArray, scale: FloatArray
) -> FloatArray:
    from scipy.optimize import minimize

    def objective(z: FloatArray) -> tuple[float, FloatArray]:
        at = z * scale
        try:
            here = solution.problem.at(at)
            value, gradient = here.value, here.gradient()
        except np.linalg.LinAlgError:
            return 1e10, np.zeros(len(z))
        for charge in charges:
            price, slope = charge.value(at)
            value, gradient = value + price, gradient + slope
        return value, gradient * scale

    result = minimize(
        objective,
        x / scale,
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": 2000, "maxfun": 4000, "maxcor": 30, "ftol": 1e-14, "gtol": 1e-9},
    )
    return np.asarray(result.x * scale)
