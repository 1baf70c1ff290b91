"""Adaptation of requests to an endpoint that does not accept every field.

Kept for each model for the length of a run; every attempt it is true of carries it as a flag.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

TOP_LOGPROBS = 20
LIMITS = ("max_tokens", "max_completion_tokens")


@dataclass(slots=True)
class Adapted:
    """Request fields that an endpoint does not accept, known in advance or learnt from errors.

    Parameters
    ----------
    dropped : set of str
        Names of settings that are not sent again.
    no_schema : bool
        Structured output was refused: JSON is asked for in words only.
    completion_tokens : bool
        The limit is called ``max_completion_tokens`` here.
    reasons : bool
        The model thinks before it answers, which takes output tokens of its own.
    grammar : bool
        The endpoint holds a reply to a grammar: a choice is then one of the options.
    folded : bool
        The endpoint has no system role, so its text is placed before the user's message.
    top_logprobs : int
        How many alternatives of a token to ask for.
    logprobs_count : bool
        The number of alternatives is the value of ``logprobs`` itself, as in the older API.
    most_tokens : int, optional
        The most output tokens the endpoint lets a request ask for.
    least_tokens : int, optional
        The fewest output tokens it lets a request ask for.
    seed_name : str
        What the seed is called here.
    """

    dropped: set[str] = field(default_factory=set)
    no_schema: bool = False
    completion_tokens: bool = False
    reasons: bool = False
    grammar: bool = False
    folded: bool = False
    top_logprobs: int = TOP_LOGPROBS
    logprobs_count: bool = False
    most_tokens: int | None = None
    least_tokens: int | None = None
    seed_name: str = "seed"

    def flags(self) -> dict[str, Any]:
        """Differences from the requested settings, kept with every attempt that they affect."""
        named: dict[str, Any] = {}
        if self.dropped:
            named["dropped"] = sorted(self.dropped)
        if self.no_schema:
            named["json_fallback"] = True
        if self.reasons:
            named["room_to_reason"] = True
        if self.folded:
            named["system_folded"] = True
        if self.top_logprobs != TOP_LOGPROBS:
            named["top_logprobs"] = self.top_logprobs
        if self.most_tokens is not None:
            named["most_tokens"] = self.most_tokens
        return named

    def limit_name(self, *, reasoning: bool) -> str | None:
        """The endpoint's name for the output limit; ``None`` if it accepts none."""
        renamed = self.completion_tokens or reasoning
        names = reversed(LIMITS) if renamed else LIMITS
        return next((name for name in names if name not in self.dropped), None)

    def limited(self, tokens: int) -> int:
        """A number of output tokens within the endpoint's maximum."""
        if self.most_tokens is not None:
            tokens = min(tokens, self.most_tokens)
        return max(tokens, self.least_tokens or 0)

    def kept(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        """The settings that are sent."""
        return {name: value for name, value in settings.items() if name not in self.dropped}

    def shown(self, messages: Sequence[dict[str, Any]]) -> Sequence[dict[str, Any]]:
        """The messages as they are sent."""
        return folded(messages) if self.folded else messages


def folded(messages: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The messages without a system role: its text in front of the first message of the user.

    Examples
    --------
    >>> system = {"role": "system", "content": "You are a nurse."}
    >>> folded([system, {"role": "user", "content": "How are you?"}])
    [{'role': 'user', 'content': 'You are a nurse.\\n\\nHow are you?'}]
    """
    system = [str(message["content"]) for message in messages if message["role"] == "system"]
    rest = [dict(message) for message in messages if message["role"] != "system"]
    if not system or not rest:
        return list(messages)
    text, first = "\n\n".join(system), rest[0]["content"]
    parts = [{"type": "text", "text": text}]
    rest[0]["content"] = f"{text}\n\n{first}" if isinstance(first, str) else [*parts, *first]
    return rest
