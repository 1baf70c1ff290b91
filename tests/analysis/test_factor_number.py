"""Planted numbers of factors come back, by each criterion and by most."""

from __future__ import annotations

import numpy as np
import pytest

import valuealign as va
from valuealign.analysis.factors.comparison_data import comparison_data
from valuealign.errors import DataError


def planted(m, seed, *, n=600, ordinal=True):
    """Five items a factor, factors correlated .14, five categories where ordinal."""
    rng = np.random.default_rng(seed)
    factors = rng.normal(size=(n, m)) + 0.4 * rng.normal(size=(n, 1))
    lam = np.kron(np.eye(m), np.full((5, 1), 0.65))
    x = factors @ lam.T + 0.75 * rng.normal(size=(n, 5 * m))
    return np.digitize(x, [-1.3, -0.4, 0.5, 1.2]) if ordinal else x


@pytest.mark.parametrize("m", [1, 3, 5])
def test_comparison_data_finds_the_planted_number(m):
    found, table = comparison_data(planted(m, seed=m), seed=1)
    assert found == m
    assert table["misfit"].idxmin() == m - 1


def test_skewed_items_do_not_make_factors():
    rng = np.random.default_rng(2)
    f = rng.normal(size=(600, 1))
    x = np.exp(0.8 * f + 0.6 * rng.normal(size=(600, 8)))
    assert comparison_data(x, seed=1)[0] == 1


def test_most_criteria_agree_on_planted_factors():
    found = va.factor_number(planted(3, seed=1), draws=60, ordinal=True, seed=2)
    assert found.agreed == 3
    assert len(found.table) == 6
    assert found.parallel.n_factors == 3


def test_polychoric_parallel_analysis_finds_planted_factors():
    found = va.parallel_analysis(planted(2, seed=4), kind="polychoric", draws=40, seed=1)
    assert found.n_factors == 2


def test_the_same_seed_gives_the_same_answer():
    data = planted(2, seed=5)
    one, other = (comparison_data(data, seed=3)[1] for _ in range(2))
    assert one.equals(other)


def test_numbers_that_make_no_sense_are_refused():
    with pytest.raises(DataError, match="at least 1 and 10"):
        comparison_data(planted(1, seed=1), draws=1)
