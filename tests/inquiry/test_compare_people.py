"""People beside people: their scale moments, clones of them, and differences planted in them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from drawn_people import DE, PVQ, as_population, people_like, shifted

import valuealign as va
from valuealign.inquiry.comparison.people import people_of


def test_scale_moments_of_people_are_those_of_their_rows():
    rows = people_like(400, seed=1).round().clip(1, 6)
    mine = people_of(as_population(rows), PVQ)
    for kind, centre in ((mine.raw, None), (mine.centred, "mrat")):
        scores = va.score(rows, PVQ, centre=centre)[list(kind.names)]
        np.testing.assert_allclose(kind.mean, scores.mean(), atol=1e-10)
        np.testing.assert_allclose(kind.covariance, scores.cov(), atol=1e-10)


def test_keyed_items_are_turned_in_moments_as_in_rows():
    bfi = va.load_instrument("ipip-bfi-25")
    people = va.load_population("bfi25-sapa")
    rows = people_like(300, seed=2, population=people).round().clip(1, 6)
    update = {
        "mean": tuple(rows.mean()),
        "n_complete": 300,
        "frequencies": {},
        "covariance": tuple(map(tuple, rows.cov().to_numpy())),
    }
    drawn = replace(people, source=people.source.model_copy(update=update), tables=None)
    mine = people_of(replace(drawn, gammas=None), bfi)
    scores = va.score(rows, bfi)[list(mine.raw.names)]
    np.testing.assert_allclose(mine.raw.mean, scores.mean(), atol=1e-10)
    np.testing.assert_allclose(mine.raw.covariance, scores.cov(), atol=1e-10)
    assert mine.centred is None


def test_the_published_german_figures_come_back():
    """PVQ-RR centred means of 749 attentive Germans, recomputed from open rows (norms file)."""
    norms = va.load_norms("pvqrr-de-2022-scales").of("centred mean")
    sample = people_of(va.load_population("pvqrr-de-2022-attentive"), va.load_instrument("pvq-rr"))
    mine = dict(zip(sample.centred.names, sample.centred.mean, strict=True))
    for scale, mean in norms["mean"].items():
        assert mine[scale] == pytest.approx(mean, abs=0.03)


def test_a_clone_of_people_is_equivalent_and_hardly_ever_different():
    different = equivalent = 0
    for seed in range(10):
        clone = as_population(people_like(4000, seed=seed))
        table = va.compare(clone, DE, draws=10, among=()).scales.query("centred")
        different += int((table["standing"] == "different").sum())
        equivalent += int((table["standing"] == "equivalent").sum())
    assert equivalent / 100 > 0.95
    assert different == 0


def test_a_planted_difference_comes_back_where_it_was_planted():
    found = va.compare(as_population(people_like(4000, seed=3, mean=shifted("HE", 0.5))), DE)
    table = found.scales.query("centred").set_index("scale")
    assert table.loc["HE", "difference"] == pytest.approx(0.5, abs=0.05)
    assert table.loc["HE", "difference_ci_lower"] < 0.5 < table.loc["HE", "difference_ci_upper"]
    assert table.loc["HE", "standing"] == "different"
    assert (table.drop("HE")["standing"] == "equivalent").all()


def test_no_more_differences_are_significant_than_the_rate_allows():
    """50 pairs of clones of 500: adjusted over ten scales, one in twenty has a significant one."""
    rate = 0
    for seed in range(50):
        clone = as_population(people_like(500, seed=seed + 10_000))
        table = va.compare(
            clone, as_population(people_like(500, seed=seed + 20_000), "b"), draws=10, among=()
        ).scales.query("centred")
        rate += int((table["pvalue_fdr"] < 0.05).any())
    assert rate <= 7
