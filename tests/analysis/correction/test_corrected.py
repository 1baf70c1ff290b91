"""A judge is corrected by people's ratings: as by PPI++, over clusters, whatever its bias."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import valuealign as va
from valuealign.analysis.correction.doubts import imbalance_pvalue
from valuealign.analysis.correction.prediction_powered import Estimates, Means, estimates
from valuealign.analysis.correction.rated_rows import MOST_CLUSTERS, cluster_sums, rated_rows
from valuealign.analysis.correction.rogan_gladen import Share, lang_reiczigel, tells_apart
from valuealign.errors import DataError

FOLDER = Path(__file__).parents[2] / "oracle" / "python"
ORACLE = json.loads((FOLDER / "corrected.json").read_text())


def drawn(n, N, correlation, bias, binary):
    """Draw the oracle's rows anew."""
    rng = np.random.default_rng([n, N])
    y = rng.standard_normal(n + N)
    f = correlation * y + np.sqrt(1 - correlation**2) * rng.standard_normal(n + N) + bias
    if binary:
        y, f = (y > 0.4) * 1.0, (f > 0.4) * 1.0
    return pd.DataFrame({"judge": f, "people": np.where(np.arange(n + N) < n, y, np.nan)})


def row(result, method):
    return result.table.set_index("method").loc[method]


@pytest.mark.parametrize("name", ORACLE["cases"])
def test_the_estimate_is_that_of_ppi_python(name):
    case = ORACLE["cases"][name]
    result = va.corrected(drawn(*case["case"]), judge="judge", people="people")
    assert row(result, "corrected")["value"] == pytest.approx(case["value"], abs=1e-10)
    assert row(result, "people")["value"] == pytest.approx(case["people"], abs=1e-10)
    half = (case["ci"][1] - case["ci"][0]) / 2
    ours = row(result, "corrected")
    few = case["case"][0] < 1000
    ratio = (ours["ci_upper"] - ours["ci_lower"]) / 2 / half
    assert (1.0 < ratio < 1.25) if few else ratio == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize("case", ORACLE["lang_reiczigel"], ids=str)
def test_the_interval_of_a_share_is_that_of_lang_and_reiczigel(case):
    (n, k, n_yes, yes, n_no, no), level, low, high = case
    shares = Share(k / n, n), Share(yes / n_yes, n_yes), Share(no / n_no, n_no)
    assert lang_reiczigel(*shares, level=level) == pytest.approx((low, high), abs=1e-9)


def test_a_judge_no_better_than_chance_gives_no_share():
    certain = Share(0.3, 100)
    assert np.isnan(lang_reiczigel(certain, Share(0.5, 20), Share(0.5, 20))).all()
    assert lang_reiczigel(certain, Share(0.4, 100), Share(0.65, 4)) == (0.0, 1.0)
    assert lang_reiczigel(certain, Share(0.6, 20), Share(0.6, 20))[0] >= 0


@pytest.mark.parametrize(("size", "shown"), [(12, False), (13, True)])
def test_a_judge_is_better_than_chance_by_two_standard_errors(size, shown):
    """(.7 n + 1) / (n + 2) each: the excess over chance is 2 errors between 12 and 13 ratings."""
    assert tells_apart(Share(0.7, size), Share(0.7, size)) == shown
    assert not tells_apart(Share(0.7, 100), Share(0.2, 100))
    assert not tells_apart(Share(np.nan, 0), Share(0.9, 100))


def test_rogan_gladen_of_a_poor_judge_is_flagged():
    poor, good = (
        va.corrected(drawn(40, 160, r, 0.0, True), judge="judge", people="people")
        for r in (0.1, 0.95)
    )
    flag = "rogan_gladen: the judge is not shown to be better than chance; use corrected"
    assert flag in poor.flags
    assert flag not in good.flags


def test_leaving_out_a_cluster_is_computing_the_estimate_without_it():
    rng = np.random.default_rng(3)
    rows = drawn(30, 60, 0.6, 1.0, False).assign(scene=rng.integers(0, 12, 90), by=["a", "b"] * 45)
    read = rated_rows(rows, judge="judge", people="people", by="by", cluster="scene")
    fitted = estimates(*cluster_sums(read))
    without = []
    for scene in rows["scene"].unique():
        part = va.corrected(rows[rows["scene"] != scene], judge="judge", people="people", by="by")
        without.append(part.table.query("method == 'corrected'").set_index("group")["value"])
    apart = pd.concat(without, axis=1).loc[["a", "b"]].to_numpy()
    apart = apart - apart.mean(axis=1, keepdims=True)
    size = apart.shape[1]
    expected = (size - 1) / size * apart @ apart.T
    order = [read.groups.index(g) for g in ("a", "b")]
    assert fitted.covariance.corrected[np.ix_(order, order)] == pytest.approx(expected, abs=1e-10)


def test_a_difference_uses_the_covariance_of_shared_clusters_and_only_theirs():
    rng = np.random.default_rng(5)
    scene = np.tile(np.arange(40), 2)
    people = 3 * rng.standard_normal(40)[scene] + 0.3 * rng.standard_normal(80)
    rows = pd.DataFrame({"model": np.repeat(["a", "b"], 40), "scene": scene, "people": people})
    rows["judge"] = rows["people"] + 0.5 * rng.standard_normal(80)
    rows.loc[rows["scene"] >= 15, "people"] = np.nan
    paired = va.corrected(rows, judge="judge", people="people", by="model", cluster="scene")
    apart = va.corrected(rows, judge="judge", people="people", by="model")
    of = [r.differences.set_index("method").loc["people"] for r in (paired, apart)]
    assert of[0]["se"] < of[1]["se"] / 5
    assert of[0]["df"] == 14
    assert 25 < of[1]["df"] < 29  # Welch's, of 14 and 14
    y = rows.dropna().pivot(index="scene", columns="model", values="people")
    difference = y["a"] - y["b"]
    assert of[0]["difference"] == pytest.approx(difference.mean())
    assert of[0]["se"] == pytest.approx(difference.std(ddof=1) / np.sqrt(15), rel=0.06)


def test_the_bias_for_one_model_is_found_and_taken_away():
    rng = np.random.default_rng(11)
    n = 3000
    rows = pd.DataFrame({"model": ["a", "b"] * (n // 2), "people": rng.standard_normal(n)})
    rows["judge"] = rows["people"] + 0.6 * rng.standard_normal(n) + 0.5 * (rows["model"] == "b")
    rows["people"] = rows["people"].where(rng.random(n) < 0.3)
    result = va.corrected(rows, judge="judge", people="people", by="model", margin=0.25)
    table = result.differences.set_index("method")
    assert table.loc["uncorrected", "difference"] == pytest.approx(-0.5, abs=0.1)
    assert table.loc["corrected", "standing"] == "equivalent"
    assert pd.isna(table.loc["uncorrected", "standing"])
    bias = result.judge.set_index("group")
    assert bias.loc["b", "bias_lower"] > 0.3 > bias.loc["a", "bias_upper"]
    assert (bias["worth"] > 1.5 * bias["n_rated"]).all()


@pytest.mark.parametrize(("rated", "few"), [(9, True), (10, False)])
def test_few_ratings_are_flagged(rated, few):
    result = va.corrected(drawn(rated, 100, 0.8, 0.0, False), judge="judge", people="people")
    assert any("very little" in flag for flag in result.flags) == few


def test_one_rated_cluster_has_no_interval_and_a_group_without_ratings_no_value():
    rows = drawn(20, 100, 0.8, 0.0, False).assign(scene=[0] * 20 + [1] * 50 + [2] * 50)
    result = va.corrected(rows, judge="judge", people="people", cluster="scene")
    assert np.isnan(row(result, "corrected")["ci_lower"])
    assert np.isfinite(row(result, "corrected")["value"])
    rows["model"] = np.where(rows["people"].isna(), "new", "old")
    result = va.corrected(rows, judge="judge", people="people", by="model")
    new = result.table.query("group == 'new'").set_index("method")["value"]
    assert np.isfinite(new["uncorrected"])
    assert np.isnan(new["corrected"])
    assert "new: people rated no row, so there is no corrected value" in result.flags
    assert "old: people rated every row: the corrected value is theirs" in result.flags


def test_a_judge_that_does_not_follow_people_is_left_out_and_flagged():
    rows = drawn(30, 70, -0.5, 0.0, False)
    result = va.corrected(rows, judge="judge", people="people")
    assert row(result, "corrected")["value"] == row(result, "people")["value"]
    assert any("do not follow people's" in flag for flag in result.flags)
    same = va.corrected(rows.assign(judge=4.0), judge="judge", people="people")
    assert row(same, "corrected")["value"] == row(same, "people")["value"]


def test_rows_that_were_not_drawn_at_random_are_flagged():
    rows = drawn(30, 170, 0.8, 0.0, False)
    whole = pd.DataFrame({"judge": rows["judge"], "people": rows["judge"]})
    chosen = whole.assign(people=whole["people"].where(whole["judge"] > 0.3))
    result = va.corrected(chosen, judge="judge", people="people")
    assert any("drawn at random" in flag for flag in result.flags)
    assert not any(
        "drawn at random" in f for f in va.corrected(rows, judge="judge", people="people").flags
    )


@pytest.mark.parametrize(("t", "expected"), [(2.86, False), (2.87, True)])
def test_the_boundary_of_not_random_is_one_in_a_hundred(t, expected):
    """With 20 clusters the quantile of t is 2.861."""
    none = np.zeros(1)
    value = Means(none, none, none, none, np.array([t]), none)
    one = np.ones((1, 1))
    fitted = Estimates(value, Means(one, one, one, one, one, one))
    assert (imbalance_pvalue(fitted, 0, 20) < 0.01) == expected


def test_shares_have_error_rates_and_end_at_zero_and_one():
    rng = np.random.default_rng(2)
    people = (rng.random(400) < 0.04) * 1.0
    judge = np.where(people == 1, rng.random(400) < 0.9, rng.random(400) < 0.3) * 1.0
    rows = pd.DataFrame({"judge": judge, "people": people})
    rows.loc[60:, "people"] = np.nan
    result = va.corrected(rows, judge="judge", people="people")
    assert row(result, "uncorrected")["value"] > 0.25
    assert (result.table["ci_lower"] >= 0).all()
    assert row(result, "rogan_gladen")["ci_lower"] == 0
    assert any("people said 1 to" in flag for flag in result.flags)
    assert result.judge["specificity"].item() == pytest.approx(0.7, abs=0.15)
    below = rows.assign(judge=np.where(rows["people"].notna(), rows["judge"], 0.0))
    outside = va.corrected(below, judge="judge", people="people")
    assert row(outside, "rogan_gladen")["value"] < 0
    assert any("outside 0 to 1" in flag for flag in outside.flags)


def test_a_share_of_clusters_is_worth_fewer_rows():
    rows = drawn(200, 400, 0.8, 0.0, True)
    scene = rows["people"].fillna(rows["judge"]).rank(method="first").astype(int) // 15
    alone = va.corrected(rows, judge="judge", people="people")
    within = va.corrected(rows.assign(s=scene), judge="judge", people="people", cluster="s")
    width = [
        r["ci_upper"] - r["ci_lower"] for r in (row(x, "rogan_gladen") for x in (alone, within))
    ]
    assert width[1] > 1.5 * width[0]


def test_very_many_clusters_are_combined_and_the_error_is_nearly_the_same():
    rows = drawn(6000, 18000, 0.7, 0.3, False)
    read = rated_rows(rows, judge="judge", people="people", by=None, cluster=None)
    sums, origin = cluster_sums(read)
    assert len(sums) == MOST_CLUSTERS
    assert sums[..., 0].sum() == 6000
    se = np.sqrt(estimates(sums, origin).covariance.people[0, 0])
    assert se == pytest.approx(rows["people"].std() / np.sqrt(6000), rel=0.05)


def test_large_offsets_change_nothing():
    rows = drawn(40, 160, 0.9, 0.5, False)
    moved = rows.assign(judge=rows["judge"] + 1e6, people=rows["people"] + 3e6)
    one, other = (va.corrected(r, judge="judge", people="people").table for r in (rows, moved))
    assert other["se"].to_numpy() == pytest.approx(one["se"].to_numpy(), rel=1e-6)


@pytest.mark.parametrize(
    ("change", "arguments", "message"),
    [
        ({}, {"people": "judge"}, "expected two columns"),
        ({"judge": np.inf}, {}, "infinite value"),
        ({"judge": "good"}, {}, "not numeric"),
        ({"people": np.nan}, {}, "judge and people"),
        ({"judge": np.nan}, {}, "judge and a group"),
        ({}, {"by": "model"}, "no column 'model'"),
        ({}, {"margin": 0.0}, "margin is 0"),
        ({}, {"cluster": []}, "empty list of columns"),
    ],
)
def test_ratings_that_cannot_be_used_are_refused(change, arguments, message):
    rows = drawn(20, 30, 0.5, 0.0, False).assign(**change)
    with pytest.raises(DataError, match=message):
        va.corrected(rows, **({"judge": "judge", "people": "people"} | arguments))


def test_the_oracle_script_draws_the_same_rows():
    script = (FOLDER / "corrected.py").read_text()
    before, after = script.split("from ppi_py import ppi_mean_ci, ppi_mean_pointestimate\n")
    namespace: dict = {"__name__": "oracle"}
    exec(compile(before + after, "corrected.py", "exec"), namespace)  # noqa: S102
    y, f = namespace["draw"](40, 160, 0.9, 0.5, False)
    rows = drawn(40, 160, 0.9, 0.5, False)
    assert (rows["judge"] == f).all()
    assert (rows["people"].dropna() == y[:40]).all()
    assert "ppi_py" not in sys.modules
