"""Stimuli from a table (CSV, JSONL, Parquet, XLSX): one row a stimulus, columns are fields."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from valuealign.bounded import read_bounded
from valuealign.errors import StimulusError
from valuealign.instrument.explain import faults
from valuealign.stimulus.set_file import Row, SetFile
from valuealign.stimulus.set_references import row_problems
from valuealign.suggestion import did_you_mean
from valuealign.workbook import NotAWorkbook, workbook_rows

MAX_BYTES = 500_000_000
_ENDINGS = (".csv", ".jsonl", ".parquet", ".xlsx")


def table_rows(file: SetFile, folder: Path) -> Sequence[Row]:
    """The rows of a set's table.

    Parameters
    ----------
    file : SetFile
        With a ``table``.
    folder : Path
        Where the set's own file stands.

    Returns
    -------
    sequence of Row
        Columns that are not fields are left out; an empty truth or reference is not a value.

    Raises
    ------
    StimulusError
        The table cannot be read, or a row does not fit the fields; the error has the line.
    """
    table = file.table
    assert table is not None  # noqa: S101  # only sets with a table come here
    path = folder / table.file
    if Path(table.file).is_absolute() or ".." in Path(table.file).parts:
        raise StimulusError(
            f"the table {table.file!r} stands outside the folder of the set",
            hint="put it beside the set's file",
        )
    lines = read_table(path)
    _check_columns(file, table.id, lines[0][1], path)
    rows = [_row(file, table.id, record, path, line) for line, record in lines]
    for problem in row_problems(file, rows, ()):
        k = problem.place[0]
        line = lines[k][0] if isinstance(k, int) else None
        raise StimulusError(problem.found, hint=problem.hint, path=path, line=line)
    return rows


def read_table(path: Path) -> list[tuple[int, Mapping[str, Any]]]:
    """Each row of a table with its line: CSV, JSONL, Parquet or XLSX.

    Raises
    ------
    StimulusError
        It cannot be read, or has no row.
    """
    lines = list(_read(path))
    if not lines:
        raise StimulusError("the table has no row", path=path)
    return lines


def _check_columns(file: SetFile, key: str, record: Mapping[str, Any], path: Path) -> None:
    wanted = [key, *(n for n, kind in file.fields.items() if kind not in ("truth", "reference"))]
    for name in wanted:
        if name not in record:
            hint = did_you_mean(name, record)
            raise StimulusError(f"the table has no column {name!r}", hint=hint, path=path)


def _row(file: SetFile, key: str, record: Mapping[str, Any], path: Path, line: int) -> Row:
    try:
        values = {
            name: _value(record[name], kind)
            for name, kind in file.fields.items()
            if record.get(name) not in (None, "")
        }
        return Row.model_validate({"id": str(record[key]).strip(), "values": values})
    except ValidationError as error:
        first = next(faults(error, _SCHEMA))
        raise StimulusError(
            first.found, expected=first.expected, hint=first.hint, path=path, line=line
        ) from None
    except ValueError as error:
        raise StimulusError(str(error), path=path, line=line) from None


_SCHEMA = Row.model_json_schema()


def _value(value: Any, kind: str) -> Any:
    """A cell as its field wants it; a CSV file holds texts only."""
    if kind == "number" and isinstance(value, str):
        return _number(value)
    if kind == "turns" and isinstance(value, str):
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            raise ValueError("turns are a JSON list of {speaker, text}") from None
    return value.item() if hasattr(value, "item") else value


def _number(text: str) -> int | float:
    try:
        found = float(text)
    except ValueError:
        raise ValueError(f"{text[:40]!r} is not a number") from None
    if not math.isfinite(found):
        raise ValueError(f"{text[:40]!r} is not a finite number")
    return int(found) if found.is_integer() and "." not in text else found


def _read(path: Path) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Each row with its line."""
    ending = path.suffix.lower()
    if ending not in _ENDINGS:
        raise StimulusError(
            "the table is not a file that can be read", expected=", ".join(_ENDINGS), path=path
        )
    try:
        data = read_bounded(path, MAX_BYTES)
    except OSError as error:
        raise StimulusError(f"the table cannot be read: {error.strerror}", path=path) from None
    if ending in (".parquet", ".xlsx"):
        read = _parquet if ending == ".parquet" else _workbook
        yield from enumerate(read(data, path), start=1 if ending == ".parquet" else 2)
        return
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise StimulusError("the table is not UTF-8", hint="save it as UTF-8", path=path) from None
    yield from _csv(text, path) if ending == ".csv" else _jsonl(text, path)


def _csv(text: str, path: Path) -> Iterator[tuple[int, Mapping[str, Any]]]:
    head = text.split("\n", 1)[0]
    reader = csv.DictReader(
        io.StringIO(text, newline=""), delimiter=max(",;\t", key=head.count), strict=True
    )
    try:
        for record in reader:
            if None in record or None in record.values():
                found = f"a row of another length than the head ({len(reader.fieldnames or ())})"
                raise StimulusError(found, path=path, line=reader.line_num)
            yield reader.line_num, record
    except csv.Error as error:
        raise StimulusError(f"this is not CSV: {error}", path=path, line=reader.line_num) from None


def _jsonl(text: str, path: Path) -> Iterator[tuple[int, Mapping[str, Any]]]:
    for line, row in enumerate(text.split("\n"), start=1):
        if not row.strip():
            continue
        try:
            record = json.loads(row)
        except (ValueError, RecursionError):
            raise StimulusError("this line is not JSON", path=path, line=line) from None
        if not isinstance(record, dict):
            raise StimulusError(
                "this line holds no mapping", expected='{"id": ...}', path=path, line=line
            )
        yield line, record


def _workbook(data: bytes, path: Path) -> Iterator[Mapping[str, Any]]:
    try:
        head, *rows = workbook_rows(data)
    except NotAWorkbook as error:
        raise StimulusError(str(error), path=path) from None
    names = [str(name if name is not None else "").strip() for name in head]
    if len(set(names)) < len(names) or not all(names):
        raise StimulusError(
            "the first row of the sheet does not name each column once",
            hint="give every column a name of its own",
            path=path,
        )
    for row in rows:
        yield dict(zip(names, row, strict=False))


def _parquet(data: bytes, path: Path) -> Iterator[Mapping[str, Any]]:
    try:
        from pyarrow import parquet
    except ModuleNotFoundError:
        raise StimulusError(
            "a Parquet file needs pyarrow", hint="pip install 'valuealign[exports]'", path=path
        ) from None
    import pyarrow

    try:
        yield from parquet.read_table(io.BytesIO(data)).to_pylist()
    except (pyarrow.ArrowException, ValueError) as error:
        found = f"this is not a Parquet file: {str(error).splitlines()[0][:120]}"
        raise StimulusError(found, path=path) from None
