"""The covariance of the estimates, and derived quantities for each row of the table."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from valuealign.analysis.sem.estimation.solution import Solution
from valuealign.analysis.sem.fit_measures.robust import sandwich
from valuealign.analysis.sem.specification.algebra import Algebra
from valuealign.analysis.sem.specification.parameter_table import ParameterTable

FloatArray = NDArray[np.float64]

Z95 = 1.959963984540054


@dataclass(frozen=True, eq=False)
class Precision:
    """Covariance and standard errors of the free parameters."""

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
    """A parameter that is a function of others.

    Attributes
    ----------
    name, text : str
    value : float
        NaN outside the function's domain.
    gradient : array, shape (k,)
        By the free parameters.
    trouble : str
        Why it has no value or no standard error; empty where all is well.
    """

    name: str
    text: str
    value: float
    gradient: FloatArray
    trouble: str


def defined_parameters(solution: Solution) -> list[Defined]:
    """Evaluate the ``:=`` parameters at the estimates."""
    definitions = solution.table.definitions
    if not definitions:
        return []
    _, _, outcomes = Algebra.of(solution.table).extended(solution.x)
    return [
        Defined(d.lhs[0].text, d.text("rhs"), o.value, o.gradient, o.trouble)
        for d, o in zip(definitions, outcomes, strict=True)
    ]


def defined_from(table: ParameterTable, values: FloatArray) -> FloatArray:
    """Evaluate the ``:=`` parameters at other values of the table's rows.

    Parameters
    ----------
    table : ParameterTable
    values : array, shape (n_rows,)
        Of the rows, such as standardised ones.
    """
    algebra = Algebra.of(table)
    x, constants = np.zeros(table.n_free), dict(table.constants)
    for row, place, value in zip(
        table.rows[::-1], table.free[::-1].tolist(), values[::-1].tolist(), strict=True
    ):
        if place >= 0:
            x[place] = value
        elif row.label in constants:
            constants[row.label] = value
    there = replace(algebra, constants=np.array(list(constants.values())))
    return np.array([o.value for o in there.extended(x)[2]])


def wald(est: FloatArray, se: FloatArray) -> tuple[FloatArray, ...]:
    """Return z, two-sided p and the 95 % interval; NaN where nothing was estimated."""
    usable = se > 0
    z = np.full(len(est), np.nan)
    np.divide(est, se, out=z, where=usable)
    return z, 2 * ndtr(-np.abs(z)), est - Z95 * se, est + Z95 * se
