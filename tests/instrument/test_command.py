"""``valuealign instruments``: data on stdout, talk on stderr, exit codes that mean something."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from click.testing import CliRunner
from valuealign_cli.main import valuealign


def run(*words: str, answers: str | None = None):
    return CliRunner().invoke(valuealign, ["instruments", *words], input=answers)


def test_list_is_a_table_or_json():
    shown = json.loads(run("list", "--json").stdout)
    for row in shown:
        assert set(row) == {"id", "title", "items", "scales", "languages", "wording", "rights"}
        assert row["id"] in run("list").stdout


def test_show_labels_the_wording_and_names_rights_and_scales(moods_file):
    text = run("show", str(moods_file), "--items", "--form", "she").stdout
    for words in (
        "our own sentences",
        "It may be redistributed",
        "-m3",
        "CHEER",
        "She wakes up cheerful.",
        "4 very much like me",
    ):
        assert words in text
    shown = json.loads(run("show", str(moods_file), "--json").stdout)
    assert shown["id"] == "moods"
    assert len(shown["hash"]) == 16


def test_check_exits_1_on_errors_and_0_without(moods_file):
    done = run("check", str(moods_file))
    assert (done.exit_code, done.stdout) == (0, "")
    moods_file.write_text(moods_file.read_text().replace("[m1, m2, m3]", "[m1, m2]"))
    done = run("check", str(moods_file))
    assert done.exit_code == 0
    assert "warning: scale 'CHEER' has 2 items" in done.stdout
    assert run("check", "--strict", str(moods_file)).exit_code == 1
    moods_file.write_text(moods_file.read_text().replace("[m1, m2]", "[m1, mm2]"))
    done = run("check", str(moods_file), "--json")
    assert done.exit_code == 1
    (found,) = json.loads(done.stdout)
    assert (found["severity"], found["line"]) == ("error", 53)


def test_new_asks_for_what_is_not_given(tmp_path):
    path = tmp_path / "rain.yaml"
    answers = "Love of rain\nLiking of wet weather\nA. Author\nRAIN\nRain soothes me.\nn\n"
    answers += "I walk on when it pours.\nn\nGrey skies weigh on me.\ny\n\n\n"
    done = run("new", "rain", "--output", str(path), answers=answers)
    assert done.exit_code == 0, done.output
    assert run("check", "--strict", str(path)).exit_code == 0
    assert "keyed: -1" in path.read_text(encoding="utf-8")


def test_new_takes_everything_as_options(tmp_path):
    path = tmp_path / "rain.yaml"
    about = ["--title", "Rain", "--construct", "Love of rain", "--holder", "A. Author"]
    items = ["--item", "R: Rain soothes me.", "--item", "R: I hum.", "--item", "R-: I hide."]
    done = run("new", "rain", *about, *items, "--labels", "no|yes", "--output", str(path))
    assert done.exit_code == 0, done.output
    assert done.stdout == ""
    assert run("check", str(path)).exit_code == 0
    assert run("new", "rain", *about, "--item", "no colon").exit_code == 2


def test_wording_installs_lists_and_removes(home, moods_file, tmp_path, numbered):
    copy = tmp_path / "copy.txt"
    copy.write_text(numbered, encoding="utf-8")
    done = run("wording", str(moods_file), str(copy), "--form", "he", "--json")
    assert done.exit_code == 0, done.output
    assert "scale direction" in done.stderr
    (row,) = json.loads(done.stdout)
    assert (row["items"], row["form"]) == (6, "he")
    assert row["hash"] in run("wording", str(moods_file)).stdout
    official = run("show", str(moods_file), "--wording", "official").stdout
    assert "official (installed by the user)" in official
    assert "removed en-he" in run("wording", str(moods_file), "--remove", "--form", "he").stderr
    assert json.loads(run("wording", str(moods_file), "--json").stdout) == []


def test_schema_is_what_the_folder_holds():
    assert json.loads(run("schema").stdout)["title"] == "valuealign instrument"


@pytest.mark.parametrize("width", [80, 120])
def test_an_error_is_one_sentence_without_a_traceback(width):
    done = subprocess.run(
        [sys.executable, "-m", "valuealign_cli", "instruments", "show", "pvq-rrr"],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"COLUMNS": str(width)},
    )
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith("valuealign: no instrument 'pvq-rrr'; ")
    assert "Traceback" not in done.stderr


def test_the_command_does_not_load_pandas():
    script = (
        "import sys\nfrom click.testing import CliRunner\n"
        "from valuealign_cli.instruments import command\n"
        "CliRunner().invoke(command, ['list'])\nCliRunner().invoke(command, ['schema'])\n"
        "print(sorted({'pandas', 'scipy', 'docx', 'pypdf'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
