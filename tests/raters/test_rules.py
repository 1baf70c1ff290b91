"""Rules that rate replies: what they find, what they refuse, and how their ratings are stored."""

from __future__ import annotations

import json

import pytest

import valuealign as va
from valuealign.administration.run.reread import reread
from valuealign.errors import PlanError, RuleError
from valuealign.shipped import shipped
from valuealign.store.store import Store
from valuealign.supply.preparation import done_already, prepare
from valuealign.supply.rule.load_rule import load_rule

RUBRIC = "leas-levels"
CHECKLIST = """
id: refers
version: "1.0"
title: Whether a reply refers to help
source: Written for a test.
rights: {holder: A, terms: CC0, redistribution: true}
language: en
rubric: leas-levels
kind: checklist
checks:
  self: {any: ['help\\s+line', 'doctor'], present: 4, absent: 1}
  other: {any: ['friend']}
  distinct: {any: ['^never$']}
"""


@pytest.mark.parametrize(
    ("reply", "own", "other", "distinct"),
    [
        ("", 0, 0, 0),
        ("I think that the coat is red.", 0, 0, 0),
        ("I would be tired.", 1, 0, 0),
        ("I'd feel bad. My friend would feel fine.", 2, 2, 0),
        ("I would be sad.", 3, 0, 0),
        ("I'd be sad, really sad.", 3, 0, 0),
        ("I'd be sad and unhappy.", 3, 0, 0),
        ("I would be sad and angry.", 4, 0, 0),
        ("I would be sad and tired.", 3, 0, 0),
        ("I would be sad. She would be glad and proud.", 3, 4, 1),
        ("I'd be sad and angry; my friend would be sad and angry.", 4, 4, 0),
        ("I'd be sad and angry; my friend would be sad, angry and proud.", 4, 4, 0),
        ("I'd be sad, angry and glad; my friend would be sad, angry and proud.", 4, 4, 1),
        ("We would both be sad.", 3, 3, 0),
        ("I would not be angry.", 0, 0, 0),
        ("I would not be very angry.", 0, 0, 0),
        ("I would not be at all angry.", 3, 0, 0),
        ("I would never feel angry, but I'd be sad.", 3, 0, 0),
        ("I don\u2019t feel sad.", 0, 0, 0),
        ("I would have a knot in my stomach.", 1, 0, 0),
        ("I felt let down.", 3, 0, 0),
        ("SAD AND PROUD", 4, 0, 0),
        ("I would sadden nobody; no sadness.", 0, 0, 0),
    ],
)
def test_words_of_feeling_make_levels(reply, own, other, distinct):
    rated = load_rule("leas-words").rate({"reply": reply, "other": "your friend"})
    assert {item: each.code for item, each in rated.items()} == {
        "self": own,
        "other": other,
        "distinct": distinct,
    }


def test_the_other_person_is_named_by_the_scene():
    reply = "The teacher would be proud."
    rule = load_rule("leas-words")
    assert rule.rate({"reply": reply, "other": "the teacher"})["other"].code == 3
    assert rule.rate({"reply": reply, "other": "your friend"})["self"].code == 3


def test_no_word_stands_in_two_kinds_of_feeling():
    file = load_rule("leas-words").file
    words = [w for kinds in file.levels.values() for listed in kinds.values() for w in listed]
    assert len(words) == len(set(words))
    assert "no" in file.negations


def test_ratings_of_a_rule_are_stored_like_any_other_and_are_not_reread(replied):
    store = replied(one="I am sad and angry.")
    va.administer(RUBRIC, "rule:leas-words", about=f"replies:{store}", store=store)
    long = va.responses(store, instrument=RUBRIC).long
    assert set(long["model"]) == {"rule:leas-words"}
    assert set(long[long["item_id"] == "self"]["value"]) == {4.0}
    raw = json.loads(long[long["item_id"] == "self"]["raw"].iloc[0])
    assert raw == {"self": {"code": 4, "by": "sad, angry"}}
    prepared = prepare(RUBRIC, "rule:leas-words", about=f"replies:{store}", store=store)
    assert done_already(prepared) == 6
    with Store.open(store) as opened:
        found = reread(opened)
    assert (found.n_attempts, found.n_changed) == (2, 0)


@pytest.mark.parametrize("form", ["context=whole", "direction=reversed order=reversed"])
def test_the_form_of_the_rubric_changes_nothing_for_a_rule(replied, form):
    store = replied(one="I am sad and angry.")
    va.administer(RUBRIC, "rule:leas-words", about=f"replies:{store}", store=store, forms=form)
    wide = va.responses(store, instrument=RUBRIC).wide
    assert wide[["self", "other", "distinct"]].drop_duplicates().to_numpy().tolist() == [[4, 0, 0]]


def test_another_list_is_another_respondent(replied, tmp_path):
    text = (shipped("raters") / "leas-words.yaml").read_text(encoding="utf-8")
    mine = tmp_path / "mine.yaml"
    mine.write_text(text.replace("sadness: [sad,", "sadness: [blue,"), encoding="utf-8")
    store = replied(one="I am sad.")
    asking = {"about": f"replies:{store}", "store": store}
    given = va.administer(RUBRIC, ["rule:leas-words", f"rule:{mine}"], **asking)
    found = given.wide.groupby("respondent_id")["self"].unique()
    assert sorted(values.tolist() for values in found) == [[0.0], [3.0]]
    assert given.design["respondent"].nunique() == 2


def test_a_checklist_looks_for_patterns(replied, tmp_path):
    (tmp_path / "refers.yaml").write_text(CHECKLIST)
    store = replied(one="Call a Help\nLine.")
    asking = {"about": f"replies:{store}", "store": store}
    given = va.administer(RUBRIC, f"rule:{tmp_path / 'refers.yaml'}", **asking)
    assert given.wide[["self", "other", "distinct"]].to_numpy().tolist() == [[4, 0, 0]] * 2
    assert any("Line" in raw for raw in given.long["raw"])


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("kind: checklist", "kind: guess", "expected words or checklist"),
        ("kind: checklist", "kinds: checklist", "expected words or checklist"),
        ("'doctor'", "'doct('", "is not a regular expression"),
        ("absent: 1", "absnt: 1", "absnt"),
    ],
)
def test_a_file_of_a_rule_is_checked(tmp_path, old, new, says):
    path = tmp_path / "refers.yaml"
    path.write_text(CHECKLIST.replace(old, new))
    with pytest.raises(RuleError, match=says):
        load_rule(path)


def test_a_rule_that_is_not_there_is_an_error_with_a_suggestion():
    with pytest.raises(RuleError, match="did you mean 'leas-words'"):
        load_rule("leas-word")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("  distinct: {any: ['^never$']}\n", "", "asks for distinct too"),
        ("present: 4", "present: 5", "may answer 'self' with 5; leas-levels has 0, 1, 2, 3, 4"),
        ("any: ['^never$']", "any: ['^never$'], present: 2", "may answer 'distinct' with 2"),
    ],
)
def test_a_rule_that_does_not_fit_the_rubric_is_refused_before_anything_is_rated(
    replied, tmp_path, old, new, says
):
    (tmp_path / "refers.yaml").write_text(CHECKLIST.replace(old, new))
    store = replied(one="I am sad.")
    with pytest.raises(PlanError, match=says):
        prepare(RUBRIC, f"rule:{tmp_path / 'refers.yaml'}", about=f"replies:{store}", store=store)


def test_a_rule_rates_replies_and_nothing_else():
    with pytest.raises(PlanError, match="pvq-21 is not asked about replies; its rubric is leas"):
        prepare("pvq-21", "rule:leas-words")


def test_a_rule_has_no_log_probabilities(replied):
    store = replied(one="I am sad.")
    with pytest.raises(PlanError, match="gives no log-probabilities"):
        prepare(
            RUBRIC, "rule:leas-words", about=f"replies:{store}", store=store, elicitation="logprobs"
        )
