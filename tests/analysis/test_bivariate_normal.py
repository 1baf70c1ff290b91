"""The bivariate normal is right for every correlation and limit."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import ndtr

from valuealign.analysis.ordinal import bivariate_normal as bn

limits = st.floats(-4, 4)


def by_quadrature(x: float, y: float, rho: float) -> float:
    """Integrate the conditional probability, with the places where it turns as break points."""
    rest = np.sqrt((1 - rho) * (1 + rho))
    turn = y / rho if rho else -20.0
    edges = sorted({-12.0, x, *(turn + k * rest for k in (-8, -4, -2, 0, 2, 4, 8))})
    edges = [edge for edge in edges if -12 <= edge <= x]

    def height(z: float) -> float:
        return float(np.exp(-z * z / 2) / np.sqrt(2 * np.pi) * ndtr((y - rho * z) / rest))

    pieces = pairwise(edges)
    return sum(quad(height, a, b, epsabs=1e-15, epsrel=1e-13)[0] for a, b in pieces)


@given(limits, limits, st.floats(-0.9, 0.9))
def test_probability_equals_adaptive_quadrature(x, y, rho):
    assert bn.probability(x, y, rho) == pytest.approx(by_quadrature(x, y, rho), abs=1e-12)


@given(limits, st.floats(-0.5, 0.5), st.floats(0.9, 0.9995), st.sampled_from([-1, 1]))
def test_probability_holds_where_the_correlation_is_nearly_one(x, gap, rho, sign):
    y = sign * x + gap**3
    assert bn.probability(x, y, sign * rho) == pytest.approx(
        by_quadrature(x, y, sign * rho), abs=1e-10
    )


@pytest.mark.parametrize("rho", [-0.99, -0.4, 0.0, 0.7, 0.95])
def test_at_the_medians_it_is_sheppards_formula(rho):
    assert bn.probability(0, 0, rho) == pytest.approx(
        0.25 + np.arcsin(rho) / (2 * np.pi), abs=1e-14
    )


def test_infinite_limits_and_perfect_correlations_are_the_margins():
    assert bn.probability(np.inf, 0.3, 0.5) == pytest.approx(ndtr(0.3), abs=1e-15)
    assert bn.probability(-np.inf, 0.3, 0.5) < 1e-300
    assert bn.probability(0.2, 0.3, 1.0) == pytest.approx(ndtr(0.2), abs=1e-15)
    assert bn.probability(0.2, 0.3, -1.0) == pytest.approx(ndtr(0.2) - ndtr(-0.3), abs=1e-15)


@given(limits, limits, st.floats(-0.95, 0.95))
def test_density_is_the_slope_of_the_probability(x, y, rho):
    h = 1e-5
    slope = (bn.probability(x, y, rho + h) - bn.probability(x, y, rho - h)) / (2 * h)
    assert bn.density(x, y, rho) == pytest.approx(slope, abs=1e-6)


def test_a_sweep_is_the_difference_of_two_probabilities():
    rng = np.random.default_rng(3)
    x, y = rng.normal(size=(2, 40, 3, 2))
    start = rng.uniform(-0.8, 0.8, 40)
    stop = start + rng.uniform(-0.1, 0.1, 40)
    gain = bn.by_pair(x, y, stop) - bn.by_pair(x, y, start)
    assert bn.sweep(x, y, start, stop) == pytest.approx(gain, abs=1e-12)
