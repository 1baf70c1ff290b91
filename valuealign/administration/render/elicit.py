"""Request bodies for each elicitation, without fields that an endpoint refused."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from valuealign.administration.endpoint.request_adaptation import Adapted
from valuealign.administration.plan.plan import Cell
from valuealign.administration.render.phrases import phrases
from valuealign.administration.render.picture_parts import Pictures, with_data
from valuealign.administration.render.render import Prompt
from valuealign.instrument.presented import Presented
from valuealign.instrument.response_scale import Open
from valuealign.sampling_settings import SETTING_FACTS

Api = Literal["chat", "responses"]
_REASONING = re.compile(r"(^|/)(o[1-9]|gpt-5|gpt-oss|deepseek-r|qwq|.*(thinking|reason))", re.I)
_OPEN_TEXT = 1024
_ROOM_TO_REASON = 8192


@dataclass(frozen=True, slots=True)
class Request:
    """The body and path of a request.

    Parameters
    ----------
    path : str
    body : dict
        Pictures by reference, as the store keeps them.
    messages : str or list
        The part of the body that shows the item.
    settings : dict
        The rest of the body.
    max_tokens : int
        The most output tokens it can cost.
    pictures : mapping of str to Picture
        What is sent in the place of each reference.
    """

    path: str
    body: dict[str, Any]
    messages: Any
    settings: dict[str, Any]
    max_tokens: int
    pictures: Pictures = field(default_factory=dict)

    @property
    def sent_body(self) -> dict[str, Any]:
        """The body as it goes out: pictures as data URLs."""
        return {
            name: with_data(part, self.pictures) if part is self.messages else part
            for name, part in self.body.items()
        }


def is_reasoning(model: str) -> bool:
    """Whether a model's name indicates that it reasons before it answers.

    Examples
    --------
    >>> is_reasoning("o3-mini"), is_reasoning("gpt-4o")
    (True, False)
    """
    return bool(_REASONING.search(model))


def request(cell: Cell, prompt: Prompt, *, api: Api, adapted: Adapted) -> Request:
    """Return the request for one cell.

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
    return replace(_request(cell, prompt, api=api, adapted=adapted), pictures=prompt.pictures)


def _request(cell: Cell, prompt: Prompt, *, api: Api, adapted: Adapted) -> Request:
    administration = cell.administration
    if administration.way.scored and isinstance(administration.instrument.response_scale, Open):
        return _echo_request(
            cell, [administration.worded(administration.sheet.stems[cell.item_ids[0]])], adapted
        )
    if administration.way.scored and administration.form.labels == "words":
        return _sequence_request(cell, prompt, adapted)
    sampling = administration.respondent.sampling
    limit = _limit(cell, prompt, adapted)
    if api == "responses":
        return _responses_request(cell, prompt, limit, adapted)
    settings: dict[str, Any] = {"model": administration.respondent.model, **sampling.sent()}
    settings[adapted.seed_name] = cell.seed if sampling.seed is None else sampling.seed
    if name := adapted.limit_name(reasoning=is_reasoning(administration.respondent.model)):
        settings[name] = limit
    if administration.way.scored:
        settings |= _logprobs(adapted)
    if administration.way.schema and not adapted.no_schema:
        schema = {"name": "answer", "strict": True, "schema": answer_schema(cell, prompt)}
        settings["response_format"] = {"type": "json_schema", "json_schema": schema}
    if administration.way.grammar and adapted.grammar and (held := _grammar(cell, prompt)):
        settings["grammar"] = held
    settings = {**adapted.kept(settings), **administration.respondent.extra}
    shown = adapted.shown(prompt.messages)
    return Request("/chat/completions", {**settings, "messages": shown}, shown, settings, limit)


def _logprobs(adapted: Adapted) -> dict[str, Any]:
    if adapted.logprobs_count:
        return {"logprobs": adapted.top_logprobs}
    return {"logprobs": True, "top_logprobs": adapted.top_logprobs}


def _responses_request(cell: Cell, prompt: Prompt, limit: int, adapted: Adapted) -> Request:
    administration = cell.administration
    settings: dict[str, Any] = {
        "model": administration.respondent.model,
        "max_output_tokens": limit,
        "store": False,
    }
    for name, value in administration.respondent.sampling.sent().items():
        field, *within = SETTING_FACTS[name].place or (name,)
        settings[field] = {within[0]: value} if within else value
    if administration.way.scored:
        included = ["message.output_text.logprobs"]
        settings |= {"top_logprobs": adapted.top_logprobs, "include": included}
    if administration.way.schema and not adapted.no_schema:
        settings["text"] = {
            "format": {
                "type": "json_schema",
                "name": "answer",
                "strict": True,
                "schema": answer_schema(cell, prompt),
            }
        }
    settings = {**adapted.kept(settings), **administration.respondent.extra}
    shown = [_as_input(message) for message in adapted.shown(prompt.messages)]
    return Request("/responses", {**settings, "input": shown}, shown, settings, limit)


def _as_input(message: Mapping[str, Any]) -> dict[str, Any]:
    """Return a chat message in the format of the responses API."""
    content = message["content"]
    if not isinstance(content, str):
        content = [
            {"type": "input_text", "text": part["text"]}
            if part["type"] == "text"
            else {"type": "input_image", "image_url": part["image_url"]["url"]}
            for part in content
        ]
    return {"role": message["role"], "content": content}


def _sequence_request(cell: Cell, prompt: Prompt, adapted: Adapted) -> Request:
    """Whole option texts scored: the prompt with each option after it, echoed with logprobs."""
    administration = cell.administration
    head = plain_text(prompt, language=administration.form.language)
    presented = prompt.presented[cell.item_ids[0]]
    prompts = [f"{head} {option.label}" for option in presented.options]
    return _echo_request(cell, prompts, adapted)


def _echo_request(cell: Cell, prompts: list[str], adapted: Adapted) -> Request:
    """Texts to be scored and not continued: their tokens' log-probabilities come back."""
    administration = cell.administration
    limit = adapted.limited(0)
    settings = {
        "model": administration.respondent.model,
        "max_tokens": limit,
        "echo": True,
        "logprobs": 1,
        "temperature": 0,
    }
    settings = {**adapted.kept(settings), **administration.respondent.extra}
    return Request("/completions", {**settings, "prompt": prompts}, prompts, settings, limit)


def plain_text(prompt: Prompt, *, language: str) -> str:
    """The messages as one text that ends where the answer begins."""
    parts = [str(message["content"]) for message in prompt.messages]
    return "\n\n".join([*parts, phrases(language).answer])


def _limit(cell: Cell, prompt: Prompt, adapted: Adapted) -> int:
    """Return a sufficient and not much larger output limit, because its cost is reserved."""
    administration = cell.administration
    chosen = administration.respondent.sampling.max_tokens
    if chosen is not None:
        return chosen
    offered = next(iter(prompt.presented.values()))
    words = offered.labels == "words"
    per_answer = _OPEN_TEXT if offered.kind == "open" else administration.way.room_of(words=words)
    n = len(cell.item_ids)
    room = per_answer if n == 1 else 64 + n * (24 if words else 12)
    reasons = adapted.reasons or is_reasoning(administration.respondent.model)
    return adapted.limited(room + (_ROOM_TO_REASON if reasons else 0))


def wants_room(cell: Cell, sent: Request) -> bool:
    """Whether a model whose reasoning was cut may be asked again with a higher limit.

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
    administration = cell.administration
    mine = administration.respondent.sampling.max_tokens is None
    return mine and sent.max_tokens < _ROOM_TO_REASON and not administration.way.scored


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
