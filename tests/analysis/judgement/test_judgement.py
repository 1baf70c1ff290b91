"""Judgements are measured as pROC, binom.test and glm do, and decisions have two sides."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import valuealign as va
from valuealign.errors import DataError

ORACLE = Path(__file__).parents[2] / "oracle"
R = json.loads((ORACLE / "pROC" / "judgement.json").read_text())


@pytest.fixture(scope="module")
def rows():
    return pd.read_csv(ORACLE / "data" / "judged.csv")


@pytest.fixture(scope="module")
def found(rows):
    return va.judgement(
        rows, truth="truth", prediction="said", probability="p", by="judge", case="case"
    )


def measure(found, name, judge=""):
    table = found.table[found.table["judge"] == judge].set_index("measure")
    return table.loc[name]


@pytest.mark.parametrize("judge", ["model", "clinician"])
@pytest.mark.parametrize("name", ["sensitivity", "specificity", "precision"])
def test_rates_and_exact_intervals_are_rs(found, judge, name):
    row, expected = measure(found, name, judge), R[judge][name]
    assert row[["value", "ci_lower", "ci_upper"]].tolist() == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("judge", ["model", "clinician"])
def test_areas_and_delongs_intervals_are_procs(found, judge):
    row, (low, area, high) = measure(found, "auc", judge), R[judge]["auc"]
    assert row[["value", "ci_lower", "ci_upper"]].tolist() == pytest.approx(
        [area, low, high], abs=1e-9
    )


@pytest.mark.parametrize("judge", ["model", "clinician"])
def test_calibration_brier_and_signal_detection_are_rs(found, judge):
    for name in ("slope", "intercept"):
        row, (value, se) = measure(found, f"calibration_{name}", judge), R[judge][name]
        assert row["value"] == pytest.approx(value, abs=1e-6)
        assert (row["ci_upper"] - row["value"]) / 1.959964 == pytest.approx(se, abs=1e-6)
    for name in ("brier", "d_prime", "criterion"):
        assert measure(found, name, judge)["value"] == pytest.approx(R[judge][name], abs=1e-9)


def test_judges_of_the_same_cases_are_compared_as_in_r(found):
    row = found.comparisons.iloc[0]
    sign = 1 if row["judge"] == "model" else -1
    assert row["n"] == 120
    assert sign * row["auc"] == pytest.approx(R["auc_difference"], abs=1e-9)
    assert row["auc_pvalue"] == pytest.approx(R["auc_pvalue"], abs=1e-9)
    assert row["accuracy_pvalue"] == pytest.approx(R["mcnemar"], abs=1e-9)


def test_the_base_rate_and_always_yes_are_always_reported(found, rows):
    for judge in ("model", "clinician"):
        base = rows[rows["judge"] == judge]["truth"].mean()
        assert measure(found, "base_rate", judge)["value"] == pytest.approx(base)
        assert measure(found, "always_yes", judge)["value"] == pytest.approx(base)


def test_the_parts_of_the_brier_score_add_up(found):
    parts = [measure(found, n, "model")["value"] for n in ("reliability", "resolution")]
    whole = measure(found, "brier", "model")["value"]
    uncertainty = measure(found, "uncertainty", "model")["value"]
    assert parts[0] - parts[1] + uncertainty == pytest.approx(whole, abs=1e-12)
    skill = measure(found, "brier_skill", "model")["value"]
    assert skill == pytest.approx(1 - whole / uncertainty)


def test_net_benefit_is_its_formula_and_acting_on_none_is_zero(found, rows):
    model = rows[rows["judge"] == "model"]
    for at in (0.1, 0.5, 0.8):
        curve = found.net_benefit[found.net_benefit["judge"] == "model"]
        row = curve[np.isclose(curve["threshold"], at)].iloc[0]
        acted = model["p"] >= at
        hits, alarms = (acted & (model["truth"] == k) for k in (1, 0))
        assert row["net_benefit"] == pytest.approx(hits.mean() - alarms.mean() * at / (1 - at))
        base = model["truth"].mean()
        assert row["all"] == pytest.approx(base - (1 - base) * at / (1 - at))
        assert row["none"] == 0


def test_a_judge_that_asserts_too_much_has_a_slope_below_one():
    rng = np.random.default_rng(2)
    logit = rng.normal(size=4000)
    truth = (rng.random(4000) < 1 / (1 + np.exp(-logit))).astype(int)
    for factor, slope in {1.0: 1.0, 2.0: 0.5}.items():
        frame = pd.DataFrame({"truth": truth, "p": 1 / (1 + np.exp(-factor * logit))})
        found = va.judgement(frame, truth="truth", prediction="p")
        row = measure(found, "calibration_slope")
        assert row["ci_lower"] < slope < row["ci_upper"]
        error, chance = (
            measure(found, f"calibration_error{end}")["value"] for end in ("", "_by_chance")
        )
        assert (error > 2 * chance) == (factor == 2.0)


@pytest.mark.parametrize("size", [4, 20])
def test_a_judge_who_guesses_is_covered_at_the_area_of_one_half(size):
    """With few cases the interval of DeLong is known to be somewhat too narrow."""
    rng = np.random.default_rng(size)
    held = 0
    for _ in range(200):
        frame = pd.DataFrame({"t": [0, 1] * size, "p": rng.random(2 * size)})
        row = measure(va.judgement(frame, truth="t", prediction="p"), "auc")
        held += row["ci_lower"] <= 0.5 <= row["ci_upper"]
    assert held >= 200 * (0.80 if size == 4 else 0.90)


def test_repeated_judgements_of_a_case_do_not_narrow_an_interval(rows):
    model = rows[rows["judge"] == "model"]
    repeated = pd.concat([model] * 5)
    once, five = (
        va.judgement(d, truth="truth", prediction="said", probability="p", case="case")
        for d in (model, repeated)
    )
    naive = va.judgement(repeated, truth="truth", prediction="said", probability="p")
    for name in ("sensitivity", "auc", "brier", "f1"):
        width = [measure(f, name)["ci_upper"] - measure(f, name)["ci_lower"] for f in (once, five)]
        assert width[1] == pytest.approx(width[0], rel=0.15)
        row = measure(naive, name)
        assert row["ci_upper"] - row["ci_lower"] < 0.6 * width[1]
    assert five.comparisons.empty


@pytest.mark.parametrize(("score", "yes"), [(0.5, 1.0), (0.499, 0.0)])
def test_a_probability_of_one_half_is_a_yes(score, yes):
    frame = pd.DataFrame({"t": [0, 1], "p": [0.1, score]})
    found = va.judgement(frame, truth="t", prediction="p")
    assert measure(found, "sensitivity")["value"] == yes


def test_scores_beyond_probabilities_need_a_threshold_for_decisions():
    frame = pd.DataFrame({"t": [0, 0, 1, 1], "p": [1.0, 3.0, 2.0, 4.0]})
    without = va.judgement(frame, truth="t", prediction="p")
    assert measure(without, "auc")["value"] == 0.75
    assert "sensitivity" not in set(without.table["measure"])
    assert "brier" not in set(without.table["measure"])
    assert np.isnan(without.counts["true_positive"][0])
    at = va.judgement(frame, truth="t", prediction="p", threshold=3.0)
    assert measure(at, "sensitivity")["value"] == 0.5


def test_texts_need_to_know_which_means_yes(rows):
    words = rows.assign(truth=rows["truth"].map({1: "crisis", 0: "none"}))
    words["said"] = words["said"].map({1: "crisis", 0: "none"})
    with pytest.raises(DataError, match="say which means yes"):
        va.judgement(words, truth="truth", prediction="said")
    found = va.judgement(words, truth="truth", prediction="said", positive="crisis", by="judge")
    assert found.positive == "crisis"
    expected = R["model"]["sensitivity"][0]
    assert measure(found, "sensitivity", "model")["value"] == pytest.approx(expected)


@pytest.mark.parametrize(("n", "flagged"), [(9, True), (10, False)])
def test_fewer_than_ten_cases_of_a_kind_are_flagged(n, flagged):
    frame = pd.DataFrame(
        {"t": [1] * n + [0] * 20, "said": [1, 0] * ((n + 20) // 2) + [1] * (n % 2)}
    )
    found = va.judgement(frame, truth="t", prediction="said")
    assert any("cases are true" in flag for flag in found.flags) == flagged


def test_missing_judgements_are_counted_by_judge(rows):
    holes = rows.copy()
    holes.loc[holes.index[holes["judge"] == "model"][:7], "said"] = np.nan
    found = va.judgement(holes, truth="truth", prediction="said", by="judge")
    counts = found.counts.set_index("judge")["n_missing"]
    assert counts.to_dict() == {"model": 7, "clinician": 0}


def test_what_cannot_be_judged_is_refused(rows):
    cases = [
        ({"truth": "p"}, "expected two"),
        ({"positive": 7}, "positive is 7"),
        ({"prediction": "case"}, "not numeric"),
        ({"prediction": "typo"}, "no column 'typo'"),
        ({"prediction": "p", "probability": "p"}, "expected decisions"),
    ]
    for change, message in cases:
        with pytest.raises(DataError, match=message):
            va.judgement(rows, **({"truth": "truth", "prediction": "said"} | change))
    with pytest.raises(DataError, match="expected cases of both kinds"):
        va.judgement(
            rows.assign(judge=rows["truth"].astype(str)),
            truth="truth",
            prediction="said",
            by="judge",
        )
