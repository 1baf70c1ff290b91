"""Counts of people's answers: what is shipped equals the rows, and what cannot be is refused."""

from __future__ import annotations

import hashlib
import json

import numpy as np
import pytest
from click.testing import CliRunner
from valuealign_cli.main import valuealign

import valuealign as va
from valuealign.analysis.reliability.alpha_interval import jackknife_interval
from valuealign.errors import DataError
from valuealign.shipped import shipped
from valuealign.study.scale_with_people import alpha_of_people

NAMES = ("recovery-us-gss2018", "distance-us-gss2018")
# gss2018_vignettes, shares of very likely to not at all likely: evidence/replicable.md
SHARES = {
    ("schizophrenia", "treated"): (223, [0.521, 0.449, 0.014, 0.016]),
    ("schizophrenia", "none"): (219, [0.026, 0.149, 0.295, 0.530]),
    ("depression", "treated"): (238, [0.560, 0.393, 0.040, 0.007]),
    ("depression", "none"): (238, [0.046, 0.305, 0.384, 0.265]),
    ("alcohol", "treated"): (243, [0.411, 0.536, 0.026, 0.027]),
    ("alcohol", "none"): (241, [0.024, 0.140, 0.458, 0.377]),
    ("troubles", "treated"): (203, [0.352, 0.447, 0.133, 0.068]),
    ("troubles", "none"): (207, [0.300, 0.446, 0.181, 0.073]),
}


@pytest.mark.parametrize("levels", SHARES, ids=", ".join)
def test_shares_are_those_recomputed_from_the_survey(levels):
    n, shares = SHARES[levels]
    where = dict(zip(("condition", "treatment"), levels, strict=True))
    cell = va.load_answers("recovery-us-gss2018").cell("gets_better", where)
    assert cell.n == n
    weighted = np.array(cell.weighted[::-1])
    assert weighted / weighted.sum() == pytest.approx(shares, abs=0.0011)


@pytest.mark.parametrize("name", NAMES)
def test_counts_equal_those_of_the_rows(name, shared):
    import pandas as pd

    path = shared("humans/gss2018_vignettes/gss2018_vignette_persons.csv")
    source = va.load_answers(name).source
    assert hashlib.sha256(path.read_bytes()).hexdigest() == source.source_sha256
    rows = pd.read_csv(path)
    level = {"depression": "major depression", "alcohol": "alcohol dependence"}
    level |= {"troubles": "no problem", "schizophrenia": "schizophrenia"}
    for cell in source.cells:
        mine = rows[rows["condition"] == level[cell.where["condition"]]].dropna(
            subset=[cell.question]
        )
        turned = cell.question.startswith("imprv")
        code = 5 - mine[cell.question] if turned else mine[cell.question]
        weights = mine["wtssall"].groupby(code)
        assert cell.counts == tuple(weights.size().reindex(source.codes, fill_value=0))
        assert list(cell.weighted) == pytest.approx(weights.sum().tolist())
        squared = (mine["wtssall"] ** 2).groupby(code).sum()
        assert list(cell.squared) == pytest.approx(squared.tolist())


def test_the_social_distance_sample_has_the_alpha_of_its_rows(shared):
    import pandas as pd

    columns = ["vignei", "vigsoc", "vigfrnd", "vigwork", "vigmar"]
    rows = pd.read_csv(shared("humans/gss2018_vignettes/gss2018_vignette_persons.csv"))
    people = va.load_population("social-distance-us-gss2018")
    complete = rows[columns].dropna()
    assert people.n == len(complete) == 1066
    value, low, high = alpha_of_people(people, people.source.items)
    assert value == pytest.approx(va.alpha(complete).raw, abs=1e-8)
    # The delta method on shipped moments and the jackknife on rows agree.
    assert (low, high) == pytest.approx(jackknife_interval(complete.to_numpy()), abs=0.002)
    fit = va.cfa(
        "D =~ next_door + evening_guest + close_friend + daily_colleague + family_relative",
        people.moments,
    )
    own = complete.set_axis(people.source.items, axis=1)
    same = va.cfa(
        "D =~ next_door + evening_guest + close_friend + daily_colleague + family_relative", own
    )
    assert fit.measures["chisq"] == pytest.approx(same.measures["chisq"], rel=1e-6)


@pytest.mark.parametrize(
    ("group", "alpha"), [("", 0.880), ("-schizophrenia", 0.849)], ids=["all", "schizophrenia"]
)
def test_alpha_is_the_published_one(group, alpha):
    people = va.load_population(f"social-distance-us-gss2018{group}")
    assert alpha_of_people(people, people.source.items)[0] == pytest.approx(alpha, abs=0.0005)


def test_a_sample_without_gamma_has_an_alpha_and_no_interval():
    people = va.load_population("pvq40-us-borg2017")
    value, low, high = alpha_of_people(people, people.source.items[:4])
    assert np.isfinite(value)
    assert np.isnan([low, high]).all()


def file(**changes):
    """The shipped file with a cell changed."""
    path = shipped("populations") / "answers" / "recovery-us-gss2018.json"
    value = json.loads(path.read_text())
    value["id"] = "mine"
    value["cells"][0] |= changes
    return value


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"counts": [1, 2, 3]}, "differ in length"),
        ({"counts": [0, 100, 100, 20]}, "people without weight, or the reverse"),
        ({"squared": [5, 3.6, 100.0, 1000000.0]}, "cannot have squares that sum to"),
        ({"squared": [0.1, 3.6, 100.0, 120.0]}, "cannot have squares that sum to"),
        ({"question": "imprv"}, "which has no words"),
        ({"where": {"condition": "schizophrenia", "treatment": "none"}}, "stands twice"),
        (
            {"counts": [1, 0, 0, 0], "weighted": [1, 0, 0, 0], "squared": [1, 0, 0, 0]},
            "a cell needs two",
        ),
    ],
)
def test_counts_that_cannot_be_are_refused_with_their_place(tmp_path, changes, says):
    path = tmp_path / "mine.json"
    path.write_text(json.dumps(file(**changes)))
    with pytest.raises(DataError, match=says):
        va.load_answers(path)


def test_answers_are_listed_shown_and_added(tmp_path):
    listed = va.list_populations().query("kind == 'answers'")
    assert set(NAMES) <= set(listed["id"])
    run = CliRunner().invoke(valuealign, ["populations", "show", "recovery-us-gss2018"])
    assert run.exit_code == 0
    assert "weight-based" in run.output
    assert "imprvtrt" in run.output
    shown = CliRunner().invoke(valuealign, ["populations", "show", NAMES[0], "--json"])
    assert len(json.loads(shown.stdout)["table"]) == 32
    path = tmp_path / "mine.json"
    path.write_text(json.dumps(file()))
    assert CliRunner().invoke(valuealign, ["populations", "add", str(path)]).exit_code == 0
    assert va.load_answers("mine").n == 1173


def test_a_sample_and_answers_are_not_taken_for_each_other():
    with pytest.raises(DataError, match="load it with load_answers"):
        va.load_population(NAMES[0])
    with pytest.raises(DataError, match="did you mean 'recovery-us-gss2018'"):
        va.load_answers("recovery-us-gss2017")


def test_a_cell_is_found_whatever_else_the_stimulus_is():
    people = va.load_answers("distance-us-gss2018")
    assert people.cell("evening_guest", {"condition": "alcohol", "treatment": "none"}).n > 200
    assert people.cell("evening_guest", {"treatment": "none"}) is None
    assert people.cell("nobody", {"condition": "alcohol"}) is None
