"""The reader: what is plain is read, what is not is never guessed, whatever is sent."""

from __future__ import annotations

import json
import time

import pytest
import tricky_replies as tricky
from hypothesis import given, settings
from hypothesis import strategies as st

from valuealign.administration.read import read, read_form
from valuealign.instrument.item import ItemOption
from valuealign.instrument.presented import Presented
from valuealign.instrument.response_scale import (
    Keyed,
    Labelled,
    Numeric,
    Open,
    VisualAnalogue,
    YesNoConfidence,
)

PVQ = Labelled(
    points=[{"code": k, "label": {"en": words}} for k, words in enumerate(tricky.LABELS, start=1)]
)
AGREE = Labelled(
    points=[
        {"code": k, "label": {"en": words}}
        for k, words in enumerate(
            (
                "Disagree strongly",
                "Disagree a little",
                "Neither agree nor disagree",
                "Agree a little",
                "Agree strongly",
            ),
            start=1,
        )
    ]
)
DIRECTIONS, LABELS = ("published", "reversed"), ("numbers", "letters", "words")

# Answers as chat models write them on a scale from 1 to 5, with the values a reader may give.
MESSY = [
    ("4", {4}),
    (" 4\n", {4}),
    ("4.", {4}),
    ("**4**", {4}),
    ("4 - Agree a little", {4}),
    ("Agree a little", {4}),
    ("agree a little.", {4}),
    ("I would say 4.", {4}),
    ("My answer is 4 out of 5.", {4}),
    ("4/5", {4}),
    ("Answer: 4", {4}),
    ('{"answer": 4}', {4}),
    ('```json\n{"answer": 4}\n```', {4}),
    ("four", {4}),
    ("<think>It could be 2 or 3. I pick 4.</think>4", {4}),
    ("On a scale from 1 to 5, I choose 2", {2}),
    ("I disagree strongly with the view that it is a 5; so 1", {1, None}),
    ("As an AI, I don't have personal preferences.", {None}),
    ("I cannot answer that.", {None}),
    ("As an AI I have no feelings, but if I had to choose: 3", {3, None}),
    ("Between 3 and 4", {None}),
    ("7", {None}),
    ("10", {None}),
    ("", {None}),
]


def test_what_is_plainly_stated_is_read():
    readings = [(reply, code, read(reply, PVQ)) for reply, code in tricky.PLAIN]
    wrong = [each for each in readings if (each[2].outcome, each[2].value) != ("answer", each[1])]
    assert not wrong


def test_what_is_not_plainly_stated_is_never_given_a_value():
    assert not [reply for reply in tricky.NOT_PLAIN if read(reply, PVQ).value is not None]


def test_declining_is_a_refusal():
    readings = [(reply, read(reply, PVQ)) for reply in tricky.DECLINED]
    assert not [each for each in readings if each[1].outcome != "refusal"]
    assert all(reading.value is None for _, reading in readings)


def test_the_messy_answers_of_chat_models_are_read_and_none_wrongly():
    readings = [(reply, values, read(reply, AGREE).value) for reply, values in MESSY]
    assert not [each for each in readings if each[2] not in each[1]]


def test_none_is_failed_and_nothing_is_unreadable():
    assert read(None, PVQ).outcome == "failed"
    assert read("", PVQ).outcome == "unreadable"


@pytest.mark.parametrize("labels", LABELS)
def test_seven_hundred_real_replies_are_all_read_right(labels, shared):
    offered = PVQ.presented(labels=labels)
    replies = shared("llm/valueportrait/replies.jsonl")
    for line in replies.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        assert read(row["reply"], offered).value == row["expected"], row["reply"]


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("labels", LABELS)
def test_every_token_and_every_label_reads_as_its_own_code(direction, labels):
    for scale in (PVQ, AGREE):
        offered = scale.presented(direction=direction, labels=labels)
        for option in offered.options:
            for said in (option.token, option.label, f"{option.token} - {option.label}"):
                if option.token == option.label and " - " in said:
                    continue
                assert read(said, offered).value == option.code


CODES = st.integers(1, 6)
WRAPPED = st.sampled_from(
    [
        "{}",
        "**{}**",
        "{}.",
        "  {}\n",
        "`{}`",
        "I would say {}.",
        "My answer is {}",
        "Answer: {}",
        "<think>5 or 2?</think>{}",
        "On a scale from 1 to 6, I would say {}",
        "Let me think about this person.\n\n{}",
        "{}\n\nI gave this some thought.",
        '{{"answer": "{}"}}',
    ]
)


@given(CODES, WRAPPED, st.booleans(), st.sampled_from(["title", "lower", "upper", "swapcase"]))
def test_dress_does_not_change_a_reading(code, dress, words, case):
    said = tricky.LABELS[code - 1] if words else str(code)
    assert read(dress.format(getattr(said, case)()), PVQ).value == code


@given(CODES, CODES, st.booleans(), st.booleans())
def test_a_negation_or_a_second_option_does_change_it(code, other, words, more):
    said = [tricky.LABELS[k - 1] if words else str(k) for k in (code, other)]
    if code == other:
        return
    for reply in (
        f"{said[0]} or {said[1]}",
        f"I would say {said[0]} or {said[1]}.",
        f"{said[0]}\n{said[1]}",
        f"My answer is {said[0]}. My answer is {said[1]}.",
        f"not {said[0]}" if not words else f"I would not say {said[0]}",
        f"I would never choose {said[0]}",
        f"I don't think it is {said[0]}",
    ):
        assert read(reply, PVQ).value is None, reply


@settings(max_examples=400)
@given(st.text())
def test_any_text_has_a_reading_that_is_one_of_the_options(text):
    for offered in (PVQ.presented(), PVQ.presented(labels="letters", direction="reversed")):
        found = read(text, offered)
        assert found.outcome in ("answer", "refusal", "unreadable")
        assert found.value is None or found.value in range(1, 7)
        assert (found.value is not None) == (found.outcome == "answer")


WORDS = st.lists(
    st.sampled_from(
        [
            "I",
            "like",
            "me",
            "not",
            "at",
            "all",
            "very",
            "much",
            "a",
            "little",
            "4",
            "5",
            "or",
            "is",
            "my",
            "answer",
            "would",
            "say",
            ":",
            "-",
            "(",
            ")",
            ".",
            ",",
            "\n",
            "the",
            "person",
            "so",
            "but",
            "one",
            "10",
            "/",
            "6",
            "out",
            "of",
        ]
    ),
    max_size=14,
)


@settings(max_examples=600)
@given(WORDS)
def test_two_different_numbers_in_one_line_are_never_one_answer(words):
    """Unless one of them is the scale's own end ("4 out of 6") or stands in a reason."""
    text = " ".join(words)
    found = read(text, PVQ)
    if found.value is not None and "\n" not in text and {"4", "5"} <= set(words):
        spoken = [word for word in words if word in ("4", "5")]
        assert found.value in {float(word) for word in spoken} | {1.0, 2.0, 3.0, 5.0, 6.0}
        assert "or" not in words[: words.index(spoken[-1])][words.index(spoken[0]) :]


@pytest.mark.parametrize(
    "text",
    [
        "1" * 2_000_000,
        "a " * 1_000_000,
        "I would say " * 170_000,
        "4, " * 600_000,
        "\n" * 2_000_000,
        "((" * 1_000_000,
        "so " * 600_000,
        "not like me at " * 130_000,
        "<think>" * 280_000,
        '{"a":' * 400_000,
        "I'm sorry " * 200_000,
        "1. 4\n" * 400_000,
    ],
    ids=lambda text: text[:12],
)
def test_two_megabytes_of_anything_are_read_in_seconds(text):
    start = time.process_time()
    read(text, PVQ)
    read_form(text, {f"i{k}": PVQ.presented() for k in range(57)})
    assert time.process_time() - start < 20


def offered(*words):
    """Keyed options."""
    return Keyed().presented(
        [ItemOption(code=k, label={"en": word}) for k, word in enumerate(words, start=1)]
    )


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        ("happy", 2),
        ("2", 2),
        ("The answer is happy.", 2),
        ("She looks happy.", 2),
        ("I think he is happy", 2),
        ("2. happy", 2),
        ("happy\n\nThe brows are raised.", 2),
        ("unhappy", None),
        ("happy or tired", None),
        ("not happy", None),
        ("Not angry, maybe happy", None),
        ("The person is not happy.", None),
        ("3 - happy", None),
    ],
)
def test_a_word_is_chosen_by_word_or_number(reply, code):
    assert read(reply, offered("angry", "happy", "tired", "wet")).value == code


@pytest.mark.parametrize(
    ("reply", "value"),
    [
        ("42", 42),
        ("42.5", 42.5),
        ("I would say 42", 42),
        ("My answer is 42.", 42),
        ("42/100", 42),
        ('{"answer": 42}', 42),
        ("101", None),
        ("-1", None),
        ("40-50", None),
        ("about forty", None),
        ("42 or 43", None),
        ("42/50", None),
        ("I have 42 cats.", None),
    ],
)
def test_a_free_number_is_read_within_its_bounds(reply, value):
    assert read(reply, Numeric(minimum=0, maximum=100)).value == value


def test_a_line_that_runs_the_other_way_comes_back_in_the_instruments_direction():
    line = VisualAnalogue(low={"en": "calm"}, high={"en": "tense"})
    assert read("20", line).value == 20
    assert read("20", line.presented(direction="reversed")).value == 80


@pytest.mark.parametrize(
    ("reply", "value", "confidence"),
    [
        ("yes, 80%", 1, 80),
        ("No (60)", 0, 60),
        ("Yes. Confidence: 80", 1, 80),
        ("yes", 1, None),
        ("No, I am 90% sure", None, None),
        ("yes and no", None, None),
        ("yes, 180%", None, None),
        ('{"answer": "yes", "confidence": 70}', 1, 70),
        ("yes\n\nBecause it is so.", 1, None),
    ],
)
def test_yes_and_no_come_with_a_confidence(reply, value, confidence):
    found = read(reply, YesNoConfidence())
    if reply != "No, I am 90% sure":  # either reading of this one is right
        assert (found.value, found.confidence) == (value, confidence)


def test_open_text_is_an_answer_without_a_value_and_declining_is_not():
    assert read("I would feel glad.", Open()).outcome == "answer"
    assert read("I would feel glad.", Open()).value is None
    assert read("I'm sorry, but I can't do that.", Open()).outcome == "refusal"
    assert read("  ", Open()).outcome == "unreadable"


def test_the_undefined_option_is_an_answer_without_a_code():
    scale = Labelled(
        points=[{"code": 1, "label": {"en": "no"}}, {"code": 2, "label": {"en": "yes"}}],
        undefined={"en": "don't know"},
    )
    found = read("Don’t know", scale)
    assert (found.outcome, found.value) == ("answer", None)
    assert isinstance(scale.presented(), Presented)
