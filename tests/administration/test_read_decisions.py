"""The reader's own decisions, each with the reply on either side of it."""

from __future__ import annotations

import pytest
from tricky_kinds import SCALES

from valuealign.administration.read import read
from valuealign.administration.read.refusal import declines, is_refusal
from valuealign.instrument.response_scale import Open


def value(reply, scale="agree"):
    found = read(reply, SCALES[scale])
    return found.value if found.outcome == "answer" else found.outcome


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        ("I cannot answer that.", True),
        ("I cannot stand lies.", False),
        ("", False),
    ],
)
def test_a_refusal_is_about_answering(reply, said):
    assert is_refusal(reply) is said
    assert declines(reply) is said


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        ("4", 4.0),
        ("4 and 4", "unreadable"),
        ("4 and 5", "unreadable"),
        ("4. Agree a little", 4.0),
        ("4. Agree strongly", "unreadable"),
        ("6", "unreadable"),
        ("4/5", 4.0),
        ("4/6", "unreadable"),
    ],
)
def test_number_words_and_scale_agree_or_nothing_is_read(reply, expected):
    assert value(reply) == expected


@pytest.mark.parametrize(
    ("reply", "confidence"),
    [
        ("Yes, 0%", 0.0),
        ("Yes, 1%", 1.0),
        ("Yes, 100%", 100.0),
        ("Yes, 101%", "unreadable"),
        ("Yes, 80% sure. I am 80% confident.", 80.0),
        ("Yes, 80% sure. I am 70% confident.", "unreadable"),
        ("Yes, sure: 80", 80.0),
        ('{"answer": "yes", "confidence": 0}', 0.0),
        ('{"answer": "yes", "confidence": 0.5}', None),
        ('{"answer": "yes", "confidence": 1}', 1.0),
        ('{"answer": "yes", "confidence": 1.5}', 1.5),
        ('{"answer": "yes", "confidence": 100}', 100.0),
        ('{"answer": "yes", "confidence": 101}', "unreadable"),
        ('{"answer": "yes", "confidence": -1}', "unreadable"),
        ('{"answer": "yes", "confidence": "80 %"}', 80.0),
        ('{"answer": "yes", "confidence": "high"}', None),
        ('{"answer": "yes", "confidence": true}', None),
        ('{"answer": "yes"}', None),
    ],
)
def test_a_confidence_is_a_per_cent_from_nothing_to_a_hundred(reply, confidence):
    found = read(reply, SCALES["yes_no"])
    assert (found.confidence if found.outcome == "answer" else found.outcome) == confidence


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        ('{"answer": 4}', 4.0),
        ('My answer:\n{"answer": 4}', 4.0),
        ('My answer: `{"answer": 4}`', 4.0),
        ('My answer {"answer": 4}', "unreadable"),
        ('For example:\n{"answer": 4}', "unreadable"),
        ('I cannot answer this:\n{"answer": 4}', "unreadable"),
        ('{"answer": 4}\nI mean 2.', "unreadable"),
    ],
)
def test_an_answer_in_json_is_read_where_the_words_before_announce_it(reply, expected):
    assert value(reply) == expected


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        ("I cannot answer that.", "refusal"),
        ("As an AI, I do not have a brother.", "refusal"),
        ("I would call my brother and tell him.", "answer"),
        ("I would call my brother. " * 12 + "I cannot answer that.", "answer"),
    ],
)
def test_an_open_answer_declines_where_it_begins_by_declining(reply, outcome):
    assert read(reply, Open()).outcome == outcome


UNABLE = "I am an AI and cannot answer that."


@pytest.mark.parametrize(
    "reply",
    [
        f"2\n{UNABLE}",
        f"2\n\n{UNABLE}",
        f"2. {UNABLE}",
        "2\nI'm an AI and so can't answer that.",
        "2\nI'm just a language model and cannot choose one of the options.",
        f"Disagree a little\n{UNABLE}",
        UNABLE,
    ],
)
def test_a_reply_that_says_what_it_is_and_then_declines_has_no_value(reply):
    assert value(reply) in ("refusal", "unreadable")


@pytest.mark.parametrize(
    "reply",
    ["2\nI am an early riser and cannot stand lies.", "2\nI am a teacher and answer letters."],
)
def test_what_somebody_is_and_cannot_stand_takes_nothing_back(reply):
    assert value(reply) == 2.0
