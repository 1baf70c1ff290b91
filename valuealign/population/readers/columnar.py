"""Parquet files and Excel workbooks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from valuealign.errors import DataError
from valuealign.population.readers.people_file import MOST_ROWS, PeopleFile
from valuealign.workbook import NotAWorkbook, the_one, worksheets

if TYPE_CHECKING:
    import pandas as pd

MOST_UNPACKED = 1_000_000_000
"""Bytes a workbook may unpack to."""
MOST_CELLS = 50_000_000
"""Cells of a sheet that are still read."""


def parquet_file(path: Path) -> PeopleFile:
    """Open a Parquet file.

    Raises
    ------
    DataError
        pyarrow is missing, or the file is not Parquet or too large.
    """
    try:
        import pyarrow.parquet as pq
    except ImportError as error:
        raise DataError(".parquet needs pyarrow; pip install 'valuealign[exports]'") from error
    try:
        # Opened by path each time: nothing holds a file open that a user may want to move.
        with pq.ParquetFile(path) as file:
            columns, rows = tuple(file.schema_arrow.names), file.metadata.num_rows
    except Exception as error:  # an untrusted file may break its reader in any way
        raise DataError(f"{path.name} cannot be read as .parquet: {error}") from error
    if rows > MOST_ROWS:
        raise DataError(f"{path.name} has {rows:,} rows; at most {MOST_ROWS:,} are read")

    def chunks(wanted: Sequence[str], size: int) -> Iterator[pd.DataFrame]:
        try:
            with pq.ParquetFile(path) as file:
                for batch in file.iter_batches(batch_size=size, columns=list(wanted)):
                    yield batch.to_pandas()[list(wanted)]
        except Exception as error:
            raise DataError(f"{path.name} cannot be read: {error}") from error

    return PeopleFile(path, columns, chunks)


def sheet_file(path: Path) -> PeopleFile:
    """Open a workbook of Excel: its only sheet with rows, names in the first line.

    Raises
    ------
    DataError
        It cannot be opened, is too large, or several sheets have rows.
    """
    try:
        with worksheets(path, unpacked=MOST_UNPACKED) as sheets:
            rows = the_one({sheet.title: rows for sheet in sheets if (rows := _rows(sheet, path))})
    except NotAWorkbook as error:
        raise DataError(f"{path.name}: {error}") from error
    columns = tuple("" if name is None else str(name).strip() for name in rows[0])

    def chunks(wanted: Sequence[str], size: int) -> Iterator[pd.DataFrame]:
        import pandas as pd

        places = [columns.index(name) for name in wanted]
        for start in range(1, len(rows), size):
            values = [[row[k] for k in places] for row in rows[start : start + size]]
            yield pd.DataFrame(values, columns=list(wanted))

    return PeopleFile(path, columns, chunks)


def _rows(sheet: Any, path: Path) -> list[tuple[Any, ...]]:
    """The rows of a sheet down to the last one with a value, all of one width."""
    rows: list[tuple[Any, ...]] = []
    cells = last = 0
    for row in sheet.iter_rows(values_only=True):
        cells += max(len(row), 1)
        if cells > MOST_CELLS:
            raise DataError(f"{path.name}: the sheet has more than {MOST_CELLS:,} cells")
        rows.append(row)
        if any(value is not None for value in row):
            last = len(rows)
    if last < 2:
        return []
    width = max(k for row in rows[:last] for k, v in enumerate(row, start=1) if v is not None)
    return [(*row[:width], *(None,) * (width - len(row))) for row in rows[:last]]
