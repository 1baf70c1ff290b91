"""What must hold whatever the data: gradients, invariances, nesting."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lavaan_oracle import frame

import valuealign as va
from valuealign.analysis.sem.estimation import discrepancy

MODEL = "v =~ x1 + x2 + x3\nt =~ x4 + x5 + x6\nt ~ v\nx1 ~~ x4"
CASES = {
    "ML": {"estimator": "ML"},
    "ML with means": {"estimator": "ML", "group": "school", "group_equal": "intercepts"},
    "GLS": {"estimator": "GLS", "mean_structure": True},
    "ULS": {"estimator": "ULS", "mean_structure": True},
    "DWLS": {"estimator": "DWLS"},
    "WLS": {"estimator": "WLS", "mean_structure": True},
    "FIML": {"missing": "fiml"},
    "WLSMV delta": {"ordered": True},
    "WLSMV theta": {
        "ordered": True,
        "parameterization": "theta",
        "group": "school",
        "group_equal": ["loadings", "thresholds"],
    },
    "ordinal WLS": {"ordered": True, "estimator": "WLS"},
}


def fitted(name):
    options = CASES[name]
    data = frame("hs1939_holes.csv" if name == "FIML" else "hs1939.csv")
    model = MODEL
    if options.get("ordered"):
        items = [f"x{k}" for k in range(1, 7)]
        data = data.assign(**{i: pd.cut(data[i], 3, labels=False) + 1 for i in items})
        model = "v =~ x1 + x2 + x3\nt =~ x4 + x5 + x6"
    return va.cfa(model, data, **options)


@pytest.mark.parametrize("name", CASES)
def test_gradients_and_hessians_are_those_of_the_discrepancy(name, monkeypatch):
    fit = fitted(name)
    problem, x = fit.solution.problem, fit.solution.x
    rng = np.random.default_rng(3)
    away = x + 0.03 * rng.standard_normal(len(x)) * np.maximum(np.abs(x), 0.3)
    # A forgotten entry must not pass for a zero.
    empty = np.empty
    monkeypatch.setattr(
        discrepancy.np,
        "empty",
        lambda shape, dtype=float, **more: (
            np.full(shape, np.nan) if dtype is float else empty(shape, dtype, **more)
        ),
    )
    here = problem.at(away)
    gradient, hessian = here.gradient(), problem.arrow.dense(here.hessian())
    steps = 1e-5 * np.eye(len(x))
    slopes = [(problem.at(away + s).value - problem.at(away - s).value) / 2e-5 for s in steps]
    np.testing.assert_allclose(gradient, slopes, atol=2e-7)
    curves = [
        (problem.at(away + s).gradient() - problem.at(away - s).gradient()) / 2e-5 for s in steps
    ]
    np.testing.assert_allclose(hessian, curves, atol=2e-5 * max(1, np.abs(hessian).max()))


@settings(max_examples=20, deadline=None)
@given(scales=st.lists(st.floats(0.05, 20), min_size=6, max_size=6), shift=st.floats(-50, 50))
def test_chi_square_does_not_depend_on_the_items_units(scales, shift):
    data = frame("hs1939.csv")[[f"x{k}" for k in range(1, 7)]]
    moved = data * np.array(scales) + shift
    plain, other = (va.cfa(MODEL, d, mean_structure=True) for d in (data, moved))
    assert other.measures["chisq"] == pytest.approx(plain.measures["chisq"], rel=1e-6)
    np.testing.assert_allclose(
        other.parameters["std_all"].iloc[:6], plain.parameters["std_all"].iloc[:6], atol=1e-5
    )


@pytest.mark.parametrize("estimator", ["ML", "GLS", "ULS", "DWLS", "WLS"])
def test_a_nested_model_never_fits_better(estimator):
    data = frame("hs1939.csv")
    chain = [
        MODEL,
        MODEL.replace("x1 ~~ x4", ""),
        MODEL.replace("x1 ~~ x4", "").replace("x2", "1*x2"),
        MODEL.replace("x1 ~~ x4", "").replace("x2", "1*x2").replace("x5", "1*x5"),
    ]
    chisq = [va.cfa(m, data, estimator=estimator).measures["chisq"] for m in chain]
    assert all(b >= a - 1e-8 for a, b in itertools.pairwise(chisq))


@settings(max_examples=10, deadline=None)
@given(order=st.permutations(range(6)), seed=st.integers(0, 1000))
def test_the_order_of_rows_and_columns_changes_nothing(order, seed):
    data = frame("hs1939.csv")[[f"x{k}" for k in range(1, 7)]]
    shuffled = data.iloc[np.random.default_rng(seed).permutation(len(data)), list(order)]
    one, two = (va.cfa(MODEL, d, estimator="MLR") for d in (data, shuffled))
    np.testing.assert_allclose(one.solution.x, two.solution.x, atol=1e-7)
    assert one.measures["chisq_scaled"] == pytest.approx(two.measures["chisq_scaled"], rel=1e-8)


def test_the_truth_is_recovered():
    """Exact moments of a known model give its parameters back, by every normal discrepancy."""
    rng = np.random.default_rng(2)
    loadings = np.zeros((9, 3))
    loadings[np.arange(9), np.arange(9) // 3] = rng.uniform(0.6, 1.2, 9)
    loadings[[0, 3, 6], [0, 1, 2]] = 1.0
    phi = np.array([[1.2, 0.4, 0.3], [0.4, 0.9, 0.2], [0.3, 0.2, 1.1]])
    cov = loadings @ phi @ loadings.T + np.diag(rng.uniform(0.4, 1.0, 9))
    names = [f"y{k}" for k in range(9)]
    text = "\n".join(f"f{j} =~ " + " + ".join(names[3 * j : 3 * j + 3]) for j in range(3))
    for estimator in ("ML", "GLS", "ULS"):
        fit = va.cfa(text, va.Moments(cov, n=500, names=names, divisor="n"), estimator=estimator)
        assert fit.measures["chisq"] < 1e-8
        np.testing.assert_allclose(
            fit.implied["covariance"], cov * (1 if estimator == "ML" else 500 / 499), atol=1e-7
        )
        table = fit.parameters
        assert table.loc[table["op"] == "=~", "est"].to_numpy() == pytest.approx(
            loadings[np.arange(9), np.arange(9) // 3], abs=1e-5
        )
