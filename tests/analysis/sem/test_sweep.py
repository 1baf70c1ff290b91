"""What the sweep's oracles hold beyond estimates: modification indices, weights, blocks."""

from __future__ import annotations

import numpy as np
import pytest
from lavaan_oracle import (
    ORACLE,
    as_in_06,
    assert_measures,
    call_of,
    data_of,
    estimates,
    frame,
    read,
    standardized,
)

import valuealign as va
from valuealign.analysis.sem import model as functions

NAMES = sorted(path.stem for path in (ORACLE / "lavaan").glob("sweep_*.json"))
EXPLORATORY = [n for n in NAMES if n.startswith("sweep_esem")]
MODIFIED = [n for n in NAMES if "modindices" in read(n)]


def fitted(name):
    """Fit an oracle's model as its call says."""
    oracle = read(name)
    function, options = call_of(oracle)
    model, data = oracle["model"], data_of(oracle)
    if "thresholds" in options.get("group_equal", ()):
        model, options = as_in_06(model, data, options)
    return oracle, getattr(functions, function)(model, data, **options)


@pytest.mark.parametrize("name", MODIFIED)
def test_modification_indices_are_lavaans(name):
    """The same candidates, but for regressions of fixed covariates, with the same numbers."""
    oracle, fit = fitted(name)
    found = va.modification_indices(fit)
    ours = {(r.lhs, r.op, r.rhs, r.group): (r.mi, r.epc) for r in found.itertuples()}
    there = oracle["modindices"]
    groups = there.get("group", [1] * len(there["lhs"]))
    theirs = {}
    for lhs, op, rhs, group, mi, epc in zip(
        there["lhs"], there["op"], there["rhs"], groups, there["mi"], there["epc"], strict=True
    ):
        of_covariates = lhs in {"age", "trained", "sex"}
        of_theta = op == "~*~" and "theta" in oracle["call"]
        if mi != "NA" and not of_covariates and not of_theta:
            theirs[lhs, op, rhs, group] = (float(mi), float(epc))
    assert set(ours) == set(theirs)
    rel = 1e-3 if "theta" in name else 1e-4  # weakly determined: lavaan stops 3e-6 early
    for key, (mi, epc) in theirs.items():
        assert ours[key][0] == pytest.approx(mi, rel=rel, abs=1e-4), key
        assert ours[key][1] == pytest.approx(epc, rel=rel, abs=1e-4), key


@pytest.mark.parametrize("name", EXPLORATORY)
def test_exploratory_blocks_beside_others_and_in_groups_are_lavaans(name):
    """Estimates and measures; errors of oblique loadings are ours (test_efa_blocks)."""
    oracle, fit = fitted(name)
    np.testing.assert_allclose(fit.parameters["est"], estimates(oracle)["est"], atol=1.5e-4)
    np.testing.assert_allclose(fit.parameters["std_all"], standardized(oracle, "all"), atol=2e-4)
    assert_measures(fit, oracle, rel=5e-5)


def test_weighted_groups_under_wishart_have_a_lower_discrepancy_than_lavaans():
    """The chi-square of both is the sum of (n - 1) F; ours is at its minimum."""
    oracle, fit = fitted("sweep_wishart_scalar")
    assert fit.measures["chisq"] <= oracle["fitmeasures"]["chisq"] + 1e-9


def test_moments_with_gamma_give_the_robust_test_of_rows_beside_fixed_covariates():
    """What covariates predict does not vary: the same is taken off Gamma as off rows."""
    data = frame("sweep_rows.csv")
    items = ["y1", "y2", "y3", "y4", "age", "trained"]
    rows = data[items].to_numpy(dtype=float)
    centred = rows - rows.mean(axis=0)
    j, i = np.triu_indices(len(items))
    products = centred[:, i] * centred[:, j]
    whole = np.concatenate([centred, products - products.mean(axis=0)], axis=1)
    n = len(rows)
    moments = va.Moments(data[items].cov(), rows.mean(axis=0), n=n, gamma=whole.T @ whole / n)
    model = "f =~ y1 + y2 + y3 + y4\nf ~ age + trained"
    for options in ({"estimator": "MLM"}, {"estimator": "MLMV", "mean_structure": True}):
        ours, theirs = va.sem(model, moments, **options), va.sem(model, data, **options)
        for name in theirs.measures:
            assert ours.measures[name] == pytest.approx(theirs.measures[name], rel=1e-6), name
        np.testing.assert_allclose(ours.parameters["se"], theirs.parameters["se"], atol=1e-8)
