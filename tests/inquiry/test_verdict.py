"""The verdict: biased respondents are no measure, people are usable for what they can carry."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import valuealign as va
from valuealign.errors import DataError
from valuealign.inquiry.wording_match import wording_match

FORMS = [va.Form(), va.Form(direction="reversed"), va.Form(content="opposed")]


@pytest.fixture(scope="module")
def given(tmp_path_factory):
    store = tmp_path_factory.mktemp("verdict") / "a.db"
    who = ["sim:human", "sim:token", "sim:yes", "sim:random"]
    return va.administer("pvq-21", who, forms=FORMS, occasions=5, seed=3, store=store)


@pytest.fixture(scope="module")
def judged(given):
    return va.verdict(given, "pvq-21")


def standing(judged, who, claim):
    table = judged.table
    return table[(table["respondent"] == who) & (table["claim"] == claim)].iloc[0]


@pytest.mark.parametrize("who", ["sim:token", "sim:yes", "sim:random"])
def test_who_does_not_answer_the_items_is_no_measure_and_the_number_is_named(judged, who):
    assert judged.headline[who].startswith("not a measure")
    assert "two directions of the response scale" in judged.headline[who]
    assert any("failed reversal" in one for one in judged.findings[who])
    assert standing(judged, who, "rank")["standing"] == "not permitted"


def test_a_simulated_person_may_be_ranked_and_not_compared_with_people(judged):
    assert judged.headline["sim:human"].startswith("a measure for what is permitted")
    rank = standing(judged, "sim:human", "rank")
    assert rank["standing"] == "permitted"
    means = standing(judged, "sim:human", "latent_means")
    assert means["standing"] == "not permitted"
    assert "open form" in means["why"]


def test_occasions_are_no_respondents(judged):
    structure = judged.needs.query("respondent == 'sim:human' and claim == 'structure'")
    by = structure.set_index("number")
    assert by.loc["respondents", "standing"] == "not permitted"
    assert "administrations of one respondent" in by.loc["respondents", "reason"]
    assert by.loc["rows_over_items", "people"] > 100


def test_every_threshold_has_a_source_or_the_reason_there_is_none(judged):
    assert judged.needs["source"].str.len().min() > 10
    assert judged.needs["doi"].dropna().str.startswith("10.").all()


def test_one_direction_cannot_be_told(tmp_path):
    one = va.administer("pvq-21", "sim:human", occasions=3, store=tmp_path / "a.db")
    found = va.verdict(one, "pvq-21")
    assert found.headline["sim:human"].startswith("inconclusive")
    assert "direction=published,reversed" in found.headline["sim:human"]
    assert "permitted" in str(found)


def people(n=400, seed=1):
    """Rows of people, drawn from a shipped sample's moments."""
    sample = va.load_population("pvq21-de-ess9").moments
    rng = np.random.default_rng(seed)
    x = rng.multivariate_normal(sample.mean, sample.covariance, n, method="cholesky")
    return pd.DataFrame(np.clip(np.round(x), 1, 6), columns=list(sample.names))


def test_people_are_usable_for_what_they_can_carry():
    found = va.verdict(people(), "pvq-21")
    assert found.headline["people"].startswith("a measure for what is permitted")
    by = found.table.set_index("claim")["standing"]
    assert set(by.index) == {"describe", "rank", "structure"}
    assert by["rank"] == "permitted"


def test_few_people_have_no_structure_and_it_is_said_first():
    found = va.verdict(people(15), "pvq-21")
    assert any("fewer rows than items + 1" in one for one in found.findings["people"])
    assert found.table.set_index("claim").loc["structure", "standing"] == "not permitted"


def test_constant_items_are_named_first():
    rows = people(100)
    rows[["pvq01", "pvq02"]] = 3
    found = va.verdict(rows, "pvq-21")
    assert "constant items" in found.findings["people"][0]


def test_a_methodologist_may_bring_other_rules(given, tmp_path):
    strict = tmp_path / "rules.yaml"
    strict.write_text(
        "version: 1\nclaims:\n  - id: mine\n    title: Say anything\n    needs:\n"
        "      - {number: reversal_r, at_least: 0.99, disqualifies: true, "
        "source: {doi: null, reason: a stricter lab}}\n"
    )
    found = va.verdict(given, "pvq-21", rules=strict)
    assert found.headline["sim:human"].startswith("not a measure")
    assert list(found.table["claim"].unique()) == ["mine"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("version: 1\nclaims: []", "claims"),
        ("version: 1\nclaims:\n- {id: a, title: b, needs: [{number: zz, at_least: 1, "
         "source: {reason: r}}]}", "no number 'zz'"),
        ("version: 1\nclaims:\n- {id: a, title: b, needs: [{number: models, "
         "source: {reason: r}}]}", "at_least or at_most"),
        ("{{{", "cannot be read"),
    ],
)  # fmt: skip
def test_rules_that_are_none_are_refused(tmp_path, text, words):
    (tmp_path / "r.yaml").write_text(text)
    with pytest.raises(DataError, match=words):
        va.load_rules(tmp_path / "r.yaml")


def test_other_peoples_instrument_is_refused(given):
    with pytest.raises(DataError, match="is of pvq-rr"):
        va.verdict(given, "pvq-21", people="pvqrr-de-2022")
    with pytest.raises(DataError, match="responses themselves"):
        va.verdict(given.wide, "pvq-21")


def test_wording_is_the_same_only_if_kind_and_language_are():
    sample = va.load_population("pvq21-de-ess9")
    sheets = pd.DataFrame({"wording": ["official"], "language": ["de"]})
    assert wording_match(sheets, sample)[0]
    same, told = wording_match(sheets.assign(language="en"), sample)
    assert not same
    assert "translation" in told
    assert not wording_match(sheets.assign(wording="open form, not the official text"), sample)[0]
    assert not wording_match(pd.DataFrame({"x": [1]}), sample)[0]


def test_reliability_is_told_in_its_views(given):
    found = va.reliability(given, "pvq-21")
    views = set(found.table["view"])
    assert views == {"pooled over models", "within one model over occasions"}
    constant = found.table.query("model == 'sim:yes'")
    assert constant["alpha"].isna().all()
    assert constant["reason"].str.contains("does not vary").all()
    pairs = found.table.query("n_items == 2 and view == 'pooled over models'")
    assert pairs["spearman_brown"].notna().all()
    assert pairs["omega"].isna().all()
    own = found.retest.set_index("model")
    assert own.loc["sim:human", "icc"] > 0.4
    assert abs(own.loc["sim:random", "icc"]) < 0.4
    assert "same" in own.loc["sim:yes", "reason"]


def test_personas_are_a_view_of_their_own(tmp_path):
    who = [va.Persona(id=f"p{k}", text=f"You are person {k}.") for k in range(12)]
    given = va.administer("pvq-21", "sim:human", personas=who, occasions=2, store=tmp_path / "a.db")
    found = va.reliability(given, "pvq-21")
    assert "over personas" in set(found.table["view"])
    assert set(found.retest["view"]) == {"items of its own profile", "personas"}
    people_view = va.reliability(people(), "pvq-21")
    assert set(people_view.table["view"]) == {"over respondents"}
    assert people_view.retest.empty
