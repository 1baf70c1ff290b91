"""Tables as CSV: one row an item, with its id or number and its sentence."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from valuealign.errors import WordingError
from valuealign.instrument.wording.decode import decoded
from valuealign.instrument.wording.file_contents import FileContents, FileItem

_TEXT_NAMES = ("text", "stem", "wording", "sentence", "item", "statement", "question")
_MAX_ROWS = 10_000


def read_csv(path: Path, *, names: Sequence[str], text_column: str | None = None) -> FileContents:
    """Read a table with commas, semicolons or tabs between the cells.

    Parameters
    ----------
    path : Path
    names : sequence of str
        Ids of the instrument's items.
    text_column : str, optional
        The head of the column with the sentences, where that is not plain.

    Raises
    ------
    WordingError
        No head, no column of ids or numbers, or no single column of sentences.
    """
    text, encoding = decoded(path)
    rows = _rows(text, path)
    key = _key_column(rows, names, path)
    wording = text_column or _text_column(rows, key, path)
    if wording not in rows[0]:
        raise WordingError(
            f"no column {wording!r}", hint="the columns are: " + ", ".join(rows[0]), path=path
        )
    items = [
        FileItem(row[key].strip(), " ".join(row[wording].split()), f"row {k}")
        for k, row in enumerate(rows, start=2)
        if row[key].strip()
    ]
    wanted = {name.casefold() for name in names}
    numbered = all(item.name.isdecimal() for item in items)
    kept = [i for i in items if numbered or i.name.casefold() in wanted]
    others = [i.name for i in items if i not in kept]
    notes = [f"rows that are not items of it were left out: {', '.join(others)}"] if others else []
    if encoding == "cp1252":
        notes.append("the file is not UTF-8; it was read as Windows-1252: look at the accents")
    return FileContents("CSV", tuple(kept), notes=tuple(notes))


def _rows(text: str, path: Path) -> list[dict[str, str]]:
    head = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=head.count)
    try:
        table = list(csv.reader(io.StringIO(text), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise WordingError(f"this is not CSV: {error}", path=path) from error
    table = [row for row in table if any(cell.strip() for cell in row)]
    if len(table) < 2 or len(table[0]) < 2 or len(table) > _MAX_ROWS:
        raise WordingError(
            "this is not a table of items",
            expected="a head and one row an item, at least two columns",
            path=path,
        )
    names = [name.strip() for name in table[0]]
    for k, row in enumerate(table[1:], start=2):
        if len(row) != len(names):
            problem = f"row {k} has {len(row)} cells and the head {len(names)}"
            raise WordingError(problem, hint="quote sentences that hold a comma", path=path)
    return [dict(zip(names, row, strict=True)) for row in table[1:]]


def _key_column(rows: Sequence[Mapping[str, str]], names: Sequence[str], path: Path) -> str:
    wanted = {name.casefold() for name in names}
    shares = {
        column: len(wanted & {row[column].strip().casefold() for row in rows}) for column in rows[0]
    }
    best = max(shares, key=lambda column: shares[column])
    if shares[best] * 2 >= len(wanted):
        return best
    for column in rows[0]:
        if all(re.fullmatch(r"\d{1,3}", row[column].strip()) for row in rows):
            return column
    raise WordingError(
        "no column holds the items' ids or numbers",
        expected=f"ids like {names[0]!r}, or 1 to {len(names)}",
        path=path,
    )


def _text_column(rows: Sequence[Mapping[str, str]], key: str, path: Path) -> str:
    sentences = [
        column
        for column in rows[0]
        if column != key and sum(" " in row[column].strip() for row in rows) * 2 > len(rows)
    ]
    named = [column for column in sentences if column.casefold() in _TEXT_NAMES]
    for columns in (named, sentences):
        if len(columns) == 1:
            return columns[0]
    problem = "no column holds sentences" if not sentences else "several columns hold sentences"
    hint = "say which with --text-column: " + ", ".join(sentences or rows[0])
    raise WordingError(problem, hint=hint, path=path)
