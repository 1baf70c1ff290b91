"""``valuealign analyze``: tables, JSON, figures, and errors in words."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from valuealign_cli.main import valuealign

DATA = Path(__file__).parents[1] / "oracle" / "data" / "hs1939.csv"
SYNTAX = "visual =~ x1 + x2 + x3; textual =~ x4 + x5 + x6; speed =~ x7 + x8 + x9"


def run(*words):
    return CliRunner().invoke(valuealign, ["analyze", *map(str, words)])


def test_a_factor_model_of_a_file(tmp_path):
    figure = tmp_path / "l.png"
    found = run(
        "cfa", "--data", DATA, "--syntax", SYNTAX, "--json", "--figure", figure, "--cutoffs", "20"
    )
    assert found.exit_code == 0, found.output
    said = json.loads(found.stdout)["models"]["model"]
    assert said["measures"]["chisq"] == pytest.approx(85.306, abs=0.001)
    assert len(said["parameters"]) == 24
    assert {row["measure"] for row in said["cutoffs"]} == {"cfi", "rmsea", "srmr"}
    assert figure.read_bytes()[:4] == b"\x89PNG"
    shown = run("cfa", "--data", DATA, "--syntax", SYNTAX, "--group", "school", "--parameters")
    assert "Grant-White" not in shown.stdout
    assert "x1" in shown.stdout
    assert "85.3" in run("cfa", "--data", DATA, "--syntax", SYNTAX).stdout


def test_the_ladder_of_a_file(tmp_path):
    figure = tmp_path / "i.svg"
    words = ("invariance", "--data", DATA, "--syntax", SYNTAX, "--group", "school")
    shown = run(*words, "--figure", figure)
    assert shown.exit_code == 0, shown.output
    assert "No level is shown to hold" in shown.stdout
    assert "x3" in shown.stdout
    assert "<svg" in figure.read_text()[:600]
    said = json.loads(run(*words, "--partial", "--json").stdout)["models"]["model"]
    assert said["freed"]["scalar"] == ["x3~1", "x7~1"]
    assert said["table"][1]["chisq_diff"] == pytest.approx(8.192, abs=0.001)
    assert said["levels"][1]["standing"] == "inconclusive"


def test_an_instruments_own_models_of_a_store(tmp_path):
    people = tmp_path / "people.csv"
    people.write_text("id,age\n" + "\n".join(f"p{k},{20 + k}" for k in range(60)) + "\n")
    store = tmp_path / "s.db"
    given = CliRunner().invoke(
        valuealign,
        [
            "administer",
            "--model",
            "sim:human",
            "--instrument",
            "pvq-21",
            "--store",
            str(store),
            "--persona",
            str(people),
        ],
    )
    assert given.exit_code == 0, given.output
    found = run(
        "cfa", "--store", store, "--rows", "personas", "--json", "--figure", tmp_path / "f.png"
    )
    assert found.exit_code == 0, found.output
    models = json.loads(found.stdout)["models"]
    assert set(models) == {"openness", "enhancement", "conservation", "transcendence"}
    drawn = {p.stem for p in tmp_path.glob("f-*.png")}
    assert drawn == {f"f-{n}" for n, m in models.items() if "error" not in m}
    alone = run("invariance", "--store", store, "--rows", "personas", "--syntax", "f =~ pvq01")
    assert alone.exit_code == 1
    assert "group" in str(alone.exception)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("cfa", "--data", DATA), "name a model"),
        (("cfa", "--data", "nowhere.csv", "--syntax", "f =~ a"), "there is no file"),
        (("cfa", "--data", DATA, "--syntax", "f =~ x1 + y9"), "no column 'y9'"),
        (("cfa", "--data", DATA, "--syntax", SYNTAX, "--figure", "/nowhere/f.png"), "cannot be"),
        (("invariance", "--data", DATA, "--syntax", SYNTAX, "--levels", "weak"), "weak"),
        (("cluster",), "No such command"),
    ],
)
def test_what_cannot_be_analysed_is_said(words, says):
    found = run(*words)
    assert found.exit_code != 0
    assert says in found.output + str(found.exception)


def test_help_has_an_example():
    for name in ("cfa", "invariance"):
        assert "Example:" in run(name, "--help").stdout
    assert "invariance" in run("--help").stdout
