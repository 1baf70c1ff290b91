"""Thresholds, polychoric and polyserial correlations and their covariance are lavaan's."""

from __future__ import annotations

import json
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from valuealign.analysis.moments import Moments
from valuealign.analysis.ordinal.category_codes import categorise
from valuealign.analysis.ordinal.ordinal_statistics import (
    ordinal_statistics,
    statistics_from_tables,
)
from valuealign.analysis.ordinal.polychoric import polychoric
from valuealign.errors import ConstantItem, DataError, NotSupported, TooFewRows

ORACLE = Path(__file__).parents[1] / "oracle"
BFI = pd.read_csv(ORACLE / "data" / "bfi25_complete.csv")
TOLD = json.loads((ORACLE / "lavaan" / "ordinal_statistics.json").read_text())
NINE = [f"x{k}" for k in range(1, 10)]


def values(table: dict) -> np.ndarray:
    return np.array(table["values"], dtype=float)


def rows(name: str) -> np.ndarray:
    """The rows of a data set that the oracle carries."""
    return pd.DataFrame(TOLD[name])[NINE].astype(float).to_numpy()


def test_polychorics_are_lavcors():
    told = json.loads((ORACLE / "lavaan" / "bfi_lavcor.json").read_text())
    found = polychoric(BFI)
    assert np.asarray(found) == pytest.approx(values(told["polychor"]), abs=1e-6)
    assert found.thresholds["estimate"].to_numpy() == pytest.approx(
        np.array(told["thresholds"]), abs=1e-6
    )
    assert found.n == len(BFI)


def test_variances_of_thresholds_and_polychorics_are_lavaans():
    told = json.loads((ORACLE / "lavaan" / "bfi_lavcor.json").read_text())
    found = ordinal_statistics(BFI.to_numpy(float), list(BFI.columns))
    assert list(found.labels) == told["names"]
    diagonal = np.array(told["gamma_diagonal"])
    assert found.gamma_diagonal == pytest.approx(diagonal, rel=1e-6)
    assert np.diag(found.gamma) == pytest.approx(diagonal, rel=1e-6)
    every = np.array(told["every"]) - 1
    assert found.gamma[np.ix_(every, every)] == pytest.approx(np.array(told["gamma"]), abs=1e-6)


CASES = {
    "mixed": ("mixed_data", {"ordered": TOLD["ordered"]}),
    "weighted": (
        "mixed_data",
        {"ordered": TOLD["ordered"], "weights": np.array(TOLD["mixed_data"]["weight"])},
    ),
    "pairwise": ("holes_data", {"ordered": TOLD["ordered"], "missing": "pairwise"}),
    "pairwise_ordered": ("holes_ordered_data", {"missing": "pairwise"}),
}


@pytest.mark.parametrize("case", CASES)
def test_statistics_and_their_covariance_are_lavaans(case):
    data, options = CASES[case]
    told = TOLD[case]
    found = ordinal_statistics(rows(data), NINE, **options)
    assert list(found.labels) == told["names"]
    assert found.statistics == pytest.approx(np.array(told["obs"]), abs=1e-6)
    gamma = np.array(told["gamma"])
    scale = np.sqrt(np.outer(np.diag(gamma), np.diag(gamma)))
    assert found.gamma / scale == pytest.approx(gamma / scale, abs=1e-6)
    assert found.gamma_diagonal == pytest.approx(np.diag(gamma), rel=1e-6)


def test_empty_cells_follow_lavaans_rule_and_are_flagged():
    data = pd.DataFrame(TOLD["empty_data"])
    found = polychoric(data)
    assert (pd.crosstab(data["a"], data["b"]) == 0).sum().sum() == 1
    assert np.asarray(found) == pytest.approx(values(TOLD["empty"]), abs=1e-6)
    assert "empty category cells" in found.flags
    assert ("a", "b") in found.statistics.empty


def test_tables_give_the_estimates_and_variances_of_their_rows():
    part = BFI[["A1", "A2", "N3", "O5"]]
    tables = {
        (a, b): pd.crosstab(part[a], part[b]).to_numpy()
        for i, a in enumerate(part)
        for b in list(part)[i + 1 :]
    }
    turned = {
        (b, a) if a == "A1" else (a, b): t.T if a == "A1" else t for (a, b), t in tables.items()
    }
    by_rows = ordinal_statistics(part.to_numpy(float), list(part))
    for given_tables in (tables, turned):
        found = statistics_from_tables(given_tables, list(part))
        assert found.statistics == pytest.approx(by_rows.statistics, abs=1e-10)
        assert found.gamma_diagonal == pytest.approx(by_rows.gamma_diagonal, rel=1e-8)
        assert found.n == len(part)
        with pytest.raises(NotSupported, match="bivariate tables"):
            found.influence()
    moments = Moments(part.cov(), n=len(part), tables=tables)
    assert np.asarray(polychoric(moments)) == pytest.approx(by_rows.covariance, abs=1e-10)


def test_influences_average_to_nothing_and_make_gamma():
    found = ordinal_statistics(BFI.iloc[:, :6].to_numpy(float), list(BFI.columns[:6]))
    Z = found.influence()
    assert Z.shape == (len(BFI), len(found.statistics))
    assert Z.mean(axis=0) == pytest.approx(0, abs=1e-7)
    assert found.gamma == pytest.approx(Z.T @ Z / found.n, abs=1e-10)
    matrix = np.random.default_rng(1).normal(size=(len(found.statistics), 3))
    assert found.gamma_times(matrix) == pytest.approx(found.gamma @ matrix, abs=1e-10)


def test_influence_predicts_what_leaving_a_respondent_out_does():
    """The jackknife: a difference quotient that knows nothing of the formulas.

    Cross-products stand for second derivatives, as in lavaan, so this holds where the variables
    beneath are normal, and n is large.
    """
    rng = np.random.default_rng(8)
    x = rng.multivariate_normal(np.zeros(3), 0.5 + np.eye(3) / 2, 150_000, method="cholesky")
    data = np.column_stack([np.digitize(x[:, :2], [-1, 0.3, 1.2]), x[:, 2]])
    names = ["a", "b", "c"]
    whole = ordinal_statistics(data, names, ordered=["a", "b"])
    Z = whole.influence()
    for k in (3, 77, 500):
        without = ordinal_statistics(np.delete(data, k, axis=0), names, ordered=["a", "b"])
        change = (whole.statistics - without.statistics) * (len(data) - 1)
        assert change == pytest.approx(Z[k], abs=0.03 * np.abs(Z[k]).max())


def test_a_planted_correlation_comes_back():
    rng = np.random.default_rng(5)
    truth = np.array([[1, 0.6, -0.3], [0.6, 1, 0.1], [-0.3, 0.1, 1]])
    x = rng.multivariate_normal(np.zeros(3), truth, 40_000, method="cholesky")
    coded = np.column_stack([np.digitize(x[:, 0], [0.5]), np.digitize(x[:, 1:], [-1, 0, 0.7, 2])])
    found = polychoric(coded)
    assert (
        np.abs(np.asarray(found) - truth) < 4.5 * found.standard_errors.to_numpy() + 1e-12
    ).all()


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 5), st.integers(2, 6))
def test_reversing_an_item_turns_its_correlations_only(seed, first, second):
    rng = np.random.default_rng(seed)
    x = rng.multivariate_normal([0, 0], [[1, 0.4], [0.4, 1]], 300, method="cholesky")
    data = np.column_stack(
        [
            np.digitize(x[:, 0], np.linspace(-1, 1, first - 1)),
            np.digitize(x[:, 1], np.linspace(-1, 1, second - 1)),
        ]
    )
    turned = np.column_stack([-data[:, 0], data[:, 1]])
    assert np.asarray(polychoric(data))[0, 1] == pytest.approx(
        -np.asarray(polychoric(turned))[0, 1], abs=1e-8
    )


def test_counts_are_cross_tables_with_and_without_holes():
    data = BFI.iloc[:, [1, 7, 20]].to_numpy(float)
    holes = np.where(np.random.default_rng(2).random(data.shape) < 0.1, np.nan, data)
    weights = np.random.default_rng(3).uniform(0.5, 2, len(data))
    for table in (data, holes):
        coded = categorise(table, ["a", "b", "c"])
        both = ~np.isnan(table[:, [0, 2]]).any(axis=1)
        told = pd.crosstab(table[both, 0], table[both, 2])
        assert (coded.counts()[1, :-1, :-1] == told.to_numpy()).all()
        weighed = pd.crosstab(table[both, 0], table[both, 2], weights[both], aggfunc="sum")
        assert coded.counts(weights)[1, :-1, :-1] == pytest.approx(weighed.fillna(0).to_numpy())
        assert coded.counts(weights).sum(axis=(1, 2)) == pytest.approx(weights.sum())


def test_a_correlation_at_its_bound_is_flagged():
    data = np.repeat([[1, 1], [2, 2], [3, 3]], 30, axis=0)
    found = polychoric(data)
    assert np.asarray(found)[0, 1] == pytest.approx(0.999, abs=1e-6)
    assert "the correlation of 1 and 2 is at its bound" in found.flags


def test_what_has_no_polychoric_is_refused():
    with pytest.raises(ConstantItem, match="'b' has 1 category"):
        polychoric(pd.DataFrame({"a": [1, 2, 1], "b": [3, 3, 3]}))
    with pytest.raises(DataError, match="at least two items"):
        polychoric(pd.DataFrame({"a": [1, 2, 1]}))
    with pytest.raises(DataError, match="no table of 'a' and 'c'"):
        polychoric({("a", "b"): [[1, 2], [3, 4]], ("b", "c"): [[1, 2], [3, 4]]})
    with pytest.raises(DataError, match="3 categories in one table and 2"):
        polychoric(
            {
                ("a", "b"): [[1, 2, 3], [3, 4, 5]],
                ("a", "c"): [[1, 2], [3, 4]],
                ("b", "c"): [[1, 2], [3, 4]],
            }
        )
    with pytest.raises(DataError, match="not a matrix of counts"):
        polychoric({("a", "b"): [[1, -2], [3, 4]]})
    with pytest.raises(DataError, match="bivariate tables"):
        polychoric(Moments(np.eye(2), n=9, names=["a", "b"]))
    with pytest.raises(TooFewRows, match="0 rows"):
        ordinal_statistics([[1, np.nan], [np.nan, 2]], ["a", "b"])
    with pytest.raises(DataError, match="category 4 of item 'a' is empty"):
        ordinal_statistics([[1, 1], [2, 2], [3, 1]], ["a", "b"], levels={"a": [1, 2, 3, 4]})
    with pytest.raises(DataError, match="holds 3"):
        ordinal_statistics([[1, 1], [2, 2], [3, 1]], ["a", "b"], levels={"a": [1, 2]})
    with pytest.raises(DataError, match="Is it continuous"):
        ordinal_statistics(np.random.default_rng(1).normal(size=(300, 2)), ["a", "b"])
    with pytest.raises(ConstantItem, match="'c' does not vary"):
        ordinal_statistics([[1, 5.0], [2, 5.0], [1, 5.0]], ["a", "c"], ordered=["a"])


def test_a_continuous_column_is_refused_at_once_and_many_categories_are_flagged():
    rng = np.random.default_rng(3)
    items = rng.integers(1, 5, size=(300, 2)).astype(float)
    with pytest.raises(DataError, match=r"'1' has 300 distinct values.*polyserial"):
        polychoric(np.column_stack([rng.normal(size=300), items]))
    with pytest.raises(DataError, match="continuous"):
        polychoric(np.column_stack([rng.integers(0, 150, 300), items]))
    few = polychoric(np.column_stack([np.arange(300) % 20, items]))
    many = polychoric(np.column_stack([np.arange(300) % 21, items]))
    assert not any("21 categories" in flag or "20 categories" in flag for flag in few.flags)
    assert any("1 has 21 categories" in flag for flag in many.flags)


def test_fractions_are_continuous_only_where_most_are_different():
    steps = np.arange(300) % 30 / 4
    other = np.random.default_rng(0).integers(1, 5, 300)
    assert any("30 categories" in f for f in polychoric(np.column_stack([steps, other])).flags)
    with pytest.raises(DataError, match="30 distinct values in 40"):
        polychoric(np.column_stack([steps, other])[:40])


def test_items_that_are_one_item_are_at_the_bound_in_bounded_time():
    rng = np.random.default_rng(1)
    one = rng.integers(0, 50, 400)
    start = time.process_time()
    found = polychoric(np.outer(one, np.ones(8)))
    assert time.process_time() - start < 8
    assert np.asarray(found)[np.triu_indices(8, 1)] == pytest.approx(0.999)
    turned = polychoric(np.column_stack([one % 5, 4 - one % 5]))
    assert np.asarray(turned)[0, 1] == pytest.approx(-0.999)
