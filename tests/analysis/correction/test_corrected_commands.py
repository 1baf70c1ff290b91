"""The commands show what the functions return."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
from click.testing import CliRunner
from valuealign_cli.main import valuealign

import valuealign as va


def run(*words):
    return CliRunner().invoke(valuealign, ["analyze", *map(str, words)])


def test_a_file_of_ratings_is_corrected(tmp_path):
    rng = np.random.default_rng(1)
    rows = pd.DataFrame({"model": ["a", "b"] * 60, "scene": np.repeat(range(12), 10)})
    rows["people"] = rng.standard_normal(120)
    rows["judge"] = rows["people"] + (rows["model"] == "b")
    rows.loc[rng.random(120) < 0.6, "people"] = np.nan
    rows.to_csv(tmp_path / "r.csv", index=False)
    figure = tmp_path / "f.png"
    words = ("corrected", "--data", tmp_path / "r.csv", "--judge", "judge", "--people", "people")
    words = (*words, "--by", "model", "--cluster", "scene", "--margin", 0.5)
    out = json.loads(run(*words, "--figure", figure, "--json").stdout)
    result = va.corrected(
        rows, judge="judge", people="people", by="model", cluster="scene", margin=0.5
    )
    values = [row["value"] for row in out["table"]]
    assert np.allclose(values, result.table["value"])
    assert out["flags"] == sorted(result.flags)
    assert figure.read_bytes()[:4] == b"\x89PNG"
    shown = run(*words).stdout
    assert "the interval does not include the judge's bias" in shown
    assert "equivalent" in shown


def test_the_ratings_that_are_needed():
    words = ("needed", "--width", 0.4, "--width", 0.01, "--total", 200, "--sd", 0.9)
    out = json.loads(run(*words, "--correlation", 0.85, "--json").stdout)
    assert [row["ratings"] for row in out["table"]] == [34, None]
    refused = run(*words, "--correlation", 2)
    assert refused.exit_code != 0
    assert "correlation is 2" in str(refused.exception or refused.output)
