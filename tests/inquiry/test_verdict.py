"""The verdict: biased respondents are no measure, people are usable for what they can carry."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import valuealign as va
from valuealign.errors import DataError
from valuealign.inquiry.verdict.rules import load_rules
from valuealign.inquiry.wording_match import wording_match

FORMS = "direction=published,reversed content=stem,opposed"


@pytest.fixture(scope="module")
def given(tmp_path_factory):
    store = tmp_path_factory.mktemp("verdict") / "a.db"
    who = ["sim:human", "sim:token", "sim:yes", "sim:random"]
    return va.administer("pvq-21", who, forms=FORMS, occasions=4, seed=3, store=store)


@pytest.fixture(scope="module")
def judged(given):
    return va.verdict(given, "pvq-21")


def standing(judged, who, claim):
    table = judged.table
    return table[(table["respondent"] == who) & (table["claim"] == claim)].iloc[0]


@pytest.mark.parametrize("who", ["sim:token", "sim:yes", "sim:random"])
def test_who_does_not_answer_the_items_has_no_standing_anywhere(judged, who):
    assert judged.headline[who].startswith("not a measure")
    assert any("failed reversal" in one for one in judged.findings[who])
    for claim in ("rank_scales", "rank_composites"):
        assert standing(judged, who, claim)["standing"] == "not permitted"
    pairs = judged.table[judged.table["versus"].notna()]
    mine = pairs[(pairs["respondent"] == who) | (pairs["versus"] == who)]
    assert set(mine["claim"]) == {"comparable", "scores_differ", "values_differ"}
    assert set(mine["standing"]) == {"not permitted"}


def test_a_simulated_person_passes_the_gate_and_is_not_compared_with_people(judged):
    assert judged.headline["sim:human"].startswith("a measure for what is permitted")
    assert not any("failed" in one for one in judged.findings["sim:human"])
    assert standing(judged, "sim:human", "rank_composites")["standing"] == "permitted"
    means = standing(judged, "sim:human", "latent_means")
    assert means["standing"] == "not permitted"
    assert "open form" in means["why"]


def test_a_construct_and_a_pair_have_a_row_each_and_others_none(judged):
    table = judged.table[judged.table["respondent"] == "sim:human"]
    by = table.groupby("claim", sort=False)
    assert by.get_group("latent_means")["construct"].tolist() == [
        "openness",
        "enhancement",
        "conservation",
        "transcendence",
    ]
    assert by.get_group("comparable")["versus"].tolist() == ["sim:token", "sim:yes", "sim:random"]
    for claim in ("describe", "rank_scales", "structure"):
        row = by.get_group(claim).iloc[0]
        assert row["construct"] is None
        assert row["versus"] is None


def test_occasions_are_no_respondents(judged):
    structure = judged.needs.query("respondent == 'sim:human' and claim == 'structure'")
    by = structure.set_index("number")
    assert by.loc["respondents", "standing"] == "not permitted"
    assert "administrations of one respondent" in by.loc["respondents", "reason"]
    assert by.loc["pattern_r", "standing"] == "inconclusive"


def test_every_threshold_has_a_source_or_the_reason_there_is_none(judged):
    assert judged.needs["source"].str.len().min() > 10
    assert judged.needs["doi"].dropna().str.startswith("10.").all()


def test_a_threshold_of_our_convention_says_what_others_would_conclude(judged):
    needs = judged.needs.query("respondent == 'sim:human' and claim == 'rank_scales'")
    said = needs.set_index("number").loc["scale_reliability", "range"]
    assert [part.split()[0] for part in said.split("; ")] == ["0.5", "0.6", "0.7", "0.8"]


@pytest.mark.parametrize(
    ("forms", "missing"),
    [
        (None, "no reversed response scale"),
        ("direction=published,reversed", "no opposed stems"),
        (FORMS, "1 occasion"),
    ],
)
def test_a_design_without_what_the_gate_needs_is_inconclusive_and_names_the_command(
    tmp_path, forms, missing
):
    one = va.administer(
        "pvq-21",
        "sim:human",
        forms=forms,
        occasions=1 if forms == FORMS else 3,
        store=tmp_path / "a.db",
    )
    needs = va.verdict(one, "pvq-21").needs.query("claim == 'rank_scales'").set_index("number")
    row = needs.loc["fewest_occasions"]
    assert row["standing"] == "inconclusive"
    assert missing in row["reason"]
    assert "valuealign administer --instrument pvq-21 --model sim:human --form" in row["reason"]


def test_one_respondent_alone_is_compared_with_nobody(tmp_path):
    one = va.administer("pvq-21", "sim:human", forms=FORMS, occasions=3, store=tmp_path / "a.db")
    row = standing(va.verdict(one), "sim:human", "comparable")
    assert row["standing"] == "inconclusive"
    assert row["why"] == "one respondent; a comparison needs two"


def test_refused_items_leave_no_description_and_no_ranking(given):
    """A respondent that answers only some items is not described as if it had answered all."""
    frame = given.long
    mine = frame[frame["respondent"].astype(str) == "sim:human"].copy()
    refused = mine["item_id"].astype(str).isin([f"pvq{k:02d}" for k in range(1, 8)])
    mine.loc[refused, "value"] = np.nan
    mine["outcome"] = np.where(refused, "refusal", mine["outcome"].astype(str))
    found = va.verdict(va.as_responses(mine, "pvq-21"))
    (who,) = found.headline
    for claim in ("describe", "rank_scales", "rank_composites"):
        assert standing(found, who, claim)["standing"] == "not permitted"


def people(n=600, seed=1):
    """Rows of people, drawn from a shipped sample's moments."""
    sample = va.load_population("pvq21-de-ess9").moments
    rng = np.random.default_rng(seed)
    x = rng.multivariate_normal(sample.mean, sample.covariance, n, method="cholesky")
    return pd.DataFrame(np.clip(np.round(x), 1, 6), columns=list(sample.names))


def test_people_are_usable_for_what_they_can_carry():
    found = va.verdict(people(), "pvq-21")
    assert found.headline["people"].startswith("a measure for what is permitted")
    by = found.table.set_index("claim")["standing"]
    assert set(by.index) == {"describe", "structure"}
    assert by["structure"] == "permitted"


@pytest.mark.parametrize("count", [1, 2, 3])
def test_people_with_reversed_signs_have_not_the_structure(count):
    rows = people(1000)
    for item in ["pvq01", "pvq05", "pvq12"][:count]:
        rows[item] = 7 - rows[item]
    assert (
        va.verdict(rows, "pvq-21").table.set_index("claim").loc["structure", "standing"]
        == "not permitted"
    )


def test_few_people_have_no_structure_and_it_is_said_first():
    found = va.verdict(people(15), "pvq-21")
    assert any("fewer rows than items + 1" in one for one in found.findings["people"])
    row = found.table.set_index("claim").loc["structure"]
    assert row["standing"] == "inconclusive"
    assert "expected at least 22" in row["why"]


def test_constant_items_are_named_first():
    rows = people(100)
    rows[["pvq01", "pvq02"]] = 3
    found = va.verdict(rows, "pvq-21")
    assert "constant items" in found.findings["people"][0]


def test_a_methodologist_may_bring_other_rules(given, tmp_path):
    strict = tmp_path / "rules.yaml"
    strict.write_text(
        "version: 1\nclaims:\n  - id: mine\n    title: Say anything\n    gate: true\n    needs:\n"
        "      - {number: gate_reversal_r, at_least: 0.99, disqualifies: true, "
        "source: {doi: null, reason: a stricter lab}}\n"
    )
    found = va.verdict(given, "pvq-21", rules=strict)
    assert found.headline["sim:human"].startswith("not a measure")
    assert list(found.table["claim"].unique()) == ["mine"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("version: 1\nclaims: []", "claims"),
        (
            "version: 1\nclaims:\n- {id: a, title: b, needs: [{number: zz, at_least: 1, "
            "source: {reason: r}}]}",
            "no number 'zz'",
        ),
        (
            "version: 1\nclaims:\n- {id: a, title: b, needs: [{number: answered, "
            "source: {reason: r}}]}",
            "found 0 thresholds",
        ),
        (
            "version: 1\nclaims:\n- {id: a, title: b, needs: [{number: answered, at_least: 1, "
            "below: 2, source: {reason: r}}]}",
            "found 2 thresholds",
        ),
        ("version: 1\nclaims:\n- {id: a, title: b}", "needs nothing"),
        ("{{{", "cannot be read"),
    ],
)
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


SIMULATED = {
    "human": ("permitted", "not permitted", "permitted", None),
    "demographic": ("permitted", "permitted", "permitted", "permitted"),
    "verbose": ("permitted", "permitted", "permitted", "permitted"),
    "extreme": ("permitted", "permitted", "permitted", "permitted"),
    "by-heart": ("permitted", "not permitted", "permitted", "permitted"),
    "newcomer": ("permitted", "not permitted", "permitted", "permitted"),
    "factor": ("permitted", "not permitted", "not permitted", "permitted"),
    "refuser": ("not permitted",) * 4,
    "yes": ("permitted", *("not permitted",) * 3),
    "token": ("permitted", *("not permitted",) * 3),
    "random": ("permitted", *("not permitted",) * 3),
    "midpoint": ("permitted", *("not permitted",) * 3),
}


def test_simulated_respondents_are_judged_as_the_page_says(tmp_path):
    """The table of docs/measure.md: describe, rank, rank groups, comparable with sim:human."""
    who = [f"sim:{name}" for name in SIMULATED]
    store = tmp_path / "s.db"
    given = va.administer("pvq-21", who, forms=FORMS, occasions=3, seed=0, store=store)
    own = load_rules()
    names = ("describe", "rank_scales", "rank_composites", "comparable")
    claims = tuple(claim for claim in own.claims if claim.id in names)
    table = va.verdict(given, rules=own.model_copy(update={"claims": claims})).table
    by = table.set_index(["claim", "respondent", "versus"])["standing"]
    for name, (*alone, comparable) in SIMULATED.items():
        one = f"sim:{name}"
        assert [by[claim, one, None] for claim in names[:3]] == alone, name
        if comparable is not None:
            assert by["comparable", "sim:human", one] == comparable, name


def test_ratings_of_stimuli_get_no_claim_about_the_raters_scales(tmp_path):
    one = va.administer(
        "crisis-outlook", "sim:vignette", about="burden-belonging", store=tmp_path / "a.db"
    )
    judged = va.verdict(one)
    assert set(judged.table["claim"]) == {"describe"}
    assert "rows than items" not in str(judged)
    assert "forms that are missing" not in str(judged)
