"""A planted difference between women and men comes back; where there is none, none is found."""

from __future__ import annotations

import numpy as np
import pytest

import valuealign as va
from valuealign.analysis.comparison.group_profile import group_profile
from valuealign.errors import DataError, TooFewRows
from valuealign.inquiry.comparison.people import people_of

SEXES = {"female": "pvq21-de-ess9-women", "male": "pvq21-de-ess9-men"}
AGES = {
    "15-34": "pvq21-de-ess9-age15-34",
    "35-54": "pvq21-de-ess9-age35-54",
    "55-120": "pvq21-de-ess9-age55-120",
}
MARGINS = {
    "sex": {"female": 0.5, "male": 0.5},
    "age": {"15-34": 0.34, "35-54": 0.33, "55-85": 0.33},
    "occupation": {f"trade {k}": 1 / 1000 for k in range(1000)},  # so that no two are one person
}
PVQ = va.load_instrument("pvq-21")


@pytest.fixture(scope="module")
def given(tmp_path_factory):
    """Six hundred simulated persons that differ as people do, and as many that do not."""
    store = tmp_path_factory.mktemp("groups") / "a.db"
    who = va.sample_personas(MARGINS, 600, seed=4)
    models = ["sim:demographic", "sim:human"]
    return va.administer(PVQ, models, personas=who, store=store, forms="context=whole")


def test_a_planted_sex_difference_comes_back_and_its_absence_too(given):
    found = va.group_differences(given, PVQ, by="sex", people=SEXES)
    row = found.profiles.set_index("model")
    like, blind = row.loc["sim:demographic"], row.loc["sim:human"]
    assert like["sensitivity_ci_lower"] < 1 < like["sensitivity_ci_upper"]
    assert like["sensitivity_ci_lower"] > 0.3
    assert like["correlation"] > 0.7
    assert like["sign_agreement"] >= 0.7
    assert blind["sensitivity_ci_lower"] < 0 < blind["sensitivity_ci_upper"]
    assert blind["sensitivity_ci_upper"] < 0.8
    assert like[["n_first", "n_second", "n_scales"]].tolist() == [300, 300, 10]


def test_the_people_beside_are_the_difference_of_their_own_scale_scores(given):
    found = va.group_differences(given, PVQ, by="sex", people=SEXES, draws=50)
    women, men = (people_of(va.load_population(SEXES[s]), PVQ) for s in SEXES)
    variance = [np.diag(p.centred.covariance) for p in (women, men)]
    n = (women.centred.n, men.centred.n)
    sd = np.sqrt(((n[0] - 1) * variance[0] + (n[1] - 1) * variance[1]) / (sum(n) - 2))
    expected = (women.centred.mean - men.centred.mean) / sd
    mine = found.scales[found.scales["model"] == "sim:human"]
    assert np.allclose(mine["people"], expected)
    assert mine["scale"].tolist() == [scale.id for scale in PVQ.scales]
    at = mine.set_index("scale")["people"]
    assert at["BE"] > 0 > at["PO"]  # women higher on benevolence, men on power, in Germany


def test_ages_are_put_in_their_ranges_and_each_pair_is_a_contrast(given):
    found = va.group_differences(given, PVQ, by="age", people=AGES, draws=200)
    mine = found.profiles[found.profiles["model"] == "sim:demographic"].set_index("contrast")
    assert list(mine.index) == ["15-34 - 35-54", "15-34 - 55-120", "35-54 - 55-120"]
    far = mine.loc["15-34 - 55-120"]
    assert far["sensitivity_ci_lower"] < 1 < far["sensitivity_ci_upper"]
    assert far["correlation"] > 0.9
    assert found.flags == {}  # no two personas alike, and both sexes in every group
    assert "the model and its forms are held fixed" in found.description
    assert "centred" in found.description


def test_the_interval_covers_the_planted_difference_about_as_often_as_it_says(given):
    """Of ten scales of known difference, not more than two intervals of 95 % may miss."""
    found = va.group_differences(given, PVQ, by="sex", people=SEXES)
    mine = found.scales[found.scales["model"] == "sim:demographic"]
    covered = (mine["model_ci_lower"] < mine["people"]) & (mine["people"] < mine["model_ci_upper"])
    assert covered.sum() >= 8


def test_a_caricature_is_above_one_and_a_reversal_below_none():
    women, men = (people_of(va.load_population(SEXES[s]), PVQ).centred for s in SEXES)
    rng = np.random.default_rng(7)
    gap = women.mean - men.mean
    noise = [rng.normal(scale=0.6, size=(400, 10)) for _ in range(2)]
    strong = group_profile((noise[0] + 3 * gap, noise[1]), (women, men))
    assert strong.numbers["sensitivity_ci_lower"] > 1.5
    assert (strong.table["standing"] == "larger than in people").sum() >= 2
    turned = group_profile((noise[0] - gap, noise[1]), (women, men))
    assert turned.numbers["sensitivity_ci_upper"] < 0
    assert "the other way round" in set(turned.table["standing"])
    assert turned.numbers["sign_agreement"] < 0.5


def test_differences_and_intervals_are_those_of_a_bootstrap_done_by_hand():
    women, men = (people_of(va.load_population(SEXES[s]), PVQ).centred for s in SEXES)
    rng = np.random.default_rng(8)
    a, b = rng.normal(size=(40, 10)), rng.normal(size=(30, 10))
    found = group_profile((a, b), (women, men), draws=4000)
    pooled = np.sqrt((39 * a.var(axis=0, ddof=1) + 29 * b.var(axis=0, ddof=1)) / 68)
    d = (1 - 3 / (4 * 70 - 9)) * (a.mean(axis=0) - b.mean(axis=0)) / pooled
    assert np.allclose(found.table["d"], d, atol=1e-10)
    drawn = [
        a[rng.integers(0, 40, 40)].mean(axis=0) - b[rng.integers(0, 30, 30)].mean(axis=0)
        for _ in range(4000)
    ]
    sd = (women.mean - men.mean) / found.table["people"].to_numpy()
    low, high = np.quantile(np.array(drawn) / sd, [0.025, 0.975], axis=0)
    wide = high - low
    assert np.allclose(found.table["model_ci_lower"], low, atol=0.12 * wide.max())
    assert np.allclose(found.table["model_ci_upper"], high, atol=0.12 * wide.max())


def test_personas_that_all_answer_alike_have_no_standardised_difference():
    women, men = (people_of(va.load_population(SEXES[s]), PVQ).centred for s in SEXES)
    found = group_profile((np.ones((5, 10)), np.ones((5, 10))), (women, men), draws=50)
    assert found.table["d"].isna().all()
    assert found.numbers["sensitivity"] == 0
    assert np.isnan(found.numbers["correlation"])


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"by": "sexx"}, "no attribute 'sexx'; did you mean 'sex'"),
        ({"people": {"female": "pvq21-de-ess9-women"}}, "there is one group"),
        ({"people": {"female": "pvq21-de-ess9-womem", "male": "pvq21-de-ess9-men"}}, "womem"),
        (
            {"people": {"female": "pvqrr-de-2022-women", "male": "pvqrr-de-2022-men"}},
            "is of pvq-rr",
        ),
        (
            {"people": {"f": "pvq21-de-ess9-women", "m": "pvq21-de-ess9-men"}},
            "0 personas in a group",
        ),
    ],
)
def test_what_cannot_be_compared_is_said(given, changed, told):
    with pytest.raises(DataError, match=told):
        va.group_differences(given, PVQ, **({"by": "sex", "people": SEXES} | changed))


def test_personas_outside_every_group_and_with_gaps_are_counted(given):
    wide = given.wide[given.wide["model"] == "sim:human"].copy()
    wide.loc[wide.index[:4], list(PVQ.scale("PO").items)] = np.nan
    found = va.group_differences(
        wide, PVQ, by="age", people={"15-34": AGES["15-34"], "35-54": AGES["35-54"]}, draws=50
    )
    assert "of 600 by age" in found.flags["sim:human: personas in no group"]
    assert found.flags["sim:human: personas without every score"] == "4 of 600"


def test_personas_that_share_every_attribute_are_counted_since_they_may_be_one_respondent(tmp_path):
    who = va.sample_personas({"sex": {"female": 0.5, "male": 0.5}}, 8)
    given = va.administer(PVQ, "sim:demographic", personas=who, store=tmp_path / "a.db")
    found = va.group_differences(given, PVQ, by="sex", people=SEXES, draws=50)
    alike = found.flags["sim:demographic: personas alike"]
    assert alike.startswith("8 of 8 share every attribute with another")
    wording = found.flags["sim:demographic: wording"]
    assert "female 'she', male 'he'" in wording or "male 'he', female 'she'" in wording


def test_responses_without_personas_are_refused(tmp_path):
    alone = va.administer(PVQ, "sim:human", store=tmp_path / "a.db")
    with pytest.raises(DataError, match="give personas with attributes"):
        va.group_differences(alone, PVQ, by="sex", people=SEXES)


def test_two_personas_in_a_group_are_too_few():
    women, men = (people_of(va.load_population(SEXES[s]), PVQ).centred for s in SEXES)
    with pytest.raises(TooFewRows, match="2 personas in a group"):
        group_profile((np.zeros((2, 10)), np.zeros((9, 10))), (women, men))
