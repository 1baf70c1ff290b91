"""Figures say what they show, and show outside text as text."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner
from valuealign_cli.main import valuealign

import valuealign as va
from valuealign.errors import DataError

DATA = Path(__file__).parents[1] / "oracle" / "data" / "hs1939.csv"


@pytest.fixture(scope="module")
def data():
    return pd.read_csv(DATA)


def texts(axes):
    return [label.get_text() for label in axes.get_yticklabels()]


def test_loadings_are_drawn_with_their_intervals(data):
    fit = va.cfa("v =~ x1 + x2 + x3\nt =~ x4 + x5 + x6", data, group="school")
    (axes,) = va.plot.loadings(fit).axes
    assert texts(axes) == [f"{f} · x{k}" for f, k in zip("vvvttt", range(1, 7), strict=True)]
    assert axes.get_legend() is not None
    points = sorted(x for line in axes.lines[:2] for x in line.get_xdata())
    assert points == pytest.approx(sorted(fit.standardized().query("op == '=~'")["est"]))
    with pytest.raises(DataError, match="no loadings"):
        va.plot.loadings(va.sem("x1 ~ x2", data))


def test_a_ladder_is_drawn_with_standings_in_words(data):
    found = va.invariance("v =~ x1 + x2 + x3 + x4", data, group="school")
    levels, items = va.plot.invariance(found).axes
    assert texts(levels) == ["metric", "scalar", "strict"]
    assert [a.get_text() for a in levels.texts] == found.table["standing"].tolist()[1:]
    assert texts(items) == ["x1", "x2", "x3", "x4"]
    quick = va.invariance("v =~ x1 + x2 + x3 + x4", data, group="school", effect_sizes=False)
    assert len(va.plot.invariance(quick).axes) == 1


def test_names_from_outside_are_drawn_as_they_are(data, tmp_path):
    renamed = data.rename(columns={"x1": "_1"}).assign(school=lambda d: d["school"] + " $x^$\x1b")
    found = va.invariance("v =~ x2 + x3 + x4 + x5", renamed, group="school")
    va.plot.invariance(found).savefig(tmp_path / "f.png")


def test_a_corrected_judge_is_drawn_by_group_and_method(tmp_path):
    rows = pd.DataFrame(
        {
            "judge": [1, 0, 1, 1, 0, 1, 1, 0] * 9,
            "people": [1, 0, 1, 0, None, None, None, None] * 9,
            "by": ["a", "b $x$"] * 36,
        }
    )
    result = va.corrected(rows, judge="judge", people="people", by="by")
    figure = va.plot.corrected(result)
    (axes,) = figure.axes
    assert texts(axes) == ["a", r"b \$x\$"]
    assert [t.get_text() for t in figure.legends[0].get_texts()] == [
        "judge alone, uncorrected",
        "people alone (a part)",
        "corrected",
        "Rogan-Gladen",
    ]
    corrected = result.table[result.table["method"] == "corrected"]
    assert axes.lines[2].get_xdata().tolist() == corrected["value"].tolist()
    figure.savefig(tmp_path / "f.png")


@pytest.mark.parametrize("ending", ["png", "svg", "pdf"])
def test_a_figure_has_the_width_that_the_command_asks_for(ending, tmp_path):
    path, rows = tmp_path / f"loadings.{ending}", tmp_path / "rows.csv"
    pd.read_csv(DATA)[["x1", "x2", "x3"]].to_csv(rows, index=False)
    command = ["analyze", "cfa", "--data", str(rows), "--syntax", "f =~ x1 + x2 + x3"]
    run = CliRunner().invoke(valuealign, [*command, "--figure", str(path), "--figure-width", "8.5"])
    assert run.exit_code == 0, run.output
    written = path.read_bytes()
    if ending == "png":
        assert int.from_bytes(written[16:20], "big") == pytest.approx(8.5 / 2.54 * 300, abs=2)
    else:
        points = 8.5 / 2.54 * 72
        found = re.search(rb'MediaBox \[ ?0 0 ([\d.]+)|width="([\d.]+)pt"', written)
        assert float(found[1] or found[2]) == pytest.approx(points, abs=1)
