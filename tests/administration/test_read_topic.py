"""Words of the topic never change a reading: another item, another reason, the same answer."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tricky_kinds import FOUR
from tricky_kinds import TOPIC_SCALES as SCALES

from valuealign.administration.read import read, read_form
from valuealign.instrument.presented import Option, Presented

ITEMS = [
    "trains are late",
    "the number 13 is unlucky",
    "astrology explains many things",
    "people should obey 2 rules",
    "it's important to her to be rich",
    "children never lie",
    "I very often agree with my boss",
    "no one is above the law",
    "Paris is a city, and Rome too",
    "the rich aren't taxed too highly",
    "a lot of art is bad",
    "if it rains, trains stop",
]
REASONS = [
    "Trains are late.",
    "I like rules.",
    "Rules matter.",
    "It is useful.",
    "No rule is sacred.",
    "Astrology is not a science.",
    "People like order.",
    "Not everything is free.",
    "Only time will tell.",
    "My 2 sons sing.",
    "One must be kind.",
    "I never lie.",
    "I very much enjoy it.",
    "Actually doing things counts.",
    "Others may think otherwise.",
    "Both parents work.",
    "If people work, they eat.",
    "Sometimes trains stop.",
    "Children cannot choose their parents.",
    "I can't help smiling.",
    "A king rules.",
    "Four seasons pass.",
    "Access to care is a right.",
    "I cannot tell lies.",
    "This means a lot.",
]
BEFORE_A_REASON = [
    "{token}\n\n{reason}",
    "{token}\n{reason}",
    "{token} - {reason}",
    "{token}) {words}. {reason}",
    "{token}. {words}. {reason}",
    "{token}) {words}\n\n{reason}",
    "{words}. {reason}",
    "{words}\n\n{reason}",
    "{token} = {words}\n\n{reason}",
    "**{token}**\n\n{reason}",
    "**{token}. {words}**\n\n{reason}",
    "I would say {token}. {reason}",
    "My answer is {token}. {reason}",
    "Answer: {token}\n{reason}",
    "Answer: {token}\n\nExplanation: {reason}",
    "{token}; {reason}",
    "Here's my answer:\n\n{token}) {words}\n\n{reason}",
    "{token} ({words}). {reason}",
    "As an AI, I don't have personal values. My answer is:\n\n{token} = {words}\n\n{reason}",
    "{reason}\n\nAnswer: {token}",
    "{reason} So my answer is {token}.",
    '"{words}". {reason}',
    'I choose "{words}". {reason}',
    "Option {token}. {reason}",
    "- {token}\n- {reason}",
    "<think>hm</think>{token}\n\n{reason}",
    "{words} - {reason}",
    "{words}: {reason}",
    "I'd go with {token}) {words}. {reason}",
    "({token}) {words}. {reason}",
    "{reason}\n\n{token}) {words}",
    "{reason}\n\n{token}) {words}\n\n{reason}",
]
ABOUT_AN_ITEM = [
    'I would rate the statement "{item}" as {token}.',
    "I would rate the statement '{item}' as {token}.",
    "I would rate the statement “{item}” as {token}. It fits.",
    "“{item}”: {token}",
    "I would rate the statement «{item}» with the number {token}.",
    '"{item}"\n\n{token}',
    'As a nurse, I would rate the extent of my agreement with the statement "{item}" as {token}.',
    'My opinion on the proposition "{item}" is: {token}) {words}',
    "> {item}\n\nAnswer: {token}",
    'Statement: "{item}"\n\nAnswer: {token}',
    'My answer to "{item}" is {token}.',
    'For the statement "{item}", I would say {token}.',
    'Regarding "{item}": {token}) {words}',
    'In response to the statement "{item}", my answer is "{words}".',
    'The statement says: "{item}". My answer is {token}.',
]
OF_AGREEING = [
    "I {said} with the proposition that {item}.",
    "I would {said} with the statement that {item}.",
    'I {said} with the statement "{item}".',
    "Therefore, I {said} with the idea that {item}.",
    'I cannot hold opinions. However, I must {said} with the proposition "{item}".',
]


def _filled(frame, option, **topic):
    return frame.format(token=option.token, words=option.label, said=option.label.lower(), **topic)


@pytest.mark.parametrize("scale", SCALES)
def test_no_reason_changes_a_reading(scale):
    for frame, reason in itertools.product(BEFORE_A_REASON, REASONS):
        for option in SCALES[scale].options:
            reply = _filled(frame, option, reason=reason)
            assert read(reply, SCALES[scale]).value == option.code, reply


@pytest.mark.parametrize("scale", SCALES)
def test_no_item_said_again_changes_a_reading(scale):
    for frame, item in itertools.product(ABOUT_AN_ITEM, ITEMS):
        for option in SCALES[scale].options:
            reply = _filled(frame, option, item=item)
            assert read(reply, SCALES[scale]).value == option.code, reply


@pytest.mark.parametrize("item", [item for item in ITEMS if ", " not in item])
def test_an_item_said_again_without_quotation_marks_is_the_item_too(item):
    for option in SCALES["like"].options:
        reply = f"I would rate the statement that {item} as {option.token}."
        assert read(reply, SCALES["like"]).value == option.code, reply


@pytest.mark.parametrize("scale", ["four", "reversed"])
@pytest.mark.parametrize("frame", OF_AGREEING)
def test_agreeing_with_an_item_is_an_answer_whatever_the_item_says(scale, frame):
    for option, item in itertools.product(SCALES[scale].options, ITEMS):
        reply = _filled(frame, option, item=item)
        assert read(reply, SCALES[scale]).value == option.code, reply


@pytest.mark.parametrize("scale", SCALES)
def test_a_first_number_and_a_full_stop_may_begin_a_list_and_no_other_does(scale):
    first, *others = SCALES[scale].options
    for reason in REASONS:
        assert read(f"{first.token}. {reason}", SCALES[scale]).value is None
        for option in others:
            assert read(f"{option.token}. {reason}", SCALES[scale]).value == option.code


NOUNS = st.text("abcdefghijklmnopqrstuvwxyz", min_size=3, max_size=9).filter(
    lambda word: word not in {"not", "and", "but", "nor", "yet", "one", "two", "six", "ten", "four"}
)


@settings(max_examples=150)
@given(NOUNS, NOUNS, st.sampled_from(sorted(SCALES)), st.sampled_from(BEFORE_A_REASON))
def test_any_two_nouns_make_the_same_reason(first, second, scale, frame):
    for option in SCALES[scale].options:
        replies = [
            _filled(frame, option, reason=f"{noun.capitalize()} and {other} are of use to {noun}.")
            for noun, other in ((first, second), (second, first))
        ]
        assert len({read(reply, SCALES[scale]).value for reply in replies}) == 1, replies


@settings(max_examples=150)
@given(
    st.permutations(REASONS),
    st.lists(st.integers(1, 6), min_size=5, max_size=5),
    st.sampled_from(
        [
            "{}: {} - {}",
            "{}. {} - {}",
            "{}) {}: {}",
            "{}. {}; {}",
            "{}: {} ({})",
            "{}. {}\n{}",
            "Q{}: {} - {}",
        ]
    ),
)
def test_a_form_with_a_reason_a_line_is_read_as_one_without(reasons, values, line):
    form = {f"i{k}": SCALES["like"] for k in range(5)}
    said = "\n".join(
        line.format(k, v, r.rstrip(".").lower())
        for k, (v, r) in enumerate(zip(values, reasons, strict=False), start=1)
    )
    assert [found.value for found in read_form(said, form).values()] == values, said


@pytest.mark.parametrize(
    "line",
    [
        "{number}. {item}: {value} - {reason}",
        "{number}. {item}\n{value}\n{reason}.",
        '{number}. "{item}": {value}\n{reason}.',
        "| {number} | {value} | {reason} |",
        "| {number} | {item} | {value} | {reason} |",
        "**{number}.** {value}\n*{reason}*",
        "Statement {number}: {value}\nReason: {reason}\n",
        "{number}. {item} - {value} ({reason})",
    ],
)
@pytest.mark.parametrize("shift", range(4))
def test_a_form_that_says_the_items_again_and_gives_reasons_is_read(line, shift):
    values = [4, 5, 3, 2, 6]
    form = {f"i{k}": SCALES["like"] for k in range(5)}
    items = [
        "You like guests",
        "I do not lie",
        "She looks for 2 adventures",
        "No one is above him",
        "Being safe",
    ]
    said = "\n".join(
        line.format(number=k, value=value, item=item, reason=reason.rstrip(".").lower())
        for k, (value, item, reason) in enumerate(
            zip(values, items[shift:] + items[:shift], REASONS[shift:], strict=False), start=1
        )
    )
    assert [found.value for found in read_form(said, form).values()] == values, said


def test_tokens_that_are_no_letters_are_none_of_them_read():
    """A scale under Roman numerals: "I agree" is no choice of option I."""
    roman = Presented(
        "labelled",
        tuple(
            Option(token, word, float(k))
            for k, (token, word) in enumerate(
                zip(("I", "II", "III", "IV"), FOUR, strict=True), start=1
            )
        ),
    )
    assert read("I agree.", roman).value == 3
    assert read("Strongly disagree", roman).value == 1
