"""valuealign populations: what it prints is what the samples say."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from valuealign_cli.main import valuealign

import valuealign as va
from valuealign.errors import DataError
from valuealign.shipped import shipped


def run(*words, code=0):
    result = CliRunner().invoke(valuealign, ["populations", *map(str, words)])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == code, result.output
    return result


@pytest.fixture
def rows(tmp_path):
    m = va.load_population("pvq21-europe-ess11").moments
    rng = np.random.default_rng(7)
    drawn = rng.multivariate_normal(m.mean, m.covariance, 200, method="cholesky")
    frame = pd.DataFrame(drawn.round().clip(1, 6), columns=list(m.names))
    path = tmp_path / "mine.csv"
    frame.assign(sex=np.tile(["m", "f"], 100), w=1.0).to_csv(path, index=False)
    return path


def test_list_shows_samples_and_norms_and_second_hand_ones_as_such():
    told = run("list", "--json").stdout
    found = pd.DataFrame(json.loads(told))
    assert set(found["kind"]) == {"sample", "norms", "answers"}
    plain = " ".join(run("list", "--instrument", "ipip-neo-120").stdout.split())
    assert "second-hand" in plain
    with pytest.raises(DataError, match="no people for instrument 'pvq-22'; did you mean"):
        run("list", "--instrument", "pvq-22")


def test_show_prints_provenance_what_it_carries_and_scale_means():
    told = json.loads(run("show", "pvq21-de-ess9", "--json").stdout)
    assert told["n"] == 2246
    assert told["gamma"] == "21 items"
    scale = {row["scale"]: row for row in told["scales"]}
    assert scale["BE"]["centred mean"] == pytest.approx(1.028, abs=5e-4)
    plain = run("show", "pvq21-de-ess9").stdout
    assert "European Social Survey round 9" in plain
    assert "centred mean" in plain


def test_show_norms_opens_with_the_caution_and_says_second_hand_in_every_row():
    out = run("show", "ipip-neo-120-johnson", "--group", "men 21-40").stdout
    assert "ipip.ori.org/newNorms.htm" in out
    assert out.index("caution") < out.index("instrument")
    rows = [line for line in out.splitlines() if line.startswith("  men 21-40")]
    assert len(rows) == 35
    assert all("second-hand" in line for line in rows)
    file = shipped("populations") / "norms" / "leas-cz-students.json"
    assert "61.400" in run("show", file).stdout
    with pytest.raises(DataError, match="did you mean 'men 21-40'"):
        run("show", "ipip-neo-120-johnson", "--group", "men 20-40")


def test_add_reduces_rows_and_keeps_no_person(rows):
    done = run(
        "add",
        rows,
        "--instrument",
        "pvq-21",
        "--people",
        "made up",
        "--group",
        "sex",
        "--exclude-sd",
        "0.2",
        "--json",
    )
    told = json.loads(done.stdout)
    assert [one["id"] for one in told] == ["mine-f", "mine-m"]
    assert "stored 2 populations" in done.stderr
    kept = va.load_population("mine-f")
    assert kept.n == 100
    assert kept.source.population == "made up; f"
    assert kept.rows is None
    assert "within-person SD below 0.2" in run("show", "mine-f").stdout.replace("\n", " ")


def test_add_can_look_without_keeping(rows):
    done = run("add", rows, "--instrument", "pvq-21", "--weight", "w", "--dry-run")
    assert "nothing stored" in done.stderr
    assert "mine" not in set(va.list_populations()["id"])


def test_add_takes_population_files_and_norms(rows, tmp_path):
    people = va.read_population(rows, "pvq-21", about=va.Provenance(name="theirs"))
    va.write_population(people, tmp_path / "theirs.json")
    assert "stored 1 population" in run("add", tmp_path / "theirs.json").stderr
    assert va.load_population("theirs").tables is not None


def test_add_says_what_it_needs(rows, tmp_path):
    assert "--instrument" in run("add", rows, code=2).stderr
    (tmp_path / "x.json").write_text("{}")
    assert "options are for rows" in run("add", tmp_path / "x.json", "--weight", "w", code=2).stderr
    with pytest.raises(DataError, match="direction looks reversed"):
        run("add", rows, "--instrument", "pvq-21", "--direction", "reversed")
