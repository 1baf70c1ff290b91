"""The numbers that the rules' claims rest on, from the decision rules in `analysis.claims`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from valuealign.analysis.claims.content_gate import ProfileLimits
from valuealign.analysis.claims.criterion import Claim
from valuealign.analysis.claims.keyed import above_chance
from valuealign.analysis.claims.latent_means import LatentMeans
from valuealign.analysis.claims.rank import Rank, Resolution, rank
from valuealign.analysis.claims.respondent_differences import Differences, differences
from valuealign.analysis.claims.structure import Structure, structure
from valuealign.errors import AnalysisError
from valuealign.inquiry.answers import answers_of, gate_of
from valuealign.inquiry.invariance.beside import items_of_model, latent_beside
from valuealign.inquiry.item_homes import (
    blocks_of,
    composites_of,
    correlation_of,
    keys_of,
    scales_of,
)
from valuealign.inquiry.number import Number, no_sample, unavailable
from valuealign.inquiry.respondents import persons

if TYPE_CHECKING:
    from valuealign.inquiry.results import Results

LIMITS = ProfileLimits(occasions=1)
"""Numbers are computed for what is there; the rules say how many occasions are enough."""
GATE = {
    "answered": "answered",
    "least_answered_item": "least_answered_item",
    "profile_p": "profile_p",
    "reversal_r": "gate_reversal_r",
    "opposition_r": "gate_opposition_r",
    "position_share": "position_share",
    "position_shift": "position_shift",
}
CRITERIA: Mapping[str, Mapping[str, str]] = {
    "profile": GATE,
    "describe": GATE,
    "rank_scales": GATE | {"reliability": "scale_reliability", "scales_p": "scales_p"},
    "rank_composites": GATE | {"reliability": "composite_reliability", "scales_p": "composites_p"},
    "comparable": GATE,
    "scores_differ": GATE | {"scales_by_form_p": "scores_p"},
    "values_differ": GATE | {"any_item_p": "any_item_p", "scales_p": "difference_scales_p"},
    "structure": {},
    "latent_means": {},
    "above_chance": {},
    "agreement": {},
}
"""Claim -> the names under which the rules know its criteria, where they are others."""


def numbers_of(claim: Claim, *, span: float = 1.0) -> dict[str, list[Number]]:
    """Return a claim's criteria as numbers, by the names that the rules use.

    Parameters
    ----------
    claim : Claim
    span : float
        The response range: `position_shift` becomes a share of it.

    Returns
    -------
    dict of str to list of Number
        Of a claim about a pair, the gate's numbers are those of both.
    """
    names = CRITERIA[claim.id]
    out: dict[str, list[Number]] = {}
    for criterion in claim.criteria:
        own, _, who = criterion.name.partition(", ")
        scale = span if own == "position_shift" else 1.0
        reason = f"{who} respondent: {criterion.reason}" if who else criterion.reason
        out.setdefault(names.get(own, own), []).append(
            Number(criterion.value / scale, criterion.lower, criterion.upper, reason)
        )
    return out


def profile_number(results: Results, respondent: str, name: str) -> Number:
    """One of the gate's numbers."""
    if name == "least_answered_item":
        return least_answered(results, respondent)
    if results.of_people:
        return unavailable("people are taken to answer the items")
    claim = results.once(("profile", respondent), lambda: _profile(results, respondent))
    if isinstance(claim, str):
        return unavailable(claim)
    number = numbers_of(claim, span=_span(results))[name][0]
    if np.isnan(number.value):
        return unavailable(f"{number.reason}; {how_to_add(results, respondent)}")
    return number


def least_answered(results: Results, respondent: str) -> Number:
    """Share of what was asked that is answered, of the item with the fewest answers.

    People, keyed and open answers have it too, though they have no gate.
    """
    items = list(results.instrument.item_ids)
    if results.of_people:
        share = results.wide.reindex(columns=items).notna().mean()
    else:
        replies = results.replies(respondent)
        answered = replies["outcome"].astype(str) == "answer"
        share = answered.groupby(replies["item_id"].astype(str)).mean().reindex(items).fillna(0.0)
    return Number(float(share.min()), reason=f"item {share.idxmin()}", n=len(items), unit="items")


def fewest_occasions(results: Results, respondent: str) -> Number:
    """How often the form that was administered least was administered."""
    if results.of_people:
        return unavailable("people are taken to answer the items")
    try:
        answers = answers_of(results.sheets(respondent), results.instrument)
    except AnalysisError as error:
        return unavailable(str(error))
    few = answers.missing_forms(3)
    reason = f"{few}; {how_to_add(results, respondent)}" if few else ""
    n = float(min(answers.occasions.values()))
    return Number(n, reason=reason, n=n, unit="occasions")


def how_to_add(results: Results, respondent: str) -> str:
    """The one command that adds the forms and occasions that the gate needs."""
    model = str(results.sheets(respondent)["model"].iloc[0])
    return (
        f"add them: valuealign administer --instrument {results.instrument.id} --model {model} "
        '--form "direction=published,reversed content=stem,opposed" --occasions 3'
    )


def rank_number(results: Results, respondent: str, name: str, resolution: Resolution) -> Number:
    """Reliability of the profile of scales or composites, or its permutation p."""
    result = results.once((resolution, respondent), lambda: _rank(results, respondent, resolution))
    if isinstance(result, str):
        return unavailable(result)
    number = numbers_of(result.claim)[name][0]
    if name.endswith("reliability") and np.isfinite(result.items_needed) and number.value < 1:
        told = f"{number.reason}; {result.items_needed:.1f} times as many items would reach .70"
        return Number(number.value, reason=told if result.items_needed > 1 else number.reason)
    return number


def pair_number(results: Results, respondent: str, versus: str, name: str) -> Number:
    """A test of the difference between two respondents."""
    result = results.once(
        ("differences", respondent, versus), lambda: _differences(results, respondent, versus)
    )
    if isinstance(result, str):
        return unavailable(result)
    claim = result.scores_differ if name == "scores_p" else result.values_differ
    number = numbers_of(claim)[name][0]
    told = (
        f"root mean square difference {result.distance:.2f}, of identical respondents "
        f"{result.noise_floor:.2f}"
    )
    return Number(number.value, reason=number.reason or told)


def structure_number(results: Results, respondent: str, name: str) -> Number:
    """One of the three criteria of structure."""
    result = results.once(("structure", respondent), lambda: _structure(results, respondent))
    if isinstance(result, str):
        return unavailable(result)
    return numbers_of(result.claim)[name][0]


def latent_number(results: Results, respondent: str, construct: str, name: str) -> Number:
    """A criterion of a construct's latent means."""
    result = results.once(
        ("latent", respondent, construct), lambda: _latent(results, respondent, construct)
    )
    if isinstance(result, str):
        return unavailable(result)
    return numbers_of(result.claim)[name][0]


def keyed_number(results: Results, respondent: str, name: str) -> Number:
    """Whether options were shown in random order, or the exact p against guessing."""
    items = results.instrument.items
    answers = np.array([np.nan if i.answer is None else float(i.answer) for i in items])
    if np.isnan(answers).all():
        return unavailable(f"{results.instrument.id} has no key")
    keyed = np.isfinite(answers)
    sheets = results.sheets(respondent)
    values = sheets.reindex(columns=[i.id for i in items]).to_numpy(float)[:, keyed]
    chance = np.array([1 / max(len(i.options), 2) for i in items])[keyed]
    planned = "seed" in sheets.columns and bool(sheets["seed"].notna().all())
    result = above_chance((values == answers[keyed]).astype(float), chance, randomised=planned)
    number = numbers_of(result.claim)[name][0]
    told = f"{result.correct:g} of {result.n_items} correct, {result.expected:g} by guessing"
    return Number(number.value, reason=number.reason if np.isnan(number.value) else told)


def agreement_number(results: Results, respondent: str) -> Number:  # noqa: ARG001
    """Agreement of raters about open answers."""
    return unavailable(
        "these responses hold no ratings by two raters; give them to va.icc, one row an answer "
        "and one column a rater"
    )


def _span(results: Results) -> float:
    scale = results.instrument.response_scale
    return float(getattr(scale, "maximum", 1) - getattr(scale, "minimum", 0))


def _profile(results: Results, respondent: str) -> Claim | str:
    try:
        return gate_of(results.sheets(respondent), results.instrument, limits=LIMITS)
    except AnalysisError as error:
        return str(error)


def _norms(results: Results, items: Sequence[str]) -> NDArray[np.float64] | None:
    people = results.people
    if people is None or not set(items) <= set(people.source.items):
        return None
    mean = people.of(items).mean
    return None if mean is None else np.asarray(mean, dtype=float)


def _rank(results: Results, respondent: str, resolution: Resolution) -> Rank | str:
    instrument, items = results.instrument, results.instrument.item_ids
    homes = (scales_of if resolution == "rank_scales" else composites_of)(instrument, items)
    if len(set(homes) - {None}) < 2:
        return f"{instrument.id} has fewer than two {resolution.removeprefix('rank_')} to rank"
    try:
        answers = answers_of(results.sheets(respondent), instrument)
        return rank(
            answers,
            homes,
            keys=keys_of(instrument, items),
            norms=_norms(results, items),
            resolution=resolution,
            limits=LIMITS,
        )
    except AnalysisError as error:
        return str(error)


def _differences(results: Results, respondent: str, versus: str) -> Differences | str:
    instrument, items = results.instrument, results.instrument.item_ids
    homes = scales_of(instrument, items)
    if len(set(homes) - {None}) < 2:
        return f"{instrument.id} has fewer than two scales"
    try:
        first, second = (
            answers_of(results.sheets(who), instrument) for who in (respondent, versus)
        )
        return differences(first, second, homes, keys=keys_of(instrument, items), limits=LIMITS)
    except AnalysisError as error:
        return str(error)


def _structure(results: Results, respondent: str) -> Structure | str:
    people, instrument = results.people, results.instrument
    if people is None:
        return no_sample(instrument.id)
    rows, independent = (
        (results.wide, True) if results.of_people else persons(results.sheets(respondent))
    )
    items = [i for i in instrument.item_ids if i in rows.columns and i in people.source.items]
    try:
        return structure(
            rows[items].to_numpy(float),
            correlation_of(people.of(items)),
            blocks_of(instrument, items),
            keys=keys_of(instrument, items),
            items=items,
            independent=independent,
            seed=results.seed,
        )
    except AnalysisError as error:
        return str(error)


def _latent(results: Results, respondent: str, construct: str) -> LatentMeans | str:
    people = results.people
    if people is None:
        return no_sample(results.instrument.id)
    text = results.instrument.default_lavaan[construct]
    items = items_of_model(text)
    rows, independent = persons(results.sheets(respondent))
    absent = [i for i in items if i not in rows.columns or i not in people.source.items]
    if not independent:
        return "the rows are repeated administrations of one respondent; give personas"
    if absent:
        return f"{absent[0]} was not given to both"
    return latent_beside(text, rows[items].dropna(), people)
