"""The reader's own decisions, each with the reply on either side of it."""

from __future__ import annotations

import pytest
from tricky_kinds import SCALES

from valuealign.administration.read import read
from valuealign.administration.read.refusal import declines, is_refusal
from valuealign.instrument.presented import Option, Presented
from valuealign.instrument.response_scale import Labelled, Open

SCALES = {
    **SCALES,
    "nine": Presented(
        "labelled",
        tuple(Option(chr(65 + k), f"point {chr(97 + k)}", float(k + 1)) for k in range(9)),
        labels="letters",
    ),
    "very": Presented(
        "labelled",
        tuple(
            Option(str(k), words, float(k))
            for k, words in enumerate(("Disagree", "Agree", "Agree very strongly"), start=1)
        ),
    ),
    "unsure": Labelled(
        points=[{"code": 1, "label": {"en": "no"}}, {"code": 2, "label": {"en": "yes"}}],
        undefined={"en": "don't know"},
    ),
}


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


@pytest.mark.parametrize(
    ("scale", "reply", "expected"),
    [
        ("agree", "I agree a little with some of it. 5", "unreadable"),
        ("agree", "I agree a little with most of it here. 4", 4.0),
        ("agree", "My answer follows:\nAgree a little", 4.0),
        ("agree", "My answer follows:\n4", "unreadable"),
        ("like", "That took some thought.\n\nlike me", 5.0),
        ("like", "That took some thought.\nlike me", "unreadable"),
        ("like", "That took some thought. like me", "unreadable"),
        ("plain", "That is so.\n\nAgree", 4.0),
        ("plain", "That is so.\nAgree", "unreadable"),
        ("agree", "I have thought about it. Agree a little.", 4.0),
        ("agree", "Trains are late again. Agree a little.", 4.0),
        ("agree", "Trains are late again, so agree a little.", "unreadable"),
        ("agree", "I have thought about it, agree a little.", "unreadable"),
        ("agree", "Fine then. 4", "unreadable"),
        ("agree", "Fine for me. 4", 4.0),
        ("letters", "Fine for me here. B", "unreadable"),
        ("agree", "I have read page 2 or 3 of it. 4", "unreadable"),
        ("agree", "This is from vol. 4", "unreadable"),
        ("agree", "1. Cats are fine\n4", "unreadable"),
        ("agree", "Well thought out.\n4", 4.0),
    ],
)
def test_an_option_at_the_end_is_the_answer_where_it_stands_alone(scale, reply, expected):
    assert value(reply, scale) == expected


@pytest.mark.parametrize(
    ("scale", "reply", "expected"),
    [
        ("plain", "Agree. That is so.", 4.0),
        ("plain", "Agree, that is so", "unreadable"),
        ("agree", "2. That is how I feel", 2.0),
        ("agree", "2. I am an AI", "refusal"),
        ("letters", "E. coli is bad", "unreadable"),
        ("letters", "B. That is so", 2.0),
        ("agree", "4: I have no opinion", "refusal"),
        ("agree", "4. and more", 4.0),
        ("agree", "4. That is so. 2. Another", "unreadable"),
        ("agree", "Most people would say:\n4", "unreadable"),
        ("agree", "I would say:\n4", 4.0),
        ("agree", "4?", "unreadable"),
        ("agree", "4 and a half", "unreadable"),
        ("like", "Like me, she is old", "unreadable"),
        ("like", "Like me, because she is old", 5.0),
    ],
)
def test_an_option_at_the_beginning_is_the_answer_where_no_sentence_goes_on(scale, reply, expected):
    assert value(reply, scale) == expected


@pytest.mark.parametrize(
    ("scale", "reply", "expected"),
    [
        ("agree", "I am a 4", "unreadable"),
        ("agree", "It is 4", "unreadable"),
        ("agree", "It is a 4", 4.0),
        ("agree", "It is one", "unreadable"),
        ("agree", "My answer is one", 1.0),
        ("number", "I am 35", 35.0),
        ("number", "It is 35", "unreadable"),
        ("like", "It sounds like me", "unreadable"),
        ("like", "It sounds very much like me", 6.0),
        ("letters", "a", 1.0),
        ("letters", "My answer is a", 1.0),
        ("letters", "It is an A", "unreadable"),
        ("letters", "A little", "unreadable"),
        ("letters", "a: it is", "unreadable"),
        ("letters", "D (Agree a little)", 4.0),
        ("letters", "A (Agree a little)", "unreadable"),
        ("letters", "Agree a little (D)", 4.0),
        ("letters", "Agree a little (E)", "unreadable"),
        ("agree", "4 of 5", 4.0),
        ("agree", "4 of 7", "unreadable"),
        ("plain", "I agree", 4.0),
        ("agree", "I agree", "unreadable"),
        ("plain", "I am neutral", 3.0),
    ],
)
def test_the_words_before_an_option_can_go_with_it_or_not(scale, reply, expected):
    assert value(reply, scale) == expected


@pytest.mark.parametrize(
    ("scale", "reply", "expected"),
    [
        ("agree", "It is 4 (Agree a little)", 4.0),
        ("agree", "That would be a solid 4", 4.0),
        ("agree", "Fine then. It is a 4.", 4.0),
        ("agree", "It is a 4. It varies.", 4.0),
        ("agree", "It varies. It is a 4. It does.", "unreadable"),
        ("agree", "It varies. If I had to choose, 4. So be it.", 4.0),
        ("agree", "If I had to choose an answer, one", 1.0),
        ("letters", "If I had to choose an answer, a", 1.0),
        ("plain", "Trains run. I agree with the statement that trains are late. They do run.", 4.0),
        ("plain", "Trains run late. I agree. They do run.", "unreadable"),
        ("plain", "I would neutral", "unreadable"),
        ("like", "It SOUNDS like me", "unreadable"),
        ("agree", "4\nMost people would say:", 4.0),
        ("agree", "Some people disagree strongly with me there. 4", "unreadable"),
    ],
)
def test_what_introduces_an_option_decides_where_it_may_stand(scale, reply, expected):
    assert value(reply, scale) == expected


@pytest.mark.parametrize(
    ("scale", "reply", "expected"),
    [
        ("agree", "4, so it is", 4.0),
        ("agree", "4, and so it is", "unreadable"),
        ("agree", "4, And so it is", "unreadable"),
        ("agree", "Agree a little, so it is", 4.0),
        ("like", "Like me, so she is", "unreadable"),
        ("german", "2, aber so ist es", 2.0),
        ("plain", "Agree: I have no opinion", 4.0),
        ("letters", "B: I have no opinion", "refusal"),
        ("agree", "2.\nAs an AI I like it", "refusal"),
        ("agree", "2.\n\nAs an AI I like it", 2.0),
        ("agree", "2.\nIt varies a lot here.", 2.0),
        ("agree", "4. They are late and 7. is the number", "unreadable"),
        ("agree", "4.\nThey are late and 7. is the number", 4.0),
    ],
)
def test_what_follows_an_option_that_comes_first_decides_whether_it_is_the_answer(
    scale, reply, expected
):
    assert value(reply, scale) == expected


@pytest.mark.parametrize(
    ("scale", "reply", "expected"),
    [
        ("letters", "a!!!", 1.0),
        ("letters", "a!!!!", "unreadable"),
        ("letters", "a, b", "unreadable"),
        ("letters", "option a", 1.0),
        ("letters", "Option a", 1.0),
        ("letters", "Z\nB", 2.0),
        ("nine", "i", 9.0),
        ("nine", "i - I like it", "unreadable"),
    ],
)
def test_a_small_letter_is_a_token_where_it_stands_alone_or_is_called_an_option(
    scale, reply, expected
):
    assert value(reply, scale) == expected


@pytest.mark.parametrize(
    ("scale", "reply", "how"),
    [
        ("agree", "4", "digit"),
        ("agree", "Agree a little", "label"),
        ("unsure", "Don't know", "undefined option"),
        ("letters", "B\n2. That", "no such token"),
        ("agree", "4. I do not agree a little.", "stated and denied"),
        ("agree", "4.\n5.", "several options and no answer"),
        ("agree", "My answer is 4. My answer is 5.", "two options stated"),
        ("agree", "4. They are late and 7. is the number", "a numbered list"),
        ("very", "3, as I agree", "number and words disagree"),
        ("very", "Agree very strongly. I agree.", "several options and no answer"),
        ("agree", '{"answer": 4, "answer": 5}', "a field stands twice in JSON"),
        ("agree", '{"reason": 4}', "JSON without an answer"),
        ("agree", '{"answer": 4, "rating": 5}', "two options in JSON"),
        ("agree", '{"answer": [4]}', "JSON without one option"),
        ("agree", '{"answer": "both"}', "JSON names no option"),
        ("agree", '{"answer": "4 - Agree strongly"}', "number and words disagree"),
        ("agree", "5\nIf I had to choose, 4", "two options stated"),
        ("agree", 'My answer {"answer": 4}', "JSON within a sentence"),
    ],
)
def test_a_reading_says_how_it_was_found_or_why_not(scale, reply, how):
    assert read(reply, SCALES[scale]).how == how


@pytest.mark.parametrize(
    ("scale", "reply", "expected"),
    [
        ("agree", "It varies.\n4 - Agree a little\nIt does.", 4.0),
        ("agree", "It varies.\nAgree a little (4)\nIt does.", 4.0),
        ("agree", "It varies.\nAgree a little\nIt does.", "unreadable"),
        ("agree", "Agree a little, she is old", 4.0),
        ("plain", "I agree with the statement that trains are late.", 4.0),
        ("plain", "I agree with the statement that trains are late?", "unreadable"),
        ("plain", 'I agree with the statement that trains are late?"', "unreadable"),
    ],
)
def test_token_and_words_together_are_an_answer_anywhere_and_a_question_nowhere(
    scale, reply, expected
):
    assert value(reply, scale) == expected


@pytest.mark.parametrize(("length", "expected"), [(1199, 4.0), (1200, 4.0), (1201, "unreadable")])
def test_a_sentence_of_more_than_1200_characters_states_nothing(length, expected):
    reply = "My answer is 4 because "
    assert value(reply + "a" * (length - len(reply))) == expected


@pytest.mark.parametrize(
    ("length", "how"), [(60_000, "open text"), (60_001, "longer than an answer")]
)
def test_more_than_60000_characters_are_no_answer(length, how):
    assert read("a" * length, Open()).how == how
    assert read("I cannot answer that.", Open()).how == "declines"


@pytest.mark.parametrize(
    ("asks", "states"),
    [
        ("4, right?", "4, right."),
        ("4, or is it?", "4, is that clear?"),
        ("4 - is it?", "4 - is life not odd?"),
        ("4, isn't it?", "4, as it isn't bad"),
        ("4. Or is it?", "4. Is there anything else?"),
        ("4, correct?", "4, would you like more detail?"),
        ("4\n\nRight?", "4\n\nDoes that help?"),
        ("Agree a little, or is it?", "Agree a little, because why not?"),
        ("4, I guess?", "4 because who likes lies?"),
    ],
)
def test_an_option_that_is_asked_about_is_not_stated(asks, states):
    assert read(asks, SCALES["agree"]).how == "asked, not stated"
    assert value(states) == 4.0
