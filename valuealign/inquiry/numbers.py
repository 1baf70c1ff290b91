"""The numbers that claims rest on: each one function, with what it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from valuealign.analysis.circle.order import order_test
from valuealign.analysis.circle.places import places
from valuealign.analysis.moments import Moments
from valuealign.analysis.sem.model import cfa
from valuealign.analysis.sem.simulate import shrunken, simulate
from valuealign.errors import AnalysisError, DataError
from valuealign.inquiry.number import Number, Unavailable, no_sample, unavailable
from valuealign.inquiry.respondents import persons, without_opposed
from valuealign.inquiry.results import DRAWS, Results
from valuealign.inquiry.wording_match import wording_match
from valuealign.scoring.score import score

if TYPE_CHECKING:
    import pandas as pd

    from valuealign.instrument.instrument import Instrument

Compute = Callable[[Results, str], Number]


class Kind(NamedTuple):
    """A number's meaning, and how it is computed."""

    about: str
    compute: Compute


NUMBERS: dict[str, Kind] = {}
"""Name -> what it is."""


def _number(name: str, about: str) -> Callable[[Compute], Compute]:
    def added(compute: Compute) -> Compute:
        NUMBERS[name] = Kind(about, compute)
        return compute

    return added


@_number("answered", "share of what was asked that has an answer")
def _answered(results: Results, respondent: str) -> Number:
    if results.of_people:
        values = _items(results.wide, results.instrument).notna().to_numpy()
        return Number(float(values.mean()), n=values.size, unit="answers")
    replies = results.replies(respondent)
    answered = (
        (replies["outcome"] == "answer") if "outcome" in replies else replies["value"].notna()
    )
    return Number(float(answered.mean()), n=len(replies), unit="replies")


@_number("varying_items", "share of items that do not get the same answer every time")
def _varying(results: Results, respondent: str) -> Number:
    if results.of_people:
        values = _items(results.wide, results.instrument)
        return Number(float((values.nunique() > 1).mean()), n=values.shape[1], unit="items")
    replies = without_opposed(results.replies(respondent))
    by = replies.groupby("item_id", observed=True)["value"]
    if (by.count() < 2).all():
        return unavailable("each item was given once; give --occasions or several forms")
    constant = int((by.nunique() == 1).sum())
    return Number(
        float((by.nunique() > 1).mean()), reason=f"{constant} items always get one answer",
        n=len(by), unit="items",
    )  # fmt: skip


@_number("reversal_r", "correlation of item means between the two directions of the response scale")
def _reversal(results: Results, respondent: str) -> Number:
    style = results.style
    if isinstance(style, Unavailable):
        return unavailable(style.reason)
    rows = style.effects
    if len(rows):
        rows = rows[(rows["factor"] == "direction") & (rows["model"] == respondent)]
    if not len(rows):
        return unavailable("one scale direction; give --form direction=published,reversed")
    row = rows.iloc[0]
    return _agreement(row["r"], row["r_ci_lower"], row["r_ci_upper"], row["n_items"])


@_number("opposition_r", "minus the correlation of answers to stems and to opposed stems")
def _opposition(results: Results, respondent: str) -> Number:
    style = results.style
    if isinstance(style, Unavailable):
        return unavailable(style.reason)
    if style.opposed is None or respondent not in style.opposed.index:
        return unavailable("no opposed stems; give --form content=stem,opposed")
    row: Any = style.opposed.loc[respondent]
    return _agreement(-row["r"], -row["r_ci_upper"], -row["r_ci_lower"], row["n_items"])


def _agreement(r: float, lower: float, upper: float, n_items: float) -> Number:
    """A profile without differences agrees with nothing: its correlation counts as 0."""
    if np.isnan(r):
        told = f"no differences between items to agree about (over {int(n_items)} items)"
        return Number(0.0, 0.0, 0.0, told, n=n_items, unit="items")
    told = f"over {int(n_items)} items"
    return Number(float(r), float(lower), float(upper), told, n=n_items, unit="items")


@_number("profile_g", "generalizability of the profile of items over forms")
def _profile_g(results: Results, respondent: str) -> Number:
    study = results.profiles[respondent]
    if isinstance(study, Unavailable):
        return unavailable(study.reason)
    g, forms = study.of().g, study.sizes["form"]
    value = 0.0 if np.isnan(g) else g
    return Number(value, reason=f"{forms:g} forms, random", n=forms, unit="forms")


@_number("rank_stability", "Spearman correlation of the scales' ranking between random halves")
def _rank_stability(results: Results, respondent: str) -> Number:
    return rank_stability(results.sheets(respondent), results.instrument)


@_number("models", "models answering")
def _models(results: Results, respondent: str) -> Number:  # noqa: ARG001
    n = float(len(results.respondents))
    return Number(n, n=n, unit="respondents")


@_number("n_forms", "forms given")
def _n_forms(results: Results, respondent: str) -> Number:
    n = float(without_opposed(results.replies(respondent))["form"].nunique())
    return Number(n, n=n, unit="forms")


@_number("level_phi", "dependability of the models' levels over forms")
def _level_phi(results: Results, respondent: str) -> Number:  # noqa: ARG001
    study = results.level
    if isinstance(study, Unavailable):
        return unavailable(study.reason)
    forms = study.sizes["form"]
    return Number(study.of().phi, reason=f"{forms:g} forms", n=forms, unit="forms")


@_number("wording_match", "1: the wording is the people's own")
def _wording(results: Results, respondent: str) -> Number:
    if results.people is None:
        return unavailable(no_sample(results.instrument.id))
    same, told = wording_match(results.sheets(respondent), results.people)
    return Number(float(same), reason=told)


@_number("rows_over_items", "rows over (items + 1)")
def _rows_over_items(results: Results, respondent: str) -> Number:
    complete = _complete(results, respondent)
    n_items = complete.shape[1]
    told = f"{len(complete)} complete rows of {n_items} items"
    return Number(len(complete) / (n_items + 1), reason=told, n=len(complete), unit="rows")


@_number("respondents", "1: rows are personas or people, not occasions of one model")
def _respondents(results: Results, respondent: str) -> Number:
    if results.of_people:
        return Number(1.0, reason="people", n=len(results.wide), unit="people")
    rows, personas = persons(results.sheets(respondent))
    what = "personas" if personas else "administrations of one respondent"
    return Number(float(personas), reason=f"{len(rows)} {what}", n=len(rows), unit=what)


@_number("proper_share", "share of the instrument's default models with a proper solution")
def _proper_share(results: Results, respondent: str) -> Number:
    return _with_moments(results, respondent, proper_share)


@_number("misfit_beside_people", "share of samples of people of this size that fit as badly")
def _misfit(results: Results, respondent: str) -> Number:
    if results.people is None:
        return unavailable(no_sample(results.instrument.id))
    complete = _complete(results, respondent)
    if len(complete) <= complete.shape[1]:
        return unavailable(_too_few(complete))
    return misfit_beside(complete, results.people.moments, results.instrument)


@_number("circle_p", "randomisation p of the instrument's circular order")
def _circle_p(results: Results, respondent: str) -> Number:
    return _with_moments(results, respondent, circle_p)


@_number("scalar_invariance", "1: shown to hold with people, 0: fails, none: inconclusive")
def _scalar(results: Results, respondent: str) -> Number:
    same = _wording(results, respondent)
    if not same.value >= 1:
        return unavailable(same.reason)
    found = results.with_people
    if isinstance(found, Unavailable):
        return unavailable(found.reason)
    values, told = [], []
    for ladder in found.ladders:
        if ladder.respondent != respondent:
            continue
        if ladder.ladder is None:
            return unavailable(f"{ladder.model}: {ladder.refused}")
        standing = ladder.ladder.verdict.standings.get("scalar", "inconclusive")
        told.append(f"{ladder.model} {standing}")
        values.append({"holds": 1.0, "fails": 0.0}.get(standing, np.nan))
    refused = [why for what, why in found.refused.items() if what.startswith(f"{respondent} and ")]
    if refused or not values:
        return unavailable("; ".join(refused) or "the instrument names no model")
    worst = 0.0 if 0.0 in values else float("nan") if np.isnan(values).any() else 1.0
    return Number(worst, reason="; ".join(told))


def of_human_sample(results: Results) -> dict[str, Number]:
    """The numbers that people's means and covariance alone carry."""
    sample = results.people
    if sample is None:
        return {}
    ratio = sample.n / (len(sample.source.items) + 1)
    return {
        "proper_share": proper_share(sample.moments, results.instrument),
        "circle_p": circle_p(sample.moments, results.instrument),
        "rows_over_items": Number(ratio, n=sample.n, unit="people"),
    }


def _items(frame: pd.DataFrame, instrument: Instrument) -> pd.DataFrame:
    return frame[[i for i in instrument.item_ids if i in frame.columns]]


def _complete(results: Results, respondent: str) -> pd.DataFrame:
    """Rows with an answer to every item: personas, people or administrations."""
    rows = results.wide if results.of_people else persons(results.sheets(respondent))[0]
    return _items(rows, results.instrument).dropna()


def _too_few(complete: pd.DataFrame) -> str:
    return f"{len(complete)} rows of {complete.shape[1]} items have a singular covariance"


def _with_moments(
    results: Results, respondent: str, compute: Callable[[Moments, Instrument], Number]
) -> Number:
    complete = _complete(results, respondent)
    constant = [i for i in complete.columns if complete[i].nunique() < 2]
    if constant:
        return unavailable(f"{len(constant)} items are constant ({', '.join(constant[:3])})")
    if len(complete) <= complete.shape[1]:
        return unavailable(_too_few(complete))
    moments = Moments(complete.cov(), complete.mean().to_numpy(), n=len(complete))
    return compute(moments, results.instrument)


def proper_share(moments: Moments, instrument: Instrument) -> Number:
    """Share of the default models whose solution is proper."""
    proper = []
    for text in instrument.default_lavaan.values():
        try:
            flags = cfa(text, moments).flags
            doubts = ("not positive definite", "negative", "Heywood")
            proper.append(not any(doubt in flag for flag in flags for doubt in doubts))
        except AnalysisError:
            proper.append(False)
    if not proper:
        return unavailable("the instrument names no model")
    told = f"{sum(proper)} of {len(proper)} models"
    return Number(float(np.mean(proper)), reason=told, n=len(proper), unit="models")


def misfit_beside(complete: pd.DataFrame, people: Moments, instrument: Instrument) -> Number:
    """Share of people's own samples of this size that fit as badly, at worst over models."""
    worst = unavailable("the instrument names no model")
    for name, text in instrument.default_lavaan.items():
        try:
            fit, theirs = cfa(text, complete), cfa(text, people)
            truth = next(iter(shrunken(theirs).values()))
            band = simulate(theirs, DRAWS, seed=1, truth=truth, n=len(complete))
        except AnalysisError as error:
            return Number(0.0, reason=f"{name} cannot be fitted: {error}")
        share = float((band.draws["rmsea"] >= fit.measures["rmsea"]).mean())
        if not share >= worst.value:
            told = f"{name}: RMSEA {fit.measures['rmsea']:.3f}, people's " \
                   f"{theirs.measures['rmsea']:.3f}"  # fmt: skip
            worst = Number(share, reason=told, n=DRAWS, unit="samples")
    return worst


def rank_stability(sheets: pd.DataFrame, instrument: Instrument) -> Number:
    """Correlate the ranking of scales between random halves of the rows."""
    from scipy.stats import spearmanr

    plain = without_opposed(sheets)
    names = [s.id for s in instrument.scales]
    if len(plain) < 4 or len(names) < 3:
        return unavailable(f"{len(plain)} rows and {len(names)} scales; needs four and three")
    scores = score(plain, instrument)[names].to_numpy(float)
    rng = np.random.default_rng(1)
    found = []
    for _ in range(DRAWS):
        order = rng.permutation(len(scores))
        half = len(scores) // 2
        a, b = _means(scores[order[:half]]), _means(scores[order[half:]])
        if np.isnan(a + b).any():  # a scale that nobody of a half answered has no rank
            continue
        flat = np.ptp(a) == 0 or np.ptp(b) == 0
        found.append(0.0 if flat else float(spearmanr(a, b).statistic))
    if len(found) < DRAWS / 2:
        return unavailable(
            f"{len(scores)} rows in which scales are missing; needs more rows, or fewer refusals"
        )
    low, high = np.quantile(found, [0.025, 0.975])
    told = f"{len(scores)} rows"
    return Number(float(np.mean(found)), float(low), float(high), told, len(scores), "rows")


def _means(scores: Any) -> Any:
    """Return the scales' means; NaN where nobody has a score."""
    known = np.isfinite(scores).sum(axis=0)
    return np.divide(np.nansum(scores, axis=0), known, out=np.full(len(known), np.nan),
                     where=known > 0)  # fmt: skip


def circle_p(moments: Moments, instrument: Instrument) -> Number:
    """Test the circular order on correlations of (centred) scale scores, from moments."""
    if not instrument.circle:
        return unavailable(f"{instrument.id} has no circular order")
    names = list(moments.names)
    scales = [s for s in instrument.scales if set(s.items) <= set(names)]
    W = np.zeros((len(scales), len(names)))
    for k, scale in enumerate(scales):
        for item in scale.items:
            W[k, names.index(item)] = instrument.item(item).keyed / len(scale.items)
    if "mrat" in instrument.scoring.centring:
        W = W - 1 / len(names)
    S = W @ np.asarray(moments.covariance) @ W.T
    try:
        order = places(instrument.circle[0].order, [s.id for s in scales])
    except DataError as error:
        return unavailable(str(error))
    at = [[s.id for s in scales].index(name) for name in order.names]
    sd = np.sqrt(np.diag(S))
    R = (S / np.outer(sd, sd))[np.ix_(at, at)]
    found = order_test(R, order.distances, draws=999)
    told = f"{found.correspondence:+.2f} of the predictions, net"
    return Number(found.pvalue, reason=told, n=999, unit="permutations")
