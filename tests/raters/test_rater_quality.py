"""Raters of known error: agreement, bias, consistency and self-preference are recovered."""

from __future__ import annotations

import math

import numpy as np
import pytest
from answering_server import answering, asked

import valuealign as va
from valuealign.inquiry.evidence import Evidence
from valuealign.inquiry.verdict.rules import kind_of
from valuealign.simulation.simulated_feelings import BIAS, ERROR_SD, true_levels

RUBRIC, RULE = "leas-levels", "rule:leas-words"


def expected_difference(levels, bias):
    """Mean rating minus truth of a rater whose error is normal, rounded and cut to 0 to 4."""
    total = 0.0
    for truth in levels:
        edges = [-math.inf, 0.5, 1.5, 2.5, 3.5, math.inf]
        at = [0.5 * (1 + math.erf((e - truth - bias) / (ERROR_SD * math.sqrt(2)))) for e in edges]
        total += sum(k * (at[k + 1] - at[k]) for k in range(5)) - truth
    return total / len(levels)


@pytest.fixture(scope="module")
def rated(tmp_path_factory):
    """Answers of known levels, rated by the word rule and by two raters of known error."""
    store = tmp_path_factory.mktemp("raters") / "study.db"
    va.administer("leas", "sim:feeler", occasions=6, store=store)
    raters = [RULE, "sim:rater", "sim:lenient"]
    va.administer(RUBRIC, raters, about=f"replies:{store}", store=store)
    return store


def test_the_rule_is_right_about_every_simulated_answer(rated):
    replies = va.responses(rated, instrument="leas").long.set_index(
        ["administration_id", "item_id"]
    )
    found = va.ratings(rated, RUBRIC, RULE)
    for row in found.to_dict("records"):
        for item in ("leas01", "leas10", "leas20"):
            truth = true_levels(replies.loc[(row["administration_id"], item), "raw"])
            assert (row[f"{item}_self"], row[f"{item}_other"]) == (truth["own"], truth["other"])


@pytest.mark.parametrize("name", list(BIAS))
def test_a_planted_bias_is_recovered(rated, name):
    truth = va.ratings(rated, RUBRIC, RULE).filter(regex="_(self|other)$").to_numpy().ravel()
    pairs = va.rater_quality(rated, RUBRIC).pairs
    mine = pairs[(pairs["rater"] == RULE) & (pairs["other"] == f"sim:{name}")]
    found = -mine[mine["rubric_item"].isin(["self", "other"])]["difference"].mean()
    # Standard error of a mean of 240 ratings with an error of about .6 levels.
    assert found == pytest.approx(expected_difference(truth, BIAS[name]), abs=3 * 0.6 / 240**0.5)


def test_agreement_is_higher_without_the_biased_rater(rated):
    pairs = va.rater_quality(rated, RUBRIC).pairs
    kappa = pairs[pairs["rubric_item"] == "self"].set_index(["rater", "other"])["kappa"]
    assert kappa[(RULE, "sim:rater")] > 0.85
    assert kappa[(RULE, "sim:rater")] > kappa[(RULE, "sim:lenient")] > 0.6


def test_length_explains_nothing_where_padding_says_nothing(rated):
    probes = va.rater_quality(rated, RUBRIC).probes
    mine = probes[(probes["rater"] == "sim:rater") & (probes["probe"] == "length_at_equal_level")]
    for row in mine[mine["rubric_item"] != "distinct"].to_dict("records"):
        assert row["ci_lower"] < 0 < row["ci_upper"]


def test_what_the_design_does_not_permit_is_missing_with_its_reason(rated):
    probes = va.rater_quality(rated, RUBRIC).probes
    reasons = probes[probes["rater"] == RULE].set_index(["probe", "rubric_item"])["reason"]
    assert "--occasions 2" in reasons["consistency", "self"]
    assert "direction=published,reversed" in reasons["position", "self"]
    assert "none of the replies" in reasons["self_preference", "self"]
    assert va.rater_quality(rated, RUBRIC).notice.startswith("unvalidated: rule:leas-words, sim:")


def test_consistency_and_position_are_found_over_occasions_and_forms(tmp_path):
    store = tmp_path / "study.db"
    va.administer("leas", "sim:feeler", occasions=2, store=store)
    forms = "direction=published,reversed"
    about = f"replies:{store}"
    asking = {"about": about, "store": store, "occasions": 2, "forms": forms}
    va.administer(RUBRIC, ["sim:rater", "sim:token"], **asking)
    probes = va.rater_quality(store, RUBRIC).probes.set_index(["rater", "probe", "rubric_item"])
    own = probes.loc[("sim:rater", "consistency", "self")]
    assert 0.75 < own["ci_lower"] < own["value"] < own["ci_upper"] < 1
    assert abs(probes.loc[("sim:rater", "position", "self"), "value"]) < 0.25
    token = probes.loc[("sim:token", "position", "self")]
    assert token["value"] == pytest.approx(-2)  # always the fourth option: 3, or 1 reversed


def test_a_judge_that_prefers_its_own_replies_is_found(tmp_path):
    store = tmp_path / "study.db"

    def answer(body):
        shown = asked(body)
        if "Rate the feelings" not in shown:
            said = "sad" if len(shown) % 3 else "sad and relieved"
            return f"I would be {said}, said {body['model']}."
        level = 3 if "relieved" in shown else 2
        prefers = body["model"] == "vain" and "said vain" in shown
        return str(min(4, level + prefers) if "0 = no:" not in shown else 0)

    with answering(answer) as server:
        asking = {"base_url": server.base_url, "store": store}
        va.administer("leas", ["vain", "plain"], **asking)
        va.administer(RUBRIC, ["vain", "plain"], about=f"replies:{store}", **asking)
    probes = va.rater_quality(store, RUBRIC).probes.set_index(["rater", "probe", "rubric_item"])
    vain = probes.loc[("vain", "self_preference", "self")]
    plain = probes.loc[("plain", "self_preference", "self")]
    assert vain["ci_lower"] > 0
    # Of the other judge's difference the same preference is seen with the other sign of replies.
    assert plain["value"] == pytest.approx(vain["value"])


def test_agreement_is_a_claim_about_ratings_and_about_the_answers(rated):
    assert kind_of(va.load_instrument(RUBRIC)) == "rubric"
    for instrument in (RUBRIC, "leas"):
        table = va.verdict(va.responses(rated, instrument=instrument)).table
        assert set(table["claim"]) == {"describe", "agreement"}
        mine = table[table["claim"] == "agreement"]
        assert mine["value"].between(0.3, 0.95).all()
        assert "leas-levels, distinct: 3 raters" in mine["reason"].iloc[0]


def test_without_ratings_agreement_is_inconclusive(replied):
    store = replied(one="I am sad.")
    table = va.verdict(va.responses(store)).table
    row = table[table["claim"] == "agreement"].iloc[0]
    assert row["standing"] == "inconclusive"
    assert "valuealign rate" in row["reason"]
    va.administer(RUBRIC, RULE, about=f"replies:{store}", store=store)
    number = Evidence(va.responses(store, instrument="scenes")).number("icc", "one")
    assert np.isnan(number.value)


def test_few_replies_have_no_interval_and_every_table_keeps_its_columns(replied, tmp_path):
    store = replied(one="I am sad.")
    va.administer(RUBRIC, [RULE, "sim:yes"], about=f"replies:{store}", store=store)
    found = va.rater_quality(store, RUBRIC)
    assert list(found.pairs.columns) == [
        *("rubric_item", "rater", "other", "n", "kappa", "difference", "ci_lower", "ci_upper"),
        "reason",
    ]
    assert found.pairs["difference"].isna().all()
    assert set(found.pairs["reason"]) == {"2 rated replies; an interval needs 5 or more"}
    assert len(found.agreement) == 6
    assert len(found.probes) == 2 * 3 * 5
