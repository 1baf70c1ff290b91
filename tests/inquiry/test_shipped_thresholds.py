"""Each threshold of the shipped rules has two sides, and the functions' defaults are the same."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from valuealign.analysis.claims.content_gate import has_profile
from valuealign.analysis.claims.keyed import above_chance, agreement
from valuealign.analysis.claims.latent_means import latent_means
from valuealign.analysis.claims.rank import rank
from valuealign.analysis.claims.respondent_answers import Answers
from valuealign.analysis.claims.respondent_differences import differences
from valuealign.analysis.claims.structure import structure
from valuealign.inquiry.criteria import CRITERIA
from valuealign.inquiry.verdict.rules import load_rules

RULES = load_rules()
NEEDS = {"gate": RULES.gate} | {claim.id: claim.needs for claim in RULES.claims}
SIDES = {
    "gate": [
        ("answered", "value", 0.8, 0.79),
        ("least_answered_item", "value", 0.5, 0.49),
        ("fewest_occasions", "value", 3, 2),
        ("profile_p", "value", 0.05, 0.051),
        ("gate_reversal_r", "lower", 0.01, 0.0),
        ("gate_opposition_r", "lower", 0.01, 0.0),
        ("position_share", "value", 0.199, 0.2),
        ("position_shift", "value", 0.079, 0.08),
    ],
    "describe": [
        ("answered", "value", 0.8, 0.79),
        ("least_answered_item", "value", 0.5, 0.49),
        ("varying_items", "value", 0.5, 0.49),
    ],
    "rank_scales": [
        ("scale_reliability", "value", 0.7, 0.69),
        ("scales_p", "value", 0.03, 0.031),
    ],
    "rank_composites": [
        ("composite_reliability", "value", 0.7, 0.69),
        ("composites_p", "value", 0.03, 0.031),
    ],
    "comparable": [],
    "scores_differ": [("scores_p", "value", 0.05, 0.051)],
    "values_differ": [
        ("agreement_gap", "value", 0.149, 0.15),
        ("any_item_p", "value", 0.05, 0.051),
        ("difference_scales_p", "value", 0.03, 0.031),
    ],
    "latent_means": [
        ("wording_match", "value", 1, 0),
        ("respondents", "value", 1, 0),
        ("pattern_r", "lower", 0.8, 0.79),
        ("item_profile_r", "lower", 0.01, 0.0),
        ("within_block_ratio", "lower", 0.334, 0.333),
        ("loading_ratio", "upper", 1.66, 1.67),
        ("scalar_rmsea_d", "upper", 0.049, 0.05),
    ],
    "structure": [
        ("respondents", "value", 1, 0),
        ("pattern_r", "lower", 0.8, 0.79),
        ("item_profile_r", "lower", 0.01, 0.0),
        ("within_block_ratio", "lower", 0.334, 0.333),
    ],
    "above_chance": [("option_order", "value", 1, 0), ("chance_p", "value", 0.05, 0.051)],
    "agreement": [("icc", "lower", 0.5, 0.49)],
}
"""Claim -> number, the bound that decides, a value that passes and one that does not."""
SOFT = {"fewest_occasions", "option_order"}
SIGNS = {"at least": ">=", "above": ">", "at most": "<=", "below": "<"}
GATED = {"rank_scales", "rank_composites", "comparable", "scores_differ", "values_differ"}
DISQUALIFY = {
    "profile_p",
    "gate_reversal_r",
    "gate_opposition_r",
    "position_share",
    "position_shift",
}


@pytest.mark.parametrize("claim", SIDES)
def test_each_need_passes_on_one_side_and_not_on_the_other(claim):
    needs = NEEDS[claim]
    assert [(n.number, n.bound) for n in needs] == [row[:2] for row in SIDES[claim]]
    for need, (number, _, passes, fails) in zip(needs, SIDES[claim], strict=True):
        missed = "inconclusive" if number in SOFT else "not permitted"
        assert (need.standing(passes), need.standing(fails)) == ("permitted", missed), number
        assert need.standing(float("nan")) == "inconclusive"


def test_the_gate_is_of_the_claims_about_a_respondents_own_answers_and_disqualifies():
    assert {claim.id for claim in RULES.claims if claim.gate} == GATED
    assert set(NEEDS) == set(SIDES)
    assert {n.number for needs in NEEDS.values() for n in needs if n.disqualifies} == DISQUALIFY


def claims():
    """One of each claim, with every number available."""
    rng, forms = np.random.default_rng(1), np.arange(12) % 4
    mean, scales = np.repeat([2, 3, 4, 5, 3], 2), list("aabbccddee")

    def answers(profile):
        turned = np.where((forms % 2 == 1)[:, None], 7 - profile, profile)
        values = np.clip(turned + rng.integers(-1, 2, size=(12, 10)), 1, 6)
        return Answers(values, forms > 1, forms % 2 == 1, low=1, high=6)

    x = rng.normal(size=(2000, 1)) + rng.normal(size=(2000, 4))
    frame = pd.DataFrame(x, columns=list("abcd"))
    pair = differences(answers(mean), answers(7 - mean), scales)
    return [
        has_profile(answers(mean)),
        rank(answers(mean), scales).claim,
        rank(answers(mean), scales, resolution="rank_composites").claim,
        pair.comparable,
        pair.scores_differ,
        pair.values_differ,
        structure(x, np.corrcoef(x, rowvar=False), list("ffff")).claim,
        latent_means("f =~ a + b + c + d", frame[:1000], frame[1000:]).claim,
        above_chance([1] * 20 + [0] * 16, 1 / 4, randomised=True).claim,
        agreement(np.arange(30)[:, None] + [[0.0, 0.5]]),
    ]


def test_the_defaults_of_the_functions_are_the_thresholds_of_the_rules():
    compared = []
    for claim in claims():
        gated = claim.id == "profile" or claim.id in GATED
        needs = {n.number: n for n in ((*RULES.gate,) if gated else ()) + NEEDS.get(claim.id, ())}
        for criterion in claim.criteria:
            own = criterion.name.partition(",")[0]
            need = needs[CRITERIA[claim.id].get(own, own)]
            span = 5 if own == "position_shift" else 1
            own_threshold = f"{SIGNS[criterion.sense]} {criterion.threshold / span:g}"
            assert own_threshold == need.threshold, criterion.name
            assert criterion.bound == need.bound, criterion.name
            compared.append((claim.id, need.number))
    assert len(set(compared)) == 7 * 6 + 2 + 2 + 1 + 3 + 3 + 2 + 2 + 1
