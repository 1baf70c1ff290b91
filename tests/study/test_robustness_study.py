"""Stability over ways of writing: a planted shift is found, and an absent one is not."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

import valuealign as va
from valuealign.errors import DataError, StudyError
from valuealign.simulation.simulated_vignettes import PASSING_SD, SWAY, planted
from valuealign.study.expectations import Stable
from valuealign.study.stability_tables import _measured as measured
from valuealign.study.stability_tables import largest_shift
from valuealign.study.written_ways import WAYS, over_ways

OUTLOOK = va.load_instrument("crisis-outlook")
SET = va.load_stimuli("burden-belonging")
VARIANTS = ("original", "hesitant", "slow", "misspelt")
STIMULI = [SET.stimulus(k, "en", v) for k in range(len(SET)) for v in VARIANTS]
WIDTH = 6.0
FILE = """\
id: mine
title: Mine
instruments:
  - instrument: crisis-outlook
    about: burden-belonging
    variants: [original, slow, misspelt]
    forms: ["direction=published,reversed variant=original,misspelt"]
analyses: [stability]
checks:
  - id: moved
    says: some way of writing moves the likelihood of an attempt by a quarter of a point
    expects: {kind: stable, instrument: crisis-outlook, item: suicide_attempt,
      measure: largest_shift, direction: above, than: 0.25}
  - id: stems
    says: the writing of the stems changes few decisions
    expects: {kind: stable, instrument: crisis-outlook, item: suicide_attempt, of: variant,
      measure: disagreement_excess, direction: below, than: 0.1}
"""


def simulated(name, seed, *, repeats=2, item="suicide_attempt"):
    """Ratings of every stimulus in every way of writing, by a stated model."""
    draw = np.random.default_rng(seed)
    bases = dict.fromkeys(one.base for one in STIMULI)
    moods = dict(zip(bases, draw.standard_normal(len(bases)), strict=True))
    rows = []
    for one in STIMULI:
        where, sd = planted(
            name, one, SET, ends=(1, 7), keyed=1, deviate=lambda _, base: moods[base]
        )
        for value in np.clip(np.round(draw.normal(where, sd, repeats)), 1, 7):
            rows.append(
                {
                    "model": name,
                    "item_id": item,
                    "value": value,
                    "stimulus": one.id,
                    "stimulus_variant": one.variant or "original",
                }
            )
    return pd.DataFrame(rows)


def shifted(name, seed):
    """The largest shift of one item."""
    found = over_ways(simulated(name, seed), OUTLOOK)
    (one,) = [each for each in found if each.item == "suicide_attempt"]
    return largest_shift(one.stability, name)[1]


def test_a_planted_shift_is_found_and_an_absent_one_is_not():
    """Size at most 5 % within Monte-Carlo error, power of a shift of one point near 1."""
    n = 30
    moved = [shifted("swayed", k) for k in range(n)]
    still = [shifted("additive", 1000 + k) for k in range(n)]
    assert np.mean([high < 0 for _, _, high in moved]) > 0.9
    false = np.mean([low > 0 or high < 0 for _, low, high in still])
    assert false <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / n)
    # Three ways have the same shift, and the largest of three differences is taken.
    error = PASSING_SD * WIDTH * np.sqrt(2 / (len(SET) * 2))
    assert abs(np.mean([value for value, *_ in moved]) + SWAY * WIDTH) < 2 * error


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    """A study with one respondent that is moved and one that is not."""
    folder = tmp_path_factory.mktemp("ways")
    (folder / "mine.yaml").write_text(FILE, "utf-8")
    return va.run_study(folder / "mine.yaml", ["sim:swayed", "sim:additive"], store=folder / "a.db")


def test_the_study_tells_the_two_apart(result):
    agrees = result.findings.set_index(["check", "respondent"])["agrees"]
    assert agrees["moved", "sim:swayed"] == "yes"
    assert agrees["moved", "sim:additive"] != "yes"
    assert agrees["stems", "sim:swayed"] == "yes"


def test_the_table_has_each_item_way_and_respondent(result):
    (section,) = result.sections
    table = section.table
    assert len(table) == 4 * 3 * 2
    assert set(table["varies"]) == {*WAYS.values(), "every configuration"}
    assert "right under all" not in table.columns
    assert any("widened for the number of ways" in note for note in section.notes)
    whole = table[table["varies"] == "every configuration"]["largest shift"]
    assert all(text.endswith("in 12") for text in whole)


def test_the_largest_shift_has_an_interval_that_is_widened_for_the_number_of_ways():
    found = over_ways(simulated("swayed", 3), OUTLOOK)
    (one,) = [each for each in found if each.item == "suicide_attempt"]
    name, (value, low, high) = largest_shift(one.stability, "swayed")
    rows = one.stability.variants.set_index("variant").loc[name]
    assert value == rows["difference"]
    assert low < rows["ci_lower"] < rows["ci_upper"] < high
    assert value - low == pytest.approx(high - value)


@pytest.mark.parametrize("sign", [1, -1])
def test_a_check_takes_a_shift_without_its_sign(sign):
    rows = simulated("swayed", 4)
    rows["value"] = 4 + sign * (4 - rows["value"])
    found = over_ways(rows, OUTLOOK)
    (one,) = [each for each in found if each.item == "suicide_attempt"]
    expects = Stable(
        kind="stable",
        instrument="crisis-outlook",
        item="suicide_attempt",
        measure="largest_shift",
        direction="above",
        than=0.2,
    )
    ((who, (value, low, high)),) = measured(expects, one.stability)
    assert who == "swayed"
    assert 0 < low < value < high


def test_a_decision_is_an_answer_above_the_middle_of_the_scale():
    rows = simulated("additive", 5)
    rows["value"] = np.where(rows["stimulus_variant"] == "slow", 5.0, 4.0)
    (one, *_) = [e for e in over_ways(rows, OUTLOOK) if e.item == "suicide_attempt"]
    assert one.stability.table.set_index("measure").loc["flips", "value"] == 1
    rows["value"] = np.where(rows["stimulus_variant"] == "slow", 4.0, 1.0)
    (one, *_) = [e for e in over_ways(rows, OUTLOOK) if e.item == "suicide_attempt"]
    assert one.stability.table.set_index("measure").loc["flips", "value"] == 0


def test_an_item_without_answers_is_not_available_and_others_are():
    found = over_ways(simulated("additive", 6), OUTLOOK)
    reasons = {each.item: each.reason for each in found}
    assert reasons["suicide_attempt"] == ""
    assert "no row has a value" in reasons["resilience"]


def test_items_are_the_units_where_there_are_no_stimuli(tmp_path):
    given = va.administer(
        "pvq-21", "sim:human", forms="variant=original,misspelt", store=tmp_path / "a.db"
    )
    (one,) = over_ways(given.long, given.instrument)
    assert (one.item, one.way) == ("all items", "writing of the stems")
    assert len(one.stability.units) == 21


def test_one_way_of_writing_is_refused_with_what_to_do(tmp_path):
    given = va.administer("pvq-21", "sim:human", store=tmp_path / "a.db")
    with pytest.raises(DataError, match="variant=original,misspelt"):
        over_ways(given.long, given.instrument)


def test_judgements_of_known_truth_have_a_worst_case(tmp_path):
    study = va.load_study("ferrario-2024-robustness")
    judged = study.file.judgements
    given = va.administer(
        "crisis-judgement",
        "sim:judge",
        about="intake-records",
        variant=["original", "slow"],
        store=tmp_path / "a.db",
    )
    (one,) = over_ways(given.long, given.instrument, judged)
    table = one.stability.table.set_index("measure")["value"]
    assert 0 < table["worst_case"] <= table["worst_variant"] <= table["best_variant"] <= 1


def test_the_shipped_study_loads_and_its_notes_rule_out_uses():
    study = va.load_study("ferrario-2024-robustness")
    notes = " ".join(study.notes)
    for words in ("Responsible use", "not samples of how any population writes", "declared before"):
        assert words in notes
    assert {each.expects.kind for each in study.file.checks} == {"stable"}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("item: suicide_attempt,\n", "item: attempt,\n", "has no item 'attempt'"),
        ("item: suicide_attempt,\n", "\n", "no item is named for crisis-outlook"),
        ("of: variant", "of: writing", "of"),
    ],
)
def test_a_reference_that_does_not_exist_is_an_error_with_its_line(tmp_path, old, new, said):
    path = tmp_path / "mine.yaml"
    assert old in FILE
    path.write_text(FILE.replace(old, new, 1), "utf-8")
    with pytest.raises(StudyError, match=re.escape(said)) as error:
        va.load_study(path)
    assert error.value.line is not None
