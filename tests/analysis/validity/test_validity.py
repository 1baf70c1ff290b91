"""Planted validity is found, and its absence too."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import valuealign as va
from valuealign.errors import DataError, TooFewRows


def two_methods(n=400, shared=0.8, method=0.0, seed=1):
    """Three traits by two methods; the first has a method factor of its own if asked."""
    rng = np.random.default_rng(seed)
    trait = rng.normal(size=(n, 3))
    rest = np.sqrt(1 - shared**2)
    a = shared * trait + rest * rng.normal(size=(n, 3)) + method * rng.normal(size=(n, 1))
    b = shared * trait + rest * rng.normal(size=(n, 3))
    return pd.DataFrame(a, columns=list("xyz")), pd.DataFrame(b, columns=list("zyx")[::-1])


def test_the_gap_is_the_planted_one_with_its_interval():
    found = va.mtmm(*two_methods(), draws=300)
    assert found.convergent == pytest.approx(0.64, abs=0.06)
    assert found.discriminant == pytest.approx(0, abs=0.06)
    assert found.ci_lower < found.gap < found.ci_upper
    by_hand = np.corrcoef(*[frame["x"] for frame in two_methods()])[0, 1]
    assert found.table.loc["x", "convergent"] == pytest.approx(by_hand)


def test_traits_of_no_relation_have_no_gap():
    a, b = two_methods()
    found = va.mtmm(a, b.sample(frac=1, random_state=1).set_axis(b.index), draws=200)
    assert found.ci_lower < 0 < found.ci_upper


def test_respondents_are_matched_by_index_and_constants_correlate_with_nothing():
    a, b = two_methods()
    assert va.mtmm(a, b.iloc[::-1], draws=20).convergent == pytest.approx(
        va.mtmm(a, b, draws=20).convergent
    )
    assert va.mtmm(a.assign(x=1.0), b, draws=20).table.loc["x", "convergent"] == 0
    with pytest.raises(DataError, match="odd ones"):
        va.mtmm(a, b.rename(columns={"x": "q"}))
    with pytest.raises(TooFewRows, match="3 respondents"):
        va.mtmm(a.head(3), b)


def anchored(lift, n=20, seed=2):
    rng = np.random.default_rng(seed)
    names = ["SD", "PO", "UN", "TR"]
    anchors = pd.Series(np.repeat(names, n))
    scores = pd.DataFrame(rng.normal(size=(4 * n, 4)), columns=names)
    for name in names:
        scores.loc[anchors == name, name] += lift
    return scores, anchors


def test_anchored_personas_come_out_high_where_the_manipulation_works():
    found = va.anchor_check(*anchored(2.5))
    assert found["d"].to_numpy() == pytest.approx(2.5, abs=0.9)
    assert (found["highest"] > 0.7).all()
    assert (found["rank"] == 1).all()
    none = va.anchor_check(*anchored(0.0))
    assert ((none["ci_lower"] < 0) & (none["ci_upper"] > 0)).sum() >= 3
    with pytest.raises(DataError, match="not a scale"):
        va.anchor_check(anchored(1)[0], pd.Series(["ZZ"] * 80))
    with pytest.raises(DataError, match="the same anchor"):
        va.anchor_check(anchored(1)[0], pd.Series(["SD"] * 80))


def dilemmas(beta, n=60, seed=3):
    rng = np.random.default_rng(seed)
    names = ["SD", "ST", "HE", "AC", "PO", "SE", "CO", "TR", "BE", "UN"]
    profile = pd.Series(rng.normal(size=10), index=names)
    pairs = [rng.choice(names, 2, replace=False) for _ in range(n)]
    first, second = (np.array(p) for p in zip(*pairs, strict=True))
    p = 1 / (1 + np.exp(-beta * (profile[first].to_numpy() - profile[second].to_numpy())))
    chosen = np.where(rng.random(n) < p, first, second)
    return pd.DataFrame(
        {"dilemma": range(n), "first": first, "second": second, "chosen": chosen}
    ), profile


def test_choices_that_follow_the_profile_are_predicted():
    found = va.predict_choices(*dilemmas(3.0, n=150), draws=500)
    assert found.accuracy > 0.8
    assert found.pvalue < 0.01
    assert found.slope == pytest.approx(3, abs=1.2)
    assert found.ci_lower < found.accuracy < found.ci_upper


def test_choices_that_do_not_are_not():
    found = va.predict_choices(*dilemmas(0.0), draws=500)
    assert found.pvalue > 0.02
    assert abs(found.slope) < 0.6


def test_a_dilemma_asked_often_is_one_dilemma():
    rows, profile = dilemmas(1.0)
    once = va.predict_choices(rows, profile, draws=200)
    often = va.predict_choices(pd.concat([rows] * 5), profile, draws=200)
    assert often.n == 5 * once.n
    assert (often.accuracy, often.ci_lower) == (once.accuracy, once.ci_lower)


def test_the_slope_is_the_logistic_maximum():
    rows, profile = dilemmas(1.0, n=200)
    gap = profile[rows["first"]].to_numpy() - profile[rows["second"]].to_numpy()
    y = (rows["chosen"] == rows["first"]).to_numpy()
    slope = va.predict_choices(rows, profile, draws=10).slope
    assert (gap * (y - 1 / (1 + np.exp(-slope * gap)))).sum() == pytest.approx(0, abs=1e-6)
    always = rows.assign(chosen=np.where(gap > 0, rows["first"], rows["second"]))
    assert va.predict_choices(always, profile, draws=10).slope == np.inf


def test_choices_that_name_what_is_not_there_are_refused():
    rows, profile = dilemmas(1.0)
    with pytest.raises(DataError, match="no score of"):
        va.predict_choices(rows, profile.drop("SD"))
    with pytest.raises(DataError, match="neither value"):
        va.predict_choices(rows.assign(chosen="??"), profile)
    with pytest.raises(DataError, match="no column 'chosen'"):
        va.predict_choices(rows.drop(columns="chosen"), profile)


def test_a_known_order_is_likelier_and_an_unknown_one_is_not():
    rng = np.random.default_rng(4)
    shuffled = rng.normal(-100, 2, size=(8, 60))
    known = va.order_likelihood(shuffled.mean(axis=1) + 5 + rng.normal(0, 1e-3, 8), shuffled)
    assert known.pvalue < 0.001
    assert known.permutation_pvalue == pytest.approx(1 / 61)
    assert known.advantage == pytest.approx(5, abs=0.01)
    p = [
        va.order_likelihood(rng.normal(size=8), rng.normal(size=(8, 40))).pvalue for _ in range(300)
    ]
    assert np.mean(np.array(p) < 0.05) == pytest.approx(0.05, abs=0.04)
    with pytest.raises(DataError, match="at least 9"):
        va.order_likelihood([1.0], [[1.0, 2.0]])
    with pytest.raises(DataError, match="missing"):
        va.order_likelihood([np.nan], np.zeros((1, 9)))
