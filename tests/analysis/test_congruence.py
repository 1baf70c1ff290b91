"""Congruence, matching and Procrustes are psych's and vegan's, and undo any turn."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import valuealign as va
from valuealign.analysis.factors.congruence import match
from valuealign.errors import DataError

ORACLE = json.loads(
    (Path(__file__).parents[1] / "oracle" / "psych" / "congruence.json").read_text()
)
MEN, WOMEN = np.array(ORACLE["men"]), np.array(ORACLE["women"])


def test_congruence_is_psychs():
    assert va.congruence(MEN, WOMEN) == pytest.approx(np.array(ORACLE["congruence"]), abs=1e-10)


def test_turning_toward_a_target_is_rs_singular_value_solution():
    found = va.procrustes(WOMEN, MEN)
    assert found.rotation == pytest.approx(np.array(ORACLE["Q"]), abs=1e-10)
    assert va.congruence(MEN, found.rotated) == pytest.approx(np.array(ORACLE["turned"]), abs=1e-10)


def test_configurations_are_stretched_and_moved_as_vegan_does():
    one = ORACLE["configuration"]
    found = va.procrustes(one["X"], one["Y"], scale=True, shift=True)
    assert found.rotated == pytest.approx(np.array(one["rotated"]), abs=1e-9)
    assert found.sum_of_squares == pytest.approx(np.ravel(one["ss"])[0], abs=1e-9)
    assert found.scale == pytest.approx(np.ravel(one["scale"])[0], abs=1e-10)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000))
def test_any_turn_reflection_stretch_and_move_is_undone(seed):
    rng = np.random.default_rng(seed)
    target = rng.normal(size=(8, 3))
    Q, _ = np.linalg.qr(rng.normal(size=(3, 3)))
    moved = 2.5 * target @ Q + rng.normal(size=3)
    assert va.procrustes(moved, target, scale=True, shift=True).sum_of_squares < 1e-16
    assert va.procrustes(target @ Q, target).r_squared == pytest.approx(1)


@settings(max_examples=25, deadline=None)
@given(st.permutations(range(4)), st.lists(st.sampled_from([-1.0, 1.0]), min_size=4, max_size=4))
def test_order_and_sign_are_found_again(order, signs):
    target = np.kron(np.eye(4), np.array([[0.8], [0.7], [0.6]])) + 0.05
    shuffled = (target * np.array(signs))[:, list(order)]
    places, sign = match(shuffled, target)
    assert (shuffled[:, places] * sign == target).all()


def test_frames_are_matched_by_item_and_keep_their_names():
    a = pd.DataFrame(MEN, index=list("abcdefghijklmno"), columns=["x", "y", "z"])
    found = va.congruence(a, a.iloc[::-1])
    assert np.diag(found) == pytest.approx(1)
    assert list(found.index) == ["x", "y", "z"]


def test_congruence_with_people_has_an_interval_and_a_chance_level():
    rng = np.random.default_rng(1)
    lam = np.kron(np.eye(3), np.full((4, 1), 0.7))
    x = rng.normal(size=(300, 3)) @ lam.T + 0.7 * rng.normal(size=(300, 12))
    found = va.congruence_interval(x, lam, draws=100, seed=2)
    assert (found["ci_lower"] <= found["ci_upper"]).all()
    assert (found["ci_upper"] > 0.99).all()  # the truth is 1
    assert (found["congruence"] > 0.97).all()
    assert (found["chance"] < found["ci_lower"]).all()


def test_noise_turned_to_a_target_is_no_more_congruent_than_chance():
    rng = np.random.default_rng(3)
    lam = np.kron(np.eye(3), np.full((4, 1), 0.7))
    found = va.congruence_interval(rng.normal(size=(150, 12)), lam, draws=100, seed=2)
    total = found.iloc[-1]
    assert total["congruence"] < total["chance"] + 0.1
    assert total["chance"] > 0.3  # turning alone makes noise look alike


@pytest.mark.parametrize(
    ("a", "b", "words"),
    [
        (MEN, WOMEN[:5], "same rows"),
        (MEN, WOMEN * np.nan, "missing"),
        (MEN, WOMEN * 0, "only zero loadings"),
        (pd.DataFrame(MEN[:2], ["a", "b"]), pd.DataFrame(MEN[:2], ["a", "c"]), "only one of"),
    ],
)
def test_what_cannot_be_compared_is_refused(a, b, words):
    with pytest.raises(DataError, match=words):
        va.congruence(a, b)


def test_other_numbers_of_factors_are_refused():
    with pytest.raises(DataError, match="found 2 columns and a target of 3"):
        va.procrustes(MEN[:, :2], WOMEN)
    with pytest.raises(DataError, match="2 factors cannot be matched with 3"):
        match(MEN[:, :2], WOMEN)
    with pytest.raises(DataError, match="expected 12"):
        va.congruence_interval(np.random.default_rng(1).normal(size=(50, 12)), MEN)


def test_the_interval_of_congruence_is_for_the_population_that_noise_hides():
    """Percentiles of the same draws would hold the truth in hardly any of these samples."""
    rng = np.random.default_rng(5)
    lam = np.kron(np.eye(2), np.full((5, 1), 0.7))
    other = lam.copy()
    other[:3, 1] = 0.3
    covered = 0
    turned = va.procrustes(lam, other).rotated
    truth = (turned * other).sum() / np.linalg.norm(turned) / np.linalg.norm(other)
    for _ in range(20):
        x = rng.normal(size=(200, 2)) @ lam.T + 0.7 * rng.normal(size=(200, 10))
        found = va.congruence_interval(x, other, draws=60, seed=1).set_index("factor")
        covered += found.loc["total", "ci_lower"] <= truth <= found.loc["total", "ci_upper"]
    assert covered >= 14
