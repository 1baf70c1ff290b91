"""What came back: from an exchange's bytes to a text, or to what is wrong with them.

Nothing here raises on anything an endpoint may send, and nothing is repaired.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from valuealign.administration.read.reasoning import after_thinking

Status = Literal["ok", "http", "timeout", "connection", "oversize", "malformed"]
MAX_BYTES = 2_000_000
_THOUGHTS = ("reasoning_content", "reasoning", "thinking")


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request's outcome on the wire.

    Parameters
    ----------
    status : {"ok", "http", "timeout", "connection", "oversize"}
        "http": the endpoint answered with an error status.
    http_status : int, optional
    headers : mapping
        Lower-case names.
    body : bytes
        As they came, at most 2 MB.
    error : str, optional
        What went wrong, without keys.
    latency_ms : float
    """

    status: Status
    http_status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    error: str | None = None
    latency_ms: float = 0.0


@dataclass(frozen=True, slots=True)
class Reply:
    """A completion, or what is wrong with it.

    Parameters
    ----------
    status : str
        As of :class:`Exchange`, or "malformed".
    text : str, optional
        The reply's text; ``None`` where there is none.
    error : str, optional
        What is wrong: for a failure, or for a completion without text ("a tool call").
    code : str, optional
        The endpoint's own error code ("insufficient_quota").
    refusal : str, optional
        What the endpoint itself names a refusal.
    logprobs : sequence, optional
        The content tokens with their alternatives, as the endpoint gave them.
    choices : sequence
        All choices of a completions reply (whole options scored).
    """

    status: Status
    text: str | None = None
    error: str | None = None
    code: str | None = None
    refusal: str | None = None
    finish_reason: str | None = None
    model: str | None = None
    system_fingerprint: str | None = None
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    reasoning_tokens: int | None = None
    logprobs: Sequence[Any] | None = None
    choices: Sequence[Any] = ()
    thought: bool = False
    """Whether the endpoint hands over thinking apart from the text."""


def is_cut_while_thinking(reply: Reply) -> bool:
    """Whether the output limit ended the reply before it said anything aloud.

    Examples
    --------
    >>> is_cut_while_thinking(Reply("ok", text="<think>It asks", finish_reason="length"))
    True
    >>> is_cut_while_thinking(Reply("ok", text="I would say", finish_reason="length"))
    False
    """
    if reply.status != "ok" or reply.finish_reason != "length":
        return False
    text = (reply.text or "").strip()
    if not text:
        return reply.thought or bool(reply.reasoning_tokens)
    return after_thinking(text) is None


def parse(exchange: Exchange) -> Reply:
    """What an exchange's bytes say. Total: any bytes give a :class:`Reply`.

    Examples
    --------
    >>> parse(Exchange("ok", 200, body=b"<html>")).error
    'the reply is no JSON: <html>'
    """
    if exchange.status != "ok":
        code, said = _error_of(exchange.body)
        return Reply(exchange.status, error=said or exchange.error, code=code)
    try:
        data = json.loads(exchange.body)
    except (ValueError, RecursionError):
        start = exchange.body[:80].decode("utf-8", "replace").strip()
        return Reply("malformed", error=f"the reply is no JSON: {start}")
    if not isinstance(data, dict):
        return Reply("malformed", error=f"the reply is a {type(data).__name__}, no completion")
    if isinstance(data.get("error"), dict | str):
        code, said = _error_of(exchange.body)
        return Reply("malformed", error=said or "the endpoint reports an error", code=code)
    return _from_output(data) if "output" in data else _from_choices(data)


def _from_choices(data: dict[str, Any]) -> Reply:
    choices = data.get("choices")
    if not isinstance(choices, list) or not choices or not isinstance(choices[0], dict):
        return Reply("malformed", error="the reply holds no choices", **_about(data))
    first = choices[0]
    finish = _text(first.get("finish_reason"))
    known = {**_about(data), "finish_reason": finish, "choices": choices}
    if "message" not in first and "text" in first:
        return Reply("ok", text=_text(first["text"]), **known)
    message = first.get("message")
    if not isinstance(message, dict):
        return Reply("malformed", error="the choice holds no message", **_about(data))
    refusal = _text(message.get("refusal")) or None
    if finish == "content_filter":
        refusal = refusal or "stopped by the endpoint's content filter"
    text = _content_text(message.get("content"))
    logprobs = first.get("logprobs")
    tokens = logprobs.get("content") if isinstance(logprobs, dict) else None
    return Reply(
        "ok",
        text=text,
        error=None if text is not None or refusal else _why_no_text(message),
        refusal=refusal,
        logprobs=tokens if isinstance(tokens, list) else None,
        thought=any(message.get(name) for name in _THOUGHTS),
        **known,
    )


def _why_no_text(message: dict[str, Any]) -> str:
    if message.get("tool_calls") or message.get("function_call"):
        return "a tool call instead of text"
    return "no text in the reply"


def _content_text(content: Any) -> str | None:
    if isinstance(content, str):
        return content
    if not isinstance(content, list):
        return None
    parts = [part.get("text") for part in content if isinstance(part, dict)]
    texts = [part for part in parts if isinstance(part, str)]
    return "".join(texts) if texts else None


def _from_output(data: dict[str, Any]) -> Reply:
    """A reply of the responses API."""
    output = data["output"] if isinstance(data["output"], list) else []
    messages = [o for o in output if isinstance(o, dict) and o.get("type") == "message"]
    parts = [
        part
        for message in messages
        for part in (message.get("content") or [])
        if isinstance(part, dict)
    ]
    texts = [part["text"] for part in parts if isinstance(part.get("text"), str)]
    refusals = [part["refusal"] for part in parts if isinstance(part.get("refusal"), str)]
    if not messages and data.get("status") == "completed":
        return Reply("ok", error="no text in the reply", **_about(data))
    if not messages and data.get("status") != "incomplete":
        return Reply("malformed", error="the reply holds no output", **_about(data))
    why = data.get("incomplete_details")
    reason = why.get("reason") if isinstance(why, dict) else None
    tokens = [t for part in parts for t in (part.get("logprobs") or []) if isinstance(t, dict)]
    return Reply(
        "ok",
        text="".join(texts) if texts else None,
        error=None if texts or refusals else "no text in the reply",
        refusal=refusals[0] if refusals else None,
        finish_reason="length" if reason == "max_output_tokens" else _text(reason) or "stop",
        logprobs=tokens or None,
        **_about(data),
    )


def _about(data: dict[str, Any]) -> dict[str, Any]:
    """Who answered, and what it took, under either API's names."""
    usage = data.get("usage")
    usage = usage if isinstance(usage, dict) else {}
    details = usage.get("completion_tokens_details") or usage.get("output_tokens_details")
    details = details if isinstance(details, dict) else {}
    return {
        "model": _text(data.get("model")),
        "system_fingerprint": _text(data.get("system_fingerprint")),
        "prompt_tokens": _count(usage.get("prompt_tokens", usage.get("input_tokens"))),
        "completion_tokens": _count(usage.get("completion_tokens", usage.get("output_tokens"))),
        "reasoning_tokens": _count(details.get("reasoning_tokens")),
    }


def _error_of(body: bytes) -> tuple[str | None, str | None]:
    """The endpoint's own code and message, where its body holds them."""
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        return None, None
    error = data.get("error", data) if isinstance(data, dict) else None
    if isinstance(error, str):
        return None, error[:500]
    if not isinstance(error, dict):
        return None, None
    said = _text(error.get("message")) or _text(error.get("detail"))
    code = _text(error.get("code")) or _text(error.get("type"))
    return code, said[:500] if said else None


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _count(value: Any) -> int | None:
    plain = isinstance(value, int) and not isinstance(value, bool)
    return value if plain and 0 <= value < 2**31 else None
