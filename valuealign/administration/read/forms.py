"""Whole forms: one reply for many items, found by their numbers. No answer is ever shifted."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from valuealign.administration.outcome import Answer, Reading, Unreadable
from valuealign.administration.read.text import Spoken
from valuealign.instrument.presented import Presented

Read = Callable[[Spoken, Presented], Reading]
_LINE = re.compile(
    r"\W{0,4}(?:(?:q|item|statement|question|no|nr|#)\.?\s*)?(?P<number>\d{1,4})\s*"
    r"(?:[.):|=]|-(?=\s|\d|\w)|\s-\s|\t|->|=>)\s*(?P<rest>\S.*?)\s*\|?",
    re.IGNORECASE,
)
_LAST = re.compile(r".*(?::|\s-\s|=|->|→|\|)\s*(?P<answer>[^:|=]{1,80}?)\s*\|?")
_INLINE = re.compile(r"(?:^|[,;\s])(\d{1,4})\s*[.):=]\s*([^\s,;]{1,20})(?=[,;\s]|$)")


def form_readings(text: str, presented: Mapping[str, Presented], read: Read) -> dict[str, Reading]:
    """One reading for each item of a form.

    Parameters
    ----------
    text : str
    presented : mapping of str to Presented
        In the order shown; the first is number 1.
    read : callable
        Reads the answer to one item.
    """
    said = _from_json(text, list(presented))
    if said is None:
        said = _from_lines(_without_scale(text, presented), presented, read)
    found: dict[str, Reading] = {}
    for number, (item_id, offered) in enumerate(presented.items(), start=1):
        texts = said.get(number, [])
        found[item_id] = _one(texts, offered, read)
    return found


def _one(texts: list[str], offered: Presented, read: Read) -> Reading:
    readings = [_answer(text, offered, read) for text in texts]
    if not readings:
        return Unreadable("not listed")
    values = {reading.value for reading in readings}
    answers = all(isinstance(reading, Answer) for reading in readings)
    if len(values) > 1 or (len(readings) > 1 and not answers):
        return Unreadable("listed twice and not alike")
    return readings[0]


def _answer(text: str, offered: Presented, read: Read) -> Reading:
    """The answer of one line: all of it, or what follows its last colon, dash or bar."""
    found = read(Spoken(text), offered)
    if isinstance(found, Answer):
        return found
    last = _LAST.fullmatch(text)
    if last is None:
        return found
    ending = read(Spoken(last["answer"]), offered)
    return ending if isinstance(ending, Answer) else found


def _from_lines(text: str, presented: Mapping[str, Presented], read: Read) -> dict[int, list[str]]:
    lines = [line for line in text.split("\n") if line.strip(" |-:")]
    found: dict[int, list[str]] = {}
    for line in lines:
        if match := _LINE.fullmatch(line):
            found.setdefault(int(match["number"]), []).append(match["rest"])
    if len(found) >= min(2, len(presented)):
        return found
    return _bare(lines, presented, read) or _inline(text, len(presented)) or found


def _bare(
    lines: list[str], presented: Mapping[str, Presented], read: Read
) -> dict[int, list[str]] | None:
    """As many lines as items, each an option and nothing else."""
    if len(lines) != len(presented):
        return None
    pairs = list(zip(lines, presented.values(), strict=True))
    if all(len(line) <= 60 and isinstance(read(Spoken(line), o), Answer) for line, o in pairs):
        return {number: [line] for number, line in enumerate(lines, start=1)}
    return None


def _inline(text: str, n: int) -> dict[int, list[str]] | None:
    """All numbers from 1 to n in order on one line: "1. 4, 2. 5, 3. 1"."""
    if "\n" in text:
        return None
    pairs = _INLINE.findall(text)
    if [int(number) for number, _ in pairs] != list(range(1, n + 1)):
        return None
    return {int(number): [answer] for number, answer in pairs}


def _without_scale(text: str, presented: Mapping[str, Presented]) -> str:
    """The text without a restated scale: a block of lines that pairs every token with its words."""
    offered = next(iter(presented.values()), None)
    if offered is None or not offered.options:
        return text
    wanted = [_squeezed(f"{o.token}{o.label}") for o in offered.options if o.label]
    lines = text.split("\n")
    squeezed = [_squeezed(line) for line in lines]
    for start in range(len(lines) - len(wanted) + 1):
        if wanted and squeezed[start : start + len(wanted)] == wanted and len(lines) > len(wanted):
            return "\n".join([*lines[:start], *lines[start + len(wanted) :]])
    return text


def _squeezed(text: str) -> str:
    return re.sub(r"\W+", "", text).casefold()


def _from_json(text: str, item_ids: list[str]) -> dict[int, list[str]] | None:
    """Answers in JSON: an object by number or item, or a list with one entry an item."""
    if text[:1] not in "{[":
        return None
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if (
        isinstance(value, dict)
        and len(value) == 1
        and isinstance((only := next(iter(value.values()))), dict | list)
    ):
        value = only
    if isinstance(value, list):
        return _from_list(value, item_ids)
    if not isinstance(value, dict):
        return {}
    found: dict[int, list[str]] = {}
    for key, answer in value.items():
        _add(found, str(key), answer, item_ids)
    return found


def _from_list(values: list[Any], item_ids: list[str]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    if values and all(isinstance(value, dict) for value in values):
        for value in values:
            known = {str(key).casefold(): v for key, v in value.items()}
            name = next((known[k] for k in ("number", "id", "item", "statement", "question", "n")
                         if k in known), None)  # fmt: skip
            answer = next((known[k] for k in ("answer", "response", "rating", "value", "choice",
                                              "option", "score") if k in known), None)  # fmt: skip
            _add(found, str(name), answer, item_ids)
        return found
    if len(values) == len(item_ids):
        for number, value in enumerate(values, start=1):
            _add(found, str(number), value, item_ids)
    return found


def _add(found: dict[int, list[str]], name: str, answer: Any, item_ids: list[str]) -> None:
    if isinstance(answer, float) and answer.is_integer():
        answer = int(answer)
    plain = isinstance(answer, str | int) and not isinstance(answer, bool)
    text = str(answer) if plain else "nothing plain"
    if name in item_ids:
        found.setdefault(item_ids.index(name) + 1, []).append(text)
        return
    number = re.fullmatch(r"(?:[a-z#]*[ _]?)0*(\d{1,4})", name, re.IGNORECASE)
    if number:
        found.setdefault(int(number[1]), []).append(text)
