"""Omega is psych's on its data, and a bifactor model's where the groups are named."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import valuealign as va
from valuealign.analysis.reliability.general_factor import (
    GeneralFactor,
    omega_of_sum,
    schmid_leiman,
)
from valuealign.errors import DataError

ORACLE = Path(__file__).parents[1] / "oracle"
PSYCH = json.loads((ORACLE / "psych" / "psych_omega.json").read_text())["omega"]
REVERSED = ["A1", "C4", "C5", "E1", "E2", "O2", "O5"]


@pytest.fixture(scope="module")
def bfi():
    return pd.read_csv(ORACLE / "data" / "bfi25_complete.csv").iloc[:, -25:]


def planted(n=3000, seed=1):
    """Nine items of three groups under one general factor; omegas known."""
    rng = np.random.default_rng(seed)
    groups = np.repeat(rng.normal(size=(n, 3)), 3, axis=1)
    x = 0.6 * rng.normal(size=(n, 1)) + 0.5 * groups + 0.6 * rng.normal(size=(n, 9))
    return pd.DataFrame(x, columns=[f"x{k}" for k in range(9)])


VARIANCE = 81 * 0.36 + 3 * 9 * 0.25 + 9 * 0.36
"""Of the sum of the nine planted items."""


def test_thurstones_nine_tests_are_psychs():
    """From correlations; psych's own rotation stops at 1e-5, so 1e-4."""
    expected = PSYCH["thurstone9_n213"]
    R = pd.read_csv(ORACLE / "data" / "thurstone9_cor.csv")
    R = R.select_dtypes("number").to_numpy()
    solution, general, flags = schmid_leiman(R, 3, ("minres", "oblimin"), starts=10)
    found = omega_of_sum(R, solution, np.ones(9))
    assert found["total"] == pytest.approx(expected["omega.tot"], abs=1e-5)
    assert found["hierarchical"] == pytest.approx(expected["omega_h"], abs=1e-4)
    assert found["limit"] == pytest.approx(expected["omega.lim"], abs=1e-4)
    assert found["alpha"] == pytest.approx(expected["alpha"], abs=1e-10)
    assert found["lambda6"] == pytest.approx(expected["G6"], abs=1e-10)
    assert found["ecv"] == pytest.approx(expected["ECV"], abs=1e-4)
    table = np.array(expected["sl"]["values"])
    assert solution.g == pytest.approx(table[:, 0], abs=2e-4)
    assert general == pytest.approx(np.ravel(expected["gloading"]["values"]), abs=3e-4)
    assert not flags


def test_the_bfi_as_one_scale_is_psychs_with_its_keys(bfi):
    """psych turns items round by their general loading; so do we, to the same sums."""
    expected = PSYCH["bfi_all"]
    found = va.omega(bfi, 5)
    assert found.total == pytest.approx(expected["omega.tot"], abs=1e-4)
    assert found.hierarchical == pytest.approx(expected["omega_h"], abs=2e-3)
    assert found.alpha == pytest.approx(expected["alpha"], abs=1e-10)
    assert found.lambda6 == pytest.approx(expected["G6"], abs=1e-10)
    keys = dict(zip(bfi.columns, expected["key"], strict=True))
    assert found.keyed in (keys, {k: -v for k, v in keys.items()})
    theirs = np.array(expected["omega.group"]["values"])[1:]
    assert np.sort(found.groups["total"]) == pytest.approx(np.sort(theirs[:, 0]), abs=2e-3)


def test_turning_items_round_in_the_data_changes_no_coefficient(bfi):
    turned = bfi.assign(**{c: 7 - bfi[c] for c in REVERSED})
    one, other = va.omega(bfi, 5), va.omega(turned, 5)
    assert other.total == pytest.approx(one.total, abs=1e-6)
    assert other.hierarchical == pytest.approx(one.hierarchical, abs=1e-5)


def test_planted_omegas_come_back_with_their_intervals():
    found = va.omega(planted(), 3, bootstrap=60, seed=1)
    assert found.total == pytest.approx(1 - 9 * 0.36 / VARIANCE, abs=0.01)
    assert found.hierarchical == pytest.approx(81 * 0.36 / VARIANCE, abs=0.05)
    assert found.interval[0] < found.total < found.interval[1]
    assert found.interval_hierarchical[0] < found.hierarchical < found.interval_hierarchical[1]
    assert found.ecv == pytest.approx(0.36 / (0.36 + 0.25), abs=0.05)


def test_named_groups_give_a_bifactor_model_and_the_same_truth():
    data = planted()
    groups = {f"g{k}": [f"x{3 * k + j}" for j in range(3)] for k in range(3)}
    found = va.omega(data, groups=groups)
    assert found.fit.measures["cfi"] > 0.99
    assert found.hierarchical == pytest.approx(81 * 0.36 / VARIANCE, abs=0.05)
    assert found.total == pytest.approx(va.omega(data, 3).total, abs=0.01)
    assert list(found.groups["factor"]) == list(groups)


def test_one_factor_has_no_general_factor_beside_it():
    found = va.omega(planted(), 1)
    assert np.isnan(found.hierarchical)
    assert 0 < found.total < 1
    assert len(found.groups) == 0


def test_two_factors_share_their_general_loading():
    found = va.omega(planted().iloc[:, :6], 2)
    assert found.general_loadings.nunique() == 1
    assert found.hierarchical < found.total


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"n_factors": 5}, "at least 11"),
        ({"keyed": {"x1": 2}}, "expected items with"),
        ({"keyed": {"zz": 1}}, "expected items with"),
        ({"groups": {"a": ["x1", "q"]}}, "names 'q'"),
    ],
)
def test_what_has_no_omega_is_refused(options, words):
    with pytest.raises(DataError, match=words):
        va.omega(planted(200), **options)


def test_items_without_anything_in_common_have_omega_0_and_no_share_that_is_general():
    none = GeneralFactor(np.zeros(3), np.zeros((3, 2)), np.ones(3))
    found = omega_of_sum(np.eye(3), none, np.ones(3))
    assert found["total"] == 0
    assert np.isnan([found["limit"], found["ecv"]]).all()


@pytest.mark.parametrize(("spread", "refused"), [(0.0, True), (1e-4, False)])
def test_a_sum_that_does_not_vary_has_no_omega(spread, refused):
    """Each item stands with its opposite, and both are keyed alike."""
    rng = np.random.default_rng(1)
    pair = rng.normal(size=(200, 2))
    x = np.column_stack([pair, -pair + spread * rng.normal(size=(200, 2))])
    keyed = {str(k + 1): 1 for k in range(4)}
    if refused:
        with pytest.raises(DataError, match="the sum of the items does not vary"):
            va.omega(x, 1, keyed=keyed)
    else:
        assert va.omega(x, 1, keyed=keyed).total < 1


RELIABILITY = json.loads((ORACLE / "psych" / "reliability.json").read_text())


@pytest.mark.parametrize("case", ["N", "x1_x4"])
def test_one_factor_has_both_of_psychs_omegas_by_name(case, bfi):
    rows = bfi[[f"N{k}" for k in range(1, 6)]]
    if case == "x1_x4":
        rows = pd.read_csv(ORACLE / "data" / "hs1939.csv")[["x1", "x2", "x3", "x4"]]
    expected = RELIABILITY["one_factor"][case]
    found = va.omega(rows, 1)
    assert found.total == found.variants["omega.tot"]
    assert found.variants["omega.tot"] == pytest.approx(expected["omega.tot"], abs=1e-6)
    assert found.variants["omega_h"] == pytest.approx(expected["omega_h"], abs=1e-6)
    g = found.loadings["g"].to_numpy()
    model = g.sum() ** 2 / (g.sum() ** 2 + (1 - g**2).sum())
    assert found.variants["model"] == pytest.approx(model, abs=1e-8)
    assert found.variants["H"] > found.variants["model"]
