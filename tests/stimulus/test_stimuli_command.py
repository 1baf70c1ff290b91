"""``valuealign stimuli``: what it prints, and how it exits."""

from __future__ import annotations

import json

from click.testing import CliRunner
from stimulus_files import ROWS
from valuealign_cli.main import valuealign


def run(*words, code=0, **more):
    """Run a command; returns what it prints."""
    done = CliRunner().invoke(valuealign, ["stimuli", *words], **more)
    assert done.exit_code == code, done.output
    return done


def test_a_new_set_loads_and_the_linter_finds_no_error(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    options = ["--title", "Walks", "--holder", "A. Author", "--factor", "weather=wet,dry"]
    run("new", "rain", *options, "--text", "Kim goes out. {weather}")
    run("check", "rain.yaml", "--strict")
    said = json.loads(run("preview", "rain.yaml", "--json").stdout)
    assert [one["conditions"]["weather"] for one in said] == ["wet", "dry"]
    done = CliRunner().invoke(valuealign, ["stimuli", "new", "rain", *options])
    assert "the file exists already" in str(done.exception)


def test_a_factor_of_one_level_is_refused(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = run("new", "rain", "--title", "W", "--holder", "A", "--factor", "weather=wet", code=2)
    assert "write 'weather=wet,dry'" in done.output


def test_check_exits_by_what_it_finds(tmp_path):
    path = tmp_path / "set.yaml"
    path.write_text(ROWS.replace("not_for: [anything]\n", ""), encoding="utf-8")
    run("check", str(path))
    assert "1 warning" in run("check", str(path), "--strict", code=1).output
    path.write_text(ROWS.replace("sex: m", "sx: m"), encoding="utf-8")
    run("check", str(path), code=1)


def test_content_note_and_limits_of_use_are_shown():
    printed = " ".join(run("show", "burden-belonging").output.split())
    assert "mental health crisis" in printed
    assert "not for assessing the risk of any person" in printed
    assert "mental health crisis" in run("preview", "burden-belonging").output
    rows = {row["id"]: row for row in json.loads(run("list", "--json").stdout)}
    row = rows["burden-belonging"]
    assert all(each["content note"] for each in rows.values())
    assert "mental health crisis" in row["content note"]
    assert (
        json.loads(run("show", "burden-belonging", "--json").stdout)["n_stimuli"] == row["stimuli"]
    )


def test_preview_names_the_hidden_fields_and_shows_none_of_their_values(tmp_path):
    path = tmp_path / "set.yaml"
    path.write_text(ROWS, encoding="utf-8")
    printed = run("preview", str(path), "--limit", "1").output
    assert "never shown to a respondent: outcome, summary" in printed
    assert "attempt" not in printed
    assert "Rain." not in printed
