"""The cost of a proper fit."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import valuealign as va
from valuealign.errors import NotSupported

POPULATIONS = Path(__file__).parents[3] / "populations"


def too_close(by=1.1):
    """Two factors that correlate beyond 1."""
    lam = np.array([0.8, 0.7, 0.6, 0.8, 0.7, 0.6])
    cov = np.outer(lam, lam)
    cov[:3, 3:] *= by
    cov[3:, :3] *= by
    np.fill_diagonal(cov, 1.0)
    return va.Moments(cov, n=400, names=list("abcdeh"))


def test_two_factors_that_correlate_beyond_one_cost_what_one_factor_costs():
    two = va.cfa("f =~ a + b + c\ng =~ d + e + h", too_close())
    one = va.cfa("f =~ a + b + c + d + e + h", too_close())
    found = va.proper(two)
    assert found.cost == pytest.approx(one.measures["chisq"] - two.measures["chisq"], rel=1e-4)
    assert found.eigenvalues.loc["", "optimum"] < -0.01
    assert abs(found.eigenvalues.loc["", "proper"]) < 1e-6


def test_the_ten_values_of_people_are_nearly_proper():
    saved = json.loads((POPULATIONS / "pvq21-de-ess9.json").read_text())
    people = va.Moments(
        saved["covariance"], saved["mean"], n=saved["n_complete"], names=saved["items"]
    )
    fit = va.cfa(va.load_instrument("pvq-21").model, people)
    found = va.proper(fit)
    assert found.eigenvalues["optimum"].iloc[0] == pytest.approx(-0.076, abs=5e-4)
    assert found.eigenvalues["proper"].iloc[0] > -1e-6
    assert 0 < found.cost < 0.03 * fit.measures["chisq"]


def test_a_negative_variance_goes_to_zero():
    cov = np.array([[1, 0.9, 0.8], [0.9, 1, 0.5], [0.8, 0.5, 1.0]])
    fit = va.cfa("f =~ a + b + c", va.Moments(cov, n=300, names=list("abc")))
    assert any("negative variance of a" in flag for flag in fit.flags)
    rows = va.proper(fit).parameters.set_index(["lhs", "op", "rhs"])
    assert rows.loc[("a", "~~", "a"), "est"] < 0
    assert abs(rows.loc[("a", "~~", "a"), "proper"]) < 1e-6


def test_a_proper_fit_costs_nothing_and_constraints_are_refused():
    fit = va.cfa("f =~ a + b + c + d + e + h", too_close(1.0))
    found = va.proper(fit)
    assert found.cost < 1e-6
    held = va.cfa("f =~ a + k*b + c + d + e + h\nk < 5", too_close(1.0))
    with pytest.raises(NotSupported, match="without constraints"):
        va.proper(held)
