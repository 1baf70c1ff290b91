"""Null respondents, and personas who do not differ."""

import numpy as np
import pytest

from valuealign.analysis.claims.null_respondents import (
    collapse,
    compare_with_nulls,
    null_respondents,
)
from valuealign.errors import DataError

GROUPS = np.repeat([0, 1], 100)
PEOPLE = np.clip(np.random.default_rng(1).integers(1, 7, (200, 5)) + GROUPS[:, None], 1, 6)


def gap(rows):
    """How far the group difference is from people's."""

    def difference(x):
        return x[GROUPS == 1].mean(axis=0) - x[GROUPS == 0].mean(axis=0)

    return float(np.abs(difference(rows) - difference(PEOPLE)).mean())


def test_a_null_respondent_is_what_its_name_says():
    nulls, rng = null_respondents(PEOPLE, 200, low=1, high=6), np.random.default_rng(2)
    mean = nulls["everyone gives people's mean"](rng)
    assert np.ptp(mean, axis=0).max() == 0
    assert mean[0] == pytest.approx(PEOPLE.mean(axis=0))
    shuffled = nulls["people shuffled across groups"](rng)
    assert sorted(map(tuple, shuffled)) == sorted(map(tuple, PEOPLE.astype(float)))
    assert gap(shuffled) > 0.3
    uniform = nulls["uniform"](rng)
    assert set(np.unique(uniform)) == {1, 2, 3, 4, 5, 6}
    assert "people shuffled across groups" not in null_respondents(PEOPLE[:1], 3, low=1, high=6)


def test_what_a_null_reaches_is_said():
    nulls = null_respondents(PEOPLE, 200, low=1, high=6)
    level = float(
        np.median(
            [
                gap(nulls["people shuffled across groups"](np.random.default_rng(k)))
                for k in range(20)
            ]
        )
    )
    better = compare_with_nulls(0.05, gap, nulls, higher_is_better=False, draws=50)
    assert better["reached"].tolist() == [False] * 3
    as_bad = compare_with_nulls(level, gap, nulls, higher_is_better=False, draws=50).set_index(
        "null"
    )
    assert as_bad["reached"]["people shuffled across groups"]


@pytest.mark.parametrize("sign", [1, -1])
def test_direction_of_better(sign):
    nulls = {"one": lambda rng: rng.normal(size=(1, 1))}
    table = compare_with_nulls(3.0, lambda x: float(x[0, 0]), nulls, higher_is_better=sign > 0)
    assert table["reached"].tolist() == [sign < 0]


def test_a_score_that_does_not_exist_reaches_nothing():
    nulls = {"one": lambda rng: np.zeros((1, 1))}
    assert compare_with_nulls(1.0, lambda _: float("nan"), nulls)["reached"][0] is None


def frequencies():
    return np.array([[(PEOPLE[:, j] == k).sum() for k in range(1, 7)] for j in range(5)])


def test_people_have_not_collapsed_and_a_single_answer_has():
    assert collapse(PEOPLE, frequencies()).claim.standing == "permitted"
    rng = np.random.default_rng(3)
    same = np.where(rng.random((200, 5)) < 0.9, 5, 4)
    result = collapse(same, frequencies())
    assert result.claim["variance_ratio"].met is False
    assert result.claim["modal_excess"].met is False


def test_the_worse_end_of_each_interval_decides():
    ratio, excess = collapse(PEOPLE, frequencies()).claim.criteria
    assert (ratio.sense, ratio.threshold, ratio.bound) == ("at least", 0.5, "lower")
    assert (excess.sense, excess.threshold, excess.bound) == ("at most", 0.25, "upper")
    assert ratio.lower < ratio.value
    assert excess.upper > excess.value


@pytest.mark.parametrize(("personas", "met"), [(1, None), (2, True)])
def test_two_personas_can_differ_and_one_cannot(personas, met):
    apart = np.array([[1.0] * 5, [6.0] * 5])[:personas]
    known = collapse(apart, frequencies()).claim["variance_ratio"].met
    assert (known is None) is (met is None)


def test_a_respondent_that_equals_a_null_has_not_surpassed_it():
    nulls = {"one": lambda rng: np.ones((1, 1))}
    for better in (True, False):
        table = compare_with_nulls(
            1.0, lambda x: float(x[0, 0]), nulls, higher_is_better=better, draws=5
        )
        assert table["reached"].tolist() == [True]


@pytest.mark.parametrize("name", ["spread", "mode"])
def test_both_thresholds_have_two_sides(name):
    which, bound = {"spread": ("variance_ratio", "lower"), "mode": ("modal_excess", "upper")}[name]
    at = getattr(collapse(PEOPLE, frequencies()).claim[which], bound)
    for step in (-0.01, 0.01):
        met = collapse(PEOPLE, frequencies(), **{name: at + step}).claim[which].met
        assert met is ((step < 0) if name == "spread" else (step > 0))


def test_no_rows_are_inconclusive_and_shapes_that_do_not_fit_are_refused():
    assert collapse(np.full((3, 5), np.nan), frequencies()).claim.standing == "inconclusive"
    with pytest.raises(DataError, match="frequencies"):
        collapse(PEOPLE[:, :4], frequencies())
    with pytest.raises(DataError, match="0 complete rows"):
        null_respondents(np.full((2, 3), np.nan), 5, low=1, high=6)
