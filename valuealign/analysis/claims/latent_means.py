"""Comparability of a construct's latent means with people's."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from valuealign.analysis.claims.criterion import Claim, Criterion, Sense, unavailable
from valuealign.analysis.invariance.restriction_misfit import MARGIN, POWER, restriction_misfit
from valuealign.analysis.result_display import Shown
from valuealign.analysis.sem.after.difference_test import lr_test
from valuealign.analysis.sem.fit import Fit
from valuealign.analysis.sem.model import cfa, model_text
from valuealign.errors import AnalysisError

if TYPE_CHECKING:
    import pandas as pd

FloatArray = NDArray[np.float64]

RATIO = 5 / 3
"""Largest ratio, between the groups, of the ratio of two loadings of one factor. Our convention:
the boundary is one loading of .6 of what it should be."""
LEVEL = 0.05
"""Of each one-sided test: intervals are 90 % intervals."""


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class LatentMeans(Shown):
    """The latent means of one construct compared with people's.

    Attributes
    ----------
    claim : Claim
        ``loading_ratio`` (the pair of loadings whose ratio differs most between the groups, as
        a ratio of 1 or more, with its upper bound) and ``scalar_rmsea_d`` (misfit of equal
        intercepts per restriction, with its upper bound).
    pairs : DataFrame
        ``factor first second ratio lower upper``: the ratio of two loadings in the respondents
        over the same ratio in people.
    difference : DataFrame
        ``factor difference``: latent mean of the respondents less people's, in people's SD,
        from the scalar model.
    bias : DataFrame
        ``factor item difference bias``: the latent difference without the item, and how much
        the item moves it.
    configural : dict of str to float
        ``rmsea cfi srmr`` of the configural model, which decides nothing.
    flags : frozenset of str
        Doubts about the fits.
    """

    claim: Claim
    pairs: pd.DataFrame
    difference: pd.DataFrame
    bias: pd.DataFrame
    configural: dict[str, float]
    flags: frozenset[str]


def latent_means(
    model: Any,
    respondents: Any,
    people: Any,
    *,
    ratio: float = RATIO,
    margin: float = MARGIN,
    estimator: str = "MLM",
) -> LatentMeans:
    """Judge whether one construct's latent means may be compared with people's.

    Parameters
    ----------
    model : str, Path or Instrument
        One construct: a magnifying-glass model in lavaan syntax.
    respondents, people : DataFrame or Moments
        Moments need their ``gamma``.
    ratio : float
        Largest ratio of loading ratios that is equivalent; our convention.
    margin : float
        Largest RMSEA_D of the scalar step that is equivalent.
    estimator : {"MLM", "MLR"}
        MLR needs rows of both.

    Returns
    -------
    LatentMeans
        Criteria are not available where a model cannot be fitted.

    Notes
    -----
    Loadings are equivalent where, for each pair of one factor, the log of the ratio of its two
    loadings differs between the groups by less than ``log(ratio)``, by two one-sided tests with
    sandwich standard errors. A ratio does not depend on the factor's variance, which differs
    between personas and people. RMSEA_D does not measure differences of loadings: a loading at .6
    of its size leaves it below .05 for 8 of the 21 items of the PVQ. It does measure differences
    of intercepts. Configural misfit decides nothing, because people's own fit is poor. The claim
    ``structure`` must be permitted first.

    References
    ----------
    Savalei, V., Brace, J. C., & Fouladi, R. T. (2024). We need to change how we compute RMSEA
    for nested model comparisons in structural equation modeling. Psychological Methods, 29,
    480-493. doi:10.1037/met0000537

    Yuan, K.-H., & Chan, W. (2016). Measurement invariance via multigroup SEM: Issues and
    solutions with equivalence-testing-based approaches. Psychological Methods, 21, 405-426.
    doi:10.1037/met0000080

    Examples
    --------
    >>> import pandas as pd
    >>> rng = np.random.default_rng(1)
    >>> x = rng.normal(size=(4000, 1)) + rng.normal(size=(4000, 4))
    >>> frame = pd.DataFrame(x, columns=list("abcd"))
    >>> same = latent_means("f =~ a + b + c + d", frame[:2000] + 0.3, frame[2000:])
    >>> same.claim.standing, float(same.difference["difference"].round(1)[0])
    ('permitted', 0.3)
    >>> moved = frame[:2000] + [0, 0, 0, 0.5]
    >>> latent_means("f =~ a + b + c + d", moved, frame[2000:]).claim.deciding.name
    'scalar_rmsea_d'
    """
    from threadpoolctl import threadpool_limits

    text, groups = model_text(model), {"people": people, "respondents": respondents}
    try:
        with threadpool_limits(1):  # matrices this small only wait for threads
            configural, metric, scalar = (
                cfa(
                    text,
                    groups,
                    std_lv=True,
                    mean_structure=True,
                    estimator=estimator,
                    group_equal=equal,
                )
                for equal in ((), ("loadings",), ("loadings", "intercepts"))
            )
            return _judge(configural, metric, scalar, ratio=ratio, margin=margin)
    except AnalysisError as error:
        return _unavailable(str(error), ratio=ratio, margin=margin)


def _unavailable(why: str, *, ratio: float, margin: float) -> LatentMeans:
    import pandas as pd

    needs: tuple[tuple[str, Sense, float], ...] = (
        ("loading_ratio", "below", ratio),
        ("scalar_rmsea_d", "below", margin),
    )
    claim = Claim("latent_means", tuple(unavailable(*need, why) for need in needs))
    empty = pd.DataFrame()
    return LatentMeans(
        claim=claim, pairs=empty, difference=empty, bias=empty, configural={}, flags=frozenset()
    )


def _judge(
    configural: Fit, metric: Fit, scalar: Fit, *, ratio: float, margin: float
) -> LatentMeans:
    pairs = _pairs(configural)
    difference, bias = _implied(metric)
    names = ("rmsea_robust", "cfi_robust", "srmr")
    return LatentMeans(
        claim=Claim("latent_means", (_loadings(pairs, ratio), _intercepts(scalar, metric, margin))),
        pairs=pairs,
        difference=difference,
        bias=bias,
        configural={name.split("_")[0]: float(configural.measures[name]) for name in names},
        flags=configural.flags | metric.flags | scalar.flags,
    )


def _loadings(pairs: pd.DataFrame, ratio: float) -> Criterion:
    """Return the pair that is furthest from equal; a loading of the wrong sign is infinitely so."""
    if pairs.empty:
        return Criterion(
            "loading_ratio",
            1.0,
            "below",
            ratio,
            lower=1.0,
            upper=1.0,
            bound="upper",
            reason="no factor has two loadings",
        )
    lower, upper = (pairs[end].to_numpy(float) for end in ("lower", "upper"))
    with np.errstate(divide="ignore"):
        furthest = np.maximum(upper, 1 / lower)
    at = int(furthest.argmax())
    value = float(pairs["ratio"].iloc[at])
    factor, first, second = pairs[["factor", "first", "second"]].iloc[at]
    return Criterion(
        "loading_ratio",
        max(value, 1 / value),
        "below",
        ratio,
        upper=float(furthest[at]),
        bound="upper",
        reason=f"{factor}: {first} over {second}",
    )


def _intercepts(scalar: Fit, metric: Fit, margin: float) -> Criterion:
    """Return the misfit of equal intercepts; its upper bound is that of the 90 % interval."""
    sizes = [group.n for group in scalar.solution.observed]
    size = restriction_misfit(
        lr_test(scalar, metric, check_nesting=False), sizes=sizes, margin=margin, alpha=0.05
    )
    if size.power < POWER:
        why = f"a difference at the margin would be missed in {1 - size.power:.0%} of samples"
        return unavailable("scalar_rmsea_d", "below", margin, why)
    if math.isnan(size.rmsea_d):
        why = "the difference between the metric and the scalar model has no test"
        return unavailable("scalar_rmsea_d", "below", margin, why)
    return Criterion(
        "scalar_rmsea_d",
        size.rmsea_d,
        "below",
        margin,
        lower=size.lower,
        upper=size.upper,
        bound="upper",
    )


def _pairs(configural: Fit) -> pd.DataFrame:
    """Return the ratio of each two loadings of a factor, in the second group over the first."""
    import pandas as pd

    table = configural.parameters
    estimates, places = table["est"].to_numpy(float), configural.solution.table.free
    at = {
        (row.lhs, row.rhs, row.group): k
        for k, row in enumerate(configural.solution.table.rows)
        if row.op == "=~"
    }
    vcov, z = configural.precision.vcov, float(ndtri(1 - LEVEL))
    rows = []
    for factor, first, second in _two_of_each(table):
        where = [at[factor, item, group] for group in (2, 1) for item in (first, second)]
        free = places[where]
        rows.append(
            {"factor": factor, "first": first, "second": second}
            | _ratio(estimates[where], vcov[np.ix_(free, free)], z)
        )
    return pd.DataFrame(rows, columns=["factor", "first", "second", "ratio", "lower", "upper"])


def _two_of_each(table: pd.DataFrame) -> Iterator[tuple[str, str, str]]:
    loadings = table[(table["op"] == "=~") & (table["group"] == 1)]
    for factor, part in loadings.groupby("lhs", sort=False):
        for first, second in combinations(part["rhs"], 2):
            yield str(factor), first, second


def _ratio(est: FloatArray, vcov: FloatArray, z: float) -> dict[str, float]:
    """Return a ratio of ratios with its 90 % interval, by the delta method on the log.

    Where one loading has another sign in one group only, there is no log and no bound.
    """
    if est.prod() <= 0:
        return {"ratio": math.inf, "lower": 0.0, "upper": math.inf}
    log = math.log(est[0] * est[3] / (est[1] * est[2]))
    gradient = np.array([1, -1, -1, 1]) / est
    half = z * math.sqrt(max(float(gradient @ vcov @ gradient), 0.0))
    return {"ratio": math.exp(log), "lower": math.exp(log - half), "upper": math.exp(log + half)}


def _implied(metric: Fit) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the latent differences and the influence of each item on its factor's difference.

    With equal loadings the difference of item means is loadings times latent difference, which
    generalised least squares solves with and without an item.
    """
    import pandas as pd

    table, groups = metric.parameters, metric.groups
    items = list(metric.solution.table.names.observed)
    loadings = table[(table["op"] == "=~") & (table["group"] == 1)]
    factors = list(dict.fromkeys(loadings["lhs"]))
    L = np.zeros((len(items), len(factors)))
    for lhs, rhs, est in zip(loadings["lhs"], loadings["rhs"], loadings["est"], strict=True):
        L[items.index(rhs), factors.index(lhs)] = est
    means = [np.asarray(metric.observed[g]["mean"]) for g in groups]
    V = sum(
        np.asarray(metric.implied[g]["covariance"]) / group.n
        for g, group in zip(groups, metric.solution.observed, strict=True)
    )
    whole = _latent_difference(L, means[1] - means[0], np.asarray(V))
    rows = []
    for i, item in enumerate(items):
        kept = np.arange(len(items)) != i
        for j in np.flatnonzero(L[i]):
            part = np.full(len(factors), np.nan)
            if L[kept, j].any():
                part = _latent_difference(
                    L[kept], (means[1] - means[0])[kept], np.asarray(V)[np.ix_(kept, kept)]
                )
            rows.append(
                {
                    "factor": factors[j],
                    "item": item,
                    "difference": part[j],
                    "bias": whole[j] - part[j],
                }
            )
    return pd.DataFrame({"factor": factors, "difference": whole}), pd.DataFrame(rows)


def _latent_difference(L: FloatArray, delta: FloatArray, V: FloatArray) -> FloatArray:
    weighted = np.linalg.solve(V, L)
    return np.asarray(np.linalg.solve(L.T @ weighted, weighted.T @ delta))
