"""The tables of an .lss file; newer files keep the words of each language in further tables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from valuealign.exchange.surveys.codes import numbered
from valuealign.exchange.surveys.languages import DEFAULT, language_code
from valuealign.exchange.surveys.markup import has_picture, plain
from valuealign.exchange.surveys.survey import Option, Words
from valuealign.instrument.wording.ddi import xml_of

Row = Mapping[str, str]
_PLACED = ("questions", "subquestions", "answers")


def tables_of(path: Path) -> Tables:
    """Read every table of a file.

    Raises
    ------
    InstrumentError
        The file is not XML, or not safe.
    """
    return Tables({child.tag: _rows(child) for child in xml_of(path)})


class Tables:
    """The tables of a survey.

    Parameters
    ----------
    named : mapping of str to list
        Every table's rows.

    Attributes
    ----------
    languages : tuple of str
        As LimeSurvey names them; the survey's own first.
    questions : list of mapping
        Questions that are not part of another, in the order of the page.
    """

    def __init__(self, named: Mapping[str, Sequence[Row]]) -> None:
        self.named = named
        self.languages = _languages(named)
        self._grouped: dict[tuple[str, str], dict[str, list[Row]]] = {}
        groups = {r.get("gid", ""): _number(r, "group_order") for r in self.rows("groups")}
        top = [row for row in self.rows("questions") if row.get("parent_qid", "0") == "0"]
        self.questions = sorted(
            self._once(top, "qid"),
            key=lambda row: (
                groups.get(row.get("gid", ""), _number(row, "group_order")),
                *_place(row),
            ),
        )

    def rows(self, table: str) -> Sequence[Row]:
        """The rows of a table; none where the file has no such table."""
        return self.named.get(table, ())

    def of(self, table: str, column: str, value: str) -> Sequence[Row]:
        """The rows of a table in which a column has a value."""
        if (table, column) not in self._grouped:
            grouped: dict[str, list[Row]] = defaultdict(list)
            for row in self.rows(table):
                grouped[row.get(column, "")].append(row)
            self._grouped[table, column] = grouped
        return self._grouped[table, column].get(value, ())

    def below(self, row: Row) -> list[Row]:
        """The sub-questions of a question, in the order of the page."""
        own = [
            each
            for table in ("subquestions", "questions")
            for each in self.of(table, "parent_qid", row["qid"])
        ]
        return sorted(self._once(own, "qid"), key=_place)

    def words(self, row: Row) -> dict[str, str]:
        """A question's HTML in each language."""
        tables = ("questions", "subquestions", "question_l10ns")
        return self._worded(tables, "qid", row["qid"], "question")

    def html(self, row: Row) -> str:
        """A question's HTML in the survey's own language."""
        words = self.words(row)
        return words.get(self.languages[0], next(iter(words.values()), ""))

    def group_name(self, row: Row) -> str:
        """The name of a question's group, in the survey's own language."""
        return plain(self._of_group(row, "group_name").get(self.languages[0], ""))

    def group_text(self, row: Row) -> Words:
        """The text above a question's group."""
        return in_codes(self._of_group(row, "description"))

    def _of_group(self, row: Row, column: str) -> dict[str, str]:
        tables = ("groups", "group_l10ns")
        return self._worded(tables, "gid", row.get("gid", ""), column)

    def _worded(self, tables: Iterable[str], key: str, value: str, column: str) -> dict[str, str]:
        """A text of the rows of one question or group, in each language."""
        return {
            row.get("language") or self.languages[0]: row[column]
            for table in tables
            for row in self.of(table, key, value)
            if row.get(column)
        }

    def attribute(self, row: Row, name: str) -> dict[str, str]:
        """An attribute of a question in each language; "" where it has none."""
        return {
            each.get("language", ""): each["value"]
            for each in self.of("question_attributes", "qid", row["qid"])
            if each.get("attribute") == name and each.get("value")
        }

    def options(self, row: Row, scale: str) -> tuple[tuple[Option, ...], tuple[str, ...]]:
        """The options of a question under their own codes, in the order of the page."""
        own = [
            each
            for each in self.of("answers", "qid", row["qid"])
            if (each.get("scale_id") or "0") == scale
        ]
        worded: dict[str, dict[str, str]] = defaultdict(dict)
        for each in own:
            apart = self.of("answer_l10ns", "aid", each["aid"]) if each.get("aid") else ()
            for option in apart or (each,):
                language = option.get("language") or self.languages[0]
                worded[each.get("code", "")][language] = option.get("answer", "")
        listed = sorted(self._once(own, "code"), key=lambda each: _number(each, "sortorder"))
        codes, remarks = _codes(listed)
        return tuple(
            _option(code, worded[each.get("code", "")])
            for code, each in zip(codes, listed, strict=True)
        ), remarks

    def _once(self, rows: Iterable[Row], key: str) -> list[Row]:
        """Return each row once; the older layout has one for each language."""
        unique: dict[str, Row] = {}
        for row in rows:
            own = row.get("language") == self.languages[0]
            if row.get(key, "") not in unique or own:
                unique[row.get(key, "")] = row
        return list(unique.values())


def in_codes(html: Mapping[str, str]) -> dict[str, str]:
    """Words in each language, as instrument files name the language."""
    return {language_code(k): text for k, v in html.items() if (text := plain(v))}


def _option(code: int | str, html: Mapping[str, str]) -> Option:
    words = in_codes(html)
    return Option(code, words, not words and any(map(has_picture, html.values())))


def _codes(listed: Sequence[Row]) -> tuple[tuple[int | str, ...], tuple[str, ...]]:
    """Codes that are numbers, else assessment values that differ, else the codes as they can be."""
    codes = [row.get("code", "") for row in listed]
    values = [row.get("assessment_value", "") for row in listed]
    made, remark = numbered(codes)
    assessed, lost = numbered(values)
    shown = ", ".join(f"{code} = {value}" for code, value in zip(codes, values, strict=True))[:100]
    has_values = len(set(values)) == len(values) > 1 and not lost
    if remark and has_values:
        return assessed, (f"codes are the file's assessment values ({shown})",)
    if has_values and assessed != made:
        return made, (f"the file also has assessment values, which differ ({shown})",)
    return made, (remark,) if remark else ()


def _languages(named: Mapping[str, Sequence[Row]]) -> tuple[str, ...]:
    """The survey's own language, then the others that its questions are worded in."""
    used = [
        row["language"]
        for table in ("question_l10ns", "questions")
        for row in named.get(table, ())
        if row.get("language")
    ]
    own = next((row["language"] for row in named.get("surveys", ()) if row.get("language")), "")
    listed = dict.fromkeys([*([own] if own in used else []), *used])
    return tuple(listed) or (own or DEFAULT,)


def _rows(table: Any) -> list[dict[str, str]]:
    """A table's rows; of what has a place, only those with a question's number."""
    elements = table.iterfind("./rows/row")
    rows = [{cell.tag: (cell.text or "").strip() for cell in row} for row in elements]
    return [row for row in rows if "qid" in row] if table.tag in _PLACED else rows


def _place(row: Row) -> tuple[int, int]:
    return (_number(row, "question_order"), _number(row, "qid"))


def _number(row: Row, name: str) -> int:
    value = row.get(name, "")
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 12 else 0
