"""A change between two times has R's intervals, and none where nothing varies."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from valuealign.analysis.comparison.change import change
from valuealign.errors import DataError

R = json.loads((Path(__file__).parents[2] / "oracle/stats/change.json").read_text())


def changed(before, after, forms):
    return change(before, after, forms_before=forms, forms_after=forms)


def test_both_intervals_equal_those_of_r():
    found = changed(R["before"], R["after"], R["forms"])
    assert found.difference == pytest.approx(R["difference"], abs=1e-10)
    assert found.forms_interval == pytest.approx(R["paired"], abs=1e-10)
    assert found.occasions_interval == pytest.approx(R["within"], abs=1e-10)


def test_one_form_has_welchs_interval_and_none_over_forms():
    found = changed(R["before"][:4], R["after"][:4], R["forms"][:4])
    assert found.occasions_interval == pytest.approx(R["one_form"], abs=1e-10)
    assert all(map(math.isnan, found.forms_interval))


def test_only_forms_in_common_count():
    found = change([1.0, 2.0, 9.0], [3.0, 4.0], forms_before=["a", "a", "b"], forms_after="aa")
    assert (found.before, found.after, found.n_forms) == (1.5, 3.5, 1)
    with pytest.raises(DataError, match="no form in common"):
        change([1.0], [2.0], forms_before=["a"], forms_after=["b"])


def test_a_missing_score_is_left_out():
    found = changed([1.0, math.nan, 3.0], [2.0, 2.0, 4.0], ["a", "a", "b"])
    assert (found.before, found.after) == (2.0, 3.0)


@pytest.mark.parametrize(
    ("before", "after"),
    [([2.0, 2.0, 3.0, 3.0], [3.0, 3.0, 4.0, 4.0]), ([2.0, 3.0], [3.0, 4.0])],
)
def test_nothing_that_varies_gives_no_interval(before, after):
    """Neither a difference that every form shares nor one occasion says how sure it is."""
    forms = list("aabb") if len(before) > 2 else list("ab")
    found = changed(before, after, forms)
    assert found.difference == 1.0
    assert all(map(math.isnan, (*found.forms_interval, *found.occasions_interval)))
