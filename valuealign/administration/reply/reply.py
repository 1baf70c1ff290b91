"""Parsing of an exchange's bytes to a text, or to the fault they contain.

Nothing here raises on anything an endpoint may send, and nothing is repaired.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from valuealign.administration.read.reasoning import after_thinking
from valuealign.administration.reply.complaint import Complaint, complaint_of, read_complaint
from valuealign.administration.reply.moderation import is_filtered_finish, is_moderated
from valuealign.administration.reply.token_places import Place, token_places
from valuealign.store.reply_columns import REPLY_COLUMNS, ReplyColumns

Status = Literal["ok", "http", "timeout", "connection", "oversize", "malformed"]
MAX_BYTES = 2_000_000
_THOUGHTS = ("reasoning_content", "reasoning", "thinking")


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its response on the wire.

    Parameters
    ----------
    status : {"ok", "http", "timeout", "connection", "oversize", "malformed"}
        "http": the endpoint answered with an error status; "malformed": not in valid HTTP.
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


_SILENT = Complaint()


@dataclass(frozen=True, slots=True)
class Reply(ReplyColumns):
    """A completion with what the endpoint states about it, or the fault in its place.

    Parameters
    ----------
    status : str
        As of :class:`Exchange`, or "malformed".
    text : str, optional
        The reply's text; ``None`` where there is none.
    error : str, optional
        What is wrong: for a failure, or for a completion without text ("a tool call").
    complaint : Complaint
        All that an error says, of any shape.
    refusal : str, optional
        What the endpoint itself names a refusal, a moderation filter's included.
    logprobs : sequence of Place
        The tokens with their alternatives.
    choices : sequence
        All choices of a completions reply (whole options scored).
    """

    status: Status
    text: str | None = None
    error: str | None = None
    complaint: Complaint = _SILENT
    refusal: str | None = None
    logprobs: Sequence[Place] = ()
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


def is_filtered(reply: Reply) -> bool:
    """Whether an error is a moderation filter's: a refusal of this cell, not a failure.

    Examples
    --------
    >>> is_filtered(parse(Exchange("http", 400, body=b'{"error": {"code": "content_filter"}}')))
    True
    """
    return reply.status in ("http", "malformed") and reply.refusal is not None


def parse(exchange: Exchange) -> Reply:
    """Parse an exchange's bytes. Total: any bytes give a :class:`Reply`.

    Examples
    --------
    >>> parse(Exchange("ok", 200, body=b"<html>")).error
    'the reply is not JSON: <html>'
    """
    try:
        return _parsed(exchange)
    except Exception as error:  # noqa: BLE001  # whatever it is, the bytes must be kept
        return Reply("malformed", error=f"the reply cannot be read ({type(error).__name__})")


def _parsed(exchange: Exchange) -> Reply:
    if exchange.status == "http":
        return _from_error(exchange)
    if exchange.status != "ok":
        return Reply(exchange.status, error=exchange.error)
    try:
        data = json.loads(exchange.body)
    except (ValueError, RecursionError):
        start = exchange.body[:80].decode("utf-8", "replace").strip()
        return Reply("malformed", error=f"the reply is not JSON: {start}")
    if not isinstance(data, dict):
        return _failed(
            complaint_of(data), f"the reply is a {type(data).__name__}, not a completion"
        )
    if data.get("error"):
        return _failed(complaint_of(data["error"]), "the endpoint reports an error", _about(data))
    return _from_output(data) if "output" in data else _from_choices(data)


def _from_error(exchange: Exchange) -> Reply:
    """A reply with an error status."""
    complaint = read_complaint(exchange.body)
    plain = exchange.body.lstrip()[:1] not in (b"{", b"[", b'"')
    message = (
        f"{exchange.error}: {complaint.message}"
        if plain and complaint.message
        else complaint.message
    )
    # A page of a firewall or a proxy speaks of policies too; a filter answers in words or JSON.
    page = b"<" in exchange.body[:200] and plain
    filtered = not page and is_moderated(complaint, exchange.http_status)
    refusal = _FILTERED if filtered else None
    return Reply("http", error=message or exchange.error, complaint=complaint, refusal=refusal)


def _failed(complaint: Complaint, otherwise: str, about: dict[str, Any] | None = None) -> Reply:
    """An error inside a reply of status 200: a failed attempt, unless a filter refused."""
    refusal = _FILTERED if is_moderated(complaint) else None
    known = about or {}
    return Reply(
        "malformed",
        error=complaint.message or otherwise,
        complaint=complaint,
        refusal=refusal,
        **known,
    )


_FILTERED = "stopped by the endpoint's content filter"


def _from_choices(data: dict[str, Any]) -> Reply:
    about = _about(data)
    choices = _list(data.get("choices"))
    if not choices or not isinstance(choices[0], dict):
        return _without_choices(data, about)
    first = choices[0]
    finish = _text(first.get("finish_reason"))
    if first.get("error") or finish == "error":
        return _failed(complaint_of(first.get("error")), "the reply ended with an error", about)
    known = {**about, "finish_reason": finish, "choices": choices}
    known["logprobs"] = token_places(first) or token_places(data)
    if "message" not in first and "text" in first:
        return Reply("ok", text=_text(first["text"]), **known)
    message = first.get("message")
    if not isinstance(message, dict):
        return Reply("malformed", error="the choice has no message", **about)
    text = _content_text(message.get("content"))
    refusal = _refusal(first, message, text)
    return Reply(
        "ok",
        text=text,
        error=None if text is not None or refusal else _why_no_text(message),
        refusal=refusal,
        thought=any(message.get(name) for name in _THOUGHTS),
        **known,
    )


def _without_choices(data: dict[str, Any], about: dict[str, Any]) -> Reply:
    feedback = data.get("prompt_feedback") or data.get("promptFeedback")
    reasons = feedback if isinstance(feedback, dict) else {}
    if reasons.get("blockReason") or reasons.get("block_reason"):
        return Reply("ok", refusal=_FILTERED, **about)
    complaint = complaint_of(data) if any(name in data for name in _ERROR_NAMES) else _SILENT
    return _failed(complaint, "the reply has no choices", about)


_ERROR_NAMES = ("message", "detail", "msg", "errors", "error_msg", "title", "code")


def _refusal(choice: dict[str, Any], message: dict[str, Any], text: str | None) -> str | None:
    """Return the endpoint's refusal, from the message or the finish reason."""
    spoken = message.get("refusal")
    if isinstance(spoken, str) and spoken:
        return spoken
    if is_filtered_finish(choice.get("finish_reason")):
        return _FILTERED
    # Some proxies say "stop" and pass the provider's own reason on.
    if not text and is_filtered_finish(choice.get("native_finish_reason")):
        return _FILTERED
    return None


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
    messages = [
        each
        for each in _list(data["output"])
        if isinstance(each, dict) and each.get("type") == "message"
    ]
    parts = [
        part
        for message in messages
        for part in _list(message.get("content"))
        if isinstance(part, dict)
    ]
    texts = [part["text"] for part in parts if isinstance(part.get("text"), str)]
    refusals = [part["refusal"] for part in parts if isinstance(part.get("refusal"), str)]
    if not messages and data.get("status") == "completed":
        return Reply("ok", error="no text in the reply", **_about(data))
    if not messages and data.get("status") != "incomplete":
        return Reply("malformed", error="the reply has no output", **_about(data))
    why = data.get("incomplete_details")
    reason = _text(why.get("reason")) if isinstance(why, dict) else None
    refusal = refusals[0] if refusals else _FILTERED if is_filtered_finish(reason) else None
    return Reply(
        "ok",
        text="".join(texts) if texts else None,
        error=None if texts or refusal else "no text in the reply",
        refusal=refusal,
        logprobs=[place for part in parts for place in token_places(part)],
        **{
            **_about(data),
            "finish_reason": "length" if reason == "max_output_tokens" else reason or "stop",
        },
    )


def _about(data: dict[str, Any]) -> dict[str, Any]:
    """Return what the endpoint states about the reply, under either API's names."""
    stated: dict[str, Any] = {}
    for column in REPLY_COLUMNS:
        values = map(_text if column.kind is str else _count, _at(data, column.places))
        stated[column.name] = next((value for value in values if value is not None), None)
    return stated


def _at(data: dict[str, Any], places: Sequence[str]) -> Iterator[Any]:
    for place in places:
        value: Any = data
        for name in place.split("."):
            value = value.get(name) if isinstance(value, dict) else None
        yield value


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _count(value: Any) -> int | None:
    plain = isinstance(value, int) and not isinstance(value, bool)
    return value if plain and 0 <= value < 2**31 else None
