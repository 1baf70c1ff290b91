"""Equivalent, different or neither: both sides of the margin, of alpha and of nothing."""

from __future__ import annotations

import math

import numpy as np
import pytest

from valuealign.analysis.comparison.equivalence import (
    benjamini_hochberg,
    beyond,
    standing,
    tost,
)
from valuealign.errors import DataError

NAN = math.nan


@pytest.mark.parametrize(
    ("equivalence_p", "beyond_p", "fdr", "said"),
    [
        (0.049, 0.01, 0.01, "equivalent"),
        (0.05, 0.01, 0.01, "different"),
        (0.05, 0.05, 0.01, "inconclusive"),
        (0.05, 0.049, 0.05, "inconclusive"),
        (0.05, 0.049, 0.049, "different"),
        (NAN, NAN, NAN, "inconclusive"),
        (NAN, 0.01, NAN, "inconclusive"),
    ],
)
def test_a_word_needs_its_probability_below_alpha(equivalence_p, beyond_p, fdr, said):
    assert standing(equivalence_p, beyond_p, fdr, alpha=0.05) == said


def test_the_margin_is_positive():
    for margin in (0.0, -0.1):
        with pytest.raises(DataError, match="expected a positive number"):
            tost(0.0, 0.1, 30, margin=margin)
    assert tost(0.0, 0.1, 30, margin=1e-9) > 0.4


@pytest.mark.parametrize("place", range(3))
def test_an_unknown_number_leaves_both_probabilities_unknown(place):
    numbers = [0.0, 0.1, 30.0]
    numbers[place] = NAN
    assert math.isnan(tost(*numbers, margin=0.25))
    assert math.isnan(beyond(*numbers, margin=0.25))
    assert math.isnan(tost(0.0, 0.1, 30, margin=NAN))
    assert math.isnan(beyond(0.0, 0.1, 30, margin=NAN))


@pytest.mark.parametrize(
    ("difference", "inside", "outside"),
    [(0.2, 0.0, 1.0), (-0.2, 0.0, 1.0), (0.25, 1.0, 1.0), (-0.25, 1.0, 1.0), (0.3, 1.0, 0.0)],
)
def test_without_an_error_a_difference_is_inside_or_outside_and_the_margin_itself_neither(
    difference, inside, outside
):
    assert tost(difference, 0.0, 30, margin=0.25) == inside
    assert beyond(difference, 0.0, 30, margin=0.25) == outside


def test_the_probability_is_the_larger_of_the_two_one_sided_ones_and_symmetric():
    from scipy.stats import t

    assert tost(0.1, 0.1, 30, margin=0.25) == pytest.approx(t.sf(1.5, 30), abs=1e-12)
    assert tost(-0.1, 0.1, 30, margin=0.25) == pytest.approx(t.sf(1.5, 30), abs=1e-12)
    assert beyond(-0.6, 0.1, 30, margin=0.25) == beyond(0.6, 0.1, 30, margin=0.25)
    assert beyond(0.6, 0.1, 30, margin=0.25) == pytest.approx(t.sf(3.5, 30), abs=1e-12)
    assert beyond(0.25, 0.1, 30, margin=0.25) == 0.5


def test_adjusted_values_never_fall_with_rank_never_pass_one_and_leave_unknown_ones():
    assert benjamini_hochberg([0.01, NAN, 0.04, 0.03]) == pytest.approx(
        [0.03, NAN, 0.04, 0.04], nan_ok=True
    )
    assert benjamini_hochberg([0.9, 0.8]).tolist() == [0.9, 0.9]
    assert benjamini_hochberg([0.6]).tolist() == [0.6]
    assert benjamini_hochberg([1.0, 1.0]).tolist() == [1.0, 1.0]
    assert np.isnan(benjamini_hochberg([NAN])).all()
    assert benjamini_hochberg([]).size == 0
