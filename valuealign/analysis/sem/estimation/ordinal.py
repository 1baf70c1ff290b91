"""Ordinal variables: underlying normal variables that are cut at thresholds.

The statistics are thresholds, variances of continuous variables and polychoric (polyserial)
correlations. Under *delta* a response variable's total variance is ``1 / delta^2`` and its
residual variance is the remainder; under *theta* the residual variance is a parameter and ``delta``
follows from it. In both cases the implied statistics are ``delta_i delta_j sigma_ij`` and
``delta_i (tau - mu_i)``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from valuealign.analysis.ordinal.ordinal_statistics import (
    OrdinalStatistics,
    ordinal_statistics,
    statistics_from_tables,
)
from valuealign.analysis.sem.estimation import rank_two
from valuealign.analysis.sem.estimation.arrow_matrix import cholesky
from valuealign.analysis.sem.estimation.discrepancy import inverse
from valuealign.analysis.sem.estimation.implied import State
from valuealign.analysis.sem.estimation.observed import Observed
from valuealign.analysis.sem.estimation.ordinal_structure import OrdinalStructure
from valuealign.analysis.sem.specification.estimators import Setup
from valuealign.analysis.sem.specification.parameter_table import ParameterTable
from valuealign.analysis.sem.specification.table_rows import Names
from valuealign.errors import DataError, NotSupported, SingularCovariance

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]


def with_ordinal(
    observed: Sequence[Observed],
    names: Names,
    ordered: tuple[str, ...],
    *,
    missing: str = "listwise",
) -> tuple[list[Observed], dict[str, int]]:
    """Add ordinal statistics to each group; return them and the number of thresholds.

    Raises
    ------
    DataError
        Where a group lacks a category that another has, or moments came without tables.
    """
    levels = _levels(observed, ordered)
    out = []
    for group in observed:
        if group.rows is not None:
            statistics = ordinal_statistics(
                group.rows,
                names.observed,
                ordered=ordered,
                weights=group.weights,
                levels=levels,
                missing=missing,
            )
        elif group.moments is not None and group.moments.tables is not None:
            if set(ordered) != set(names.observed):
                raise NotSupported(
                    f"{group.place}the tables cover ordered variables only, but the model also "
                    "has continuous ones; give rows"
                )
            statistics = statistics_from_tables(
                group.moments.tables, names.observed, n=round(group.n)
            )
        else:
            raise DataError(
                f"{group.place}ordinal estimation needs rows, or Moments with their tables"
            )
        flags = frozenset(f"{group.place}{flag}" for flag in statistics.flags)
        out.append(
            replace(
                group,
                n=statistics.n,
                covariance=statistics.covariance,
                mean=_means(statistics),
                ordinal=statistics,
                flags=group.flags | flags,
            )
        )
    first = out[0].ordinal
    counts = np.bincount(first.threshold_of, minlength=len(names.observed))
    for group in out[1:]:
        theirs = np.bincount(group.ordinal.threshold_of, minlength=len(names.observed))
        if not np.array_equal(counts, theirs):
            bad = names.observed[int(np.flatnonzero(counts != theirs)[0])]
            raise DataError(
                f"{group.place}{bad!r} has another number of categories than in group "
                f"{out[0].label!r}; collapse categories by one rule in all groups"
            )
    return out, {n: int(counts[names.observed.index(n)]) for n in ordered}


def _levels(observed: Sequence[Observed], ordered: tuple[str, ...]) -> dict[str, list[float]]:
    """Return every category that any group has."""
    out: dict[str, set[float]] = {name: set() for name in ordered}
    for group in observed:
        if group.rows is None:
            return {}
        for name in ordered:
            column = group.rows[:, group.names.index(name)]
            out[name] |= set(np.unique(column[~np.isnan(column)]).tolist())
    return {name: sorted(values) for name, values in out.items()} if len(observed) > 1 else {}


def _means(statistics: OrdinalStatistics) -> FloatArray:
    mean = np.zeros(len(statistics.names))
    continuous = ~statistics.ordered[statistics.threshold_of]
    mean[statistics.threshold_of[continuous]] = -statistics.thresholds[continuous]
    return mean


@dataclass(frozen=True, eq=False)
class Ordinal:
    """Least squares over ordinal statistics: DWLS, WLS or ULS."""

    structure: OrdinalStructure
    observed: Observed
    V: FloatArray

    @classmethod
    def of(cls, structure: OrdinalStructure, observed: Observed, setup: Setup) -> Ordinal:
        """Choose the weight.

        Raises
        ------
        SingularCovariance
            Where WLS has no full-rank Gamma.
        """
        statistics: OrdinalStatistics = observed.ordinal
        if setup.facts.weight == "identity":
            return cls(structure, observed, np.ones(len(statistics.statistics)))
        if setup.facts.weight == "diagonal":
            return cls(structure, observed, 1 / statistics.gamma_diagonal)
        try:
            return cls(structure, observed, inverse(cholesky(statistics.gamma)))
        except np.linalg.LinAlgError:
            raise SingularCovariance(
                f"{observed.place}the asymptotic covariance of {len(statistics.statistics)} "
                f"ordinal statistics is singular with {observed.n} rows; use WLSMV or DWLS"
            ) from None

    def at(self, x: FloatArray) -> OrdinalPoint:
        """Evaluate at ``x``."""
        return OrdinalPoint(self, self.structure.state(x), x)


@dataclass(frozen=True, eq=False)
class OrdinalPoint:
    """An ordinal discrepancy at one point."""

    of: Ordinal
    state: State
    x: FloatArray

    @property
    def _s(self) -> OrdinalStructure:
        return self.of.structure

    @cached_property
    def delta(self) -> FloatArray:
        """Scales of the response variables; 1 for continuous ones."""
        if not self._s.theta:
            return np.asarray(self._s.scales(self.x))
        variance = np.diag(self.state.sigma)
        if (variance[self._s.ordered] <= 0).any():
            raise np.linalg.LinAlgError("a response variable has no variance")
        return np.where(self._s.ordered, 1 / np.sqrt(np.abs(variance)), 1.0)

    @cached_property
    def sigma(self) -> FloatArray:
        """Implied correlations (covariances of continuous variables)."""
        return self.delta[:, None] * self.state.sigma * self.delta

    @cached_property
    def thresholds(self) -> FloatArray:
        """Implied thresholds, minus the mean for a continuous variable."""
        of = self._s.cut_of
        return np.asarray(self.delta[of] * (self._s.cuts(self.x) - self.state.mu[of]))

    @cached_property
    def implied(self) -> FloatArray:
        """Implied statistics."""
        p = self._s.p
        variances = np.diag(self.sigma)[~self._s.ordered]
        return np.concatenate([self.thresholds, variances, self.sigma[np.triu_indices(p, 1)]])

    @cached_property
    def residual(self) -> FloatArray:
        """Observed less implied statistics."""
        return np.asarray(self.of.observed.ordinal.statistics - self.implied)

    @cached_property
    def _pull(self) -> FloatArray:
        V = self.of.V
        return V @ self.residual if V.ndim == 2 else V * self.residual

    @cached_property
    def value(self) -> float:
        """The discrepancy."""
        return float(self.residual @ self._pull) / 2

    @cached_property
    def blocks(self) -> tuple[tuple[IntArray, FloatArray], tuple[IntArray, FloatArray]]:
        """Jacobian of thresholds and of the other statistics: columns used and their values.

        Most parameters touch only one of the two, which keeps products small.
        """
        s, k = self._s, len(self._s.local)
        ram = np.searchsorted(s.local, s.ram.local)
        p, delta = s.p, self.delta
        whole = rank_two.jacobian(s.ram, self.state, means=True)
        mean, cov = whole[:p], whole[p:]
        low, high = np.triu_indices(p)
        diagonal = np.flatnonzero(low == high)
        slope = np.zeros((p, k))
        if s.theta:
            rate = np.where(s.ordered, -0.5 * delta**3, 0.0)
            slope[:, ram] = rate[:, None] * cov[diagonal]
        free = np.flatnonzero(s.scale_place >= 0)
        slope[free, np.searchsorted(s.local, s.scale_place[free])] = 1.0
        of = s.cut_of
        cuts = np.zeros((len(of), k))
        cuts[:, ram] = -delta[of][:, None] * mean[of]
        own = np.flatnonzero(s.cut_place >= 0)
        cuts[own, np.searchsorted(s.local, s.cut_place[own])] += delta[of[own]]
        if slope.any():
            cuts += (s.cuts(self.x) - self.state.mu[of])[:, None] * slope[of]
        pairs = np.concatenate([diagonal[~s.ordered], np.flatnonzero(low != high)])
        a, b = low[pairs], high[pairs]
        rest = np.zeros((len(pairs), k))
        rest[:, ram] = (delta[a] * delta[b])[:, None] * cov[pairs]
        if slope.any():
            sigma = self.state.sigma[a, b][:, None]
            rest += sigma * (delta[b][:, None] * slope[a] + delta[a][:, None] * slope[b])
        return _compact(cuts), _compact(rest)

    def jacobian(self) -> FloatArray:
        """Return the derivatives of all statistics, shape (statistics, k)."""
        parts = []
        for columns, values in self.blocks:
            part = np.zeros((len(values), len(self._s.local)))
            part[:, columns] = values
            parts.append(part)
        return np.concatenate(parts)

    @cached_property
    def gradient(self) -> FloatArray:
        """Its gradient."""
        out = np.zeros(len(self._s.local))
        start = 0
        for columns, values in self.blocks:
            out[columns] -= values.T @ self._pull[start : start + len(values)]
            start += len(values)
        return out

    def information(self) -> FloatArray:
        """Its expected Hessian."""
        V = self.of.V
        if V.ndim == 2:
            J = self.jacobian()
            return np.asarray(J.T @ V @ J)
        out = np.zeros((len(self._s.local),) * 2)
        start = 0
        for columns, values in self.blocks:
            root = np.sqrt(V[start : start + len(values)])[:, None] * values
            out[np.ix_(columns, columns)] += root.T @ root
            start += len(values)
        return out

    def hessian(self) -> FloatArray:
        """Its Hessian: analytic where scales and means are fixed, else by differences."""
        s = self._s
        linear = not s.theta and (s.scale_place < 0).all() and not self.state.mu.any()
        if linear and (s.kind != 2).all():
            return self.information() + self._bend()
        out = np.empty((len(s.local),) * 2)
        for c, place in enumerate(s.local):
            step = 1e-6 * max(abs(self.x[place]), 0.1)
            ends = []
            for sign in (1, -1):
                x = self.x.copy()
                x[place] += sign * step
                ends.append(self.of.at(x).gradient)
            out[c] = (ends[0] - ends[1]) / (2 * step)
        return (out + out.T) / 2

    def _bend(self) -> FloatArray:
        """Return the part of the Hessian that bends with the implied covariance."""
        s, p = self._s, self._s.p
        pull = -self._pull[len(s.cut_of) :]
        n_plain = int((~s.ordered).sum())
        Q = np.zeros((p, p))
        Q[np.triu_indices(p, 1)] = pull[n_plain:]
        Q = self.delta[:, None] * Q * self.delta
        plain = np.flatnonzero(~s.ordered)
        Q[plain, plain] = pull[:n_plain]
        part = rank_two.bend(s.ram, self.state, Q + Q.T, np.zeros(p))
        out = np.zeros((len(s.local),) * 2)
        ram = np.searchsorted(s.local, s.ram.local)
        out[np.ix_(ram, ram)] = part
        return out


def _compact(values: FloatArray) -> tuple[IntArray, FloatArray]:
    """Return the columns that are not zero, and their values."""
    columns = np.flatnonzero(values.any(axis=0))
    return columns, values[:, columns]


def add_starts(table: ParameterTable, observed: Sequence[Observed], x: FloatArray) -> None:
    """Start thresholds at the sample's, scales at 1, residual variances under theta at 1."""
    index = {name: i for i, name in enumerate(table.names.observed)}
    theta = table.options.parameterization == "theta"
    seen: set[int] = set()
    for row, place in zip(table.rows, table.free.tolist(), strict=True):
        if place < 0 or place in seen or not np.isnan(row.start):
            continue
        statistics: OrdinalStatistics = observed[row.group - 1].ordinal
        if row.op == "|":
            own = statistics.thresholds[statistics.threshold_of == index[row.lhs]]
            x[place] = own[int(row.rhs[1:]) - 1]
        elif row.op == "~*~" or (
            theta and row.op == "~~" and row.lhs == row.rhs and row.lhs in table.options.thresholds
        ):
            x[place] = 1.0
        else:
            continue
        seen.add(place)
