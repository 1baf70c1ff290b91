"""Rules that leave rows out are declared, counted, and the same for models and people."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from valuealign_cli.main import valuealign

import valuealign as va
from valuealign.errors import DataError, TooFewRows
from valuealign.inquiry.exclusions import apply_exclusions
from valuealign.inquiry.respondents import check_items

RULES = va.Exclusion(missing_share=0.25, within_sd=0.5)


@pytest.fixture(scope="module")
def pvq():
    return va.load_instrument("pvq-21")


@pytest.fixture
def people(pvq):
    """Forty people: two gave one answer to everything, three left half unanswered."""
    rng = np.random.default_rng(1)
    rows = pd.DataFrame(rng.integers(1, 7, size=(40, 21)), columns=pvq.item_ids).astype(float)
    rows.loc[[3, 9]] = 4.0
    rows.loc[[5, 6, 7], list(pvq.item_ids[:11])] = np.nan
    return rows


def test_people_are_counted_under_the_first_rule_they_meet(people, pvq):
    kept, counts = apply_exclusions(people, pvq, RULES)
    assert kept.sum() == 35
    assert counts[["n", "of"]].to_numpy().tolist() == [[3, 40], [2, 40]]
    assert set(counts["respondent"]) == {"people"}
    assert apply_exclusions(people, pvq, None)[0].all()


def test_the_same_rules_meet_the_same_rows_of_a_model(people, pvq):
    alike = apply_exclusions(people.assign(model="m"), pvq, RULES)
    assert (alike[0] == apply_exclusions(people, pvq, RULES)[0]).all()
    assert alike[1]["n"].tolist() == [3, 2]


def test_a_verdict_says_whom_it_left_out(people):
    found = va.verdict(people, "pvq-21", exclude=RULES)
    assert "excluded by declared rules: 2 of 40 rows (within-person SD below 0.5)" in str(found)
    with pytest.raises(TooFewRows, match="all 2 rows"):
        va.verdict(people.loc[[3, 9]], "pvq-21", exclude=RULES)


def test_a_model_of_which_nothing_is_left_cannot_be_told(tmp_path):
    store = tmp_path / "s.db"
    given = va.administer("pvq-21", ["sim:human", "sim:midpoint"], occasions=2, store=store)
    found = va.verdict(given, "pvq-21", exclude=va.Exclusion(within_sd=0.3))
    assert "the declared rules leave out every row" in found.headline["sim:midpoint"]
    assert found.excluded.set_index("respondent")["n"].to_dict() == {
        "sim:human": 0,
        "sim:midpoint": 2,
    }
    words = ["analyze", "reliability", "--store", str(store), "--least-sd", "0.3", "--json"]
    said = json.loads(CliRunner().invoke(valuealign, words).stdout)
    assert [row["n"] for row in said["excluded"]] == [0, 2]


def test_reliability_leaves_out_the_same_rows(people):
    plain, without = (
        va.reliability(people, "pvq-21"),
        va.reliability(people, "pvq-21", exclude=RULES),
    )
    assert plain.table["n_rows"].max() == 40
    assert without.table["n_rows"].max() == 35
    assert without.excluded["n"].sum() == 5


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda f: f.assign(pvq01=["x"] * len(f)), "'pvq01' is not numeric"),
        (lambda f: f.assign(pvq02=77), "holds 77 in row 1; pvq-21 has codes from 1 to 6"),
        (lambda f: pd.concat([f, f[["pvq03"]]], axis=1), "two columns hold item 'pvq03'"),
        (lambda f: f.assign(administration_id=1), "two rows hold administration 1"),
        (lambda f: f[[]].assign(other=1), "no item of pvq-21"),
    ],
)
def test_rows_that_are_no_answers_are_refused_by_name(people, pvq, spoil, words):
    spoilt = spoil(people)
    with pytest.raises(DataError, match=words):
        check_items(spoilt, pvq)
    for analysis in (va.verdict, va.reliability, va.circumplex):
        with pytest.raises(DataError):
            analysis(spoilt, pvq)


def test_all_missing_rows_are_no_answers_and_not_a_mistake(people, pvq):
    empty = people.copy()
    empty.loc[[0, 1]] = np.nan
    answered = va.verdict(empty, pvq).needs.set_index("number").loc["answered", "value"]
    assert answered < va.verdict(people, pvq).needs.set_index("number").loc["answered", "value"]
    assert va.reliability(empty, pvq).table["n_rows"].max() == 38
