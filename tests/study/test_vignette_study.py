"""A vignette study end to end: planted effects are recovered, absent ones are not reported."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import valuealign as va
from valuealign.errors import StudyError
from valuealign.simulation import serve
from valuealign.simulation.simulated_vignettes import INTERACTION, MAIN
from valuealign.study.expectations import FactorEffect
from valuealign.study.study_findings import _factor_effect as factor_effect
from valuealign.study.vignette_effects import cell_means, effects, rated

STUDY = "levkovich-2023-suicide"
FACTORS = {"burden": ("high", "low"), "belonging": ("low", "high")}
WIDTH = 6.0


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    """The study with two respondents: one with an interaction, one without."""
    store = tmp_path_factory.mktemp("study") / "a.db"
    return va.run_study(STUDY, ["sim:vignette", "sim:additive"], store=store)


def table(result, analysis):
    """The numbers behind one section."""
    (section,) = [one for one in result.sections if one.analysis == analysis]
    return next(iter(section.data.values()))


@pytest.mark.parametrize(("model", "planted"), [("sim:vignette", INTERACTION), ("sim:additive", 0)])
def test_planted_effects_are_recovered_within_their_errors(result, model, planted):
    keyed = {item.id: item.keyed for item in va.load_instrument("crisis-outlook").items}
    rows = table(result, "effects")
    rows = rows[rows["model"] == model]
    assert len(rows) == 4 * 3
    for row in rows.to_dict("records"):
        size = 4 * planted if " x " in row["effect"] else 2 * MAIN
        expected = keyed[row["item"]] * size * WIDTH
        assert abs(row["estimate"] - expected) < 3 * row["se"], row
        assert row["se"] < 0.3


def test_the_findings_tell_the_two_apart(result):
    found = result.findings.set_index(["check", "respondent"])["agrees"]
    assert found["interaction", "sim:vignette"] == "yes"
    assert found["interaction", "sim:additive"] == "inconclusive"
    assert set(found[["burden", "belonging", "resilience"]]) == {"yes"}


def test_cell_means_are_those_of_the_answers(result):
    means = table(result, "cells")
    assert set(means["n"]) == {30}
    assert len(means) == 2 * 4 * 4
    high = means.query("model == 'sim:vignette' and item == 'suicide_attempt'")
    assert high.iloc[0][["burden", "belonging"]].tolist() == ["high", "low"]
    assert high["mean"].idxmax() == high.index[0]


def test_content_note_and_limits_of_use_stand_with_the_result(result):
    notes = " ".join(result.notes)
    assert "mental health crisis" in notes
    assert "is not for assessing the risk of any person" in notes
    assert "never an assessment of a person" in notes


def test_no_value_is_published_without_a_source(result):
    rows = result.published
    assert rows.loc[rows["value"].notna(), "source"].notna().all()
    assert rows.loc[rows["value"].isna(), "reason"].notna().all()
    assert "means and standard deviations" in rows.loc[rows["value"].isna(), "what"].iloc[0]


def test_an_endpoint_gives_the_same_answers_as_the_process_itself(result, tmp_path):
    stimuli = va.load_stimuli("burden-belonging")
    with serve("vignette", va.load_instrument("crisis-outlook"), stimuli=stimuli) as endpoint:
        again = va.run_study(STUDY, "m", base_url=endpoint.base_url, store=tmp_path / "a.db")
        assert endpoint.requests == 480
        va.run_study(STUDY, "m", base_url=endpoint.base_url, store=tmp_path / "a.db")
        assert endpoint.requests == 480
    rows = table(again, "effects")
    assert (rows.loc[rows["effect"] == "burden x belonging", "ci_lower"].abs() > 0).all()
    assert again.findings["agrees"].tolist() == ["yes"] * 4


@pytest.mark.parametrize(
    ("ends", "direction", "agrees"),
    [
        ((0.01, 1.0), "above", "yes"),
        ((0.01, 1.0), "below", "no"),
        ((-0.01, 1.0), "above", "inconclusive"),
        ((-0.01, 1.0), "below", "inconclusive"),
        ((-1.0, -0.01), "above", "no"),
        ((-1.0, -0.01), "below", "yes"),
        ((-1.0, 0.0), "below", "inconclusive"),
    ],
)
def test_an_effect_agrees_where_its_interval_lies_on_the_expected_side(ends, direction, agrees):
    class Evidence:
        class study:  # noqa: N801  # stands for an attribute
            instruments = {"i": None}  # noqa: RUF012

        def effects(self, _):
            row = {"model": "m", "item": "a", "reason": "", "estimate": sum(ends) / 2}
            both = [
                {**row, "effect": "f: x - y", "ci_lower": ends[0], "ci_upper": ends[1]},
                {**row, "effect": "f x g", "ci_lower": -9.0, "ci_upper": 9.0},
            ]
            return pd.DataFrame(both)

    expects = FactorEffect(
        kind="factor_effect", instrument="i", item="a", factors=["f"], direction=direction
    )
    (row,) = factor_effect(expects, Evidence())
    assert row["agrees"] == agrees


def ratings(n_bases=4, n=6, seed=0):
    """Long responses with a main effect of burden and none else."""
    draw = np.random.default_rng(seed)
    cells = [(a, b) for a in FACTORS["burden"] for b in FACTORS["belonging"]]
    rows = [
        {
            "model": "m",
            "persona": None,
            "item_id": "suicide_attempt",
            "stimulus_base": f"t{k}",
            "stimulus_variant": "original",
            "stimulus_burden": a,
            "stimulus_belonging": b,
            "value": 4.0 + (a == "high") + draw.normal(scale=0.5),
        }
        for k in range(n_bases)
        for a, b in cells
        for _ in range(n)
    ]
    return pd.DataFrame(rows)


def of_attempt(long):
    """The effects on one outcome."""
    instrument = va.load_instrument("crisis-outlook")
    found = effects(rated(long, FACTORS), instrument, FACTORS)
    return found[found["item"] == "suicide_attempt"].set_index("effect")


def test_effects_equal_differences_of_means_in_a_balanced_design():
    long = ratings()
    found = of_attempt(long)
    mean = long.groupby(["stimulus_burden", "stimulus_belonging"])["value"].mean()
    main = mean["high"].mean() - mean["low"].mean()
    of_differences = (mean["high", "low"] - mean["low", "low"]) - (
        mean["high", "high"] - mean["low", "high"]
    )
    assert found.loc["burden: high - low", "estimate"] == pytest.approx(main, abs=1e-9)
    assert found.loc["burden x belonging", "estimate"] == pytest.approx(of_differences, abs=1e-9)


def test_variants_and_missing_answers_are_no_ratings():
    long = ratings()
    more = long.assign(stimulus_variant="hesitant", value=1.0)
    gone = long.assign(value=np.nan)
    both = pd.concat([long, more, gone], ignore_index=True)
    assert len(rated(both, FACTORS)) == len(long)


def test_one_base_text_has_cell_means_and_no_effects():
    long = ratings(n_bases=1)
    found = of_attempt(long)
    assert found["estimate"].isna().all()
    assert set(found["reason"]) == {
        "there is one base text; write several, so that texts are a random factor"
    }
    assert of_attempt(ratings(n_bases=2))["estimate"].notna().all()


def test_a_cell_without_an_answer_has_none_and_its_effects_say_why():
    long = ratings()
    cell = (long["stimulus_burden"] == "low") & (long["stimulus_belonging"] == "high")
    long = long[~cell]
    means = cell_means(rated(long, FACTORS), va.load_instrument("crisis-outlook"), FACTORS)
    attempt = means[means["item"] == "suicide_attempt"]
    assert attempt["n"].tolist() == [24, 24, 24, 0]
    assert of_attempt(long)["reason"].str.len().min() > 0


FILE = """
id: mine
title: Mine
instruments:
  - {instrument: crisis-outlook, about: burden-belonging}
checks:
  - id: a
    says: burden matters
    expects: {kind: factor_effect, instrument: crisis-outlook, item: suicide_attempt,
              factors: [burden], direction: above}
"""


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("about: burden-belonging", "about: burden-belongin", "did you mean 'burden-belonging'"),
        (", about: burden-belonging", "", "asked about a stimulus"),
        ("crisis-outlook, about", "pvq-21, about", "asked about no stimulus"),
        ("burden-belonging}", "burden-belonging, variants: [shy]}", "no variant 'shy'"),
        ("[burden]", "[burdn]", "did you mean 'burden'"),
        ("item: suicide_attempt", "item: attempt", "crisis-outlook has no item 'attempt'"),
    ],
)
def test_what_a_study_names_is_there_or_is_an_error_with_a_line(tmp_path, old, new, says):
    path = tmp_path / "mine.yaml"
    path.write_text(FILE, encoding="utf-8")
    assert va.load_study(path).n_requests == 12 * 4 * 2
    path.write_text(FILE.replace(old, new), encoding="utf-8")
    with pytest.raises(StudyError, match=r"mine\.yaml:\d+: ") as error:
        va.load_study(path)
    assert says in str(error.value)


def test_analyses_of_people_are_not_made_of_stimuli(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(FILE, encoding="utf-8")
    made = va.run_study(path, "sim:vignette", store=tmp_path / "a.db")
    assert [section.analysis for section in made.sections] == ["cells", "effects"]
    path.write_text(FILE + "analyses: [verdict, cells]\n", encoding="utf-8")
    made = va.run_study(path, "sim:vignette", store=tmp_path / "a.db")
    assert "use the analyses 'cells' and 'effects'" in made.sections[0].notes[0]
