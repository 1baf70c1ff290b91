"""Returned sheets as cells: CSV or Excel, of unknown origin; each fault has its row and column."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from valuealign.bounded import read_bounded
from valuealign.errors import DataError
from valuealign.escape import for_terminal
from valuealign.suggestion import did_you_mean
from valuealign.workbook import NotAWorkbook, worksheets

MAX_BYTES = 50_000_000
MAX_UNPACKED = 500_000_000
MAX_ROWS = 500_000
MAX_COLUMNS = 200
WANTED = ("row", "rater", "answer")
OPTIONAL = ("confidence",)


@dataclass(frozen=True, slots=True)
class ReturnedRow:
    """One line of a returned sheet.

    Parameters
    ----------
    place : str
        The file, and in a workbook the worksheet.
    number : int
        The row, as a spreadsheet counts it.
    cells : mapping of str to str
        Of the columns that are read.
    """

    place: str
    number: int
    cells: dict[str, str]

    def at(self, column: str) -> str:
        """The place of a cell, in words."""
        return f"{self.place}, row {self.number}, column {column!r}"


def returned_rows(path: str | Path) -> list[ReturnedRow]:
    """Read the rows of a returned sheet.

    Parameters
    ----------
    path : str or Path
        ``.csv`` (commas, semicolons or tabs; UTF-8) or ``.xlsx``.

    Returns
    -------
    list of ReturnedRow
        Empty lines are left out.

    Raises
    ------
    DataError
        The file cannot be read, is too large, has no column ``row`` or ``answer``, or a cell
        holds a formula.
    """
    path = Path(path)
    try:
        data = read_bounded(path, MAX_BYTES)
    except OSError as error:
        raise DataError(f"{path}: {error.strerror or error}") from None
    if path.suffix.lower() == ".xlsx":
        tables: Iterator[tuple[str, list[list[Any]]]] = _of_workbook(data, path)
    else:
        tables = iter([(path.name, _of_csv(data, path))])
    rows = [row for place, table in tables for row in _rows(place, table)]
    if not rows:
        raise DataError(
            f"{path.name} has no row to read; expected the columns {', '.join(WANTED)} of a sheet "
            "that valuealign prepared"
        )
    return rows


def _rows(place: str, table: Sequence[Sequence[Any]]) -> Iterator[ReturnedRow]:
    head = [str(name or "").strip().lower() for name in table[0]]
    for name in ("row", "answer"):
        if name not in head:
            hint = did_you_mean(name, [h for h in head if h])
            raise DataError(
                f"{place} has no column {name!r} in its first row"
                + (f"; {hint}" if hint else f"; it has {', '.join(filter(None, head[:8]))}")
            )
        if head.count(name) > 1:
            raise DataError(f"{place} has two columns {name!r}; keep one")
    places = {name: head.index(name) for name in (*WANTED, *OPTIONAL) if name in head}
    for number, line in enumerate(table[1:], start=2):
        cells = {name: line[k] if k < len(line) else "" for name, k in places.items()}
        row = ReturnedRow(place, number, {n: _text(v) for n, v in cells.items()})
        if any(row.cells.values()):
            _refuse_formulas(row)
            yield row


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.12g}"
    return str(value).strip()


def _refuse_formulas(row: ReturnedRow) -> None:
    for name, text in row.cells.items():
        # Open answers may begin with any sign that is no formula's beginning.
        if text.startswith("=") or (text[:1] in ("+", "@") and name != "answer"):
            raise DataError(
                f"{row.at(name)}: {for_terminal(text[:40], lines=False)!r} is a formula; expected "
                "a plain value"
            )


def _of_csv(data: bytes, path: Path) -> list[list[Any]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise DataError(f"{path.name} is not UTF-8; save it as 'CSV UTF-8'") from None
    if "\x00" in text[:4096]:
        raise DataError(f"{path.name} is not a CSV file")
    head = text.split("\n", 1)[0]
    mark = max(",;\t", key=head.count)
    lines: list[list[Any]] = []
    try:
        for line in csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True):
            lines.append(line)
            _check_size(path.name, lines)
    except csv.Error as error:
        raise DataError(f"{path.name}, row {len(lines) + 1}: this is not CSV ({error})") from None
    return lines or [[]]


def _check_size(place: str, lines: Sequence[Sequence[Any]]) -> None:
    if len(lines) > MAX_ROWS:
        raise DataError(f"{place} has more than {MAX_ROWS:,} rows; import it in parts")
    if len(lines[-1]) > MAX_COLUMNS:
        raise DataError(f"{place}, row {len(lines)} has more than {MAX_COLUMNS} columns")


def _of_workbook(data: bytes, path: Path) -> Iterator[tuple[str, list[list[Any]]]]:
    """Each worksheet that has a column "row"; others are left out."""
    try:
        # Formulas are read as formulas: a value that Excel computed was not given by a person.
        with worksheets(io.BytesIO(data), unpacked=MAX_UNPACKED, formulas=True) as sheets:
            for sheet in sheets:
                lines = _lines(sheet, f"{path.name}, sheet {sheet.title!r}")
                if lines and "row" in [str(name or "").strip().lower() for name in lines[0]]:
                    yield f"{path.name}, sheet {for_terminal(sheet.title, lines=False)!r}", lines
    except NotAWorkbook as error:
        raise DataError(f"{path.name}: {error}") from error


def _lines(sheet: Any, place: str) -> list[list[Any]]:
    lines: list[list[Any]] = []
    for line in sheet.iter_rows(values_only=True):
        lines.append(list(line))
        _check_size(place, lines)
    return lines
