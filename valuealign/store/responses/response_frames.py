"""Responses of a store as long and wide frames."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from sqlalchemy import BigInteger, Connection, cast, select

from valuealign.store.database.database_schema import readable_columns
from valuealign.store.database.tables import SAID_BY_ENDPOINT, attempts, items
from valuealign.store.database.tables import responses as table
from valuealign.store.responses.columns import Columns, categorical
from valuealign.store.responses.design_frame import Selection

if TYPE_CHECKING:
    import pandas as pd


def wide_frame(connection: Connection, selection: Selection, frame: pd.DataFrame) -> pd.DataFrame:
    """One row an administration, one column an item.

    Parameters
    ----------
    connection : Connection
    selection : Selection
    frame : DataFrame
        The design of these administrations.

    Returns
    -------
    DataFrame
        The design, then one column an item.
    """
    import pandas as pd

    query = select(table.c.administration, table.c.item, table.c.value)
    wanted = selection.of(query, table.c.administration)
    columns = Columns(connection, wanted, ["int", "int", "float"])
    names = _item_names(connection)
    row, known = _positions(frame, columns.array(0))
    item = columns.array(1)[known]
    seen = np.unique(item)
    values = np.full((len(frame), len(seen)), np.nan)
    values[row, np.searchsorted(seen, item)] = columns.array(2)[known]
    here = {int(i): names[int(i)] for i in seen}
    shown = {_column_name(here, i): values[:, k] for k, i in enumerate(here)}
    return pd.concat([frame, pd.DataFrame(shown, index=frame.index)], axis=1)


def long_frame(connection: Connection, selection: Selection, frame: pd.DataFrame) -> pd.DataFrame:
    """One row an item response; arguments as those of :func:`wide_frame`."""
    import pandas as pd

    wanted: list[Any] = [table.c[name] for name, _ in LONG]
    query: Any = select(*wanted)
    query = selection.of(query, table.c.administration)
    columns = Columns(connection, query, _KINDS)
    raw = _Raw(connection, selection)
    names = _item_names(connection)
    row, known = _positions(frame, columns.array(0))
    data: dict[str, Any] = {
        name: _taken(frame[name], row) for name in frame.columns if name != "n_cells"
    }
    data["item_id"] = _item_column(columns.array(1)[known], names)
    for k, (name, kind) in enumerate(LONG[2:], start=2):
        if kind == "code":
            codes, values = columns.coded(k)
            data[name] = categorical((codes[known], values))
        else:
            data[name] = columns.array(k)[known]
    key = _key(columns.array(0), columns.array(2), columns.array(3))[known]
    data |= raw.columns(key)
    long = pd.DataFrame(data)
    return long[[*FIRST, *(name for name in long.columns if name not in FIRST)]]


FIRST = (
    "administration_id",
    "respondent_id",
    "respondent",
    "model",
    "persona",
    "instrument",
    "item_id",
    "form",
    "occasion",
    "outcome",
    "value",
    "raw",
)
LONG = (
    ("administration", "int"),
    ("item", "int"),
    ("position", "int"),
    ("number", "int"),
    ("outcome", "code"),
    ("value", "float"),
    ("how", "code"),
    ("confidence", "float"),
    ("option_mass", "float"),
    ("expected", "float"),
    ("entropy", "float"),
)
_KINDS = [kind for _, kind in LONG]
REPLIED = (*SAID_BY_ENDPOINT, "adapted")
"""What is kept of a reply apart from its text, and (as JSON) which request fields were changed."""


def _positions(
    frame: pd.DataFrame, ids: np.ndarray[Any, Any]
) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Row of the design for each administration id, and which ids are in it."""
    known_ids = frame["administration_id"].to_numpy(dtype=np.int64)
    if not len(known_ids):
        return np.zeros(0, dtype=np.int64), np.zeros(len(ids), dtype=bool)
    where = np.minimum(np.searchsorted(known_ids, ids), len(known_ids) - 1)
    known = known_ids[where] == ids
    return where[known], known


def _taken(column: pd.Series[Any], row: np.ndarray[Any, Any]) -> Any:
    """A design column repeated for each response; words as categories, which cost a byte."""
    import pandas as pd

    if column.dtype.kind in "iufb":
        return column.to_numpy()[row]
    categories = pd.Categorical(column)
    return pd.Categorical.from_codes(categories.codes[row], dtype=categories.dtype)


def _item_names(connection: Connection) -> dict[int, tuple[str, str]]:
    query = select(items.c.id, items.c.instrument_id, items.c.item_id)
    return {id_: (instrument, item) for id_, instrument, item in connection.execute(query)}


def _column_name(names: dict[int, tuple[str, str]], item: int) -> str:
    """The item's id; with the instrument's in front where two instruments share it."""
    instrument, name = names[item]
    shared = sum(other == name for _, other in names.values()) > 1
    return f"{instrument}.{name}" if shared else name


def _item_column(item: np.ndarray[Any, Any], names: dict[int, tuple[str, str]]) -> Any:
    labels = list(dict.fromkeys(name for _, name in names.values()))
    code = {id_: labels.index(name) for id_, (_, name) in names.items()}
    # Not an array with a place for every id: in a store from elsewhere an id may be huge.
    ids = np.array(sorted(code), dtype=np.int64)
    codes = np.array([code[int(id_)] for id_ in ids], dtype=np.int32)
    place = np.minimum(np.searchsorted(ids, item), max(len(ids) - 1, 0))
    known = ids[place] == item if len(ids) else np.zeros(len(item), dtype=bool)
    if not known.all():
        raise KeyError(int(item[~known][0]))
    return categorical((codes[place], labels))


def _key(administration: Any, position: Any, number: Any) -> Any:
    """One integer for an attempt, of arrays or of columns.

    Positions fit in 16 bits, attempt numbers in 12.
    """
    return administration * (1 << 28) + position * (1 << 12) + number


class _Raw:
    """Raw replies, by attempt."""

    def __init__(self, connection: Connection, selection: Selection) -> None:
        at = attempts.c
        there = readable_columns(connection, attempts)
        fields = [there["extra" if name == "adapted" else name] for name in ("text", *REPLIED)]
        key_of = _key(cast(at.administration, BigInteger), cast(at.position, BigInteger), at.number)
        query = select(key_of.label("key"), *fields)
        query = selection.of(query, at.administration)
        kinds = ["int", "text", *["code"] * len(REPLIED)]
        self._columns = Columns(connection, query, kinds)
        key = self._columns.array(0)
        self._order = np.argsort(key, kind="stable")
        self._key = key[self._order]

    def columns(self, key: np.ndarray[Any, Any]) -> dict[str, Any]:
        """The columns ``raw``, ``error`` and what the endpoint said of itself."""
        import pandas as pd

        at = self._order[np.searchsorted(self._key, key)] if len(self._key) else key[:0]
        texts = np.array(self._columns.texts(1), dtype=object)[at]
        raw_columns: dict[str, Any] = {"raw": pd.array(texts, dtype="str")}
        for k, name in enumerate(REPLIED, start=2):
            codes, values = self._columns.coded(k)
            raw_columns[name] = categorical((codes[at], values))
        return raw_columns
