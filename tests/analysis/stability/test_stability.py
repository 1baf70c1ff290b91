"""Stability recovers planted variant effects and flips, and chance is told from variants."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import valuealign as va
from valuealign.errors import DataError, TooFewRows


def measure(found, name, respondent=""):
    table = found.table[found.table["respondent"] == respondent].set_index("measure")
    return table.loc[name]


def simulated(seed=1, units=40, variants=8, repeats=3, sd_variant=0.5, sd_both=0.4, sd=0.6):
    """Ratings with planted variances of units (1), variants, their interaction, and answers."""
    rng = np.random.default_rng(seed)
    u, v, _ = (a.ravel() for a in np.meshgrid(range(units), range(variants), range(repeats)))
    value = (
        rng.normal(size=units)[u]
        + sd_variant * rng.normal(size=variants)[v]
        + sd_both * rng.normal(size=(units, variants))[u, v]
        + sd * rng.normal(size=len(u))
    )
    names = np.array([f"wording {k}" for k in range(variants)])
    return pd.DataFrame({"vignette": u, "wording": names[v], "value": value})


def asked(data, **options):
    return va.stability(data, unit="vignette", variant="wording", **options)


def test_planted_shares_of_variance_come_back():
    found = asked(simulated(units=80, variants=40))
    total = 1 + 0.25 + 0.16 + 0.36
    assert measure(found, "variant_share")["value"] == pytest.approx(0.25 / total, abs=0.05)
    assert measure(found, "unit_variant_share")["value"] == pytest.approx(0.16 / total, abs=0.02)


def test_shares_are_those_of_the_mixed_model():
    data = simulated()
    fit = va.mixed("value", data, random=["vignette", "wording", "vignette:wording"])
    share = fit.random.set_index("term")["share"]
    assert measure(asked(data), "variant_share")["value"] == pytest.approx(share["wording"])


def test_a_variant_that_changes_nothing_flips_only_by_chance():
    noise = asked(simulated(sd_variant=0, sd_both=0), threshold=0)
    effect = asked(simulated(sd_variant=1.0), threshold=0)
    excess = measure(noise, "disagreement_excess")
    assert excess["ci_lower"] <= 0 <= excess["ci_upper"]
    assert measure(noise, "flips")["value"] > 0.2
    assert measure(effect, "disagreement_excess")["ci_lower"] > 0
    assert not any("flips by chance" in flag for flag in noise.flags)


def test_disagreement_is_the_share_of_pairs_that_differ():
    data = pd.DataFrame(
        {
            "vignette": [1, 1, 1, 1, 2, 2, 2, 2],
            "wording": ["a", "a", "b", "b"] * 2,
            "value": ["yes", "yes", "no", "yes", "no", "no", "no", "no"],
        }
    )
    found = asked(data)
    # Vignette 1: of four pairs between wordings two differ, of two within wordings one.
    assert measure(found, "disagreement")["value"] == pytest.approx(0.25)
    assert measure(found, "disagreement_repeated")["value"] == pytest.approx(0.25)
    assert measure(found, "disagreement_excess")["value"] == pytest.approx(0.0)


def exact(**columns):
    frame = pd.DataFrame({"vignette": np.repeat(range(4), 3), "wording": ["a", "b", "c"] * 4})
    return frame.assign(**columns)


def test_ranges_flips_and_the_worst_case_are_counted():
    data = exact(
        value=[1, 2, 5, 4, 4, 4, 3, 3, 2, 5, 1, 5], truth=[1] * 3 + [5] * 3 + [1] * 3 + [5] * 3
    )
    found = asked(data, threshold=3, truth="truth")
    assert measure(found, "mean_range")["value"] == pytest.approx((4 + 0 + 1 + 4) / 4)
    assert measure(found, "largest_range")["value"] == 4
    assert found.units["flips"].tolist() == [True, False, True, True]
    assert measure(found, "flips")["value"] == 0.75
    # Right (threshold 3): 1 1 0 | 1 1 1 | 0 0 1 | 1 0 1
    assert measure(found, "accuracy")["value"] == pytest.approx(8 / 12)
    assert measure(found, "best_variant")["value"] == 0.75
    assert measure(found, "worst_variant")["value"] == 0.5
    assert measure(found, "worst_case")["value"] == 0.25
    assert found.units["always_right"].tolist() == [False, True, False, False]


@pytest.mark.parametrize(("value", "flips"), [(3.0, False), (2.999, True)])
def test_a_value_at_the_threshold_is_on_its_upper_side(value, flips):
    data = exact(value=[value, 4, 5] + [4] * 9)
    assert asked(data, threshold=3).units["flips"][0] == flips


def test_variants_are_compared_with_the_reference_over_the_same_units():
    data = exact(value=[1, 2, 5, 4, 4, 4, 3, 3, 2, 5, 1, 5])
    found = asked(data, threshold=3, reference="c").variants.set_index("variant")
    differences = np.array([1 - 5, 0, 3 - 2, 0])
    assert found.loc["a", "difference"] == pytest.approx(differences.mean())
    half = 3.182446 * differences.std(ddof=1) / 2
    assert found.loc["a", "ci_upper"] == pytest.approx(differences.mean() + half, abs=1e-5)
    assert found.loc["c", "difference"] == 0
    assert found.loc["a", "flips"] == 0.5
    assert found["mean"].is_monotonic_increasing


def test_several_columns_make_every_configuration_a_variant():
    data = simulated().assign(temperature=lambda d: np.arange(len(d)) % 2)
    found = va.stability(data, unit="vignette", variant=["wording", "temperature"])
    assert len(found.variants) == 16
    assert found.reference == "wording 0 / 0"


def test_respondents_have_results_of_their_own():
    calm = simulated(sd_variant=0, sd_both=0).assign(model="calm")
    moved = simulated(sd_variant=1.5).assign(model="moved")
    found = asked(pd.concat([calm, moved]), by="model")
    ranges = [measure(found, "mean_range", name)["value"] for name in ("calm", "moved")]
    assert ranges[0] < 0.6 * ranges[1]


@pytest.mark.parametrize("units", [8, 40])
def test_the_interval_of_excess_disagreement_holds_zero_without_an_effect(units):
    held = 0
    for seed in range(80):
        data = simulated(seed, units=units, variants=4, repeats=2, sd_variant=0, sd_both=0)
        row = measure(asked(data, threshold=0), "disagreement_excess")
        held += row["ci_lower"] <= 0 <= row["ci_upper"]
    assert held >= 80 * 0.85


def test_what_is_doubtful_is_flagged():
    found = asked(exact(value=range(12)).iloc[1:], threshold=3)
    assert any("1 combinations" in flag for flag in found.flags)
    assert any("4 units" in flag for flag in found.flags)
    assert any("no repeated answers" in flag for flag in found.flags)


@pytest.mark.parametrize(("units", "flagged"), [(9, True), (10, False)])
def test_fewer_than_ten_units_are_flagged(units, flagged):
    found = asked(simulated(units=units))
    assert any("rest on very little" in flag for flag in found.flags) == flagged


def test_what_has_no_stability_is_refused():
    data = exact(value=range(12), text="yes")
    cases = [
        (lambda: asked(data[data["wording"] == "a"]), DataError, "one variant"),
        (lambda: asked(data, reference="z"), DataError, "the variants are a, b, c"),
        (lambda: asked(data, value="text", threshold=1), DataError, "needs numbers"),
        (lambda: asked(data.iloc[[0, 4, 8]]), TooFewRows, "at least two"),
        (lambda: asked(data.assign(value=np.nan)), DataError, "no row has"),
    ]
    for call, error, message in cases:
        with pytest.raises(error, match=message):
            call()
