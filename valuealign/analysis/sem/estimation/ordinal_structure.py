"""Positions of the thresholds and scales of ordinal variables in a group's model."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from valuealign.analysis.ordinal.ordinal_statistics import OrdinalStatistics
from valuealign.analysis.sem.estimation.implied import Structure
from valuealign.analysis.sem.specification.parameter_table import ParameterTable
from valuealign.errors import NotSupported

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class OrdinalStructure(Structure):
    """A group's model with thresholds and scales.

    Attributes
    ----------
    ordered : bool array, shape (p,)
    cut_of, cut_place : int array
        Each threshold's variable, and its place in ``x`` (-1: fixed at `cut_value`).
    cut_value : array
    scale_place : int array, shape (p,)
        The place of each delta in ``x`` (-1: fixed at `scale_value`).
    scale_value : array, shape (p,)
    theta : bool
    """

    ordered: NDArray[np.bool_]
    cut_of: IntArray
    cut_place: IntArray
    cut_value: FloatArray
    scale_place: IntArray
    scale_value: FloatArray
    theta: bool

    @cached_property
    def ram(self) -> Structure:
        """The structure without thresholds and scales."""
        return Structure(
            self.p,
            self.names,
            self.A,
            self.S,
            self.m,
            self.kind,
            self.row,
            self.column,
            self.place,
        )

    @cached_property
    def local(self) -> IntArray:
        """All parameters of the group, ascending."""
        extra = [self.cut_place[self.cut_place >= 0], self.scale_place[self.scale_place >= 0]]
        return np.unique(np.concatenate([self.place, *extra]))

    def scales(self, x: NDArray[Any]) -> NDArray[Any]:
        """Return delta under the delta parameterisation, shape (p,)."""
        free = self.scale_place >= 0
        out = self.scale_value.astype(x.dtype)
        out[free] = x[self.scale_place[free]]
        return out

    def cuts(self, x: NDArray[Any]) -> NDArray[Any]:
        """Return the thresholds (0 for a continuous variable)."""
        out = self.cut_value.astype(x.dtype)
        free = self.cut_place >= 0
        out[free] = x[self.cut_place[free]]
        return out

    def matrices(self, x: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
        """Return ``A``, ``S`` and ``m``; residual variances as delta leaves them."""
        A, S, m = self.ram.matrices(x)
        if not self.theta:
            o = np.flatnonzero(self.ordered)
            S[o, o] = 0
            E = self.total_paths(A)[o]
            explained = ((E @ S) * E).sum(axis=1)
            S[o, o] = 1 / self.scales(x)[o] ** 2 - explained
        return A, S, m


def ordinal_structure(
    structure: Structure, table: ParameterTable, group: int, statistics: OrdinalStatistics
) -> OrdinalStructure:
    """Add a table's thresholds and scales to a group's structure.

    Raises
    ------
    NotSupported
        Where an ordered variable predicts another under delta.
    """
    index = {name: i for i, name in enumerate(table.names.observed)}
    theta = table.options.parameterization == "theta"
    ordered = statistics.ordered
    cut_place = np.full(len(statistics.thresholds), -1, dtype=np.intp)
    cut_value = np.zeros(len(statistics.thresholds))
    scale_place, scale_value = np.full(structure.p, -1, dtype=np.intp), np.ones(structure.p)
    first = np.searchsorted(statistics.threshold_of, np.arange(structure.p))
    for row, place in zip(table.rows, table.free.tolist(), strict=True):
        if row.group != group or row.op not in {"|", "~*~"}:
            continue
        i = index[row.lhs]
        value = 0.0 if np.isnan(row.value) else row.value
        if row.op == "|":
            k = first[i] + int(row.rhs[1:]) - 1
            cut_place[k], cut_value[k] = place, value
        else:
            scale_place[i], scale_value[i] = place, value
    sends = structure.column[(structure.kind == 0)]
    if not theta and ordered[[i for i in sends.tolist() if i < structure.p]].any():
        raise NotSupported(
            "an ordered variable predicts another; under delta its residual is not a parameter: "
            "use parameterization='theta'"
        )
    S = structure.S
    if theta:
        scale_place[:] = -1
    return OrdinalStructure(
        structure.p,
        structure.names,
        structure.A,
        S,
        structure.m,
        structure.kind,
        structure.row,
        structure.column,
        structure.place,
        ordered,
        statistics.threshold_of,
        cut_place,
        cut_value,
        scale_place,
        scale_value,
        theta,
    )
