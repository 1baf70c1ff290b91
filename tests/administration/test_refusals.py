"""What is learnt from a refusal: each field an endpoint does not take, and nothing else."""

from __future__ import annotations

import json

import pytest

from valuealign.administration.endpoint.known_endpoints import known_endpoint, known_endpoints
from valuealign.administration.endpoint.refused_fields import guess, learn
from valuealign.administration.endpoint.request_adaptation import Adapted, folded
from valuealign.administration.reply.complaint import Complaint, read_complaint

SYSTEM = [{"role": "system", "content": "a"}, {"role": "user", "content": "b"}]
SEED, LIMIT, RENAMED = {"seed": 1}, {"max_tokens": 24}, {"max_completion_tokens": 8216}
LOGPROBS = {"logprobs": True, "top_logprobs": 20}
SCHEMA = {"response_format": {"type": "json_schema"}}


def taught(message, settings, *, messages=(), own_limit=False, **more):
    """What an endpoint's words teach."""
    body = json.dumps({"error": {"message": message, **more}}).encode()
    adapted = Adapted()
    learn(adapted, settings, read_complaint(body), messages=messages, own_limit=own_limit)
    return adapted


@pytest.mark.parametrize(
    ("settings", "message", "dropped"),
    [
        (SEED, 'Invalid JSON payload received. Unknown name "seed": Cannot find field.', {"seed"}),
        (SEED, "Unrecognized request argument supplied: seed", {"seed"}),
        (SEED, "unexpected keyword argument 'seed'", {"seed"}),
        (SEED, "Additional properties are not allowed ('seed' was unexpected)", {"seed"}),
        (SEED, "json: unknown field `seed`, expected one of `model`, `messages`", {"seed"}),
        (SEED, "seed must be less than 2147483647", {"seed"}),
        (SEED | LIMIT, "Unknown parameter: seed. Supported parameters: max_tokens", {"seed"}),
        (SEED | LIMIT, "property 'seed' is unsupported", {"seed"}),
        (
            SEED | {"temperature": 1},
            "m does not support parameters: ['seed', 'temperature']",
            {"seed", "temperature"},
        ),
        ({"temperature": 0.2}, "temperature is deprecated for this model.", {"temperature"}),
        (
            {"temperature": 0.2},
            "Unsupported value: 'temperature' does not support 0.2 with this "
            "model. Only the default (1) value is supported.",
            {"temperature"},
        ),
        ({"temperature": 9}, "temperature must be at most 2", set()),
        (
            {"top_p": 0.5},
            "`temperature` and `top_p` cannot be used together: top_p not allowed",
            {"top_p"},
        ),
        ({"reasoning_effort": "low"}, "Unknown parameter: reasoning.effort", {"reasoning_effort"}),
        ({"store": False}, "Unknown parameter: 'store'.", {"store"}),
        (
            LIMIT,
            "Unsupported parameter: 'max_tokens' is not supported with this model. Use "
            "'max_completion_tokens' instead.",
            {"max_tokens"},
        ),
        (
            RENAMED,
            "[{'type': 'extra_forbidden', 'loc': ('body', 'max_completion_tokens'), 'msg': "
            "'Extra inputs are not permitted', 'input': 8216}]",
            {"max_completion_tokens"},
        ),
        (SEED, "The server is overloaded", set()),
        (SEED, "The seedling was not supported", set()),
        ({"max_tokens": 4}, "too many tokens in the prompt", set()),
        (LOGPROBS, "logprobs is not supported for gpt-5", {"logprobs", "top_logprobs"}),
        (LOGPROBS, "property 'logprobs' is unsupported", {"logprobs", "top_logprobs"}),
        (LOGPROBS, "Unknown parameter: top_logprobs", {"top_logprobs"}),
    ],
)
def test_a_field_that_is_refused_is_dropped(settings, message, dropped):
    assert taught(message, settings).dropped == dropped


def test_a_field_that_a_validation_error_locates_is_dropped():
    extra = {"type": "extra_forbidden", "msg": "Extra inputs are not permitted"}
    body = {"detail": [{**extra, "loc": ["body", "seed"], "input": {"max_tokens": 1}}]}
    adapted = Adapted()
    assert learn(adapted, SEED | LIMIT, read_complaint(json.dumps(body).encode()))
    assert adapted.dropped == {"seed"}


def test_the_limit_goes_both_ways_and_then_without():
    adapted = Adapted()
    assert adapted.limit_name(reasoning=False) == "max_tokens"
    assert adapted.limit_name(reasoning=True) == "max_completion_tokens"
    for name, after in (("max_tokens", "max_completion_tokens"), ("max_completion_tokens", None)):
        body = json.dumps({"message": f"Unknown parameter: {name}"}).encode()
        assert learn(adapted, {name: 24}, read_complaint(body))
        assert adapted.limit_name(reasoning=False) == after
        assert adapted.limit_name(reasoning=True) == (after or None)


@pytest.mark.parametrize(
    ("message", "n"),
    [
        ("Requested sample logprobs of 20, which is greater than max allowed: 5", 5),
        ("top_logprobs must be between 0 and 8", 8),
        ("Invalid 'top_logprobs': above maximum value. Expected a value <= 11, but got 20", 11),
        ("top_logprobs is too large", 5),
    ],
)
def test_fewer_alternatives_are_asked_for(message, n):
    adapted = taught(message, LOGPROBS)
    assert (adapted.top_logprobs, adapted.dropped) == (n, set())
    assert adapted.flags() == {"top_logprobs": n}


def test_alternatives_as_a_count_are_learnt():
    adapted = taught("logprobs: value is not a valid integer, not supported", LOGPROBS)
    assert adapted.logprobs_count


@pytest.mark.parametrize(
    ("message", "most", "least"),
    [
        ("max_tokens (8216) is too large: at most 4096 is supported", 4096, None),
        ("This model's maximum context length is 4096 tokens. You requested 8292", 4108, None),
        ("Invalid 'max_tokens': integer below minimum value. Expected a value >= 9000", None, 9000),
    ],
)
def test_a_limit_out_of_range_is_brought_into_it_unless_it_is_the_users(message, most, least):
    adapted = taught(message, {"max_tokens": 8216})
    assert (adapted.most_tokens, adapted.least_tokens) == (most, least)
    assert adapted.limited(8216) == (most or least)
    assert taught(message, {"max_tokens": 8216}, own_limit=True) == Adapted()


@pytest.mark.parametrize(
    "message",
    [
        "System role not supported",
        "Conversation roles must alternate user/assistant/user/assistant/...",
        "Only user and assistant roles are supported!",
        "Developer instruction is not enabled for models/gemma-3-27b-it",
        "Template error: syntax error: System role is not supported (in <string>:1)",
        "Unsupported value: 'messages[0].role' does not support 'system' with this model.",
        "system message not supported",
        "Unexpected role system",
    ],
)
def test_a_missing_system_role_is_learnt_and_only_where_one_was_sent(message):
    assert taught(message, SEED, messages=SYSTEM).folded
    assert not taught(message, SEED, messages=SYSTEM[1:]).folded
    assert taught(message, SEED, messages=SYSTEM).flags() == {"system_folded": True}


def test_a_system_that_is_no_role_is_not_one():
    adapted = taught("The system does not support this parameter: seed", SEED, messages=SYSTEM)
    assert (adapted.folded, adapted.dropped) == (False, {"seed"})


def test_a_system_text_is_put_in_front_of_text_and_of_pictures():
    picture = {"role": "user", "content": [{"type": "image_url"}]}
    assert folded([SYSTEM[0], picture])[0]["content"] == [
        {"type": "text", "text": "a"},
        {"type": "image_url"},
    ]
    assert folded(SYSTEM[1:]) == SYSTEM[1:]
    assert folded(SYSTEM[:1]) == SYSTEM[:1]


@pytest.mark.parametrize(
    "message",
    [
        "response_format type is unavailable",
        "Structured output is not supported by this model",
        "Invalid schema for response_format 'answer'",
        "guided decoding is off: json_schema",
    ],
)
def test_a_refused_schema_is_asked_for_in_words(message):
    assert taught(message, SCHEMA).no_schema
    assert not taught(message, SEED).no_schema


def test_every_listed_endpoint_is_found_by_its_address_and_has_a_page():
    for known in known_endpoints():
        host = known.hosts[0]
        url = f"http://localhost{host}/v1" if host.startswith(":") else f"https://x.{host}/v1"
        assert known_endpoint(url) is known
        pages = (known.docs, *known.sources)
        assert all(page.startswith("https://") for page in pages)
        assert len(set(pages)) == len(pages), known.name
        silent = (known.seed, known.limit, known.top_logprobs, known.json_schema)
        assert (None in silent) == (known.open is not None), known.name


def test_what_is_known_is_used_only_where_the_host_says_who_answers():
    mistral = known_endpoint("https://api.mistral.ai/v1").adapted()
    assert mistral.seed_name == "random_seed"
    assert known_endpoint("https://api.together.xyz/v1").adapted().logprobs_count
    assert known_endpoint("https://api.deepseek.com").adapted().no_schema
    assert known_endpoint("https://dashscope.aliyuncs.com/v1").adapted().top_logprobs == 5
    assert known_endpoint("https://x.openai.azure.com/v1").adapted() == Adapted()
    assert known_endpoint("http://localhost:8000/v1").adapted() == Adapted()
    assert known_endpoint("http://other.example:8000/v1").docs == ""
    assert known_endpoint("https://api.mistral.ai.evil.example/v1").docs == ""
    assert known_endpoint("https://notapi.openai.com.example/v1").docs == ""


@pytest.mark.parametrize(
    "text",
    [
        "",
        "bad request",
        "HTTP 422: unprocessable entity.",
        "extra inputs are not permitted",
        "400 bad request nginx/1.25.3",
        "provider returned error",
    ],
)
def test_a_refusal_that_names_nothing_leads_to_a_guess_of_one_field_at_a_time(text):
    adapted, settings = Adapted(), {"model": "m", **SEED, **LIMIT}
    said = Complaint(text=text.lower())
    assert "without seed" in guess(adapted, settings, said)
    assert adapted.dropped == {"seed"}
    assert "without max_tokens" in guess(adapted, adapted.kept(settings), said)
    assert adapted.limit_name(reasoning=False) == "max_completion_tokens"
    assert guess(adapted, {"model": "m"}, said) is None


@pytest.mark.parametrize("text", ["images are not allowed", "your account has no access", "x"])
def test_a_refusal_that_says_why_is_not_guessed_at(text):
    assert guess(Adapted(), SEED, Complaint(text=text)) is None
    assert guess(Adapted(), SEED, Complaint(text="", names=frozenset({"body"}))) is None
