"""Reliability from the model and HTMT are semTools'."""

from __future__ import annotations

import lavaan_oracle as oracle
import numpy as np
import pytest

import valuealign as va
from valuealign.errors import AnalysisError, NotSupported

SAVED = oracle.read("after_reliability")
DATA = oracle.frame(SAVED["data"])
NAMES = ["alpha", "omega", "omega2", "omega3", "ave"]
MODELS = {
    "single": SAVED["model"],
    "residual_covariance": f"{SAVED['model']}\nx7 ~~ x8",
    "cross_loading": "visual =~ x1 + x2 + x3 + x9\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9",
}


def same(found, expected, *, places=NAMES):
    """A factor's coefficients."""
    ours = found[places].to_numpy(dtype=float)
    theirs = np.array([np.nan if v is None else v for v in expected], dtype=float)
    np.testing.assert_allclose(ours, theirs[: len(places)], rtol=2e-5)


@pytest.mark.parametrize("name", MODELS)
def test_coefficients_are_semtools(name):
    found = va.composite_reliability(va.cfa(MODELS[name], DATA)).set_index("factor")
    for factor, expected in SAVED[name].items():
        same(found.loc[factor], expected)


def test_each_group_has_its_own():
    fit = va.cfa(SAVED["model"], DATA, group="school", group_equal=("loadings", "intercepts"))
    found = va.composite_reliability(fit).set_index(["group", "factor"])
    for group, saved in SAVED["groups"].items():
        for factor, expected in saved["values"].items():
            same(found.loc[(group, factor)], expected)


def test_distinctness_is_semtools():
    found = va.htmt(SAVED["model"], DATA)
    np.testing.assert_allclose(found.to_numpy(), SAVED["htmt"]["values"], rtol=1e-10)


def test_the_two_kinds_agree_where_all_correlations_are_alike():
    """Six items with correlation .6 within factors and .3 between: both are .5."""
    import pandas as pd

    R = np.full((6, 6), 0.3)
    R[:3, :3] = R[3:, 3:] = 0.6
    np.fill_diagonal(R, 1.0)
    rng = np.random.default_rng(1)
    z = rng.normal(size=(400, 6))
    z = (z - z.mean(0)) @ np.linalg.inv(np.linalg.cholesky(np.cov(z.T)).T)
    data = pd.DataFrame(z @ np.linalg.cholesky(R).T, columns=[f"x{k}" for k in range(1, 7)])
    for geometric in (True, False):
        table = va.htmt("a =~ x1 + x2 + x3\nb =~ x4 + x5 + x6", data, geometric=geometric)
        assert table.loc["a", "b"] == pytest.approx(0.5, abs=1e-10)


def test_what_has_no_value_is_refused():
    with pytest.raises(AnalysisError, match="has one item"):
        va.htmt("a =~ x1\nb =~ x2 + x3", DATA)
    with pytest.raises(AnalysisError, match="no column 'y1'"):
        va.htmt("a =~ y1 + x2\nb =~ x3 + x4", DATA)
    mixed = va.cfa("N =~ N1 + N2 + N3 + N4", oracle.frame("bfi15_gender.csv"), ordered=["N1", "N2"])
    with pytest.raises(NotSupported, match="ordinal and continuous"):
        va.composite_reliability(mixed)


def test_sums_of_ordinal_items_are_semtools():
    saved = oracle.read("after_reliability_ordinal")
    fit = va.cfa(saved["model"], oracle.frame(saved["data"]), ordered=True)
    found = va.composite_reliability(fit).set_index("factor")
    for factor, expected in saved["table"].items():
        ours = found.loc[factor, ["alpha", "alpha_ord", "omega", "omega2", "omega3", "ave"]]
        np.testing.assert_allclose(ours.to_numpy(dtype=float), expected, rtol=2e-5)
