"""Score tests of the parameters that break a level of invariance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from valuealign.analysis.comparison.equivalence import holm
from valuealign.analysis.invariance.ladder import Rung
from valuealign.analysis.sem.after.score_tests import score_tests
from valuealign.analysis.sem.fit import Fit
from valuealign.analysis.sem.specification.parameter_table import ParameterTable
from valuealign.errors import AnalysisError

if TYPE_CHECKING:
    import pandas as pd

_OPS = {"loadings": "=~", "intercepts": "~1", "residuals": "~~", "thresholds": "|"}


def pairs(table: ParameterTable) -> dict[str, tuple[str, ...]]:
    """Return the factors with two indicators, and which they are."""
    indicators: dict[str, list[str]] = {}
    for row in table.rows:
        if row.op == "=~" and row.group == 1:
            indicators.setdefault(row.lhs, []).append(row.rhs)
    return {factor: tuple(items) for factor, items in indicators.items() if len(items) <= 2}


def unlocatable_items(table: ParameterTable) -> set[str]:
    """Return the items that no test can single out: those of factors with two indicators."""
    few = pairs(table)
    on: dict[str, set[str]] = {}
    for row in table.rows:
        if row.op == "=~" and row.group == 1:
            on.setdefault(row.rhs, set()).add(row.lhs)
    return {item for item, factors in on.items() if factors <= set(few)}


def breaking(fit: Fit, rung: Rung) -> pd.DataFrame:
    """Test each parameter that a level adds.

    Parameters
    ----------
    fit : Fit
        Of the level.
    rung : Rung

    Returns
    -------
    DataFrame
        Columns ``level lhs op rhs group chisq pvalue pvalue_holm epc``, the largest first:
        `epc` is how far the group's parameter would be from the others'. Items of factors with
        two indicators are left out: which of the two breaks a level cannot be known.
    """
    import pandas as pd

    columns = ["level", "lhs", "op", "rhs", "group", "chisq", "pvalue", "pvalue_holm", "epc"]
    op = _OPS.get(rung.added)
    if op is None:
        return pd.DataFrame(columns=columns)
    try:
        each = score_tests(fit).each
    except AnalysisError:
        return pd.DataFrame(columns=columns)
    table = fit.solution.table
    hidden, observed = unlocatable_items(table), set(table.names.observed)
    item = each["rhs"] if op == "=~" else each["lhs"]
    kept = (each["op"] == op) & item.isin(observed) & ~item.isin(hidden)
    if op == "~~":
        kept = (each["op"] == op) & (each["lhs"] == each["rhs"]) & each["lhs"].isin(observed)
    each = each[kept].sort_values("chisq", ascending=False, ignore_index=True)
    labels = {str(k + 1): name for k, name in enumerate(fit.groups)}
    each["group"] = each["group"].astype(str).map(labels)
    each["pvalue_holm"] = holm(each["pvalue"].to_numpy())
    each["level"] = rung.level
    return each[columns]
