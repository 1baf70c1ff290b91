"""Import of returned sheets: checked as a whole, then written in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

from valuealign.arguments import checked
from valuealign.errors import DataError, PersonaError
from valuealign.escape import for_terminal
from valuealign.store.database.engine import plainly
from valuealign.store.database.untrusted_file import as_written
from valuealign.store.planning import new_plan
from valuealign.store.store import Store
from valuealign.supply.people.given_answer import Given, NotAnAnswer, read_given
from valuealign.supply.people.person import GROUP
from valuealign.supply.people.person_answers import GivenCell, Written, write_given
from valuealign.supply.people.read_sheet import ReturnedRow, returned_rows
from valuealign.supply.people.sheet import SheetOfItems, SheetRow, kept_sheets

MEDIUM = "sheet"
_MOST_FAULTS = 20


@dataclass(frozen=True, slots=True)
class ImportedSheet:
    """What was imported.

    Parameters
    ----------
    n_new, n_changed, n_same, n_blank : int
        Answers that are new, that replaced another, that were there already; rows without one.
    raters : tuple of str
    instruments : tuple of str
    """

    n_new: int
    n_changed: int
    n_same: int
    n_blank: int
    raters: tuple[str, ...]
    instruments: tuple[str, ...]


@checked
def import_sheet(
    path: str | Path,
    *,
    store: str | Path | None = None,
    rater: str | None = None,
    group: str = GROUP,
    replacing: bool = False,
) -> ImportedSheet:
    """Take a sheet that people filled in back into the store where it was prepared.

    Parameters
    ----------
    path : str or Path
        Rows may be in any order and partly filled; a row without an answer is left out.
    store : str or Path, optional
        By default ``VALUEALIGN_STORE`` or ``valuealign.db``.
    rater : str, optional
        Whose the rows are whose column ``rater`` is empty.
    group : str
        The group of people: the respondent is ``people:GROUP``.
    replacing : bool
        Whether an answer may take the place of one that was imported before.

    Returns
    -------
    ImportedSheet

    Raises
    ------
    DataError
        A row that no sheet of this store has, an answer that its scale does not have, a formula,
        two answers that contradict each other: with row and column, and nothing is written.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> from valuealign.supply.people.questionnaire import questionnaire
    >>> from valuealign.supply.people.write_sheet import write_sheet
    >>> import pandas as pd
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> sheet = write_sheet(questionnaire("pvq-21"), folder / "a.csv", store=folder / "s.db")
    >>> filled = pd.read_csv(sheet.path, dtype=str).assign(rater="P1", answer="like me")
    >>> filled.to_csv(folder / "b.csv", index=False)
    >>> import_sheet(folder / "b.csv", store=folder / "s.db").n_new
    21
    """
    rows = returned_rows(path)
    with (
        Store.open(store, must_exist=True) as opened,
        plainly(opened.where),
        as_written(opened.where),
    ):
        with opened.reading() as connection:
            sheets = kept_sheets(connection)
        returned = _Returned(sheets, group, rater)
        for row in rows:
            returned.take(row)
        returned.raise_faults()
        cells = [cell for cell, _ in returned.cells.values()]
        if not cells:
            raise DataError(f"{path}: no row has an answer; nothing was imported")
        content = {"sheets": [sheet.id for sheet in sheets], "group": group}
        with opened.writing() as connection:
            plan = new_plan(connection, content, seed=0, version=version("valuealign"))
            written = write_given(connection, plan, cells, medium=MEDIUM, replacing=replacing)
            _raise_conflicts(written, returned)  # which takes everything back
    return ImportedSheet(
        written.n_new,
        written.n_changed,
        written.n_same,
        returned.n_blank,
        tuple(sorted(returned.raters)),
        tuple(sorted({cell.administration.instrument.id for cell in cells})),
    )


@dataclass
class _Returned:
    """The rows of a returned sheet, each checked against what it asked."""

    sheets: Sequence[SheetOfItems]
    group: str
    rater: str | None
    cells: dict[tuple[str, str], tuple[GivenCell, ReturnedRow]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    n_blank: int = 0
    _asked: dict[str, Mapping[str, SheetRow]] = field(default_factory=dict)

    @property
    def raters(self) -> set[str]:
        """Who answered."""
        return {rater for rater, _ in self.cells}

    def take(self, row: ReturnedRow) -> None:
        """Check one row; a fault is noted."""
        given = Given(row.cells.get("answer", ""), row.cells.get("confidence", ""))
        if given.is_blank:
            self.n_blank += 1
            return
        rater = row.cells.get("rater") or self.rater
        asked = self._row(row, rater)
        if asked is None or rater is None:
            return
        try:
            cell = _cell(asked, given)
        except NotAnAnswer as error:
            self.faults.append(f"{row.at('answer')}: {for_terminal(error, lines=False)}")
            return
        key = rater, asked.code
        if key in self.cells and self.cells[key][0].read.text != cell.read.text:
            first, at = self.cells[key]
            self.faults.append(
                f"{row.at('answer')}: {rater} answers {cell.read.text[:40]!r} here, and "
                f"{first.read.text[:40]!r} in row {at.number} to the same question"
            )
        self.cells.setdefault(key, (cell, row))

    def _row(self, row: ReturnedRow, rater: str | None) -> SheetRow | None:
        if rater is None:
            self.faults.append(
                f"{row.at('rater')}: it is empty; write the id of the rater, or use --rater ID"
            )
            return None
        try:
            asked = self._of(rater)
        except PersonaError as error:
            self.faults.append(f"{row.at('rater')}: {for_terminal(error, lines=False)}")
            return None
        code = row.cells["row"]
        if code not in asked:
            shown = for_terminal(code[:40], lines=False)
            self.faults.append(
                f"{row.at('row')}: {shown!r} is not a row of the sheet of this store; import it "
                "into the store where it was prepared"
            )
        return asked.get(code)

    def _of(self, rater: str) -> Mapping[str, SheetRow]:
        if rater not in self._asked:
            rows = [sheet.given_to(rater, self.group) for sheet in self.sheets]
            self._asked[rater] = {code: row for of in rows for code, row in of.items()}
        return self._asked[rater]

    def raise_faults(self) -> None:
        """Raise one error with every fault.

        Raises
        ------
        DataError
            There is a fault.
        """
        if not self.faults:
            return
        listed = "\n".join(self.faults[:_MOST_FAULTS])
        more = len(self.faults) - _MOST_FAULTS
        rest = f"\nand {more} more" if more > 0 else ""
        raise DataError(f"{listed}{rest}\nnothing was imported; correct the sheet and try again")


def _cell(asked: SheetRow, given: Given) -> GivenCell:
    administration = asked.administration
    presented = administration.presented(asked.item_id)
    scale = administration.instrument.response_scale
    read = read_given(asked.item_id, given, presented, scale)
    return GivenCell(administration, asked.item_id, given, read)


def _raise_conflicts(written: Written, returned: _Returned) -> None:
    if not written.conflicts:
        return
    places = {id(cell): row for cell, row in returned.cells.values()}
    listed = [
        f"{places[id(cell)].at('answer')}: it is {cell.read.text[:40]!r}, and the store has "
        f"{before[:40]!r} from before"
        for cell, before in written.conflicts[:_MOST_FAULTS]
    ]
    raise DataError(
        "\n".join(listed) + "\nnothing was imported; --replace takes the new answers and keeps "
        "the earlier ones on record"
    )
