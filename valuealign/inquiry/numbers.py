"""The numbers that decide claims, each with the function that computes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from valuealign.analysis.circle.circular_order import places
from valuealign.analysis.circle.order_test import order_test
from valuealign.analysis.claims.rank import Resolution
from valuealign.analysis.moments import Moments
from valuealign.analysis.sem.after.simulate import shrunken, simulate
from valuealign.analysis.sem.model import cfa
from valuealign.errors import AnalysisError, DataError
from valuealign.inquiry import claim_numbers
from valuealign.inquiry.number import Number, Unavailable, no_sample, unavailable
from valuealign.inquiry.respondents import persons, without_opposed
from valuealign.inquiry.results import DRAWS, Results
from valuealign.inquiry.wording_match import wording_match

if TYPE_CHECKING:
    import pandas as pd

    from valuealign.instrument.instrument import Instrument

Compute = Callable[[Results, str], Number]


COMPUTE: dict[str, Callable[..., Number]] = {}
"""Name in :data:`valuealign.inquiry.number_kinds.NUMBERS` -> the function that computes it."""


def _number(name: str) -> Callable[[Compute], Compute]:
    def added(compute: Compute) -> Compute:
        COMPUTE[name] = compute
        return compute

    return added


@_number("answered")
def _answered(results: Results, respondent: str) -> Number:
    if results.of_people:
        values = _items(results.wide, results.instrument).notna().to_numpy()
        return Number(float(values.mean()), n=values.size, unit="answers")
    replies = results.replies(respondent)
    return Number(float(_is_answer(replies).mean()), n=len(replies), unit="replies")


@_number("least_answered_item")
def _least_answered(results: Results, respondent: str) -> Number:
    if results.of_people:
        shares = _items(results.wide, results.instrument).notna().mean()
    else:
        replies = results.replies(respondent)
        by = _is_answer(replies).groupby(replies["item_id"].astype(str)).mean()
        shares = by.reindex(list(results.instrument.item_ids), fill_value=0.0)
    return Number(
        float(shares.min()), reason=f"item {shares.idxmin()}", n=len(shares), unit="items"
    )


def _is_answer(replies: pd.DataFrame) -> pd.Series:
    if "outcome" in replies:
        return replies["outcome"].astype(str) == "answer"
    return replies["value"].notna()


@_number("varying_items")
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
        float((by.nunique() > 1).mean()),
        reason=f"{constant} items always get one answer",
        n=len(by),
        unit="items",
    )


@_number("reversal_r")
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


@_number("opposition_r")
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
        reason = f"no differences between items to agree about (over {int(n_items)} items)"
        return Number(0.0, 0.0, 0.0, reason, n=n_items, unit="items")
    reason = f"over {int(n_items)} items"
    return Number(float(r), float(lower), float(upper), reason, n=n_items, unit="items")


@_number("wording_match")
def _wording(results: Results, respondent: str) -> Number:
    if results.people is None:
        return unavailable(no_sample(results.instrument.id))
    same, reason = wording_match(results.sheets(respondent), results.people)
    return Number(float(same), reason=reason)


@_number("rows_over_items")
def _rows_over_items(results: Results, respondent: str) -> Number:
    complete = _complete(results, respondent)
    n_items = complete.shape[1]
    reason = f"{len(complete)} complete rows of {n_items} items"
    return Number(len(complete) / (n_items + 1), reason=reason, n=len(complete), unit="rows")


@_number("respondents")
def _respondents(results: Results, respondent: str) -> Number:
    if results.of_people:
        return Number(1.0, reason="people", n=len(results.wide), unit="people")
    rows, personas = persons(results.sheets(respondent))
    what = "personas" if personas else "administrations of one respondent"
    return Number(float(personas), reason=f"{len(rows)} {what}", n=len(rows), unit=what)


@_number("proper_share")
def _proper_share(results: Results, respondent: str) -> Number:
    return _with_moments(results, respondent, proper_share)


@_number("misfit_beside_people")
def _misfit(results: Results, respondent: str) -> Number:
    if results.people is None:
        return unavailable(no_sample(results.instrument.id))
    complete = _complete(results, respondent)
    if len(complete) <= complete.shape[1]:
        return unavailable(_too_few(complete))
    return misfit_beside(complete, results.people.moments, results.instrument)


@_number("circle_p")
def _circle_p(results: Results, respondent: str) -> Number:
    return _with_moments(results, respondent, circle_p)


_RANKS: Mapping[str, Resolution] = {
    "scale_reliability": "rank_scales",
    "scales_p": "rank_scales",
    "composite_reliability": "rank_composites",
    "composites_p": "rank_composites",
}
_BY_NAME: Mapping[Callable[..., Number], tuple[str, ...]] = {
    claim_numbers.profile_number: (
        "profile_p",
        "gate_reversal_r",
        "gate_opposition_r",
        "position_share",
        "position_shift",
        "fewest_occasions",
    ),
    claim_numbers.pair_number: ("scores_p", "agreement_gap", "any_item_p", "difference_scales_p"),
    claim_numbers.structure_number: ("pattern_r", "item_profile_r", "within_block_ratio"),
    claim_numbers.latent_number: ("loading_ratio", "scalar_rmsea_d"),
    claim_numbers.keyed_number: ("option_order", "chance_p"),
}
COMPUTE |= {
    name: partial(compute, name=name) for compute, names in _BY_NAME.items() for name in names
}
COMPUTE |= {
    name: partial(claim_numbers.rank_number, name=name, resolution=resolution)
    for name, resolution in _RANKS.items()
}
COMPUTE["icc"] = claim_numbers.agreement_number


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
    reason = f"{sum(proper)} of {len(proper)} models"
    return Number(float(np.mean(proper)), reason=reason, n=len(proper), unit="models")


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
            reason = (
                f"{name}: RMSEA {fit.measures['rmsea']:.3f}, people's "
                f"{theirs.measures['rmsea']:.3f}"
            )
            worst = Number(share, reason=reason, n=DRAWS, unit="samples")
    return worst


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
    variances = np.diag(S)
    if (variances <= 1e-12 * np.trace(np.asarray(moments.covariance))).any():
        return unavailable("a scale's score does not vary")
    sd = np.sqrt(variances)
    R = (S / np.outer(sd, sd))[np.ix_(at, at)]
    test = order_test(R, order.distances, draws=999)
    reason = f"{test.correspondence:+.2f} of the predictions, net"
    return Number(test.pvalue, reason=reason, n=999, unit="permutations")
