"""The tables of corrected ratings."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from valuealign.analysis.comparison.equivalence import beyond, holm, standing, tost
from valuealign.analysis.correction.prediction_powered import Estimates
from valuealign.analysis.correction.rated_rows import RatedRows
from valuealign.analysis.correction.rogan_gladen import RoganGladen, rogan_gladen

if TYPE_CHECKING:
    import pandas as pd

FloatArray = NDArray[np.float64]
METHODS = ("uncorrected", "people", "corrected")
MEANS = ["group", "method", "value", "se", "df", "ci_lower", "ci_upper", "n"]
DIFFERENCES = ["group", "other", "method", "difference", "se", "df"]


def freedom(rows: RatedRows, method: str) -> list[int]:
    """Return each group's degrees of freedom: clusters less one, of those that people rated."""
    rated = method != "uncorrected"
    return [rows.clusters_of(k, rated=rated) - 1 for k in range(len(rows.groups))]


def means_table(rows: RatedRows, fitted: Estimates, level: float) -> pd.DataFrame:
    """Return every group's mean by every method with its interval.

    Parameters
    ----------
    rows : RatedRows
    fitted : Estimates
    level : float

    Returns
    -------
    DataFrame
        Intervals of ratings 0 and 1 end at 0 and 1.
    """
    import pandas as pd

    table = []
    for k, group in enumerate(rows.groups):
        own = rows.group == k
        n_rated = int((own & rows.rated).sum())
        for method in METHODS:
            value = getattr(fitted.value, method)[k]
            variance = getattr(fitted.covariance, method)[k, k]
            df = freedom(rows, method)[k]
            n = int(own.sum()) if method == "uncorrected" else n_rated
            table.append((group, method, value, *_interval(value, variance, df, level), n))
        if rows.binary and 0 < n_rated < own.sum():
            found = rogan_gladen(rows, k, level)
            limits = (np.nan, np.nan, found.ci_lower, found.ci_upper)
            table.append((group, "rogan_gladen", found.value, *limits, n_rated))
    out = pd.DataFrame(table, columns=MEANS)
    if rows.binary:
        out["ci_lower"] = out["ci_lower"].clip(lower=0.0)
        out["ci_upper"] = out["ci_upper"].clip(upper=1.0)
    return out


def _interval(
    value: float, variance: float, df: float, level: float
) -> tuple[float, float, float, float]:
    """Return standard error, degrees of freedom and interval; NaN without freedom."""
    from scipy.stats import t

    if df < 1 or np.isnan(value) or np.isnan(variance):
        return np.nan, np.nan, np.nan, np.nan
    se = float(np.sqrt(variance))
    half = float(t.ppf((1 + level) / 2, df)) * se
    return se, float(df), value - half, value + half


def difference_table(
    rows: RatedRows, fitted: Estimates, level: float, margin: float | None
) -> pd.DataFrame:
    """Return every pair of groups by every method.

    Parameters
    ----------
    rows : RatedRows
    fitted : Estimates
    level : float
    margin : float or None

    Returns
    -------
    DataFrame
        ``standing`` is never that of the uncorrected difference.
    """
    import pandas as pd
    from scipy.stats import t

    out = pd.DataFrame(_differences(rows, fitted), columns=DIFFERENCES)
    difference, se, df = (out[c].to_numpy(dtype=float) for c in ("difference", "se", "df"))
    with np.errstate(divide="ignore", invalid="ignore"):
        out["t"] = difference / se
        out["pvalue"] = 2 * t.sf(np.abs(difference / se), df)
    same = (difference == 0) & (se == 0)
    out.loc[same, "pvalue"] = 1.0
    out["pvalue_holm"] = np.nan
    for method in METHODS:
        known = (out["method"] == method) & out["pvalue"].notna()
        out.loc[known, "pvalue_holm"] = holm(out.loc[known, "pvalue"])
    half = t.ppf((1 + level) / 2, df) * se
    out["ci_lower"], out["ci_upper"] = difference - half, difference + half
    if margin is not None:
        _add_equivalence(out, margin, 1 - level)
    return out


def _differences(rows: RatedRows, fitted: Estimates) -> Iterator[tuple[object, ...]]:
    """Yield pair, method, difference, standard error and degrees of freedom."""
    for a, b in combinations(range(len(rows.groups)), 2):
        for method in METHODS:
            value, V = getattr(fitted.value, method), getattr(fitted.covariance, method)
            dfs = freedom(rows, method)
            if min(dfs[a], dfs[b]) < 1:
                se, df = np.nan, np.nan
            else:
                se = float(np.sqrt(max(V[a, a] + V[b, b] - 2 * V[a, b], 0.0)))
                df = _joint_freedom(
                    V[a, a], V[b, b], dfs[a], dfs[b], shared=rows.share_clusters(a, b)
                )
            yield rows.groups[a], rows.groups[b], method, value[a] - value[b], se, df


def _joint_freedom(
    one: float, other: float, df_one: float, df_other: float, *, shared: bool
) -> float:
    """Return Welch's degrees of freedom; of groups that share clusters the smaller number."""
    if shared or one + other == 0:
        return float(min(df_one, df_other))
    return float((one + other) ** 2 / (one**2 / df_one + other**2 / df_other))


def _add_equivalence(out: pd.DataFrame, margin: float, alpha: float) -> None:
    rows = list(zip(out["difference"], out["se"], out["df"], strict=True))
    equivalent = [tost(d, se, df, margin=margin) for d, se, df in rows]
    larger = [beyond(d, se, df, margin=margin) for d, se, df in rows]
    out["pvalue_equivalence"] = equivalent
    each = zip(equivalent, larger, out["pvalue_holm"], strict=True)
    out["standing"] = [standing(e, b, p, alpha=alpha) for e, b, p in each]
    out.loc[out["method"] == "uncorrected", ["pvalue_equivalence", "standing"]] = [np.nan, None]


def judge_table(rows: RatedRows, fitted: Estimates, level: float) -> pd.DataFrame:
    """Return what people's ratings say of the judge, group by group.

    Parameters
    ----------
    rows : RatedRows
    fitted : Estimates
    level : float

    Returns
    -------
    DataFrame
    """
    import pandas as pd

    table = []
    for k, group in enumerate(rows.groups):
        both = (rows.group == k) & rows.rated
        y, f = rows.people[both], rows.judge[both]
        bias = float(fitted.value.bias[k])
        df = freedom(rows, "people")[k]
        limits = _interval(bias, fitted.covariance.bias[k, k], df, level)[2:]
        row = {"group": group, "n": int((rows.group == k).sum()), "n_rated": len(y)}
        row |= {"clusters_rated": df + 1, "bias": bias}
        row |= {"bias_lower": limits[0], "bias_upper": limits[1], "correlation": _correlation(y, f)}
        row |= {"sd": float(y.std(ddof=1)) if len(y) > 1 else np.nan}
        row |= {"icc": _icc(y, rows.cluster[both]) if rows.clustered else np.nan}
        row |= {"tuning": float(fitted.value.tuning[k]), "worth": _worth(fitted, k, len(y))}
        if rows.binary:
            row |= _error_rates(rogan_gladen(rows, k, level))
        table.append(row)
    return pd.DataFrame(table)


def _error_rates(found: RoganGladen) -> dict[str, float]:
    return {"sensitivity": found.sensitivity.value, "specificity": found.specificity.value}


def _correlation(y: FloatArray, f: FloatArray) -> float:
    if len(y) < 3 or y.std() == 0 or f.std() == 0:
        return float("nan")
    return float(np.corrcoef(y, f)[0, 1])


def _worth(fitted: Estimates, k: int, n: int) -> float:
    """Return how many ratings of people alone would be as precise."""
    alone, both = fitted.covariance.people[k, k], fitted.covariance.corrected[k, k]
    return float(n * alone / both) if both > 0 else float("nan")


def _icc(y: FloatArray, cluster: NDArray[np.intp]) -> float:
    """Return the share of the variance of people's ratings that clusters explain (one-way)."""
    code = np.unique(cluster, return_inverse=True)[1]
    units = int(code.max()) + 1 if len(code) else 0
    if not 1 < units < len(y):
        return float("nan")
    size = np.bincount(code)
    centre = np.bincount(code, y) / size
    between = float((size * (centre - y.mean()) ** 2).sum()) / (units - 1)
    within = float(((y - centre[code]) ** 2).sum()) / (len(y) - units)
    typical = (len(y) - (size**2).sum() / len(y)) / (units - 1)
    total = between + (typical - 1) * within
    return max(0.0, (between - within) / total) if total > 0 else float("nan")
