"""The recovery study: answers like people's are called alike, planted ones are not."""

from __future__ import annotations

import re
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

import valuealign as va
from valuealign.errors import DataError, StudyError
from valuealign.shipped import shipped
from valuealign.study.answer_shares import AnswersByText, shares_of_texts
from valuealign.study.answer_tables import distribution_sections
from valuealign.study.vignette_expectations import AlphaLikePeople
from valuealign.study.vignette_findings import judged_vignettes, side
from valuealign.study.vignette_tables import cells_section

STUDY = "elyoseph-2024-recovery"
ROLE = {"sim:human": "people", "sim:vignette": "planted"}


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    """The study with people's own answers and with planted ones: two runs of one form."""
    folder = tmp_path_factory.mktemp("study")
    text = (shipped("studies") / f"{STUDY}.yaml").read_text(encoding="utf-8")
    quick = text.replace("published,reversed", "published").replace(
        "[distribution, cells, effects, scale]", "[distribution]"
    )
    (folder / "quick.yaml").write_text(quick, encoding="utf-8")
    study = va.load_study(folder / "quick.yaml").changed(occasions=2)
    return va.run_study(study, list(ROLE), store=folder / "a.db")


def table(result, analysis, name):
    """The numbers behind a section."""
    for section in result.sections:
        if section.analysis == analysis and name in section.data:
            return section.data[name]
    raise AssertionError(f"no {name} in {analysis}")


def test_every_instrument_is_asked_about_every_vignette():
    study = va.load_study(STUDY)
    assert study.n_requests == 64 * 2 * (5 * 4 + 1)
    assert study.changed(limit=8).n_requests == 8 * 2 * (5 * 4 + 1)


def test_answers_like_peoples_are_called_alike_and_planted_ones_unlike(result):
    found = result.findings.set_index(["check", "respondent"])["agrees"]
    assert found["untreated_like_people", "sim:human"] == "yes"
    assert found["treated_unlike_people", "sim:human"] != "yes"  # "no" in ten runs: docs/studies.md
    assert found["untreated_like_people", "sim:vignette"] == "no"
    assert found["treated_unlike_people", "sim:vignette"] == "yes"
    assert found["treated_schizophrenia", "sim:human"] == "yes"
    # Two runs of eight texts: people's 18 % is below a half, often with an interval that holds it.
    assert found["untreated_schizophrenia", "sim:human"] != "no"
    assert found["treatment_helps", "sim:human"] == "yes"
    # Planted is an effect at its first level, and none between conditions among sim:human's.
    assert found["distance", "sim:vignette"] == "yes"
    assert found["distance", "sim:human"] == "inconclusive"


def test_people_stand_beside_every_model_with_their_weighted_share(result):
    shares = table(result, "distribution", "shares")
    people = shares[shares["respondent"] == "recovery-us-gss2018"]
    row = people[(people["cell"] == "schizophrenia, treated") & (people["code"] == 4)].iloc[0]
    assert row["share"] == pytest.approx(0.521, abs=0.001)
    assert row["ci_lower"] < row["share"] < row["ci_upper"]
    assert 150 < row["n_effective"] < row["n"] == 223
    findings = result.findings.set_index(["check", "respondent"])["people"]
    assert findings["treated_schizophrenia", "sim:human"].startswith("97 [")


def test_simulated_people_lie_within_their_intervals(result):
    """Each share of sim:human is drawn from people's own: 64 shares, 95 % intervals."""
    shares = table(result, "distribution", "shares")
    both = shares[shares["item"] == "gets_better"].pivot_table(
        index=["cell", "code"], columns="respondent", values=["share", "ci_lower", "ci_upper"]
    )
    true = both["share"]["recovery-us-gss2018"]
    inside = (both["ci_lower"]["sim:human"] <= true) & (true <= both["ci_upper"]["sim:human"])
    assert len(inside) == 32
    assert inside.mean() > 0.9


def test_distances_by_chance_are_near_those_of_simulated_people(result):
    distances = table(result, "distribution", "distances").query("distance == 'total_variation'")
    prognosis = distances[distances["item"] == "gets_better"]
    mean = prognosis.groupby("respondent")[["value", "by_chance"]].mean()
    assert mean.loc["sim:human", "value"] == pytest.approx(
        mean.loc["sim:human", "by_chance"], abs=0.05
    )
    assert mean.loc["sim:vignette", "value"] > 0.3
    assert (prognosis["ci_lower"] <= prognosis["ci_upper"]).all()


def test_alpha_is_judged_for_models_and_not_for_people(result):
    checked = result.findings.query("check == 'alpha'")
    assert set(checked["respondent"]) == set(ROLE)
    assert set(checked["people"]) == {"0.880 [0.867, 0.893]"}


def test_design_notes_and_limits_of_use_stand_with_the_result_once(result):
    notes = " ".join(result.notes)
    assert notes.count("recovery-vignettes is not for") == 1
    assert "not a prognosis" in notes
    (section,) = [s for s in result.sections if "shares of each answer" in s.title][:1]
    assert "weight-based" in " ".join(section.notes)


def test_no_published_fact_is_from_memory(result):
    rows = result.published
    assert rows.loc[rows["value"].notna(), "source"].notna().all()
    assert "tables were not at hand" in rows.loc[rows["value"].isna(), "reason"].iloc[0]


@pytest.mark.parametrize("section", [cells_section, distribution_sections])
def test_without_a_readable_answer_a_table_says_so(section):
    """The bundled small model gave none to a whole page of items."""
    evidence = SimpleNamespace(
        factors=lambda _: {"a": ("x", "y")},
        ratings=lambda _: pd.DataFrame({"model": []}),
        answers=lambda _: None,
    )
    with pytest.raises(DataError, match="no answer to mine could be read"):
        section(evidence, SimpleNamespace(id="mine"))


def test_personas_recover_peoples_alpha_factor_model_and_invariance(tmp_path):
    """Persons drawn from people's moments: alpha is theirs within its error."""
    (tmp_path / "one.yaml").write_text(ONE_VIGNETTE, encoding="utf-8")
    (tmp_path / "mine.yaml").write_text(PERSONAS, encoding="utf-8")
    result = va.run_study(tmp_path / "mine.yaml", "sim:human", store=tmp_path / "a.db")
    fits = table(result, "scale", "fits").set_index("respondent")
    people, model = fits.loc["social-distance-us-gss2018"], fits.loc["sim:human"]
    assert people["alpha"] == pytest.approx(0.880, abs=0.0005)
    assert (people["n"], model["n"]) == (1066, 240)
    assert people["cfi"] == pytest.approx(0.953, abs=0.001)
    assert model["alpha"] == pytest.approx(people["alpha"], abs=0.06)
    of_one = fits.loc["social-distance-us-gss2018-schizophrenia"]
    assert of_one["alpha"] == pytest.approx(0.849, abs=0.0005)
    levels = table(result, "scale", "levels").set_index(["groups", "level"])["standing"]
    assert levels["people and sim:human", "metric"] != "fails"
    assert levels["people, by mood", "scalar"] == "fails"


ONE_VIGNETTE = """
id: one
version: "1.0"
title: {en: Two vignettes}
source: written for a test
rights: {holder: nobody, terms: none, redistribution: false}
languages: [en]
fields: {vignette: text}
template:
  texts:
    - {id: a, values: {vignette: "Kim is {mood}."}}
    - {id: b, values: {vignette: "Lou is {mood}."}}
  factors: {mood: {levels: {low: {mood: low}, high: {mood: high}}}}
"""
PERSONAS = """
id: mine
title: Persons
instruments: [{instrument: social-distance, about: one.yaml, forms: [direction=published]}]
populations: {social-distance: social-distance-us-gss2018}
scales:
  - instrument: social-distance
    declared: the same persons
    by: mood
    people:
      low: social-distance-us-gss2018-schizophrenia
      high: social-distance-us-gss2018-troubles
analyses: [scale]
persona_sample:
  n: 60
  margins: {age: {20-39: 0.5, 40-60: 0.5}, trade: {nurse: 0.2, clerk: 0.3, driver: 0.3, cook: 0.2}}
"""


@pytest.mark.parametrize(
    ("low", "high", "direction", "agrees"),
    [
        (0.51, 0.8, "above", "yes"),
        (0.5, 0.8, "above", "inconclusive"),
        (0.2, 0.5, "above", "inconclusive"),
        (0.2, 0.49, "above", "no"),
        (0.2, 0.49, "below", "yes"),
        (0.2, 0.5, "below", "inconclusive"),
        (0.51, 0.8, "below", "no"),
        (np.nan, np.nan, "above", "inconclusive"),
    ],
)
def test_an_interval_agrees_where_it_lies_on_the_expected_side(low, high, direction, agrees):
    assert side(low, high, than=0.5, direction=direction) == agrees


@pytest.mark.parametrize(
    ("alpha", "half", "agrees"),
    [
        (0.90, 0.02, "yes"),
        (0.93, 0.02, "inconclusive"),
        (0.97, 0.01, "no"),
        (0.80, 0.01, "no"),
        (0.84, 0.10, "inconclusive"),
        (0.86, 0.02, "yes"),
        (float("nan"), 0.1, "inconclusive"),
    ],
)
def test_alpha_agrees_where_its_difference_is_within_the_margin(alpha, half, agrees):
    row = {"scale": "A", "reason": ""}
    people = row | {"kind": "people", "respondent": "p", "alpha": 0.88}
    mine = row | {"kind": "model", "respondent": "m", "alpha": alpha}
    ends = {"ci_lower": alpha - half, "ci_upper": alpha + half}
    frame = pd.DataFrame([people | {"ci_lower": 0.87, "ci_upper": 0.89}, mine | ends])
    each = SimpleNamespace(instrument="i")
    evidence = SimpleNamespace(
        study=SimpleNamespace(file=SimpleNamespace(scales=[each])), scale_fits=lambda _: frame
    )
    expects = AlphaLikePeople(kind="alpha_like_people", instrument="i", scale="A", within=0.05)
    (found,) = judged_vignettes(expects, evidence)
    assert found["agrees"] == agrees


def test_counts_pool_factors_that_are_not_named_and_keep_texts_apart():
    rows = pd.DataFrame(
        {
            "model": "m",
            "item": "a",
            "rating": [1.0, 2.0, 2.0, 1.0],
            "base": ["t1", "t1", "t2", "t2"],
            "f_x": ["p", "q", "p", "q"],
        }
    )
    answers = AnswersByText(rows, [1.0, 2.0, 3.0])
    assert answers.counts("m", "a", {}).tolist() == [[1, 1, 0], [1, 1, 0]]
    assert answers.counts("m", "a", {"x": "p"}).tolist() == [[1, 0, 0], [0, 1, 0]]
    assert answers.counts("m", "b", {}).shape == (0, 3)
    assert np.isnan(shares_of_texts(np.zeros((0, 3)), [True, False, False])).all()


FILE = """
id: mine
title: Mine
instruments:
  - {instrument: recovery-outlook, about: recovery-vignettes}
  - {instrument: social-distance, about: recovery-vignettes}
populations: {social-distance: social-distance-us-gss2018}
scales:
  - {instrument: social-distance, declared: mine, by: condition,
     people: {alcohol: social-distance-us-gss2018-alcohol}}
checks:
  - id: a
    says: likely
    expects: {kind: answer_share, instrument: recovery-outlook, item: gets_better,
              where: {treatment: none}, codes: [3, 4], direction: above, than: 0.5}
  - id: b
    says: alike
    expects: {kind: distance_from_people, instrument: recovery-outlook, item: gets_better,
              where: {condition: alcohol, treatment: treated}, direction: below, than: 0.2}
  - id: c
    says: consistent
    expects: {kind: alpha_like_people, instrument: social-distance, scale: DISTANCE, within: 0.1}
  - id: d
    says: effect
    expects: {kind: score_effect, instrument: social-distance, score: DISTANCE,
              factors: [treatment], direction: below}
"""


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("where: {treatment: none}", "where: {treatmen: none}", "did you mean 'treatment'"),
        ("where: {treatment: none}", "where: {treatment: nothing}", "has no level 'nothing'"),
        ("codes: [3, 4]", "codes: [3, 5]", "has no code 5"),
        ("treatment: treated}, d", "treatment: any}, d", "has no level 'any'"),
        ("{condition: alcohol, treatment: treated}", "{condition: alcohol}", "has no answers to"),
        ("scale: DISTANCE", "scale: DISTANCES", "did you mean 'DISTANCE'"),
        ("score: DISTANCE", "score: DISTANT", "has no score 'DISTANT'"),
        ("by: condition", "by: conditions", "did you mean 'condition'"),
        ("{alcohol: social", "{wine: social", "there is no level 'wine'"),
        ("gss2018-alcohol}", "gss2018-beer}", "there is no population"),
        (", by: condition", "", "'by' and 'people' go together"),
        ("populations: {social-distance: social-distance-us-gss2018}", "", "is named"),
        ("title: Mine", "title: Mine\nanswers: {recovery-outlook: nobody}", "no answer counts"),
        ("title: Mine", "title: Mine\nanswers: {recovery: x}", "the study gives no instrument"),
        (
            "title: Mine",
            "title: Mine\nanswers: {recovery-outlook: distance-us-gss2018}",
            "is of social-distance, not of recovery-outlook",
        ),
    ],
)
def test_what_a_study_says_of_people_is_there_or_is_an_error_with_a_line(tmp_path, old, new, says):
    path = tmp_path / "mine.yaml"
    path.write_text(FILE, encoding="utf-8")
    va.load_study(path)
    assert old in FILE
    path.write_text(FILE.replace(old, new), encoding="utf-8")
    with pytest.raises(StudyError, match=r"mine\.yaml:\d+: ") as error:
        va.load_study(path)
    assert says in str(error.value)


def vignettes(name):
    """Every text of a set, with its cell."""
    stimuli = va.load_stimuli(name)
    return [stimuli.stimulus(k, "en") for k in range(len(stimuli))]


def reading_ease(text):
    """Flesch's reading ease, with vowel groups for syllables: higher is easier."""
    words = re.findall(r"[A-Za-z']+", text)
    syllables = sum(max(1, len(re.findall(r"[aeiouy]+", w.lower().rstrip("e")))) for w in words)
    sentences = len(re.findall(r"[.!?](?:\s|$)", text))
    return 206.835 - 1.015 * len(words) / sentences - 84.6 * syllables / len(words)


def test_vignettes_differ_in_one_thing_at_a_time_and_are_alike_in_length_and_reading_level():
    texts = vignettes("recovery-vignettes")
    assert len({t.shown["vignette"] for t in texts}) == 64
    frame = pd.DataFrame(
        [
            {
                "condition": t.conditions["condition"],
                "words": len(t.shown["vignette"].split()),
                "ease": reading_ease(t.shown["vignette"]),
            }
            for t in texts
        ]
    )
    by = frame.groupby("condition").mean()
    assert by["words"].max() / by["words"].min() < 1.1
    assert by["ease"].max() - by["ease"].min() < 10
    assert by["ease"].min() > 60  # plain English
    for t in texts:
        others = [o for o in texts if o.base == t.base and o.conditions != t.conditions]
        same = [o for o in others if o.conditions["condition"] == t.conditions["condition"]]
        (twin,) = same  # only the last sentence differs
        assert t.shown["vignette"].rsplit(". ", 1)[0] == twin.shown["vignette"].rsplit(". ", 1)[0]


def test_pronouns_agree_in_every_vignette():
    women = {"carla", "ruth", "leonie", "nadia"}
    for t in vignettes("recovery-vignettes"):
        words = set(re.findall(r"[a-z]+", t.shown["vignette"].lower()))
        wrong = {"he", "his", "him"} if t.base in women else {"she", "her"}
        assert not words & wrong, t.id
