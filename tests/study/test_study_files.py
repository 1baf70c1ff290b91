"""Study files: a few lines do; what a file may not say is an error with its line and a hint."""

from __future__ import annotations

from pathlib import Path

import pytest

import valuealign as va
from valuealign.errors import FileError, PlanError, StudyError
from valuealign.study.anchor.load_anchor import anchor_names
from valuealign.study.load_study import study_names, study_schema

SHORT = """\
id: mine
title: Mine
instruments:
  - {instrument: pvq-21}
"""
SEXES = """\
persona_sample:
  n: 10
  margins:
    sex: {female: 0.5, male: 0.5}
groups:
  - {instrument: pvq-21, by: sex, people: {female: pvq21-de-ess9-women, male: pvq21-de-ess9-men}}
"""
CHECK = """\
checks:
  - id: one
    says: it is so
    expects: {kind: against_people, instrument: pvq-21, score: UN, direction: above}
"""


def loaded(tmp_path, text):
    """A study of this text."""
    path = tmp_path / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    return va.load_study(path)


def test_four_lines_are_a_study(tmp_path):
    study = loaded(tmp_path, SHORT)
    assert study.n_requests == 84
    assert study.personas == ()
    assert study.populations == {"pvq-21": "pvq21-de-ess9"}
    assert repr(study) == "<Study mine: pvq-21 x 1>"


def test_six_lines_more_are_a_population_of_personas_and_its_group_differences(tmp_path):
    study = loaded(tmp_path, SHORT + SEXES)
    assert len(study.personas) == 10
    assert study.n_requests == 840
    assert {p.attributes["sex"] for p in study.personas} == {"female", "male"}
    assert "10 personas have 2 different texts" in study.notes[-1]


def test_shares_may_be_the_sizes_of_human_samples(tmp_path):
    text = (SHORT + SEXES).replace("n: 10", "n: 100")
    text = text.replace(
        "{female: 0.5, male: 0.5}", "{female: pvq21-de-ess9-women, male: pvq21-de-ess9-men}"
    )
    women = sum(p.attributes["sex"] == "female" for p in loaded(tmp_path, text).personas)
    assert abs(women - 100 * 1091 / (1091 + 1155)) < 1


def test_personas_may_be_resampled_from_a_file_of_people_and_raked(tmp_path):
    (tmp_path / "people.csv").write_text(
        "sex,age,w\n" + "".join(f"female,{a},1\nmale,{a},3\n" for a in range(20, 40))
    )
    text = SHORT + SEXES.replace("  n: 10\n", "  n: 40\n  people: people.csv\n  weight: w\n")
    study = loaded(tmp_path, text)
    assert sum(p.attributes["sex"] == "female" for p in study.personas) == 20
    assert all(20 <= p.attributes["age"] < 40 for p in study.personas)


def test_files_are_looked_for_beside_the_study(tmp_path):
    (tmp_path / "who.csv").write_text("id,sex,age\np1,female,34\n")
    text = SHORT + "persona_file: who.csv\n"
    assert loaded(tmp_path, text).personas[0].text == "You are a 34-year-old woman."
    moods = (Path(__file__).parents[1] / "moods.yaml").read_text(encoding="utf-8")
    (tmp_path / "moods.yaml").write_text(moods)
    assert loaded(tmp_path, SHORT.replace("pvq-21", "moods.yaml")).n_requests == 24


def test_a_study_given_otherwise_says_so_and_the_file_stays_as_it_was(tmp_path):
    study = loaded(tmp_path, SHORT)
    other = study.changed(occasions=3, elicitation="json")
    assert other.n_requests == 252
    assert other.notes == [
        "given with occasions 3, where the study says 1",
        "given with elicitation json, where the study says choice",
    ]
    assert study.n_requests == 84
    assert study.changed(occasions=1).notes == []
    with pytest.raises(PlanError, match="elicitation is 'spoken'"):
        study.changed(elicitation="spoken")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (SHORT.replace("pvq-21", "pvq-22"), r":4: no instrument 'pvq-22'; did you mean 'pvq-21'"),
        (SHORT.replace("title:", "titel:"), r":2: unknown field 'titel'; did you mean 'title'"),
        (SHORT + "id: again\n", r":5: 'id' stands twice, first on line 1"),
        (SHORT + "seed: -1\n", r":5: 'seed' is -1; expected greater than or equal to 0"),
        (SHORT + "seed: !!python/name:os.system x\n", r":5: a tag"),
        (SHORT + "seed: &a 1\n", r":5: an anchor or alias"),
        (SHORT.replace("id: mine", "id: Mine!"), r":1: 'id' is 'Mine!'; expected small letters"),
        (SHORT.replace("Mine", '"a\\x1b[31mb"'), r":2: 'title': a control character"),
        ("- a\n- b\n", r":1: the file holds a list; expected a mapping"),
        ("", "the file is empty"),
        ("a: [", "this is not YAML"),
        (SHORT + "  - {instrument: pvq-21}\n", r":5: 'pvq-21' stands twice"),
        (SHORT.replace("pvq-21}", "pvq-21, occasions: 0}"), r":4: .*occasions' is 0"),
        (SHORT.replace("pvq-21}", "pvq-21, occasion: 3}"), "did you mean 'occasions'"),
        (SHORT.replace("pvq-21}", "pvq-21, forms: [direktion=x]}"), "there is no 'direktion'"),
        (SHORT.replace("pvq-21}", "pvq-21, forms: [language=fr]}"), "is not written in 'fr'"),
        (SHORT + "populations: {pvq-21: pvq21-de-ess8}\n", r":5: .*did you mean 'pvq21-de-ess9"),
        (SHORT + "populations: {pvq-21: pvqrr-de-2022}\n", r":5: pvqrr-de-2022 is of pvq-rr"),
        (SHORT + "populations: {pvq-40: pvq40-us-borg2017}\n", "gives no instrument 'pvq-40'"),
        (SHORT + "analyses: [profiles]\n", r":5: .*is 'profiles'"),
        (SHORT + SEXES.replace("by: sex", "by: sexe"), r":10: .* no attribute 'sexe'"),
        (SHORT + SEXES.replace("0.5, male", "0.6, male"), r":5: the shares of 'sex' add up to 1.1"),
        (SHORT + SEXES.replace(", male: 0.5", ", male: pvq21-de-ess9-men"), "mixes shares"),
        (SHORT + SEXES.replace("{female: 0.5, male: 0.5}", "{a: nobody, b: nobody}"), "nobody"),
        (SHORT + SEXES.replace("ess9-women", "ess9-womem"), r":10: .*womem"),
        (SHORT + "persona_sample: {n: 10}\n", "neither margins nor people"),
        (SHORT + "persona_sample: {n: 10, people: none.csv}\n", r":5: .*cannot be read as people"),
        (SHORT + SEXES.replace("n: 10", "n: 10\n  template: a {sexx}"), "which no persona has"),
        (SHORT + "persona_file: none.csv\n", r":5: .*cannot be read"),
        (SHORT + "persona_file: a.csv\npersonas: [{id: a, text: b}]\n", "give one of them"),
        (SHORT + "personas: [{id: a, text: b}, {id: a, text: c}]\n", r":5: 'a' stands twice"),
        (SHORT + CHECK.replace("UN", "UNI"), r":8: pvq-21 has no score 'UNI'; did you mean 'UN'"),
        (SHORT + CHECK.replace("above", "up"), "expected 'above' or 'below'"),
        (SHORT + CHECK.replace("against_people", "against_peopel"), r"kind' is 'against_peopel'"),
        (SHORT + CHECK.replace("pvq-21", "pvq-rr"), "the study gives no instrument 'pvq-rr'"),
        (SHORT + CHECK.replace("    exp", "    published: up\n    exp"), "needs a 'source'"),
        (
            SHORT + "checks:\n  - {id: a, says: b, expects: {kind: choices_follow_profile, "
            "instrument: pvq-21, dilemmas: pvq-21}}\n",
            r":6: pvq-21 is scored by 'mean'",
        ),
        (
            SHORT + "checks:\n  - {id: a, says: b, expects: {kind: groups_differ_alike, "
            "instrument: pvq-21, by: sex}}\n",
            "the study's groups have no 'sex'",
        ),
        (SHORT + "published: [{what: a, value: null}]\n", "a value that is null needs a 'reason'"),
        (SHORT + "published: [{what: a, value: 3}]\n", "a value needs a 'source'"),
        (
            SHORT + "published: [{what: a, value: 3, source: {text: memory, tag: M}}]\n",
            r"'published\[1\].source.tag' is 'M'",
        ),
    ],
)
def test_what_a_file_may_not_say_is_named_with_its_line(tmp_path, text, told):
    with pytest.raises(StudyError, match=told) as caught:
        loaded(tmp_path, text)
    assert "mine.yaml" in str(caught.value)
    assert "\x1b" not in str(caught.value)


def test_a_fault_within_an_instrument_file_keeps_that_files_line(tmp_path):
    (tmp_path / "broken.yaml").write_text("id: x\nversion: 1\n")
    with pytest.raises(FileError, match=r"broken\.yaml:"):
        loaded(tmp_path, SHORT.replace("pvq-21", "broken.yaml"))


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("hadar-shoval-2023", "did you mean 'hadar-shoval-2024'"),
        ("nowhere/mine.yaml", "there is no file"),
        ("x" * 5000, "no study"),
        ("a\0b", "no study"),
    ],
)
def test_a_study_that_is_not_there_is_named(name, told):
    with pytest.raises(StudyError, match=told):
        va.load_study(name)


def test_every_shipped_study_loads_and_stands_in_the_list():
    listed = va.list_studies()
    assert listed["id"].tolist() == study_names() + anchor_names()
    assert "hadar-shoval-2024" in study_names()
    for name in study_names():
        assert va.load_study(name).id == name


def test_every_field_of_a_study_is_described():
    schema = study_schema()
    for name, part in [("study", schema), *schema["$defs"].items()]:
        for field, content in part.get("properties", {}).items():
            assert "description" in content or "$ref" in content, f"{name}.{field}"


def test_the_values_study_fills_no_cell_that_the_abstract_does_not():
    file = va.load_study("hadar-shoval-2024").file
    null = {fact.what: fact.reason for fact in file.published if fact.value is None}
    assert len(null) >= 8
    assert "+.24" in null["centred means of the 49 cultural groups"]
    assert all(fact.source.tag == "P" for fact in file.published if fact.value is not None)
    assert all(check.source.tag == "P" for check in file.checks)
    directions = {
        c.expects.score: c.expects.direction
        for c in file.checks
        if c.expects.kind == "against_people"
    }
    assert directions == {"UN": "above", "SD": "above", "AC": "below", "PO": "below", "SE": "below"}
    (person,) = va.load_study("hadar-shoval-2024").personas
    assert person.attributes["preamble"] == "written for valuealign"
