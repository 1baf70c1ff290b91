"""The covariance of the estimates, and what follows from it for each row of the table."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from valuealign.analysis.sem.expression import Expression
from valuealign.analysis.sem.robust import sandwich
from valuealign.analysis.sem.solution import Solution
from valuealign.analysis.sem.table import ParameterTable

FloatArray = NDArray[np.float64]

Z95 = 1.959963984540054


@dataclass(frozen=True, eq=False)
class Precision:
    """How precisely the free parameters are known."""

    solution: Solution

    @cached_property
    def vcov(self) -> FloatArray:
        """The covariance of the estimates, shape (k, k)."""
        if self.solution.setup.se != "standard":
            return sandwich(self.solution)
        return self.solution.inverse(self.solution.information) / self.solution.effective_n

    @cached_property
    def se(self) -> FloatArray:
        """Standard errors, shape (k,); without forming the covariance where that is not needed."""
        plain = self.solution.setup.se == "standard" and self.solution.free_directions is None
        if plain and "vcov" not in self.__dict__:
            variance = self.solution.factor.diagonal() / self.solution.effective_n
        else:
            variance = np.diag(self.vcov)
        return np.sqrt(np.where(variance > 0, variance, np.where(variance > -1e-12, 0.0, np.nan)))


@dataclass(frozen=True, slots=True)
class Defined:
    """A parameter that is a function of others."""

    name: str
    text: str
    value: float
    gradient: FloatArray


def check_definitions(table: ParameterTable) -> None:
    """Read the ``:=`` parameters.

    Raises
    ------
    ModelSyntaxError
        Where one names what no parameter before it bears.
    """
    labels = dict(table.labels)
    for k, definition in enumerate(table.definitions):
        Expression(definition.rhs, labels)
        labels[definition.lhs[0].text] = table.n_free + k


def defined_parameters(solution: Solution) -> list[Defined]:
    """Evaluate the ``:=`` parameters, later ones in terms of earlier ones."""
    labels = dict(solution.table.labels)
    extended, k = solution.x, solution.table.n_free
    chain = np.eye(k)
    out = []
    for definition in solution.table.definitions:
        expression = Expression(definition.rhs, labels)
        value = expression.value(extended)
        gradient = expression.gradient(extended) @ chain
        name = definition.lhs[0].text
        out.append(Defined(name, definition.text("rhs"), value, gradient))
        labels[name] = len(extended)
        extended = np.append(extended, value)
        chain = np.vstack([chain, gradient])
    return out


def wald(est: FloatArray, se: FloatArray) -> tuple[FloatArray, ...]:
    """Return z, two-sided p and the 95 % interval; NaN where nothing was estimated."""
    usable = se > 0
    z = np.full(len(est), np.nan)
    np.divide(est, se, out=z, where=usable)
    return z, 2 * ndtr(-np.abs(z)), est - Z95 * se, est + Z95 * se
