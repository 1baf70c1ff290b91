"""Simulated power is the power of theory where theory has one, and its size is the level."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binomtest, f, ncf

import valuealign as va
from valuealign.errors import DataError

FORMULA = "rating ~ burden + (1 | vignette)"
SDS = {"vignette": 0.5, "residual": 1.0}


def within(rejected_share, replicates, truth):
    """Whether a share of replicates is a chance result of the truth, at 1 in 1,000."""
    rejected = round(rejected_share * replicates)
    return binomtest(rejected, replicates, truth).pvalue > 0.001


def test_power_within_vignettes_is_that_of_the_paired_f_test():
    """Ten vignettes, two levels, five occasions: the exact F test of balanced data."""
    levels = {"burden": 2, "vignette": 10, "occasion": 5}
    planned = va.mixed_power(FORMULA, levels, effects={"burden[2]": 0.5}, sds=SDS, replicates=200)
    df2 = 100 - 10 - 1
    noncentrality = 0.5**2 / (2 / 50)
    theory = ncf.sf(f.ppf(0.95, 1, df2), 1, df2, noncentrality)
    assert 0.6 < theory < 0.8
    assert within(planned.terms["power"][0], 200, theory)


@pytest.mark.parametrize("vignettes", [4, 40])
def test_a_factor_between_vignettes_has_the_size_of_its_level(vignettes):
    planned = va.mixed_power(
        "rating ~ burden * diagnosis + (1 | vignette)",
        {"burden": 2, "diagnosis": ["a", "b"], "vignette": vignettes, "occasion": 4},
        effects={"diagnosis[b]": 0.0},
        sds=SDS,
        between={"diagnosis": "vignette"},
        replicates=150,
    )
    assert planned.failed == 0
    for share in planned.terms["power"]:
        assert within(share, 150, 0.05)
    for share in planned.coefficients["coverage"]:
        assert within(share, 150, 0.95)


def test_every_size_is_tried_and_the_truth_is_recovered():
    planned = va.mixed_power(
        FORMULA,
        {"burden": ["low", "high"], "vignette": [4, 16], "occasion": 6},
        effects={"intercept": 3.0, "burden[high]": 1.0},
        sds=SDS,
        replicates=60,
    )
    assert planned.terms["vignette"].tolist() == [4, 16]
    assert planned.terms["rows"].tolist() == [48, 192]
    assert planned.terms["power"].is_monotonic_increasing
    for _, row in planned.coefficients.iterrows():
        assert row["mean"] == pytest.approx(row["truth"], abs=4 * 0.5 / np.sqrt(60))


def test_the_same_seed_gives_the_same_power():
    calls = [
        va.mixed_power(
            FORMULA, {"burden": 2, "vignette": 6}, effects={}, sds=SDS, replicates=5, seed=seed
        ).coefficients["mean"][0]
        for seed in (1, 1, 2)
    ]
    assert calls[0] == calls[1] != calls[2]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"levels": {"burden": 2}}, "no 'vignette'"),
        ({"levels": {"burden": 2, "vignette": 0}}, "expected 1 to"),
        ({"levels": {"burden": 2, "vignette": "many"}}, "a number or a list"),
        ({"levels": {"burden": 2, "vignette": 2000, "x": 2000}}, "at most 2,000,000"),
        ({"effects": {"burden": 1.0}}, r"the coefficients are intercept, burden\[2\]"),
        ({"sds": {"vignette": 1.0}}, "expected vignette, residual"),
        ({"sds": {"vignette": -1.0, "residual": 1.0}}, "expected numbers from 0"),
        ({"sds": {"vignette": 1.0, "residual": 0.0}}, "above 0"),
        ({"between": {"diagnosis": "vignette"}}, "not in the fixed part"),
        ({"replicates": 0}, "1 or more"),
    ],
)
def test_what_cannot_be_simulated_is_named(change, message):
    whole = {"levels": {"burden": 2, "vignette": 6}, "effects": {}, "sds": SDS, "replicates": 2}
    with pytest.raises(DataError, match=message):
        va.mixed_power(FORMULA, **(whole | change))
