"""Scaling is R's, planted circles come back, and orders that do not hold are found out."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import approx_fprime

import valuealign as va
from valuealign.analysis.circle.browne import _discrepancy, _Layout, _starts, circular_model
from valuealign.analysis.circle.circular_order import (
    circulant_syntax,
    circular_correlation,
    places,
    rank_distance,
)
from valuealign.analysis.circle.circumplex import circle_of
from valuealign.analysis.circle.order_test import order_test
from valuealign.analysis.circle.scaling import classical, many_starts, scale_points
from valuealign.analysis.circle.structural_summary import cosine_profile
from valuealign.errors import DataError, SingularCovariance

ORACLE = Path(__file__).parents[2] / "oracle"
MASS = json.loads((ORACLE / "psych" / "mds_circumplex.json").read_text())
EIGHT = np.arange(8) * np.pi / 4


def dissimilarities(name):
    R = np.array(MASS[name]["cor"]["values"])
    return np.sqrt(2 * (1 - R))


def ring(n=400, p=8, seed=1, noise=0.5):
    """Scales round a circle, with a general elevation."""
    rng = np.random.default_rng(seed)
    t = np.arange(p) * 2 * np.pi / p
    plane = rng.normal(size=(n, 2)) @ np.array([np.cos(t), np.sin(t)])
    x = 0.4 * rng.normal(size=(n, 1)) + plane + noise * rng.normal(size=(n, p))
    return pd.DataFrame(x, columns=[f"s{k}" for k in range(p)])


@pytest.mark.parametrize("name", ["msq8", "pvq_ipsatized19"])
def test_the_classical_solution_is_cmdscales(name):
    expected = np.array(MASS[name]["cmdscale"])
    found = classical(dissimilarities(name))
    assert np.abs(found) == pytest.approx(np.abs(expected), abs=1e-8)


@pytest.mark.parametrize("name", ["msq8", "pvq_ipsatized19"])
def test_ordinal_stress_is_isomds_minimum_or_lower(name):
    """isoMDS gives stress-1 in percent; for msq8 it stops at .006 % on its way to zero."""
    _, best, _ = many_starts(dissimilarities(name), starts=30)
    assert 100 * best.stress <= MASS[name]["isoMDS_stress"] + 1e-5


def test_the_nineteen_values_have_isomds_configuration():
    name = "pvq_ipsatized19"
    _, best, _ = many_starts(dissimilarities(name), starts=10)
    found = va.procrustes(np.array(MASS[name]["isoMDS"]), best.points, scale=True, shift=True)
    assert found.r_squared > 0.9999


@pytest.mark.parametrize("kind", ["ordinal", "interval", "ratio"])
def test_distances_in_a_plane_are_found_again(kind):
    rng = np.random.default_rng(1)
    points = rng.normal(size=(9, 2))
    d = np.linalg.norm(points[:, None] - points[None], axis=2)
    told = 2 * d + 0.7 * (d > 0) if kind == "interval" else d
    _, best, _ = many_starts(told, kind=kind, starts=10)
    assert best.stress < 2e-3
    assert va.procrustes(best.points, points, scale=True, shift=True).r_squared > 0.99


def test_a_step_of_majorisation_never_raises_stress():
    rng = np.random.default_rng(2)
    d = dissimilarities("pvq_ipsatized19")
    start = rng.normal(size=(19, 2))
    stress = [scale_points(d, start, steps=k, tolerance=0).stress for k in (1, 2, 5, 20, 100)]
    assert stress == sorted(stress, reverse=True)


def test_missing_dissimilarities_are_left_out():
    rng = np.random.default_rng(3)
    points = rng.normal(size=(9, 2))
    d = np.linalg.norm(points[:, None] - points[None], axis=2)
    d[0, 1] = d[1, 0] = np.nan
    _, best, _ = many_starts(d, kind="ratio", starts=10)
    assert best.stress < 1e-3


def test_the_order_test_counts_what_a_person_would():
    """Hubert and Arabie's 72 predictions of six types; one swap violates some."""
    k = np.arange(6)
    apart = np.minimum(abs(k[:, None] - k), 6 - abs(k[:, None] - k))
    R = 1 - apart / 3.0
    assert order_test(R, apart).correspondence == 1
    p = [1, 0, 2, 3, 4, 5]
    swapped = order_test(R[np.ix_(p, p)], apart)
    near, far = R[np.ix_(p, p)], apart
    i, j = np.triu_indices(6, 1)
    score = [
        np.sign(near[i[a], j[a]] - near[i[b], j[b]])
        for a in range(15)
        for b in range(15)
        if far[i[a], j[a]] < far[i[b], j[b]]
    ]
    assert swapped.correspondence == pytest.approx(np.mean(np.round(score)))
    assert swapped.exact
    assert swapped.n_orders == 720


def test_an_order_by_chance_is_not_significant_and_a_planted_one_is():
    rng = np.random.default_rng(4)
    order = places([f"s{k}" for k in range(8)], [f"s{k}" for k in range(8)])
    noise = np.corrcoef(rng.normal(size=(100, 8)), rowvar=False)
    assert order_test(noise, order.distances, draws=499).pvalue > 0.01
    planted = ring().corr().to_numpy()
    assert order_test(planted, order.distances, draws=499).pvalue == pytest.approx(1 / 500)


def test_angles_that_are_turned_or_mirrored_are_still_in_order():
    place = np.arange(8.0)
    assert rank_distance(EIGHT[::-1] + 1.3, place, 8) == 0
    assert rank_distance(EIGHT[[1, 0, 2, 3, 4, 5, 6, 7]], place, 8) == pytest.approx(0.25)
    assert abs(circular_correlation(EIGHT, (EIGHT + 2) % (2 * np.pi))) == pytest.approx(1)


def test_scales_that_share_a_place_may_stand_either_way():
    order = places(["a", "b", ["c", "d"], "e"], list("abcde"))
    for angles in ([0, 1, 2, 3, 4], [0, 1, 3, 2, 4]):
        assert rank_distance(np.array(angles, float), order.place, order.n_places) == 0
    assert order.distances[2, 3] == 0


def test_places_without_scores_close_up_and_too_few_are_refused():
    assert places(["a", "b", "c", "d", "e"], list("abde")).place.tolist() == [0, 1, 2, 3]
    with pytest.raises(DataError, match="3 places"):
        places(["a", "b", "c", "d"], list("abc"))
    with pytest.raises(DataError, match="twice"):
        places(["a", "b", "a", "d"], list("abd"))


def test_a_cosine_profile_is_gurtmans_closed_form():
    rng = np.random.default_rng(5)
    y = rng.normal(size=8)
    found = cosine_profile([y], EIGHT).iloc[0]
    X, Y = 2 / 8 * (y @ np.cos(EIGHT)), 2 / 8 * (y @ np.sin(EIGHT))
    assert found["elevation"] == pytest.approx(y.mean())
    assert found["amplitude"] == pytest.approx(np.hypot(X, Y))
    assert found["displacement"] == pytest.approx(np.degrees(np.arctan2(Y, X)) % 360)
    assert found["r_squared"] == pytest.approx(4 * np.hypot(X, Y) ** 2 / y.var() / 8)


def test_a_profile_with_too_few_scores_has_no_cosine():
    found = cosine_profile([[1, np.nan, np.nan, 2, np.nan, np.nan, np.nan, 3.0]], EIGHT)
    assert found.isna().all(axis=None)


@pytest.mark.parametrize(
    "held", [{}, {"equal_angles": True}, {"equal_communality": True}], ids=["free", "a", "c"]
)
def test_the_circular_models_gradient_is_the_finite_differences(held):
    R = ring().corr().to_numpy()
    both = {"equal_angles": False, "equal_communality": False} | held
    layout = _Layout(8, 3, EIGHT, **both)
    rng = np.random.default_rng(6)
    x = _starts(layout, [])[0] + 0.1 * rng.normal(size=layout.n_free)
    numeric = approx_fprime(x, lambda z: _discrepancy(z, R, layout)[0], 1e-7)
    assert _discrepancy(x, R, layout)[1] == pytest.approx(numeric, abs=2e-5)


def test_planted_angles_come_back_with_their_errors():
    rng = np.random.default_rng(7)
    t = EIGHT + np.array([0, 0.2, -0.2, 0.3, 0, -0.3, 0.1, 0])
    common = 0.35 + 0.55 * np.cos(t[:, None] - t) + 0.1 * np.cos(2 * (t[:, None] - t))
    P = 0.8 * common + np.diag(1 - 0.8 * np.diag(common))
    x = rng.multivariate_normal(np.zeros(8), P, 5000, method="cholesky")
    found = circular_model(np.corrcoef(x, rowvar=False), EIGHT, 5000, harmonics=2)
    error = (found.scales["angle"] - np.degrees(t) + 180) % 360 - 180
    assert (np.abs(error) < 4 * found.scales["angle_se"] + 1e-9).all()
    assert found.pvalue > 0.01
    assert found.weights == pytest.approx([0.35, 0.55, 0.1], abs=0.05)


def test_with_angles_and_communality_held_it_is_the_circulant_model():
    """The same fit by the engine that agrees with lavaan, whose divisor is n."""
    data = ring(300, p=6)
    order = places(list(data.columns), list(data.columns))
    circulant = va.cfa(circulant_syntax(order), data)
    found = circular_model(
        data.corr().to_numpy(), order.angles, 300, equal_angles=True, equal_communality=True
    )
    assert found.chisq * 300 / 299 == pytest.approx(circulant.measures["chisq"], rel=1e-6)


def test_centred_scores_have_no_circular_model_and_are_told_so():
    data = ring()
    centred = data.sub(data.mean(axis=1), axis=0)
    with pytest.raises(SingularCovariance, match="give raw scores"):
        circular_model(centred.corr().to_numpy(), EIGHT, 400)
    found = circle_of(centred, centred, list(data.columns), starts=3, draws=99)
    assert "give raw scores" in found.unavailable["Browne's model"]
    assert found.model is None


def test_a_planted_circle_is_found_by_every_measure():
    data = ring()
    found = circle_of(data, data, list(data.columns), starts=10, draws=199)
    assert found.table.loc["theory", "rank_distance"] == 0
    assert found.table.loc["best", "circular_r"] > 0.98
    assert found.order_test.correspondence > 0.9
    assert found.model.rmsea < 0.06
    assert found.circulant.measures["cfi"] > 0.97
    assert found.profiles["r_squared"].median() > 0.5
    assert not found.flags


def test_a_wrong_order_shows_in_the_distance_between_the_two_starts():
    data = ring(seed=3)
    wrong = [f"s{k}" for k in (0, 4, 1, 5, 2, 6, 3, 7)]
    found = circle_of(data, data, wrong, starts=20, draws=199)
    assert found.order_test.pvalue > 0.05
    assert found.table.loc["best", "rank_distance"] > 0.9


def test_an_instruments_circle_uses_its_own_order_and_centring(tmp_path):
    given = va.administer("pvq-21", "sim:human", occasions=150, seed=1, store=tmp_path / "a.db")
    found = va.circumplex(given, "pvq-21", starts=10, draws=99)
    assert found.n == 150
    assert found.order_test.pvalue > 0.01  # occasions of one respondent have no circle
    assert len(found.profiles) == 150
    with pytest.raises(DataError, match="no order 'x'; there are theory_1992"):
        va.circumplex(given, "pvq-21", order="x")
    with pytest.raises(DataError, match="no circular order"):
        va.circumplex(given.wide, "ipip-bfi-25")


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (np.zeros((3, 3)), "at least 4"),
        (np.arange(16.0).reshape(4, 4), "symmetric"),
    ],
)
def test_what_is_no_dissimilarity_is_refused(made, words):
    with pytest.raises(DataError, match=words):
        scale_points(made, np.zeros((len(made), 2)))
