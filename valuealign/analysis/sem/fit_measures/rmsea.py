"""RMSEA with its interval and tests: naive, scaled and robust."""

from __future__ import annotations

from valuealign.analysis.sem.estimation.solution import Solution
from valuealign.analysis.sem.fit_measures import indices
from valuealign.analysis.sem.fit_measures.browne_residual import test_statistic
from valuealign.analysis.sem.fit_measures.incremental import mean_factor
from valuealign.analysis.sem.fit_measures.robust import ScaledTest


def rmsea_measures(solution: Solution, scaled: ScaledTest | None) -> dict[str, float]:
    groups, n = len(solution.observed), float(solution.effective_n)
    chisq, df = test_statistic(solution), float(solution.df)
    out = rmsea_of("", (chisq, df), (chisq, df), n=n, groups=groups)
    out |= {"rmsea_ci_level": 0.90, "rmsea_close_h0": 0.05, "rmsea_notclose_h0": 0.08}
    if scaled is None or not df:
        return out
    shifted = solution.setup.test == "scaled.shifted"
    used = (scaled.chisq, df) if shifted else (chisq, scaled.factor * scaled.df)
    if solution.setup.test == "mean.var.adjusted":
        used = (chisq, scaled.factor * scaled.df)
    out |= rmsea_of("_scaled", used, used, n=n, groups=groups)
    if solution.setup.missing == "listwise" and not solution.setup.ordinal:
        factors = (mean_factor(scaled, df), scaled.factor)
        out |= rmsea_of(
            "_robust", (chisq, df), (scaled.chisq, df), n=n, groups=groups, factors=factors
        )
    return out


def rmsea_of(
    suffix: str,
    point: tuple[float, float],
    tail: tuple[float, float],
    *,
    n: float,
    groups: int,
    factors: tuple[float, float] = (1.0, 1.0),
) -> dict[str, float]:
    c, c_tail = factors
    low, high = indices.rmsea_interval(*tail, n, groups=groups, c=c_tail)
    close = indices.rmsea_p(*tail, n, h0=0.05, groups=groups, c=c_tail)
    far = 1 - indices.rmsea_p(*tail, n, h0=0.08, groups=groups, c=c_tail)
    return {
        f"rmsea{suffix}": indices.rmsea(*point, n, groups=groups, c=c),
        f"rmsea_ci_lower{suffix}": low,
        f"rmsea_ci_upper{suffix}": high,
        f"rmsea_pvalue{suffix}": close,
        f"rmsea_notclose_pvalue{suffix}": far,
    }
