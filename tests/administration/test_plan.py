"""Plans: what is asked of whom, in which order, with which seeds."""

from __future__ import annotations

from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from valuealign.administration.plan.form import Form, parse_forms
from valuealign.administration.plan.plan import Plan, derived_seed, item_order
from valuealign.errors import PlanError
from valuealign.respondent import Persona, Respondent

GPT = Respondent("gpt-4o", "https://api.openai.com/v1")
ITEMS = st.lists(st.text("abcdefgh", min_size=1), min_size=1, max_size=60, unique=True)


@given(ITEMS, st.sampled_from(["published", "reversed", "random", "latin"]), st.integers(1, 99))
def test_every_order_asks_every_item_once(items, order, occasion):
    ordered = item_order(tuple(items), Form(order=order), occasion, seed=occasion)
    assert sorted(ordered) == sorted(items)


@given(ITEMS)
def test_over_n_occasions_the_latin_order_puts_each_item_in_each_place_once(items):
    n = len(items)
    orders = [item_order(tuple(items), Form(order="latin"), k, 0) for k in range(1, n + 1)]
    for place in range(n):
        assert {order[place] for order in orders} == set(items)


def test_a_random_order_comes_back_with_its_seed_and_another_seed_gives_another():
    items = tuple(f"i{k}" for k in range(40))
    orders = [item_order(items, Form(order="random"), 1, seed) for seed in (5, 5, 6)]
    assert orders[0] == orders[1] != orders[2]


def test_a_plan_is_expanded_lazily(moods):
    plan = Plan(moods, (GPT,), occasions=10**12)
    assert plan.n_cells == 6 * 10**12
    assert [a.occasion for a in islice(plan.administrations(), 3)] == [1, 2, 3]


def test_the_same_plan_has_the_same_cells_and_seeds_and_another_seed_other_ones(moods):
    def cells(seed):
        plan = Plan(moods, (GPT,), parse_forms("order=random"), occasions=2, seed=seed)
        return [
            (a.cell(k).id, a.cell(k).seed, a.cell(k).item_ids)
            for a in plan.administrations()
            for k in range(a.n_cells)
        ]

    assert cells(1) == cells(1)
    assert {seed for _, seed, _ in cells(1)}.isdisjoint(seed for _, seed, _ in cells(2))
    assert sorted(i for i, _, _ in cells(1)) == sorted(i for i, _, _ in cells(2))


def test_cells_of_one_plan_have_ids_of_their_own(moods):
    people = (Persona("a", "You are a."), Persona("b", "You are b."))
    plan = Plan(
        moods,
        tuple(Respondent("m", "http://h/v1", person) for person in people),
        parse_forms("direction=published,reversed"),
        occasions=2,
    )
    ids = [a.cell(k).id for a in plan.administrations() for k in range(a.n_cells)]
    assert len(set(ids)) == len(ids) == plan.n_cells == 2 * 2 * 2 * 6


def test_a_whole_form_is_one_request(moods):
    plan = Plan(moods, (GPT,), parse_forms("context=whole"))
    (administration,) = plan.administrations()
    assert plan.n_cells == administration.n_cells == 1
    assert administration.cell(0).item_ids == moods.item_ids


def test_the_stem_follows_the_personas_sex_only_where_the_instrument_matches_it(moods):
    matched = moods.model_copy(
        update={"administration": moods.administration.model_copy(update={"sex_matched": True})}
    )
    woman = Respondent("m", "http://h/v1", Persona("w", "You are a woman.", "text", {"sex": "f"}))
    stems = {
        instrument is matched: next(Plan(instrument, (woman,)).administrations()).form.stem
        for instrument in (moods, matched)
    }
    assert stems == {False: "he", True: "she"}
    assert next(Plan(matched, (woman,)).administrations()).form_name == "published"


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"occasions": 0}, "occasions is 0; expected 1 or more"),
        ({"seed": -1}, "seed is -1"),
        ({"respondents": ()}, "no respondent"),
        ({"respondents": (GPT, GPT)}, "stands in the plan twice"),
        ({"forms": parse_forms("language=xx")}, "not written in 'xx', only in en"),
        ({"forms": parse_forms("stem=they")}, "they"),
        ({"forms": parse_forms("context=whole"), "elicitation": "logprobs"}, "one item's options"),
        ({"elicitation": "oracle"}, "elicitation is 'oracle'"),
    ],
)
def test_a_plan_that_cannot_be_carried_out_is_refused_before_anything_is_paid(moods, changes, says):
    arguments = {"instrument": moods, "respondents": (GPT,), **changes}
    with pytest.raises((PlanError, ValueError), match=says):
        Plan(**arguments)


def test_values_after_a_comma_are_crossed():
    forms = parse_forms("direction=published,reversed labels=numbers,letters order=random")
    assert [form.name for form in forms] == [
        "order=random",
        "order=random labels=letters",
        "order=random direction=reversed",
        "order=random direction=reversed labels=letters",
    ]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("direktion=reversed", "did you mean 'direction'"),
        ("direction=revesed", "did you mean 'reversed'"),
        ("reversed", "is not NAME=VALUE"),
        ("labels=", "is not NAME=VALUE"),
    ],
)
def test_a_misspelt_form_says_what_it_might_be(text, says):
    with pytest.raises(PlanError, match=says):
        parse_forms(text)


def test_keyed_options_are_shuffled_by_the_administration_and_come_back_the_same(words):
    plan = Plan(words, (GPT,), occasions=8)
    orders = [
        [option.label for option in administration.presented("w1").options]
        for administration in plan.administrations()
    ]
    again = [
        [option.label for option in administration.presented("w1").options]
        for administration in plan.administrations()
    ]
    assert orders == again
    assert len({tuple(order) for order in orders}) > 1


@given(st.integers(0, 2**63 - 1), st.text())
def test_derived_seeds_fit_every_endpoint(seed, what):
    assert 0 <= derived_seed(seed, what) < 2**31
