"""Log-probabilities of every dialect: each gives the same distribution, and nothing raises."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from valuealign.administration.reply.logprobs import from_sequences, from_tokens, likelihood
from valuealign.administration.reply.reply import Exchange, parse
from valuealign.administration.reply.token_places import token_places

A, B = math.log(0.6), math.log(0.2)
CHAT = {
    "token": "4",
    "logprob": A,
    "top_logprobs": [{"token": "4", "logprob": A}, {"token": "1", "logprob": B}],
}


def listed(*tokens, key="top_logprobs", name="token", number="logprob"):
    """One place of the chat API with its tokens spelled otherwise."""
    top = [{name: t, number: p} for t, p in zip(tokens, (A, B), strict=True)]
    return {name: tokens[0], number: A, key: top}


DIALECTS = {
    "chat": {"content": [CHAT]},
    "chat, without the list": [CHAT],
    "the older API": {
        "tokens": ["4"],
        "token_logprobs": [A],
        "top_logprobs": [{"4": A, "1": B}],
        "text_offset": [0],
    },
    "the older API, without the token's own": {
        "tokens": ["4"],
        "token_logprobs": None,
        "top_logprobs": [{"4": A, "1": B}],
    },
    "lists of pairs": {
        "content": [{"token": "4", "logprob": A, "top_logprobs": [["4", A], ["1", B]]}]
    },
    "pairs the other way round": {
        "content": [{"token": "4", "logprob": A, "top_logprobs": [[A, "4"], [B, 17, "1"]]}]
    },
    "an object of all": {
        "content": [{"token": "4", "logprob": A, "top_logprobs": {"4": A, "1": B}}]
    },
    "SentencePiece": {"content": [listed("\u25814", "\u25811")]},
    "bytes": {"content": [listed("<0x34>", "<0x31>")]},
    "byte level": {"content": [listed("\u01204", "\u01201")]},
    "a space as a token": {"content": [{"token": "\u2581", "logprob": -0.1}, CHAT]},
    "token ids with bytes": {
        "content": [
            {
                "token": "token_id:19",
                "bytes": [52],
                "logprob": A,
                "top_logprobs": [
                    {"token": "token_id:19", "bytes": [52], "logprob": A},
                    {"token": "token_id:16", "bytes": [49], "logprob": B},
                ],
            }
        ]
    },
    "llama.cpp's own": {
        "content": [
            {
                "content": "4",
                "probs": [{"tok_str": "4", "prob": 0.6}, {"tok_str": "1", "prob": 0.2}],
            }
        ]
    },
    "Gemini's own": {
        "chosenCandidates": [{"token": "4", "logProbability": A}],
        "topCandidates": [
            {
                "candidates": [
                    {"token": "4", "logProbability": A},
                    {"token": "1", "logProbability": B},
                ]
            }
        ],
    },
    "minus infinity": {
        "content": [
            {
                **CHAT,
                "top_logprobs": [
                    *CHAT["top_logprobs"],
                    {"token": "2", "logprob": -9999999.0},
                    {"token": "3", "logprob": None},
                ],
            }
        ]
    },
    "null alternatives": {"content": [{"token": "4", "logprob": A, "top_logprobs": None}]},
    "the same token twice": {
        "content": [{**CHAT, "top_logprobs": [*CHAT["top_logprobs"], CHAT["top_logprobs"][0]]}]
    },
}


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_dialect_gives_the_same_distribution(moods, dialect):
    choice = {"message": {"content": "4"}, "finish_reason": "stop", "logprobs": DIALECTS[dialect]}
    reply = parse(Exchange("ok", 200, body=json.dumps({"choices": [choice]}).encode()))
    distribution = from_tokens(reply.logprobs, moods.presented("m1"))
    alone = dialect == "null alternatives"
    assert distribution.mass == pytest.approx(0.6 if alone else 0.8)
    assert distribution.shares["4"] == pytest.approx(1.0 if alone else 0.75)


def test_tokens_outside_the_choice_are_read_too(moods):
    body = {
        "choices": [{"message": {"content": "4"}}],
        "completion_probabilities": DIALECTS["llama.cpp's own"]["content"],
    }
    reply = parse(Exchange("ok", 200, body=json.dumps(body).encode()))
    assert from_tokens(reply.logprobs, moods.presented("m1")).mass == pytest.approx(0.8)


def test_two_tokens_of_one_spelling_are_added_up(moods):
    four, byte = ({"token": t, "logprob": math.log(p)} for t, p in (("4", 0.5), ("<0x34>", 0.1)))
    content = [{**four, "top_logprobs": [four, byte]}]
    places = token_places({"logprobs": {"content": content}})
    assert math.exp(places[0].logprobs["4"]) == pytest.approx(0.6)


@pytest.mark.parametrize(
    "logprobs",
    [
        None,
        {},
        [],
        {"content": None},
        {"content": []},
        {"tokens": []},
        "x",
        4,
        {"content": [{"token": "4"}]},
        {"tokens": ["4"], "token_logprobs": [None]},
    ],
)
def test_an_endpoint_that_gives_none_gives_no_places(logprobs):
    assert token_places({"logprobs": logprobs}) == ()


NAMES = [
    "token",
    "logprob",
    "top_logprobs",
    "tokens",
    "token_logprobs",
    "content",
    "probs",
    "prob",
    "bytes",
    "chosenCandidates",
    "topCandidates",
    "candidates",
    "logprobs",
    "index",
    "text_offset",
    "completion_probabilities",
]
ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=4)
    ),
    max_leaves=15,
)


@given(ANY)
def test_whatever_an_endpoint_sends_becomes_places_or_none(value):
    for choice in (value, {"logprobs": value}, {"logprobs": {"content": value}}):
        for place in token_places(choice):
            assert all(-1e4 < number <= 0 for number in place.logprobs.values())


@given(st.lists(ANY, min_size=4, max_size=4))
def test_an_echo_of_anything_gives_finite_shares_or_none(moods_choices):
    from valuealign.instrument.presented import Option, Presented

    options = tuple(Option(str(k), f"word {k}", float(k)) for k in range(4))
    presented = Presented("labelled", options, labels="words")
    prompts = [f"Q {option.label}" for option in options]
    distribution = from_sequences(moods_choices, prompts, presented)
    assert distribution is None or math.isclose(math.fsum(distribution.shares.values()), 1.0)
    for choice in moods_choices:
        value = likelihood([choice], "Q word")
        assert value is None or math.isfinite(value)


def test_a_token_that_a_server_adds_after_an_echo_is_not_counted():
    echoed = {"token_logprobs": [None, -1.0, -0.5, -7.0], "text_offset": [0, 2, 5, 8]}
    assert likelihood([{"logprobs": echoed}], "I like i") == -1.5
