"""The eating study: a planted bias of .4 SD is found, and a planted 0 is called equivalent."""

from __future__ import annotations

import json
import re
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from valuealign_cli.main import valuealign

import valuealign as va
from valuealign.errors import StudyError
from valuealign.simulation.simulated_vignettes import BIAS
from valuealign.study.load_study import study_names
from valuealign.study.score_effects import equivalence_pvalue, score_effects
from valuealign.study.vignette_expectations import NoScoreEffect, ScoreEffect
from valuealign.study.vignette_findings import judged_vignettes

STUDY = "schnepper-2025-eating"
FACTORS = {"patient": ("man", "woman"), "partner": ("man", "woman")}
WIDTH = 5.0


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    """The study with a biased and a fair respondent; ten answers about each version."""
    store = tmp_path_factory.mktemp("study") / "a.db"
    return va.run_study(STUDY, ["sim:biased", "sim:fair"], store=store)


def test_a_planted_bias_is_found_and_a_planted_0_is_equivalent(result):
    found = result.findings.set_index(["check", "respondent"])
    assert found.loc[("no_bias", "sim:biased"), "agrees"] == "no"
    assert found.loc[("no_bias", "sim:fair"), "agrees"] == "yes"
    assert found.loc[("partner", "sim:biased"), "agrees"] == "yes"
    # Planted is that men are rated higher; the published finding is the reverse.
    assert found.loc[("patient", "sim:biased"), "agrees"] == "no"
    assert found.loc[("patient", "sim:fair"), "agrees"] == "inconclusive"
    assert "equivalence p" in found.loc[("no_bias", "sim:fair"), "yours"]


@pytest.mark.parametrize(("model", "planted"), [("sim:biased", 2 * BIAS * WIDTH), ("sim:fair", 0)])
def test_the_planted_difference_is_recovered_within_its_error(result, model, planted):
    (section,) = result.sections
    rows = section.data["score_effects"].query("respondent == @model and score == 'MENTAL'")
    patient = rows[rows["effect"] == "patient: man - woman"].iloc[0]
    assert abs(patient["estimate"] - planted) < 3 * patient["se"]
    assert patient["d"] == pytest.approx(patient["estimate"] / patient["sd"])
    other = rows[rows["effect"] == "partner: man - woman"].iloc[0]
    assert abs(other["estimate"]) < 3 * other["se"]


def test_second_hand_findings_are_labelled_and_nothing_is_from_memory(result):
    sources = result.findings["source"].dropna()
    assert sources.str.contains("second-hand").all()
    assert result.findings["published"].str.contains("12.8 for male and 15.1").any()
    numbers = " ".join(str(v) for v in result.published["value"].dropna())
    for from_memory in ("6.15", "0.35", "5.65", "5.61"):
        assert from_memory not in numbers


def test_labels_limits_of_use_and_what_is_absent_stand_with_the_result(result):
    notes = " ".join(result.notes)
    assert "open form, not the RAND-36" in notes
    assert "eating-vignettes is not for" in notes
    assert "left out: ede-q.yaml is not in the working folder" in notes


def scores(bias, seed, answers=10, of_texts=0.5):
    """Scores of one model: standard deviation 1 within a cell, a bias by the first factor."""
    rng = np.random.default_rng(seed)
    cells = [(t, a, b) for t in range(12) for a in (0, 1) for b in (0, 1)]
    text, first, second = (np.repeat(x, answers) for x in np.array(cells).T)
    frame = pd.DataFrame({"model": "m", "persona": "none", "base": text.astype(str)})
    base = rng.normal(0, of_texts**0.5, 12)[text]
    frame["rating"] = base + (0.5 - first) * bias + rng.normal(0, (1 - of_texts) ** 0.5, len(text))
    for name, codes in (("f_patient", first), ("f_partner", second)):
        frame[name] = pd.Categorical.from_codes(codes, ["man", "woman"])
    return frame


def test_effects_on_scores_equal_differences_of_means():
    rows = scores(0.4, 1)
    effect = score_effects(rows, "S", FACTORS).iloc[0]
    mean = rows.groupby("f_patient", observed=True)["rating"].mean()
    assert effect["estimate"] == pytest.approx(mean["man"] - mean["woman"], abs=1e-9)
    fit = va.mixed("rating", rows, fixed=["f_patient", "f_partner"], random=["base"])
    assert effect["sd"] == pytest.approx(fit.random["variance"].sum() ** 0.5)


def test_a_bias_is_found_and_none_is_called_equivalent_in_most_samples():
    """Twelve samples each; with 300 the rates stand in benchmarks/README.md."""
    found, equivalent, wrong = 0, 0, 0
    for seed in range(12):
        row = score_effects(scores(0.4, seed), "S", FACTORS).iloc[0].to_dict()
        found += row["ci_lower"] > 0
        wrong += equivalence_pvalue(row, 0.25) < 0.05
        row = score_effects(scores(0.0, seed), "S", FACTORS).iloc[0].to_dict()
        equivalent += equivalence_pvalue(row, 0.25) < 0.05
    assert found == 12
    assert wrong == 0
    assert equivalent >= 10


def judged(expects, row):
    """What a check says of one effect."""
    base = {"respondent": "m", "score": "S", "effect": "f: a - b", "reason": "", "sd": 1.0}
    frame = pd.DataFrame([base | row])
    evidence = SimpleNamespace(
        study=SimpleNamespace(instruments={"i": None}), score_effects=lambda *_: frame
    )
    (found,) = judged_vignettes(expects, evidence)
    return found["agrees"]


def effect(d, se=0.1, df=200.0):
    """An effect with a normal error."""
    half = 1.9719 * se
    p = 0.0 if abs(d) > half else 0.5
    ends = {"ci_lower": d - half, "ci_upper": d + half}
    return (
        {"estimate": d, "se": se, "df": df, "pvalue": p, "d": d}
        | ends
        | {
            "d_lower": ends["ci_lower"],
            "d_upper": ends["ci_upper"],
        }
    )


@pytest.mark.parametrize(
    ("d", "se", "agrees"),
    [
        (0.0, 0.1, "yes"),  # 1.65 errors lie within .25
        (0.08, 0.1, "yes"),
        (0.09, 0.1, "inconclusive"),
        (-0.08, 0.1, "yes"),
        (-0.09, 0.1, "inconclusive"),
        (0.0, 0.16, "inconclusive"),
        (0.41, 0.1, "inconclusive"),
        (0.42, 0.1, "no"),
        (-0.42, 0.1, "no"),
        (-0.41, 0.1, "inconclusive"),
    ],
)
def test_no_effect_is_shown_inside_the_margin_and_refuted_outside(d, se, agrees):
    expects = NoScoreEffect(
        kind="no_score_effect", instrument="i", score="S", factors=["f"], within=0.25
    )
    assert judged(expects, effect(d, se)) == agrees


@pytest.mark.parametrize(
    ("d", "direction", "agrees"),
    [
        (0.2, "above", "yes"),
        (0.19, "above", "inconclusive"),
        (0.2, "below", "no"),
        (-0.2, "below", "yes"),
        (-0.19, "below", "inconclusive"),
    ],
)
def test_an_effect_on_a_score_agrees_beyond_0_on_its_side(d, direction, agrees):
    expects = ScoreEffect(
        kind="score_effect", instrument="i", score="S", factors=["f"], direction=direction
    )
    assert judged(expects, effect(d)) == agrees


def test_one_base_text_has_no_effect_and_says_why():
    rows = scores(0.4, 1)
    one = score_effects(rows[rows["base"] == "0"], "S", FACTORS).iloc[0].to_dict()
    assert np.isnan([one["estimate"], one["sd"], one["d"]]).all()
    assert "one base text" in one["reason"]
    assert np.isnan(equivalence_pvalue(one, 0.25))


def test_versions_of_a_text_differ_only_in_sex_and_agree_in_themselves():
    stimuli = va.load_stimuli("eating-vignettes")
    texts = [stimuli.stimulus(k, "en") for k in range(len(stimuli))]
    assert len(texts) == 48
    assert len({t.shown["vignette"] for t in texts}) == 48
    he, she = {"he", "his", "him", "himself"}, {"she", "her", "hers", "herself"}
    partner = {"man": {"boyfriend", "husband"}, "woman": {"girlfriend", "wife"}}
    sexed = he | she | partner["man"] | partner["woman"]
    for t in texts:
        words = re.findall(r"[a-z]+", t.shown["vignette"].lower())
        wrong = she if t.conditions["patient"] == "man" else he
        other = partner["woman" if t.conditions["partner"] == "man" else "man"]
        assert not set(words) & (wrong | other), t.id
    by_base = pd.Series(
        [
            " ".join(
                "X" if w.lower() in sexed or w in NAMES else w
                for w in re.findall(r"[A-Za-z]+", t.shown["vignette"])
            )
            for t in texts
        ]
    ).groupby([t.base for t in texts])
    assert by_base.nunique().eq(1).all()  # but for sexed words the four versions are one text
    lengths = pd.Series([len(t.shown["vignette"].split()) for t in texts])
    assert lengths.groupby([t.base for t in texts]).nunique().max() == 1
    assert lengths.between(45, 70).all()


MEN = ["Jonas", "Mark", "Leo", "David", "Felix", "Omar", "Timo", "Stefan", "Noah", "Georg"]
WOMEN = ["Jana", "Maria", "Lea", "Dora", "Fiona", "Olga", "Tina", "Silvia", "Nora", "Greta"]
NAMES = {*MEN, *WOMEN, "Anton", "Daniel", "Anna", "Daniela"}


def test_texts_name_no_number_but_the_age():
    stimuli = va.load_stimuli("eating-vignettes")
    for k in range(len(stimuli)):
        text = stimuli.stimulus(k, "en").shown["vignette"]
        assert len(re.findall(r"\d+", text)) == 1
        assert not re.search(r"\b(kilos?|kg|pounds?|calories|laxatives?|vomit\w*)\b", text)


def test_your_copy_is_asked_about_the_same_vignettes(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.txt").write_text("1. I was full.\n2. I was cold.\n3. I was slow.\n")
    asked = [
        "instruments",
        "import",
        "numbered",
        "mine.txt",
        "--id",
        "ede-q",
        "--about",
        "vignette",
    ]
    labels = ["--labels", "no day|some days|most days|every day"]
    done = CliRunner().invoke(valuealign, [*asked, *labels])
    assert done.exit_code == 0, done.output
    assert va.load_instrument("ede-q.yaml").about == {"vignette": "text"}
    study = va.load_study(STUDY)
    assert list(study.instruments) == ["mental-life", "ede-q.yaml"]
    assert not any("left out" in note for note in study.notes)
    made = va.run_study(study.changed(occasions=1, limit=8), "sim:fair", store=tmp_path / "a.db")
    titles = [section.title for section in made.sections]
    assert titles[1] == "ede-q: effects of patient, partner on scores"


FILE = """
id: mine
title: Mine
instruments:
  - {instrument: mental-life, about: eating-vignettes}
  - {instrument: my.yaml, about: eating-vignettes, yours: true}
checks:
  - id: a
    says: none
    expects: {kind: no_score_effect, instrument: mental-life, score: MENTAL,
              factors: [patient], within: 0.2}
"""


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("my.yaml", "mental-health", "is not the name of a file"),
        ("about: eating-vignettes}", "about: eating-vignettes, yours: true}", "is not the name"),
        ("instrument: mental-life, score", "instrument: my.yaml, score", "which may be absent"),
        ("[patient]", "[patients]", "did you mean 'patient'"),
        ("MENTAL", "MENTALLY", "has no score"),
    ],
)
def test_what_is_the_users_stands_last_and_no_check_needs_it(tmp_path, old, new, says):
    path = tmp_path / "mine.yaml"
    path.write_text(FILE, encoding="utf-8")
    assert va.load_study(path).notes[0].startswith("left out: my.yaml")
    path.write_text(FILE.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(StudyError, match=r"mine\.yaml:\d+: ") as error:
        va.load_study(path)
    assert says in str(error.value)


def test_show_prints_design_facts_and_responsible_use():
    done = CliRunner().invoke(valuealign, ["study", "show", STUDY])
    assert done.exit_code == 0
    text = " ".join(done.output.split())
    assert "480 for each model" in text
    assert "patient (man, woman) x" in text
    assert "Notes and responsible use" in text
    assert "is not for assessing, diagnosing or advising any person" in text
    assert "not available: nobody was asked" in text
    told = json.loads(CliRunner().invoke(valuealign, ["study", "show", STUDY, "--json"]).stdout)
    assert told["parts"][0]["about"] == "eating-vignettes"
    assert any("is not for" in note for note in told["notes"])


def test_every_study_with_clinical_stimuli_says_what_it_is_not_for():
    for name in study_names():
        study = va.load_study(name)
        for chosen in study.about.values():
            assert chosen.stimuli.file.content_note, name
            assert any("is not for" in note for note in study.notes), name


def test_a_respondent_sees_a_stimulus_with_fields_that_no_slot_shows():
    """A category and a number on no page do not hide which stimulus it is."""
    from valuealign.simulation.slot_reading import SlotReader

    instrument, stimuli = va.load_instrument("mental-life"), va.load_stimuli("eating-vignettes")
    text = instrument.instructions[0].text["en"]["plain"]
    shown = stimuli.stimulus(5, "en")
    page = text.replace("{vignette}", shown.shown["vignette"]) + "\n\n1. The person felt at ease."
    _, seen = SlotReader([instrument], stimuli).read(page)
    assert seen is not None
    assert seen.id == shown.id
