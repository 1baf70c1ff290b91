"""Classical reliability agrees with R's psych, and refuses what has no value."""

from __future__ import annotations

import json
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import t

from valuealign.analysis.agreement.intraclass import icc
from valuealign.analysis.reliability.alpha import alpha, kr20, spearman_brown
from valuealign.analysis.reliability.guttman import guttman
from valuealign.errors import ConstantItem, DataError, NotSupported, TooFewRows

ORACLE = Path(__file__).parents[1] / "oracle"
BFI = pd.read_csv(ORACLE / "data" / "bfi25_complete.csv")


def oracle(name: str) -> dict:
    """Numbers of R's psych."""
    return json.loads((ORACLE / "psych" / f"{name}.json").read_text())


@pytest.mark.parametrize("scale", "ACENO")
def test_alpha_agrees_with_psych(scale):
    told = oracle("psych_alpha_bfi")
    keys = {key.lstrip("-"): -1 if key.startswith("-") else 1 for key in told["keys"][scale]}
    theirs = told["alpha"][scale]
    ours = alpha(BFI, items=list(keys), keyed=keys, interval="feldt")
    assert not ours.flags
    total, feldt, dropped = theirs["total"], theirs["feldt"], theirs["alpha.drop"]
    exact = {"rel": 0, "abs": 1e-10}
    assert ours.raw == pytest.approx(total["raw_alpha"], **exact)
    assert ours.standardized == pytest.approx(total["std.alpha"], **exact)
    assert ours.average_r == pytest.approx(total["average_r"], **exact)
    assert ours.ci_lower == pytest.approx(feldt["lower.ci"]["raw_alpha"][0], **exact)
    assert ours.ci_upper == pytest.approx(feldt["upper.ci"]["raw_alpha"][0], **exact)
    assert ours.item_deleted["raw"].tolist() == pytest.approx(dropped["raw_alpha"], **exact)
    assert ours.item_deleted["standardized"].tolist() == pytest.approx(
        dropped["std.alpha"], **exact
    )
    assert ours.item_deleted["r_drop"].tolist() == pytest.approx(
        theirs["item.stats"]["r.drop"], **exact
    )


@pytest.mark.parametrize("scale", "ACENO")
def test_guttman_bounds_agree_with_psych(scale):
    items = [key.lstrip("-") for key in oracle("psych_alpha_bfi")["keys"][scale]]
    keys = {
        k.lstrip("-"): -1 if k.startswith("-") else 1
        for k in oracle("psych_alpha_bfi")["keys"][scale]
    }
    turned = BFI[items] * [keys[item] for item in items]
    theirs = oracle("psych_guttman_bfi")["guttman"][scale]["lambda"]
    ours = guttman(turned)
    for number in (1, 2, 3, 5, 6):
        assert ours[f"lambda{number}"] == pytest.approx(theirs[f"lambda.{number}"], abs=1e-10)
    R = turned.corr().to_numpy()
    halves = [np.isin(np.arange(5), pair).astype(float) for pair in combinations(range(5), 2)]
    splits = {tuple(np.flatnonzero(h)): 4 * h @ R @ (1 - h) / R.sum() for h in halves}
    assert ours["lambda4"] == pytest.approx(max(splits.values()), abs=1e-10)
    assert pytest.approx(theirs["lambda.4"], abs=1e-10) in list(splits.values()), (
        "with an odd number of items psych tries only some of the halves; ours tries all ten"
    )


@pytest.mark.parametrize(
    ("name", "file"), [("shrout_fleiss", "shrout_fleiss"), ("icc_sim50x4", "icc_sim50x4")]
)
def test_all_six_icc_agree_with_psych(name, file):
    theirs = oracle("psych_icc")[name]["results"]
    ours = icc(pd.read_csv(ORACLE / "data" / f"{file}.csv"))
    assert ours["type"].tolist() == theirs["type"]
    for mine, name_there in {
        "icc": "ICC",
        "F": "F",
        "df2": "df2",
        "pvalue": "p",
        "ci_lower": "lower bound",
        "ci_upper": "upper bound",
    }.items():
        assert ours[mine].tolist() == pytest.approx(theirs[name_there], rel=1e-10)


@settings(max_examples=30, deadline=None)
@given(st.permutations(["A2", "A3", "A4", "A5"]))
def test_alpha_does_not_depend_on_item_order(order):
    assert alpha(BFI, items=order).raw == pytest.approx(
        alpha(BFI, items=sorted(order)).raw, abs=1e-12
    )


def test_the_bootstrap_interval_covers_alpha_and_depends_only_on_its_seed():
    items = ["N1", "N2", "N3", "N4", "N5"]
    drawn = alpha(BFI, items=items, bootstrap=1000, seed=1)
    assert drawn.bootstrap_ci == alpha(BFI, items=items, bootstrap=1000, seed=1).bootstrap_ci
    assert drawn.bootstrap_ci[0] < drawn.raw < drawn.bootstrap_ci[1]
    width = drawn.ci_upper - drawn.ci_lower
    assert drawn.bootstrap_ci[1] - drawn.bootstrap_ci[0] == pytest.approx(width, rel=0.25)


def test_the_bootstrap_is_alpha_of_the_resampled_rows():
    values = BFI[["A2", "A3", "A5"]].to_numpy()[:50].astype(float)
    weights = np.random.default_rng(5).multinomial(50, np.full(50, 1 / 50), size=40)
    direct = [alpha(np.repeat(values, w, axis=0)).raw for w in weights]
    assert alpha(values, bootstrap=40, seed=5).bootstrap_ci == pytest.approx(
        tuple(np.quantile(direct, [0.025, 0.975])), abs=1e-10
    )


def test_two_items_have_a_spearman_brown_value_equal_to_standardized_alpha():
    pair = BFI[["A2", "A3"]]
    r = pair.corr().iloc[0, 1]
    assert spearman_brown(r) == pytest.approx(alpha(pair).standardized, abs=1e-12)


def test_kr20_is_alpha_of_zeros_and_ones_and_refuses_other_codes():
    binary = (BFI[["N1", "N2", "N3"]] > 3).astype(int)
    assert kr20(binary) == pytest.approx(alpha(binary).raw, abs=1e-15)
    with pytest.raises(DataError, match="0 or 1"):
        kr20(BFI[["N1", "N2"]])


@pytest.mark.parametrize(
    ("data", "error", "says"),
    [
        ([[1, 2], [1, 2]], TooFewRows, "2 complete rows"),
        ([[1, 2], [1, 3], [1, 4]], ConstantItem, "'1' does not vary"),
        ([[1], [2], [3]], DataError, "at least two items"),
        ([1, 2, 3], DataError, "dimension"),
        (pd.DataFrame({"a": ["x", "y"], "b": [1, 2]}), DataError, "'a' is not numeric"),
        (pd.DataFrame({"a": [np.nan, np.nan], "b": [1, 2]}), DataError, "missing in every row"),
        (pd.DataFrame({"a": [1, np.inf], "b": [1, 2]}), DataError, "infinite"),
    ],
)
def test_bad_input_is_an_error_that_says_what_to_do(data, error, says):
    with pytest.raises(error, match=says):
        alpha(data)


def test_more_items_than_splits_can_be_tried_is_refused():
    with pytest.raises(NotSupported, match="17 items"):
        guttman(np.random.default_rng(0).normal(size=(40, 17)))


def test_items_whose_sum_never_varies_have_no_alpha():
    x = np.array([[1, 6], [6, 1], [2, 5], [3, 4]])
    with pytest.raises(DataError, match="does not vary"):
        alpha(x)
    mixed = alpha(np.column_stack([x, [1, 2, 3, 5]]))
    assert mixed.item_deleted["raw"].isna().tolist() == [False, False, True]


def test_items_that_were_not_turned_are_named_as_psych_names_them():
    rng = np.random.default_rng(5)
    common = rng.normal(size=(150, 1))
    rows = pd.DataFrame(common + rng.normal(size=(150, 6)), columns=[f"a{k}" for k in range(1, 7)])
    assert not alpha(rows).flags
    rows[["a4", "a5"]] *= -1
    flags = alpha(rows).flags
    assert {f.split()[1] for f in flags if "keyed -1" in f} == {"a4", "a5"}
    assert not alpha(rows, keyed={"a4": -1, "a5": -1}).flags


def test_the_default_interval_is_the_jackknifes_and_without_variance_there_is_none():
    rows = BFI[["N1", "N2", "N3", "N4"]].head(60).to_numpy(float)
    without = [alpha(np.delete(rows, k, axis=0)).raw for k in range(len(rows))]
    logs = np.log(1 - np.array(without) * 3 / 4)
    se = np.sqrt(59 / 60 * ((logs - logs.mean()) ** 2).sum())
    ours = alpha(rows)
    center = np.log(1 - ours.raw * 3 / 4)
    centred = rows - rows.mean(axis=0)
    items, total = (centred**2).sum(axis=1), centred.sum(axis=1) ** 2
    share = items / items.sum() - total / total.sum()
    kurtosis = (share**4).mean() / (share**2).mean() ** 2
    assert kurtosis > 3.1  # so that fewer than n - 1 degrees of freedom are left
    reach = t.ppf(0.975, 2 * 60 / (kurtosis - 1)) * se
    assert ours.ci_lower == pytest.approx(4 / 3 * (1 - np.exp(center + reach)), abs=1e-10)
    assert ours.ci_upper == pytest.approx(4 / 3 * (1 - np.exp(center - reach)), abs=1e-10)
    one_differs = np.full((20, 3), 2.0)
    one_differs[4] = 5.0
    assert any("no interval" in flag for flag in alpha(one_differs).flags)
