"""Option distributions: mass, expected value and entropy, in the instrument's direction."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from valuealign.administration.reply.logprobs import from_sequences
from valuealign.administration.reply.logprobs import from_tokens as from_places
from valuealign.administration.reply.token_places import token_places


def from_tokens(content, presented):
    """The distribution of a chat completion's tokens."""
    return from_places(token_places({"logprobs": {"content": content}}), presented)


def place(**tokens):
    """One token's alternatives with their probabilities."""
    top = [{"token": t.lstrip("_"), "logprob": math.log(p)} for t, p in tokens.items()]
    return {"token": top[0]["token"], "logprob": top[0]["logprob"], "top_logprobs": top}


def test_a_reversed_scale_gives_the_expected_value_in_the_instruments_direction(moods):
    offered = moods.presented("m1", direction="reversed")
    found = from_tokens([place(_1=0.6, _2=0.2, x=0.1)], offered)
    assert found.mass == pytest.approx(0.8)
    assert found.expected == pytest.approx(0.75 * 4 + 0.25 * 3)
    assert found.entropy == pytest.approx(-0.75 * math.log(0.75) - 0.25 * math.log(0.25))
    assert found.best == "1"


def test_spellings_of_one_token_are_added_up(moods):
    content = [
        {
            "token": " 1",
            "logprob": math.log(0.3),
            "top_logprobs": [
                {"token": " 1", "logprob": math.log(0.3)},
                {"token": "1", "logprob": math.log(0.2)},
                {"token": "**1", "logprob": math.log(0.1)},
                {"token": "4", "logprob": math.log(0.1)},
            ],
        }
    ]
    found = from_tokens(content, moods.presented("m1"))
    assert found.shares["1"] == pytest.approx(6 / 7)


def test_a_reply_that_begins_with_something_else_has_no_distribution(moods):
    assert from_tokens([place(I=0.9, we=0.1), place(_4=0.9)], moods.presented("m1")) is None
    found = from_tokens([{"token": "\n", "logprob": -0.1}, place(_4=0.9)], moods.presented("m1"))
    assert found.best == "4"


@given(
    st.lists(
        st.dictionaries(
            st.sampled_from(["token", "logprob", "top_logprobs"]),
            st.none() | st.text(max_size=3) | st.floats() | st.lists(st.integers(), max_size=2),
        )
        | st.none()
        | st.integers(),
        max_size=4,
    )
)
def test_whatever_an_endpoint_sends_the_shares_add_up_to_one(content):
    from valuealign.instrument.presented import Option, Presented

    offered = Presented("labelled", (Option("1", "no", 1.0), Option("2", "yes", 2.0)))
    found = from_tokens(content, offered)
    if found is not None:
        assert math.fsum(found.shares.values()) == pytest.approx(1.0)
        assert 0 <= found.mass <= 1


def echoed(prompts, head, totals):
    """Choices of a completions reply that echoes log-probabilities."""
    return [
        {
            "index": k,
            "logprobs": {
                "token_logprobs": [None, -9.0, total / 2, total / 2],
                "text_offset": [0, 3, len(head), len(head) + 2],
            },
        }
        for k, total in enumerate(totals)
    ]


def test_whole_option_texts_count_only_the_tokens_after_the_prompt(moods):
    head = "Q\n\nAnswer:"
    offered = moods.presented("m1", labels="words")
    prompts = [f"{head} {option.label}" for option in offered.options]
    totals = [math.log(p) for p in (0.1, 0.2, 0.3, 0.1)]
    found = from_sequences(echoed(prompts, head, totals), prompts, offered)
    assert found.shares["like me"] == pytest.approx(3 / 7)
    assert found.expected == pytest.approx((1 * 1 + 2 * 2 + 3 * 3 + 4 * 1) / 7)
    assert math.isnan(found.mass)


def test_an_endpoint_that_does_not_echo_gives_no_distribution(moods):
    offered = moods.presented("m1", labels="words")
    prompts = [f"Q {option.label}" for option in offered.options]
    assert from_sequences([{"logprobs": None}] * 4, prompts, offered) is None
    assert from_sequences([], prompts, offered) is None
