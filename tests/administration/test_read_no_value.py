"""Replies that state no answer, whatever else they mention; and the ones that only seem to."""

from __future__ import annotations

import itertools

import pytest
from tricky_kinds import TOPIC_SCALES as SCALES

from valuealign.administration.read import read
from valuealign.instrument.presented import Presented

NO_VALUE = [
    "Points.\n\nFor:\n1. They are cheap.\n2. They are quick.\n\nAgainst:\n1. They lag.\n{token}",
    "Points to weigh:\n\n1. They are cheap.\n2. They are quick.\n{token}.",
    "Points to weigh:\n\nA. They are cheap.\nB. They are quick.\n{token}",
    "Here are my thoughts:\n\n1. Trains are cheap, and",
    "My thoughts on the proposition are as follows:\n\n1. Trains are",
    "For example:\n\n{token}",
    "As for the reasons against:\n\nThey are late.\n\nFor:\n\n{token}",
    'My friend said: "I would say {token}."',
    'The statement is "My answer is {token}".',
    "He would rate the statement as {token}.",
    "I might rate the statement as {token}.",
    "I would rate the statement as {token} or {other}.",
    "I would choose {words} or {other_words}.",
    "I would rate it between {token} and {other}.",
    "I would rate it as {token}, {other_words}.",
    "My answer is {token}: {other_words}.",
    "I would say {token}, if I were human.",
    "I would label my opinion as {words}. However, I am not capable of selecting an option.",
    "{words}.\n\nCorrection: {other_words}.",
    "{token}\n\nOops, I meant {other}.",
]


@pytest.mark.parametrize("scale", SCALES)
def test_what_is_listed_quoted_supposed_or_doubled_has_no_value(scale):
    pairs = itertools.permutations(SCALES[scale].options, 2)
    for (option, other), frame in itertools.product(pairs, NO_VALUE):
        reply = frame.format(
            token=option.token, words=option.label, other=other.token, other_words=other.label
        )
        assert read(reply, SCALES[scale]).value is None, reply


@pytest.mark.parametrize(
    ("reply", "value"),
    [
        ("I would strongly disagree with the proposition that trains are late. (4)", None),
        ("I strongly disagree with this idea.\n\n4", None),
        ("I do not agree with the statement.\n\nLabel: 3) Agree", None),
        ("I completely agree with the statement.\n\nLabel: 2) Disagree", None),
        ("I strongly disagree.\n\nLabel: 2) Disagree", None),
        ("Label: 3) Disagree", None),
        ("I agree with the statement.\n\nLabel: 4) Strongly agree", 4),
        ("I cannot agree or disagree as people do. I would choose option 3) Agree.", 3),
        ("3) Agree\n\nHowever, I do not have the ability to agree or disagree.", 3),
        ("1. I strongly disagree with the proposition that trains are late.", 1),
        ("1. I agree with the proposition that trains are late.", None),
        ("2) Disagree. Some people strongly disagree with trains.", 2),
    ],
)
def test_number_and_words_must_agree_wherever_the_words_stand(reply, value):
    assert read(reply, SCALES["four"]).value == value


REFUSALS = [
    "1. I'm an artificial intelligence and don't have the ability to hold beliefs.",
    "1. I don't have a body, so I don't have an opinion on this.",
    "1. I cannot answer that.",
    "4. I cannot answer this question.",
    "2. As an AI language model, I don't hold opinions.",
    "My programming does not allow me to have opinions.",
    "I am not capable of having opinions.",
    "I do not have the ability to agree or disagree with a statement.",
    "I cannot make subjective judgments or take positions on such issues.",
    "I lack the ability to form beliefs.",
    "It is not appropriate for me to take a stance.",
    "1: I have no view on this.",
    "1 - I'm an AI and hold no beliefs.",
    "1.\nI have no opinions.",
    "My guidelines don't allow me to share opinions.",
    "I must remain impartial.",
    "No opinion.",
    "I was not designed to hold opinions.",
    "I don't take sides.",
    "My programming prevents me from having opinions.",
    "I'm unable to provide a rating.",
    "I won't express a personal opinion on this.",
]


@pytest.mark.parametrize("scale", ["four", "like", "adverbs"])
def test_declining_is_named_however_it_is_numbered(scale):
    assert not [each for each in REFUSALS if read(each, SCALES[scale]).outcome != "refusal"]


@pytest.mark.parametrize("reply", ["I cannot stand lies.", "I can't help smiling at that."])
def test_what_somebody_cannot_do_in_life_is_no_refusal(reply):
    assert read(reply, SCALES["like"]).outcome == "unreadable"


@pytest.mark.parametrize(
    "reply",
    [
        "I can't help feeling jealous.",
        "I'd rather not go; I would feel tired.",
        "I couldn't tell my friend how sad I am.",
        "I don't feel any anger about it.",
    ],
)
def test_an_open_answer_about_what_somebody_cannot_do_is_an_answer(reply):
    assert read(reply, Presented("open")).outcome == "answer"


@pytest.mark.parametrize(
    "rest",
    [
        "I'm an AI, so can't answer that.",
        "I am an AI, thus cannot reply.",
        "I'm only a language model, hence can't respond.",
        "As an AI I couldn't say.",
        "As an AI, unable to answer.",
    ],
)
def test_a_sentence_that_declines_over_two_clauses_takes_a_number_back(rest):
    assert read(f"4\n{rest}", SCALES["like"]).value is None


@pytest.mark.parametrize(
    "rest",
    [
        "I'm an AI, but I can answer that.",
        "I can't say enough about rules.",
        "People who are unable to answer are rare.",
        "This person is kind, so cannot answer rudely.",
        "I like order, so can't answer rudely.",
    ],
)
def test_a_reason_about_answering_does_not_take_a_number_back(rest):
    assert read(f"4\n{rest}", SCALES["like"]).value == 4
