"""All fit measures of a solution, under lavaan's names with dots as underscores."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from valuealign.analysis.sem.estimation.missing import MissingPoint, saturated
from valuealign.analysis.sem.estimation.ordinal import OrdinalPoint
from valuealign.analysis.sem.estimation.solution import Solution, count_statistics
from valuealign.analysis.sem.fit_measures import indices, residuals
from valuealign.analysis.sem.fit_measures.baseline import baseline, quick
from valuealign.analysis.sem.fit_measures.browne_residual import test_statistic
from valuealign.analysis.sem.fit_measures.gfi import ROBUST as GFI_ROBUST
from valuealign.analysis.sem.fit_measures.gfi import gfi_measures, robust
from valuealign.analysis.sem.fit_measures.gfi_lisrel import gfi_lisrel_of
from valuealign.analysis.sem.fit_measures.residuals import Pair
from valuealign.analysis.sem.fit_measures.robust import ScaledTest, scaled_test, yuan_bentler_traces

FloatArray = NDArray[np.float64]

LOG2PI = math.log(2 * math.pi)


Part = tuple[Sequence[str] | None, Callable[[], dict[str, float]]]


class Measures(Mapping[str, float]):
    """Fit measures by name, a part of them computed when one of it is first asked for.

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
        """The part to compute: the one that has the name, or the first that may have it."""
        places = range(len(self._parts))
        known = [k for k in places if name in (self._parts[k][0] or ())]
        return next(iter([*known, *(k for k in places if self._parts[k][0] is None)]), None)

    def whole(self) -> Mapping[str, float]:
        """All but the costly parts computed: plain where there are none."""
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
    parts: list[Part] = [(None, partial(_incremental, solution, scaled))]
    if solution.setup.discrepancy == "ML":
        parts.append((None, partial(_likelihoods, solution, scaled)))
    parts += [
        (None, partial(dict, ntotal=solution.n)),
        (None, partial(_rmsea, solution, scaled)),
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
    except np.linalg.LinAlgError:  # the saturated moments are no maximum: see the flags
        return dict.fromkeys(_ROBUST, math.nan)
    df, ends = float(solution.df), (null.chisq, float(alone.df))
    return (
        _robust((own.chisq, df), ends, (own.factor, null.factor))
        | _rmsea_of(
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
        _robust((test.chisq, df), null, (test.factor, test.null_factor))
        | _rmsea_of(
            "_robust",
            (test.chisq, df),
            (shrunk, df),
            n=solution.n,
            groups=len(solution.observed),
            factors=both,
        )
        | robust(solution, test.chisq, shrunk, both, df=df)
    )


def _robust(
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


def _minimum(solution: Solution) -> float:
    """Return lavaan's ``fx``: likelihoods weigh groups by n, least squares by n - 1 over n."""
    if solution.setup.discrepancy != "ML":
        return solution.chisq / (2 * solution.n)
    points = solution.optimum.at.points
    return float(sum(w * p.value for w, p in zip(solution.shares, points, strict=True)))


def _pvalue(solution: Solution) -> float:
    setup = solution.setup
    if setup.discrepancy == "ULS" and (setup.ordinal or setup.test != "standard"):
        return math.nan
    return indices.p_value(test_statistic(solution), solution.df)


def _robust_factor(test: ScaledTest, df: float) -> float:
    """Return the factor by which a scaled test shrinks on average, its shift included."""
    return test.factor * (df - test.shift) / df if df else test.factor


def _incremental(solution: Solution, scaled: ScaledTest | None) -> dict[str, float]:
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
            factors = _robust_factor(scaled, df), _robust_factor(null_scaled, null[1])
            out |= _robust((chisq, df), null, factors)
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


def log_likelihoods(solution: Solution) -> tuple[float, float]:
    """Return the log-likelihood of the model and of the saturated model.

    Fixed covariates' own likelihood is left out of both, as in lavaan.
    """
    model = free = 0.0
    for g, group in enumerate(solution.observed):
        point = solution.optimum.at.points[g]
        x = (
            [group.names.index(n) for n in solution.table.names.covariates]
            if solution.table.conditional
            else []
        )
        if isinstance(point, MissingPoint):
            h1 = saturated(group)
            assert group.rows is not None  # noqa: S101  # full information has rows
            w = 1.0 if group.weights is None else group.weights[:, None]
            best = h1.value + float((~np.isnan(group.rows) * w).sum()) / group.n * LOG2PI / 2
            cov = h1.covariance
        else:
            p = len(group.names)
            cov = group.covariance
            best = (p * LOG2PI + group.logdet + p) / 2
        if x:
            logdet = float(np.linalg.slogdet(cov[np.ix_(x, x)])[1])
            best -= (len(x) * LOG2PI + logdet + len(x)) / 2
        free -= group.n * best
        model -= group.n * (best + point.value)
    return model, free


def _likelihoods(solution: Solution, scaled: ScaledTest | None) -> dict[str, float]:
    model, free = log_likelihoods(solution)
    out = {"logl": model, "unrestricted_logl": free}
    out |= indices.information_criteria(model, solution.npar, solution.n)
    if scaled is not None and solution.setup.test == "yuan.bentler.mplus":
        h1, h0 = yuan_bentler_traces(solution)
        out["scaling_factor_h1"] = h1 / count_statistics(solution.table, solution.observed)
        count = int((solution.table.free >= 0).sum())  # what is held equal counts, as in lavaan
        if solution.table.names.efa:  # what only the rotation determines does not
            count -= solution.table.n_free - solution.npar
        out["scaling_factor_h0"] = h0 / count
    return out


def _rmsea(solution: Solution, scaled: ScaledTest | None) -> dict[str, float]:
    groups, n = len(solution.observed), float(solution.effective_n)
    chisq, df = test_statistic(solution), float(solution.df)
    out = _rmsea_of("", (chisq, df), (chisq, df), n=n, groups=groups)
    out |= {"rmsea_ci_level": 0.90, "rmsea_close_h0": 0.05, "rmsea_notclose_h0": 0.08}
    if scaled is None or not df:
        return out
    shifted = solution.setup.test == "scaled.shifted"
    used = (scaled.chisq, df) if shifted else (chisq, scaled.factor * scaled.df)
    if solution.setup.test == "mean.var.adjusted":
        used = (chisq, scaled.factor * scaled.df)
    out |= _rmsea_of("_scaled", used, used, n=n, groups=groups)
    if solution.setup.missing == "listwise" and not solution.setup.ordinal:
        factors = (_robust_factor(scaled, df), scaled.factor)
        out |= _rmsea_of(
            "_robust", (chisq, df), (scaled.chisq, df), n=n, groups=groups, factors=factors
        )
    return out


def _rmsea_of(
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


def moment_pairs(solution: Solution) -> list[Pair]:
    """Return each group's observed and implied moments."""
    out = []
    for group, point in zip(solution.observed, solution.optimum.at.points, strict=True):
        if isinstance(point, OrdinalPoint):
            cut = point.of.observed.ordinal
            cuts = point.residual[: len(point.thresholds)][cut.ordered[cut.threshold_of]]
            out.append(Pair(group.covariance, point.sigma, cuts=cuts))
            continue
        state = point.state  # type: ignore[attr-defined]
        S, mean = group.covariance, group.mean
        if isinstance(point, MissingPoint):
            h1 = saturated(group)
            S, mean = h1.covariance, h1.mean
        if solution.means:
            out.append(Pair(S, state.sigma, mean, state.mu))
        else:
            out.append(Pair(S, state.sigma))
    return out


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
