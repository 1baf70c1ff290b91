"""What a simulated respondent says, in the shape of an endpoint's reply."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any


def completion(
    body: Mapping[str, Any], content: str, top: list[dict[str, Any]] | None
) -> dict[str, Any]:
    """A chat completion that says ``content``, cut where the request's limit cuts it."""
    limit = body.get("max_tokens") or body.get("max_completion_tokens")
    words = len(content) // 4 + 1
    cut = isinstance(limit, int) and 0 < limit < words
    if cut and isinstance(limit, int):
        content = content[: 4 * limit]
    logprobs = None
    if top:
        chosen = next((each for each in top if each["token"] == content), top[0])
        logprobs = {"content": [{**chosen, "token": content, "top_logprobs": top}]}
    choice = {
        "index": 0,
        "message": {"role": "assistant", "content": content, "refusal": None},
        "finish_reason": "length" if cut else "stop",
        "logprobs": logprobs,
    }
    shown = len(json.dumps(body.get("messages") or [], ensure_ascii=False, default=str)) // 4
    return {
        "id": "sim",
        "object": "chat.completion",
        "created": 0,
        "model": str(body.get("model", "sim")),
        "system_fingerprint": "sim-1",
        "choices": [choice],
        "usage": {
            "prompt_tokens": shown,
            "completion_tokens": min(words, limit) if cut and isinstance(limit, int) else words,
            "total_tokens": shown + words,
        },
    }


def as_output(completion: dict[str, Any]) -> dict[str, Any]:
    """The same completion as the responses API gives it."""
    choice = completion["choices"][0]
    usage = completion["usage"]
    part = {"type": "output_text", "text": choice["message"]["content"], "annotations": []}
    return {
        "id": "sim",
        "object": "response",
        "status": "completed" if choice["finish_reason"] == "stop" else "incomplete",
        "incomplete_details": None
        if choice["finish_reason"] == "stop"
        else {"reason": "max_output_tokens"},
        "model": completion["model"],
        "output": [{"type": "message", "role": "assistant", "content": [part]}],
        "usage": {
            "input_tokens": usage["prompt_tokens"],
            "output_tokens": usage["completion_tokens"],
        },
    }


def error_body(said: str) -> dict[str, Any]:
    """An error as endpoints send it."""
    return {"error": {"message": said, "type": "invalid_request_error", "code": None}}
