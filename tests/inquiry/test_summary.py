"""The sentences that open a verdict are true of planted truths."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest

import valuealign as va

PVQ = va.load_instrument("pvq-21")
FORMS = list(itertools.product(("published", "reversed"), ("stem", "opposed")))
LEVELS = dict(zip((scale.id for scale in PVQ.scales), [6, 6, 5, 1, 1, 3, 2, 3, 5, 4], strict=True))
MEAN = np.array([LEVELS[next(s.id for s in PVQ.scales if i in s.items)] for i in PVQ.item_ids])


def replies(answer, *, forms=FORMS, occasions=3, model="planted", seed=1):
    """Replies of a respondent: `answer(rng, opposed, turned)` gives 21 codes as published."""
    rng = np.random.default_rng(seed)
    rows = []
    for (direction, content), occasion in itertools.product(forms, range(1, occasions + 1)):
        values = answer(rng, content == "opposed", direction == "reversed")
        design = {"model": model, "direction": direction, "content": content, "occasion": occasion}
        rows.append(dict(zip(PVQ.item_ids, values, strict=True)) | design)
    return pd.DataFrame(rows)


def person(rng, opposed, turned):
    values = 7 - MEAN if opposed else MEAN
    return np.clip(values + rng.integers(-1, 2, 21), 1, 6)


def shown_four(rng, opposed, turned):
    return np.full(21, 3 if turned else 4)


def published_four(rng, opposed, turned):
    return np.full(21, 4)


def four_with_errors(rng, opposed, turned):
    shown = np.where(rng.random(21) < 0.05, rng.integers(1, 7, 21), 4)
    return 7 - shown if turned else shown


def noise(rng, opposed, turned):
    return rng.integers(1, 7, 21)


def agrees(rng, opposed, turned):
    return np.clip(5 + rng.integers(-1, 2, 21), 1, 6)


def first_place(rng, opposed, turned):
    shown = np.clip(1 + rng.integers(0, 2, 21), 1, 6)
    return 7 - shown if turned else shown


def half_by_place(rng, opposed, turned):
    place = 6 if turned else 1
    return np.where(rng.random(21) < 0.5, place, person(rng, opposed, turned))


def harmless_only(rng, opposed, turned):
    values = person(rng, opposed, turned).astype(float)
    values[::2] = np.nan
    return values


def summary(frame):
    return va.verdict(va.as_responses(frame, PVQ)).summary


@pytest.mark.parametrize("answer", [shown_four, published_four])
def test_one_answer_to_every_item_is_said_first(answer):
    said = summary(replies(answer))["planted"]
    assert "gave one answer to every item" in said.split(". ")[0]
    assert "nothing else may be concluded" in said


@pytest.mark.parametrize(
    "answer", [four_with_errors, noise, agrees, first_place, half_by_place, harmless_only]
)
def test_who_does_not_answer_the_items_is_said_not_to(answer):
    for seed in range(3):
        said = summary(replies(answer, seed=seed))["planted"]
        assert "does not answer what the items say" in said
        assert "rank" not in said
        assert "nothing else may be concluded" in said


def test_who_answers_the_items_is_said_to():
    said = summary(replies(person))["planted"]
    assert "12 times, and it answers what the items say." in said
    assert said.split("; ")[0].endswith("rank its scales and rank its groups of scales")


@pytest.mark.parametrize("forms", [FORMS[:1], FORMS[:2], FORMS[::2]])
def test_missing_forms_are_said_with_the_command_that_adds_them(forms):
    verdict = va.verdict(va.as_responses(replies(person, forms=forms), PVQ))
    said = verdict.summary["planted"]
    assert "whether it answers what the items say is not known" in said
    (command,) = verdict.remedies["planted"]
    assert command.startswith("valuealign administer --instrument pvq-21 --model planted")
    assert "direction=published,reversed content=stem,opposed" in command
    assert f"add what is missing: {command}" in str(verdict)
    assert "anything else needs the forms that are missing" in said


def test_occasions_of_one_respondent_have_no_structure():
    said = summary(replies(person, occasions=40))["planted"]
    may_not = said.split("; ", 1)[1]
    assert "say that its items hang together as people's do" in may_not


def test_equal_and_different_respondents():
    def other(rng, opposed, turned):
        values = MEAN if opposed else 7 - MEAN
        return np.clip(values + rng.integers(-1, 2, 21), 1, 6)

    alike = summary(pd.concat([replies(person), replies(person, model="twin", seed=2)]))
    apart = summary(pd.concat([replies(person), replies(other, model="twin", seed=2)]))
    assert "compare it with twin" in alike["planted"].split("; ")[0]
    assert "different" not in alike["planted"].split("; ")[0]
    assert "call its values different from those of twin" in apart["planted"].split("; ")[0]


def test_one_that_cannot_be_compared_is_named_with_the_reason():
    said = summary(pd.concat([replies(person), replies(noise, model="dice", seed=2)]))["planted"]
    assert "compare it with dice" in said.split("; ", 1)[1]
    assert "dice does not answer what the items say" in said


def test_people_are_said_to_be_people():
    rng = np.random.default_rng(1)
    frame = pd.DataFrame(rng.integers(1, 7, (80, 21)), columns=PVQ.item_ids)
    (said,) = va.verdict(frame, PVQ).summary.values()
    assert "was answered by 80 people" in said
    assert "one may not say that its items hang together as people's do" in said


def test_one_answer_among_refusals_is_not_called_one_answer_to_every_item():
    def almost_silent(rng, opposed, turned):
        return np.where(np.arange(21) == 3, 4.0, np.nan)

    found = va.verdict(va.as_responses(replies(almost_silent), PVQ))
    said = found.summary["planted"]
    assert "one answer to every item" not in said
    assert "too few of the replies are answers. No claim is permitted" in said
    assert found.headline["planted"].startswith("inconclusive whether it is a measure: share of")


def test_a_single_item_that_is_refused_is_named():
    def but_one(rng, opposed, turned):
        return np.where(np.arange(21) == 3, np.nan, person(rng, opposed, turned))

    said = summary(replies(but_one))["planted"]
    assert "and some items are hardly ever answered (item pvq04). No claim is permitted" in said
    assert "does not answer" not in said


def test_too_few_replies_of_the_other_are_said_of_the_other():
    silent = replies(harmless_only, model="silent", seed=2)
    found = va.verdict(va.as_responses(pd.concat([replies(person), silent]), PVQ))
    assert "too few of the replies are answers (silent)" in found.summary["planted"]
    assert found.headline["planted"].startswith("a measure for what is permitted")
    assert found.headline["silent"].startswith("inconclusive")


def test_what_may_be_said_comes_in_the_order_of_the_claims():
    both = pd.concat([replies(person), replies(person, model="twin", seed=2)])
    for said in summary(both).values():
        may = said.split("One may ")[1].split("; ")[0]
        order = [may.index(x) for x in ("describe", "rank its scales", "rank its groups")]
        assert order == sorted(order)
        assert may.index("compare it with") > order[-1]


def test_the_headline_of_one_respondent_does_not_ask_for_a_second():
    alone = va.verdict(va.as_responses(replies(person), PVQ)).headline["planted"]
    assert alone.startswith("a measure for what is permitted")
    few = va.verdict(va.as_responses(replies(person, occasions=2), PVQ)).headline["planted"]
    assert few.startswith("inconclusive whether it is a measure: administrations of the form")
