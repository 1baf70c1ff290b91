"""The request's body: how an answer is asked for, and what an endpoint refused before."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from valuealign.administration.phrases import phrases
from valuealign.administration.plan import Cell
from valuealign.administration.render import Prompt
from valuealign.instrument.presented import Presented
from valuealign.instrument.response_scale import Open
from valuealign.respondent import Sampling

Api = Literal["chat", "responses"]
TOP_LOGPROBS = 20
_REASONING = re.compile(r"(^|/)(o[1-9]|gpt-5|gpt-oss|deepseek-r|qwq|.*(thinking|reason))", re.I)
_ROOM_TO_REASON = 8192
# A value out of range is the user's to mend; only what a model does not take at all is dropped.
_UNSUPPORTED = re.compile(r"support|unknown|unrecogni[sz]ed|not allowed|not permitted|unexpected")


@dataclass(slots=True)
class Adapted:
    """What an endpoint refused before; kept for each model for the length of a run.

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
    """

    dropped: set[str] = field(default_factory=set)
    no_schema: bool = False
    completion_tokens: bool = False
    reasons: bool = False
    grammar: bool = False

    def flags(self) -> dict[str, Any]:
        """What differs from what was asked for, kept with every attempt it is true of."""
        found: dict[str, Any] = {}
        if self.dropped:
            found["dropped"] = sorted(self.dropped)
        if self.no_schema:
            found["json_fallback"] = True
        if self.reasons:
            found["room_to_reason"] = True
        return found


@dataclass(frozen=True, slots=True)
class Request:
    """What goes to the endpoint.

    Parameters
    ----------
    path : str
    body : dict
    messages : str or list
        The part of the body that shows the item.
    settings : dict
        The rest of the body.
    max_tokens : int
        The most output tokens it can cost.
    """

    path: str
    body: dict[str, Any]
    messages: Any
    settings: dict[str, Any]
    max_tokens: int


def is_reasoning(model: str) -> bool:
    """Whether a model's name says that it reasons before it answers.

    Examples
    --------
    >>> is_reasoning("o3-mini"), is_reasoning("gpt-4o")
    (True, False)
    """
    return bool(_REASONING.search(model))


def request(cell: Cell, prompt: Prompt, *, api: Api, adapted: Adapted) -> Request:
    """The request for one cell.

    Parameters
    ----------
    cell : Cell
    prompt : Prompt
    api : {"chat", "responses"}
    adapted : Adapted
        What the endpoint refused before.

    Returns
    -------
    Request
    """
    given = cell.administration
    if given.elicitation == "logprobs" and isinstance(given.instrument.response_scale, Open):
        return _echo_request(cell, [given.sheet.stems[cell.item_ids[0]]])
    if given.elicitation == "logprobs" and given.form.labels == "words":
        return _sequence_request(cell, prompt)
    sampling = given.respondent.sampling
    limit = _limit(cell, prompt, adapted)
    if api == "responses":
        return _responses_request(cell, prompt, limit, adapted)
    settings: dict[str, Any] = {"model": given.respondent.model, **_sampled(sampling)}
    settings["seed"] = cell.seed if sampling.seed is None else sampling.seed
    settings["max_completion_tokens" if _renamed(cell, adapted) else "max_tokens"] = limit
    if given.elicitation == "logprobs":
        settings |= {"logprobs": True, "top_logprobs": TOP_LOGPROBS}
    if given.elicitation == "json" and not adapted.no_schema:
        schema = {"name": "answer", "strict": True, "schema": answer_schema(cell, prompt)}
        settings["response_format"] = {"type": "json_schema", "json_schema": schema}
    if given.elicitation == "choice" and adapted.grammar and (held := _grammar(cell, prompt)):
        settings["grammar"] = held
    settings = {name: v for name, v in settings.items() if name not in adapted.dropped}
    body = {**settings, "messages": prompt.messages}
    return Request("/chat/completions", body, prompt.messages, settings, limit)


def _renamed(cell: Cell, adapted: Adapted) -> bool:
    return adapted.completion_tokens or is_reasoning(cell.administration.respondent.model)


def _sampled(sampling: Sampling) -> dict[str, Any]:
    names = ("temperature", "top_p", "reasoning_effort")
    return {name: v for name in names if (v := getattr(sampling, name)) is not None}


def _responses_request(cell: Cell, prompt: Prompt, limit: int, adapted: Adapted) -> Request:
    given = cell.administration
    sampled = _sampled(given.respondent.sampling)
    settings: dict[str, Any] = {
        "model": given.respondent.model,
        "max_output_tokens": limit,
        "store": False,
        **{name: v for name, v in sampled.items() if name != "reasoning_effort"},
    }
    if "reasoning_effort" in sampled:
        settings["reasoning"] = {"effort": sampled["reasoning_effort"]}
    if given.elicitation == "logprobs":
        settings |= {"top_logprobs": TOP_LOGPROBS, "include": ["message.output_text.logprobs"]}
    if given.elicitation == "json" and not adapted.no_schema:
        settings["text"] = {
            "format": {
                "type": "json_schema",
                "name": "answer",
                "strict": True,
                "schema": answer_schema(cell, prompt),
            }
        }
    settings = {name: v for name, v in settings.items() if name not in adapted.dropped}
    shown = [_as_input(message) for message in prompt.messages]
    return Request("/responses", {**settings, "input": shown}, shown, settings, limit)


def _as_input(message: Mapping[str, Any]) -> dict[str, Any]:
    """A chat message as the responses API takes it: parts of other names."""
    content = message["content"]
    if not isinstance(content, str):
        content = [
            {"type": "input_text", "text": part["text"]}
            if part["type"] == "text"
            else {"type": "input_image", "image_url": part["image_url"]["url"]}
            for part in content
        ]
    return {"role": message["role"], "content": content}


def _sequence_request(cell: Cell, prompt: Prompt) -> Request:
    """Whole option texts scored: the prompt with each option after it, echoed with logprobs."""
    given = cell.administration
    head = plain_text(prompt, language=given.form.language)
    presented = prompt.presented[cell.item_ids[0]]
    return _echo_request(cell, [f"{head} {option.label}" for option in presented.options])


def _echo_request(cell: Cell, prompts: list[str]) -> Request:
    """Texts to be scored and not continued: their tokens' log-probabilities come back."""
    given = cell.administration
    settings = {
        "model": given.respondent.model,
        "max_tokens": 0,
        "echo": True,
        "logprobs": 1,
        "temperature": 0,
    }
    return Request("/completions", {**settings, "prompt": prompts}, prompts, settings, 0)


def plain_text(prompt: Prompt, *, language: str) -> str:
    """The messages as one text that ends where the answer begins."""
    parts = [str(message["content"]) for message in prompt.messages]
    return "\n\n".join([*parts, phrases(language).answer])


def _limit(cell: Cell, prompt: Prompt, adapted: Adapted) -> int:
    """Enough output tokens, and not many more: what a reply can cost is reserved beforehand."""
    given = cell.administration
    chosen = given.respondent.sampling.max_tokens
    if chosen is not None:
        return chosen
    offered = next(iter(prompt.presented.values()))
    one = {"text": 512, "json": 48, "choice": 24, "logprobs": 4}[given.elicitation]
    if offered.kind == "open":
        one = 1024
    elif offered.labels == "words" and given.elicitation == "choice":
        one = 48
    n = len(cell.item_ids)
    room = one if n == 1 else 64 + n * (24 if offered.labels == "words" else 12)
    reasons = adapted.reasons or is_reasoning(given.respondent.model)
    return room + (_ROOM_TO_REASON if reasons else 0)


def wants_room(cell: Cell, sent: Request) -> bool:
    """Whether a model that was cut while thinking may be asked again with room to think.

    Parameters
    ----------
    cell : Cell
    sent : Request
        What was asked, and cut.

    Returns
    -------
    bool
        Not where the user set the limit, had the room already, or no text is awaited.
    """
    given = cell.administration
    mine = given.respondent.sampling.max_tokens is None
    return mine and sent.max_tokens < _ROOM_TO_REASON and given.elicitation != "logprobs"


def answer_schema(cell: Cell, prompt: Prompt) -> dict[str, Any]:
    """A JSON schema that admits the options as they were presented, and nothing else.

    Parameters
    ----------
    cell : Cell
    prompt : Prompt

    Returns
    -------
    dict
        ``{"answer": ...}`` for one item; the numbers of the statements for a whole form.
    """
    offered = [prompt.presented[item_id] for item_id in cell.item_ids]
    if len(offered) == 1 and cell.administration.form.context != "whole":
        properties = {"answer": _value_schema(offered[0])}
        if offered[0].kind == "yes_no_confidence":
            properties["confidence"] = {"type": "number"}
    else:
        properties = {str(k): _value_schema(each) for k, each in enumerate(offered, start=1)}
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _grammar(cell: Cell, prompt: Prompt) -> str | None:
    """A grammar (GBNF) of one item's options; none for a whole form, or for more than a choice."""
    offered = prompt.presented[cell.item_ids[0]]
    whole = cell.administration.form.context == "whole" or len(cell.item_ids) > 1
    if whole or offered.kind not in ("labelled", "keyed"):
        return None
    tokens = [option.token for option in offered.options]
    return "root ::= " + " | ".join(json.dumps(token, ensure_ascii=False) for token in tokens)


def _value_schema(presented: Presented) -> dict[str, Any]:
    if presented.kind in ("numeric", "visual_analogue"):
        return {"type": "number"}
    return {"type": "string", "enum": [option.token for option in presented.options]}


def adapt(adapted: Adapted, sent: Mapping[str, Any], message: str) -> str | None:
    """Learn from a refusal (HTTP 400) which setting this endpoint does not take.

    Parameters
    ----------
    adapted : Adapted
        Changed in place.
    sent : mapping
        The settings that were sent.
    message : str
        What the endpoint said.

    Returns
    -------
    str or None
        What will be done differently, or ``None`` where nothing was learnt.
    """
    text = message.lower()
    if "max_tokens" in sent and "max_completion_tokens" in text:
        adapted.completion_tokens = True
        return "max_tokens is called max_completion_tokens here"
    schema = ("response_format", "json_schema", "text.format", "structured output")
    if ("response_format" in sent or "text" in sent) and any(word in text for word in schema):
        adapted.no_schema = True
        return "structured output is refused here: JSON is asked for in words"
    if not _UNSUPPORTED.search(text):
        return None
    for name in ("temperature", "top_p", "seed", "reasoning_effort", "store"):
        if name in sent and re.search(rf"\b{name}\b", text):
            adapted.dropped.add(name)
            return f"{name} is refused here and no longer sent"
    return None
