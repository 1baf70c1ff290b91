"""Ordinal data: weighted least squares is lavaan's, from rows and from tables."""

from __future__ import annotations

import numpy as np
import pytest
from lavaan_oracle import assert_measures, estimates, frame, read, standardized

from valuealign.analysis.moments import Moments
from valuealign.analysis.sem.model import cfa
from valuealign.errors import DataError, NotSupported

CASES = {
    "bfi_cfa2_wlsmv": ("bfi25_complete.csv", {}),
    "bfi_cfa5_wlsmv": ("bfi25_complete.csv", {}),
    "bfi_cfa5_wlsmv_theta": ("bfi25_complete.csv", {"parameterization": "theta"}),
    "pvq_cfa19_wlsmv_n2000": ("sim_pvq_2g_n2000.csv", {}),
}


@pytest.mark.parametrize("name", CASES)
def test_wlsmv_is_lavaans(name):
    """Estimates 1.5e-4 (lavaan's stopping rule), standard errors 1e-5, measures 2e-5."""
    data, options = CASES[name]
    oracle = read(name)
    fit = cfa(oracle["model"], frame(data), ordered=True, **options)
    ours, theirs = fit.parameters, estimates(oracle)
    assert list(ours["lhs"] + ours["op"] + ours["rhs"]) == list(
        theirs["lhs"] + theirs["op"] + theirs["rhs"]
    )
    np.testing.assert_allclose(ours["est"], theirs["est"], atol=1.5e-4)
    np.testing.assert_allclose(ours["se"], theirs["se"], atol=1e-5)
    np.testing.assert_allclose(ours["std_all"], standardized(oracle, "all"), atol=1.5e-4)
    assert_measures(fit, oracle, rel=2e-5)


def _tables(data, items):
    pairs = {}
    for i, a in enumerate(items):
        for b in items[i + 1 :]:
            pairs[a, b] = np.array(
                [
                    [((data[a] == x) & (data[b] == y)).sum() for y in range(1, 7)]
                    for x in range(1, 7)
                ]
            )
    return pairs


def test_bivariate_tables_give_the_estimates_of_rows():
    """Point estimates and the unscaled chi-square need no rows; robust tests do, and say so."""
    items = [f"N{i}" for i in range(1, 6)]
    data = frame("bfi25_complete.csv")[items]
    moments = Moments(data.cov(), data.mean(), n=len(data), tables=_tables(data, items))
    model = "N =~ " + " + ".join(items)
    rows = cfa(model, data, ordered=True, estimator="DWLS")
    tables = cfa(model, moments, ordered=True, estimator="DWLS")
    np.testing.assert_allclose(tables.parameters["est"], rows.parameters["est"], atol=1e-8)
    assert tables.measures["chisq"] == pytest.approx(rows.measures["chisq"], rel=1e-8)
    with pytest.raises(NotSupported, match="rows"):
        _ = cfa(model, moments, ordered=True).measures


def test_groups_with_different_categories_are_refused():
    """A group that lacks an option cannot have the same thresholds."""
    items = ["N1", "N2", "N3", "N4"]
    data = frame("bfi25_complete.csv")[items].iloc[:800].copy()
    data["g"] = np.repeat(["a", "b"], 400)
    data.loc[(data["g"] == "b") & (data["N1"] == 6), "N1"] = 5
    with pytest.raises(DataError, match="N1"):
        cfa("N =~ " + " + ".join(items), data, ordered=True, group="g")


def test_unknown_ordered_names_are_refused():
    """An ordered variable must be one of the model's."""
    with pytest.raises(DataError, match="zz"):
        cfa("N =~ N1 + N2 + N3", frame("bfi25_complete.csv"), ordered=["zz"])
