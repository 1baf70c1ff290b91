"""Word documents: a table with the number, the sentence and a column for each option."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from valuealign.errors import WordingError
from valuealign.instrument.wording.decode import file_bytes
from valuealign.instrument.wording.file_contents import FileContents, FileItem
from valuealign.instrument.wording.numbered_text import numbered_text
from valuealign.instrument.wording.plain_text import instruction_of
from valuealign.instrument.wording.word_numbers import numbered_paragraphs

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import Table

_MAX_UNPACKED = 60_000_000
_MAX_CELLS = 20_000
_NUMBER = re.compile(r"\(?(\d{1,3})\s*[.):]?")
_NUMBER_AND_TEXT = re.compile(r"(\d{1,3})\s*[.):]?\s+(\S.*)", re.DOTALL)


def read_word_table(path: Path, *, n_points: int) -> FileContents:
    """Read a .docx file: its tables, or its numbered paragraphs where no table has items.

    Raises
    ------
    WordingError
        The file is not a Word document, is encrypted, or unpacks to more than 60 MB.
    """
    document = _opened(path)
    before = [p.text.strip() for p in document.paragraphs if p.text.strip()]
    items, labels, notes = _from_tables(document, path, n_points)
    if items:
        return FileContents(
            "Word table", tuple(items), labels, instruction_of(before), " ".join(before), notes
        )
    paragraphs = list(numbered_paragraphs(document))
    lines = [
        (line, f"paragraph {k}")
        for k, (text, by_word) in enumerate(paragraphs, start=1)
        for line in ([text, ""] if by_word else text.split("\n"))
    ]
    contents = numbered_text(lines, n_points)
    made = sum(by_word for _, by_word in paragraphs)
    counted = [f"Word numbers {made} paragraphs by itself; they were counted"] if made else []
    return FileContents(
        "Word paragraphs",
        tuple(contents.items),
        tuple(contents.labels),
        instruction_of(contents.preface),
        " ".join(contents.preface),
        (*counted, *contents.notes),
    )


def _opened(path: Path) -> Document:
    data = file_bytes(path)
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            _refuse_bombs(archive, path)
        from docx import Document

        return Document(BytesIO(data))
    except WordingError:
        raise
    except Exception as error:  # a hostile file may raise anything
        raise WordingError(
            "this is not a Word document that can be read",
            hint="open it in a word processor and save it as .docx again",
            path=path,
        ) from error


def _refuse_bombs(archive: zipfile.ZipFile, path: Path) -> None:
    parts = archive.infolist()
    if len(parts) > 2000 or sum(part.file_size for part in parts) > _MAX_UNPACKED:
        raise WordingError(
            "the document unpacks to more than 60 MB", expected="a form of a few pages", path=path
        )
    for part in parts:
        if part.filename.endswith((".xml", ".rels")):
            with archive.open(part) as file:
                head = file.read(4096).replace(b"\x00", b"")
            if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
                raise WordingError("the document declares XML entities", path=path)


_Labels = tuple[tuple[int, str], ...]


def _from_tables(
    document: Document, path: Path, n_points: int
) -> tuple[list[FileItem], _Labels, tuple[str, ...]]:
    numbered: list[FileItem] = []
    unnumbered: list[FileItem] = []
    heads: dict[_Labels, str] = {}
    codes: list[str] = []
    for where, cells in _rows(document.tables, path):
        head = _head(cells, n_points) if n_points else ()
        if head:
            heads.setdefault(head, where)
        elif item := _numbered_item(cells, where):
            numbered.append(item)
            codes = codes or [cell for cell in cells[-n_points:] if cell.isdecimal()]
        elif text := _sentence(cells, n_points):
            unnumbered.append(FileItem("", text, where))
    labels: _Labels = ()
    if len({tuple(text for _, text in head) for head in heads}) > 1:
        places = " and ".join(heads.values())
        raise WordingError(f"two heads with different labels: {places}", path=path)
    if heads:
        labels = next(iter(heads))
    if len(codes) == len(labels):  # the tick cells say what the columns are coded
        labels = tuple((int(c), text) for c, (_, text) in zip(codes, labels, strict=True))
    if numbered:
        return numbered, labels, ()
    counted = [FileItem(str(k), i.text, i.where) for k, i in enumerate(unnumbered, start=1)]
    note = "the document numbers its rows by itself; they were counted from the top"
    return counted, labels, (note,) if counted else ()


def _rows(tables: Sequence[Table], path: Path) -> Iterator[tuple[str, list[str]]]:
    """Each row's distinct cells; a merged cell stands once."""
    from docx.table import _Cell

    n_cells = 0
    for t, table in enumerate(tables, start=1):
        for r, row in enumerate(table.rows, start=1):
            # Not row.cells: it repeats a merged cell as often as the file says it spans.
            cells = [_Cell(cell, table).text.strip() for cell in row._tr.tc_lst]
            n_cells += len(cells)
            if n_cells > _MAX_CELLS:
                raise WordingError("the tables have too many cells", path=path)
            yield f"table {t}, row {r}", cells


def _head(cells: Sequence[str], n_points: int) -> _Labels:
    """Option labels: a row whose last cells, one for each point, are all words."""
    words = [" ".join(cell.split()) for cell in cells[-n_points:]]
    is_item = bool(cells) and bool(_NUMBER.fullmatch(cells[0]))
    if is_item or len(words) < n_points or not all(re.search(r"[^\W\d_]{2}", w) for w in words):
        return ()
    return tuple(_coded(k, word) for k, word in enumerate(words, start=1))


def _coded(place: int, cell: str) -> tuple[int, str]:
    """A label with its code: the number that stands before or after it, else its place."""
    match = re.fullmatch(r"(\d{1,2})\s*[.=:)-]?\s*(.*)|(.*?)\s*\(?(\d{1,2})\)?", cell)
    if not match:
        return place, cell
    return int(match[1] or match[4]), (match[2] or match[3] or "").strip()


def _sentence(cells: Sequence[str], n_points: int) -> str:
    """The sentence of a row without a number: beside a cell without words for each point."""
    ticks = cells[len(cells) - n_points :]
    if len(cells) <= max(n_points, 1) or any(re.search(r"[^\W\d_]{2}", cell) for cell in ticks):
        return ""
    text = " ".join(max(cells, key=len).split())
    return text if len(text.split()) >= 3 else ""


def _numbered_item(cells: Sequence[str], where: str) -> FileItem | None:
    first = cells[0] if cells else ""
    number = _NUMBER.fullmatch(first)
    if number and len(cells) > 1:
        text = max(cells[1:], key=len)
        if len(text.split()) > 1:
            return FileItem(number[1], " ".join(text.split()), where)
    both = _NUMBER_AND_TEXT.fullmatch(first)
    return FileItem(both[1], " ".join(both[2].split()), where) if both else None
