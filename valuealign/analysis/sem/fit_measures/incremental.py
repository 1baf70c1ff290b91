"""CFI, TLI and the other indices that compare a model with its baseline."""

from __future__ import annotations

from valuealign.analysis.sem.estimation.solution import Solution
from valuealign.analysis.sem.fit_measures import indices
from valuealign.analysis.sem.fit_measures.baseline import baseline, quick
from valuealign.analysis.sem.fit_measures.browne_residual import test_statistic
from valuealign.analysis.sem.fit_measures.robust import ScaledTest, scaled_test


def incremental_measures(solution: Solution, scaled: ScaledTest | None) -> dict[str, float]:
    closed, alone = quick(solution), None
    if closed is None:
        alone = baseline(solution)
        closed = test_statistic(alone), float(alone.df)
    null = closed
    chisq, df = test_statistic(solution), float(solution.df)
    out = {
        "baseline_chisq": null[0],
        "baseline_df": null[1],
        "baseline_pvalue": indices.p_value(*null),
    }
    null_scaled = scaled_test(alone) if alone is not None and scaled is not None else None
    if scaled is not None and null_scaled is not None:
        out |= {
            "baseline_chisq_scaled": null_scaled.chisq,
            "baseline_df_scaled": null_scaled.df,
            "baseline_pvalue_scaled": null_scaled.pvalue,
            "baseline_chisq_scaling_factor": null_scaled.factor,
        }
    out |= _compare(chisq, df, null)
    if scaled is not None and null_scaled is not None:
        theirs = (null_scaled.chisq, null_scaled.df)
        out |= {f"{k}_scaled": v for k, v in _compare(scaled.chisq, scaled.df, theirs).items()}
        if solution.setup.missing == "listwise" and not solution.setup.ordinal:
            factors = mean_factor(scaled, df), mean_factor(null_scaled, null[1])
            out |= robust_incremental((chisq, df), null, factors)
    return out


def _compare(chisq: float, df: float, null: tuple[float, float]) -> dict[str, float]:
    return {
        "cfi": indices.cfi(chisq, df, null),
        "tli": indices.tli(chisq, df, null),
        "nnfi": indices.tli(chisq, df, null),
        "rfi": indices.rfi(chisq, df, null),
        "nfi": indices.nfi(chisq, null),
        "pnfi": indices.pnfi(chisq, df, null),
        "ifi": indices.ifi(chisq, df, null),
        "rni": indices.rni(chisq, df, null),
    }


def robust_incremental(
    own: tuple[float, float],
    null: tuple[float, float],
    factors: tuple[float, float],
) -> dict[str, float]:
    """Return CFI, TLI and RNI with the factors by which the chi-squares are inflated."""
    tli = indices.tli(*own, null, *factors)
    return {
        "cfi_robust": indices.cfi(*own, null, *factors),
        "tli_robust": tli,
        "nnfi_robust": tli,
        "rni_robust": indices.rni(*own, null, *factors),
    }


def mean_factor(test: ScaledTest, df: float) -> float:
    """Return the factor by which a scaled test shrinks on average, its shift included."""
    return test.factor * (df - test.shift) / df if df else test.factor
