"""All fit measures of a solution, under lavaan's names with dots as underscores."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from valuealign.analysis.sem.estimation.solution import Solution
from valuealign.analysis.sem.fit_measures import indices, residuals
from valuealign.analysis.sem.fit_measures.baseline import baseline
from valuealign.analysis.sem.fit_measures.browne_residual import test_statistic
from valuealign.analysis.sem.fit_measures.gfi import ROBUST as GFI_ROBUST
from valuealign.analysis.sem.fit_measures.gfi import gfi_measures, robust
from valuealign.analysis.sem.fit_measures.gfi_lisrel import gfi_lisrel_of
from valuealign.analysis.sem.fit_measures.incremental import (
    incremental_measures,
    robust_incremental,
)
from valuealign.analysis.sem.fit_measures.likelihoods import likelihood_measures
from valuealign.analysis.sem.fit_measures.residuals import moment_pairs
from valuealign.analysis.sem.fit_measures.rmsea import rmsea_measures, rmsea_of
from valuealign.analysis.sem.fit_measures.robust import scaled_test

FloatArray = NDArray[np.float64]


Part = tuple[Sequence[str] | None, Callable[[], dict[str, float]]]


class Measures(Mapping[str, float]):
    """Fit measures by name; a part is computed when one of its measures is first requested.

    Parameters
    ----------
    ready : dict of str to float
    parts : sequence of (names, function)
        In lavaan's order. ``names`` is None where a part is cheap enough to be computed to
        learn them.
    """

    def __init__(self, ready: dict[str, float], parts: Sequence[Part]) -> None:
        self._ready, self._parts = ready, list(parts)

    def __getitem__(self, name: str) -> float:
        while name not in self._ready:
            k = self._next(name)
            if k is None:
                raise KeyError(name)
            self._ready |= self._parts.pop(k)[1]()
        return self._ready[name]

    def _next(self, name: str) -> int | None:
        """Return the next part to compute: the one with the name, or the first that may have it."""
        places = range(len(self._parts))
        known = [k for k in places if name in (self._parts[k][0] or ())]
        return next(iter([*known, *(k for k in places if self._parts[k][0] is None)]), None)

    def whole(self) -> Mapping[str, float]:
        """All measures except the costly parts; a plain dict if there are none."""
        while (k := self._next("")) is not None:
            self._ready |= self._parts.pop(k)[1]()
        return self if self._parts else self._ready

    def __iter__(self) -> Iterator[str]:
        self.whole()
        named = (name for names, _ in self._parts for name in names or ())
        return iter([*self._ready, *named])

    def __len__(self) -> int:
        return len(list(iter(self)))

    def __repr__(self) -> str:
        return f"Measures({dict(self)!r})"


_ROBUST = (
    *GFI_ROBUST,
    "cfi_robust",
    "tli_robust",
    "nnfi_robust",
    "rni_robust",
    "rmsea_robust",
    "rmsea_ci_lower_robust",
    "rmsea_ci_upper_robust",
    "rmsea_pvalue_robust",
    "rmsea_notclose_pvalue_robust",
)


def fit_measures(solution: Solution) -> Measures:
    """Return the fit measures of a solution.

    Notes
    -----
    Checked against lavaan's ``fitMeasures`` at 1e-5 relative (tests/analysis/sem).
    """
    scaled = scaled_test(solution)
    out: dict[str, float] = {
        "npar": solution.npar,
        "fmin": _minimum(solution),
        "chisq": test_statistic(solution),
        "df": solution.df,
        "pvalue": _pvalue(solution),
    }
    if scaled is not None:
        out |= {
            "chisq_scaled": scaled.chisq,
            "df_scaled": scaled.df,
            "pvalue_scaled": scaled.pvalue,
            "chisq_scaling_factor": scaled.factor,
        }
    parts: list[Part] = [(None, partial(incremental_measures, solution, scaled))]
    if solution.setup.is_likelihood:
        parts.append((None, partial(likelihood_measures, solution, scaled)))
    parts += [
        (None, partial(dict, ntotal=solution.n)),
        (None, partial(rmsea_measures, solution, scaled)),
        (None, partial(_residuals, solution)),
        (None, partial(_others, solution)),
        (None, partial(gfi_measures, solution, scaled)),
    ]
    if solution.setup.missing == "fiml" and solution.df > 0:
        parts.append((_ROBUST, partial(_corrected, solution)))
    elif solution.setup.ordinal and scaled is not None and solution.df > 0:
        parts.append((_ROBUST, partial(_on_correlations, solution)))
    return Measures(out, parts)


def _corrected(solution: Solution) -> dict[str, float]:
    """Return the robust indices of incomplete data."""
    from valuealign.analysis.sem.fit_measures.fiml_corrected import corrected

    alone = baseline(solution)
    try:
        own, null = corrected(solution), corrected(alone)
    except np.linalg.LinAlgError:  # the saturated moments are not a maximum: see the flags
        return dict.fromkeys(_ROBUST, math.nan)
    df, ends = float(solution.df), (null.chisq, float(alone.df))
    return (
        robust_incremental((own.chisq, df), ends, (own.factor, null.factor))
        | rmsea_of(
            "_robust",
            (own.chisq, df),
            (own.chisq / own.factor, df),
            n=solution.n,
            groups=len(solution.observed),
            factors=(own.factor, own.factor),
        )
        | robust(solution, own.chisq, own.chisq / own.factor, (own.factor, own.factor), df=df)
    )


def _on_correlations(solution: Solution) -> dict[str, float]:
    """Return the robust indices of ordinal data."""
    from valuealign.analysis.sem.fit_measures.ordinal_robust import correlation_test

    test = correlation_test(solution)
    if test is None:
        return dict.fromkeys(_ROBUST, math.nan)
    df, both = float(test.df), (test.factor, test.factor)
    null = (test.null_chisq, float(test.null_df))
    shrunk = test.chisq / test.factor
    return (
        robust_incremental((test.chisq, df), null, (test.factor, test.null_factor))
        | rmsea_of(
            "_robust",
            (test.chisq, df),
            (shrunk, df),
            n=solution.n,
            groups=len(solution.observed),
            factors=both,
        )
        | robust(solution, test.chisq, shrunk, both, df=df)
    )


def _minimum(solution: Solution) -> float:
    """Return lavaan's ``fx``: likelihoods weigh groups by n, least squares by n - 1 over n."""
    if not solution.setup.is_likelihood:
        return solution.chisq / (2 * solution.n)
    points = solution.optimum.at.points
    return float(sum(w * p.value for w, p in zip(solution.shares, points, strict=True)))


def _pvalue(solution: Solution) -> float:
    setup = solution.setup
    if not setup.facts.minimum_is_chisq and (setup.ordinal or setup.test != "standard"):
        return math.nan
    return indices.p_value(test_statistic(solution), solution.df)


def _residuals(solution: Solution) -> dict[str, float]:
    parts = [residuals.root_mean_squares(pair) for pair in moment_pairs(solution)]
    out = {
        name: float(sum(w * part[name] for w, part in zip(solution.shares, parts, strict=True)))
        for name in parts[0]
    }
    out["srmr"] = out["srmr_bentler"]
    if solution.setup.ordinal:
        out["srmr"] = out["srmr_bentler_nomean"]
        out["srmr_mplus"] = out["srmr_mplus_nomean"] = math.nan
    return out


def _others(solution: Solution) -> dict[str, float]:
    chisq = test_statistic(solution)
    df, n = float(solution.df), float(solution.effective_n)
    parts = [
        gfi_lisrel_of(point, pair)
        for point, pair in zip(solution.optimum.at.points, moment_pairs(solution), strict=True)
    ]
    gfi = float(solution.shares @ np.array(parts))
    nel = _n_statistics(solution)
    return {
        "cn_05": indices.hoelter(chisq, df, n, 0.05),
        "cn_01": indices.hoelter(chisq, df, n, 0.01),
        "gfi_lisrel": gfi,
        "agfi_lisrel": 1 - nel / df * (1 - gfi) if df > 0 else 1.0,
        "pgfi": df / nel * gfi,
        "mfi": indices.mfi(chisq, df, n),
    } | (
        {"wrmr": math.sqrt(chisq / len(solution.observed[0].ordinal.statistics))}
        if solution.setup.ordinal
        else {"ecvi": indices.ecvi(chisq, solution.npar, n)}
    )


def _n_statistics(solution: Solution) -> int:
    if solution.setup.ordinal:
        return sum(len(group.ordinal.statistics) for group in solution.observed)
    p = len(solution.table.names.observed)
    return len(solution.observed) * (p * (p + 1) // 2 + (p if solution.means else 0))
