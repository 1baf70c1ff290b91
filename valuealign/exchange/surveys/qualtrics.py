"""Qualtrics surveys (.qsf): matrix tables, and multiple choice with one answer."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from valuealign.errors import InstrumentError
from valuealign.exchange.surveys.survey import Question, Survey, plain
from valuealign.instrument.wording.decode import decoded

_ONE_ANSWER = ("SAVR", "SAHR", "SACOL", "DL", "SB")


def read_qualtrics(path: Path) -> Survey:
    """Read a survey file.

    Raises
    ------
    InstrumentError
        The file is no survey of Qualtrics.
    """
    text, _ = decoded(path, limit=20_000_000)
    try:
        data = json.loads(text)
        elements = data["SurveyElements"]
        payloads = [e["Payload"] for e in elements if e.get("Element") == "SQ"]
        title = str((data.get("SurveyEntry") or {}).get("SurveyName") or "")
        binned = _binned(elements)
        questions = [q for p in payloads if p.get("QuestionID") not in binned for q in _asked(p)]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise InstrumentError(
            "this is no survey of Qualtrics", expected="a .qsf file (JSON)", path=path
        ) from None
    return Survey(plain(title), tuple(questions))


def _binned(elements: list[dict[str, Any]]) -> set[str]:
    """Questions in the survey's own waste bin."""
    found: set[str] = set()
    for element in elements:
        blocks = element.get("Payload") if element.get("Element") == "BL" else None
        for block in _values(blocks or {}):
            if block.get("Type") == "Trash":
                found |= {str(each.get("QuestionID")) for each in block.get("BlockElements") or []}
    return found


def _values(listed: Any) -> list[Any]:
    """Qualtrics writes a list as an object with numbered keys once it was edited."""
    return list(listed.values()) if isinstance(listed, Mapping) else list(listed)


def _asked(payload: Mapping[str, Any]) -> Iterator[Question]:
    tag = str(payload.get("DataExportTag") or payload.get("QuestionID") or "")
    said = plain(str(payload.get("QuestionText") or ""))
    kind, selector = payload.get("QuestionType"), payload.get("Selector")
    if kind == "Matrix" and selector == "Likert":
        options = _options(payload, "Answers", "AnswerOrder")
        for key, choice in _ordered(payload, "Choices", "ChoiceOrder"):
            name = str((payload.get("ChoiceDataExportTags") or {}).get(key) or f"{tag}_{key}")
            yield Question(name, plain(str(choice.get("Display"))), options, tag, said)
    elif kind == "MC" and selector in _ONE_ANSWER:
        yield Question(tag, said, _options(payload, "Choices", "ChoiceOrder"), "")
    elif kind != "DB":
        yield Question(tag, said, (), "")


def _ordered(
    payload: Mapping[str, Any], which: str, order: str
) -> list[tuple[str, Mapping[str, Any]]]:
    listed = payload.get(which) or {}
    if not isinstance(listed, Mapping):
        listed = {str(k): each for k, each in enumerate(listed, start=1)}
    keys = [str(key) for key in payload.get(order) or listed]
    return [(key, listed[key]) for key in keys if key in listed]


def _options(payload: Mapping[str, Any], which: str, order: str) -> tuple[tuple[int, str], ...]:
    """Options in their order on the page; their places are their codes."""
    found = _ordered(payload, which, order)
    return tuple((k, plain(str(each.get("Display")))) for k, (_, each) in enumerate(found, start=1))
