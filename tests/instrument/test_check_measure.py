"""What the linter says of a measure, on each side of its counts and of the stated chance."""

from __future__ import annotations

import pytest

import valuealign as va
from valuealign.instrument.lint.check_measure import (
    _MANY,
    circle,
    keying,
    keys,
    models,
    norms,
    people,
    scales,
)
from valuealign.instrument.response_scale import Open
from valuealign.instrument.scale import Norm


def said(check, instrument, *more):
    return [(remark.severity, remark.found) for remark in check(instrument, *more)]


def scoring_of(instrument, **scoring):
    return instrument.model_copy(update={"scoring": instrument.scoring.model_copy(update=scoring)})


@pytest.mark.parametrize(
    ("chance", "wrong"),
    [(0.25, False), (0.2451, False), (0.2549, False), (0.2449, True), (0.2551, True), (0.33, True)],
)
def test_chance_is_one_over_the_options_to_half_a_hundredth(words, chance, wrong):
    found = said(keys, scoring_of(words, chance=chance))
    expected = [("error", f"chance is {chance:g}, and the items have other numbers of options")]
    assert found == (expected if wrong else [])


def test_chance_may_be_that_of_any_number_of_options_that_an_item_has(words):
    first = words.items[0]
    shorter = first.model_copy(update={"options": first.options[:2]})
    mixed = words.model_copy(update={"items": (shorter, *words.items[1:])})
    for chance, n in ((0.5, 0), (0.25, 0), (0.4, 1)):
        assert len(said(keys, scoring_of(mixed, chance=chance))) == n


def test_a_chance_that_is_not_stated_is_a_warning(words):
    expected = [("warning", "the share right by guessing is not stated")]
    assert said(keys, scoring_of(words, chance=None)) == expected
    assert said(keys, scoring_of(words, chance=None, method="choices")) == expected


def test_a_scored_item_of_a_keyed_test_has_a_right_answer(words):
    first = words.items[0].model_copy(update={"answer": None})
    open_ = words.model_copy(update={"items": (first, *words.items[1:])})
    expected = ("error", f"item {first.id!r} is scored and has no right answer")
    assert said(keys, open_) == [expected]
    scale = words.scales[0].model_copy(update={"items": words.scales[0].items[1:]})
    assert said(keys, open_.model_copy(update={"scales": (scale,)})) == []
    assert said(keys, scoring_of(open_, method="choices")) == []
    assert said(keys, scoring_of(words, method="mean")) == [
        ("warning", "a keyed choice is scored by 'mean'")
    ]


def test_an_instrument_that_is_not_keyed_needs_no_right_answers(moods):
    assert said(keys, moods) == []


@pytest.mark.parametrize(("n", "remarks"), [(3, 0), (2, 1), (1, 1)])
def test_a_scale_has_three_items(moods, n, remarks):
    short = moods.scales[0].model_copy(update={"items": moods.scales[0].items[:n]})
    found = said(scales, moods.model_copy(update={"scales": (short, *moods.scales[1:])}))
    assert found[:remarks] == [("warning", f"scale 'CHEER' has {n} items")][:remarks]
    assert len(found) == remarks + 3 - n  # and every item that lost its scale is said


def test_an_instrument_without_scales_is_one_error_and_no_warning_for_each_item(moods):
    bare = moods.model_copy(update={"scales": ()})
    assert said(scales, bare) == [("error", "there are no scales")]


def test_texts_about_stimuli_need_no_scales_and_texts_about_nothing_do(moods):
    written = {"scales": (), "response_scale": Open()}
    assert said(scales, moods.model_copy(update=written | {"about": {"vignette": "text"}})) == []
    assert said(scales, moods.model_copy(update=written)) == [("error", "there are no scales")]


def keyed_one_way(instrument):
    items = tuple(item.model_copy(update={"keyed": 1}) for item in instrument.items)
    return instrument.model_copy(update={"items": items})


def test_one_way_keying_is_said_of_rating_scales_with_two_items_or_more(moods, words):
    one_way = keyed_one_way(moods)
    assert [severity for severity, _ in said(keying, one_way)] == ["note"]
    assert said(keying, moods) == []
    assert said(keying, keyed_one_way(words)) == []
    assert len(said(keying, one_way.model_copy(update={"items": one_way.items[:2]}))) == 1
    assert said(keying, one_way.model_copy(update={"items": one_way.items[:1]})) == []


def test_opposed_stems_are_the_remedy_where_every_item_has_one(moods):
    (remark,) = keying(keyed_one_way(moods))
    assert remark.hint == "its stems of opposed content can: --form content=stem,opposed"
    first = moods.items[0].model_copy(update={"opposed": None, "keyed": 1})
    lacking = keyed_one_way(moods).model_copy(update={"items": (first, *moods.items[1:2])})
    (remark,) = keying(lacking)
    assert remark.hint.startswith("write stems of opposed content")


def test_a_norm_names_a_known_population_or_says_why_it_has_none(moods):
    def of(**norm):
        norm = Norm(**({"population": None} | norm))
        return moods.model_copy(update={"norms": (norm,)})

    assert said(norms, of(population="p"), ["p"]) == said(norms, of(population="p"), None) == []
    assert said(norms, of(reason="none was published"), []) == []
    assert said(norms, of(), None) == [("error", "a norm that refers to nothing")]
    assert len(said(norms, of(population="p"), ["q"])) == 1
    assert len(said(norms, of(population="p"), [])) == 1


PVQ = va.load_instrument("pvq-21")


def test_a_circle_has_a_place_for_every_scale_and_a_citation():
    order = PVQ.circle[0]
    assert said(circle, PVQ) == []
    short = order.model_copy(update={"order": order.order[1:]})
    ((severity, problem),) = said(circle, PVQ.model_copy(update={"circle": (short,)}))
    assert (severity, "has no place for" in problem) == ("note", True)
    strange = order.model_copy(update={"order": (*order.order[1:], ("XX",))})
    assert said(circle, PVQ.model_copy(update={"circle": (strange,)})) == []
    bare = order.model_copy(update={"citation": None})
    ((severity, problem),) = said(circle, PVQ.model_copy(update={"circle": (bare,)}))
    assert (severity, problem) == ("warning", f"circle {order.id!r} has no citation")


def test_samples_that_stand_for_people_are_known():
    names = list(PVQ.people.populations.values())
    assert said(people, PVQ, names) == said(people, PVQ, None) == []
    assert [severity for severity, _ in said(people, PVQ, [])] == ["error"] * len(names)
    assert said(people, PVQ.model_copy(update={"people": None}), []) == []


def many(moods, n):
    """An instrument of one scale with so many items and no model of its own."""
    items = tuple(moods.items[0].model_copy(update={"id": f"i{k}"}) for k in range(n))
    ids = tuple(item.id for item in items)
    scale = moods.scales[0].model_copy(update={"items": ids})
    return moods.model_copy(
        update={"items": items, "scales": (scale,), "composites": (), "models": ()}
    )


def test_a_model_is_checked_where_it_can_be_identified_and_skipped_beyond_four_hundred_items(moods):
    two = many(moods, 2)
    ((severity, problem),) = said(models, two)
    assert (severity, "cannot be identified" in problem) == ("warning", True)
    assert said(models, many(moods, 3)) == []
    assert said(models, two.model_copy(update={"scales": ()})) == []
    assert said(models, scoring_of(two, method="accuracy")) == []
    assert _MANY == 400
