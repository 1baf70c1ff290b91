"""Flags of a solution: estimates and statistics that deserve doubt."""

from __future__ import annotations

import numpy as np

from valuealign.analysis.sem.estimation.missing import MissingPoint
from valuealign.analysis.sem.estimation.solution import Solution
from valuealign.analysis.sem.parameter_covariance import defined_parameters


def flags_of(solution: Solution) -> frozenset[str]:
    """Return the flags of a solution, in words."""
    out = {f"optimum found by {note}, not by scoring" for note in solution.optimum.notes}
    for g, (structure, group) in enumerate(
        zip(solution.structures, solution.observed, strict=True)
    ):
        where = f" in group {group.label!r}" if group.label else ""
        state = solution.optimum.at.points[g].state  # type: ignore[attr-defined]
        _, S, _ = structure.matrices(solution.x)
        for i, name in enumerate(structure.names):
            if S[i, i] < 0:
                out.add(f"negative variance of {name}{where} ({S[i, i]:.3f})")
        out |= _residual_flags(structure.p, S, where)
        out |= _factor_flags(
            structure.names[structure.p :], state.C[structure.p :, structure.p :], where
        )
    out |= _saturated_flags(solution) | _bound_flags(solution) | _defined_flags(solution)
    return frozenset(out)


def _saturated_flags(solution: Solution) -> set[str]:
    """Return a flag for each group whose saturated likelihood has no maximum that EM finds."""
    return {
        f"{group.place}too few rows answer the same variables: the saturated likelihood does not "
        "come to rest in 500 steps of EM, so chi-square and fit measures are provisional "
        "(estimates and standard errors do not depend on it)"
        for group, point in zip(solution.observed, solution.optimum.at.points, strict=True)
        if isinstance(point, MissingPoint) and not point.of.saturated.settled
    }


def _defined_flags(solution: Solution) -> set[str]:
    """Return a flag for each ``:=`` parameter without a value or standard error, and the reason."""
    return {
        f"{defined.name} := {defined.text} has no "
        f"{'value' if np.isnan(defined.value) else 'standard error'} ({defined.trouble})"
        for defined in defined_parameters(solution)
        if defined.trouble
    }


def _residual_flags(p: int, S: np.ndarray, where: str) -> set[str]:
    theta = S[:p, :p]
    off = theta - np.diag(np.diag(theta))
    if not off.any():
        return set()
    smallest = float(np.linalg.eigvalsh(theta)[0])
    if smallest >= -1e-8:
        return set()
    return {f"residual covariance not positive definite{where} (eigenvalue {smallest:.3f})"}


def _factor_flags(names: tuple[str, ...], cov: np.ndarray, where: str) -> set[str]:
    if not len(names):
        return set()
    out = set()
    smallest = float(np.linalg.eigvalsh(cov)[0])
    if smallest < -1e-8:
        out.add(f"factor covariance not positive definite{where} (eigenvalue {smallest:.3f})")
    sd = np.sqrt(np.where(np.diag(cov) > 0, np.diag(cov), np.nan))
    r = cov / np.outer(sd, sd)
    for i, a in enumerate(names):
        for j in range(i):
            if np.abs(r[i, j]) >= 1:
                out.add(f"factor correlation beyond 1{where}: {names[j]}, {a} ({r[i, j]:.2f})")
    return out


def _bound_flags(solution: Solution) -> set[str]:
    lower, upper = solution.constraints.lower, solution.constraints.upper
    names = solution.table.parameter_names()
    out = set()
    for k, x in enumerate(solution.x):
        if x <= lower[k] + 1e-7 or x >= upper[k] - 1e-7:
            out.add(
                f"at its bound: {names[k]} ({x:g}); standard errors are those of a model that "
                "fixes it there"
            )
    for function in solution.constraints.above:
        if function.value(solution.x) <= 1e-7:
            out.add(
                f"an inequality binds: {function.text}; standard errors are those of a model in "
                "which it is an equality"
            )
    return out
