"""Continuous data: estimates, standard errors and fit measures are lavaan's."""

from __future__ import annotations

import numpy as np
import pytest
from lavaan_oracle import assert_measures, estimates, frame, read, standardized

from valuealign.analysis.moments import Moments
from valuealign.analysis.sem.model import cfa

ALL4 = ("loadings", "intercepts", "residuals")
HS = "hs1939.csv"
CASES = {
    # oracle: (data, options, tolerance of estimates, of standard errors)
    "tight_hs_cfa3_ml": (HS, {}, 5e-6, 1e-6),
    "tight_hs_mg_configural_ml": (HS, {"group": "school"}, 5e-6, 1e-6),
    "tight_hs_mg_metric_ml": (HS, {"group": "school", "group_equal": ALL4[:1]}, 5e-6, 1e-6),
    "tight_hs_mg_scalar_ml": (HS, {"group": "school", "group_equal": ALL4[:2]}, 5e-6, 1e-6),
    "tight_hs_mg_strict_ml": (HS, {"group": "school", "group_equal": ALL4}, 5e-6, 1e-6),
    "tight_bfi_cfa5_ml": ("bfi25_complete.csv", {}, 5e-6, 1e-6),
    "tight_pvq_cfa19_ml_n2000": ("sim_pvq_2g_n2000.csv", {}, 5e-6, 1e-6),
    "tight_pvq_2g_scalar_ml": (
        "sim_pvq_2g_n2000.csv",
        {"group": "group", "group_equal": ALL4[:2]},
        5e-6,
        1e-6,
    ),
    "hs_cfa3_ml_stdlv": (HS, {"std_lv": True}, 1.5e-4, 1e-5),
    "hs_cfa3_ml_wishart": (HS, {"likelihood": "wishart"}, 1.5e-4, 1e-5),
    "hs_cfa3_ml_means": (HS, {"mean_structure": True}, 1.5e-4, 1e-5),
    "hs_cfa3_ml_obsinfo": (HS, {"information": "observed"}, 1.5e-4, 1e-5),
    "hs_cfa3_orthogonal": (HS, {"orthogonal": True}, 1.5e-4, 1e-5),
    "hs_cfa3_mlm": (HS, {"estimator": "MLM"}, 1.5e-4, 1e-5),
    "hs_cfa3_mlr": (HS, {"estimator": "MLR"}, 1.5e-4, 1e-5),
    "hs_cfa3_gls": (HS, {"estimator": "GLS"}, 1.5e-4, 1e-5),
    "hs_cfa3_uls": (HS, {"estimator": "ULS"}, 1.5e-4, 1e-5),
    "hs_cfa3_wls": (HS, {"estimator": "WLS"}, 1.5e-4, 1e-5),
    "hs_cfa3_dwls": (HS, {"estimator": "DWLS"}, 1.5e-4, 1e-5),
    "hs_secondorder_ml": (HS, {}, 1.5e-4, 1e-5),
    "hs_corrres_ml": (HS, {}, 1.5e-4, 1e-5),
    "hs_crossload_ml": (HS, {}, 1.5e-4, 1e-5),
    "hs_tau_equivalent_ml": (HS, {}, 1.5e-4, 1e-5),
    "hs_mg_scalar_stdlv_ml": (
        HS,
        {"group": "school", "group_equal": ALL4[:2], "std_lv": True},
        1.5e-4,
        1e-5,
    ),
    "hs_mg_configural_mlm": (HS, {"group": "school", "estimator": "MLM"}, 1.5e-4, 1e-5),
    "hs_mg_scalar_mlm": (
        HS,
        {"group": "school", "group_equal": ALL4[:2], "estimator": "MLM"},
        1.5e-4,
        1e-5,
    ),
    "hs_mg_strict_mlm": (
        HS,
        {"group": "school", "group_equal": ALL4, "estimator": "MLM"},
        1.5e-4,
        1e-5,
    ),
    "hs_mg_configural_mlr": (HS, {"group": "school", "estimator": "MLR"}, 1.5e-4, 3e-5),
    "hs_mg_metric_mlr": (
        HS,
        {"group": "school", "group_equal": ALL4[:1], "estimator": "MLR"},
        1.5e-4,
        1e-5,
    ),
    "bfi_cfa5_ml_stdlv_means": (
        "bfi25_complete.csv",
        {"std_lv": True, "mean_structure": True},
        1.5e-4,
        1e-5,
    ),
    "pvq_cfa19_mlr_n2000": ("sim_pvq_2g_n2000.csv", {"estimator": "MLR"}, 1.5e-4, 1e-5),
    "hs_cfa3_fiml": ("hs1939_missing15.csv", {"missing": "fiml"}, 1.5e-4, 1e-5),
    "hs_mg_scalar_fiml": (
        "hs1939_missing15.csv",
        {"missing": "fiml", "group": "school", "group_equal": ALL4[:2]},
        1.5e-4,
        1e-5,
    ),
    "bfi_cfa5_fiml": ("bfi.csv", {"missing": "fiml"}, 1.5e-4, 1e-5),
}


@pytest.fixture(scope="module")
def fitted():
    """Each case is fitted once."""
    kept = {}

    def get(name: str):
        if name not in kept:
            data, options, *_ = CASES[name]
            kept[name] = cfa(read(name)["model"], frame(data), **options)
        return kept[name]

    return get


@pytest.mark.parametrize("name", CASES)
def test_estimates_and_standard_errors_are_lavaans(name, fitted):
    """The table has lavaan's rows in lavaan's order, with its numbers."""
    *_, tolerance, se_tolerance = CASES[name]
    ours, theirs = fitted(name).parameters, estimates(read(name))
    for column in ("lhs", "op", "rhs", "group"):
        assert list(ours[column]) == list(theirs[column]), column
    np.testing.assert_allclose(ours["est"], theirs["est"], atol=tolerance, rtol=0)
    np.testing.assert_allclose(ours["se"], theirs["se"], atol=se_tolerance, rtol=0)


@pytest.mark.parametrize("name", CASES)
def test_fit_measures_are_lavaans(name, fitted):
    """Every number of fitMeasures agrees at 1e-5 relative.

    Robust indices of incomplete data carry the stopping error of lavaan's EM (1e-5 in
    moments): with ``em.h1.tol = 1e-13`` lavaan gives ours to 1e-7 (see the FIML tests).
    """
    oracle = read(name)
    loose = [k for k in oracle["fitmeasures"] if "robust" in k] if "fiml" in name else []
    loose += [k for k in oracle["fitmeasures"] if "mplus" in k and "fiml" in name]
    assert_measures(
        fitted(name), oracle, rel=1e-5 if name.startswith("tight") else 2e-5, skip=loose
    )
    for k in loose:
        assert fitted(name).measures[k.replace(".", "_")] == pytest.approx(
            oracle["fitmeasures"][k], rel=2e-3
        )


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("kind", ["all", "lv"])
def test_the_standardised_solution_is_lavaans(name, kind, fitted):
    """Row by row, in units of all variables and of the factors."""
    theirs = standardized(read(name), kind)
    ours = fitted(name).parameters[f"std_{kind}"].to_numpy()
    tolerance = 1e-5 if name.startswith("tight") else 2e-4
    np.testing.assert_allclose(ours, theirs[: len(ours)], atol=tolerance)


@pytest.mark.parametrize("name", ["tight_hs_cfa3_ml", "tight_hs_mg_scalar_ml", "hs_cfa3_mlr"])
def test_standard_errors_of_the_standardised_solution_are_lavaans(name, fitted):
    """The delta method, by complex steps."""
    oracle = read(name)
    theirs = np.array(oracle["standardized_all"]["se"], dtype=float)
    ours = fitted(name).standardized("std_all")["se"].to_numpy()
    np.testing.assert_allclose(ours, theirs[: len(ours)], atol=2e-5)


def test_moments_give_what_rows_give():
    """A covariance with divisor n - 1 and means lead to the same fit."""
    data = frame(HS)
    items = [f"x{i}" for i in range(1, 10)]
    oracle = read("hs_cfa3_ml_covinput")
    moments = Moments(data[items].cov(), data[items].mean(), n=301)
    fit = cfa(oracle["model"], moments)
    theirs = estimates(oracle)
    assert fit.measures["chisq"] == pytest.approx(oracle["fitmeasures"]["chisq"], rel=1e-8)
    covariances = theirs[theirs["op"] != "~1"]
    np.testing.assert_allclose(fit.parameters["est"], covariances["est"], atol=1.5e-4)


def test_moments_with_gamma_give_the_robust_test_of_rows():
    """MLM and WLS on moments with their Gamma equal MLM and WLS on rows."""
    data = frame(HS)
    items = [f"x{i}" for i in range(1, 10)]
    rows = data[items].to_numpy()
    centred = rows - rows.mean(axis=0)
    j, i = np.triu_indices(9)
    products = centred[:, i] * centred[:, j]
    whole = np.concatenate([centred, products - products.mean(axis=0)], axis=1)
    moments = Moments(data[items].cov(), rows.mean(axis=0), n=301, gamma=whole.T @ whole / 301)
    model = read("hs_cfa3_mlm")["model"]
    for options in (
        {"estimator": "MLM"},
        {"estimator": "MLM", "mean_structure": True},
        {"estimator": "MLMV"},
        {"estimator": "WLS"},
    ):
        ours, theirs = cfa(model, moments, **options), cfa(model, data, **options)
        for name in theirs.measures:
            assert ours.measures[name] == pytest.approx(theirs.measures[name], rel=1e-6), name
        np.testing.assert_allclose(ours.parameters["se"], theirs.parameters["se"], atol=1e-8)
