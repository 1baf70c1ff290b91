"""An instrument of one's own goes through every command, from a folder without its file."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from valuealign_cli.main import valuealign

import valuealign as va
from valuealign.errors import DataError, InstrumentDiffers

MOODS = Path(__file__).parents[1] / "moods.yaml"


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """Personas and two models under an instrument whose file is elsewhere."""
    folder = tmp_path_factory.mktemp("own")
    file = Path(shutil.copy(MOODS, folder / "moods.yaml"))
    personas = [va.Persona(f"p{k}", f"You are person {k}.") for k in range(40)]
    va.administer(
        file,
        ["sim:factor", "sim:yes"],
        personas=personas,
        seed=1,
        store=folder / "s.db",
        forms="direction=published,reversed content=stem,opposed",
    )
    file.unlink()
    return folder / "s.db"


COMMANDS = {
    "score": ["score"],
    "score each": ["score", "--each"],
    "reliability": ["analyze", "reliability"],
    "generalizability": ["analyze", "generalizability", "--method", "ems"],
    "mixed": ["analyze", "mixed", "value ~ direction + (1 | item_id) + (1 | respondent_id)"],
    "efa": [
        "analyze",
        "efa",
        "--rows",
        "personas",
        "--model",
        "sim:factor",
        "--factors",
        "1",
        "--draws",
        "10",
    ],
    "cfa": ["analyze", "cfa", "--rows", "personas", "--model", "sim:factor"],
    "style": ["analyze", "style"],
    "verdict": ["analyze", "verdict"],
    "list": ["responses", "list"],
    "show": ["responses", "show", "--limit", "3"],
    "reread": ["responses", "reread", "--dry-run"],
    "report": ["report", "-o", "r.html", "--force"],
}


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_needs_no_file_and_no_option(store, tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    run = CliRunner().invoke(valuealign, [*COMMANDS[name], "--store", str(store), "--json"])
    assert run.exit_code == 0, (run.output, run.exception)
    assert json.loads(run.stdout)


@pytest.mark.parametrize("file_format", ["csv", "lavaan", "parquet", "sav"])
def test_every_export_holds_the_rows(store, tmp_path, file_format):
    path = tmp_path / f"out.{file_format}"
    run = CliRunner().invoke(
        valuealign,
        [
            "responses",
            "export",
            "--store",
            str(store),
            "--format",
            file_format,
            "-o",
            str(path),
            "--shape",
            "wide",
            "--json",
        ],
    )
    assert run.exit_code == 0, (run.output, run.exception)
    told = json.loads(run.stdout)
    own_stems = 2 * 40 * 2
    assert told["rows"] == (own_stems if file_format == "lavaan" else 2 * own_stems)
    assert path.stat().st_size > 0
    if file_format == "lavaan":
        assert "m1" in path.read_text(encoding="utf-8")


def test_a_filter_that_leaves_nothing_is_an_error_that_lists_what_there_is(store, tmp_path):
    for options, says in (
        (["--model", "gpt-5"], "gpt-5 was not asked; the store holds sim:factor, sim:yes"),
        (["--instrument", "pvq-21"], "no responses to pvq-21; the store holds moods"),
    ):
        export = ["responses", "export", "--format", "csv", "-o", str(tmp_path / "x.csv")]
        for command in (["score"], ["analyze", "verdict"], export):
            run = CliRunner().invoke(valuealign, [*command, "--store", str(store), *options])
            assert isinstance(run.exception, DataError)
            assert says in str(run.exception)


def test_several_instruments_are_listed(store, tmp_path):
    both = Path(shutil.copy(store, tmp_path / "both.db"))
    va.administer("pvq-21", "sim:yes", store=both)
    for command in (["score"], ["analyze", "verdict"], ["analyze", "cfa"]):
        run = CliRunner().invoke(valuealign, [*command, "--store", str(both)])
        assert "moods, pvq-21; name one" in str(run.exception)
    run = CliRunner().invoke(valuealign, ["score", "--store", str(both), "--instrument", "moods"])
    assert run.exit_code == 0, run.output


@pytest.mark.filterwarnings("always::valuealign.errors.InstrumentDiffers")
def test_a_file_means_its_id_and_one_that_differs_is_reported(store, tmp_path):
    assert issubclass(InstrumentDiffers, UserWarning)
    plain = CliRunner().invoke(valuealign, ["score", "--store", str(store), "--json"])
    other = tmp_path / "turned.yaml"
    other.write_text(MOODS.read_text("utf-8").replace("keyed: -1", "keyed: 1"), "utf-8")
    for file, doubt in ((MOODS, False), (other, True)):
        run = CliRunner().invoke(
            valuealign, ["score", "--store", str(store), "--instrument", str(file), "--json"]
        )
        assert run.exit_code == 0, run.output
        assert ("differs from moods" in run.stderr) == doubt
        assert json.loads(run.stdout) == json.loads(plain.stdout)


def test_python_calls_need_no_instrument_either(store):
    given = va.responses(store, model="sim:factor")
    assert va.score(given)["CHEER"].notna().all()
    assert len(va.reliability(given).table)
    assert len(va.verdict(given).table)
    assert len(va.response_style(given).indices)
    assert set(given.instrument.default_lavaan) == {"scales"}
