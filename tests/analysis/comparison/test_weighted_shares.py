"""Weighted and clustered shares equal R's; intervals cover; distances have honest intervals."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from valuealign.analysis.comparison.distance_interval import distances_from_people
from valuealign.analysis.comparison.weighted_shares import (
    clustered_variance,
    kish,
    share_interval,
    weighted_variance,
)
from valuealign.errors import DataError

R = json.loads((Path(__file__).parents[2] / "oracle/stats/weighted_shares.json").read_text())
PEOPLE = np.array([0.016, 0.014, 0.449, 0.521])


def test_the_variance_of_weighted_shares_equals_that_of_rows_in_r():
    p, V = weighted_variance(R["weighted"], R["squared"], n=R["n"])
    assert p == pytest.approx(R["shares"], abs=1e-12)
    assert np.array(R["covariance"]) == pytest.approx(V, abs=1e-12)


def test_the_variance_over_clusters_equals_that_of_rows_in_r():
    _, V = clustered_variance(R["clusters"])
    assert np.array(R["clustered_covariance"]) == pytest.approx(V, abs=1e-12)


def test_intervals_of_weighted_and_of_clustered_shares_equal_r():
    p, V = weighted_variance(R["weighted"], R["squared"], n=R["n"])
    for k, expected in enumerate(R["interval"]):
        ends = share_interval(p[k], V[k, k], n=60, df=59, fewest=kish(R["weighted"], R["squared"]))
        assert ends == pytest.approx(expected, abs=1e-10)
    p, V = clustered_variance(R["clusters"])
    for k, expected in enumerate(R["clustered_interval"]):
        ends = share_interval(p[k], V[k, k], n=60, df=5, fewest=6)
        assert ends == pytest.approx(expected, abs=1e-10)


def test_equal_weights_give_the_variance_of_a_plain_share():
    _, V = weighted_variance([30, 70], [30, 70], n=100)
    assert V[0, 0] == pytest.approx(0.3 * 0.7 / 99)
    assert kish([30, 70], [30, 70]) == 100


def test_a_share_of_one_is_not_certain_and_counts_texts_not_answers():
    p, V = clustered_variance([[10, 0]] * 8)
    low, high = share_interval(p[0], V[0, 0], n=80, df=7, fewest=8)
    assert (round(low, 3), high) == (0.631, 1.0)  # Clopper and Pearson, 8 of 8
    low, high = share_interval(p[1], V[1, 1], n=80, df=7, fewest=8)
    assert (low, round(high, 3)) == (0.0, 0.369)


def test_one_cluster_has_a_share_and_no_interval():
    p, V = clustered_variance([[3, 1]])
    assert p.tolist() == [0.75, 0.25]
    assert np.isnan(share_interval(p[0], V[0, 0], n=4, df=0, fewest=1)).all()
    first = distances_from_people([[3, 1]], [5, 5], [5, 5], codes=[1, 2], draws=10, seed=1)[0]
    assert first.value == pytest.approx(0.25)
    assert np.isnan([first.ci_lower, first.ci_upper]).all()


def test_clusters_without_an_answer_do_not_count():
    with_empty = clustered_variance([[3, 1], [0, 0], [1, 3]])[1]
    assert with_empty == pytest.approx(clustered_variance([[3, 1], [1, 3]])[1])


@pytest.mark.parametrize(
    "call",
    [
        lambda: weighted_variance([1, 0], [1, 0], n=1),
        lambda: clustered_variance([[0, 0]]),
        lambda: distances_from_people([[0, 0]], [1, 1], [1, 1], codes=[1, 2], draws=9, seed=1),
    ],
)
def test_no_people_or_no_answer_is_an_error(call):
    with pytest.raises(DataError):
        call()


def drawn(rng, p, texts=8, answers=10):
    """Counts by text, the texts differing a little; and weighted people from their own shares."""
    counts = [rng.multinomial(answers, rng.dirichlet(p * 30)) for _ in range(texts)]
    w = rng.choice([0.47, 0.94, 1.9], 220, p=[0.4, 0.45, 0.15])
    code = rng.choice(4, 220, p=PEOPLE)
    return counts, np.bincount(code, w, 4), np.bincount(code, w**2, 4)


def test_the_interval_of_a_distance_covers_it_and_tells_near_from_far():
    rng = np.random.default_rng(2)
    far, hits, above, below = np.array([0.3, 0.4, 0.2, 0.1]), 0, 0, 0
    for k in range(60):
        counts, w, q = drawn(rng, far)
        first = distances_from_people(counts, w, q, codes=[1, 2, 3, 4], draws=200, seed=k)[0]
        hits += first.ci_lower <= np.abs(far - PEOPLE).sum() / 2 <= first.ci_upper
        above += first.ci_lower > 0.1
        counts, w, q = drawn(rng, PEOPLE)
        same = distances_from_people(counts, w, q, codes=[1, 2, 3, 4], draws=200, seed=k)[0]
        below += same.ci_upper < 0.25
        assert same.by_chance == pytest.approx(0.07, abs=0.03)
    assert hits / 60 > 0.85  # .95 with 400 samples: benchmarks/README.md
    assert above == 60
    assert below / 60 > 0.9
