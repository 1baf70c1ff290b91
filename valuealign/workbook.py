"""Reading of a workbook (.xlsx) of unknown origin as rows of plain cells."""

from __future__ import annotations

import io
import zipfile
from typing import Any

MAX_UNPACKED = 500_000_000
MAX_ROWS = 500_000
MAX_COLUMNS = 500


class NotAWorkbook(ValueError):  # noqa: N818  # named for what happened
    """A file that is not a workbook, is too large, or cannot be read here."""


def workbook_rows(data: bytes) -> list[list[Any]]:
    """The rows of the one worksheet of a workbook that has any; formulas as their last results.

    Parameters
    ----------
    data : bytes

    Raises
    ------
    NotAWorkbook
        openpyxl is missing, the file is not a workbook or too large, or several sheets have rows.

    Examples
    --------
    >>> workbook_rows(b"id,text")
    Traceback (most recent call last):
    valuealign.workbook.NotAWorkbook: this is not a workbook: File is not a zip file
    """
    _refuse_bombs(data)
    try:
        import openpyxl
    except ImportError:
        hint = "pip install 'valuealign[exports]', or save it as CSV"
        raise NotAWorkbook(f".xlsx needs openpyxl; {hint}") from None
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        try:
            sheets = {sheet.title: rows for sheet in book.worksheets if (rows := _rows(sheet))}
        finally:
            book.close()
    except NotAWorkbook:
        raise
    except Exception as error:  # an untrusted file may break its reader in any way
        said = str(error).splitlines() or [type(error).__name__]
        raise NotAWorkbook(f"this is not a workbook: {said[0][:120]}") from error
    if len(sheets) != 1:
        names = ", ".join(repr(title) for title in list(sheets)[:5]) or "none"
        raise NotAWorkbook(f"the sheets with rows are {names}; keep one")
    return next(iter(sheets.values()))


def _rows(sheet: Any) -> list[list[Any]]:
    sheet.reset_dimensions()  # what the file states of its size may be untrue
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


def _refuse_bombs(data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            unpacked = sum(part.file_size for part in archive.infolist())
    except (OSError, zipfile.BadZipFile, ValueError) as error:
        raise NotAWorkbook(f"this is not a workbook: {error}") from None
    if unpacked > MAX_UNPACKED:
        raise NotAWorkbook(f"the workbook unpacks to {unpacked:,} bytes; save it as CSV")
