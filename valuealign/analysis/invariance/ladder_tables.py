"""Tables and verdict of a ladder of invariance."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from valuealign.analysis.invariance.item_tests import breaking, pairs
from valuealign.analysis.invariance.ladder_fits import Step
from valuealign.analysis.invariance.level_verdict import (
    InvarianceVerdict,
    of_configural,
    of_restriction,
)
from valuealign.analysis.sem.fit import Fit
from valuealign.analysis.sem.fit_measures import residuals
from valuealign.analysis.sem.fit_measures.residuals import moment_pairs

if TYPE_CHECKING:
    import pandas as pd

_INDICES = ("cfi", "rmsea", "srmr")


def measure(fit: Fit, name: str) -> float:
    """Return the best available version of a fit measure: robust, else scaled, else plain.

    Robust measures of ordinal fits are about correlations only, so blind to thresholds and
    intercepts: there the scaled ones are used.
    """
    plain = name in {"chisq", "pvalue"} or fit.solution.setup.ordinal
    kinds = ("_scaled", "") if plain else ("_robust", "_scaled", "")
    for kind in kinds:
        value = fit.measures.get(name + kind, math.nan)
        if not math.isnan(value):
            return float(value)
    return math.nan


def table_frame(
    steps: Sequence[Step], effects: pd.DataFrame, judged: InvarianceVerdict
) -> pd.DataFrame:
    """Return one row a level."""
    import pandas as pd

    standings = judged.standings
    rows = []
    before: Step | None = None
    for step in steps:
        row: dict[str, Any] = {
            "level": step.rung.level,
            "freed": len(step.partial),
            "chisq": measure(step.fit, "chisq"),
            "df": int(step.fit.measures["df"]),
            "pvalue": measure(step.fit, "pvalue"),
        } | {name: measure(step.fit, name) for name in _INDICES}
        row |= _changes(step, before)
        column = {"metric": "dmacs_loading"}.get(step.rung.level, "dmacs")
        seen = {"metric", "scalar", "intercepts"}
        row["dmacs"] = float(effects[column].max()) if step.rung.level in seen else math.nan
        row["standing"] = standings[step.rung.level]
        rows.append(row)
        before = step
    return pd.DataFrame(rows).astype({"df_diff": "Int64"})


def _changes(step: Step, before: Step | None) -> dict[str, float]:
    names = ["chisq_diff", "df_diff", "pvalue_diff", *(f"delta_{k}" for k in _INDICES)]
    names += ["equal_n_chisq_diff", *(f"equal_n_delta_{k}" for k in _INDICES)]
    names += ["rmsea_d", "rmsea_d_lower", "rmsea_d_upper", "power", "equivalence_p"]
    if before is None or step.test is None or step.size is None:
        return dict.fromkeys(names, math.nan)
    size, pairs_of = step.size, ((step.fit, before.fit), (step.equal_n, before.equal_n))
    change = [[measure(a, k) - measure(b, k) for k in _INDICES] for a, b in pairs_of]
    even = step.equal_n.measures["chisq"] - before.equal_n.measures["chisq"]
    values = [step.test.chisq_diff, step.test.df_diff, step.test.pvalue, *change[0], even]
    values += [*change[1], size.rmsea_d, size.lower, size.upper, size.power, size.equivalence_p]
    return dict(zip(names, values, strict=True))


def groups_frame(steps: Sequence[Step]) -> pd.DataFrame:
    """Return each group's part of the misfit at each level."""
    import pandas as pd

    rows = []
    for step in steps:
        solution = step.fit.solution
        for g, pair in enumerate(moment_pairs(solution)):
            parts = residuals.root_mean_squares(pair)
            kind = "srmr_bentler_nomean" if solution.setup.ordinal else "srmr_bentler"
            rows.append(
                {
                    "level": step.rung.level,
                    "group": step.fit.groups[g],
                    "n": solution.samples[g].n,
                    "chisq": float(solution.chisq_by_group[g]),
                    "srmr": float(parts[kind]),
                }
            )
    return pd.DataFrame(rows)


def items_frame(steps: Sequence[Step]) -> pd.DataFrame:
    """Return which parameters break each level."""
    import pandas as pd

    parts = [breaking(step.fit, step.rung) for step in steps]
    full = [part for part in parts if len(part)]
    return pd.concat(full, ignore_index=True) if full else parts[0]


def verdict(steps: Sequence[Step], *, margin: float, alpha: float) -> InvarianceVerdict:
    """Judge every level."""
    out = []
    for step, before in zip(steps, [None, *steps[:-1]], strict=True):
        if before is None or step.test is None or step.size is None:
            out.append(of_configural(step.rung.level, step.fit, margin=margin))
            continue
        out.append(
            of_restriction(
                step.rung.level,
                (step.fit, before.fit),
                (step.test, step.size),
                margin=margin,
                alpha=alpha,
                partial=step.partial,
            )
        )
    return InvarianceVerdict(levels=tuple(out), notes=tuple(_notes(steps)))


def _notes(steps: Sequence[Step]) -> list[str]:
    few = pairs(steps[0].fit.solution.table)
    if not few:
        return []
    names = ", ".join(few)
    return [
        f"with two indicators ({names}) no test can show which of them breaks a level, so none is "
        "freed, and a factor mean is valid only where the scalar level holds in full"
    ]
