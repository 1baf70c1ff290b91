"""How a verdict puts needs together, judged on evidence whose numbers are given."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

import valuealign as va
from valuealign.errors import DataError
from valuealign.inquiry.number import Number
from valuealign.inquiry.number_kinds import NUMBERS
from valuealign.inquiry.verdict.obstacles import findings
from valuealign.inquiry.verdict.rules import Claim, Need, Rules, Source
from valuealign.inquiry.verdict.verdict import Verdict, judge

PVQ = va.load_instrument("pvq-21")


class Given:
    """Evidence with numbers that a test sets: ``numbers[name]`` or ``numbers[name, who]``."""

    def __init__(self, *respondents, instrument=PVQ, of_people=False, **numbers):
        self.respondents = respondents or ("m",)
        self.instrument, self.of_people = instrument, of_people
        self.people, self.of_human_sample = None, {}
        self.excluded = pd.DataFrame(columns=["respondent", "rule", "n", "of"])
        self.wide = self.rows = pd.DataFrame(np.tile([1.0, 2.0, 3.0], (4, 7)), columns=PVQ.item_ids)
        self.numbers = {"varying_items": 1.0, "rows_over_items": 1.0} | numbers
        self.asked = []

    def sheets(self, who):
        return self.rows

    def number(self, name, who, *, versus=None, construct=None):
        self.asked.append((name, who, versus, construct))
        value = self.numbers.get(name, math.nan)
        value = (
            value.get(who if construct is None else construct) if isinstance(value, dict) else value
        )
        return value if isinstance(value, Number) else Number(value)


def need(number="answered", *, at_least=0.5, **more):
    return Need(number=number, at_least=at_least, source=Source(reason="a convention"), **more)


def claim(*needs, claim_id="c", **more):
    return Claim(id=claim_id, title=claim_id.title(), needs=needs or (need(),), **more)


def judged(evidence, *claims, gate=()):
    return judge(evidence, Rules(version=1, gate=gate, claims=claims))


def standings(evidence, *claims, gate=()):
    return judged(evidence, *claims, gate=gate).table["standing"].tolist()


@pytest.mark.parametrize(
    ("value", "standing"), [(0.5, "permitted"), (0.49, "not permitted"), (math.nan, "inconclusive")]
)
def test_a_claim_stands_as_its_number_does(value, standing):
    assert standings(Given(answered=value), claim()) == [standing]


def test_a_claim_shows_its_first_failed_need_else_its_first_unknown_else_its_last():
    def shown(answered, p, r):
        needs = (need(), need("scales_p"), need("icc"))
        found = judged(Given(answered=answered, scales_p=p, icc=r), claim(*needs)).table
        return found["standing"].item(), found["number"].item(), found["why"].item()

    assert shown(1.0, 0.0, 0.0)[:2] == ("not permitted", "scales_p")
    assert shown(math.nan, 0.0, 0.0)[:2] == ("not permitted", "scales_p")
    assert shown(1.0, math.nan, math.nan)[:2] == ("inconclusive", "scales_p")
    assert shown(1.0, 1.0, 0.8)[:2] == ("permitted", "icc")
    assert shown(1.0, 1.0, 0.8)[2].startswith("all 3 needs are met; ")
    assert "needs are met" not in shown(1.0, 0.0, 0.8)[2]


@pytest.mark.parametrize(("lower", "standing"), [(0.5, "permitted"), (0.49, "not permitted")])
def test_the_bound_that_a_need_names_decides(lower, standing):
    number = Number(0.9, lower, 0.99)
    assert standings(Given(icc=number), claim(need("icc", bound="lower"))) == [standing]
    assert standings(Given(icc=number), claim(need("icc"))) == ["permitted"]


def test_a_claim_is_judged_of_those_and_for_those_instruments_that_it_names():
    keyed = PVQ.model_copy(
        update={"scoring": PVQ.scoring.model_copy(update={"method": "accuracy"})}
    )
    claims = (
        claim(claim_id="models", of=("models",)),
        claim(claim_id="people", of=("people",)),
        claim(claim_id="keyed", instruments=("keyed",)),
        claim(claim_id="open", instruments=("open",)),
        claim(claim_id="all", instruments=("graded", "keyed", "open")),
    )

    def ids(**evidence):
        return judged(Given(answered=1.0, **evidence), *claims).table["claim"].tolist()

    assert ids() == ["models", "all"]
    assert ids(of_people=True) == ["people", "all"]
    assert ids(instrument=keyed) == ["keyed", "all"]


def test_composites_are_ranked_only_where_there_are_some():
    ranked = claim(claim_id="rank_composites")
    alone = PVQ.model_copy(update={"composites": ()})
    for instrument, ids in ((PVQ, ["rank_composites", "c"]), (alone, ["c"])):
        found = judged(Given(answered=1.0, instrument=instrument), ranked, claim())
        assert found.table["claim"].tolist() == ids


def test_a_need_of_people_is_not_asked_of_models():
    needs = claim(need(), need("varying_items", at_least=2, of=("people",)))
    assert standings(Given(answered=1.0), needs) == ["permitted"]
    assert standings(Given(answered=1.0, of_people=True), needs) == ["not permitted"]


def test_a_construct_has_a_row_and_a_number_each():
    names = list(PVQ.default_lavaan)
    values = dict.fromkeys(names, 1.0) | {names[1]: 0.0}
    found = judged(Given(loading_ratio=values), claim(need("loading_ratio"), about="construct"))
    assert found.table["construct"].tolist() == names
    assert found.table["standing"].tolist() == [
        "permitted",
        "not permitted",
        *["permitted"] * (len(names) - 2),
    ]


def test_each_two_respondents_have_one_row_and_one_respondent_has_nobody():
    pair = claim(need("scores_p"), about="pair")
    table = judged(Given("a", "b", "c", scores_p=1.0), pair).table
    pairs = list(zip(table["respondent"], table["versus"], strict=True))
    assert pairs == [("a", "b"), ("a", "c"), ("b", "c")]
    alone = judged(Given("a", scores_p=1.0), pair).table
    assert alone[["respondent", "versus", "standing"]].values.tolist() == [
        ["a", None, "inconclusive"]
    ]
    assert alone["why"].item() == "one respondent; a comparison needs two"


@pytest.mark.parametrize(
    ("a", "b", "standing", "who"),
    [
        (1.0, 1.0, "permitted", "a"),
        (1.0, 0.0, "not permitted", "b"),
        (0.0, 1.0, "not permitted", "a"),
        (math.nan, 0.0, "not permitted", "b"),
        (math.nan, 1.0, "inconclusive", "a"),
        (1.0, math.nan, "inconclusive", "b"),
    ],
)
def test_of_two_the_one_who_fares_worse_decides(a, b, standing, who):
    evidence = Given("a", "b", answered={"a": a, "b": b})
    row = judged(evidence, claim(about="pair")).needs.iloc[0]
    assert (row["standing"], row["reason"]) == (standing, who)


def test_a_number_of_a_pair_is_asked_once_and_keeps_its_reason():
    evidence = Given("a", "b", scores_p=Number(1.0, reason="a test"))
    row = judged(evidence, claim(need("scores_p"), about="pair")).needs.iloc[0]
    assert row["reason"] == "a test"
    assert [ask for ask in evidence.asked if ask[0] == "scores_p"] == [("scores_p", "a", "b", None)]
    both = Given("a", "b", answered=Number(1.0, reason="few"))
    row = judged(both, claim(about="pair")).needs.iloc[0]
    assert row["reason"] == "a: few"


def test_a_convention_shows_what_other_thresholds_conclude():
    ranged = need(range=(0.7, 0.3))
    row = judged(Given(answered=0.6), claim(ranged)).needs.iloc[0]
    assert row["range"] == "0.3 permitted; 0.5 permitted; 0.7 not permitted"
    assert judged(Given(answered=0.6), claim()).needs["range"].item() == ""
    assert judged(Given(), claim(ranged)).needs["range"].item() == ""
    for kind, said in (
        ("above", "0.5 permitted; 0.6 not permitted"),
        ("below", "0.5 not permitted; 0.6 not permitted"),
        ("at_most", "0.5 not permitted; 0.6 permitted"),
    ):
        one = Need(number="answered", range=(0.6,), source=Source(reason="r"), **{kind: 0.5})
        assert judged(Given(answered=0.6), claim(one)).needs["range"].item() == said


def headline(evidence, *needs):
    return judged(evidence, claim(*needs)).headline["m"]


@pytest.mark.parametrize(
    ("value", "said"),
    [(0.0, "not a measure"), (math.nan, "inconclusive whether"), (1.0, "a measure for what")],
)
def test_the_headline_is_that_of_the_needs_that_disqualify(value, said):
    evidence = Given(scales_p=value, icc=0.0)
    assert headline(evidence, need("scales_p", disqualifies=True), need("icc")).startswith(said)
    assert headline(evidence, need("scales_p"), need("icc")).startswith("a measure")


@pytest.mark.parametrize("name", ["answered", "least_answered_item", "fewest_occasions"])
def test_too_few_answers_or_occasions_leave_it_open_whether_it_is_a_measure(name):
    few = Given(**{name: 0.0}, scales_p=0.0)
    assert headline(few, need(name)).startswith("inconclusive whether it is a measure")
    assert headline(Given(**{name: 0.5}), need(name)).startswith("a measure")
    both = headline(few, need(name), need("scales_p", disqualifies=True))
    assert both.startswith("not a measure")
    soft = headline(few, need(name, unmet="inconclusive"))
    assert soft.startswith("inconclusive" if name == "fewest_occasions" else "a measure")


def test_a_failed_need_disqualifies_before_an_unknown_one():
    both = need("scales_p", disqualifies=True), need("icc", disqualifies=True)
    assert headline(Given(scales_p=math.nan, icc=0.0), *both).startswith("not a measure")


def test_a_claim_about_a_pair_or_a_construct_disqualifies_nobody():
    strict = need("scales_p", disqualifies=True)
    pair = judged(Given("a", "b", scales_p=0.0), claim(strict, about="pair"))
    construct = judged(
        Given(loading_ratio=0.0),
        claim(need("loading_ratio", disqualifies=True), about="construct"),
    )
    for found in (pair, construct):
        assert all(said.startswith("a measure") for said in found.headline.values())


def test_the_overview_shows_the_most_that_holds_for_one_construct_or_one_other():
    pair = claim(need("answered"), about="pair")
    found = judged(Given("a", "b", "c", answered={"a": 1.0, "b": 1.0, "c": 0.0}), pair)
    assert found.overview.iloc[0].to_dict() == {
        "claim": "c",
        "title": "C",
        "a": "permitted",
        "b": "permitted",
        "c": "not permitted",
    }


def test_who_has_no_row_of_a_claim_is_inconclusive():
    found = judged(Given("a", "b", answered=1.0), claim())
    table = found.table[found.table["respondent"] == "a"]
    partial = Verdict(
        headline=found.headline,
        findings=found.findings,
        table=table,
        needs=found.needs,
        people=None,
        excluded=found.excluded,
        summary=found.summary,
    )
    assert partial.overview[["a", "b"]].values.tolist() == [["permitted", "inconclusive"]]


def test_rules_without_a_claim_for_the_instrument_are_refused():
    with pytest.raises(DataError, match="the rules have no claim for pvq-21"):
        judged(Given(), claim(instruments=("open",)))


def listed(evidence, *failed, who="m", versus=None):
    needs = pd.DataFrame(
        [
            {"respondent": who, "standing": standing, "versus": versus, "number": name}
            for name, standing in failed
        ],
        columns=["respondent", "standing", "versus", "number"],
    )
    return findings(evidence, "m", needs)


@pytest.mark.parametrize(
    ("number", "said"),
    [("gate_reversal_r", "failed reversal"), ("gate_opposition_r", "failed opposition")],
)
def test_a_probe_that_failed_is_listed_and_only_the_respondents_own(number, said):
    def named(*failed, **more):
        evidence = Given(**{number: Number(0.1, -0.2, 0.4)})
        return [line for line in listed(evidence, *failed, **more) if "failed" in line]

    (line,) = named((number, "not permitted"))
    assert line.startswith(said)
    assert "0.10 [-0.20, 0.40]" in line
    assert named((number, "inconclusive"), (number, "permitted")) == []
    assert named((number, "not permitted"), who="other") == []
    assert named((number, "not permitted"), versus="other") == []
    assert named(("answered", "not permitted")) == []


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("varying_items", "constant items:"),
        ("rows_over_items", "fewer rows than items"),
    ],
)
def test_constant_items_and_few_rows_are_listed_below_one(name, said):
    def lines(value):
        return [x for x in listed(Given(**{name: Number(value, reason="r")})) if x.startswith(said)]

    (line,) = lines(0.95)
    assert name == "rows_over_items" or line == "constant items: 5% of items (r)"
    assert lines(1.0) == lines(1.05) == lines(math.nan) == []


def test_one_way_keying_is_listed_of_models_only():
    def lines(**evidence):
        return [x for x in listed(Given(**evidence)) if x.startswith("one-way keying")]

    first = PVQ.items[0].model_copy(update={"keyed": -1})
    both = PVQ.model_copy(update={"items": (first, *PVQ.items[1:])})
    assert len(lines()) == 1
    assert lines(instrument=both) == lines(of_people=True) == []


@pytest.mark.parametrize("name", ["rmet", "leas", "crisis-outlook"])
def test_right_answers_open_texts_and_ratings_of_stimuli_have_no_stems_to_oppose(name):
    instrument = va.load_instrument(name)
    assert listed(Given(instrument=instrument, varying_items=0.0, rows_over_items=0.0)) == []


def test_every_number_that_a_rule_may_name_has_a_unit_of_judgement():
    assert {kind.of for kind in NUMBERS.values()} == {"respondent", "pair", "construct"}


def why(number, *, name="answered", **more):
    return judged(Given(**{name: number}, **more), claim(need(name))).table["why"].item()


def test_a_sentence_says_the_number_its_interval_the_threshold_people_and_the_reason():
    said = "share of what was asked that has an answer"
    assert why(Number(0.4)) == f"{said} is 0.40, expected >= 0.5"
    assert why(Number(0.4, 0.1, 0.6, "few")) == f"{said} is 0.40 [0.10, 0.60], expected >= 0.5; few"
    assert why(Number(0.4, 0.1)) == f"{said} is 0.40, expected >= 0.5"
    assert why(Number(reason="no form")) == f"{said} is not available: no form"
    evidence = Given(answered=0.4)
    evidence.of_human_sample = {"answered": Number(0.9)}
    assert judged(evidence, claim()).table["why"].item().endswith("expected >= 0.5 (people: 0.90)")


def test_a_number_that_is_a_condition_says_its_reason_and_no_number():
    assert why(Number(0.0, reason="another wording"), name="wording_match") == "another wording"
    about = NUMBERS["wording_match"].about.removeprefix("1: ")
    assert why(Number(0.0), name="wording_match") == about
    assert why(Number(reason="x"), name="wording_match") == f"{about} is not available: x"


def test_a_verdict_prints_each_claim_and_only_its_own_exclusions():
    evidence = Given("a", "b", answered={"a": 1.0, "b": 0.0})
    evidence.excluded = pd.DataFrame(
        [["a", "too little spread", 2, 9], ["b", "too little spread", 1, 8]],
        columns=["respondent", "rule", "n", "of"],
    )
    pair = claim(claim_id="pair", about="pair")
    found = judged(evidence, claim(), pair)
    sentence = "excluded by declared rules: 2 of 9 rows (too little spread)"
    assert found.told_excluded("a") == [sentence]
    lines = str(found).splitlines()
    start = next(k for k, line in enumerate(lines) if line.startswith("b: "))
    first, second = lines[:start], lines[start:]
    assert f"  ! {sentence}" in first
    assert any(line.startswith("  permitted       C: all 1 needs are met") for line in first)
    assert any(line.startswith("  not permitted   Pair (b): ") for line in first)
    assert any(line.startswith("  not permitted   C: ") for line in second)
    assert not any("Pair" in line for line in second)
    construct = judged(Given(loading_ratio=1.0), claim(need("loading_ratio"), about="construct"))
    assert f"C ({next(iter(PVQ.default_lavaan))}): " in str(construct)
