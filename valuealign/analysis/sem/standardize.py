"""The standardised solution: in units of the factors', or of everything's, standard deviations."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from valuealign.analysis.sem.implied import Structure
from valuealign.analysis.sem.table import ParameterTable

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
    out = np.empty(len(table.rows), dtype=x.dtype)
    groups = [_one_group(structure, x) for structure in structures]
    p = structures[0].p
    index = {name: i for i, name in enumerate(structures[0].names)}
    for r, row in enumerate(table.rows):
        A, S, m, sd = groups[row.group - 1]
        i = index[row.lhs]
        j = index.get(row.rhs, 0)
        unit_i = sd[i] if everything or i >= p else 1.0
        unit_j = sd[j] if everything or j >= p else 1.0
        if row.op == "=~":
            out[r] = A[j, i] * unit_i / unit_j
        elif row.op in {"~", "<~"}:
            out[r] = A[i, j] * unit_j / unit_i
        elif row.op == "~~" and i == j:
            out[r] = S[i, i] / unit_i**2
        elif row.op == "~~":
            out[r] = S[i, j]
            for k in (i, j):
                if everything or k >= p:
                    out[r] = out[r] / np.sqrt(np.where(S[k, k].real < 0, -S[k, k], S[k, k]))
        elif row.op == "~1":
            out[r] = m[i] / unit_i
        else:
            out[r] = np.nan
    return out


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
