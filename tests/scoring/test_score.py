"""Scores: sums done by hand come back, and what cannot be scored says why."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import valuealign as va
from valuealign.errors import DataError
from valuealign.scoring.accuracy import _p_chance, interval
from valuealign.scoring.levels import item_totals
from valuealign.scoring.recode import turned
from valuealign.scoring.scale_scores import score

PVQ = va.load_instrument("pvq-21")
ANSWERS = arrays(np.float64, (3, 21), elements=st.sampled_from([1.0, 2, 3, 4, 5, 6, np.nan]))


def frame(of, rows, **design):
    """A wide frame."""
    return pd.DataFrame(rows, columns=list(of.item_ids)).assign(**design)


def test_values_are_the_means_of_their_own_items():
    row = [float(k % 6 + 1) for k in range(21)]
    found = score(frame(PVQ, [row]), PVQ).iloc[0]
    assert found["HE"] == (row[9] + row[20]) / 2
    assert found["UN"] == pytest.approx((row[2] + row[7] + row[18]) / 3)
    assert found["TR"] == (row[8] + row[19]) / 2
    un, be = found["UN"], (row[11] + row[17]) / 2
    assert found["TRANSCENDENCE"] == pytest.approx((un + be) / 2)


def test_a_keyed_item_is_turned_once(moods):
    found = score(frame(moods, [[4, 4, 1, 2, 2, 2]]), moods).iloc[0]
    assert found["CHEER"] == 4.0
    assert found["CALM"] == 2.0
    assert found["MOOD"] == 3.0


def test_answers_to_opposed_stems_are_turned_back(moods):
    rows = [[4, 4, 1, 2, 2, 2], [1, 1, 4, 3, 3, 3]]
    found = score(frame(moods, rows, content=["stem", "opposed"]), moods)
    assert found["CHEER"].tolist() == [4.0, 4.0]
    assert found["CALM"].tolist() == [2.0, 2.0]


@given(arrays(np.float64, (4, 6), elements=st.sampled_from([1.0, 2, 3, 4, np.nan])))
def test_turning_twice_changes_nothing(values):
    from pathlib import Path

    moods = va.load_instrument(Path(__file__).parents[1] / "moods.yaml")
    np.testing.assert_array_equal(turned(turned(values, moods), moods), values)


@given(ANSWERS)
def test_centred_scores_weighted_by_their_items_add_up_to_nothing(rows):
    complete = np.where(np.isnan(rows), 3.0, rows)
    found = score(frame(PVQ, complete), PVQ, centre="mrat")
    total = sum(found[scale.id] * len(scale.items) for scale in PVQ.scales)
    np.testing.assert_allclose(total, 0.0, atol=1e-9)


@given(ANSWERS, st.permutations(list(PVQ.item_ids)))
def test_the_order_of_columns_does_not_matter(rows, order):
    wide = frame(PVQ, rows)
    pd.testing.assert_frame_equal(score(wide, PVQ), score(wide[order], PVQ))


@given(ANSWERS)
def test_what_is_missing_can_move_a_score_only_within_its_bounds(rows):
    found = score(frame(PVQ, rows), PVQ, bounds=True)
    for scale in PVQ.scales:
        known = found[scale.id].notna()
        assert (found[f"{scale.id}_lowest"] <= found[scale.id] + 1e-12)[known].all()
        assert (found[f"{scale.id}_highest"] >= found[scale.id] - 1e-12)[known].all()


def test_a_scale_with_too_many_missing_has_no_score():
    row = np.full(21, 3.0)
    row[[9, 2]] = np.nan  # one of two, one of three
    found = score(frame(PVQ, [row]), PVQ).iloc[0]
    assert np.isnan(found["HE"])
    assert found["UN"] == 3.0
    assert found["n_missing"] == 2
    nothing = score(frame(PVQ, [np.full(21, np.nan)]), PVQ, centre="mrat").iloc[0]
    assert np.isnan(nothing["MRAT"])


def test_raw_and_centred_scores_say_what_they_are_for():
    wide = frame(PVQ, [np.full(21, 3.0)])
    raw, centred = score(wide, PVQ).attrs, score(wide, PVQ, centre="mrat").attrs
    assert "confirmatory factor analysis" in raw["permits"]
    assert "confirmatory factor analysis" not in centred["permits"]
    assert "correlations" in centred["permits"]
    assert raw["wording"] == "open form, not the official text"


def test_centring_is_refused_where_the_rules_have_none(moods):
    with pytest.raises(DataError, match="no centring 'mrat'"):
        score(frame(moods, [[1] * 6]), moods, centre="mrat")


def test_a_value_the_scale_does_not_have_is_named(moods):
    with pytest.raises(DataError, match=r"row 1: item m2 is 5(\.0)?; expected 1, 2, 3, 4"):
        score(frame(moods, [[1] * 6, [1, 5, 1, 1, 1, 1]]), moods)
    wide = frame(moods, [[1] * 6]).astype(object)
    wide["m1"] = ["often"]
    with pytest.raises(DataError, match="item m1 is often"):
        score(wide, moods)


def test_columns_of_something_else_are_said(moods):
    with pytest.raises(DataError, match=r"no item of moods among the columns \(pvq1\)"):
        score(pd.DataFrame({"pvq1": [1]}), moods)
    with pytest.raises(DataError, match="these are of pvq-21"):
        score(frame(moods, [[1] * 6], instrument="pvq-21"), moods)


def test_design_columns_are_carried_along(moods):
    found = score(frame(moods, [[1] * 6], model="m", occasion=2), moods)
    assert (found["model"].item(), found["occasion"].item()) == ("m", 2)


def test_a_keyed_test_is_tested_against_guessing_item_by_item(words):
    found = score(frame(words, [[2, 4, 1], [2, 1, np.nan]]), words)
    assert found["n_right"].tolist() == [3, 1]
    assert found["n_answered"].tolist() == [3, 2]
    assert found["accuracy"].tolist() == [1.0, 0.5]
    assert found["p_chance"].tolist() == pytest.approx([0.25**3, 1 - 0.75**2])
    assert found["chance"].tolist() == [0.25, 0.25]


def test_thirteen_of_thirty_six_is_not_above_chance_and_fourteen_is():
    chances = np.full(36, 0.25)
    assert _p_chance(13, chances) == pytest.approx(0.092, abs=5e-4)
    assert _p_chance(14, chances) == pytest.approx(0.046, abs=5e-4)


def test_the_test_against_guessing_is_scipys_binomial_where_chances_are_equal():
    from scipy.stats import binomtest

    for k in (0, 5, 14, 36):
        exact = binomtest(k, 36, 0.25, alternative="greater")
        assert _p_chance(k, np.full(36, 0.25)) == pytest.approx(exact.pvalue, abs=1e-12)
        low, high = interval(k, 36)
        both = binomtest(k, 36).proportion_ci(method="exact")
        assert (float(low), float(high)) == pytest.approx((both.low, both.high), abs=1e-10)


def test_leas_items_are_the_higher_of_self_and_other_and_five_only_where_both_differ_at_four():
    """Self counts too: an implementation in circulation tests the other person twice."""
    self_ = np.array([[4.0, 2.0, 4.0, 4.0, np.nan]])
    other = np.array([[4.0, 4.0, 4.0, 1.0, 3.0]])
    distinct = np.array([[1.0, 1.0, 0.0, 1.0, 1.0]])
    total = item_totals(self_, other, distinct)
    np.testing.assert_array_equal(total, [[5.0, 4.0, 4.0, 4.0, np.nan]])


def test_scores_come_from_a_store_of_responses(tmp_path):
    given_ = va.administer("pvq-21", "sim:human", occasions=2, store=tmp_path / "s.db")
    found = va.score(given_, "pvq-21")
    assert len(found) == 2
    assert found[["HE", "BE"]].notna().all().all()
