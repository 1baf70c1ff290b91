"""Each rule of exclusion on both sides of its share, and its refusals."""

from __future__ import annotations

import numpy as np
import pytest

from valuealign.errors import DataError
from valuealign.population.readers.exclusion import Exclusion

NAN = np.nan


def met(rows, **rules):
    return Exclusion(**rules).apply(np.array(rows, dtype=float)).tolist()


@pytest.mark.parametrize("name", ["missing_share", "identical_share"])
@pytest.mark.parametrize(
    ("share", "accepted"),
    [(0, True), (0.0, True), (1, True), (-0.001, False), (1.001, False), (NAN, False)],
)
def test_a_share_is_from_nothing_to_one(name, share, accepted):
    if accepted:
        assert getattr(Exclusion(**{name: share}), name) == share
        return
    with pytest.raises(DataError, match=rf"{name} is .*; expected a (share|number)"):
        Exclusion(**{name: share})


@pytest.mark.parametrize(
    ("sd", "accepted"), [(0.0, True), (9.0, True), (-0.1, False), (NAN, False)]
)
def test_a_standard_deviation_is_not_negative(sd, accepted):
    if accepted:
        assert Exclusion(within_sd=sd).within_sd == sd
        return
    with pytest.raises(DataError, match=r"within_sd is .*; expected (0 or more|a number)"):
        Exclusion(within_sd=sd)


def test_no_rule_leaves_nobody_out():
    assert met([[1, 1, 1], [NAN, NAN, NAN]]) == [0, 0]
    assert Exclusion().words == ()


def test_more_than_the_share_of_items_must_be_missing():
    rows = [[1, 2, 3, 4], [1, 2, 3, NAN], [1, 2, NAN, NAN], [NAN] * 4]
    assert met(rows, missing_share=0.25) == [0, 0, 1, 1]
    assert met(rows, missing_share=0.0) == [0, 1, 1, 1]
    assert met(rows, missing_share=1.0) == [0, 0, 0, 0]


def test_more_than_the_share_of_answers_must_be_identical():
    rows = [[1, 2, 3, 4], [2, 2, 2, 4], [4, 4, 4, 4], [4, NAN, NAN, NAN], [NAN] * 4]
    assert met(rows, identical_share=0.75) == [0, 0, 1, 1, 0]
    assert met(rows, identical_share=0.7) == [0, 1, 1, 1, 0]
    assert met(rows, identical_share=1.0) == [0, 0, 0, 0, 0]
    assert met([[4, 1, 1, 4], [1, 1, 4, 1]], identical_share=0.5) == [0, 1]


def test_answers_must_vary_less_than_the_standard_deviation():
    rows = [[1, 3], [2, 2], [2, NAN], [NAN, NAN], [1, NAN]]
    sd = float(np.std([1, 3], ddof=1))
    assert met(rows, within_sd=sd) == [0, 1, 0, 0, 0]
    assert met(rows, within_sd=np.nextafter(sd, 9)) == [1, 1, 0, 0, 0]
    assert met(rows, within_sd=0.0) == [0] * 5
    three = [[1.0, 2.0, 6.0, NAN]]
    spread = float(np.std(three[0][:3], ddof=1))
    assert met(three, within_sd=spread + 1e-9) == [1]
    assert met(three, within_sd=spread - 1e-9) == [0]


def test_a_respondent_counts_under_the_first_rule_it_meets_and_rules_keep_their_order():
    rows = [[4, 4, 4, 4], [4, NAN, NAN, NAN], [1, 2, 5, 6], [3, 3, 3, 4]]
    rules = {"missing_share": 0.5, "identical_share": 0.9, "within_sd": 1.0}
    assert met(rows, **rules) == [2, 1, 0, 3]
    assert met(rows, identical_share=0.9, within_sd=1.0) == [1, 1, 0, 2]
    assert Exclusion(**rules).words == (
        "more than 50 % of the items missing",
        "one answer to more than 90 % of the items",
        "within-person SD below 1",
    )
    assert Exclusion(within_sd=0.5).words == ("within-person SD below 0.5",)
    assert Exclusion(missing_share=0.0, identical_share=0.0, within_sd=0.0).words == (
        "more than 0 % of the items missing",
        "one answer to more than 0 % of the items",
        "within-person SD below 0",
    )
