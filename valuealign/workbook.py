"""Reading of a workbook (.xlsx) of unknown origin as rows of plain cells."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from valuealign.errors import ValuealignError

_Rows = TypeVar("_Rows")
MAX_UNPACKED = 500_000_000
MAX_ROWS = 500_000
MAX_COLUMNS = 500


class NotAWorkbook(ValueError):  # noqa: N818  # named for what happened
    """A file that is not a workbook, is too large, or cannot be read here."""


@contextmanager
def worksheets(
    source: Path | io.BytesIO, *, unpacked: int = MAX_UNPACKED, formulas: bool = False
) -> Iterator[Sequence[Any]]:
    """Open a workbook of unknown origin, and close it.

    Parameters
    ----------
    source : Path or BytesIO
    unpacked : int
        Bytes that it may unpack to.
    formulas : bool
        Cells with a formula hold the formula; by default its last result.

    Yields
    ------
    sequence of openpyxl worksheets
        What they state of their size is disregarded, because it may be untrue.

    Raises
    ------
    NotAWorkbook
        openpyxl is missing, or the file is not a workbook or too large. Errors of valuealign that
        are raised while it is open stay as they are.
    """
    _refuse_bombs(source, unpacked)
    try:
        import openpyxl
    except ImportError:
        hint = "pip install 'valuealign[exports]', or save it as CSV"
        raise NotAWorkbook(f".xlsx needs openpyxl; {hint}") from None
    try:
        book = openpyxl.load_workbook(source, read_only=True, data_only=not formulas)
        try:
            for sheet in book.worksheets:
                sheet.reset_dimensions()
            yield book.worksheets
        finally:
            book.close()
    except (NotAWorkbook, ValuealignError):
        raise
    except Exception as error:  # an untrusted file may break its reader in any way
        said = str(error).splitlines() or [type(error).__name__]
        raise NotAWorkbook(f"this is not a workbook: {said[0][:120]}") from error


def workbook_rows(data: bytes) -> list[list[Any]]:
    """The rows of the one worksheet of a workbook that has any; formulas as their last results.

    Parameters
    ----------
    data : bytes

    Raises
    ------
    NotAWorkbook
        It cannot be opened, a sheet is too large, or several sheets have rows.

    Examples
    --------
    >>> workbook_rows(b"id,text")
    Traceback (most recent call last):
    valuealign.workbook.NotAWorkbook: this is not a workbook: File is not a zip file
    """
    with worksheets(io.BytesIO(data)) as sheets:
        return the_one({sheet.title: rows for sheet in sheets if (rows := _rows(sheet))})


def the_one(sheets: Mapping[str, _Rows]) -> _Rows:
    """Return the rows of the only worksheet that has any.

    Raises
    ------
    NotAWorkbook
        None has rows, or several have.

    Examples
    --------
    >>> the_one({"first": ["row"]})
    ['row']
    """
    if len(sheets) != 1:
        names = ", ".join(repr(title) for title in list(sheets)[:5]) or "none"
        raise NotAWorkbook(f"the sheets with rows are {names}; keep one")
    return next(iter(sheets.values()))


def _rows(sheet: Any) -> list[list[Any]]:
    rows: list[list[Any]] = []
    for row in sheet.iter_rows(values_only=True):
        cells = list(row)
        if all(cell in (None, "") for cell in cells):
            continue
        if len(rows) >= MAX_ROWS or len(cells) > MAX_COLUMNS:
            most = f"{MAX_ROWS:,} rows of {MAX_COLUMNS} columns"
            raise NotAWorkbook(f"a sheet has more than {most}; save it as CSV")
        rows.append(cells)
    return rows


def _refuse_bombs(source: Path | io.BytesIO, most: int) -> None:
    try:
        with zipfile.ZipFile(source) as archive:
            unpacked = sum(part.file_size for part in archive.infolist())
    except (OSError, zipfile.BadZipFile, ValueError) as error:
        raise NotAWorkbook(f"this is not a workbook: {error}") from None
    if unpacked > most:
        raise NotAWorkbook(f"the workbook unpacks to {unpacked:,} bytes; save it as CSV")
