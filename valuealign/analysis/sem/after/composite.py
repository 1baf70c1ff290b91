"""Reliability of sums of items from a fitted factor model, and distinctness of its factors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from valuealign.analysis.factors.retention import correlations
from valuealign.analysis.matrix import frame_with, matrix
from valuealign.analysis.sem.after.omega_interval import omega_interval
from valuealign.analysis.sem.after.ordinal_composite import of_factor, omega_of_parts
from valuealign.analysis.sem.estimation.implied import Structure
from valuealign.analysis.sem.estimation.observed import Observed
from valuealign.analysis.sem.estimation.ordinal import OrdinalPoint
from valuealign.analysis.sem.fit import Fit
from valuealign.analysis.sem.specification.syntax import parse
from valuealign.arguments import checked
from valuealign.errors import AnalysisError, DataError

if TYPE_CHECKING:
    import pandas as pd

FloatArray = NDArray[np.float64]

NO_CORRELATION = 1e-15
"""A correlation this small is rounding."""


@checked
def composite_reliability(fit: Fit, *, level: float = 0.95) -> pd.DataFrame:
    """Reliability of each factor's sum of items, from the model.

    Parameters
    ----------
    fit : Fit
        A factor model.
    level : float
        Of the interval of ``omega``.

    Returns
    -------
    DataFrame
        One row a factor (and group): ``factor``, ``group`` where there are several, and

        - ``alpha``: from the observed covariances (of ordinal items: of their categories, NaN
          without rows; and ``alpha_ord`` from the polychoric correlations);
        - ``omega``: what the factor explains of it and the residuals, with ``omega_lower`` and
          ``omega_upper`` (delta method on its log-odds, with the fit's standard errors);
        - ``omega2``: of the implied variance of the sum (Bentler);
        - ``omega3``: of its observed variance (McDonald);
        - ``ave``: average variance extracted; NaN where an item measures another factor too.

        Of ordinal items the omegas are of the sum of their categories (Green and Yang).

    Raises
    ------
    NotSupported
        A factor of ordinal and continuous items together.
    AnalysisError
        A factor without observed indicators.

    Notes
    -----
    Where the model misfits, omega2 and omega3 differ; report the fit with them. Agrees with
    semTools' ``reliability`` to 1e-5, with residual covariances, cross-loadings, groups, and
    ordinal items. Reliability of the best-weighted sum is
    :func:`valuealign.maximal_reliability`, of a second-order factor
    :func:`valuealign.second_order_reliability`.

    References
    ----------
    McDonald, R. P. (1999). Test theory: A unified treatment. Erlbaum. (No DOI.)
    Fornell, C., & Larcker, D. F. (1981). Evaluating structural equation models with
    unobservable variables and measurement error. Journal of Marketing Research, 18, 39-50.
    doi:10.1177/002224378101800104
    Green, S. B., & Yang, Y. (2009). Reliability of summated item scores using structural
    equation modeling. Psychometrika, 74, 155-167. doi:10.1007/s11336-008-9099-3

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> import valuealign as va
    >>> rng = np.random.default_rng(1)
    >>> x = rng.normal(size=(500, 1)) + rng.normal(size=(500, 4))
    >>> found = va.composite_reliability(va.cfa("f =~ a + b + c + d",
    ...                                         pd.DataFrame(x, columns=list("abcd"))))
    >>> bool(abs(found["omega"].item() - 0.8) < 0.05)
    True
    """
    import pandas as pd

    solution = fit.solution
    rows = []
    for structure, group, point in zip(
        solution.structures, solution.observed, solution.optimum.at.points, strict=True
    ):
        p = structure.p
        A, S, _ = structure.matrices(solution.x)
        state = structure.state(solution.x)
        measured = [k for k in range(p, len(structure.names)) if A[:p, k].any()]
        if not measured:
            raise AnalysisError("no factor has observed indicators")
        for k in measured:
            row: dict[str, Any] = {"factor": structure.names[k]}
            if len(solution.observed) > 1:
                row["group"] = group.label
            if isinstance(point, OrdinalPoint):
                row |= _alpha(group, np.flatnonzero(A[:p, k])) | of_factor(point, k)
                interval = _ordinal_interval(fit, point, k, level)
            else:
                row |= _of_factor(structure, (A, S, state.C), group.covariance, k)
                interval = _interval(fit, structure, k, level)
            rows.append(row | dict(zip(("omega_lower", "omega_upper"), interval, strict=True)))
    return pd.DataFrame(rows)


def _interval(fit: Fit, structure: Structure, k: int, level: float) -> tuple[float, float]:
    """Return the interval of omega of a factor's continuous items."""
    p = structure.p
    items = np.flatnonzero(structure.matrices(fit.solution.x)[0][:p, k])

    def parts(x: FloatArray) -> FloatArray:
        A, S, _ = structure.matrices(x)
        C = structure.state(x).C
        return np.array([A[items, k].sum() ** 2 * C[k, k], S[np.ix_(items, items)].sum()])

    return omega_interval(fit, parts, lambda v: float(v[0] / v.sum()), level=level)


def _ordinal_interval(fit: Fit, point: OrdinalPoint, k: int, level: float) -> tuple[float, float]:
    """Return the interval of omega of a factor's ordinal items."""
    of = point.of
    p, cut_of = of.structure.p, of.structure.cut_of
    items = np.flatnonzero(of.structure.matrices(point.x)[0][:p, k])

    def parts(x: FloatArray) -> FloatArray:
        there = of.at(x)
        A, _, _ = of.structure.matrices(x)
        loadings = A[items, k] * there.delta[items] * np.sqrt(abs(there.state.C[k, k]))
        return np.concatenate([loadings, *(there.thresholds[cut_of == i] for i in items)])

    sizes = [int((cut_of == i).sum()) for i in items]
    return omega_interval(fit, parts, lambda v: omega_of_parts(v, sizes), level=level)


def _alpha(group: Observed, items: NDArray[np.intp]) -> dict[str, float]:
    """Return alpha of the categories as they were answered."""
    m = len(items)
    if group.rows is None or m < 2:
        return {"alpha": np.nan}
    rows = group.rows[:, items]
    S = np.cov(rows[~np.isnan(rows).any(axis=1)], rowvar=False)
    return {"alpha": float(m / (m - 1) * (1 - np.trace(S) / S.sum()))}


def _of_factor(
    structure: Structure,
    matrices: tuple[FloatArray, FloatArray, FloatArray],
    sample: FloatArray,
    k: int,
) -> dict[str, float]:
    A, S, C = matrices
    p = structure.p
    items = np.flatnonzero(A[:p, k])
    sub = np.ix_(items, items)
    loadings, variance = A[items, k], C[k, k]
    common = float(loadings.sum() ** 2 * variance)
    residual, observed = S[sub], sample[sub]
    m = len(items)
    alpha = m / (m - 1) * (1 - np.trace(observed) / observed.sum()) if m > 1 else np.nan
    alone = not np.delete(A[items][:, p:], k - p, axis=1).any()
    explained = float((loadings**2).sum() * variance)
    return {
        "alpha": float(alpha),
        "omega": common / (common + float(residual.sum())),
        "omega2": common / float(C[sub].sum()),
        "omega3": common / float(observed.sum()),
        "ave": explained / (explained + float(np.trace(residual))) if alone else np.nan,
    }


@checked
def htmt(model: str, data: Any, *, geometric: bool = True) -> pd.DataFrame:
    """Heterotrait-monotrait ratio of correlations: how distinct the factors are.

    Parameters
    ----------
    model : str
        lavaan syntax; its ``=~`` lines say which items measure which factor.
    data : DataFrame
        Rows are respondents; complete ones are used.
    geometric : bool
        Geometric means of the correlations (HTMT2), which do not assume equal loadings;
        False is the original ratio of arithmetic means.

    Returns
    -------
    DataFrame
        Factors by factors. Values near 1 say that two factors are measured as one.

    Raises
    ------
    AnalysisError
        A factor with one item, or an item that is not among the columns; a factor whose items
        do not correlate, so that the ratio has no value.
    ConstantItem, TooFewRows
        Correlations have no value.

    Notes
    -----
    The mean absolute correlation between the items of two factors over the geometric mean of
    those within them. The geometric kind agrees with semTools' ``htmt`` to 1e-10.

    References
    ----------
    Henseler, J., Ringle, C. M., & Sarstedt, M. (2015). A new criterion for assessing
    discriminant validity. Journal of the Academy of Marketing Science, 43, 115-135.
    doi:10.1007/s11747-014-0403-8
    Roemer, E., Schuberth, F., & Henseler, J. (2021). HTMT2. Industrial Management & Data
    Systems, 121, 2637-2650. doi:10.1108/IMDS-02-2021-0082

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> import valuealign as va
    >>> rng = np.random.default_rng(1)
    >>> f = rng.normal(size=(900, 2)) @ np.array([[1, 0.5], [0, 0.866]])
    >>> x = np.repeat(f, 3, axis=1) + rng.normal(size=(900, 6))
    >>> table = va.htmt("a =~ x1 + x2 + x3\\nb =~ x4 + x5 + x6",
    ...                 pd.DataFrame(x, columns=[f"x{k}" for k in range(1, 7)]))
    >>> bool(abs(table.loc["a", "b"] - 0.5) < 0.08)
    True
    """
    import pandas as pd

    factors = _factors(model)
    items = list(dict.fromkeys(item for names in factors.values() for item in names))
    frame_with(data, items)
    checked_rows = matrix(data, items=items).complete()
    R = pd.DataFrame(
        np.abs(correlations(checked_rows.values, checked_rows.names)), index=items, columns=items
    )
    mean = _geometric if geometric else np.mean
    within = {name: mean(_below(R.loc[own, own].to_numpy())) for name, own in factors.items()}
    empty = [name for name, value in within.items() if value <= NO_CORRELATION]
    if empty:
        raise DataError(
            f"items of factor {empty[0]!r} have a correlation of zero, so that the ratio has no "
            "value" + ("; use geometric=False, or look at these items" if geometric else "")
        )
    names = list(factors)
    table = pd.DataFrame(np.eye(len(names)), index=names, columns=names)
    for i, a in enumerate(names):
        for b in names[:i]:
            between = float(mean(R.loc[factors[a], factors[b]].to_numpy()))
            table.loc[a, b] = table.loc[b, a] = between / np.sqrt(within[a] * within[b])
    return table


def _factors(model: str) -> dict[str, list[str]]:
    indicators: dict[str, list[str]] = {}
    for statement in parse(model).statements:
        if statement.op == "=~":
            indicators.setdefault(statement.lhs, []).append(statement.rhs)
    alone = [name for name, items in indicators.items() if len(items) < 2]
    if alone or len(indicators) < 2:
        what = f"factor {alone[0]!r} has one item" if alone else "there is one factor"
        raise AnalysisError(f"{what}; expected two factors or more, each of two items or more")
    return indicators


def _below(values: FloatArray) -> FloatArray:
    return np.asarray(values[np.tril_indices(len(values), -1)])


def _geometric(values: FloatArray) -> float:
    """Return the geometric mean; a correlation of zero makes it zero."""
    if (values <= NO_CORRELATION).any():
        return 0.0
    return float(np.exp(np.log(values).mean()))
