"""Ratings joined to what was rated, combined over raters, scored, and labelled."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from valuealign_cli.main import valuealign

import valuealign as va
from valuealign.errors import DataError
from valuealign.inquiry.rating.rated_replies import notice
from valuealign.instrument.presented import Presented
from valuealign.scoring.levels import item_totals

RUBRIC, RULE = "leas-levels", "rule:leas-words"


def rated(store, model=RULE, **more):
    """Rate every reply of a store."""
    return va.administer(RUBRIC, model, about=f"replies:{store}", store=store, **more)


def test_a_rating_belongs_to_every_respondent_who_gave_the_reply(replied):
    store = replied(one="I am sad.", two="I am sad and proud.", three="I am sad.")
    rated(store)
    found = va.ratings(store, RUBRIC).set_index("model")
    assert found["scene01_self"].to_dict() == {"one": 3, "two": 4, "three": 3}
    assert list(found.filter(like="scene").columns) == [
        f"scene0{k}_{part}" for k in (1, 2) for part in ("self", "other", "distinct")
    ]


def test_an_item_without_a_rating_is_missing_and_never_zero(replied):
    refusal = "I'm sorry, but I can't help with that."
    store = replied(one=lambda shown: refusal if "cat" in shown else "I am sad.", two="I am glad.")
    rated(store)
    found = va.ratings(store, RUBRIC).set_index("model")
    assert np.isnan(found.loc["one", "scene01_self"])
    assert found.loc["one", "scene02_self"] == 3
    scored = va.score(va.ratings(store, RUBRIC), found.attrs["instrument"]).set_index("model")
    assert np.isnan(scored.loc["one", "TOTAL"])
    assert scored.loc["two", "TOTAL"] == 6


@pytest.mark.parametrize(
    ("combine", "expected"), [("mean", 2.0), ("median", 3.0), (RULE, 3.0), ("sim:yes", None)]
)
def test_raters_are_combined_as_asked(replied, tmp_path, combine, expected):
    store = replied(one="I am sad.")
    rated(store)
    low = tmp_path / "low.yaml"
    low.write_text(LOW)
    rated(store, f"rule:{low}")
    high = tmp_path / "high.yaml"
    high.write_text(LOW.replace("id: low", "id: high").replace("absent: 0", "absent: 3"))
    rated(store, f"rule:{high}")
    if expected is None:
        with pytest.raises(DataError, match="there is no rater 'sim:yes'"):
            va.ratings(store, RUBRIC, combine)
        return
    found = va.ratings(store, RUBRIC, combine)
    assert found["scene01_self"].tolist() == [expected]
    assert found.attrs["raters"] == ([RULE] if combine == RULE else [RULE, "rule:low", "rule:high"])


LOW = """
id: low
version: "1.0"
title: One code for all
source: Written for a test.
rights: {holder: A, terms: CC0, redistribution: true}
language: en
rubric: leas-levels
kind: checklist
checks:
  self: {any: ['^never$'], present: 0, absent: 0}
  other: {any: ['^never$'], present: 0, absent: 0}
  distinct: {any: ['^never$'], present: 0, absent: 1}
"""


def test_a_raters_own_ratings_are_averaged_before_raters_are_combined(replied, tmp_path):
    store = replied(one="I am sad.")
    low = tmp_path / "low.yaml"
    low.write_text(LOW)
    rated(store, f"rule:{low}", occasions=3)
    rated(store)
    assert va.ratings(store, RUBRIC)["scene01_self"].tolist() == [1.5]
    long = va.ratings(store, RUBRIC, None)
    assert len(long) == 2 * 3 * 4
    assert {"rater", "item", "rubric_item", "value", "occasion", "n_words", "of"} <= set(long)
    assert set(long["n_words"]) == {3}
    assert set(long["of"]) == {"one"}


def test_ratings_in_another_store_find_their_replies(replied, tmp_path):
    store, into = replied(one="I am sad."), tmp_path / "into.db"
    va.administer(RUBRIC, RULE, about=f"replies:{store}", store=into)
    assert va.ratings(into, RUBRIC, replies=store)["scene01_self"].tolist() == [3.0]
    with pytest.raises(DataError, match="the replies that were rated are not in"):
        va.ratings(into, RUBRIC)


def test_a_store_without_ratings_says_how_to_make_some(replied):
    store = replied(one="I am sad.")
    with pytest.raises(DataError, match=r"valuealign rate .* --rubric leas-levels"):
        va.ratings(store, RUBRIC)


@pytest.mark.parametrize(
    ("self_", "other", "distinct", "total"),
    [
        (4, 4, 1, 5),
        (4, 4, 0, 4),
        (4, 4, 0.5, 4),
        (4, 4, 0.51, 5),
        (4, 3.9, 1, 4),
        (3, 3, 1, 3),
        (2.5, 3.5, 0, 3.5),
        (4, 4, np.nan, np.nan),
        (4, np.nan, 1, np.nan),
        (3, 2, np.nan, 3),
    ],
)
def test_a_total_is_five_only_where_both_are_four_and_most_raters_say_that_they_differ(
    self_, other, distinct, total
):
    found = item_totals(*(np.array([[float(x)]]) for x in (self_, other, distinct)))[0, 0]
    assert found == total or (np.isnan(found) and np.isnan(total))


@pytest.mark.parametrize(("column", "value"), [("self", 4.1), ("other", -0.1), ("distinct", 1.1)])
def test_a_level_beyond_the_scale_is_refused(scenes, column, value):
    columns = {f"scene0{k}_{part}": [1.0] for k in (1, 2) for part in ("self", "other", "distinct")}
    frame = pd.DataFrame(columns)
    assert va.score(frame, scenes)["TOTAL"].tolist() == [2.0]
    frame[f"scene01_{column}"] = value
    with pytest.raises(DataError, match=f"scene01_{column} is {value:g}"):
        va.score(frame, scenes)


def test_whoever_is_not_validated_by_people_is_labelled():
    assert notice(["gpt-4o"]).startswith("unvalidated: gpt-4o rated")
    assert "their errors" in notice(["gpt-4o", RULE])
    assert notice(["people:clinicians R1"]) == "rated by people: people:clinicians R1"
    both = notice(["gpt-4o", "people:clinicians R1", "people:clinicians R2"])
    assert both.startswith("unvalidated: gpt-4o, until")
    assert "2 people" in both


def test_scores_of_ratings_say_who_rated(replied):
    store = replied(one="I am sad.", two="I am sad and proud; my friend is glad and calm.")
    rated(store)
    run = CliRunner().invoke(
        valuealign, ["score", "--store", str(store), "--ratings", RUBRIC, "--each", "--json"]
    )
    assert run.exit_code == 0, run.output
    found = json.loads(run.stdout)
    assert found["raters"] == [RULE]
    assert found["notice"].startswith("unvalidated: rule:leas-words")
    totals = {row["respondent"]: row["TOTAL"] for row in found["scores"]}
    assert totals == {"one": 6.0, "two": 10.0}
    one = ["score", "--store", str(store), "--ratings", RUBRIC, "--model", "one"]
    assert "unvalidated: rule:leas-words" in CliRunner().invoke(valuealign, one).stderr
    wrong = CliRunner().invoke(valuealign, ["score", "--store", str(store), "--combine", "mean"])
    assert "name the rubric: --ratings RUBRIC" in wrong.stderr


def test_items_with_points_of_their_own_offer_these_and_accept_only_these():
    rubric = va.load_instrument(RUBRIC)
    own: Presented = rubric.presented("distinct", direction="reversed")
    assert [(o.token, o.code) for o in own.options] == [("0", 1.0), ("1", 0.0)]
    assert len(rubric.presented("self").options) == 5
    frame = pd.DataFrame({"self": [4], "other": [4], "distinct": [2]})
    with pytest.raises(DataError, match="item distinct is 2; expected 0, 1"):
        va.score(frame, rubric)
