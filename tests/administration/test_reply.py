"""Replies: any bytes an endpoint may send become a reply or say what is wrong with them."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from valuealign.administration.reply.reply import Exchange, parse

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(
            st.sampled_from(
                [
                    "choices",
                    "message",
                    "content",
                    "text",
                    "error",
                    "output",
                    "usage",
                    "logprobs",
                    "finish_reason",
                    "refusal",
                    "type",
                    "status",
                    "model",
                    "prompt_tokens",
                ]
            ),
            inner,
        )
    ),
    max_leaves=25,
)


def chat(message, **more):
    """A chat completion of one message."""
    choice = {"index": 0, "message": message, "finish_reason": more.pop("finish_reason", "stop")}
    return json.dumps({"choices": [choice], "model": "m-2026", **more}).encode()


def said(body, status="ok"):
    """What a body of status 200 says."""
    return parse(Exchange(status, 200, body=body))


@given(st.binary(max_size=300))
def test_any_bytes_are_parsed(body):
    assert said(body).status in ("ok", "malformed")


@given(JSON)
def test_any_json_is_parsed(value):
    for status in ("ok", "http"):
        reply = said(json.dumps(value).encode(), status)
        assert reply.text is None or isinstance(reply.text, str)


def test_a_plain_completion_gives_text_model_and_counts():
    usage = {
        "prompt_tokens": 7,
        "completion_tokens": 2,
        "completion_tokens_details": {"reasoning_tokens": 1},
    }
    reply = said(chat({"content": "4"}, usage=usage, system_fingerprint="fp"))
    assert (reply.text, reply.model_returned, reply.system_fingerprint) == ("4", "m-2026", "fp")
    assert (reply.prompt_tokens, reply.completion_tokens, reply.reasoning_tokens) == (7, 2, 1)


@pytest.mark.parametrize(
    ("body", "status", "says"),
    [
        (b'{"choices": [{"mess', "malformed", "not JSON"),
        (b"<html>Bad gateway</html>", "malformed", "not JSON: <html>"),
        (b'{"foo": 1}', "malformed", "no choices"),
        (b'{"choices": []}', "malformed", "no choices"),
        (b'{"choices": [{"index": 0}]}', "malformed", "no message"),
        (b'{"error": {"message": "overloaded"}}', "malformed", "overloaded"),
        (b"[1]", "malformed", "a list, not a completion"),
        (chat({"content": None}), "ok", "no text in the reply"),
        (chat({"content": None, "tool_calls": [{}]}), "ok", "a tool call instead of text"),
    ],
)
def test_what_is_wrong_with_a_reply_is_said(body, status, says):
    reply = said(body)
    assert reply.status == status
    assert reply.text is None
    assert says in reply.error


def test_a_refusal_field_and_a_content_filter_are_refusals_of_the_endpoints_own():
    assert said(chat({"content": None, "refusal": "I can't."})).refusal == "I can't."
    filtered = said(chat({"content": ""}, finish_reason="content_filter"))
    assert "content filter" in filtered.refusal


def test_text_in_parts_is_put_together():
    parts = [{"type": "text", "text": "4"}, {"type": "text", "text": "."}]
    assert said(chat({"content": parts})).text == "4."


def test_the_responses_api_says_the_same_under_other_names():
    body = {
        "output": [
            {"type": "reasoning", "summary": []},
            {"type": "message", "content": [{"type": "output_text", "text": "4"}]},
        ],
        "status": "completed",
        "model": "m",
        "usage": {
            "input_tokens": 5,
            "output_tokens": 9,
            "output_tokens_details": {"reasoning_tokens": 8},
        },
    }
    reply = said(json.dumps(body).encode())
    assert (reply.text, reply.finish_reason) == ("4", "stop")
    assert (reply.prompt_tokens, reply.completion_tokens, reply.reasoning_tokens) == (5, 9, 8)
    cut = body | {"status": "incomplete", "incomplete_details": {"reason": "max_output_tokens"}}
    assert said(json.dumps(cut).encode()).finish_reason == "length"


def test_an_error_status_keeps_the_endpoints_own_words_and_code():
    body = json.dumps({"error": {"message": "No quota", "code": "insufficient_quota"}}).encode()
    reply = parse(Exchange("http", 429, body=body, error="HTTP 429"))
    assert (reply.error, reply.complaint.codes) == ("No quota", ("insufficient_quota",))
    assert parse(Exchange("http", 500, body=b"oops", error="HTTP 500")).error == "HTTP 500: oops"
