"""Checks of a store file of unknown origin, which must not run code.

SQLite runs triggers and expands views that stand in a file. valuealign makes none, so a file
that has one is refused before anything is read or written.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

from valuealign.errors import StoreError, ValuealignError
from valuealign.escape import for_terminal
from valuealign.store.database.engine import is_file
from valuealign.store.database.tables import metadata

_BY_KIND = "SELECT type, name, sql FROM sqlite_master"
_COLUMNS = (
    "SELECT m.name, c.name FROM sqlite_master AS m JOIN pragma_table_info(m.name) AS c "
    "WHERE m.type = 'table'"
)


def refuse_code(connection: Connection) -> None:
    """Raise an error for a SQLite file with triggers, views or virtual tables.

    Raises
    ------
    StoreError
        It holds one.
    """
    if not is_file(connection):
        return
    for kind, name, sql in connection.exec_driver_sql(_BY_KIND):
        virtual = " ".join(str(sql).split()[:3]).upper().startswith("CREATE VIRTUAL TABLE")
        if kind in ("trigger", "view") or virtual:
            what = "virtual table" if virtual else kind
            raise StoreError(
                f"the store at {connection.engine.url.database} holds a {what} "
                f"({for_terminal(str(name)[:60], lines=False)!r}); valuealign makes none, and it "
                "could run as you read: do not use this file"
            )


def check_columns(connection: Connection, *, without: Collection[tuple[str, str]] = ()) -> None:
    """Check that a SQLite store has the tables and columns of its schema.

    Parameters
    ----------
    connection : Connection
    without : collection of (str, str)
        Tables and columns that an older schema does not have.

    Raises
    ------
    StoreError
        One is missing.
    """
    if not is_file(connection):
        return
    columns: dict[str, set[str]] = defaultdict(set)
    for table, column in connection.exec_driver_sql(_COLUMNS):
        columns[table].add(column)
    for each in metadata.sorted_tables:
        missing = [
            column.name
            for column in each.columns
            if column.name not in columns[each.name] and (each.name, column.name) not in without
        ]
        if missing:
            what = (
                f"no table {each.name!r}"
                if not columns[each.name]
                else (f"no column {missing[0]!r} in table {each.name!r}")
            )
            raise StoreError(
                f"the store at {connection.engine.url.database} has {what}: another program "
                "changed it; use a copy that valuealign wrote"
            )


@contextmanager
def as_written(where: object) -> Iterator[None]:
    """Convert an error caused by an invalid value to one sentence.

    Raises
    ------
    StoreError
        In place of errors of type, key or value while a store is read.
    """
    try:
        yield
    except ValuealignError:
        raise
    except (
        ArithmeticError,
        AttributeError,
        LookupError,
        MemoryError,
        RecursionError,
        TypeError,
        ValueError,
    ) as error:
        cause = f"{type(error).__name__}: {error}".splitlines()[0][:200]
        raise StoreError(
            f"the store at {where} holds a value that valuealign does not write "
            f"({for_terminal(cause, lines=False)}); use a copy that valuealign wrote"
        ) from error
