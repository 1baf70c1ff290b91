"""Scores on both sides of the share that may be missing, of chance and of an interval's ends."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import valuealign as va
from valuealign.scoring.accuracy import _p_chance, interval
from valuealign.scoring.means import composite_scores, scale_scores

NAN = np.nan


def scoring_of(instrument, *, max_share=None, **scoring):
    """The instrument under another scoring rule."""
    if max_share is not None:
        share = {"max_share": max_share}
        scoring["missing"] = instrument.scoring.missing.model_copy(update=share)
    return instrument.model_copy(update={"scoring": instrument.scoring.model_copy(update=scoring)})


def cheer(row, instrument):
    return float(scale_scores(np.array([row], dtype=float), instrument)["CHEER"][0])


@pytest.mark.parametrize(
    ("share", "scored"), [(0.0, False), (0.33, False), (1 / 3, True), (0.34, True), (1.0, True)]
)
def test_a_scale_is_scored_until_more_than_its_share_is_missing(moods, share, scored):
    rule = scoring_of(moods, max_share=share)
    found = cheer([4, 2, NAN, 1, 1, 1], rule)
    assert found == 3.0 if scored else np.isnan(found)
    assert cheer([4, 2, 1, NAN, NAN, NAN], rule) == pytest.approx(10 / 3)


def test_a_scale_of_which_nothing_is_answered_has_no_score_whatever_the_rule(moods):
    assert np.isnan(cheer([NAN] * 3 + [1] * 3, scoring_of(moods, max_share=1.0)))
    assert cheer([4, NAN, NAN, 1, 1, 1], scoring_of(moods, max_share=1.0)) == 4.0


def test_a_sum_is_prorated_and_a_composite_is_a_sum_of_sums_or_a_mean_of_means(moods):
    rows = np.array([[4, 2, NAN, 1, 1, 4], [4, 2, 4, 1, NAN, NAN]], dtype=float)
    summed, meaned = scoring_of(moods, method="sum"), scoring_of(moods, method="mean")
    sums, means = scale_scores(rows, summed), scale_scores(rows, meaned)
    assert sums["CHEER"].tolist() == [9.0, 7.0]
    assert means["CHEER"].tolist() == [3.0, pytest.approx(7 / 3)]
    assert composite_scores(sums, summed)["MOOD"].tolist()[0] == 15.0
    assert composite_scores(means, meaned)["MOOD"].tolist()[0] == 2.5
    assert np.isnan(composite_scores(sums, summed)["MOOD"][1])
    assert np.isnan(composite_scores(means, meaned)["MOOD"][1])


def test_only_an_item_keyed_the_other_way_is_turned(moods):
    assert cheer([1, 1, 1, 1, 1, 1], moods) == 2.0
    assert cheer([1, 1, 4, 1, 1, 1], moods) == 1.0


def of_words(rows, words, **scoring):
    frame = pd.DataFrame(rows, columns=list(words.item_ids), dtype=float)
    return va.score(frame, scoring_of(words, **scoring))


@pytest.mark.parametrize(
    ("share", "scored"), [(0.33, False), (1 / 3, True), (0.5, True), (1.0, True)]
)
def test_a_keyed_scale_is_scored_until_more_than_its_share_is_missing(words, share, scored):
    found = of_words([[2, 1, NAN]], words, max_share=share)["WORDS"].item()
    assert found == 0.5 if scored else np.isnan(found)


def test_each_administration_is_scored_for_its_own_missing_answers(words):
    found = of_words([[2, 1, NAN], [NAN, NAN, NAN], [2, 4, 1]], words, max_share=0.34)["WORDS"]
    assert found[[0, 2]].tolist() == [0.5, 1.0]
    assert np.isnan(found[1])


def test_an_administration_without_answers_has_no_accuracy_and_no_test(words):
    found = of_words([[NAN] * 3, [2, 4, NAN]], words, max_share=1.0)
    nothing, two = found.iloc[0], found.iloc[1]
    assert (nothing["n_right"], nothing["n_answered"], nothing["n_missing"]) == (0, 0, 3)
    names = ["accuracy", "accuracy_lower", "accuracy_upper", "chance", "p_chance", "WORDS"]
    assert nothing[names].isna().all()
    assert (two["n_right"], two["n_answered"], two["n_missing"]) == (2, 2, 1)
    assert (two["accuracy"], two["chance"], two["WORDS"]) == (1.0, 0.25, 1.0)
    assert two["p_chance"] == pytest.approx(0.0625)


def test_chance_is_that_of_the_items_that_were_answered(words):
    first = words.items[0]
    shorter = first.model_copy(update={"options": first.options[:2]})
    mixed = words.model_copy(update={"items": (shorter, *words.items[1:])})
    found = of_words([[2, NAN, NAN], [NAN, 4, NAN], [2, 4, 2]], mixed)
    assert found["chance"].tolist() == pytest.approx([0.5, 0.25, 1 / 3])
    assert found["p_chance"].tolist() == pytest.approx([0.5, 0.25, 0.5 * 0.4375 + 0.5 * 0.0625])


def test_a_probability_is_at_most_one_whatever_its_sum_is_rounded_to():
    assert _p_chance(0, np.full(2, 0.2)) == 1.0


def test_the_interval_reaches_the_ends_only_where_all_or_nothing_is_right():
    low, high = interval([0, 1, 9, 10, 0], [10, 10, 10, 10, 0])
    assert low[0] == 0.0
    assert 0 < low[1] < 0.1 < high[1] < 1
    assert 0 < low[2] < 0.9 < high[2] < 1
    assert high[3] == 1.0
    assert np.isnan([low[4], high[4]]).all()
    assert (float(low[3]), float(high[0])) == pytest.approx((0.025**0.1, 1 - 0.025**0.1))
    narrow, wide = interval(5, 10, level=0.5), interval(5, 10)
    assert wide[0] < narrow[0] < narrow[1] < wide[1]
    assert interval(1, 1)[1] == 1.0
    assert float(interval(1, 1)[0]) == pytest.approx(0.025)
    assert float(interval(0, 1)[1]) == pytest.approx(0.975)
