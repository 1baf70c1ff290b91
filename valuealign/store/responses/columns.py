"""Query results as column arrays, read in blocks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from sqlalchemy import ColumnElement, Connection, Select, Table, func

if TYPE_CHECKING:
    import pandas as pd

_BLOCK = 500  # of 50,000 the rows leave the cache before they are columns: half as fast
Codes = tuple[np.ndarray[Any, np.dtype[np.int32]], list[Any]]


class Columns:
    """The columns of a query.

    Parameters
    ----------
    connection : Connection
    query : Select
    kinds : sequence of {"int", "float", "code", "text"}
        What each column becomes: an array of int64 or float64 (NULL is NaN), integer codes
        into a list of distinct values (for columns with few of them), or a list.
    table : Table, optional
        Whose columns they are, by name: each value must have its column's type, because SQLite
        does not enforce types.

    Raises
    ------
    TypeError
        A value has another type than its column.
    """

    def __init__(
        self,
        connection: Connection,
        query: Select[Any],
        kinds: Sequence[str],
        *,
        table: Table | None = None,
    ) -> None:
        self._kinds = kinds
        self._types = [_types(column, table) for column in query.selected_columns]
        self._codes = [_Codes() for _ in kinds]
        here = _filled(connection, query)
        wanted = query.with_only_columns(*(list(query.selected_columns)[k] for k in here))
        blocks: dict[int, list[Any]] = {k: [] for k in here}
        self.n = 0
        result = connection.execution_options(stream_results=True).execute(wanted)
        for rows in result.partitions(_BLOCK):
            self.n += len(rows)
            for k, column in zip(here, zip(*rows, strict=True), strict=True):
                blocks[k].append(self._block(k, column))
        self._columns = {k: _joined(kinds[k], parts) for k, parts in blocks.items()}

    def _block(self, k: int, column: tuple[Any, ...]) -> Any:
        kind = self._kinds[k]
        self._check(k, column)
        if kind == "int":
            return np.array(column, dtype=np.int64)
        if kind == "float":
            return np.array(column, dtype=np.float64)
        if kind == "code":
            codes = map(self._codes[k].__getitem__, column)
            return np.fromiter(codes, dtype=np.int32, count=len(column))
        return column

    def _check(self, k: int, column: tuple[Any, ...]) -> None:
        allowed = self._types[k]
        if allowed is not None and not (there := set(map(type, column))) <= allowed:
            other = sorted(kind.__name__ for kind in there - allowed)
            raise TypeError(f"column {k + 1} holds a value of type {other[0]}")

    def array(self, k: int) -> np.ndarray[Any, Any]:
        """A column of kind "int" or "float"."""
        column: np.ndarray[Any, Any] | None = self._columns.get(k)
        return np.full(self.n, np.nan) if column is None else column

    def coded(self, k: int) -> Codes:
        """A column of kind "code": codes, and the values they stand for."""
        if k not in self._columns:
            return np.zeros(self.n, dtype=np.int32), [None]
        return self._columns[k], list(self._codes[k])

    def texts(self, k: int) -> list[str | None]:
        """A column of kind "text"."""
        column: list[str | None] | None = self._columns.get(k)
        return [None] * self.n if column is None else column


def _types(column: ColumnElement[Any], table: Table | None) -> set[type] | None:
    """The types that a column of a table may hold; None where any will do."""
    own = None if table is None else table.c.get(getattr(column, "name", ""))
    if own is None:
        return None
    return {own.type.python_type} | ({type(None)} if own.nullable else set())


class _Codes(dict[Any, int]):
    """Each value's code: the place where it was first seen."""

    def __missing__(self, value: Any) -> int:
        self[value] = code = len(self)
        return code


def _filled(connection: Connection, query: Select[Any]) -> list[int]:
    """Which columns hold anything: of a million rows, an empty one is not worth fetching."""
    columns = list(query.selected_columns)
    unsure = [k for k, column in enumerate(columns) if getattr(column, "nullable", False)]
    if not unsure:
        return list(range(len(columns)))
    counts = connection.execute(
        query.with_only_columns(*(func.count(columns[k]) for k in unsure))
    ).one()
    empty = {k for k, n in zip(unsure, counts, strict=True) if not n}
    return [k for k in range(len(columns)) if k not in empty]


def categorical(codes: Codes) -> pd.Categorical:
    """Codes and their values as a categorical; ``None`` is missing."""
    import pandas as pd

    where, values = codes
    if None in values:
        gone = values.index(None)
        move = np.array([k - (k > gone) if k != gone else -1 for k in range(len(values))])
        where, values = move[where], [value for value in values if value is not None]
    return pd.Categorical.from_codes(where, categories=pd.Index(values, dtype=object))


def _joined(kind: str, parts: list[Any]) -> Any:
    if kind == "text":
        return [value for part in parts for value in part]
    dtype = {"int": np.int64, "float": np.float64, "code": np.int32}[kind]
    return np.concatenate(parts) if parts else np.zeros(0, dtype=dtype)
