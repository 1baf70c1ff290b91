"""Studies are carried out, resumed, and told: offline, through the same store as ever."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import sys

import pytest
from click.testing import CliRunner
from valuealign_cli.main import valuealign

import valuealign as va
from valuealign.administration.run.progress import Quiet
from valuealign.study.analyse import analyse
from valuealign.study.run_study import ask, given_by, prepare_study
from valuealign.supply.administer import Conditions

MINE = """\
id: mine
title: Two instruments
instruments:
  - {instrument: pvq-21, occasions: 4}
  - {instrument: value-dilemmas, occasions: 2}
checks:
  - id: follow
    says: choices follow the profile
    expects: {kind: choices_follow_profile, instrument: pvq-21, dilemmas: value-dilemmas}
  - id: apart
    says: the models can be told apart
    expects: {kind: models_apart, instrument: pvq-21}
  - id: reliable
    says: scales hang together
    expects: {kind: reliable, instrument: pvq-21, at_least: 0.7}
  - id: power
    says: power stands above people's
    expects: {kind: against_people, instrument: pvq-21, score: PO, direction: above}
  - id: low
    says: power stands below people's
    expects: {kind: against_people, instrument: pvq-21, score: PO, direction: below}
"""


@pytest.fixture
def mine(tmp_path):
    """A study of five checks in a folder of its own."""
    (tmp_path / "mine.yaml").write_text(MINE, encoding="utf-8")
    return tmp_path / "mine.yaml"


def attempts(store):
    """How many requests a store holds."""
    with sqlite3.connect(store) as connection:
        return connection.execute("select count(*) from attempts").fetchone()[0]


def called(*words):
    """What a command prints and how it ends."""
    return CliRunner().invoke(valuealign, ["study", *map(str, words)])


def test_a_study_interrupted_in_its_first_instrument_goes_on_and_asks_nothing_twice(mine, tmp_path):
    store = tmp_path / "a.db"
    # Long enough that it is seen under way, on a fast machine too.
    mine.write_text(MINE.replace("occasions: 4", "occasions: 80"), encoding="utf-8")
    study = va.load_study(mine)
    heard = []

    class Stops(Quiet):
        def show(self, progress):
            if progress.done >= 10 and not heard:
                heard.append(progress.done)
                signal.raise_signal(signal.SIGINT)

    first = ask(
        prepare_study(study, "sim:human", store=store), Conditions(concurrency=2), display=Stops()
    )
    assert heard
    assert list(first) == ["pvq-21"]
    assert first["pvq-21"].stopped
    before = attempts(store)
    assert 10 <= before < 4 * 1680
    result = va.run_study(study, "sim:human", store=store, display=Quiet())
    assert attempts(store) == 4 * 1680 + 60
    again = va.run_study(study, "sim:human", store=store, display=Quiet())
    assert attempts(store) == 4 * 1680 + 60
    assert again.findings.equals(result.findings)


def test_each_finding_says_published_people_yours_and_whether_they_agree(mine, tmp_path):
    result = va.run_study(mine, ["sim:yes", "sim:human"], store=tmp_path / "a.db", display=Quiet())
    found = result.findings.set_index(["check", "respondent"])
    assert set(found["published"]) == {"an expectation of yours"}
    assert set(found["agrees"]) <= {"yes", "no", "inconclusive"}
    flat = found.loc[("power", "sim:yes")]
    assert flat["agrees"] == "inconclusive"
    assert "does not answer the items" in flat["because"]
    power, low = (found.loc[(check, "sim:human")] for check in ("power", "low"))
    assert power["people"] == "-1.18"
    assert {power["agrees"], low["agrees"]} in ({"yes", "no"}, {"inconclusive"})
    assert power["ci_lower"] < power["value"] < power["ci_upper"]
    assert f"d {power['value']:+.2f}" in power["yours"]
    assert found.loc[("reliable", "sim:yes"), "agrees"] == "inconclusive"
    assert "does not vary" in found.loc[("reliable", "sim:yes"), "because"]
    assert (found.loc["apart", "agrees"] == "inconclusive").all()


def test_another_study_in_the_same_store_does_not_count(mine, tmp_path):
    store = tmp_path / "a.db"
    va.administer("pvq-21", "sim:yes", occasions=7, store=store)
    study = va.load_study(mine).changed(occasions=2)
    prepared = prepare_study(study, "sim:human", store=store)
    given = given_by(prepared, ask(prepared, Conditions(), display=Quiet()))
    assert set(given["pvq-21"].design["model"]) == {"sim:human"}
    assert len(given["pvq-21"].design) == 4 * 2
    assert set(analyse(study, given).findings["respondent"]) == {"sim:human", "all"}


def test_analyses_that_cannot_be_computed_say_why_and_the_others_stand(tmp_path):
    (tmp_path / "mine.yaml").write_text(
        "id: mine\ntitle: t\ninstruments: [{instrument: pvq-21}]\n"
        "analyses: [models, reliability, profile]\n"
    )
    result = va.run_study(tmp_path / "mine.yaml", "sim:human", store=tmp_path / "a.db")
    models, reliability, profile = result.sections
    assert models.table.empty
    assert "not available" in models.notes[0]
    assert reliability.table["median alpha"].isna().all()
    assert len(profile.table) == 10


def test_the_study_of_sexes_tells_sensitivity_and_what_was_worded_otherwise(tmp_path):
    (tmp_path / "mine.yaml").write_text(
        "id: mine\ntitle: t\ninstruments: [{instrument: pvq-21, forms: [context=whole]}]\n"
        "persona_sample:\n  n: 60\n  margins:\n    sex: {female: 0.5, male: 0.5}\n"
        "    age: {18-77: 1}\n"
        "groups:\n  - instrument: pvq-21\n    by: sex\n"
        "    people: {female: pvq21-de-ess9-women, male: pvq21-de-ess9-men}\n"
        "analyses: [groups, profile]\n"
        "checks:\n  - id: alike\n    says: as people\n"
        "    expects: {kind: groups_differ_alike, instrument: pvq-21, by: sex}\n"
    )
    result = va.run_study(tmp_path / "mine.yaml", "sim:demographic", store=tmp_path / "a.db")
    groups, profile = result.sections
    assert groups.table["personas"].tolist() == ["30 + 30"]
    assert "sensitivity" in result.findings["yours"].item()
    assert any("the groups were given other stems" in note for note in groups.notes)
    assert list(profile.table.columns) == ["scale", "people", "sim:demographic"]
    assert set(groups.data) == {"profiles", "scales"}


def test_a_dry_run_counts_the_requests_and_asks_nothing(mine, tmp_path):
    store = tmp_path / "a.db"
    done = called("run", mine, "--model", "sim:human", "--dry-run", "--json", "--store", store)
    assert done.exit_code == 0
    told = json.loads(done.stdout)
    assert told["requests"] == 4 * 84 + 60
    assert [row["requests"] for row in told["instruments"]] == [336, 60]
    assert told["cost in USD, at most"] == 0
    assert not store.exists()
    unknown = called("run", mine, "--model", "gpt-4o", "--dry-run", "--store", store)
    assert unknown.exit_code == 0
    assert "not available: no price" in unknown.stdout
    assert "[system]" not in unknown.stdout


def test_the_list_names_every_study():
    assert "hadar-shoval-2024" in called("list").stdout
    (row,) = [
        r for r in json.loads(called("list", "--json").stdout) if r["id"] == "hadar-shoval-2024"
    ]
    assert row["requests a model"] == 57 * 4 * 3 + 30 * 10


def test_the_command_prints_data_to_stdout_and_talk_to_stderr(mine, tmp_path):
    store = tmp_path / "a.db"
    run = [
        sys.executable,
        "-m",
        "valuealign_cli",
        "study",
        "run",
        str(mine),
        "--model",
        "sim:human",
        "--store",
        str(store),
        "--json",
        "--occasions",
        "2",
    ]
    done = subprocess.run(run, capture_output=True, text=True, check=True)
    told = json.loads(done.stdout)
    assert {row["check"] for row in told["findings"]} == {
        "follow",
        "apart",
        "reliable",
        "power",
        "low",
    }
    assert [s["analysis"] for s in told["sections"]] == [
        "verdict",
        "profile",
        "choices",
        "reliability",
    ]
    assert "given with occasions 2, where the study says 4, 2" in told["notes"]
    assert "84" not in done.stdout.split("findings")[0]
    assert "168 to ask" in done.stderr


def test_what_is_not_at_hand_is_printed_as_not_available(tmp_path):
    done = called(
        "replicate",
        "hadar-shoval-2024",
        "--model",
        "sim:human",
        "--occasions",
        "2",
        "--store",
        tmp_path / "a.db",
    )
    assert done.exit_code == 0, done.stderr
    assert "published, people, yours" in done.stdout
    for told in (
        "not available: withheld",
        "agrees?",
        "what this design can carry",
        "doi:10.2196/55988",
        "written for valuealign",
    ):
        assert told in done.stdout
    assert "run the same command again" not in done.stderr


def test_only_a_study_that_repeats_one_can_be_replicated(mine):
    done = called("replicate", mine, "--model", "sim:human")
    assert done.exception is not None
    assert "repeats no published study" in str(done.exception)


def test_control_characters_of_a_persona_never_reach_the_terminal(tmp_path):
    (tmp_path / "mine.yaml").write_text(
        "id: mine\ntitle: t\ninstruments: [{instrument: pvq-21}]\npersona_file: who.csv\n"
    )
    (tmp_path / "who.csv").write_text("id,text,note\np1,you,\x1b[31mred\n")
    done = called("run", tmp_path / "mine.yaml", "--model", "sim:human", "--dry-run")
    assert "\x1b" not in done.output


def test_a_title_in_brackets_is_shown_as_it_is(tmp_path):
    (tmp_path / "mine.yaml").write_text(
        'id: mine\ntitle: "[/b] and [red]"\ninstruments: [{instrument: pvq-21}]\n'
    )
    done = called("run", tmp_path / "mine.yaml", "--model", "sim:human", "--dry-run")
    assert done.exit_code == 0, done.exception
    assert "[/b] and [red]" in done.stdout


def test_a_slope_without_end_is_null_in_json():
    import pandas as pd
    from valuealign_cli.study import _as_json

    from valuealign.study.study_result import Section, StudyResult

    table = pd.DataFrame({"slope": [float("inf"), 1.0], "model": ["a", "b"]})
    empty = pd.DataFrame()
    told = _as_json(
        StudyResult(
            study="s",
            findings=empty,
            published=empty,
            sections=(Section("choices", "t", table),),
            notes=(),
        )
    )
    assert told["sections"][0]["table"][0]["slope"] is None
    json.dumps(told, allow_nan=False)
