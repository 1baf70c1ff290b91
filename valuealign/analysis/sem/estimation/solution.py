"""From a parameter table and data to an optimum: the pipeline that every fit uses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from valuealign.analysis.sem.estimation.arrow_matrix import ArrowFactor
from valuealign.analysis.sem.estimation.constraints import (
    Constraints,
    minimise_constrained,
    null_space,
)
from valuealign.analysis.sem.estimation.discrepancy import Discrepancy
from valuealign.analysis.sem.estimation.estimate import Optimum, Problem, minimise
from valuealign.analysis.sem.estimation.implied import Structure, structures
from valuealign.analysis.sem.estimation.observed import Observed
from valuealign.analysis.sem.estimation.start import starting_values
from valuealign.analysis.sem.estimation.weights import discrepancy, rescaled
from valuealign.analysis.sem.specification.estimators import Setup
from valuealign.analysis.sem.specification.fixed_x import fixed_places
from valuealign.analysis.sem.specification.parameter_table import ParameterTable
from valuealign.errors import DataError, NotConverged, NotIdentified

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Solution:
    """An optimum and everything that produced it.

    Attributes
    ----------
    table, setup, observed
        The model, how it is fitted, and the data by group (divisors as the estimator has them).
    samples : sequence of Observed
        The data as they came.
    problem : Problem
    optimum : Optimum
    constraints : Constraints
    """

    table: ParameterTable
    setup: Setup
    observed: Sequence[Observed]
    problem: Problem
    optimum: Optimum
    constraints: Constraints
    samples: Sequence[Observed]

    @property
    def x(self) -> FloatArray:
        """The estimates of the free parameters."""
        return self.optimum.x

    @property
    def n(self) -> float:
        """The number of respondents."""
        return sum(group.n for group in self.observed)

    @property
    def means(self) -> bool:
        """Whether there is a mean structure."""
        return self.table.options.mean_structure

    @property
    def structures(self) -> list[Structure]:
        """Each group's model."""
        return [group.structure for group in self.problem.groups]

    @cached_property
    def shares(self) -> FloatArray:
        """Each group's share of the respondents."""
        return np.array([group.n for group in self.observed]) / self.n

    @cached_property
    def effective_n(self) -> float:
        """The multiplier of the information: n, or n minus one for each group."""
        return self.n if self.setup.normal else self.n - len(self.observed)

    @cached_property
    def chisq_by_group(self) -> FloatArray:
        """Each group's part of the chi-square."""
        points = self.optimum.at.points
        return np.array(
            [
                2 * self.setup.multiplier(group.n) * max(point.value, 0.0)
                for group, point in zip(self.observed, points, strict=True)
            ]
        )

    @property
    def chisq(self) -> float:
        """The model's chi-square."""
        return float(self.chisq_by_group.sum())

    @cached_property
    def free_directions(self) -> FloatArray | None:
        """A basis of the space that binding constraints leave free; None without constraints."""
        if not self.constraints.any:
            return None
        active = self.constraints.active(self.x)
        return null_space(active) if len(active) else None

    @cached_property
    def npar(self) -> int:
        """The number of free parameters, less the equalities."""
        if not self.constraints.any:
            return self.table.n_free
        held = self.constraints.equalities(self.x)[1]
        return int(null_space(held).shape[1]) if len(held) else self.table.n_free

    @cached_property
    def df(self) -> int:
        """Degrees of freedom."""
        return count_statistics(self.table, self.observed) - self.npar

    @cached_property
    def expected(self) -> list[FloatArray]:
        """Each group's expected information, weighted by its share."""
        points = self.optimum.at.points
        return [w * p.information() for w, p in zip(self.shares, points, strict=True)]

    @cached_property
    def hessian(self) -> list[FloatArray]:
        """Each group's observed information, weighted by its share."""
        points = self.optimum.at.points
        return [w * p.hessian() for w, p in zip(self.shares, points, strict=True)]

    @property
    def information(self) -> list[FloatArray]:
        """The information of the requested kind."""
        return self.hessian if self.setup.information == "observed" else self.expected

    @cached_property
    def factor(self) -> ArrowFactor:
        """The factor of `information`; for problems without binding constraints."""
        return self.problem.arrow.factor(self.information)

    @cached_property
    def near(self) -> ArrowFactor | None:
        """A factor with which refits of similar samples begin; None with constraints."""
        return None if self.constraints.any else self.problem.arrow.factor(self.hessian)

    def inverse(self, blocks: Sequence[FloatArray]) -> FloatArray:
        """Return the inverse of arrow blocks on the space the constraints leave free."""
        if self.free_directions is None:
            return self.problem.arrow.factor(blocks).inverse()
        Z = self.free_directions
        return np.asarray(Z @ np.linalg.solve(Z.T @ self.problem.arrow.dense(blocks) @ Z, Z.T))


def count_statistics(table: ParameterTable, observed: Sequence[Observed]) -> int:
    """Return the number of sample moments, without those of fixed covariates."""
    x = len({row.lhs for row in table.rows if row.exo and row.op == "~~" and row.lhs == row.rhs})
    p = len(table.names.observed)
    moments = p * (p + 1) // 2 - x * (x + 1) // 2
    cuts = table.options.thresholds
    if cuts:  # a threshold for each cut, a mean and a variance for each continuous variable
        moments += sum(cuts.values()) - len(cuts) + p - len(cuts)
        return moments * len(observed)
    if table.options.mean_structure:
        moments += p - x
    return moments * len(observed)


def assemble(
    table: ParameterTable, observed: Sequence[Observed], setup: Setup
) -> tuple[list[Observed], Problem]:
    """Put a table and data together into a problem.

    Raises
    ------
    DataError
        Where the model has means and a group has none.
    """
    means = table.options.mean_structure
    p = len(table.names.observed)
    fixed = fixed_places(table.rows, table.names.observed)
    groups = [rescaled(replace(group, fixed=fixed), setup) for group in observed]
    for group in groups:
        if means and group.mean is None:
            raise DataError(
                f"{group.place}the model has a mean structure and the moments have no means; "
                "give mean=, or mean_structure=False"
            )
    placed = structures(
        table, [(g.covariance, np.zeros(p) if g.mean is None else g.mean) for g in groups]
    )
    made: list[Discrepancy]
    if setup.ordinal:
        from valuealign.analysis.sem.estimation.ordinal import Ordinal
        from valuealign.analysis.sem.estimation.ordinal_structure import ordinal_structure

        made = [
            Ordinal.of(ordinal_structure(s, table, g, group.ordinal), group, setup)
            for g, (s, group) in enumerate(zip(placed, groups, strict=True), start=1)
        ]
    else:
        made = [discrepancy(s, g, setup, means=means) for s, g in zip(placed, groups, strict=True)]
    sizes = [setup.multiplier(g.n) for g in groups]
    return groups, Problem.of(made, sizes, table.n_free)


def solve(
    table: ParameterTable,
    observed: Sequence[Observed],
    setup: Setup,
    *,
    start: FloatArray | None = None,
    factor: ArrowFactor | None = None,
) -> Solution:
    """Fit a model.

    Parameters
    ----------
    table : ParameterTable
    observed : sequence of Observed
    setup : Setup
    start : array, optional
        Starting values; found from the data unless given.
    factor : ArrowFactor, optional
        A factor of the information near the optimum.

    Returns
    -------
    Solution

    Raises
    ------
    NotIdentified, NotConverged, DataError
    """
    groups, problem = assemble(table, observed, setup)
    constraints = Constraints.of(table)
    statistics = count_statistics(table, groups)
    if table.n_free - len(constraints.equal) > statistics:
        raise NotIdentified(
            f"the model has {table.n_free - len(constraints.equal)} free parameters for "
            f"{statistics} sample moments; fix or drop {table.n_free - statistics} of them"
        )
    begin = start
    if begin is None:
        begin = begin_at(table, problem, groups, setup)
    if factor is None:  # where a factor is known, the start was an optimum
        begin = proper_start(problem, begin)
    if table.n_free == 0:
        optimum = Optimum(begin, problem.at(begin), 0)
    elif constraints.any:
        optimum = minimise_constrained(problem, begin, constraints)
    else:
        names = table.parameter_names()
        optimum = minimise(problem, begin, names=names, factor=factor)
    return Solution(table, setup, groups, problem, optimum, constraints, observed)


def begin_at(
    table: ParameterTable, problem: Problem, groups: list[Observed], setup: Setup
) -> FloatArray:
    """Return starting values found from the data."""
    begin = starting_values(table, problem_structures(problem), groups)
    if setup.ordinal:
        from valuealign.analysis.sem.estimation.ordinal import add_starts

        add_starts(table, groups, begin)
    return begin


def problem_structures(problem: Problem) -> list[Structure]:
    """Return each group's structure."""
    return [group.structure for group in problem.groups]


def proper_start(problem: Problem, start: FloatArray) -> FloatArray:
    """Shrink covariances until every group's implied covariance is positive definite.

    Raises
    ------
    NotConverged
        Where no shrinkage helps.
    """
    shrunk = start.copy()
    moving = np.zeros(len(start), dtype=bool)
    for group in problem.groups:
        s = group.structure
        moving[s.place[(s.kind == 1) & (s.row != s.column)]] = True
    for _ in range(8):
        try:
            problem.at(shrunk)
        except np.linalg.LinAlgError:
            shrunk[moving] *= 0.6
        else:
            return shrunk
    raise NotConverged("no starting values imply a proper covariance; give start(..)* modifiers")
