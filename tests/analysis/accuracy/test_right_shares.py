"""Shares of right answers have the intervals of R, and items are the sample, not their repeats."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from valuealign.analysis.accuracy.right_shares import (
    RightShare,
    right_share,
    share_correlation,
    share_difference,
)
from valuealign.errors import DataError

ORACLE = Path(__file__).parents[2] / "oracle" / "stats" / "right_shares.csv"
R = {
    case: dict(zip(rows["what"], rows["value"], strict=True))
    for case, rows in pd.read_csv(ORACLE).groupby("case", sort=False)
}


def limits(found: RightShare) -> tuple[float, float, float]:
    return found.share, found.ci_lower, found.ci_upper


@pytest.mark.parametrize("k", [0, 10, 27, 36])
def test_one_answer_an_item_has_the_exact_interval(k):
    found = right_share([1] * k + [0] * (36 - k), [1] * 36)
    expected = [R[f"once-{k}"][name] for name in ("share", "ci_lower", "ci_upper")]
    assert limits(found) == pytest.approx(expected, abs=1e-9)
    assert (found.n_items, found.n_answers) == (36, 36)


@pytest.mark.parametrize("case", [name for name in R if name.startswith("again")])
def test_repeated_answers_have_the_interval_of_the_effective_number(case):
    repeats = int(case.split("-")[1])
    right = [R[case][f"right{k}"] for k in range(1, 37)]
    found = right_share(right, [repeats] * 36)
    expected = [R[case][name] for name in ("share", "ci_lower", "ci_upper")]
    assert limits(found) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("case", [name for name in R if name.startswith("apart")])
def test_a_difference_combines_the_limits_of_its_shares(case):
    x1, n1, x2, n2 = map(int, case.split("-")[1:])
    row = R[case]
    first = RightShare(x1 / n1, row["first_lower"], row["first_upper"], n1, n1)
    second = RightShare(x2 / n2, row["second_lower"], row["second_upper"], n2, n2)
    found = limits(share_difference(first, second))
    assert found == pytest.approx([row["difference"], row["lower"], row["upper"]], abs=1e-9)


def test_newcombes_example():
    row = R["apart-56-70-48-80"]
    assert (round(row["lower"], 4), round(row["upper"], 4)) == (0.0524, 0.3339)


def test_an_answer_given_again_is_no_further_item():
    once = right_share([1] * 27 + [0] * 9, [1] * 36)
    same = right_share([8] * 27 + [0] * 9, [8] * 36)
    width = lambda s: s.ci_upper - s.ci_lower  # noqa: E731
    assert width(same) == pytest.approx(width(once), rel=0.06)
    independent = right_share([4, 5] * 18, [8] * 36)
    assert width(independent) < width(once)
    all_right = right_share([8] * 36, [8] * 36)
    assert limits(all_right) == limits(right_share([1] * 36, [1] * 36))


def test_the_interval_covers_with_items_that_differ():
    """Of 400 draws, 95 % intervals cover the share of such items in 93 to 99 %."""
    rng = np.random.default_rng(7)
    covered = 0
    for _ in range(400):
        right = rng.binomial(5, rng.beta(2.1, 0.9, 36))
        found = right_share(right, [5] * 36)
        covered += found.ci_lower <= 0.7 <= found.ci_upper
    assert 0.93 <= covered / 400 <= 0.99


def test_the_same_items_under_two_conditions_differ_less_than_two_groups():
    shown, other = np.array([3, 2, 3, 0, 1, 3] * 6), np.array([2, 1, 2, 0, 0, 3] * 6)
    first, second = (right_share(x, [3] * 36) for x in (shown, other))
    r = share_correlation(shown, other)
    paired, apart = share_difference(first, second, correlation=r), share_difference(first, second)
    assert r > 0.8
    assert paired.ci_upper - paired.ci_lower < apart.ci_upper - apart.ci_lower
    assert share_correlation([1, 1, 1], [0, 1, 0]) == 0


@pytest.mark.parametrize(
    ("right", "asked"), [([2], [1]), ([1], [0]), ([], []), ([1, 0], [1]), ([float("nan")], [1])]
)
def test_counts_that_cannot_be_are_refused(right, asked):
    with pytest.raises(DataError):
        right_share(right, asked)
