"""What a rule permits, on each side of each kind of threshold, and what several permit together."""

from __future__ import annotations

import itertools
import math

import pandas as pd
import pytest

from valuealign.analysis.claims.criterion import Claim as Computed
from valuealign.analysis.claims.criterion import Criterion
from valuealign.errors import DataError
from valuealign.inquiry.number import Number
from valuealign.inquiry.verdict.claim_decision import standing_by
from valuealign.inquiry.verdict.gate import Gate, all_of, gate_by, gates_of
from valuealign.inquiry.verdict.rules import Claim, Need, Rules, Source, load_rules, rules_of, worst

SOURCE = Source(reason="a convention")
BELOW, ABOVE = math.nextafter(0.5, 0), math.nextafter(0.5, 1)


def need(number="answered", **threshold) -> Need:
    return Need(number=number, source=SOURCE, **threshold)


@pytest.mark.parametrize(
    ("kind", "sign", "met"),
    [
        ("at_least", ">=", (False, True, True)),
        ("above", ">", (False, False, True)),
        ("at_most", "<=", (True, True, False)),
        ("below", "<", (True, False, False)),
    ],
)
def test_a_threshold_has_two_sides_and_itself(kind, sign, met):
    one = need(**{kind: 0.5})
    assert tuple(one.met(x) for x in (BELOW, 0.5, ABOVE)) == met
    said = ["permitted" if each else "not permitted" for each in met]
    assert [one.standing(x) for x in (BELOW, 0.5, ABOVE)] == said
    soft = need(**{kind: 0.5}, unmet="inconclusive")
    said = ["permitted" if each else "inconclusive" for each in met]
    assert [soft.standing(x) for x in (BELOW, 0.5, ABOVE)] == said
    assert one.standing(math.nan) == "inconclusive"
    assert one.threshold == f"{sign} 0.5"


def test_a_threshold_of_zero_is_a_threshold():
    assert need(above=0.0).threshold == "> 0"
    assert need(above=0.0).standing(0.0) == "not permitted"


ORDER = ["permitted", "inconclusive", "not permitted"]


@pytest.mark.parametrize("standings", list(itertools.product(ORDER, repeat=2)))
def test_together_the_worst_holds(standings):
    assert worst(standings) == max(standings, key=ORDER.index)
    assert worst([]) == "permitted"


def test_a_claim_has_the_gate_before_its_own_needs_only_where_it_says_so():
    gate, own = need(at_least=0.1), need(at_least=0.2)
    gated = Claim(id="a", title="A", gate=True, needs=(own,))
    free = Claim(id="b", title="B", needs=(own,))
    rules = Rules(version=1, gate=(gate,), claims=(gated, free))
    assert rules.needs_of(gated) == (gate, own)
    assert rules.needs_of(free) == (own,)


def computed(claim_id="agreement", **numbers):
    criteria = (
        Criterion(name, value, "at least", 99.0, lower=lower)
        for name, (value, lower) in numbers.items()
    )
    return Computed(claim_id, tuple(criteria))


def standing(claim, needs=(), *, gate=(), span=1.0):
    one = Claim(id=claim.id, title="A", needs=needs or (need(at_least=0),))
    return standing_by(Rules(version=1, gate=gate, claims=(one,)), claim, span=span)


@pytest.mark.parametrize(
    ("lower", "said"),
    [(BELOW, "not permitted"), (0.5, "permitted"), (math.nan, "inconclusive")],
)
def test_rules_judge_a_claim_by_their_own_threshold_and_bound(lower, said):
    one = need("icc", at_least=0.5, bound="lower")
    assert standing(computed(icc=(0.9, lower)), (one,)) == said
    by_value = need("icc", at_least=0.5)
    assert standing(computed(icc=(0.5, lower)), (by_value,)) == "permitted"


def test_a_need_about_the_design_is_no_number_of_the_claim_and_taken_to_be_met():
    design, own = need("wording_match", at_least=1), need("icc", at_least=0.5)
    assert standing(computed(icc=(0.6, 0.0)), (design, own)) == "permitted"
    assert standing(computed(icc=(0.4, 0.0)), (design, own)) == "not permitted"


def test_the_gate_is_judged_as_the_claim_profile_and_an_unknown_claim_is_not_judged():
    gate = (need("gate_reversal_r", above=0.0),)
    for value, said in ((0.1, "permitted"), (0.0, "not permitted")):
        assert standing(computed("profile", reversal_r=(value, 0.0)), gate=gate) == said
    own = Rules(version=1, claims=(Claim(id="b", title="B", needs=(need(at_least=0),)),))
    assert standing_by(own, computed("agreement", icc=(1.0, 1.0)), span=1.0) is None


def test_a_shift_is_judged_as_a_share_of_the_response_range():
    gate = (need("position_shift", below=0.08),)
    for shift, said in ((0.39, "permitted"), (0.4, "not permitted")):
        claim = computed("profile", position_shift=(shift, 0.0))
        assert standing(claim, gate=gate, span=5.0) == said


def test_rules_are_given_or_read_from_the_file_that_is_named(tmp_path):
    given = Rules(version=7, claims=(Claim(id="a", title="A", needs=(need(at_least=0),)),))
    assert rules_of(given) is given
    file = tmp_path / "r.yaml"
    needs = "[{number: answered, at_least: 1, source: {reason: r}}]"
    file.write_text(f"version: 9\nclaims:\n- {{id: a, title: b, needs: {needs}}}\n")
    assert rules_of(file).version == 9
    assert rules_of(None) == load_rules()


def test_rules_that_are_none_are_refused_with_the_place(tmp_path):
    file = tmp_path / "r.yaml"
    file.write_text("version: one\nclaims:\n- {id: a, title: b, gate: true}\n")
    with pytest.raises(DataError, match=r"r\.yaml:1: .version. is .one."):
        load_rules(file)
    file.write_text("- 1\n")
    with pytest.raises(DataError, match=r"r\.yaml:1: the file holds .* expected a mapping"):
        load_rules(file)
    with pytest.raises(DataError, match="the rules cannot be read"):
        load_rules(tmp_path / "absent.yaml")


def gated(needs, **numbers):
    rules = Rules(version=1, gate=needs, claims=(Claim(id="a", title="A", gate=True),))
    return gate_by(rules, lambda name: numbers[name])


R, P = need("gate_reversal_r", above=0.0, bound="lower"), need("profile_p", at_most=0.05)


@pytest.mark.parametrize(
    ("lower", "p", "standing", "why"),
    [
        (0.1, 0.05, "permitted", ""),
        (0.0, 0.05, "not permitted", "two directions of the response scale"),
        (0.1, 0.051, "not permitted", "no more than by chance"),
        (0.0, 0.051, "not permitted", "two directions of the response scale"),
        (math.nan, 0.051, "not permitted", "no more than by chance"),
        (math.nan, 0.05, "inconclusive", "not known whether the items are answered (no form)"),
    ],
)
def test_the_gate_is_decided_by_its_first_failed_need_else_its_first_unknown(
    lower, p, standing, why
):
    reversal = Number(0.5, lower, reason="no form")
    gate = gated((R, P), gate_reversal_r=reversal, profile_p=Number(p))
    assert (gate.standing, gate.permitted) == (standing, standing == "permitted")
    assert why in gate.why_no_standing
    assert bool(gate.why_no_standing) == bool(why)


def test_a_need_of_people_is_no_part_of_a_models_gate():
    of_people = need("varying_items", at_least=2, of=("people",))
    assert gated((P, of_people), profile_p=Number(0.01)).permitted


def test_a_soft_need_of_the_gate_says_its_number_where_it_has_no_reason():
    soft = need("fewest_occasions", at_least=3, unmet="inconclusive")
    gate = gated((soft,), fewest_occasions=Number(2.0))
    assert gate.standing == "inconclusive"
    assert "is 2, expected >= 3" in gate.why_no_standing


def test_of_several_the_worst_gate_holds_and_names_its_respondent():
    good, bad = Gate("permitted"), Gate("not permitted", "says yes")
    unknown = Gate("inconclusive", "one form")
    assert all_of([]) is None
    assert all_of([("a", good), ("b", good)]) == good
    assert all_of([("a", unknown), ("b", bad)]) == Gate("not permitted", "b: says yes")
    assert all_of([("a", good), ("b", unknown)]) == Gate("inconclusive", "b: one form")


def test_people_and_instruments_without_a_rating_scale_have_no_gate(moods, words):
    frame = pd.DataFrame([[1] * 6], columns=list(moods.item_ids))
    rules = load_rules()
    assert gates_of(frame, moods, rules) == {}
    assert gates_of(object(), moods, rules) == {}
    assert gates_of(frame.assign(model="m"), words, rules) == {}
    (gate,) = gates_of(frame.assign(model="m"), moods, rules).values()
    assert gate.standing == "inconclusive"
    assert "no opposed stems" in gate.why_no_standing or "fewest" in gate.why_no_standing


def test_scale_scores_and_rows_without_a_reply_do_not_say_whether_items_were_answered(moods):
    scores = pd.DataFrame({"CHEER": [1.0], "model": ["m"]})
    (gate,) = gates_of(scores, moods, load_rules()).values()
    assert "give the responses themselves" in gate.why_no_standing
