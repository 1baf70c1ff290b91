"""ROUGE is that of rouge_score, in any script, and its intervals are over units."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import valuealign as va
from valuealign.analysis.overlap.rouge import longest_common, rouge_l, rouge_n, words
from valuealign.errors import DataError, TooFewRows

ORACLE = Path(__file__).parents[2] / "oracle" / "python" / "rouge.json"
PAIRS = json.loads(ORACLE.read_text())["pairs"]


@pytest.mark.parametrize("pair", PAIRS)
def test_scores_are_those_of_rouge_score(pair):
    ours, theirs = words(pair["text"]), words(pair["reference"])
    assert rouge_n(ours, theirs, 1) == pytest.approx(pair["rouge1"], abs=1e-12)
    assert rouge_n(ours, theirs, 2) == pytest.approx(pair["rouge2"], abs=1e-12)
    assert rouge_l(ours, theirs) == pytest.approx(pair["rougeL"], abs=1e-12)


def naive(a, b):
    """Longest common subsequence by the textbook's table."""
    table = [[0] * (len(b) + 1) for _ in range(len(a) + 1)]
    for i, x in enumerate(a):
        for j, y in enumerate(b):
            table[i + 1][j + 1] = (
                table[i][j] + 1 if x == y else max(table[i][j + 1], table[i + 1][j])
            )
    return table[-1][-1]


@given(st.lists(st.sampled_from("abcd")), st.lists(st.sampled_from("abcd")))
def test_the_longest_common_sequence_is_the_tables(a, b):
    assert longest_common(a, b) == naive(a, b) == longest_common(b, a)


@given(st.text(), st.text())
def test_any_two_texts_have_scores_between_zero_and_one(a, b):
    for score in (rouge_n(words(a), words(b), 1), rouge_l(words(a), words(b))):
        assert all(0 <= part <= 1 for part in score)
    if words(a):
        assert rouge_l(words(a), words(a)) == (1.0, 1.0, 1.0)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Müde, schläft schlecht", ["müde", "schläft", "schlecht"]),
        ("она плохо спит", ["она", "плохо", "спит"]),
        ("睡眠不好", ["睡", "眠", "不", "好"]),
        ("3 days_later", ["3", "days", "later"]),
    ],
)
def test_words_of_any_script_count(text, expected):
    assert words(text) == expected


@pytest.fixture
def rows():
    return pd.DataFrame(
        {
            "dialogue": [1, 1, 2, 2, 3, 3],
            "model": ["a", "b"] * 3,
            "summary": ["she sleeps", "x", "lost the job", "lost job", "no pain", "pain"],
            "expert": ["she sleeps badly"] * 2 + ["lost her job"] * 2 + ["no pain"] * 2,
            "second": ["x"] * 2 + [None] * 4,
        }
    )


def test_groups_have_means_over_units_and_the_better_reference_counts(rows):
    one = va.overlap(rows, text="summary", reference="expert", unit="dialogue", by="model")
    two = va.overlap(
        rows, text="summary", reference=["expert", "second"], unit="dialogue", by="model"
    )
    of = [f.table.set_index(["group", "measure"])["f1"] for f in (one, two)]
    assert of[0]["a", "rouge1"] == pytest.approx((0.8 + 2 / 3 + 1) / 3)
    assert of[0]["b", "rouge1"] == pytest.approx((0 + 0.8 + 2 / 3) / 3)
    assert of[1]["b", "rouge1"] == pytest.approx((1 + 0.8 + 2 / 3) / 3)
    assert of[1]["a", "rouge1"] == of[0]["a", "rouge1"]


def test_repetitions_of_a_unit_do_not_narrow_the_interval(rows):
    part = rows[rows["model"] == "a"]
    repeated = pd.concat([part] * 9)
    options = {"text": "summary", "reference": "expert", "unit": "dialogue"}
    once, many = (va.overlap(d, **options).table for d in (part, repeated))
    assert many["ci_lower"].tolist() == pytest.approx(once["ci_lower"].tolist())
    assert many["n_units"].tolist() == [3, 3, 3]


@pytest.mark.parametrize("n", [8, 40])
def test_the_interval_holds_the_planted_mean(n):
    """Each text shares a binomial number of its ten words with the reference."""
    rng = np.random.default_rng(n)
    held = 0
    for _ in range(100):
        shared = rng.binomial(10, 0.4, size=n)
        texts = [" ".join(f"w{k}" if k < s else f"x{k}" for k in range(10)) for s in shared]
        frame = pd.DataFrame({"t": texts, "r": " ".join(f"w{k}" for k in range(10))})
        row = va.overlap(frame, text="t", reference="r").table.iloc[0]
        held += row["ci_lower"] <= 0.4 <= row["ci_upper"]
    assert held >= 88


def test_what_is_left_out_or_empty_is_flagged(rows):
    rows.loc[0, "summary"] = None
    rows.loc[1, "summary"] = "..."
    found = va.overlap(rows, text="summary", reference="expert")
    assert len(found.scores) == 5
    assert any("1 rows without" in flag for flag in found.flags)
    assert any("1 texts have no words" in flag for flag in found.flags)


@pytest.mark.parametrize(("n", "flagged"), [(9, True), (10, False)])
def test_fewer_than_ten_units_are_flagged(n, flagged):
    frame = pd.DataFrame({"t": ["a b", "a c"] * n, "r": "a b"}).head(n)
    found = va.overlap(frame, text="t", reference="r")
    assert any("rests on very little" in flag for flag in found.flags) == flagged


def test_what_cannot_be_compared_is_refused(rows):
    with pytest.raises(DataError, match="expected texts"):
        va.overlap(rows, text="dialogue", reference="expert")
    with pytest.raises(DataError, match="no column 'typo'"):
        va.overlap(rows, text="summary", reference="typo")
    with pytest.raises(DataError, match="names no column"):
        va.overlap(rows, text="summary", reference=[])
    with pytest.raises(TooFewRows, match="at least two"):
        va.overlap(rows.head(1), text="summary", reference="expert")
