"""Modification indices: the expected drop in chi-square if one fixed parameter were free."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from valuealign.analysis.sem.estimation.arrow_matrix import Arrow
from valuealign.analysis.sem.estimation.solution import Solution, assemble
from valuealign.analysis.sem.fit import Fit
from valuealign.analysis.sem.specification.parameter_table import ParameterTable
from valuealign.analysis.sem.specification.table_rows import Row
from valuealign.arguments import checked

if TYPE_CHECKING:
    import pandas as pd

FloatArray = NDArray[np.float64]
_NOT_IDENTIFIED = 1e-7


@checked
def modification_indices(fit: Fit) -> pd.DataFrame:
    """Expected drop in chi-square for each parameter that is fixed or left out.

    Candidates are lavaan's: the loadings, residual covariances, factor covariances and
    regressions (among variables that have any) that a model leaves out, and the parameters it
    fixes, intercepts included (in several groups also marker loadings). Parameters that could not
    be identified are left out, and so are regressions of fixed covariates, which have no model.

    Parameters
    ----------
    fit : Fit
        From `cfa`, `sem` or `growth`.

    Returns
    -------
    DataFrame
        Columns ``lhs op rhs group mi epc``, the largest index first: the expected drop of
        chi-square (1 degree of freedom) and the expected value of the change.

    Raises
    ------
    ArgumentError
        What is not a fit, such as semopy's second opinion.

    Notes
    -----
    Each is a score test of one parameter with the expected information, whatever the fit
    used, as in lavaan. With many indices, the largest is large by chance; test a model that was
    changed by them on other data. Agrees with lavaan's
    ``modificationIndices`` to 1e-4 (relative) in one group and over several, with covariates,
    for every discrepancy, and on ordinal items.

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
    mi = solution.n * score[known] ** 2 / curvature[known]
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
    """Yield the rows that are fixed and those that the model leaves out, as lavaan does."""
    for row, place in zip(table.rows, table.free, strict=True):
        if place < 0 and not row.exo and not _scale_of_a_threshold(row, table):
            yield row
    there = {(row.group, *_position(row)) for row in table.rows}
    for group in range(1, table.options.n_groups + 1):
        for lhs, op, rhs in _left_out(table):
            row = Row(lhs, op, rhs, group=group, value=0.0)
            if (group, *_position(row)) not in there:
                there.add((group, *_position(row)))
                yield row


def _left_out(table: ParameterTable) -> Iterator[tuple[str, str, str]]:
    """Yield every loading, covariance and regression between variables in fitting roles."""
    names, fixed = table.names, table.options.fixed_x
    covariates = set(names.covariates)
    inner = [n for n in names.observed if n not in covariates]
    loaded = {row.rhs for row in table.rows if row.op == "=~"}
    paths = [row for row in table.rows if row.op == "~" and row.group == 1]
    regressed = list(dict.fromkeys([*(r.lhs for r in paths), *(r.rhs for r in paths)]))
    yield from (
        (factor, "=~", name) for factor in names.latent for name in inner if name not in regressed
    )
    yield from ((a, "~~", b) for a, b in combinations((n for n in inner if n in loaded), 2))
    yield from ((a, "~~", b) for a, b in combinations(names.latent, 2))
    yield from (
        (a, "~", b)
        for a in regressed
        for b in regressed
        if a != b
        and not (fixed and a in covariates)
        and not (a in loaded and a not in names.latent and b in names.latent)
    )


def _position(row: Row) -> tuple[str, str, str]:
    """Return the position of a row's parameter; loadings and regressions are both paths."""
    if row.op == "=~":
        return (row.rhs, "path", row.lhs)
    if row.op in {"~", "<~"}:
        return (row.lhs, "path", row.rhs)
    return row.key


def _scale_of_a_threshold(row: Row, table: ParameterTable) -> bool:
    """Whether a row is a threshold, or a scale of a variable that is cut into categories."""
    if row.op in {"|", "~*~"}:
        return True
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
    _, problem = assemble(wider, solution.samples, solution.setup)
    points = problem.at(x).points
    shares = solution.shares
    pull = shares
    if not solution.setup.is_likelihood:  # least squares: lavaan's gradient counts n - 1
        pull = np.array([group.n - 1 for group in solution.observed]) / solution.n
    gradient = np.zeros(wider.n_free)
    for w, local, point in zip(pull, problem.arrow.local, points, strict=True):
        gradient[local] += w * point.gradient
    parts = [
        _Part.of(local, w * point.information(), n_free)
        for w, local, point in zip(shares, problem.arrow.local, points, strict=True)
    ]
    own, left = np.zeros(len(rows)), np.zeros(len(rows))
    for part, (places, inverse) in zip(parts, _inverses(solution, parts), strict=True):
        cross = part.cross[np.searchsorted(part.known, places)]
        own[part.new] = part.own
        left[part.new] = part.own - np.einsum("ij,ij->j", cross, inverse @ cross)
    # Relative to itself: a parameter the others determine has no information of its own.
    return gradient[n_free:], np.where(left > _NOT_IDENTIFIED * own, left, 0.0)


@dataclass(frozen=True, eq=False)
class _Part:
    """One group's information about its free parameters, its candidates, and both together.

    A candidate belongs to one group, so the whole information is never formed: for 57 items on 19
    factors in ten groups it would take 8 GB.
    """

    known: NDArray[np.intp]
    new: NDArray[np.intp]
    free: FloatArray
    cross: FloatArray
    own: FloatArray

    @classmethod
    def of(cls, local: NDArray[np.intp], block: FloatArray, n_free: int) -> _Part:
        """Take a group's information apart; its free parameters in rising order."""
        order = np.argsort(local, kind="stable")
        at = np.searchsorted(local[order], n_free)
        free, candidates = order[:at], order[at:]
        return cls(
            local[free],
            local[candidates] - n_free,
            block[np.ix_(free, free)],
            block[np.ix_(free, candidates)],
            block.diagonal()[candidates],
        )


def _inverses(
    solution: Solution, parts: Sequence[_Part]
) -> Iterator[tuple[NDArray[np.intp], FloatArray]]:
    """Yield each group's parameters and their block of the free parameters' inverse."""
    arrow = Arrow(solution.table.n_free, [part.known for part in parts])
    blocks = [part.free for part in parts]
    if solution.free_directions is None:
        factor = arrow.factor(blocks)
        yield from (factor.block(g) for g in range(len(parts)))
        return
    Z = solution.free_directions
    inverse = Z @ np.linalg.solve(Z.T @ arrow.dense(blocks) @ Z, Z.T)
    yield from ((part.known, inverse[np.ix_(part.known, part.known)]) for part in parts)
