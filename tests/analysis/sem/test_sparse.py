"""Full information where half of the answers or more are missing, beside lavaan."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from lavaan_oracle import frame, read

import valuealign as va
from valuealign.analysis.sem.estimation.missing_patterns import PLENTY, estimate_moments
from valuealign.errors import DataError

ORACLE = read("sparse_fiml")


@pytest.mark.parametrize("sample", ORACLE["samples"], ids=lambda s: f"sample{s['sample']}")
def test_sparse_rows_give_lavaans_estimates_and_chi_square(sample):
    """The chi-square is of lavaan's 500th step where EM does not come to rest, and flagged."""
    rows = frame("sparse_rows.csv").query(f"sample == {sample['sample']}")
    fit = va.cfa(ORACLE["model"], rows, missing="ml")
    free = fit.parameters[fit.parameters["se"] > 0]
    np.testing.assert_allclose(free["est"], sample["est"], atol=5e-6)
    np.testing.assert_allclose(free["se"], sample["se"], atol=1e-6)
    assert fit.measures["chisq"] == pytest.approx(sample["chisq"], rel=1e-5)
    assert any("does not come to rest" in f for f in fit.flags) == (not sample["em_at_rest"])


def test_a_pair_that_one_row_answers_is_refused_and_a_pair_of_two_is_not():
    rows = (
        frame("sparse_rows.csv").query("sample == 1").drop(columns="sample").reset_index(drop=True)
    )
    both = rows.index[rows["x1"].notna() & rows["x2"].notna()]
    one = rows.copy()
    one.loc[both[1:], "x2"] = np.nan
    with pytest.raises(DataError, match="'x1' and 'x2' are never seen together"):
        va.cfa("f =~ x1 + x2 + x3 + x4", one, missing="fiml")
    two = rows.copy()
    two.loc[both[2:], "x2"] = np.nan
    assert va.cfa("f =~ x1 + x2 + x3 + x4", two, missing="fiml").n > 100


def test_robust_indices_are_not_given_where_the_saturated_moments_are_no_maximum():
    rows = frame("sparse_rows.csv").query("sample == 9")
    fit = va.cfa(ORACLE["model"], rows, missing="fiml")
    assert np.isnan(fit.measures["cfi_robust"])
    assert np.isfinite(fit.measures["cfi"])


def test_plain_and_accelerated_steps_agree_where_rows_are_plenty():
    rng = np.random.default_rng(5)
    R = 0.4 + 0.6 * np.eye(4)
    rows = rng.multivariate_normal(np.zeros(4), R, size=PLENTY * 40, method="cholesky")
    rows[rng.random(rows.shape) < 0.2] = np.nan
    rows = rows[~np.isnan(rows).all(axis=1)]
    plain = estimate_moments(rows, None, sparse=True)
    fast = estimate_moments(rows, None, sparse=False)
    np.testing.assert_allclose(plain[1], fast[1], atol=1e-8)
    assert plain[2]
    assert fast[2]


def test_scale_does_not_matter_to_where_sparse_rows_come_to_rest():
    rows = frame("sparse_rows.csv").query("sample == 1").drop(columns="sample")
    one = va.cfa("f =~ x1 + x2 + x3 + x4", rows, missing="fiml", std_lv=True)
    two = va.cfa(
        "f =~ x1 + x2 + x3 + x4",
        rows * pd.Series({"x1": 100.0}).reindex(rows.columns, fill_value=1.0),
        missing="fiml",
        std_lv=True,
    )
    assert two.measures["chisq"] == pytest.approx(one.measures["chisq"], abs=0.02)
