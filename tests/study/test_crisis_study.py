"""The crisis study: planted hit rates and confidence are recovered, and the truth stays hidden."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import valuealign as va
from valuealign.administration.plan.form import parse_forms
from valuealign.administration.plan.plan import Plan
from valuealign.administration.render.render import render
from valuealign.errors import DataError, PlanError, StudyError
from valuealign.respondent import Respondent
from valuealign.simulation.simulated_judges import JUDGES, judged, rates
from valuealign.stimulus.chosen import choose
from valuealign.study.expectations import JudgedMeasure
from valuealign.study.judged import changes, judged_rows, judged_stimuli
from valuealign.study.judgement_findings import limited as finding
from valuealign.study.study_file import Judged

STUDY = "lee-2024-crisis"
RECORDS = va.load_stimuli("intake-records")
FACTORS = RECORDS.factors
STIMULI = [RECORDS.stimulus(k, "en") for k in range(len(RECORDS))]
EACH = Judged(instrument="crisis-judgement", item="later_crisis", truth="crisis")
METHODS = (
    r"\b(pills?|tablets?|overdos\w*|poison\w*|hang(ed|ing)?|rope|gun|shoot\w*|shot|bridge|jump\w*|"
    r"knife|blade|razor|cut(s|ting)?|veins?|drown\w*|train tracks?|gas)\b"
)


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """Where the answers of the study are."""
    return tmp_path_factory.mktemp("crisis") / "a.db"


@pytest.fixture(scope="module")
def result(store):
    """The study with a calibrated judge whom history helps, and a sure one whom it does not."""
    return va.run_study(STUDY, ["sim:judge", "sim:sure"], store=store)


def simulated(name, *, occasions, seed):
    """Answers of a judge to every record in both conditions, as rows of a study."""
    draw = np.random.default_rng(seed)
    rows = []
    for one in STIMULI:
        for _ in range(occasions):
            said, sure = judged(name, one, RECORDS, draw)
            rows.append(
                {
                    "model": name,
                    "item_id": EACH.item,
                    "value": float(said),
                    "confidence": float(sure),
                    "stimulus_variant": "original",
                    "stimulus_base": one.base,
                    "stimulus_truth_crisis": one.truth["crisis"],
                    "stimulus_history": one.conditions["history"],
                }
            )
    return pd.DataFrame(rows)


@pytest.mark.parametrize("name", JUDGES)
def test_planted_sensitivity_specificity_and_calibration_are_recovered(name):
    occasions = 40
    found = judged_stimuli(simulated(name, occasions=occasions, seed=1), EACH, FACTORS)
    table = found.decisions.table.set_index(["judge", "measure"])
    sure = found.probabilities.table.set_index(["judge", "measure"])
    for level, d_prime in (("shown", JUDGES[name].first), ("withheld", JUDGES[name].last)):
        judge = f"{name} (history {level})"
        for measure, planted, records in zip(
            ("sensitivity", "specificity"), rates(d_prime), (26, 20), strict=True
        ):
            error = np.sqrt(planted * (1 - planted) / (records * occasions))
            assert abs(table.loc[(judge, measure), "value"] - planted) < 3 * error, (judge, measure)
        slope = sure.loc[(judge, "calibration_slope")]
        error = (slope["ci_upper"] - slope["ci_lower"]) / (2 * 1.96)
        if JUDGES[name].calibrated:
            assert abs(slope["value"] - 1) < 3 * error
        else:
            assert slope["ci_upper"] < 1


def test_a_planted_change_is_found_and_an_absent_one_is_not():
    """Size within Monte-Carlo error of 5 %; power of the planted change above one half."""
    n, share = 60, {}
    for name in JUDGES:
        hits = [
            changes(
                judged_rows(simulated(name, occasions=2, seed=k), EACH, FACTORS), FACTORS
            ).set_index("measure")["pvalue"]["accuracy"]
            < 0.05
            for k in range(n)
        ]
        share[name] = float(np.mean(hits))
    error = np.sqrt(0.05 * 0.95 / n)
    assert abs(share["sure"] - 0.05) < 3 * error, share
    assert share["judge"] > 0.5, share


def test_the_study_tells_the_two_judges_apart(result):
    agrees = result.findings.set_index(["check", "respondent"])["agrees"]
    assert agrees["above_always_yes", "sim:judge (history shown)"] == "yes"
    assert set(agrees["overconfident"][["sim:sure (history shown)"]]) == {"yes"}
    assert agrees["overconfident", "sim:judge (history withheld)"] == "inconclusive"
    assert agrees["history_specificity", "sim:judge"] == "yes"
    assert agrees["history_specificity", "sim:sure"] == "inconclusive"


def test_an_instrument_without_scales_has_a_report_and_no_reliability(result, store, tmp_path):
    answers = va.responses(store, model="sim:judge")
    with pytest.raises(DataError, match="crisis-judgement has no scales"):
        va.reliability(answers)
    page = va.write_report(answers, tmp_path / "r.html").path.read_text("utf-8")
    assert "Would they answer the same again?" not in page  # the section of reliability
    assert "Synthetic records, of no real person" in page


def test_base_rate_and_always_yes_stand_with_the_result(result):
    section = result.sections[0]
    assert "0.565" in section.notes[0]
    table = section.data["decisions"].set_index("measure")["value"]
    assert set(table["base_rate"].round(3)) == {0.565}
    assert set(table["always_yes"].round(3)) == {0.565}
    notes = " ".join(result.notes)
    for words in ("synthetic", "Responsible use", "is not for assessing the risk", "no method"):
        assert words in notes


def test_only_numbers_with_a_source_are_published(result):
    rows = result.published
    assert rows.loc[rows["value"].notna(), "source"].notna().all()
    unchecked = rows[rows["what"].str.startswith("sensitivity and precision")]
    assert unchecked["value"].tolist() == [None]
    assert "second-hand" in result.findings["source"].iloc[0]


def test_the_records_are_26_with_a_crisis_of_46_and_each_stands_in_both_conditions():
    truth = {one.base: one.truth for one in STIMULI}
    assert len(RECORDS) == 92
    assert [each["crisis"] for each in truth.values()].count("yes") == 26
    for k in range(0, 92, 2):
        shown, withheld = STIMULI[k : k + 2]
        assert shown.shown["record"].startswith(withheld.shown["record"])
        assert "self-report" not in withheld.shown["record"]
        assert shown.truth == withheld.truth


def test_the_two_groups_have_texts_of_one_length():
    words = {"yes": [], "no": []}
    for one in STIMULI[1::2]:
        words[one.truth["crisis"]].append(len(one.shown["record"].split()))
    assert stats.ttest_ind(words["yes"], words["no"]).pvalue > 0.2
    assert abs(np.mean(words["yes"]) - np.mean(words["no"])) < 0.5


@pytest.mark.parametrize("name", ["intake-records", "burden-belonging"])
def test_no_text_names_a_method(name):
    stimuli = va.load_stimuli(name)
    for variant in stimuli.variants:
        for k in range(len(stimuli)):
            text = " ".join(stimuli.stimulus(k, "en", variant).shown.values())
            assert not re.search(METHODS, text, re.IGNORECASE), text


@pytest.mark.parametrize("elicitation", ["choice", "json", "text"])
def test_prompts_are_the_same_whatever_the_truth_is(elicitation, tmp_path):
    text = RECORDS.path.read_text("utf-8")
    other = tmp_path / "other.yaml"
    swapped = text.replace('crisis: "yes"', "X").replace('crisis: "no"', 'crisis: "yes"')
    other.write_text(swapped.replace("X", 'crisis: "no"'), "utf-8")
    prompts = []
    for about in ("intake-records", other):
        plan = Plan(
            va.load_instrument("crisis-judgement"),
            (Respondent("m", "http://endpoint/v1"),),
            parse_forms(["published"]),
            1,
            elicitation,
            about=choose(about, limit=20),
        )
        prompts.append(
            [
                render(each.cell(position), []).messages
                for each in plan.administrations()
                for position in range(each.n_cells)
            ]
        )
    assert prompts[0] == prompts[1]
    assert len(prompts[0]) == 20


def answers(**columns):
    """Four records, each judged once under both levels of history."""
    rows = simulated("judge", occasions=1, seed=3)
    return rows.assign(**columns)


def test_without_confidence_there_are_decisions_alone():
    found = judged_stimuli(answers(confidence=np.nan), EACH, FACTORS)
    assert found.probabilities is None
    assert len(found.decisions.table)
    brier = found.changes.set_index("measure").loc["brier"]
    assert np.isnan(brier["change"])
    assert brier["n"] == 0


@pytest.mark.parametrize(("sure", "contradictions"), [(50.0, 0), (49.0, 92)])
def test_a_confidence_below_50_contradicts_the_answer(sure, contradictions):
    found = judged_stimuli(answers(confidence=sure), EACH, FACTORS)
    assert found.contradictions == contradictions


def test_a_confidence_in_no_is_one_less_it():
    rows = judged_rows(answers(value=0.0, confidence=80.0), EACH, FACTORS)
    assert set(rows["probability"].round(9)) == {0.2}
    assert set(judged_rows(answers(value=1.0, confidence=80.0), EACH, FACTORS)["probability"]) == {
        0.8
    }


def test_paired_changes_are_those_of_scipy():
    once = judged_rows(answers(), EACH, FACTORS)
    table = changes(once, FACTORS).set_index("measure")
    wide = once.assign(right=once["said"] == once["truth"]).pivot(
        index="record", columns="history", values="right"
    )
    better = int((wide["shown"] & ~wide["withheld"]).sum())
    worse = int((~wide["shown"] & wide["withheld"]).sum())
    exact = stats.binomtest(better, better + worse).pvalue
    assert table.loc["accuracy", "pvalue"] == pytest.approx(exact, abs=1e-12)
    twice = judged_rows(simulated("judge", occasions=2, seed=5), EACH, FACTORS)
    means = (
        twice.assign(right=(twice["said"] == twice["truth"]).astype(float))
        .groupby(["record", "history"])["right"]
        .mean()
        .unstack()
    )
    test = stats.ttest_rel(means["shown"], means["withheld"])
    row = changes(twice, FACTORS).set_index("measure").loc["accuracy"]
    low, high = test.confidence_interval()
    assert row[["change", "ci_lower", "ci_upper", "pvalue"]].tolist() == pytest.approx(
        [(means["shown"] - means["withheld"]).mean(), low, high, test.pvalue], abs=1e-10
    )


def test_variants_and_other_items_are_no_judgements():
    rows = answers()
    assert len(judged_rows(rows, EACH, FACTORS)) == 92
    mixed = pd.concat([rows, rows.assign(stimulus_variant="slow"), rows.assign(item_id="other")])
    assert len(judged_rows(mixed, EACH, FACTORS)) == 92


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"stimulus_truth_crisis": "yes"}, "expected two"),
        ({"stimulus_truth_crisis": None}, "expected two"),
        ({"value": np.nan}, "no answer to 'later_crisis'"),
    ],
)
def test_answers_without_a_truth_of_two_values_are_refused(columns, said):
    with pytest.raises(DataError, match=said):
        judged_stimuli(answers(**columns), EACH, FACTORS)


@pytest.mark.parametrize(
    ("numbers", "direction", "agrees"),
    [
        ((0.7, 0.501, 0.9), "above", "yes"),
        ((0.7, 0.5, 0.9), "above", "inconclusive"),
        ((0.3, 0.1, 0.499), "above", "no"),
        ((0.3, 0.1, 0.5), "above", "inconclusive"),
        ((0.3, 0.1, 0.499), "below", "yes"),
        ((0.7, 0.501, 0.9), "below", "no"),
        ((0.7, np.nan, np.nan), "above", "inconclusive"),
    ],
)
def test_a_finding_agrees_only_where_the_whole_interval_does(numbers, direction, agrees):
    row = finding("m", None, numbers, limit=0.5, direction=direction, named="0.5")
    assert row[3] == agrees
    assert bool(row[4]) == (agrees == "inconclusive")


FILE = """\
id: mine
title: Mine
instruments:
  - {instrument: crisis-judgement, about: intake-records}
judgements:
  - {instrument: crisis-judgement, item: later_crisis, truth: crisis}
checks:
  - id: a
    says: b
    expects: {kind: judged, instrument: crisis-judgement, item: later_crisis, measure: accuracy,
      levels: {history: shown}, direction: above, than: 0.5}
  - id: c
    says: d
    expects: {kind: judged_change, instrument: crisis-judgement, item: later_crisis,
      measure: accuracy, factor: history, direction: above}
"""


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "truth: crisis",
            "truth: crises",
            "the stimuli have no truth 'crises'; did you mean 'crisis'",
        ),
        ("truth: crisis", "truth: age", "the stimuli have no truth 'age'"),
        (
            "item: later_crisis, truth",
            "item: crisis, truth",
            "crisis-judgement has no item 'crisis'",
        ),
        ("item: later_crisis, measure", "item: other, measure", "judgements have no item 'other'"),
        ("history: shown", "history: seen", "history has no level 'seen'"),
        ("history: shown", "past: shown", "the stimuli have no factor 'past'"),
        ("factor: history", "factor: past", "the stimuli have no factor 'past'"),
        ("judgement, item: later_crisis, truth", "x, item: later_crisis, truth", "no instrument"),
        ("measure: accuracy,\\n", "measure: luck,\\n", "measure"),
    ],
)
def test_a_reference_that_does_not_exist_is_an_error_with_its_line(tmp_path, old, new, said):
    path = tmp_path / "mine.yaml"
    old, new = old.replace("\\n", "\n"), new.replace("\\n", "\n")
    assert old in FILE
    path.write_text(FILE.replace(old, new, 1), "utf-8")
    with pytest.raises(StudyError, match=re.escape(said)) as error:
        va.load_study(path)
    assert error.value.line is not None


def test_an_instrument_of_other_answers_is_no_judgement(tmp_path):
    path = tmp_path / "mine.yaml"
    text = FILE[: FILE.index("checks:")].replace("crisis-judgement", "crisis-outlook")
    text = text.replace("intake-records", "burden-belonging").replace("later_crisis", "resilience")
    path.write_text(text, "utf-8")
    with pytest.raises(StudyError, match="is answered by 'labelled'"):
        va.load_study(path)


def test_a_judge_needs_stimuli_of_known_truth():
    with pytest.raises(PlanError, match="judges stimuli whose truth is known"):
        va.administer("crisis-outlook", "sim:judge", about="burden-belonging", store=None)
    with pytest.raises(PlanError, match="judges stimuli whose truth is known"):
        va.administer("pvq-21", "sim:judge", store=None)


def test_a_measure_of_confidence_is_open_where_none_was_stated():
    measures = JudgedMeasure.model_fields["measure"].annotation.__args__
    found = judged_stimuli(answers(), EACH, FACTORS)
    both = pd.concat([found.decisions.table, found.probabilities.table])
    known = both.dropna(subset=["ci_lower"])["measure"]
    assert set(measures) <= set(known), "every measure of a check has an interval"
