"""Bulk statements that are compiled once and passed to the driver unchanged.

SQLAlchemy prepares each row of an ``executemany`` anew, which costs more than writing it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.sql.dml import UpdateBase


class Bulk:
    """One statement for many rows.

    Parameters
    ----------
    statement : Insert, Update or Delete
    names : sequence of str
        What every row gives, two or more: columns, or bound parameters. Values are of the
        driver's own types (numbers, text, bytes, truth values, ``None``).

    Examples
    --------
    >>> from sqlalchemy import create_engine, insert
    >>> from valuealign.store.database.tables import items
    >>> engine = create_engine("sqlite://")
    >>> items.create(engine)
    >>> write = Bulk(insert(items), ["instrument_id", "item_id"])
    >>> with engine.begin() as connection:
    ...     write(connection, [{"instrument_id": "a", "item_id": "b"}])
    ...     connection.exec_driver_sql("SELECT item_id FROM items").all()
    [('b',)]
    """

    def __init__(self, statement: UpdateBase, names: Sequence[str]) -> None:
        self._statement = statement
        self._names = list(names)
        self._compiled: dict[str, tuple[str, itemgetter[str] | None]] = {}

    def __call__(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Write the rows; IntegrityError as from any statement."""
        if not rows:
            return
        sql, values = self._for(connection)
        connection.exec_driver_sql(sql, [values(row) if values else dict(row) for row in rows])

    def _for(self, connection: Connection) -> tuple[str, itemgetter[str] | None]:
        """The statement in a dialect's words, and what puts a row in its order."""
        dialect = connection.dialect
        if dialect.name not in self._compiled:
            compiled = self._statement.compile(dialect=dialect, column_keys=self._names)
            order = getattr(compiled, "positiontup", None)
            values: itemgetter[str] | None = itemgetter(*order) if order else None
            self._compiled[dialect.name] = str(compiled), values
        return self._compiled[dialect.name]
