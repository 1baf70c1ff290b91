"""Sheets for people as CSV files and Excel workbooks."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from valuealign.arguments import checked
from valuealign.errors import DataError, PlanError, StoreError
from valuealign.escape import for_spreadsheet
from valuealign.instrument.presented import Presented
from valuealign.store.store import Store
from valuealign.supply.people.person import person
from valuealign.supply.people.questionnaire import Questionnaire
from valuealign.supply.people.responsible_use import check_clinical, notes_of
from valuealign.supply.people.sheet import SheetOfItems, SheetRow
from valuealign.supply.people.shown import instruction_of, options_of, stem_of

COLUMNS = ("row", "rater", "about", "question", "options", "answer")
CONFIDENCE = "confidence"
ENDINGS = (".csv", ".xlsx")
_WIDTHS = {"row": 15, "rater": 12, "about": 60, "question": 40, "options": 40}
_MOST_LISTED = 250
"""Characters of a list of options that Excel still takes."""


@dataclass(frozen=True, slots=True)
class WrittenSheet:
    """A sheet that was prepared.

    Parameters
    ----------
    path : Path
    sheet : str
        Its id in the store.
    n_rows, n_stimuli : int
    raters : tuple of str
    notes : tuple of str
        What those who fill it in should know.
    """

    path: Path
    sheet: str
    n_rows: int
    n_stimuli: int
    raters: tuple[str, ...]
    notes: tuple[str, ...]


@checked
def write_sheet(
    questionnaire: Questionnaire,
    path: str | Path,
    *,
    store: str | Path | None = None,
    raters: Sequence[str] = (),
    help_line: str | None = None,
) -> WrittenSheet:
    """Write a sheet for people, and freeze in the store what its rows mean.

    Parameters
    ----------
    questionnaire : Questionnaire
    path : str or Path
        ``.csv`` or ``.xlsx``; must not exist yet.
    store : str or Path, optional
        By default ``VALUEALIGN_STORE`` or ``valuealign.db``; the answers are imported into it.
    raters : sequence of str, optional
        A worksheet (in a CSV file: rows) for each, in an order of its own. Without raters the
        sheet has one order, and everybody writes an id into the column ``rater``.
    help_line : str, optional
        Where people find help; needed for a clinical instrument.

    Returns
    -------
    WrittenSheet

    Raises
    ------
    PlanError
        A rater twice, stimuli divided among raters that are not named, or a clinical instrument
        without its content note or a help line.
    StoreError
        The file exists or cannot be written.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> from valuealign.supply.people.questionnaire import questionnaire
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> write_sheet(questionnaire("pvq-21"), folder / "a.csv", store=folder / "s.db").n_rows
    21
    """
    path = Path(path)
    _check(questionnaire, path, raters)
    check_clinical(questionnaire, help_line, "--help-line 'TEXT'")
    cover = _cover(questionnaire, help_line)
    sheet = SheetOfItems(questionnaire)
    parts = {
        rater or "sheet": _table(sheet.rows(rater, number=k), rater)
        for k, rater in enumerate(raters or [None])
    }
    try:
        if path.suffix.lower() == ".xlsx":
            _xlsx(parts, path, cover)
        else:
            _csv(parts, path)
            _note_file(path).write_text("\n\n".join(cover) + "\n", encoding="utf-8")
    except OSError as error:
        raise StoreError(f"{path} cannot be written: {error.strerror or error}") from error
    with Store.open(store) as opened:
        questionnaire.record(opened)
        with opened.writing() as connection:
            sheet.keep(connection)
    n_stimuli = questionnaire.each or len(questionnaire.about or ())
    n_rows = sum(len(rows) - 1 for rows in parts.values())
    notes = tuple(notes_of(questionnaire))
    return WrittenSheet(path, sheet.id, n_rows, n_stimuli, tuple(raters), notes)


def _check(questionnaire: Questionnaire, path: Path, raters: Sequence[str]) -> None:
    if path.suffix.lower() not in ENDINGS:
        raise DataError(f"{path.name} is not a kind of sheet; expected {' or '.join(ENDINGS)}")
    for each in (path, _note_file(path)) if path.suffix.lower() == ".csv" else (path,):
        if each.exists() or each.is_symlink():
            raise StoreError(f"{each} exists already; name another file with -o")
    for k, rater in enumerate(raters):
        person(rater)
        if rater in raters[:k]:
            raise PlanError(f"the rater {rater!r} is named twice; name each once")
    if questionnaire.each is not None and not raters:
        raise PlanError("stimuli are divided among named raters; name them: --rater R1 --rater R2")
    if any(item.media for item in questionnaire.instrument.items):
        raise PlanError(
            f"{questionnaire.instrument.id} shows pictures, which a sheet cannot hold; use "
            f"valuealign serve {questionnaire.instrument.id}"
        )


def _table(rows: Sequence[SheetRow], rater: str | None) -> list[list[Any]]:
    """The head, and one line a row; texts that a spreadsheet takes for no formula."""
    sure = any(_presented(row).kind == "yes_no_confidence" for row in rows)
    head = [*COLUMNS, CONFIDENCE] if sure else list(COLUMNS)
    lines = [_line(row, rater or "") + ([""] if sure else []) for row in rows]
    return [head, *lines]


def _line(row: SheetRow, rater: str) -> list[Any]:
    texts = (
        row.code,
        rater,
        instruction_of(row.administration),
        stem_of(row.administration, row.item_id),
        "\n".join(options_of(_presented(row))),
        "",
    )
    return [for_spreadsheet(text) for text in texts]


def _presented(row: SheetRow) -> Presented:
    return row.administration.presented(row.item_id)


def _note_file(path: Path) -> Path:
    """The text file that accompanies a CSV file."""
    return path.with_suffix(".txt")


def _csv(parts: dict[str, list[list[Any]]], path: Path) -> None:
    tables = list(parts.values())
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
        writer.writerow(tables[0][0])
        for table in tables:
            writer.writerows(table[1:])


def _xlsx(parts: dict[str, list[list[Any]]], path: Path, cover: Sequence[str]) -> None:
    try:
        import openpyxl
        from openpyxl.styles import Alignment, Font
    except ImportError as error:
        raise StoreError(
            ".xlsx needs openpyxl; pip install 'valuealign[exports]', or write a .csv"
        ) from error
    book = openpyxl.Workbook()
    first: Any = book.active
    first.title = "read first"
    for k, line in enumerate(cover, start=1):
        cell = first.cell(k, 1, for_spreadsheet(line))
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        cell.font = Font(bold=k == 1, size=12)
    first.column_dimensions["A"].width = 90
    for name, table in parts.items():
        _worksheet(book.create_sheet(name[:31]), table)
    book.save(path)


def _cover(questionnaire: Questionnaire, help_line: str | None) -> list[str]:
    """What this is, and how it is filled in."""
    instrument = questionnaire.instrument
    return [
        instrument.title_in(questionnaire.form.language),
        *notes_of(questionnaire),
        *([help_line] if help_line else []),
        "Write your answer into the column 'answer': the number, the letter or the words of one "
        "option. Leave a cell empty where you have no answer.",
        "Write the id that you were given into the column 'rater' where it is empty.",
        "You may sort the rows. Do not change the column 'row'.",
        f"{instrument.wording_notice.notice} (valuealign {version('valuealign')})",
    ]


def _worksheet(sheet: Any, table: list[list[Any]]) -> None:
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    for line in table:
        sheet.append(line)
    for row in sheet.iter_rows():
        for cell in row:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cell.data_type = "s"  # whatever a text begins with, it is a text
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for k, name in enumerate(table[0], start=1):
        sheet.column_dimensions[get_column_letter(k)].width = _WIDTHS.get(name, 12)
    sheet.freeze_panes = sheet.cell(2, 1)
    _offer_options(sheet, table)


def _offer_options(sheet: Any, table: list[list[Any]]) -> None:
    """A list of the options in every cell for an answer, where they fit."""
    from openpyxl.worksheet.datavalidation import DataValidation

    answer, options = table[0].index("answer"), table[0].index("options")
    letter = "ABCDEFGHIJ"[answer]
    lists: dict[str, Any] = {}
    for number, line in enumerate(table[1:], start=2):
        tokens = [part.partition(" = ")[0].lstrip("'") for part in line[options].split("\n")]
        listed = ",".join(tokens)
        if len(tokens) < 2 or len(listed) > _MOST_LISTED or '"' in listed:
            continue
        if listed not in lists:
            rule = DataValidation(type="list", formula1=f'"{listed}"', allow_blank=True)
            rule.errorStyle = "warning"
            lists[listed] = rule
            sheet.add_data_validation(rule)
        lists[listed].add(f"{letter}{number}")
