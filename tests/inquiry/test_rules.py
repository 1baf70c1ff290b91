"""What a rule permits, on each side of each kind of threshold, and what several permit together."""

from __future__ import annotations

import itertools
import math

import pytest

from valuealign.analysis.claims.criterion import Claim as Computed
from valuealign.analysis.claims.criterion import Criterion
from valuealign.errors import DataError
from valuealign.inquiry.verdict.decide import standing_by
from valuealign.inquiry.verdict.rules import Claim, Need, Rules, Source, load_rules, worst

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


def test_rules_that_are_none_are_refused_with_the_place(tmp_path):
    file = tmp_path / "r.yaml"
    file.write_text("version: one\nclaims:\n- {id: a, title: b, gate: true}\n")
    with pytest.raises(DataError, match=r"r\.yaml: version: "):
        load_rules(file)
    file.write_text("- 1\n")
    with pytest.raises(DataError, match=r"r\.yaml: the file: "):
        load_rules(file)
    with pytest.raises(DataError, match="the rules cannot be read"):
        load_rules(tmp_path / "absent.yaml")
