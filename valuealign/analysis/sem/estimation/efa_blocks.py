"""Exploratory blocks in a confirmatory model: fitted unrotated, then rotated, with their errors.

A block of m factors is fitted with factors of variance 1 that do not correlate and with zeros in
the loadings' upper triangle, which only fixes the axes. The axes are then rotated, together with
all parameters that refer to the factors: with ``eta* = H eta``, paths become
``H A H^-1``, covariances ``H S H'`` and means ``H m``. The rotated solution meets the conditions
of the criterion's minimum; under these conditions the information has an inverse, from which
standard errors come (Jennrich 1973).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from valuealign.analysis.factors.extraction import extract
from valuealign.analysis.rotation.rotation import METHODS, ORTHOGONAL, criterion_of, rotate
from valuealign.analysis.sem.estimation.constraints import Constraints
from valuealign.analysis.sem.estimation.estimate import Optimum, Problem
from valuealign.analysis.sem.estimation.implied import COVARIANCE, PATH, Structure
from valuealign.analysis.sem.estimation.observed import Observed
from valuealign.analysis.sem.estimation.solution import Solution, assemble, begin_at, solve
from valuealign.analysis.sem.specification.estimators import Setup
from valuealign.analysis.sem.specification.parameter_table import ParameterTable
from valuealign.errors import AnalysisError, DataError, NotConverged, NotSupported

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]
NOT_IN_BLOCKS = {"promax", "target", "target_orthogonal", "bifactor_oblique"}
"""Rotations that need a target, or have no single criterion whose gradient gives errors."""
ROTATIONS = ("quartimin", *(name for name in METHODS if name not in NOT_IN_BLOCKS))
"""What ``rotation=`` may name: those of :mod:`valuealign.analysis.rotation`."""
EPSILON = 0.001
"""Geomin's epsilon, lavaan's default."""
_STARTS = 100


@dataclass(frozen=True)
class Block:
    """The factors and items of one block in one group, by their places in the structure.

    Attributes
    ----------
    group : int
        Counted from 0.
    factors, items : int array
    """

    group: int
    factors: IntArray
    items: IntArray


@dataclass(frozen=True, eq=False)
class RotatedConstraints(Constraints):
    """A model's own constraints, and the conditions for a minimum of the rotation criterion."""

    rotation: str
    blocks: Sequence[Block]
    problem: Problem

    @property
    def any(self) -> bool:
        """Always."""
        return True

    def equalities(self, x: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return values and Jacobian, the rotation's conditions last."""
        own, jacobian = super().equalities(x)
        here = self._conditions(x)
        turned = np.zeros((len(here), len(x)))
        touched = np.unique(np.concatenate([g.structure.place for g in self.problem.groups]))
        for k in touched:
            step = 1e-5 * max(abs(x[k]), 0.1)
            ends = []
            for sign in (1, -1):
                moved = x.copy()
                moved[k] += sign * step
                ends.append(self._conditions(moved))
            turned[:, k] = (ends[0] - ends[1]) / (2 * step)
        return np.concatenate([own, here]), np.concatenate([jacobian, turned])

    def _conditions(self, x: FloatArray) -> FloatArray:
        parts = []
        for block in self.blocks:
            structure = self.problem.groups[block.group].structure
            loadings, correlations = _standard(structure, x, block)
            parts.append(conditions(loadings, correlations, self.rotation))
        return np.concatenate(parts)


def conditions(L: FloatArray, phi: FloatArray, rotation: str) -> FloatArray:
    """Return what is zero at a rotation's minimum.

    Parameters
    ----------
    L : array, shape (n_items, m)
    phi : array, shape (m, m)
    rotation : str

    Returns
    -------
    array
        ``L' dQ/dL inv(phi)`` off the diagonal; for orthogonal rotations the difference of
        ``L' dQ/dL`` and its transpose.

    References
    ----------
    Jennrich, R. I. (1973). Standard errors for obliquely rotated factor loadings.
    Psychometrika, 38, 593-604. doi:10.1007/BF02291497
    """
    weights, name = _row_weights(L, rotation)
    L = L / weights[:, None]
    gradient = criterion_of(name, L.shape, epsilon=EPSILON)(L)[1]
    M = L.T @ gradient
    if name in ORTHOGONAL:
        return np.asarray((M - M.T)[np.triu_indices(len(M), 1)])
    turned = M @ np.linalg.inv(phi)
    return np.asarray(turned[~np.eye(len(M), dtype=bool)])


def _row_weights(L: FloatArray, rotation: str) -> tuple[FloatArray, str]:
    """Return what rows are divided by (Kaiser's for varimax), and our name of the rotation."""
    name = {"quartimin": "oblimin"}.get(rotation, rotation)
    if name != "varimax":
        return np.ones(len(L)), name
    lengths = np.sqrt((L**2).sum(axis=1))
    return np.where(lengths > 0, lengths, 1.0), name


def _standard(structure: Structure, x: FloatArray, block: Block) -> tuple[FloatArray, FloatArray]:
    """Return a block's loadings, items in standard deviations, and its factors' correlations."""
    A, S, _ = structure.matrices(x)
    state = structure.state(x)
    sd = np.sqrt(np.diag(state.C)[block.items])
    return A[np.ix_(block.items, block.factors)] / sd[:, None], S[
        np.ix_(block.factors, block.factors)
    ]


def solve_blocks(
    table: ParameterTable, observed: Sequence[Observed], setup: Setup, rotation: str
) -> Solution:
    """Fit a model with exploratory blocks.

    Parameters
    ----------
    table : ParameterTable
        With all loadings of the blocks free.
    observed : sequence of Observed
    setup : Setup
    rotation : str
        One of `ROTATIONS`.

    Returns
    -------
    Solution

    Raises
    ------
    AnalysisError
        A rotation that does not exist.
    NotSupported
        Loadings held equal across groups; a block whose factors the rest of the model does not
        treat alike.
    """
    if rotation not in ROTATIONS:
        raise AnalysisError(f"no rotation {rotation!r}; expected one of {', '.join(ROTATIONS)}")
    if "loadings" in table.options.group_equal and table.options.n_groups > 1:
        raise NotSupported("loadings of exploratory blocks are not held equal across groups yet")
    within = _pairs(table)
    if rotation == "none" or _row_weights(np.ones((1, 1)), rotation)[1] in ORTHOGONAL:
        table = _fixed_at_zero(table, within)
    plain = _fixed_at_zero(table, within | _upper_triangle(table))
    groups, problem = assemble(plain, observed, setup)
    blocks = _blocks(plain, problem)
    start = begin_at(plain, problem, groups, setup)
    for block in blocks:
        _start(problem.groups[block.group].structure, groups[block.group], block, start)
    unrotated = solve(plain, observed, setup, start=start)
    return unrotated if rotation == "none" else _rotated(table, unrotated, rotation, blocks)


Key = tuple[str, str, str]


def _members(table: ParameterTable) -> dict[str, tuple[list[str], list[str]]]:
    """Return each block's factors and items, in the order written."""
    out: dict[str, tuple[list[str], list[str]]] = {}
    for row in table.rows:
        if row.op == "=~" and row.efa and row.group == 1:
            factors, items = out.setdefault(row.efa, ([], []))
            if row.lhs not in factors:
                factors.append(row.lhs)
            if row.rhs not in items:
                items.append(row.rhs)
    return out


def _pairs(table: ParameterTable) -> set[Key]:
    """Return the covariances within blocks, in both directions."""
    return {
        (a, "~~", b)
        for factors, _ in _members(table).values()
        for a in factors
        for b in factors
        if a != b
    }


def _upper_triangle(table: ParameterTable) -> set[Key]:
    """Return the loadings that fix a block's axes while it is fitted."""
    return {
        (factor, "=~", item)
        for factors, items in _members(table).values()
        for j, factor in enumerate(factors)
        for item in items[:j]
    }


def _fixed_at_zero(table: ParameterTable, keys: set[Key]) -> ParameterTable:
    """Return the table with some parameters fixed at 0, places and labels numbered anew."""
    hit = [(row.lhs, row.op, row.rhs) in keys for row in table.rows]
    rows = tuple(
        replace(row, free=False, value=0.0) if gone else row
        for row, gone in zip(table.rows, hit, strict=True)
    )
    free = np.where(hit, -1, table.free)
    kept = np.unique(free[free >= 0])
    place = {int(old): new for new, old in enumerate(kept)}
    labels = {name: place[old] for name, old in table.labels.items() if old in place}
    numbered = np.array([place.get(int(old), -1) for old in free], dtype=np.intp)
    constants = dict(table.constants)
    constants |= {name: 0.0 for name, old in table.labels.items() if old not in place}
    return replace(
        table, rows=rows, free=numbered, n_free=len(kept), labels=labels, constants=constants
    )


def _blocks(table: ParameterTable, problem: Problem) -> list[Block]:
    names = problem.groups[0].structure.names
    index = {name: i for i, name in enumerate(names)}
    return [
        Block(g, np.array([index[f] for f in factors]), np.array([index[i] for i in items]))
        for g in range(len(problem.groups))
        for factors, items in _members(table).values()
    ]


def _start(structure: Structure, observed: Observed, block: Block, x: FloatArray) -> None:
    """Start at an exploratory solution, its axes turned so that the upper triangle is zero."""
    S = observed.covariance[np.ix_(block.items, block.items)]
    sd = np.sqrt(np.diag(S))
    try:
        extraction = extract(S / np.outer(sd, sd), len(block.factors))
    except (DataError, NotConverged):
        return
    L = extraction.loadings * sd[:, None]
    Q, _ = np.linalg.qr(L[: len(block.factors)].T)
    L = L @ Q
    for kind, i, j, place in zip(
        structure.kind, structure.row, structure.column, structure.place, strict=True
    ):
        if kind == PATH and j in block.factors and i in block.items:
            x[place] = L[list(block.items).index(i), list(block.factors).index(j)]
        elif kind == COVARIANCE and i == j and i in block.items:
            at = list(block.items).index(i)
            x[place] = max(extraction.uniquenesses[at], 0.05) * sd[at] ** 2


def _rotated(
    table: ParameterTable, unrotated: Solution, rotation: str, blocks: Sequence[Block]
) -> Solution:
    """Rotate the axes, transform the rest of the model, and add the rotation's conditions."""
    observed, problem = assemble(table, unrotated.samples, unrotated.setup)
    x = np.full(table.n_free, np.nan)
    for row_place, place in zip(table.free.tolist(), unrotated.table.free.tolist(), strict=True):
        if row_place >= 0 and place >= 0:
            x[row_place] = unrotated.x[place]
    for g, structure in enumerate(unrotated.structures):
        H = np.eye(len(structure.m))
        for block in (b for b in blocks if b.group == g):
            H[np.ix_(block.factors, block.factors)] = _turn(structure, unrotated.x, block, rotation)
        A, S, m = structure.matrices(unrotated.x)
        back = np.linalg.inv(H)
        _read_off(problem.groups[g].structure, x, (H @ A @ back, H @ S @ H.T, H @ m))
    here = problem.at(x)
    for rotated, original in zip(problem.groups, unrotated.problem.groups, strict=True):
        turned, plain = rotated.structure.state(x), original.structure.state(unrotated.x)
        if not np.allclose(turned.sigma, plain.sigma, atol=1e-8, rtol=1e-8):
            raise NotSupported(
                "the rest of the model does not treat the factors of an exploratory block alike "
                "(it uses some of them and not others), so they cannot be rotated; relate all of "
                "them to it, or give them loadings of their own"
            )
    own = Constraints.of(table)
    held = RotatedConstraints(own.equal, own.above, own.lower, own.upper, rotation, blocks, problem)
    optimum = Optimum(x, here, unrotated.optimum.steps, unrotated.optimum.notes)
    return Solution(table, unrotated.setup, observed, problem, optimum, held, unrotated.samples)


def _turn(structure: Structure, x: FloatArray, block: Block, rotation: str) -> FloatArray:
    """Return the matrix that takes a block's factors to the rotated ones, in lavaan's order."""
    A, _, _ = structure.matrices(x)
    loadings = A[np.ix_(block.items, block.factors)]
    L, _ = _standard(structure, x, block)
    weights, name = _row_weights(L, rotation)
    T = rotate(
        L / weights[:, None], name, kaiser=False, epsilon=EPSILON, starts=_STARTS
    ).transformation
    turned = loadings @ np.linalg.inv(T).T
    size = np.abs(turned)
    index = [float(np.flatnonzero(column >= 0.8 * column.max()).mean()) for column in size.T]
    order = np.argsort(index, kind="stable")
    sign = np.where(turned.sum(axis=0) < 0, -1.0, 1.0)
    return np.asarray((T * sign)[:, order].T)


def _read_off(
    structure: Structure, x: FloatArray, turned: tuple[FloatArray, FloatArray, FloatArray]
) -> None:
    A, S, m = turned
    for kind, i, j, place in zip(
        structure.kind, structure.row, structure.column, structure.place, strict=True
    ):
        x[place] = A[i, j] if kind == PATH else S[i, j] if kind == COVARIANCE else m[i]
