"""Agreement is that of irrCAC, krippendorff and psych, and its intervals hold the truth."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import valuealign as va
from valuealign.errors import DataError, TooFewRows

ORACLE = Path(__file__).parents[2] / "oracle"
PYTHON = json.loads((ORACLE / "python" / "agreement.json").read_text())
PSYCH = json.loads((ORACLE / "psych" / "agreement.json").read_text())
SCALE = [1, 2, 3, 4, 5]
PUBLISHED = pd.DataFrame(
    {
        "A": [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None],
        "B": [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3],
        "C": [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None],
        "D": [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None],
    }
)
"""The worked example of Krippendorff (2011), Computing Krippendorff's alpha-reliability, part C."""


@pytest.fixture(scope="module")
def ratings():
    return pd.read_csv(ORACLE / "data" / "agreement.csv", index_col="unit")


def values(found):
    return found.table.set_index("coefficient")["value"]


@pytest.mark.parametrize(
    ("kind", "alpha"),
    [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849), ("ratio", 0.797)],
)
def test_alpha_is_that_of_krippendorffs_published_example(kind, alpha):
    assert values(va.agreement(PUBLISHED, kind=kind))["krippendorff"] == pytest.approx(
        alpha, abs=5e-4
    )


@pytest.mark.parametrize("kind", ["nominal", "ordinal", "interval", "ratio"])
def test_alpha_is_the_krippendorff_packages(ratings, kind):
    found = values(va.agreement(ratings, kind=kind))
    assert found["krippendorff"] == pytest.approx(PYTHON["krippendorff"][kind], abs=1e-9)


def test_fleiss_and_gwet_are_irrcacs(ratings):
    nominal = values(va.agreement(ratings, categories=SCALE))
    ordinal = values(va.agreement(ratings, kind="ordinal", categories=SCALE))
    assert nominal["fleiss"] == pytest.approx(PYTHON["nominal"]["fleiss"], abs=1e-9)
    assert nominal["gwet_ac1"] == pytest.approx(PYTHON["nominal"]["gwet"], abs=1e-9)
    assert nominal["percent"] == pytest.approx(PYTHON["nominal"]["percent"], abs=1e-9)
    assert ordinal["fleiss_weighted"] == pytest.approx(PYTHON["ordinal"]["fleiss"], abs=1e-9)
    assert ordinal["gwet_ac2"] == pytest.approx(PYTHON["ordinal"]["gwet"], abs=1e-9)


@pytest.mark.parametrize("pair", ["ab", "cd"])
def test_cohens_kappas_are_psychs(ratings, pair):
    found = va.agreement(ratings[list(pair)], kind="ordinal", categories=SCALE)
    expected = PSYCH[pair]
    assert found.pairs["n"][0] == expected["n"]
    for ours, theirs in {"": "kappa", "_linear": "linear", "_quadratic": "quadratic"}.items():
        assert values(found)[f"cohen{ours}"] == pytest.approx(expected[theirs], abs=1e-9)
        assert found.pairs[f"kappa{ours}"][0] == pytest.approx(expected[theirs], abs=1e-9)


def test_intraclass_correlations_are_psychs_of_complete_units(ratings):
    table = va.agreement(ratings, kind="interval").table.set_index("coefficient")
    for k, name in enumerate(["icc2", "icc2k"]):
        assert table.loc[name, "value"] == pytest.approx(PSYCH["icc"]["ICC"][k], abs=1e-9)
        assert table.loc[name, "ci_upper"] == pytest.approx(
            PSYCH["icc"]["upper bound"][k], abs=1e-6
        )


def test_a_long_frame_gives_what_a_wide_one_gives(ratings):
    long = ratings.reset_index().melt("unit", var_name="judge", value_name="level")
    long = long.assign(scene=long["unit"].str[:2], rest=long["unit"].str[2:])
    wide = va.agreement(ratings, kind="ordinal").table
    for unit in ("unit", ["scene", "rest"]):
        found = va.agreement(long, kind="ordinal", unit=unit, rater="judge", value="level")
        pd.testing.assert_frame_equal(found.table, wide)


def test_the_order_of_units_raters_and_names_of_categories_changes_nothing(ratings):
    base = values(va.agreement(ratings))
    shuffled = ratings.sample(frac=1, random_state=2)[list("dbca")]
    assert values(va.agreement(shuffled)).to_numpy() == pytest.approx(base.to_numpy())
    words = ratings.replace({1.0: "e", 2.0: "b", 3.0: "a", 4.0: "d", 5.0: "c"}).astype(object)
    assert values(va.agreement(words)).to_numpy() == pytest.approx(base.to_numpy())


def test_alpha_of_measurements_does_not_depend_on_their_unit(ratings):
    base = values(va.agreement(ratings, kind="interval"))["krippendorff"]
    moved = values(va.agreement(ratings * 1e-3 + 1e6, kind="interval"))["krippendorff"]
    assert moved == pytest.approx(base, abs=1e-6)


def test_categories_that_do_not_occur_count_for_gwet(ratings):
    more = values(va.agreement(ratings, categories=[*SCALE, 6, 7]))
    assert more["gwet_ac1"] > values(va.agreement(ratings))["gwet_ac1"]
    assert more["fleiss"] == pytest.approx(values(va.agreement(ratings))["fleiss"])
    with pytest.raises(DataError, match=r"rating '1\.0' is not in categories"):
        va.agreement(ratings, categories=[2, 3, 4, 5])


def simulated(rng, n, raters=3, share=0.7):
    truth = rng.normal(size=(n, 1)) * share**0.5
    return pd.DataFrame(truth + rng.normal(size=(n, raters)) * (1 - share) ** 0.5)


@pytest.mark.parametrize("n", [8, 40])
def test_the_interval_over_units_holds_the_planted_alpha(n):
    """Alpha of measurements is the share of the units' variance, .7 here."""
    rng = np.random.default_rng(4)
    held = 0
    for _ in range(150):
        row = va.agreement(simulated(rng, n), kind="interval").table.iloc[0]
        held += row["ci_lower"] <= 0.7 <= row["ci_upper"]
    assert held >= 150 * 0.88


def test_raters_who_guess_do_not_agree_beyond_chance():
    rng = np.random.default_rng(3)
    guesses = pd.DataFrame(rng.integers(0, 3, size=(400, 4)))
    table = va.agreement(guesses).table.set_index("coefficient")
    for name in ("krippendorff", "fleiss", "gwet_ac1"):
        assert table.loc[name, "ci_lower"] < 0 < table.loc[name, "ci_upper"], name
    assert table.loc["percent", "value"] == pytest.approx(1 / 3, abs=0.03)


def test_a_bootstrap_has_the_same_values_and_is_seeded(ratings):
    found = [va.agreement(ratings, bootstrap=50, seed=s).table for s in (1, 1, 2)]
    assert found[0]["value"].tolist() == va.agreement(ratings).table["value"].tolist()
    assert found[0]["ci_lower"].tolist() == found[1]["ci_lower"].tolist()
    assert found[0]["ci_lower"].tolist() != found[2]["ci_lower"].tolist()


@pytest.mark.parametrize(("n", "flagged"), [(9, True), (10, False)])
def test_fewer_than_ten_units_are_flagged(n, flagged):
    found = va.agreement(simulated(np.random.default_rng(1), n), kind="interval")
    assert any("intervals are too narrow" in flag for flag in found.flags) == flagged


def test_what_says_nothing_of_agreement_is_counted(ratings):
    found = va.agreement(ratings)
    assert (found.n_units, found.n_raters) == (29, 4)
    assert any("2 units have one rating" in flag for flag in found.flags)
    assert any("1 units without a rating" in flag for flag in found.flags)


def test_data_without_agreement_to_measure_are_refused(ratings):
    long = ratings.reset_index().melt("unit", var_name="judge")
    cases = [
        (lambda: va.agreement(ratings[["a"]]), DataError, "at least two"),
        (lambda: va.agreement(ratings * 0 + 1), DataError, "every rating is"),
        (lambda: va.agreement(ratings.iloc[5:8]), TooFewRows, "at least two such units"),
        (lambda: va.agreement(long, unit="unit"), DataError, "both unit= and rater="),
        (
            lambda: va.agreement(pd.concat([long, long]), unit="unit", rater="judge"),
            DataError,
            "more than once",
        ),
        (lambda: va.agreement(ratings.astype(str), kind="ordinal"), DataError, "is not numeric"),
        (lambda: va.agreement(ratings - 3, kind="ratio"), DataError, "below zero"),
    ]
    for call, error, message in cases:
        with pytest.raises(error, match=message):
            call()
