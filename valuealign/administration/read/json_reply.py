"""Answers in JSON: never repaired, and read only if all candidate fields agree."""

from __future__ import annotations

import json
import re
from typing import Any

from valuealign.administration.outcome import Answer, Reading, Refusal, Unreadable
from valuealign.administration.read.grammar import only
from valuealign.administration.read.normalise import one_spelling
from valuealign.administration.read.options import Names
from valuealign.administration.read.plain_answer import resolve
from valuealign.administration.read.refusal import is_refusal
from valuealign.administration.read.restated import without_scale
from valuealign.instrument.presented import Option

ANSWER_KEYS = (
    "answer",
    "final_answer",
    "response",
    "choice",
    "rating",
    "option",
    "value",
    "score",
    "selection",
    "selected",
    "selected_option",
    "label",
    "antwort",
    "bewertung",
    "wahl",
)
_FENCED = re.compile(r"```[\w-]*[ \t]*\n(.*?)```", re.DOTALL)


class TwiceError(ValueError):
    """An object has the same field twice."""


def json_in(text: str) -> tuple[Any, tuple[str, str]] | None:
    """Return the only JSON object of a text, with the text before and after it.

    Parameters
    ----------
    text : str
        As it came.

    Returns
    -------
    tuple of (object, (str, str)) or None
        ``None`` where there is none, or more than one.

    Raises
    ------
    TwiceError
        A field stands twice, with two values.
    """
    stripped = text.strip()
    spans = [(0, len(stripped))]
    fenced = list(_FENCED.finditer(stripped)) if stripped.count("```") == 2 else []
    spans += [match.span(1) for match in fenced]
    spans.append((stripped.find("{"), stripped.rfind("}") + 1))
    for start, end in spans:
        if start < 0 or stripped[start:end].lstrip()[:1] not in ("{", "["):
            continue
        try:
            value = json.loads(stripped[start:end], object_pairs_hook=_fields)
        except TwiceError:
            raise
        except (ValueError, RecursionError):
            continue
        before = re.sub(r"```[\w-]*[ \t]*\n?$", "", stripped[:start])
        return value, (before, stripped[end:].lstrip().removeprefix("```"))
    return None


def spoken_answer(value: Any) -> str:
    """Return the answer of a JSON object as a sentence would state it."""
    answers = _answers(value, depth=2)
    return str(answers[0]) if answers else ""


def _fields(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) != len(pairs) and any(fields[key] != value for key, value in pairs):
        raise TwiceError("a field stands twice")
    return fields


def json_reading(value: Any, names: Names) -> Reading:
    """Read a JSON value whose answer is one option.

    Parameters
    ----------
    value : object
        As :func:`json.loads` gives it.
    names : Names
    """
    answers = _answers(value, depth=2)
    if not answers:
        return Unreadable("JSON without an answer")
    readings = [_plain(answer, names) for answer in answers]
    for reading in readings:
        if not isinstance(reading, Answer):
            return reading
    if len({reading.value for reading in readings}) > 1:
        return Unreadable("two options in JSON")
    return readings[0]


def json_value_reading(value: Any, names: Names) -> Reading:
    """Read a JSON value for one item: an answer, or an object that contains it.

    Parameters
    ----------
    value : object
    names : Names
    """
    return json_reading(value, names) if isinstance(value, dict) else _plain(value, names)


def _answers(value: Any, *, depth: int) -> list[Any]:
    if not isinstance(value, dict):
        return []
    answers: list[Any] = []
    for key, inner in value.items():
        if key.casefold().replace(" ", "_").replace("-", "_") in ANSWER_KEYS:
            nested = isinstance(inner, dict) and depth > 0
            answers += _answers(inner, depth=depth - 1) or [inner] if nested else [inner]
    return answers


def _plain(value: Any, names: Names) -> Reading:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return Unreadable("JSON without one option")
    if isinstance(value, float):
        value = int(value) if value.is_integer() else value
    text = one_spelling(value) if isinstance(value, str) else repr(value)
    marked = without_scale(names.marked(text), names)
    match = None if len(text) > 400 else only(letters=names.has_letters).fullmatch(marked.text)
    if match is None or marked.fault:
        return Refusal("declines") if is_refusal(text) else Unreadable("JSON names no option")
    option = resolve(match, names)
    if isinstance(option, str):
        return Unreadable(option)
    if isinstance(option, Option):
        return Answer("json" if option.code is not None else "undefined option", option.code)
    return Answer("json", option)
