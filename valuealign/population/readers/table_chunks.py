"""Files of people as chunks of columns, and the long format of the IRW."""

from __future__ import annotations

import csv
import gzip
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from valuealign.errors import DataError
from valuealign.frames import frame_of
from valuealign.population.readers.columnar import parquet_file, sheet_file
from valuealign.population.readers.labelled import READERS, labelled_file
from valuealign.population.readers.people_file import MOST_ROWS, PeopleFile

if TYPE_CHECKING:
    import pandas as pd

ENDINGS = (".csv", ".csv.gz", ".tsv", ".parquet", ".xlsx", *READERS)
"""Kinds of files that are read."""
MOST_COLUMNS = 50_000
"""Columns a file of people may have."""
CELLS = 15_000_000
"""Cells of a CSV that are parsed at once (120 MB)."""
HEADER = 4_000_000
"""Characters of a first line that are still read."""


def open_people(path: str | Path | pd.DataFrame, *, long: bool = False) -> PeopleFile:
    """Open a file of people: its columns and labels, without rows.

    Parameters
    ----------
    path : str, Path or DataFrame
        ``.csv`` or ``.csv.gz`` (commas, semicolons or tabs), ``.sav``, ``.zsav``, ``.por``,
        ``.dta``, ``.xpt``, ``.sas7bdat``, ``.parquet`` or ``.xlsx``.
    long : bool
        One row an answer: columns ``id``, ``item`` and ``resp``.

    Returns
    -------
    PeopleFile

    Raises
    ------
    DataError
        No such file, a kind that is not read, or a file that is not what its name says.
    """
    opened = _file(Path(path)) if isinstance(path, str | Path) else _frame(frame_of(path))
    _check_names(opened)
    if not long:
        return opened
    wide = _long_as_wide(opened)
    _check_names(wide)
    return wide


def _file(path: Path) -> PeopleFile:
    if not path.is_file():
        raise DataError(f"there is no file {path}")
    name = path.name.lower()
    if name.endswith((".csv", ".csv.gz", ".tsv", ".txt")):
        return _csv_file(path)
    if name.endswith(tuple(READERS)):
        return labelled_file(path)
    if name.endswith(".parquet"):
        return parquet_file(path)
    if name.endswith(".xlsx"):
        return sheet_file(path)
    raise DataError(f"{path.name} is not a file of people; expected {', '.join(ENDINGS)}")


def _frame(frame: pd.DataFrame) -> PeopleFile:
    """Read a frame as if it were a file of that name."""
    named = frame.set_axis([str(name) for name in frame.columns], axis="columns")
    return PeopleFile(Path("the frame"), tuple(named.columns), _slices(named))


def _slices(frame: pd.DataFrame) -> Callable[[Sequence[str], int], Iterator[pd.DataFrame]]:
    def chunks(wanted: Sequence[str], size: int) -> Iterator[pd.DataFrame]:
        for start in range(0, len(frame), size):
            yield frame.iloc[start : start + size][list(wanted)]

    return chunks


def _check_names(opened: PeopleFile) -> None:
    """Check column names: each is unique and has no control characters."""
    name, columns = opened.path.name, opened.columns
    if len(columns) > MOST_COLUMNS:
        raise DataError(f"{name} has {len(columns):,} columns; is it turned round?")
    strange = [c for c in columns if not c.isprintable() or len(c) > 200]
    if strange:
        raise DataError(
            f"{name}: {strange[0][:40]!r} is not a name of a column (control characters, or longer "
            "than 200)"
        )
    if len(set(columns)) < len(columns):
        twice = next(c for c, n in Counter(columns).items() if n > 1)
        raise DataError(f"{name}: the column {twice!r} stands twice")


def _csv_file(path: Path) -> PeopleFile:
    import pandas as pd

    try:
        opener: Any = gzip.open if path.name.lower().endswith(".gz") else open
        with opener(path, "rt", encoding="utf-8-sig", newline="") as stream:
            first, second = stream.readline(HEADER), stream.readline(HEADER)
    except (OSError, EOFError, UnicodeDecodeError, zlib.error) as error:
        raise DataError(f"{path.name} cannot be read as UTF-8 text: {error}") from error
    if "\x00" in first or not first.strip():
        raise DataError(f"{path.name} is not a CSV file: its first line holds no column names")
    mark = max(",;\t", key=first.count)
    try:
        columns = tuple(c.strip() for c in next(csv.reader([first], delimiter=mark)))
        row = next(csv.reader([second], delimiter=mark), [])
    except csv.Error as error:
        raise DataError(f"{path.name} is not a CSV file: {error}") from error
    if row and len(row) != len(columns):
        raise DataError(
            f"{path.name}: {len(columns)} names in the first line, {len(row)} fields in the "
            "second; if the rows have names, give that column one too"
        )

    def chunks(wanted: Sequence[str], size: int) -> Iterator[pd.DataFrame]:
        # Every column is parsed: told to skip some, pandas lets a line with one comma too many
        # pass, and its answers shift.
        size = max(1, min(size, CELLS // len(columns)))
        try:
            with (
                _plain_bytes(path) as stream,
                pd.read_csv(
                    stream,
                    sep=mark,
                    chunksize=size,
                    encoding="utf-8-sig",
                    low_memory=False,
                    names=list(columns),
                    header=0,
                    on_bad_lines="error",
                    skipinitialspace=True,
                    index_col=False,
                ) as reader,
            ):
                for frame in reader:
                    yield frame[list(wanted)]
        except (ValueError, OSError, EOFError, zlib.error) as error:
            raise DataError(f"{path.name} is not a readable CSV file: {error}") from error

    return PeopleFile(path, columns, chunks)


class _Unpacked(gzip.GzipFile):
    """A compressed text whose lines have a maximal length."""

    line = 0

    def read(self, size: int | None = -1) -> bytes:
        """Read at most a million bytes of it."""
        most = 2**20
        return self._counted(super().read(min(size, most) if size and size > 0 else most))

    def read1(self, size: int = -1) -> bytes:
        """The same: it is this that a text wrapper calls."""
        return self.read(size)

    def _counted(self, data: bytes) -> bytes:
        end = data.rfind(b"\n")
        self.line = self.line + len(data) if end < 0 else len(data) - end
        if self.line > HEADER:
            raise OSError(f"a line is longer than {HEADER:,} characters")
        return data


def _plain_bytes(path: Path) -> Any:
    return _Unpacked(path, "rb") if path.name.lower().endswith(".gz") else path.open("rb")


def _long_as_wide(opened: PeopleFile) -> PeopleFile:
    """Convert one row an answer to one row a person with the items as columns."""
    import pandas as pd

    names = [opened.find(name) for name in ("id", "item", "resp")]
    people: dict[Any, int] = {}
    items: dict[str, int] = {}
    parts = []
    for frame in opened.chunks(names, 500_000):
        who, item, answer = (frame[c] for c in names)
        numbers = pd.to_numeric(answer, errors="coerce")
        lost = numbers.isna() & answer.notna() & (answer.astype(str).str.upper() != "NA")
        if lost.any():
            raise DataError(f"{opened.path.name}: resp is {answer[lost].iloc[0]!r}; expected codes")
        parts.append((_places(who, people), _places(item.astype(str), items), numbers.to_numpy()))
        if len(items) > MOST_COLUMNS or sum(len(p[0]) for p in parts) > 50 * MOST_ROWS:
            raise DataError(f"{opened.path.name} has more answers or items than are read")
    values = np.full((len(people), len(items)), np.nan, dtype=np.float32)
    for rows, columns, answers in parts:
        place = rows * len(items) + columns
        if len(np.unique(place)) < len(place) or not np.isnan(values.ravel()[place]).all():
            raise DataError(f"{opened.path.name}: a person answers an item twice; keep one row")
        values.ravel()[place] = answers
    wide = pd.DataFrame(values, columns=list(items), copy=False)
    return PeopleFile(opened.path, tuple(items), _slices(wide))


def _places(values: pd.Series[Any], known: dict[Any, int]) -> np.ndarray[Any, Any]:
    """Number the values by first appearance, going on from earlier chunks."""
    codes, uniques = values.factorize()
    if (codes < 0).any():
        raise DataError("an id or item is missing; every row needs both")
    mine = np.array([known.setdefault(u, len(known)) for u in uniques], dtype=np.int64)
    placed: np.ndarray[Any, Any] = mine[codes]
    return placed
