"""The standardised solution, in standard deviations of the factors or of all variables."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from valuealign.analysis.sem.estimation.implied import Structure
from valuealign.analysis.sem.specification.parameter_table import ParameterTable

FloatArray = NDArray[np.float64]
AnyArray = NDArray[Any]


def standardized(
    table: ParameterTable, structures: list[Structure], x: AnyArray, *, everything: bool
) -> AnyArray:
    """Return each row's standardised value.

    Parameters
    ----------
    table : ParameterTable
    structures : list of Structure
    x : array, shape (k,)
        The estimates; complex for complex-step derivatives.
    everything : bool
        In units of all variables (``std_all``) or of the factors only (``std_lv``).

    Returns
    -------
    array, shape (n_rows,)
        Covariances are in units of residual standard deviations, as in lavaan.
    """
    out = np.full(len(table.rows), np.nan, dtype=x.dtype)
    index = {name: i for i, name in enumerate(structures[0].names)}
    op = np.array([row.op for row in table.rows])
    group = table.group
    i = np.array([index[row.lhs] for row in table.rows], dtype=np.intp)
    j = np.array([index.get(row.rhs, 0) for row in table.rows], dtype=np.intp)
    p = structures[0].p
    for g, structure in enumerate(structures, start=1):
        A, S, m, sd = _one_group(structure, x)
        unit = sd if everything else np.where(np.arange(len(sd)) >= p, sd, 1.0)
        spread = np.sqrt(np.where(np.diag(S).real < 0, -np.diag(S), np.diag(S)))
        own = spread if everything else np.where(np.arange(len(sd)) >= p, spread, 1.0)
        with np.errstate(divide="ignore", invalid="ignore"):
            for kind, value in (
                (op == "=~", A[j, i] * unit[i] / unit[j]),
                (np.isin(op, ["~", "<~"]), A[i, j] * unit[j] / unit[i]),
                ((op == "~~") & (i == j), S[i, j] / unit[i] ** 2),
                ((op == "~~") & (i != j), S[i, j] / own[i] / own[j]),
                (op == "~1", m[i] / unit[i]),
                (op == "~*~", np.ones(len(i)) if everything else _scales(table, x, g, sd[i])),
                (op == "|", _own(table, x, g) / unit[i]),
            ):
                here = kind & (group == g)
                out[here] = value[here]
    return out


def _own(table: ParameterTable, x: AnyArray, g: int) -> AnyArray:
    """Return each threshold and scale as it is in its group; 0 for rows that are neither."""
    out = np.zeros(len(table.rows), dtype=x.dtype)
    for r, row in enumerate(table.rows):
        if row.op in {"|", "~*~"} and row.group == g:
            out[r] = x[table.free[r]] if table.free[r] >= 0 else row.value
    return out


def _scales(table: ParameterTable, x: AnyArray, g: int, sd: AnyArray) -> AnyArray:
    """Return each row's scale: a parameter, or under theta what the variance makes of it."""
    if table.options.parameterization == "theta":
        return np.asarray(1 / sd)
    return _own(table, x, g)


def _one_group(structure: Structure, x: AnyArray) -> tuple[AnyArray, ...]:
    A, S, m = structure.matrices(x)
    E = np.linalg.inv(np.eye(len(m)) - A)
    variance = np.einsum("ij,jk,ik->i", E, S, E, optimize=True)
    return A, S, m, np.sqrt(np.where(variance.real > 0, variance, np.nan))


def complex_step(function: Any, x: FloatArray) -> FloatArray:
    """Return the Jacobian of a function that takes complex vectors, exact to rounding."""
    z = x.astype(complex)
    columns = []
    for k in range(len(x)):
        z[k] += 1e-30j
        columns.append(function(z).imag / 1e-30)
        z[k] = x[k]
    return np.array(columns).T


def r_square(structures: list[Structure], x: FloatArray) -> list[dict[str, float]]:
    """Return each group's explained share of every dependent variable's variance."""
    out = []
    for structure in structures:
        A, S, m = structure.matrices(x)
        E = np.linalg.inv(np.eye(len(m)) - A)
        total = np.einsum("ij,jk,ik->i", E, S, E, optimize=True)
        out.append(
            {
                name: float(1 - S[i, i] / total[i])
                for i, name in enumerate(structure.names)
                if A[i].any()
            }
        )
    return out
