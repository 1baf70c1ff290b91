"""A reply to a whole form: every item gets its own answer, or none."""

from __future__ import annotations

import pytest
import tricky_replies as tricky
from hypothesis import given, settings
from hypothesis import strategies as st

from valuealign.administration.read import read_form
from valuealign.instrument.response_scale import Labelled

PVQ = Labelled(
    points=[{"code": k, "label": {"en": words}} for k, words in enumerate(tricky.LABELS, start=1)]
)
FORM = {f"i{k}": PVQ.presented() for k in range(1, 5)}


@pytest.mark.parametrize(
    ("reply", "values"),
    [
        ("1. 4\n2. 5\n3. 1\n4. 6", [4, 5, 1, 6]),
        ("1) 4\n2) 5\n3) 1\n4) 6", [4, 5, 1, 6]),
        ("1: like me\n2: not like me\n3: 1\n4: **6**", [5, 2, 1, 6]),
        ("Here are my answers:\n\n1. 4\n2. 5\n3. 1\n4. 6\n\nI hope this helps!", [4, 5, 1, 6]),
        ("Q1: 4\nQ2: 5\nQ3: 1\nQ4: 6", [4, 5, 1, 6]),
        ("| 1 | 4 |\n| 2 | 5 |\n| 3 | 1 |\n| 4 | 6 |", [4, 5, 1, 6]),
        ("1. Thinks for herself: 4\n2. Likes 3 things - 5\n3. x: 1\n4. y: 6", [4, 5, 1, 6]),
        ("4\n5\n1\n6", [4, 5, 1, 6]),
        ("1. 4, 2. 5, 3. 1, 4. 6", [4, 5, 1, 6]),
        ('{"1": "4", "2": 5, "3": "like me", "4": 6}', [4, 5, 5, 6]),
        ('```json\n{"i1": 4, "i2": 5, "i3": 1, "i4": 6}\n```', [4, 5, 1, 6]),
        ('{"answers": [4, 5, 1, 6]}', [4, 5, 1, 6]),
        ('[{"item": 2, "answer": 5}, {"item": 1, "answer": 4}]', [4, 5, None, None]),
        ("<think>1. 6</think>1. 4\n2. 5\n3. 1\n4. 6", [4, 5, 1, 6]),
        ("1. 4\n3. 1\n4. 6", [4, None, 1, 6]),
        ("1. 4\n1. 5\n2. 5\n3. 1\n4. 6", [None, 5, 1, 6]),
        ("1. 4\n2. 4 or 5\n3. 9\n4. 6", [4, None, None, 6]),
        ("4\n5\n1", [None] * 4),
        ("[4, 5, 1]", [None] * 4),
        ("4 5 1 6", [None] * 4),
        ("I would answer all of them with 4.", [None] * 4),
    ],
)
def test_a_whole_form_is_read_by_number_and_never_shifted(reply, values):
    assert [reading.value for reading in read_form(reply, FORM).values()] == values


def test_a_restated_scale_is_no_answer_to_the_first_items():
    scale = "\n".join(f"{k} = {words}" for k, words in enumerate(tricky.LABELS, start=1))
    found = read_form(f"{scale}\n\n1. 4\n2. 5\n3. 1\n4. 6", FORM)
    assert [reading.value for reading in found.values()] == [4, 5, 1, 6]


def test_declining_a_form_is_a_refusal_of_every_item():
    found = read_form("As an AI, I cannot answer these.", FORM)
    assert {reading.outcome for reading in found.values()} == {"refusal"}
    assert {reading.outcome for reading in read_form(None, FORM).values()} == {"failed"}


@given(st.permutations(range(4)), st.lists(st.integers(1, 6), min_size=4, max_size=4))
def test_items_are_found_by_number_in_whatever_order_they_come(order, values):
    lines = [f"{k + 1}. {values[k]}" for k in order]
    found = read_form("\n".join(lines), FORM)
    assert [reading.value for reading in found.values()] == values


@settings(max_examples=200)
@given(st.text())
def test_any_text_gives_every_item_a_reading(text):
    assert list(read_form(text, FORM)) == list(FORM)


@pytest.mark.parametrize(
    "head", ["not", "I would not say", "I do not think it is", "It is never a"]
)
def test_what_denies_a_number_in_a_form_is_no_statement_before_it(head):
    form = {f"i{k}": PVQ.presented() for k in range(2)}
    found = read_form(f"1. {head}: 4\n2. 5", form)
    assert [each.value for each in found.values()] == [None, 5]


REMARKS = [
    "The hardest one was 2, since I do not get tired as people do.",
    "I rated item 2 a 5 rather than a 4, which is actually the opposite of what I expected.",
    "Item 2: I gave this a 5 because I can talk about 3 arts, although I have no taste of my own.",
    '**Item 2: "She sings"**\nAs an AI, I don\'t have feelings, so a number is hard to choose.',
    "* **2 (5 = sings):** I do not sing, but I can describe it at great length.",
    "As an AI, I don't have personal opinions. I hope this helps!",
    "---\n\n### Reasoning\n\n* **Item 3 (Rests - 6):** I do not tire, so a 6 and not a 5.",
]


@pytest.mark.parametrize("remark", REMARKS)
@pytest.mark.parametrize("preface", ["", "As an AI, I have no body. Here is how I see myself:\n\n"])
def test_remarks_around_a_form_are_about_the_form(remark, preface):
    form = {f"i{k}": PVQ.presented() for k in range(3)}
    found = read_form(f"{preface}1. 4\n2. 5\n3. 6\n\n{remark}", form)
    assert [each.value for each in found.values()] == [4, 5, 6]


@pytest.mark.parametrize(
    "remark",
    [
        "Actually, 2 should be 4.",
        "Item 2 should be 4 instead.",
        "I want to change 3 to 1.",
        "Correction: 2. 4",
        "Oops, I meant 1 for the first.",
        "Wait, number 3 is a 1.",
    ],
)
def test_what_corrects_a_form_leaves_it_unread(remark):
    form = {f"i{k}": PVQ.presented() for k in range(3)}
    found = read_form(f"1. 4\n2. 5\n3. 6\n\n{remark}", form)
    assert all(each.value is None for each in found.values())
