"""A frozen study: every result says whether it is what was frozen, and which part changed."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta

import pytest
import yaml
from click.testing import CliRunner
from valuealign_cli.main import valuealign

import valuealign as va
from valuealign.content import content_id
from valuealign.errors import StudyError, ValuealignError
from valuealign.shipped import shipped
from valuealign.study.freeze.freeze_study import changed_parts, frozen_of, frozen_path
from valuealign.study.freeze.frozen_file import write_frozen
from valuealign.study.freeze.frozen_state import FrozenState, frozen_state
from valuealign.study.freeze.study_parts import study_parts

STUDY = {
    "id": "mine",
    "title": "Weather and outlook",
    "instruments": [
        {"instrument": "outlook.yaml", "about": "walks.yaml", "forms": ["direction=published"]}
    ],
    "rules_file": "rules.yaml",
    "persona_file": "people.yaml",
    "analyses": ["cells"],
    "checks": [
        {
            "id": "wet",
            "says": "rain lowers the outlook",
            "expects": {
                "kind": "factor_effect",
                "instrument": "outlook.yaml",
                "item": "resilience",
                "factors": ["weather"],
                "direction": "below",
            },
        }
    ],
}
WALKS = """\
id: walks
version: "1.0"
title: {en: Walks}
source: Written for this test.
rights: {holder: nobody, terms: Apache-2.0, redistribution: true}
languages: [en]
fields: {vignette: text}
template:
  texts:
    - {id: kim, values: {vignette: "Kim goes for a walk. {weather}"}}
    - {id: lee, values: {vignette: "Lee walks to the lake. {weather}"}}
  factors:
    weather:
      levels:
        wet: {weather: "It rains."}
        dry: {weather: "The sun shines."}
"""


@pytest.fixture
def folder(tmp_path):
    """A study with a file of its own for every part."""
    instrument = (shipped("instruments") / "crisis-outlook.yaml").read_text("utf-8")
    (tmp_path / "outlook.yaml").write_text(instrument.replace("crisis-outlook", "outlook"), "utf-8")
    (tmp_path / "walks.yaml").write_text(WALKS, "utf-8")
    rules = shipped("instruments").parent / "inquiry/verdict/rules.yaml"
    if not rules.is_file():
        rules = shipped("instruments").parent / "valuealign/inquiry/verdict/rules.yaml"
    (tmp_path / "rules.yaml").write_text(rules.read_text("utf-8"), "utf-8")
    people = [{"id": "a", "text": "You are a nurse."}, {"id": "b", "text": "You are a driver."}]
    (tmp_path / "people.yaml").write_text(yaml.safe_dump(people), "utf-8")
    write(tmp_path, STUDY)
    return tmp_path


def write(folder, study):
    """Write the study file and return it."""
    (folder / "mine.yaml").write_text(yaml.safe_dump(study, sort_keys=False), "utf-8")
    return folder / "mine.yaml"


def edit(folder, name, old, new):
    """Change a file that is known to hold the old words."""
    text = (folder / name).read_text("utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new, 1), "utf-8")


def changed(folder):
    """The parts that differ from what was frozen."""
    study = va.load_study(folder / "mine.yaml")
    return changed_parts(frozen_of(study), study_parts(study))


def called(*words):
    """What a command prints and how it ends."""
    return CliRunner().invoke(valuealign, ["study", *map(str, words)])


def refusal(*words):
    """The error of a command, in words."""
    answer = called(*words)
    assert isinstance(answer.exception, ValuealignError), answer.output
    return str(answer.exception)


CHANGES = [
    ("mine.yaml", "direction: below", "direction: above", ("checks",)),
    ("mine.yaml", "Weather and outlook", "Weather", ("description",)),
    ("mine.yaml", "forms:", "occasions: 2\n  forms:", ("design",)),
    ("mine.yaml", "- cells", "- cells\n- effects", ("design",)),
    ("outlook.yaml", "hard to bear", "easy to bear", ("instrument outlook",)),
    ("outlook.yaml", "label: {en: likely}", "label: {en: quite likely}", ("instrument outlook",)),
    ("walks.yaml", "It rains.", "It rains hard.", ("stimuli walks",)),
    ("walks.yaml", "Kim goes", "Kai goes", ("stimuli walks",)),
    ("rules.yaml", "version: 1", "version: 99", ("rules",)),
    ("people.yaml", "a nurse", "a baker", ("personas",)),
]


@pytest.mark.parametrize(("name", "old", "new", "parts"), CHANGES)
def test_each_part_that_changes_is_named_and_no_other(folder, name, old, new, parts):
    va.freeze_study(folder / "mine.yaml")
    assert changed(folder) == ()
    if name == "rules.yaml":
        version = next(
            line for line in (folder / name).read_text().splitlines() if line.startswith("version:")
        )
        old = version
    edit(folder, name, old, new)
    assert changed(folder) == parts


def test_the_order_of_levels_counts_because_it_gives_effects_their_sign(folder):
    va.freeze_study(folder / "mine.yaml")
    wet, dry = (
        '        wet: {weather: "It rains."}\n',
        '        dry: {weather: "The sun shines."}\n',
    )
    edit(folder, "walks.yaml", wet + dry, dry + wet)
    assert changed(folder) == ("stimuli walks",)


def test_white_space_comments_and_the_order_of_keys_do_not_count(folder):
    va.freeze_study(folder / "mine.yaml")
    turned = dict(reversed(STUDY.items()))
    text = "# a comment\n\n" + yaml.safe_dump(turned, sort_keys=False, indent=6)
    (folder / "mine.yaml").write_text(text.replace("\n", "\r\n"), "utf-8")
    edit(folder, "outlook.yaml", "id: outlook\n", "# another comment\nid:   outlook\n\n")
    edit(folder, "walks.yaml", "fields: {vignette: text}", "fields:\n  vignette:    text\n")
    (folder / "walks.yaml").touch()
    assert changed(folder) == ()


def test_a_setting_that_is_written_at_its_default_does_not_count(folder):
    va.freeze_study(folder / "mine.yaml")
    edit(folder, "mine.yaml", "forms:", "occasions: 1\n  elicitation: choice\n  forms:")
    assert changed(folder) == ()


def test_parts_that_appear_or_go_are_named(folder):
    va.freeze_study(folder / "mine.yaml")
    write(folder, {name: part for name, part in STUDY.items() if name != "persona_file"})
    assert changed(folder) == ("design", "personas (gone)")
    (folder / "mine.frozen.json").unlink()
    va.freeze_study(folder / "mine.yaml")
    write(folder, STUDY)
    assert changed(folder) == ("design", "personas (new)")


def test_a_setting_of_the_command_line_changes_the_design(folder):
    study = va.load_study(folder / "mine.yaml")
    frozen = va.freeze_study(study)
    assert frozen_state(study.changed(occasions=1), frozen).unchanged is True
    assert frozen_state(study.changed(occasions=2), frozen).changed == ("design",)
    assert frozen_state(study.changed(elicitation="json"), frozen).changed == ("design",)


def test_other_models_than_the_study_names_change_the_design(folder):
    named = va.load_study(write(folder, {**STUDY, "models": ["gpt-4o", "local"]}))
    frozen = va.freeze_study(named)
    assert frozen_state(named.changed(models=["local", "gpt-4o"]), frozen).unchanged is True
    other = named.changed(models=["sim:human"])
    assert frozen_state(other, frozen).changed == ("design",)
    assert "given to sim:human, where the study says gpt-4o, local" in other.notes
    (folder / "mine.frozen.json").unlink()
    open_to_all = va.load_study(write(folder, STUDY))
    frozen = va.freeze_study(open_to_all)
    assert frozen_state(open_to_all.changed(models=["sim:human"]), frozen).unchanged is True


def test_a_run_says_that_the_study_is_unchanged_and_then_that_it_changed(folder):
    file, store = folder / "mine.yaml", folder / "a.db"
    va.freeze_study(file)
    result = va.run_study(file, "sim:vignette", store=store)
    assert result.freeze.unchanged is True
    assert result.freeze.before_data is True
    assert result.notes[1] == "it is unchanged since it was frozen"
    edit(folder, "mine.yaml", "direction: below", "direction: above")
    answer = called("run", file, "--model", "sim:vignette", "--store", store, "--json")
    assert answer.exit_code == 0, answer.output
    state = json.loads(answer.stdout)["freeze"]
    assert (state["unchanged"], state["changed"]) == (False, ["checks"])
    assert "CHANGED since it was frozen: checks" in answer.stderr
    dry = called("run", file, "--model", "sim:vignette", "--store", store, "--dry-run", "--json")
    assert json.loads(dry.stdout)["freeze"]["changed"] == ["checks"]


def test_a_study_that_is_frozen_after_its_data_says_so(folder):
    file, store = folder / "mine.yaml", folder / "a.db"
    assert va.run_study(file, "sim:vignette", store=store).freeze.unchanged is None
    frozen = va.freeze_study(file)
    later = frozen.model_copy(update={"frozen": frozen.frozen + timedelta(seconds=1)})
    write_frozen(later, folder / "mine.frozen.json")
    result = va.run_study(file, "sim:vignette", store=store)
    assert result.freeze.before_data is False
    assert any("AFTER data were collected" in note for note in result.notes)


@pytest.mark.parametrize(("seconds", "before"), [(-1, True), (0, True), (1, False)])
def test_frozen_at_the_time_of_the_first_request_is_before_it(folder, seconds, before):
    frozen = va.freeze_study(folder / "mine.yaml")
    first = frozen.frozen - timedelta(seconds=seconds)
    assert FrozenState(frozen, (), first).before_data is before


def test_the_report_says_whether_the_study_and_the_instrument_as_given_are_unchanged(folder):
    file, store = folder / "mine.yaml", folder / "a.db"
    va.freeze_study(file)
    original = (folder / "outlook.yaml").read_text("utf-8")
    edit(folder, "outlook.yaml", "hard to bear", "easy to bear")
    va.run_study(file, "sim:vignette", store=store)
    (folder / "outlook.yaml").write_text(original, "utf-8")
    study = va.load_study(file)
    state = frozen_state(study, frozen_of(study), [va.responses(store)])
    assert state.changed == ("instrument outlook (as it was given)",)
    written = va.write_report(va.responses(store), folder / "report.html", study=file)
    page = written.path.read_text("utf-8")
    assert "Study mine: the study was frozen on" in page
    assert "CHANGED since it was frozen: instrument outlook (as it was given)" in page
    with pytest.raises(va.errors.DataError, match="frozen without study"):
        va.write_report(va.responses(store), folder / "b.html", frozen=folder / "mine.frozen.json")


def test_a_time_in_another_zone_is_the_same_time(folder, monkeypatch):
    frozen = va.freeze_study(folder / "mine.yaml")
    path = folder / "mine.frozen.json"
    written = json.loads(path.read_text("utf-8"))
    assert written["frozen"].endswith("+00:00")
    assert abs(datetime.now(UTC) - frozen.frozen) < timedelta(seconds=30)
    there = frozen.frozen.astimezone(datetime.strptime("+05:45", "%z").tzinfo)
    path.write_text(json.dumps({**written, "frozen": there.isoformat()}), "utf-8")
    monkeypatch.setenv("TZ", "Pacific/Kiritimati")
    time.tzset()
    again = va.freeze_study(folder / "mine.yaml")
    monkeypatch.undo()
    time.tzset()
    assert again.frozen == frozen.frozen
    assert again.when == frozen.when


def test_freezing_twice_keeps_the_first_time_and_a_change_needs_replace(folder):
    file, path = folder / "mine.yaml", folder / "mine.frozen.json"
    first = va.freeze_study(file)
    before = path.read_bytes()
    assert va.freeze_study(file) == first
    assert path.read_bytes() == before
    edit(folder, "mine.yaml", "direction: below", "direction: above")
    assert "has changed since: checks" in refusal("freeze", file)
    assert path.read_bytes() == before
    replaced = called("freeze", file, "--replace", "--json")
    assert replaced.exit_code == 0
    assert json.loads(replaced.stdout)["earlier"][0]["hash"] == first.hash
    said = frozen_state(va.load_study(file), frozen_of(va.load_study(file))).sentences
    assert any("frozen in another state before" in each for each in said)


DAMAGED = {
    "no JSON": "{",
    "empty": "",
    "another part": json.dumps({"parts": {"checks": "0" * 16}}),
    "no zone": json.dumps({"frozen": "2026-11-30T09:00:00"}),
    "a number as time": json.dumps({"frozen": 1764493200}),
    "no time": json.dumps({"frozen": "yesterday"}),
    "another study": json.dumps({"study": "other"}),
    "unknown field": json.dumps({"extra": 1}),
}


@pytest.mark.parametrize("kind", DAMAGED)
def test_a_damaged_file_is_an_error_before_anything_is_asked(folder, kind):
    va.freeze_study(folder / "mine.yaml")
    path = folder / "mine.frozen.json"
    text = DAMAGED[kind]
    if text.startswith("{") and len(text) > 1:
        text = json.dumps({**json.loads(path.read_text("utf-8")), **json.loads(text)})
    path.write_text(text, "utf-8")
    words = ("run", folder / "mine.yaml", "--model", "sim:vignette", "--store", folder / "x.db")
    assert "mine.frozen.json" in refusal(*words)
    assert not (folder / "x.db").exists()


@pytest.mark.parametrize("name", ["absent/frozen.json", "", "x" * 300, "a\0b", ".", "\x1b[2J/f"])
def test_hostile_paths_are_errors_in_words(folder, name):
    target = folder / name if "\0" not in name else name
    if "\0" not in name:  # no command line can hold it
        assert refusal("freeze", folder / "mine.yaml", "-o", target)
    with pytest.raises(StudyError):
        va.freeze_study(folder / "mine.yaml", target)
    with pytest.raises(StudyError):
        frozen_of(va.load_study(folder / "mine.yaml"), target)


def test_a_file_that_is_no_freeze_is_never_replaced(folder):
    for more in ((), ("--replace",)):
        assert "walks.yaml" in refusal(
            "freeze", folder / "mine.yaml", "-o", folder / "walks.yaml", *more
        )
    assert (folder / "walks.yaml").read_text("utf-8") == WALKS


def test_a_file_elsewhere_is_named_with_frozen(folder, tmp_path):
    elsewhere = tmp_path / "hashes.json"
    va.freeze_study(folder / "mine.yaml", elsewhere)
    assert not (folder / "mine.frozen.json").exists()
    study = va.load_study(folder / "mine.yaml")
    assert frozen_of(study) is None
    assert frozen_of(study, elsewhere).study == "mine"
    with pytest.raises(StudyError, match=r"absent\.json"):
        frozen_of(study, tmp_path / "absent.json")


def test_a_shipped_study_is_frozen_in_the_working_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    study = va.load_study("levkovich-2023-suicide")
    assert not frozen_path(study).is_absolute()
    assert called("freeze", "levkovich-2023-suicide").exit_code == 0
    written = json.loads((tmp_path / "levkovich-2023-suicide.frozen.json").read_text("utf-8"))
    assert written["hash"] == content_id(written["parts"])
    assert "open anchor" in refusal("freeze", "gss-2018")
    assert "no study" in refusal("freeze", "no-such-study")


def test_human_samples_are_parts(tmp_path):
    parts = study_parts(va.load_study("hadar-shoval-2024"))
    assert "human sample pvqrr-de-2022" in parts
