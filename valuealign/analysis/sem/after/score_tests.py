"""Score tests of equality constraints: the expected drop in chi-square if one were released."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from valuealign.analysis.result_display import Shown
from valuealign.analysis.sem.estimation.estimate import Evaluation
from valuealign.analysis.sem.estimation.solution import Solution, assemble
from valuealign.analysis.sem.fit import Fit
from valuealign.analysis.sem.specification.table_rows import Row
from valuealign.arguments import checked
from valuealign.errors import AnalysisError

if TYPE_CHECKING:
    import pandas as pd

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]
_NOT_IDENTIFIED = 1e-7


@dataclass(frozen=True, repr=False, kw_only=True)
class ScoreTests(Shown):
    """Score tests of the equalities in a model.

    Parameters
    ----------
    each : DataFrame
        Columns ``lhs op rhs group label chisq df pvalue epc``, in the model's order: the expected
        drop in chi-square if this parameter were freed from the equality, and its expected
        difference from the others. For an ``==``, the two sides of the constraint, and group 0.
        Parameters that could not be identified on their own are left out.
    chisq, df, pvalue : float, int, float
        Of releasing all of them at once; `df` counts the parameters that are then identified.
    """

    each: pd.DataFrame
    chisq: float
    df: int
    pvalue: float


@checked
def score_tests(fit: Fit) -> ScoreTests:
    """Test each equality of a model, across groups or within, and all of them at once.

    Parameters
    ----------
    fit : Fit
        With ``group_equal``, shared labels or ``==``.

    Returns
    -------
    ScoreTests
        ``.chisq`` of all equality constraints together, and ``.each``.

    Raises
    ------
    AnalysisError
        A model without equalities.

    Notes
    -----
    Score tests with the expected information, from the one fit. For a factor with two
    indicators the tests of its two indicators are the same number and cannot show which of
    them breaks an equality. With many tests, the largest is large by chance. Agrees with
    lavaan's ``lavTestScore`` to 1e-4 (relative) on the Holzinger and Swineford data. For the joint
    test lavaan counts every equality as a degree of freedom, including those that are not
    identified once all are released (a factor's mean together with all its intercepts), so its
    test is too lenient.

    References
    ----------
    Bentler, P. M., & Chou, C.-P. (1992). Some new covariance structure model improvement
    statistics. Sociological Methods & Research, 21, 259-282. doi:10.1177/0049124192021002006

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> import valuealign as va
    >>> rng = np.random.default_rng(1)
    >>> x = rng.normal(size=(600, 1)) + rng.normal(size=(600, 4))
    >>> data = pd.DataFrame(x, columns=list("abcd")).assign(g=np.repeat(["one", "two"], 300))
    >>> data.loc[data.g == "two", "c"] += 0.8
    >>> model = "f =~ a + b + c + d"
    >>> scalar = va.cfa(model, data, group="g", group_equal=["loadings", "intercepts"])
    >>> found = va.score_tests(scalar)
    >>> found.each.sort_values("chisq").iloc[-1][["lhs", "op"]].tolist()
    ['c', '~1']
    """
    solution = fit.solution
    table = solution.table
    count = Counter(table.free[table.free >= 0].tolist())
    shared = np.array([p >= 0 and count[p] > 1 for p in table.free.tolist()])
    if not shared.any() and not solution.constraints.equal:
        raise AnalysisError("this model has no equalities to test; give group_equal, a label or ==")
    split = _split(solution)
    tests = [*_of_rows(solution, split, shared), *_of_constraints(solution)]
    chisq, df = _total(solution, split)
    return ScoreTests(each=_frame(tests), chisq=chisq, df=df, pvalue=_upper(chisq, df))


@dataclass(frozen=True, eq=False)
class _Split:
    """The model with a separate parameter for every row.

    Attributes
    ----------
    at : Evaluation
        At the fit's estimates.
    rows : int array
        The table's row of each parameter.
    places : int array
        The fit's parameter that it was.
    """

    at: Evaluation
    rows: IntArray
    places: IntArray


def _split(solution: Solution) -> _Split:
    table = solution.table
    rows = np.flatnonzero(table.free >= 0)
    free = np.full(len(table.free), -1, dtype=np.intp)
    free[rows] = np.arange(len(rows))
    places = table.free[rows]
    plain = replace(table, free=free, n_free=len(rows), constraints=())
    _, problem = assemble(plain, solution.samples, solution.setup)
    return _Split(problem.at(solution.x[places]), rows, places)


def _of_rows(
    solution: Solution, split: _Split, shared: NDArray[np.bool_]
) -> list[tuple[dict[str, Any], float, float, float]]:
    """Test each row that shares a parameter against the rows it shares it with."""
    inverse = solution.inverse(solution.expected)
    gradient = split.at.gradient()
    first = {int(p): k for k, p in reversed(list(enumerate(split.places)))}
    out = []
    arrow = split.at.problem.arrow
    for local, block in zip(arrow.local, split.at.information(), strict=True):
        places = split.places[local]
        own = np.diag(block)
        known = inverse[np.ix_(places, places)]
        left = own - np.einsum("ij,jk,ki->i", block, known, block, optimize=True)
        for j, k in enumerate(local.tolist()):
            if not shared[split.rows[k]] or first[int(split.places[k])] == k:
                continue
            if left[j] > _NOT_IDENTIFIED * own[j]:
                row = solution.table.rows[split.rows[k]]
                out.append((_named(row), float(gradient[k]), float(left[j]), solution.effective_n))
    return out


def _of_constraints(
    solution: Solution,
) -> list[tuple[dict[str, Any], float, float, float]]:
    """Test each written equality while the others hold."""
    if not solution.constraints.equal:
        return []
    jacobian = solution.constraints.active(solution.x)
    directions = np.linalg.pinv(jacobian)
    information = solution.problem.arrow.dense(solution.expected)
    inverse = solution.inverse(solution.expected)
    gradient = solution.optimum.at.gradient()
    out = []
    for k, constraint in enumerate(equality.source for equality in solution.constraints.equal):
        v = directions[:, k]
        turned = information @ v
        own = float(v @ turned)
        left = own - float(turned @ inverse @ turned)
        if left > _NOT_IDENTIFIED * own:
            named = {
                "lhs": constraint.text("lhs"),
                "op": "==",
                "rhs": constraint.text("rhs"),
                "group": 0,
                "label": "",
            }
            out.append((named, float(v @ gradient), left, solution.effective_n))
    return out


def _named(row: Row) -> dict[str, Any]:
    return {"lhs": row.lhs, "op": row.op, "rhs": row.rhs, "group": row.group, "label": row.label}


def _total(solution: Solution, split: _Split) -> tuple[float, int]:
    """Test all equalities at once; groups then share no parameter, so each is computed alone."""
    gradient, chisq, rank = split.at.gradient(), 0.0, 0
    for local, block in zip(split.at.problem.arrow.local, split.at.information(), strict=True):
        scale = 1 / np.sqrt(np.maximum(np.diag(block), 1e-300))
        values, vectors = np.linalg.eigh(block * scale * scale[:, None])
        seen = values > _NOT_IDENTIFIED
        turned = vectors[:, seen].T @ (scale * gradient[local])
        chisq += float(turned**2 @ (1 / values[seen]))
        rank += int(seen.sum())
    return solution.effective_n * chisq, rank - solution.npar


def _frame(tests: list[tuple[dict[str, Any], float, float, float]]) -> pd.DataFrame:
    import pandas as pd

    rows = [
        named
        | {"chisq": n * score**2 / left, "df": 1, "pvalue": _upper(n * score**2 / left, 1)}
        | {"epc": -score / left}
        for named, score, left, n in tests
    ]
    columns = ["lhs", "op", "rhs", "group", "label", "chisq", "df", "pvalue", "epc"]
    return pd.DataFrame(rows, columns=columns)


def _upper(value: float, df: int) -> float:
    from scipy.special import chdtrc

    return float(chdtrc(df, value))
