"""Probes of a rater against R (tests/oracle/R/60_rater_probes.R), and their guards."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from valuealign.analysis.agreement.rater_probes import group_difference, mean_difference, slope
from valuealign.errors import DataError

R = json.loads((Path(__file__).parents[1] / "oracle" / "stats" / "rater_probes.json").read_text())
A, B = [3, 4, 4, 2, 3, 1, 0, 4, 2, 3], [2, 4, 3, 2, 2, 1, 1, 4, 1, 3]
G, H = [4, 3, 4, 2, 4, 3], [1, 2, 4, 0, 2, 3, 1]
X, Z = [3.2, 4.1, 5.0, 3.3, 4.4, 5.2, 4.9, 3.8, 4.2, 5.5], [2, 3, 4, 1, 3, 2, 1, 4, 2, 2]
OF = ["s1", "s1", "s1", "s2", "s2", "s2", "s2", "s1", "s2", "s1"]


@pytest.mark.parametrize(
    ("name", "estimate"),
    [
        ("paired", mean_difference(A, B)),
        ("welch", group_difference(G, H)),
        ("slope", slope(A, X, OF)),
        ("slope_at_equal_level", slope(A, X, OF, Z)),
    ],
)
def test_it_equals_r(name, estimate):
    assert estimate[:3] == pytest.approx(R[name], abs=1e-10)


def test_missing_ratings_are_left_out():
    with_gap = mean_difference([*A, np.nan, 3.0], [*B, 2.0, np.nan])
    assert with_gap == mean_difference(A, B)
    assert slope([*A, np.nan], [*X, 4.0], [*OF, "s1"]) == slope(A, X, OF)


@pytest.mark.parametrize("n", [4, 5])
def test_five_pairs_or_groups_of_five_have_an_interval_and_four_have_none(n):
    for probe in (mean_difference, group_difference):
        if n == 5:
            assert probe(A[:n], [1, 2, 2, 0, 1]).n in (5, 10)
        else:
            with pytest.raises(DataError, match="4 rated replies; an interval needs 5"):
                probe(A[:n], B[:n])


@pytest.mark.parametrize("n", [6, 7])
def test_a_slope_needs_five_rows_beyond_its_parameters(n):
    if n == 7:
        assert slope(A[:n], X[:n], ["s"] * n).n == 7
    else:
        with pytest.raises(DataError, match="a slope needs 7 or more"):
            slope(A[:n], X[:n], ["s"] * n)


def test_a_covariate_that_does_not_vary_within_groups_has_no_slope():
    with pytest.raises(DataError, match="does not vary within the groups"):
        slope(A, [3.0] * 10, OF)
