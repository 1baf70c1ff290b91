"""Simulation: what a true model gives, what people's misfit gives, and power."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from lavaan_oracle import frame
from scipy.stats import chi2, ncx2

import valuealign as va
from valuealign.errors import AnalysisError, NotSupported

POPULATION = Path(__file__).parents[3] / "populations" / "pvqrr-de-2022.json"


@pytest.fixture(scope="module")
def openness():
    """People's openness values under the model of the PVQ-RR."""
    saved = json.loads(POPULATION.read_text())
    moments = va.Moments(
        saved["covariance"], saved["mean"], n=saved["n_complete"], names=saved["items"]
    )
    return va.cfa(va.load_instrument("pvq-rr").lavaan("openness"), moments)


def test_a_true_model_would_fit_far_better_than_it_does_in_people(openness):
    """The figures of the measurement rules: CFI of at least .996, RMSEA of at most .021."""
    found = va.simulate(openness, 400, seed=1)
    cutoffs = found.cutoffs()
    assert cutoffs["cfi"] == pytest.approx(0.996, abs=0.001)
    assert cutoffs["rmsea"] == pytest.approx(0.021, abs=0.002)
    assert found.place(openness)["share_worse"].tolist() == [0, 0, 0]
    df = openness.measures["df"]
    assert found.draws["chisq"].mean() == pytest.approx(df, abs=4 * np.sqrt(2 * df / 400) + 0.5)
    assert found.power()["model"] == pytest.approx(0.05, abs=0.04)


def test_peoples_own_misfit_is_a_band_around_them(openness):
    truth = va.shrunken(openness)
    found = va.simulate(openness, 200, seed=2, truth=truth)
    place = found.place(openness)
    assert ((place["share_worse"] > 0.2) & (place["share_worse"] < 0.8)).all()
    df, misfit = openness.measures["df"], openness.measures["chisq"] - openness.measures["df"]
    assert found.draws["chisq"].mean() == pytest.approx(df + misfit, rel=0.03)


def test_workers_change_nothing_and_failures_are_counted(openness):
    one = va.simulate(openness, 30, seed=3)
    two = va.simulate(openness, 30, seed=3, workers=2, backend="threading")
    pd.testing.assert_frame_equal(one.draws, two.draws)
    assert one.n_failed == 0


def test_power_is_that_of_the_noncentral_chi_square():
    """A covariance between residuals that the model leaves out."""
    rng = np.random.default_rng(5)
    x = rng.normal(size=(500, 1)) + rng.normal(size=(500, 5))
    data = pd.DataFrame(x, columns=list("abcde"))
    text = "f =~ a + b + c + d + e"
    truth = va.cfa(text + "\na ~~ 0.25*b", data)
    exact = va.cfa(text, va.Moments(truth.implied["covariance"], n=300, divisor="n"))
    df, size = exact.measures["df"], exact.measures["chisq"]
    expected = ncx2.sf(chi2.isf(0.05, df), df, size)
    found = va.simulate(va.cfa(text, data), 800, seed=6, truth=truth, n=300)
    assert found.power()["model"] == pytest.approx(expected, abs=0.06)


def test_robust_and_ordinal_fits_are_simulated_by_rows():
    data = frame("hs1939.csv")
    robust = va.cfa("v =~ x1 + x2 + x3 + x4", data, estimator="MLR")
    assert va.simulate(robust, 10, seed=1).n_failed == 0
    items = frame("bfi15_gender.csv")
    ordinal = va.cfa("N =~ N1 + N2 + N3 + N4 + N5", items, ordered=True)
    found = va.simulate(ordinal, 60, seed=1, n=1000)
    estimates = found.draws.drop(columns=["chisq", "pvalue", "cfi", "rmsea", "srmr"]).mean()
    assert estimates.to_numpy() == pytest.approx(ordinal.solution.x, abs=0.05)


def test_what_cannot_be_simulated_is_refused(openness):
    with pytest.raises(AnalysisError, match="expected 1 or more"):
        va.simulate(openness, 0, seed=1)
    with pytest.raises(AnalysisError, match="above the number of variables"):
        va.simulate(openness, 5, seed=1, n=5)
    with pytest.raises(AnalysisError, match="other variables"):
        va.simulate(openness, 5, seed=1, truth=va.cfa("v =~ x1 + x2 + x3", frame("hs1939.csv")))
    groups = va.cfa("v =~ x1 + x2 + x3 + x4", frame("hs1939.csv"), group="school")
    with pytest.raises(AnalysisError, match="groups"):
        va.simulate(groups, 5, seed=1, truth=va.Moments(np.eye(4), n=9, names=list("abcd")))
    ordinal = va.cfa("N =~ N1 + N2 + N3 + N4 + N5", frame("bfi15_gender.csv"), ordered=True)
    with pytest.raises(NotSupported, match="maximum likelihood"):
        va.shrunken(ordinal)
