"""The goodness-of-fit index as an estimate of the population's, with interval (lavaan 0.7).

References
----------
Steiger, J. H. (1989). EzPATH: Causal modeling. Systat.
Maiti, S. S., & Mukherjee, B. N. (1990). A note on distributional properties of the
Joreskog-Sorbom fit indices. Psychometrika, 55, 721-726. https://doi.org/10.1007/BF02294618
"""

from __future__ import annotations

from valuealign.analysis.sem.estimation.solution import Solution
from valuealign.analysis.sem.fit_measures import indices
from valuealign.analysis.sem.fit_measures.browne_residual import residual_statistic
from valuealign.analysis.sem.fit_measures.robust import ScaledTest

NAMES = ("gfi", "gfi_ci_lower", "gfi_ci_upper", "gfi_ci_level")
_TESTS = ("satorra.bentler", "yuan.bentler.mplus", "scaled.shifted")
"""That have a robust version."""
ROBUST = ("gfi_robust", "gfi_ci_lower_robust", "gfi_ci_upper_robust")


def gfi_measures(solution: Solution, scaled: ScaledTest | None) -> dict[str, float]:
    """Return the index and its interval; robust too where complete rows have a scaled test.

    The misfit is Browne's residual-based statistic under the model; of incomplete rows and of
    ordinal data, the chi-square.
    """
    complete = solution.setup.missing != "fiml" and not solution.setup.ordinal
    df = float(solution.df)
    misfit = residual_statistic(solution, at_model=True) if complete else solution.chisq
    n, p = float(solution.effective_n), len(solution.table.names.observed)
    ends = indices.gfi_interval(misfit, df, n, p)
    out = dict(zip(NAMES, (indices.gfi(misfit, df, n, p), *ends, indices.LEVEL), strict=True))
    if complete and df > 0 and scaled is not None and solution.setup.test in _TESTS:
        shrunk = misfit / scaled.factor + scaled.shift
        average = scaled.factor * (df - scaled.shift) / df
        out |= robust(solution, misfit, shrunk, (average, scaled.factor), df=df)
    return out


def robust(
    solution: Solution,
    misfit: float,
    scaled: float,
    factors: tuple[float, float],
    *,
    df: float,
) -> dict[str, float]:
    """Return the index of a misfit that is inflated by a factor on average.

    Parameters
    ----------
    solution : Solution
    misfit, scaled : float
        As it is, and scaled to the chi-square distribution.
    factors : (float, float)
        Of the estimate, and of the interval's ends.
    df : float
    """
    p = len(solution.table.names.observed)
    n = float(solution.n if solution.setup.ordinal else solution.effective_n)
    low, high = indices.gfi_interval(scaled, df, n, p, c=factors[1])
    return dict(zip(ROBUST, (indices.gfi(misfit, df, n, p, c=factors[0]), low, high), strict=True))
