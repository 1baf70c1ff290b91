"""A reply format is one function in a table; items, confidences and forms follow."""

from __future__ import annotations

import pytest
from tricky_kinds import SCALES

from valuealign.administration.read import cached_reading, read, read_form, reply_formats
from valuealign.administration.read.answer_fields import Fields, TwiceError


def pairs(text):
    """Fields as ``[name=value; name=value]``."""
    start, end = text.find("["), text.rfind("]")
    named = [each.partition("=") for each in text[start + 1 : end].split(";")]
    if start < 0 or not all(sign for _, sign, _ in named):
        return None
    fields = {name.strip(): value.strip() for name, _, value in named}
    if len(fields) < len(named):
        raise TwiceError("pairs")
    return Fields("Pairs", fields, text[:start], text[end + 1 :])


@pytest.fixture(autouse=True)
def _second_format(monkeypatch):
    monkeypatch.setattr(reply_formats, "FORMATS", (*reply_formats.FORMATS, pairs))
    cached_reading.cache_clear()
    yield
    cached_reading.cache_clear()


@pytest.mark.parametrize(
    ("reply", "outcome", "value", "how"),
    [
        ("[answer=4]", "answer", 4.0, "pairs"),
        ("My answer:\n[answer=Agree a little; reason=2 of them]", "answer", 4.0, "pairs"),
        ("My answer [answer=4]", "unreadable", None, "Pairs within a sentence"),
        ("[answer=4]\nI mean 2.", "unreadable", None, "another option named as well"),
        ("[answer=4; answer=4]", "unreadable", None, "a field stands twice in pairs"),
        ("[reason=4]", "unreadable", None, "Pairs without an answer"),
        ("[answer=4; rating=5]", "unreadable", None, "two options in Pairs"),
        ("[answer=I cannot answer that.]", "refusal", None, "declines"),
        ('{"answer": 4}', "answer", 4.0, "json"),
    ],
)
def test_one_item_is_read_in_it(reply, outcome, value, how):
    found = read(reply, SCALES["agree"])
    assert (found.outcome, found.value, found.how) == (outcome, value, how)


def test_a_confidence_and_a_form_are_read_in_it_too():
    found = read("[answer=yes; confidence=70]", SCALES["yes_no"])
    assert (found.value, found.confidence) == (1.0, 70.0)
    form = {"a": SCALES["like"], "b": SCALES["like"]}
    assert [each.value for each in read_form("[1=4; 2=like me]", form).values()] == [4, 5]
    assert [each.value for each in read_form("[1=4; 1=5]", form).values()] == [None, None]
