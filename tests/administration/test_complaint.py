"""Errors of every shape: what they say, how long to wait, and which are a moderation filter's."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from valuealign.administration.reply.complaint import Complaint, read_complaint, wait_in
from valuealign.administration.reply.moderation import is_filtered_finish, is_moderated
from valuealign.administration.reply.reply import Exchange, is_filtered, parse
from valuealign.administration.run.retry import decide

RAW = json.dumps(
    {
        "error": {
            "message": "Unsupported parameter: 'max_tokens'",
            "param": "max_tokens",
            "code": "unsupported_parameter",
        }
    }
)
SHAPES = {
    "OpenAI's object": ({"error": {"message": "no seed here", "param": "seed"}}, "no seed here"),
    "a list": ([{"error": {"code": 400, "message": "no seed here"}}], "no seed here"),
    "a list of texts": (["no seed here"], "no seed here"),
    "a text": ("no seed here", "no seed here"),
    "error as text": ({"error": "no seed here"}, "no seed here"),
    "error as a list": ({"error": [{"message": "no seed here"}]}, "no seed here"),
    "errors": ({"errors": [{"message": "no seed"}, {"message": "here"}]}, "no seed: here"),
    "detail as text": ({"detail": "no seed here"}, "no seed here"),
    "detail as an object": ({"detail": {"error": {"message": "no seed here"}}}, "no seed here"),
    "detail as a list": (
        {"detail": [{"loc": ["body", "seed"], "msg": "no seed here", "input": {"message": "x"}}]},
        "no seed here",
    ),
    "vLLM's": ({"object": "error", "message": "no seed here", "code": 400}, "no seed here"),
    "JSON in a message": ({"message": json.dumps({"message": "no seed here"})}, "no seed here"),
    "OpenRouter's": (
        {"error": {"message": "Provider returned error", "metadata": {"raw": RAW}}},
        "Provider returned error: Unsupported parameter: 'max_tokens'",
    ),
    "an inner error": (
        {"error": {"message": "bad", "innererror": {"message": "no seed here"}}},
        "bad: no seed here",
    ),
    "RFC 9457": ({"title": "Bad", "detail": "no seed here", "status": 400}, "Bad: no seed here"),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_of_an_error_is_understood(shape):
    body, message = SHAPES[shape]
    reply = parse(Exchange("http", 400, body=json.dumps(body).encode(), error="HTTP 400"))
    assert reply.error == message


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"no seed here", "HTTP 502: no seed here"),
        (b"<html><style>a{}</style><h1>Bad  Gateway</h1>\n<p>nginx</p>", "HTTP 502: Bad Gateway"),
        (b"", "HTTP 502"),
        (b"\xff\xfe\x00", "HTTP 502: \ufffd\ufffd\x00"),
        (b"{", "{"),
        (b"{}", "HTTP 502"),
        (b"[]", "HTTP 502"),
        (b"null", "HTTP 502"),
    ],
)
def test_what_is_not_json_is_shown_as_text(body, message):
    reply = parse(Exchange("http", 502, body=body, error="HTTP 502"))
    assert reply.error.startswith(message)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(
                st.sampled_from(
                    [
                        "error",
                        "message",
                        "detail",
                        "loc",
                        "code",
                        "metadata",
                        "raw",
                        "retryDelay",
                        "retry_after",
                        "headers",
                        "X-RateLimit-Reset",
                        "param",
                        "msg",
                        "status",
                    ]
                ),
                inner,
                max_size=4,
            )
        ),
        max_leaves=20,
    )
)
def test_any_json_is_a_complaint_and_leads_to_a_decision(value):
    body = json.dumps(value).encode()
    said = read_complaint(body)
    assert said.wait is None or said.wait >= 0
    assert said.message is None or len(said.message) <= 500
    for status in (200, 400, 403, 429, 500):
        kind = "ok" if status == 200 else "http"
        exchange = Exchange(kind, status, body=body, error=f"HTTP {status}")
        assert decide(exchange, parse(exchange), 1).step in ("keep", "retry", "give up", "stop")


@given(st.binary(max_size=400))
def test_any_bytes_are_a_complaint(body):
    assert read_complaint(body).status is None or 400 <= read_complaint(body).status < 600


def test_what_the_request_held_is_not_what_the_endpoint_says():
    body = {"detail": [{"msg": "bad", "input": {"message": "temperature"}, "ctx": {"error": {}}}]}
    assert read_complaint(json.dumps(body).encode()).text == "bad"


@pytest.mark.parametrize(
    ("body", "seconds"),
    [
        ([{"error": {"details": [{"retryDelay": "34s"}], "message": "retry in 34.07s."}}], 34.07),
        ({"error": {"message": "Rate limit reached. Please try again in 1m30.5s. See"}}, 90.5),
        ({"error": {"message": "Please try again in 20ms."}}, 0.02),
        ({"error": {"message": "Please retry after 26 seconds."}}, 26.0),
        ({"error": {"message": "Try again in 2 minutes"}}, 120.0),
        ({"error": {"message": "Please wait 1 hour and 5 minutes"}}, 3900.0),
        ({"error": {"message": "slow down", "retry_after": 7}}, 7.0),
        ({"error": {"message": "slow down"}, "retry_after_ms": 1500}, 1.5),
        ({"detail": "Retry-After: 12"}, 12.0),
        ({"error": {"message": "Limit 3, used 3, requested 1."}}, None),
        ({"error": {"message": "retry", "retry_after": "soon"}}, None),
        ({"error": {"message": "retry", "retry_after": -5}}, None),
        ({"error": {"message": "retry", "retry_after": True}}, None),
    ],
)
def test_a_wait_that_is_told_in_the_body_is_waited_for(body, seconds):
    exchange = Exchange("http", 429, body=json.dumps(body).encode(), error="HTTP 429")
    assert parse(exchange).complaint.wait == (
        seconds if seconds is None else pytest.approx(seconds)
    )
    decision = decide(exchange, parse(exchange), 1)
    assert (decision.step, decision.throttled) == (
        ("stop", False) if seconds == 3900 else ("retry", True)
    )
    assert decision.named == (seconds is not None and seconds != 3900)


@pytest.mark.parametrize(
    ("wait", "step"), [(600, "retry"), (601, "stop"), (14 * 86_400, "stop"), (14 * 86_401, "retry")]
)
def test_a_long_wait_stops_the_run_and_an_absurd_one_is_not_believed(wait, step):
    for exchange in (
        Exchange("http", 429, {"retry-after": str(wait)}, b"{}"),
        Exchange("http", 429, {}, json.dumps({"error": {"retry_after": wait}}).encode()),
    ):
        assert decide(exchange, parse(exchange), 1).step == step


@given(st.text())
def test_any_sentence_has_a_wait_or_none(text):
    for sentence in (text, f"retry in {text}", f"try again in 5{text}"):
        assert (wait_in(sentence) or 0.0) >= 0.0


REFUSED = {
    "OpenAI": (400, {"error": {"code": "content_policy_violation", "message": "x"}}),
    "OpenAI, by words": (
        400,
        {
            "error": {
                "code": "invalid_prompt",
                "message": "Invalid prompt: your prompt was flagged as potentially "
                "violating our usage policy.",
            }
        },
    ),
    "Azure": (
        400,
        {
            "error": {
                "code": "content_filter",
                "innererror": {"code": "ResponsibleAIPolicyViolation"},
                "message": "filtered",
            }
        },
    ),
    "LiteLLM": (
        400,
        {
            "error": {
                "code": "400",
                "message": "litellm.ContentPolicyViolationError: AzureException",
            }
        },
    ),
    "OpenRouter": (
        403,
        {
            "error": {
                "code": 403,
                "message": "Your input was flagged",
                "metadata": {"reasons": ["violence"], "flagged_input": "..."},
            }
        },
    ),
    "DashScope": (400, {"code": "DataInspectionFailed", "message": "inappropriate content."}),
    "Anthropic by a proxy": (400, {"detail": "Output blocked by content filtering policy"}),
    "a guardrail": (422, {"detail": [{"msg": "Request blocked by guardrail"}]}),
    "in a reply of status 200": (200, {"error": {"code": "content_filter"}}),
    "in a choice": (
        200,
        {
            "choices": [
                {
                    "error": {"code": 403, "message": "flagged by moderation"},
                    "finish_reason": "error",
                    "message": {"content": ""},
                }
            ]
        },
    ),
}


@pytest.mark.parametrize("dialect", REFUSED)
def test_a_moderation_refusal_in_any_dialect_is_a_refusal_of_that_cell(dialect):
    status, body = REFUSED[dialect]
    kind = "ok" if status == 200 else "http"
    exchange = Exchange(kind, status, body=json.dumps(body).encode(), error=f"HTTP {status}")
    assert is_filtered(parse(exchange))
    assert decide(exchange, parse(exchange), 1).step == "keep"


@pytest.mark.parametrize(
    ("status", "body", "step"),
    [
        (403, {"error": {"message": "Your account was suspended for policy violations"}}, "stop"),
        (403, {"error": {"message": "Organization restricted under the usage policy"}}, "stop"),
        (401, {"error": {"message": "Incorrect API key provided"}}, "stop"),
        (403, {"error": {"message": "You do not have access to this model"}}, "stop"),
        (400, {"error": {"message": "content must be a string"}}, "give up"),
        (429, {"error": {"message": "moderation rate limit"}}, "retry"),
    ],
)
def test_what_is_not_moderation_stays_what_it_is(status, body, step):
    exchange = Exchange("http", status, body=json.dumps(body).encode(), error=f"HTTP {status}")
    assert not is_filtered(parse(exchange))
    assert decide(exchange, parse(exchange), 1).step == step


@pytest.mark.parametrize("reason", ["content_filter", "SAFETY", "prohibited_content", "refusal"])
def test_a_reply_that_a_filter_ended_is_a_refusal(reason):
    choice = {"message": {"content": ""}, "finish_reason": reason}
    reply = parse(Exchange("ok", 200, body=json.dumps({"choices": [choice]}).encode()))
    assert (reply.status, bool(reply.refusal)) == ("ok", True)
    passed_on = {
        "message": {"content": ""},
        "finish_reason": "stop",
        "native_finish_reason": reason,
    }
    body = json.dumps({"choices": [passed_on]}).encode()
    assert parse(Exchange("ok", 200, body=body)).refusal
    assert not is_filtered_finish("length")


def test_a_blocked_prompt_without_choices_is_a_refusal():
    body = {"choices": [], "promptFeedback": {"blockReason": "SAFETY"}}
    assert parse(Exchange("ok", 200, body=json.dumps(body).encode())).refusal


@pytest.mark.parametrize(
    ("body", "step"),
    [
        ({"choices": [{"message": {"content": ""}, "finish_reason": "error"}]}, "retry"),
        ({"choices": [{"message": {"content": "4"}, "error": {"code": 502}}]}, "retry"),
        ({"error": {"message": "overloaded"}, "choices": []}, "retry"),
        ({"error": {"code": 401, "message": "no"}}, "stop"),
        ({"error": {"code": 400, "message": "bad"}}, "give up"),
        ({"message": "slow", "code": 429}, "retry"),
        ([{"error": {"message": "overloaded"}}], "retry"),
    ],
)
def test_an_error_inside_a_reply_of_status_200_is_a_failed_attempt(body, step):
    exchange = Exchange("ok", 200, body=json.dumps(body).encode())
    reply = parse(exchange)
    assert reply.status == "malformed"
    assert decide(exchange, reply, 1).step == step


@pytest.mark.parametrize(
    "body",
    [
        b"<html>Blocked by your organization's content policy</html>",
        b"<!DOCTYPE html><p>Sorry, the content was blocked by moderation</p>",
        b"Request blocked. We can't connect to the server for this app.",
        b'{"error": "Your request was blocked by the security policy of the firewall"}',
        b'{"message": "Access denied due to Virtual Network/Firewall rules."}',
    ],
)
def test_a_firewall_is_no_moderation_filter(body):
    exchange = Exchange("http", 403, body=body, error="HTTP 403")
    assert not is_filtered(parse(exchange))
    assert decide(exchange, parse(exchange), 1).step == "stop"


def test_an_account_word_elsewhere_does_not_hide_a_refusal():
    said = Complaint(text="access denied: the user input was blocked by the moderation filter")
    assert is_moderated(said, 403)
