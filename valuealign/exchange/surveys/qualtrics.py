"""Qualtrics surveys (.qsf): matrix tables, and multiple choice with one answer."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

from valuealign.errors import InstrumentError
from valuealign.exchange.surveys.codes import numbered
from valuealign.exchange.surveys.languages import language_code
from valuealign.exchange.surveys.markup import has_picture, plain, remarks_on
from valuealign.exchange.surveys.qualtrics_flow import placed
from valuealign.exchange.surveys.survey import Option, Question, Survey
from valuealign.instrument.wording.decode import decoded

Payload = Mapping[str, Any]
_SEVERAL = "several answers may be ticked"
_KINDS: Mapping[str, str] = MappingProxyType(
    {
        "TE": "they are answered in words",
        "RO": "they are a ranking",
        "CS": "they are sums to divide",
        "Slider": "they are answered on a slider",
        "DB": "they are texts without an answer",
        "Timing": "they measure time",
        "Meta": "they record the browser",
        "Captcha": "they are a captcha",
        "FileUpload": "they are answered with a file",
        "Draw": "they are answered with a drawing",
        "HotSpot": "they are answered on a picture",
        "HeatMap": "they are answered on a picture",
        "HL": "they are answered by marking a text",
        "PGR": "they are sorted into groups",
        "DD": "they are lists that depend on one another",
        "TreeSelect": "they are lists that depend on one another",
    }
)
_CHOICES: Mapping[str, str] = MappingProxyType(
    {
        "SAVR": "",
        "SAHR": "",
        "SACOL": "",
        "DL": "",
        "SB": "",
        "NPS": "",
        "MAVR": _SEVERAL,
        "MAHR": _SEVERAL,
        "MACOL": _SEVERAL,
        "MSB": _SEVERAL,
    }
)
_MATRICES: Mapping[str, str] = MappingProxyType(
    {
        "Likert": "",
        "Profile": "",
        "Bipolar": "they stand between two words",
        "RO": "they are a ranking",
        "CS": "they are sums to divide",
        "TE": "they are answered in words",
        "MaxDiff": "they are a choice of best and worst",
    }
)
_ROWS: Mapping[str, str] = MappingProxyType(
    {
        "MultipleAnswer": _SEVERAL,
        "DND": "they are sorted into groups",
        "Short": "they are answered in words",
        "Medium": "they are answered in words",
        "Long": "they are answered in words",
        "FORM": "they are answered in words",
        "WTXB": "they are sums to divide",
    }
)


def read_qualtrics(path: Path) -> Survey:
    """Read a survey file.

    Raises
    ------
    InstrumentError
        The file is not a survey of Qualtrics.
    """
    text, _ = decoded(path, limit=20_000_000)
    try:
        data = json.loads(text)
        entry = data.get("SurveyEntry") or {}
        own = language_code(str(entry.get("SurveyLanguage") or "en"))
        shown, notes = placed(data["SurveyElements"])
        questions = [q for block, p in shown for q in _asked(p, block, own)]
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError):
        raise InstrumentError(
            "this is not a survey of Qualtrics", expected="a .qsf file (JSON)", path=path
        ) from None
    title = plain(str(entry.get("SurveyName") or ""))
    return Survey(
        {own: title} if title else {}, tuple(questions), _languages(questions, own), notes
    )


def _languages(questions: list[Question], own: str) -> tuple[str, ...]:
    others = {language for q in questions for language in q.text}
    return (own, *sorted(others - {own}))


def _asked(payload: Payload, block: str, own: str) -> Iterator[Question]:
    kind, selector = str(payload.get("QuestionType")), str(payload.get("Selector"))
    asked = _Asked(payload, block, own)
    if kind == "Matrix":
        why = _MATRICES.get(selector, f"they are of a kind that is not known (Matrix {selector})")
        yield from asked.rows(why or _ROWS.get(str(payload.get("SubSelector")), ""))
    elif kind == "SBS":
        yield from asked.columns()
    elif kind == "MC":
        yield asked.single(
            _CHOICES.get(selector, f"they are of a kind that is not known (MC {selector})")
        )
    else:
        yield asked.single(_KINDS.get(kind, f"they are of a kind that is not known ({kind})"))


class _Asked:
    """One element of a survey, converted to questions."""

    def __init__(self, payload: Payload, block: str, own: str, tag: str = "") -> None:
        self.payload, self.block, self.own = payload, block, own
        self.tag = tag or str(payload.get("DataExportTag") or payload.get("QuestionID") or "")
        self.html = str(payload.get("QuestionText") or "")
        self.other = {
            language_code(str(name)): each
            for name, each in _pairs(payload.get("Language"))
            if isinstance(each, Mapping)
        }
        self.condition = _condition(payload)

    def single(self, excluded: str) -> Question:
        """The element as one question."""
        options, remarks = ((), ()) if excluded else self.options("Choices", "ChoiceOrder")
        return Question(
            self.tag,
            self.words("QuestionText", self.html),
            options,
            section=self.block,
            excluded=excluded,
            condition=self.condition,
            remarks=(*remarks, *remarks_on(self.html)),
            parting="codes" if self.recoded() else "words",
        )

    def rows(self, excluded: str, lead: Mapping[str, str] | None = None) -> Iterator[Question]:
        """The rows of a table."""
        whole = self.words("QuestionText", self.html)
        options, remarks = ((), ()) if excluded else self.options("Answers", "AnswerOrder")
        if self.payload.get("Selector") == "Profile":
            options, remarks = (), ()
        tags = self.payload.get("ChoiceDataExportTags") or {}
        for key, choice in self.ordered("Choices", "ChoiceOrder"):
            html = str(choice.get("Display"))
            name = str(tags.get(key) or f"{self.tag}_{key}")
            row = self.profile(key) if self.payload.get("Selector") == "Profile" else options
            yield Question(
                name,
                self.choice_words("Choices", key, html),
                row,
                table=self.tag,
                section=self.tag,
                lead=lead or whole,
                excluded=excluded,
                condition=self.condition,
                remarks=(*remarks, *remarks_on(html), *remarks_on(self.html)),
                parting="codes" if self.recoded() else "words",
            )

    def profile(self, row: str) -> tuple[Option, ...]:
        """The options of one row, where each has its own."""
        listed = (self.payload.get("Answers") or {}).get(row) or {}
        codes, _ = numbered([str(key) for key, _ in _pairs(listed)])
        return tuple(
            self.option(code, str(each.get("Display")), {self.own: str(each.get("Display"))})
            for code, (_, each) in zip(codes, _pairs(listed), strict=True)
        )

    def columns(self) -> Iterator[Question]:
        """The columns of a table with several headers: each has options of its own."""
        whole = self.words("QuestionText", self.html)
        for key, column in _pairs(self.payload.get("AdditionalQuestions")):
            head = _Asked(
                {
                    **column,
                    "Choices": column.get("Choices") or self.payload.get("Choices"),
                    "ChoiceOrder": column.get("ChoiceOrder") or self.payload.get("ChoiceOrder"),
                },
                self.block,
                self.own,
                str(column.get("DataExportTag") or f"{self.tag}#{key}"),
            )
            said = head.words("QuestionText", head.html)
            lead = {lang: f"{words} {said.get(lang, '')}".strip() for lang, words in whole.items()}
            selector = str(column.get("Selector"))
            why = _MATRICES.get(selector, f"they are of a kind that is not known (SBS {selector})")
            yield from head.rows(why or _ROWS.get(str(column.get("SubSelector")), ""), lead)

    def words(self, field: str, html: str) -> dict[str, str]:
        """A text in the survey's own language and in those it was translated into."""
        texts = {self.own: plain(html)}
        for language, each in self.other.items():
            texts[language] = plain(str(each.get(field) or ""))
        return {language: text for language, text in texts.items() if text}

    def choice_words(self, field: str, key: str, html: str) -> dict[str, str]:
        """The words of one choice in every language."""
        texts = {self.own: plain(html)}
        for language, each in self.other.items():
            listed = dict(_pairs(each.get(field)))
            shown = listed.get(key)
            texts[language] = plain(str(shown.get("Display"))) if isinstance(shown, Mapping) else ""
        return {language: text for language, text in texts.items() if text}

    def ordered(self, field: str, order: str) -> list[tuple[str, Payload]]:
        """The choices in the order of the page."""
        order_of_keys = [str(key) for key in _flat(self.payload.get(order))]
        listed = dict(_pairs(self.payload.get(field), order_of_keys))
        keys = order_of_keys or list(listed)
        return [(key, listed[key]) for key in dict.fromkeys(keys) if key in listed]

    def options(self, field: str, order: str) -> tuple[tuple[Option, ...], tuple[str, ...]]:
        """Return the options under the file's codes, else under Qualtrics' own numbers."""
        listed = self.ordered(field, order)
        recoded = dict(_pairs(self.payload.get("RecodeValues")))
        codes, remark = numbered([str(recoded.get(key, key)) for key, _ in listed])
        options = tuple(
            self.option(
                code,
                str(each.get("Display")),
                self.choice_words(field, key, str(each.get("Display"))),
            )
            for code, (key, each) in zip(codes, listed, strict=True)
        )
        written = [
            plain(str(each.get("Display")))
            for _, each in listed
            if str(each.get("TextEntry", "")).casefold() in ("true", "on", "1")
        ]
        remarks = [remark] if remark else []
        remarks += [f"option {label!r} also asks for words" for label in written]
        return options, tuple(remarks)

    def recoded(self) -> bool:
        """Whether somebody gave the options codes other than Qualtrics' own numbers."""
        return any(key != str(code) for key, code in _pairs(self.payload.get("RecodeValues")))

    def option(self, code: int | str, html: str, label: Mapping[str, str]) -> Option:
        """One option; a picture has no words."""
        words = {lang: plain(text) for lang, text in label.items() if plain(text)}
        return Option(code, words, has_picture(html) and not words)


def _condition(payload: Payload) -> str:
    if payload.get("DisplayLogic"):
        return "its display logic holds"
    return "no skip logic passes over it" if payload.get("SkipLogic") else ""


def _flat(order: Any) -> list[Any]:
    """Flatten an order of choices, in which groups are nested lists."""
    items: list[Any] = []
    for each in order or []:
        items += each if isinstance(each, list) else [each]
    return items


def _pairs(listed: Any, order: Sequence[str] = ()) -> list[tuple[str, Any]]:
    """Return keys and values; Qualtrics writes keys that run from 0 as a list."""
    if isinstance(listed, Mapping):
        return [(str(key), each) for key, each in listed.items()]
    values = list(listed or [])
    start = 1 if str(len(values)) in order else 0
    return [(str(k), each) for k, each in enumerate(values, start=start)]
