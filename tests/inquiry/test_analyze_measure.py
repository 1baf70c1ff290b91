"""``valuealign analyze``: is it a measure? Tables, JSON and figures of every analysis."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner
from valuealign_cli.main import valuealign

import valuealign as va

ORACLE = Path(__file__).parents[1] / "oracle"
FORMS = [va.Form(), va.Form(direction="reversed"), va.Form(content="opposed")]


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    path = tmp_path_factory.mktemp("measure") / "s.db"
    va.administer("pvq-21", ["sim:human", "sim:token"], forms=FORMS, occasions=3, store=path)
    return path


def run(*words):
    return CliRunner().invoke(valuealign, ["analyze", *map(str, words)])


@pytest.mark.parametrize(
    ("words", "keys", "shown"),
    [
        (["reliability"], {"table", "retest", "meaning"}, "how far the models stand apart"),
        (["generalizability", "--design", "form=1,4"], {"components", "design"}, "item:form"),
        (["style"], {"use_of_the_scale", "what_the_form_does", "unavailable"}, "both_agreed"),
        (["verdict", "--all"], {"summary", "claims", "needs"}, "forms that are missing"),
        (["circumplex", "--model", "sim:human"], {"scaling", "order_test"}, "correspondence"),
    ],
)
def test_each_analysis_prints_draws_and_gives_json(store, tmp_path, words, keys, shown):
    figure = tmp_path / "f.png"
    told = run(*words, "--store", store)
    assert told.exit_code == 0, told.output
    assert shown in told.stdout
    found = run(*words, "--store", store, "--json", "--figure", figure)
    assert found.exit_code == 0, found.output
    assert keys <= set(json.loads(found.stdout))
    assert figure.read_bytes()[:4] == b"\x89PNG"


def test_exploratory_factors_of_a_file(tmp_path):
    data = ORACLE / "data" / "bfi25_complete.csv"
    items = ",".join(f"{f}{k}" for f in "ACEN" for k in range(1, 6))
    figure = tmp_path / "f.png"
    words = ("efa", "--data", data, "--items", items, "--factors", "4", "--draws", "10")
    found = run(*words, "--json", "--figure", figure)
    assert found.exit_code == 0, found.output
    said = json.loads(found.stdout)
    assert len(said["loadings"]) == 20
    assert len(said["criteria"]) == 5
    assert (tmp_path / "f-scree.png").exists()
    fewer = ("efa", "--data", data, "--items", items[:29], "--factors", "2", "--draws", "10")
    assert "how many factors" in run(*fewer).stdout
    assert "no column 'zz'" in str(run("efa", "--data", data, "--items", "zz").exception)


def test_rows_of_responses_from_a_file_are_split_too(tmp_path):
    rows = pd.read_csv(ORACLE / "data" / "gstudy.csv.gz")
    rows.to_csv(tmp_path / "long.csv", index=False)
    words = (
        "generalizability",
        "--data",
        tmp_path / "long.csv",
        "--object",
        "respondent",
        "--facets",
        "stem,form",
    )
    found = run(*words, "--method", "ems", "--json")
    assert found.exit_code == 0, found.output
    assert json.loads(found.stdout)["n"] == 4470
    assert "expected NAME=VALUE" in run(*words, "--design", "form").output
    assert "expected numbers" in run(*words, "--design", "form=x").output


def test_a_file_without_an_instrument_is_asked_whose_items_they_are():
    found = run("reliability", "--data", ORACLE / "data" / "hs1939.csv")
    assert found.exit_code == 2
    assert "--instrument ID" in found.output
