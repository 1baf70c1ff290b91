"""Rendering of a cell as messages; pure, and used by ``preview`` too.

A stem stands alone on its line; each option stands on a line of its own, ``TOKEN = WORDS``
where it has a token and ``- WORDS`` where its words are its name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from valuealign.administration.plan.plan import Administration, Cell
from valuealign.administration.render.phrases import Phrases, phrases
from valuealign.administration.render.picture_parts import picture_part
from valuealign.errors import PlanError
from valuealign.instrument.pictures.picture import Picture
from valuealign.instrument.presented import Presented
from valuealign.instrument.response_scale import Open

Message = dict[str, Any]
Exchanged = tuple[str, str]
"""An item's id and the reply it got."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """The messages of a request, and the options it presents.

    Parameters
    ----------
    messages : list of dict
        In the shape of chat completions, pictures by reference.
    presented : dict of str to Presented
        For each item of the cell, in the order shown, the options as they were presented.
    pictures : dict of str to Picture
        Each picture that is shown, by its reference.
    """

    messages: list[Message]
    presented: dict[str, Presented]
    pictures: dict[str, Picture] = field(default_factory=dict)


def render(cell: Cell, history: Sequence[Exchanged] = ()) -> Prompt:
    """The messages of one request.

    Parameters
    ----------
    cell : Cell
    history : sequence of (str, str)
        In a growing conversation: the items asked before and their replies, in order.

    Returns
    -------
    Prompt

    Raises
    ------
    InstrumentError
        Wording or pictures that are not there.
    PlanError
        A combination that cannot be shown.
    """
    administration = cell.administration
    presented = {item_id: administration.presented(item_id) for item_id in cell.item_ids}
    messages: list[Message] = []
    if administration.respondent.persona:
        messages.append({"role": "system", "content": administration.respondent.persona.text})
    if administration.form.context == "whole":
        messages.append({"role": "user", "content": _whole(administration, presented)})
        return Prompt(messages, presented)
    asked = [item_id for item_id, _ in history] + list(cell.item_ids)
    pictures: dict[str, Picture] = {}
    for place, item_id in enumerate(asked):
        text = _one(administration, item_id, first=place == 0)
        seen = administration.pictures(item_id, first=place == 0)
        pictures |= {picture.reference: picture for picture in seen}
        parts = [*map(picture_part, seen), {"type": "text", "text": text}]
        messages.append({"role": "user", "content": parts if seen else text})
        if place < len(history):
            messages.append({"role": "assistant", "content": history[place][1]})
    return Prompt(messages, presented, pictures)


def _one(administration: Administration, item_id: str, *, first: bool) -> str:
    words = phrases(administration.form.language)
    presented = administration.presented(item_id)
    parts = [
        administration.worded(administration.sheet.instruction) if first else words.conversation,
        administration.worded(administration.sheet.stems[item_id]),
        option_lines(presented, words),
        _ask_one(administration, presented, words),
    ]
    return "\n\n".join(part for part in parts if part)


def _whole(administration: Administration, presented: Mapping[str, Presented]) -> str:
    words = phrases(administration.form.language)
    stems = administration.sheet.stems
    shared = len(set(presented.values())) == 1
    lines = []
    for number, (item_id, offered) in enumerate(presented.items(), start=1):
        lines.append(f"{number}. {administration.worded(stems[item_id])}")
        if not shared:
            lines.append(option_lines(offered, words))
    parts = [administration.worded(administration.sheet.instruction), "\n".join(lines)]
    first = next(iter(presented.values()))
    if shared:
        parts.append(option_lines(first, words))
    parts.append(_ask_whole(administration, first, words))
    return "\n\n".join(part for part in parts if part)


def option_lines(presented: Presented, words: Phrases) -> str:
    """The options, one to a line; for a line between two ends, what its ends mean.

    Examples
    --------
    >>> from valuealign.instrument.presented import Option
    >>> from valuealign.administration.render.phrases import phrases
    >>> offered = Presented("labelled", (Option("1", "no", 1.0), Option("2", "yes", 2.0)))
    >>> print(option_lines(offered, phrases("en")))
    1 = no
    2 = yes
    """
    if presented.kind == "visual_analogue":
        low, high = presented.options
        return words.line.format(
            minimum=presented.minimum, maximum=presented.maximum, low=low.label, high=high.label
        )
    return "\n".join(
        f"- {option.label}"
        if option.token == option.label
        else f"{option.token} = {option.label}".removesuffix(" = ")
        for option in presented.options
    )


def _ask_one(administration: Administration, presented: Presented, words: Phrases) -> str:
    scale = administration.instrument.response_scale
    if isinstance(scale, Open):
        limited = scale.max_words is not None
        return words.open_limited.format(max_words=scale.max_words) if limited else words.open
    if administration.way.schema:
        return words.json_one
    if presented.kind in ("numeric", "visual_analogue"):
        return words.numeric.format(minimum=presented.minimum, maximum=presented.maximum)
    if presented.kind == "yes_no_confidence":
        return words.yes_no
    if administration.way.free:
        return words.free
    return {"numbers": words.number, "letters": words.letter, "words": words.words}[
        presented.labels
    ]


def _ask_whole(administration: Administration, presented: Presented, words: Phrases) -> str:
    if administration.way.schema:
        return words.json_whole
    if not presented.options:
        raise PlanError(
            f"{administration.instrument.id} is answered in numbers or in open text, one item at "
            "a time; use --form context=item"
        )
    return {
        "numbers": words.whole_number,
        "letters": words.whole_letter,
        "words": words.whole_words,
    }[presented.labels]
