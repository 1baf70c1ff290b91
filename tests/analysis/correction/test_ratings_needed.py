"""The number of ratings that a plan names gives the width that it promises."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import valuealign as va
from valuealign.errors import DataError


@pytest.mark.parametrize(
    ("width", "plan"),
    [
        (0.3, {"total": 400, "correlation": 0.5}),
        (0.6, {"total": 400, "correlation": 0.8, "clusters": 20, "icc": 0.2}),
    ],
)
def test_the_planned_width_is_the_width_that_comes_out(width, plan):
    n = va.ratings_needed(width, sd=1.0, **plan).table["ratings"].item()
    rng = np.random.default_rng(0)
    total, rho = plan["total"], plan["correlation"]
    clusters, icc = plan.get("clusters", total), plan.get("icc", 0.0)
    scene = np.repeat(np.arange(clusters), total // clusters)
    widths = []
    for _ in range(60):
        y = np.sqrt(icc) * rng.standard_normal(clusters)[scene]
        y += np.sqrt(1 - icc) * rng.standard_normal(total)
        f = rho * y + np.sqrt(1 - rho**2) * rng.standard_normal(total)
        y[rng.permutation(total)[n:]] = np.nan
        rows = pd.DataFrame({"people": y, "judge": f, "scene": scene})
        result = va.corrected(rows, judge="judge", people="people", cluster="scene")
        ends = result.table.set_index("method").loc["corrected"]
        widths.append(ends["ci_upper"] - ends["ci_lower"])
    assert np.mean(widths) == pytest.approx(width, rel=0.12)


def test_a_number_is_the_smallest_that_is_enough():
    plan = {"total": 300, "sd": 1.0, "correlation": 0.6}
    table = va.ratings_needed([0.5, 0.3], **plan).table
    for width, ratings in zip(table["width"], table["ratings"], strict=True):
        variance = (1 - 0.36 * (1 - np.array([ratings - 1, ratings]) / 300)) / [
            ratings - 1,
            ratings,
        ]
        from scipy.stats import t

        wide, narrow = 2 * np.sqrt(variance) * t.ppf(0.975, [ratings - 2, ratings - 1])
        assert narrow <= width < wide


def test_a_useless_judge_saves_nothing_and_a_width_out_of_reach_is_missing():
    table = va.ratings_needed(0.4, total=300, sd=1.0, correlation=0.0).table
    assert table["saved"].item() == 0
    opposed = va.ratings_needed(0.4, total=300, sd=1.0, correlation=-0.9).table
    assert opposed["saved"].item() == 0
    few = va.ratings_needed([0.2, 2.0], total=400, sd=1.0, correlation=0.9, clusters=20, icc=0.2)
    assert few.table["ratings"].isna().tolist() == [True, False]
    assert few.narrowest > 0.2
    assert (
        va.ratings_needed(few.narrowest, total=400, sd=1.0, correlation=0.9, clusters=20, icc=0.2)
        .table["ratings"]
        .item()
        == 400
    )


def test_a_difference_needs_more_in_each_group():
    one = va.ratings_needed(0.3, total=1000, sd=1.0, correlation=0.5)
    two = va.ratings_needed(0.3, total=1000, sd=1.0, correlation=0.5, difference=True)
    assert (one.groups, two.groups) == (1, 2)
    assert two.table["ratings"].item() > 1.5 * one.table["ratings"].item()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"width": 0.0}, "width is"),
        ({"width": []}, "width is"),
        ({"total": 2}, "total is 2"),
        ({"sd": 0.0}, "sd is 0"),
        ({"correlation": 1.1}, "correlation is 1.1"),
        ({"icc": 0.2}, "expected the number of clusters"),
        ({"clusters": 1}, "clusters is 1"),
        ({"clusters": 101}, "clusters is 101"),
        ({"icc": -0.1}, "icc is -0.1"),
    ],
)
def test_a_number_outside_its_range_is_refused(change, message):
    plan = {"width": 0.3, "total": 100, "sd": 1.0, "correlation": 0.5} | change
    with pytest.raises(DataError, match=message):
        va.ratings_needed(plan.pop("width"), **plan)
    assert len(va.ratings_needed(0.9, total=3, sd=1.0, correlation=1.0, clusters=3).table) == 1
