"""The numbers that decide claims, computed by the functions of `analysis.claims`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from valuealign.analysis.claims.keyed import above_chance
from valuealign.analysis.claims.latent_means import LatentMeans
from valuealign.analysis.claims.rank import Rank, Resolution, rank
from valuealign.analysis.claims.respondent_differences import Differences, differences
from valuealign.analysis.claims.structure import Structure, structure
from valuealign.errors import AnalysisError
from valuealign.inquiry.answers import LIMITS, answers_of, gate_numbers
from valuealign.inquiry.criteria import numbers_of
from valuealign.inquiry.invariance.ladder_with_people import items_of_model, latent_with_people
from valuealign.inquiry.item_homes import (
    blocks_of,
    composites_of,
    correlation_of,
    keys_of,
    scales_of,
)
from valuealign.inquiry.number import Number, no_sample, unavailable
from valuealign.inquiry.rating.rater_agreement import rater_agreement
from valuealign.inquiry.respondents import persons
from valuealign.instrument.advised_design import advised_design
from valuealign.store.responses.responses import Responses

if TYPE_CHECKING:
    from valuealign.inquiry.results import Results


def profile_number(results: Results, respondent: str, name: str) -> Number:
    """One of the gate's numbers."""
    if results.of_people:
        return unavailable("people are taken to answer the items")
    numbers = results.once(("gate", respondent), lambda: _gate(results, respondent))
    if isinstance(numbers, str):
        return unavailable(numbers)
    number = numbers[name]
    lacking = np.isnan(number.value) or (name == "fewest_occasions" and number.reason)
    if lacking:
        remedy = how_to_add(results, respondent)
        return replace(number, reason=f"{number.reason}; add them: {remedy}", remedy=remedy)
    return number


def how_to_add(results: Results, respondent: str) -> str:
    """Return the command that adds the forms and occasions that the gate needs."""
    sheets, instrument = results.sheets(respondent), results.instrument
    model = str(sheets["model"].iloc[0])
    sets = list(sheets["stimulus_set"].dropna().unique()) if "stimulus_set" in sheets else []
    about = f"--about {sets[0]} " if len(sets) == 1 else ""
    return (
        f"valuealign administer --instrument {instrument.id} {about}--model {model} "
        f"{advised_design(instrument).command}"
    )


def rank_number(results: Results, respondent: str, name: str, resolution: Resolution) -> Number:
    """Reliability of the profile of scales or composites, or its permutation p."""
    result = results.once((resolution, respondent), lambda: _rank(results, respondent, resolution))
    if isinstance(result, str):
        return unavailable(result)
    number = numbers_of(result.claim)[name][0]
    if name.endswith("reliability") and np.isfinite(result.items_needed) and number.value < 1:
        reason = f"{number.reason}; {result.items_needed:.1f} times as many items would reach .70"
        return Number(number.value, reason=reason if result.items_needed > 1 else number.reason)
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
    reason = (
        f"root mean square difference {result.distance:.2f}, of identical respondents "
        f"{result.noise_floor:.2f}"
    )
    return Number(number.value, reason=number.reason or reason)


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
    reason = f"{result.correct:g} of {result.n_items} correct, {result.expected:g} by guessing"
    return Number(number.value, reason=number.reason if np.isnan(number.value) else reason)


def agreement_number(results: Results, respondent: str) -> Number:
    """Agreement of raters about open answers, or of a rater with others."""
    data = results.data
    if not isinstance(data, Responses):
        return unavailable(
            "a frame holds no ratings by two raters; give them to va.icc, one row an answer and "
            "one column a rater"
        )
    return rater_agreement(data, results.instrument, respondent)


def _gate(results: Results, respondent: str) -> dict[str, Number] | str:
    try:
        return gate_numbers(answers_of(results.sheets(respondent), results.instrument))
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
    return latent_with_people(text, rows[items].dropna(), people)
