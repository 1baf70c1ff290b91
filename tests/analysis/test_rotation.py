"""Rotations reach GPArotation's minima, or lower ones, and keep what a rotation must keep."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from valuealign.analysis.rotation import rotation_criteria as criteria
from valuealign.analysis.rotation.rotation import METHODS, minimize, rotate
from valuealign.errors import DataError

TOLD = json.loads(
    (Path(__file__).parents[1] / "oracle" / "psych" / "gparotation_bfi_ml5.json").read_text()
)
A = np.array(TOLD["unrotated"]["values"])
FULL = np.array(TOLD["target_full"], dtype=float)
PARTIAL = np.where(np.array(TOLD["target_partial_NA_free"]) == -999, np.nan, 0.0)

CASES = {
    "varimax_kaiser": ("varimax", {}),
    "quartimax": ("quartimax", {}),
    "oblimin0": ("oblimin", {}),
    "oblimin0_kaiser": ("oblimin", {"kaiser": True}),
    "geominQ": ("geomin", {"epsilon": 0.01}),
    "geominT": ("geomin_orthogonal", {"epsilon": 0.01}),
    "bifactorT": ("bifactor", {}),
    "bifactorQ": ("bifactor_oblique", {}),
    "targetQ_full": ("target", {"wanted": FULL}),
    "targetT_full": ("target_orthogonal", {"wanted": FULL}),
    "targetQ_partial": ("target", {"wanted": PARTIAL}),
    "targetT_partial": ("target_orthogonal", {"wanted": PARTIAL}),
}


def matched(ours: np.ndarray, theirs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Order and signs that bring our columns onto theirs (never absolute values)."""
    products = theirs.T @ ours
    rows, columns = linear_sum_assignment(-np.abs(products))
    return columns, np.sign(products[rows, columns])


@pytest.mark.parametrize("name", CASES)
def test_the_minimum_is_gparotations_or_lower(name):
    method, options = CASES[name]
    told = TOLD["rotations"][name]
    theirs = np.array(told["loadings"]["values"])
    ours = rotate(A, method, **options)
    recomputed = rotate(A, method, **options, starts=0)  # one start, as GPArotation's
    lower = ours.value < recomputed.value - 1e-6
    best = recomputed if lower else ours
    order, signs = matched(best.loadings, theirs)
    assert best.loadings[:, order] * signs == pytest.approx(theirs, abs=1e-5)
    if told["Phi"]:
        phi = best.factor_correlations[np.ix_(order, order)] * np.outer(signs, signs)
        assert phi == pytest.approx(np.array(told["Phi"]["values"]), abs=1e-5)
    assert ours.value <= recomputed.value + 1e-9


@pytest.mark.parametrize("method", [m for m in METHODS if m != "none"])
def test_a_rotation_keeps_communalities_and_the_implied_covariance(method):
    wanted = FULL if "target" in method else None
    turned = rotate(A, method, wanted=wanted, starts=3)
    L, phi = turned.loadings, turned.factor_correlations
    assert L @ phi @ L.T == pytest.approx(A @ A.T, abs=1e-10)
    assert np.diag(phi) == pytest.approx(np.ones(5), abs=1e-12)
    assert pytest.approx(L, abs=1e-8) == A @ np.linalg.inv(turned.transformation).T


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000))
def test_gradients_equal_finite_differences(seed):
    rng = np.random.default_rng(seed)
    L = rng.normal(size=(6, 3))
    wanted = np.where(rng.random((6, 3)) < 0.3, np.nan, 0.5)
    for criterion in (
        criteria.crawford_ferguson(0.2),
        criteria.oblimin(0.0),
        criteria.oblimin(0.5),
        criteria.geomin(0.01),
        criteria.target(wanted),
        criteria.bifactor(),
    ):
        _, gradient = criterion(L)
        numeric = np.full_like(L, np.nan)
        for index in np.ndindex(*L.shape):
            up, down = L.copy(), L.copy()
            up[index] += 1e-6
            down[index] -= 1e-6
            numeric[index] = (criterion(up)[0] - criterion(down)[0]) / 2e-6
        assert gradient == pytest.approx(numeric, rel=1e-4, abs=1e-6)


def test_many_starts_report_how_many_reached_the_minimum():
    found = minimize(A, criteria.geomin(0.001), orthogonal=False, starts=20)
    assert found.n_starts == 21
    assert 1 <= found.n_reached <= 21


def test_an_unknown_method_and_a_target_of_another_shape_are_refused():
    with pytest.raises(DataError, match="'foo' is not one of"):
        rotate(A, "foo")
    with pytest.raises(DataError, match="target has shape"):
        rotate(A, "target", wanted=np.eye(2))
