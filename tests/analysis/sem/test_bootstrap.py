"""Bootstraps depend on their seed alone and come near what theory says."""

from __future__ import annotations

import lavaan_oracle as oracle
import numpy as np
import pandas as pd
import pytest

import valuealign as va
from valuealign.errors import AnalysisError, NotSupported

MODEL = "f =~ a + b + c + d"


@pytest.fixture(scope="module")
def fit():
    """Four indicators of one factor, normal, in 400 respondents."""
    rng = np.random.default_rng(7)
    x = rng.normal(size=(400, 1)) + rng.normal(size=(400, 4))
    return va.cfa(MODEL, pd.DataFrame(x, columns=list("abcd")))


@pytest.mark.slow
def test_the_same_seed_gives_the_same_draws_whatever_the_workers_and_the_backend(fit):
    one = va.bootstrap(fit, 60, seed=3)
    two = va.bootstrap(fit, 60, seed=3, workers=2, backend="threading")
    pd.testing.assert_frame_equal(one.draws, two.draws)
    other = va.bootstrap(fit, 60, seed=4)
    assert not one.draws.equals(other.draws)


@pytest.mark.slow
def test_standard_errors_of_normal_data_are_those_of_theory(fit):
    found = va.bootstrap(fit, 400, seed=1)
    assert found.n_failed == 0
    theory = fit.parameters.query("se > 0")["se"].to_numpy()
    drawn = found.intervals()["se"].to_numpy()[: len(theory)]
    # A standard deviation of 400 draws is within 3.5 % (one standard error) of itself.
    np.testing.assert_allclose(drawn, theory, rtol=0.22)
    inside = found.intervals().iloc[: len(theory)]
    est = fit.parameters.query("se > 0")["est"].to_numpy()
    assert ((inside["ci_lower"] < est) & (est < inside["ci_upper"])).all()


@pytest.mark.slow
def test_bollen_and_stine_test_a_true_model_as_chi_square_does_and_a_false_one_too(fit):
    found = va.bootstrap(fit, 300, seed=2, kind="bollen.stine")
    assert found.pvalue == pytest.approx(fit.measures["pvalue"], abs=0.1)
    assert found.draws["chisq"].mean() == pytest.approx(fit.measures["df"], rel=0.25)
    data = oracle.frame("hs1939.csv")
    false = va.cfa("g =~ x1 + x2 + x3 + x4 + x5 + x6", data)
    assert va.bootstrap(false, 60, seed=2, kind="bollen.stine").pvalue < 0.05


def test_groups_are_resampled_within_themselves():
    data = oracle.frame("hs1939.csv")
    fit = va.cfa("v =~ x1 + x2 + x3 + x4", data, group="school", group_equal=("loadings",))
    found = va.bootstrap(fit, 5, seed=1)
    assert found.draws.shape == (5, fit.solution.table.n_free + 4)
    assert found.draws.notna().all().all()


def test_what_cannot_be_resampled_is_refused(fit):
    data = oracle.frame("hs1939.csv")
    names = ["x1", "x2", "x3", "x4"]
    moments = va.Moments(data[names].cov(), n=len(data), names=names)
    with pytest.raises(NotSupported, match="to moments"):
        va.bootstrap(va.cfa("v =~ x1 + x2 + x3 + x4", moments), 5, seed=1)
    for options, says in (
        ({"n": 0}, "n is 0"),
        ({"kind": "wild"}, "expected 'nonparametric'"),
        ({"measures": ("gfi2",)}, "no measure 'gfi2'"),
    ):
        with pytest.raises(AnalysisError, match=says):
            va.bootstrap(fit, **{"n": 5, "seed": 1, **options})
    with pytest.raises(AnalysisError, match="bollen"):
        _ = va.bootstrap(fit, 3, seed=1).pvalue
