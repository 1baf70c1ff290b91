"""Overlap, intervals and the key: what is known by heart, against what chance would give."""

from __future__ import annotations

import numpy as np
import pytest

from valuealign.analysis.validity.recall import key_recall, mean_interval, overlap
from valuealign.errors import DataError


def test_a_verbatim_half_is_one_and_a_long_reply_is_not_rewarded():
    assert overlap("to own things", "to own things") == 1
    assert overlap("They want to own things.", "to own things", head="They want") == 1
    babble = "well then I would say that they want to own things"
    assert overlap(babble, "to own things") == 0
    with pytest.raises(DataError, match="no word is missing"):
        overlap("a", " . ")


def test_the_interval_is_the_t_test_s():
    from scipy.stats import ttest_1samp

    x = np.random.default_rng(1).random(12)
    expected = ttest_1samp(x, 0).confidence_interval()
    assert mean_interval(x)[1:] == pytest.approx((expected.low, expected.high), abs=1e-12)
    assert np.isnan(mean_interval([])[0])
    assert np.isnan(mean_interval([1.0])[1])


def test_always_naming_the_commonest_value_is_no_recall():
    """Three of ten items are of one value: 30 % right, and exactly as much by chance."""
    key = list("aaabcdefgh")
    found = key_recall(["a"] * 10, key)
    assert found["right"] == found["chance"] == 0.3
    assert found["pvalue"] == 1


def test_the_p_value_keeps_its_level():
    """Of answers drawn without regard to the key, no more than about 5 % are called recall."""
    rng = np.random.default_rng(1)
    key = rng.integers(4, size=24).tolist()
    called = [
        key_recall(rng.integers(4, size=24).tolist(), key, draws=199, seed=k)["pvalue"] <= 0.05
        for k in range(300)
    ]
    assert np.mean(called) <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 300)


def test_no_answer_is_wrong():
    assert key_recall([None, None], ["a", "b"])["right"] == 0
    with pytest.raises(DataError, match="as many"):
        key_recall(["a"], ["a", "b"])
