"""Reading a million rows lightly: columns as arrays, a block at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from sqlalchemy import Connection, Select

if TYPE_CHECKING:
    import pandas as pd

_BLOCK = 50_000
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
    """

    def __init__(self, connection: Connection, query: Select[Any], kinds: Sequence[str]) -> None:
        blocks: list[list[Any]] = [[] for _ in kinds]
        self._codes: list[dict[Any, int]] = [{} for _ in kinds]
        result = connection.execution_options(stream_results=True).execute(query)
        for rows in result.partitions(_BLOCK):
            for k, column in enumerate(zip(*rows, strict=True)):
                blocks[k].append(self._block(k, kinds[k], column))
        self._columns = [_joined(kind, parts) for kind, parts in zip(kinds, blocks, strict=True)]

    def _block(self, k: int, kind: str, column: tuple[Any, ...]) -> Any:
        if kind == "int":
            return np.array(column, dtype=np.int64)
        if kind == "float":
            return np.array(column, dtype=np.float64)
        if kind == "code":
            codes = self._codes[k]
            return np.array([codes.setdefault(v, len(codes)) for v in column], dtype=np.int32)
        return column

    def array(self, k: int) -> np.ndarray[Any, Any]:
        """A column of kind "int" or "float"."""
        found: np.ndarray[Any, Any] = self._columns[k]
        return found

    def coded(self, k: int) -> Codes:
        """A column of kind "code": codes, and the values they stand for."""
        return self._columns[k], list(self._codes[k])

    def texts(self, k: int) -> list[str | None]:
        """A column of kind "text"."""
        found: list[str | None] = self._columns[k]
        return found


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
