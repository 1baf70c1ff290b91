"""LimeSurvey surveys (.lss): arrays and lists, in the older and the newer layout."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path
from typing import Any

from valuealign.errors import InstrumentError
from valuealign.exchange.surveys.survey import Question, Survey, plain
from valuealign.instrument.wording.ddi import xml_of

Row = Mapping[str, str]
_ARRAY, _LISTS = "F", ("L", "!", "O")
_PLACED = ("questions", "subquestions", "answers")


def read_limesurvey(path: Path) -> Survey:
    """Read a survey file, in its first language.

    Raises
    ------
    InstrumentError
        The file is no survey of LimeSurvey.
    """
    tables = {child.tag: _rows(child) for child in xml_of(path)}
    if not tables.get("questions"):
        raise InstrumentError(
            "this is no survey of LimeSurvey", expected="an .lss file with questions", path=path
        )
    worded = [*tables.get("question_l10ns", ()), *tables["questions"]]
    language = next((row["language"] for row in worded if row.get("language")), "")
    one = {
        name: [row for row in rows if row.get("language", language) == language]
        for name, rows in tables.items()
    }
    titles = [row.get("surveyls_title", "") for row in tables.get("surveys_languagesettings", ())]
    return Survey(plain(titles[0]) if titles else "", tuple(_Layout.of(one).questions()))


@dataclass(frozen=True, slots=True)
class _Layout:
    """The tables of one language, joined: newer files keep words apart from what they are of."""

    rows: Sequence[Row]
    words: Mapping[str, str]
    groups: Mapping[str, str]
    options: Mapping[str, tuple[tuple[int, str], ...]]

    @classmethod
    def of(cls, tables: Mapping[str, Sequence[Row]]) -> _Layout:
        words = {r["qid"]: r.get("question", "") for r in tables.get("question_l10ns", ())
                 if "qid" in r}  # fmt: skip
        named = [*tables.get("group_l10ns", ()), *tables.get("groups", ())]
        groups = {r["gid"]: plain(r["group_name"]) for r in named
                  if r.get("group_name") and "gid" in r}  # fmt: skip
        rows = [*tables.get("questions", ()), *tables.get("subquestions", ())]
        return cls(sorted(rows, key=_place), words, groups, _options(tables))

    def questions(self) -> list[Question]:
        found: list[Question] = []
        for row in self.rows:
            if row.get("parent_qid", "0") == "0":
                found += self._array(row) if row.get("type") == _ARRAY else [self._single(row)]
        return found

    def _array(self, row: Row) -> list[Question]:
        title = row.get("title", "")
        return [
            Question(
                f"{title}_{each.get('title', '')}",
                self._text(each),
                self.options.get(row["qid"], ()),
                title,
                self._text(row),
            )
            for each in self.rows
            if each.get("parent_qid") == row["qid"]
        ]

    def _single(self, row: Row) -> Question:
        options = self.options.get(row["qid"], ()) if row.get("type") in _LISTS else ()
        group = self.groups.get(row.get("gid", ""), "")
        return Question(row.get("title", ""), self._text(row), options, group)

    def _text(self, row: Row) -> str:
        return plain(self.words.get(row["qid"], row.get("question", "")))


def _rows(table: Any) -> list[dict[str, str]]:
    """A table's rows; of what has a place, only those with a question's number."""
    found = table.iterfind("./rows/row")
    rows = [{cell.tag: (cell.text or "").strip() for cell in row} for row in found]
    return [row for row in rows if "qid" in row] if table.tag in _PLACED else rows


def _place(row: Row) -> tuple[int, int, int]:
    return (_number(row, "group_order"), _number(row, "question_order"), _number(row, "qid"))


def _number(row: Row, name: str) -> int:
    value = row.get(name, "")
    return int(value) if value.isascii() and value.isdecimal() else 0


def _options(tables: Mapping[str, Sequence[Row]]) -> dict[str, tuple[tuple[int, str], ...]]:
    """Each question's options in their order on the page; their places are their codes."""
    words = {row.get("aid"): row.get("answer", "") for row in tables.get("answer_l10ns", ())}
    found: dict[str, list[tuple[int, str]]] = {}
    for row in tables.get("answers", ()):
        label = plain(words.get(row.get("aid"), row.get("answer", "")))
        found.setdefault(row["qid"], []).append((_number(row, "sortorder"), label))
    return {
        qid: tuple((k, label) for k, (_, label) in enumerate(sorted(each, key=itemgetter(0)), 1))
        for qid, each in found.items()
    }
