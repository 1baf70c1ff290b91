"""A threshold is met or not on the side that its sense says."""

import math

import pytest

from valuealign.analysis.claims.criterion import Claim, Criterion, conclude, unavailable


@pytest.mark.parametrize(
    ("sense", "below", "equal", "above"),
    [
        ("at least", False, True, True),
        ("above", False, False, True),
        ("at most", True, True, False),
        ("below", True, False, False),
    ],
)
def test_each_sense_on_both_sides_and_at_the_threshold(sense, below, equal, above):
    met = [Criterion("x", value, sense, 0.5).met for value in (0.49, 0.5, 0.51)]
    assert met == [below, equal, above]


def test_the_named_bound_decides():
    ends = {"lower": 0.1, "upper": 0.9}
    assert Criterion("x", 0.5, "at least", 0.4, bound="value", **ends).met
    assert not Criterion("x", 0.5, "at least", 0.4, bound="lower", **ends).met
    assert Criterion("x", 0.5, "at least", 0.8, bound="upper", **ends).met


def test_a_number_that_is_not_available_is_neither_met_nor_failed():
    assert Criterion("x", math.nan, "at least", 0.5).met is None
    assert Criterion("x", 1.0, "at least", 0.5, bound="lower").met is None


def test_a_failure_outranks_what_is_not_available_and_that_outranks_success():
    good, bad = Criterion("a", 1.0, "above", 0.0), Criterion("b", 0.0, "above", 0.0)
    absent = unavailable("c", "above", 0.0, "no opposed stems")
    assert conclude([good, good]) == "permitted"
    assert conclude([good, absent]) == "inconclusive"
    assert conclude([absent, bad, good]) == "not permitted"
    assert Claim("x", (good, absent, bad)).deciding is bad
    assert Claim("x", (good, absent)).deciding is absent
    with pytest.raises(ValueError, match="at least one"):
        conclude([])
