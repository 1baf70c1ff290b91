"""Modification indices: what chi-square would drop if one fixed parameter were free."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from valuealign.analysis.sem.fit import Fit
from valuealign.analysis.sem.rows import Row
from valuealign.analysis.sem.solution import Solution, assemble
from valuealign.analysis.sem.table import ParameterTable

if TYPE_CHECKING:
    import pandas as pd

FloatArray = NDArray[np.float64]
_NOT_IDENTIFIED = 1e-7


def modification_indices(fit: Fit) -> pd.DataFrame:
    """What chi-square would drop if one parameter that is fixed were free.

    Candidates are the loadings and residual covariances that a model leaves out, and the
    parameters it fixes (in several groups also marker loadings); what could not be identified
    is left out.

    Parameters
    ----------
    fit : Fit

    Returns
    -------
    DataFrame
        Columns ``lhs op rhs group mi epc``, the largest index first: the expected drop of
        chi-square (1 degree of freedom) and the expected value of the change.

    Notes
    -----
    Each is a score test of one parameter with the expected information, whatever the fit
    used, as in lavaan. Many are looked
    at: the largest of them is large by chance too, and a model changed by them has to be tried
    on other data. Agrees with lavaan's ``modificationIndices`` to 1e-4 (relative) on the
    Holzinger and Swineford data, in one group and over two, and on ordinal items.

    References
    ----------
    Sörbom, D. (1989). Model modification. Psychometrika, 54, 371-384. doi:10.1007/BF02294623

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> import valuealign as va
    >>> rng = np.random.default_rng(1)
    >>> x = rng.normal(size=(400, 1)) + rng.normal(size=(400, 5))
    >>> x[:, 1] += 0.8 * (x[:, 0] - x[:, 0].mean())
    >>> fit = va.cfa("f =~ a + b + c + d + e", pd.DataFrame(x, columns=list("abcde")))
    >>> va.modification_indices(fit).iloc[0][["lhs", "op", "rhs"]].tolist()
    ['a', '~~', 'b']
    """
    import pandas as pd

    solution = fit.solution
    rows = list(_candidates(solution.table))
    score, curvature = _tests(solution, rows)
    known = curvature > _NOT_IDENTIFIED
    mi = solution.effective_n * score[known] ** 2 / curvature[known]
    kept = [row for row, ok in zip(rows, known, strict=True) if ok]
    frame = pd.DataFrame(
        {
            "lhs": [row.lhs for row in kept],
            "op": [row.op for row in kept],
            "rhs": [row.rhs for row in kept],
            "group": [row.group for row in kept],
            "mi": mi,
            "epc": -score[known] / curvature[known],
        }
    )
    return frame.sort_values("mi", ascending=False, kind="stable", ignore_index=True)


def _candidates(table: ParameterTable) -> Iterator[Row]:
    """Rows that are fixed, and the loadings and residual covariances that are not there."""
    fixed = [
        row
        for row, place in zip(table.rows, table.free, strict=True)
        if place < 0 and not row.exo and row.op in ("=~", "~~", "~", "~1")
    ]
    # A mean or an intercept that is fixed identifies the model; freeing it is no modification.
    yield from (row for row in fixed if row.op != "~1" and not _scale_of_a_threshold(row, table))
    there = {(row.group, *row.key) for row in table.rows}
    names = table.names
    measured = [n for n in names.observed if n not in names.covariates]
    latent = [n for n in names.latent if any(r.op == "=~" and r.lhs == n for r in table.rows)]
    for group in range(1, table.options.n_groups + 1):
        for factor in latent:
            for name in measured:
                row = Row(factor, "=~", name, group=group, value=0.0)
                if (group, *row.key) not in there:
                    yield row
        for k, name in enumerate(measured):
            for other in measured[k + 1 :]:
                row = Row(name, "~~", other, group=group, value=0.0)
                if (group, *row.key) not in there:
                    yield row


def _scale_of_a_threshold(row: Row, table: ParameterTable) -> bool:
    """Whether a row is the variance of a variable that is cut into categories."""
    return row.op == "~~" and row.lhs == row.rhs and row.lhs in table.options.thresholds


def _tests(solution: Solution, rows: list[Row]) -> tuple[FloatArray, FloatArray]:
    """Score of each candidate, and its information given the parameters that are free."""
    table, n_free = solution.table, solution.table.n_free
    fixed = {id(row) for row in table.rows}
    places = n_free + np.arange(len(rows))
    free = table.free.copy()
    position = {id(row): k for k, row in enumerate(table.rows)}
    added: list[Row] = []
    added_places: list[int] = []
    for row, place in zip(rows, places, strict=True):
        if id(row) in fixed:
            free[position[id(row)]] = place
        else:
            added.append(row)
            added_places.append(int(place))
    wider = replace(
        table,
        rows=(*table.rows, *added),
        free=np.concatenate([free, np.array(added_places, dtype=free.dtype)]),
        n_free=n_free + len(rows),
    )
    x = np.concatenate([solution.x, [row.value for row in rows]])
    _, problem = assemble(wider, solution.given, solution.setup)
    here = problem.at(x)
    information = problem.arrow.dense(here.information())
    basis = solution.free_directions
    Z = np.eye(n_free) if basis is None else basis
    cross = Z.T @ information[:n_free, n_free:]
    inside = np.linalg.solve(Z.T @ information[:n_free, :n_free] @ Z, cross)
    own = np.diag(information)[n_free:]
    left: FloatArray = own - np.einsum("ij,ij->j", cross, inside)
    # Relative to itself: a parameter the others determine has no information of its own.
    return here.gradient()[n_free:], np.where(left > _NOT_IDENTIFIED * own, left, 0.0)
