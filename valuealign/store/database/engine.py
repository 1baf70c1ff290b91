"""Opening of databases: SQLite in a file by default, others by SQLAlchemy URL.

SQLite runs in WAL mode with synchronous=FULL: a commit that returned is on disk. Only this
module knows SQLite; the rest speaks SQLAlchemy Core.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import (
    BigInteger,
    Connection,
    Engine,
    Insert,
    Integer,
    Table,
    TextClause,
    create_engine,
    event,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import Text

from valuealign.errors import StoreError

LONGEST = 64_000_000
"""Bytes of the longest text or blob that is read or written."""
BUSY_SECONDS = 30.0
"""How long a writer waits for another process that holds the write lock."""
Id = BigInteger().with_variant(Integer, "sqlite")
"""Type of a row's id: SQLite numbers the rows of a table by an INTEGER only."""


def only_where(condition: TextClause) -> dict[str, Any]:
    """Arguments of an index that covers only the rows that meet a condition."""
    return {"sqlite_where": condition, "postgresql_where": condition}


def insert_new(connection: Connection, table: Table) -> Insert:
    """An INSERT that leaves rows alone which are already there."""
    make = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    return make(table).on_conflict_do_nothing()


class json_field(FunctionElement[str]):  # noqa: N801  # a function of SQL, named as one
    """One field at the top of a column that holds JSON as text.

    Examples
    --------
    >>> from sqlalchemy import literal, select
    >>> with create_engine("sqlite://").connect() as connection:
    ...     connection.execute(select(json_field(literal('{"model": "a"}'), "model"))).scalar()
    'a'
    """

    type = Text()
    inherit_cache = True


@compiles(json_field, "sqlite")
def _json_field_sqlite(element: Any, compiler: Any, **more: Any) -> str:
    column, name = (compiler.process(clause, **more) for clause in element.clauses)
    return f"json_extract({column}, '$.' || {name})"


@compiles(json_field)
def _json_field(element: Any, compiler: Any, **more: Any) -> str:
    column, name = (compiler.process(clause, **more) for clause in element.clauses)
    return f"(CAST({column} AS JSON) ->> {name})"


def store_url(where: str | Path) -> URL:
    """A file path or a database URL as a URL.

    Raises
    ------
    StoreError
        A URL that names no database this machine can speak to.

    Examples
    --------
    >>> store_url("study.db").drivername
    'sqlite'
    """
    text = str(where)
    if "://" not in text:
        return URL.create("sqlite", database=str(Path(text).expanduser()))
    try:
        return make_url(text)
    except ArgumentError:
        raise StoreError(
            f"{text.partition('://')[0]}://... is not a database URL; "
            "expected a file (study.db) or a URL (postgresql+psycopg://user@host/name)"
        ) from None


def is_missing(where: str | Path) -> bool:
    """Whether a store is a file that does not exist; servers report this when queried."""
    url = store_url(where)
    return url.drivername.startswith("sqlite") and not Path(url.database or "").exists()


def shown_url(url: URL) -> str:
    """A store's file or URL, without a password."""
    if url.drivername.startswith("sqlite"):
        return url.database or ""
    return url.render_as_string()


def open_engine(where: str | Path, *, only_read: bool = False) -> Engine:
    """An engine for a store; creates the file, never its folder.

    Parameters
    ----------
    where : str or Path
    only_read : bool
        Leave the journal mode of a file as it is.

    Raises
    ------
    StoreError
        The place cannot be opened; says why.
    """
    url = store_url(where)
    try:
        engine = create_engine(url)
    except (NoSuchModuleError, ModuleNotFoundError) as error:
        raise StoreError(
            f"no driver for {url.drivername!r} is installed ({error}); install it, "
            "or name a file (study.db)"
        ) from None
    if engine.dialect.name == "sqlite":
        _check_place(url)
        event.listen(engine, "connect", partial(_configure, wal=not only_read))
    return engine


def _check_place(url: URL) -> None:
    if not url.database or url.database == ":memory:":
        raise StoreError("a store must outlive the process; name a file (study.db)")
    path = Path(url.database)
    if path.is_dir():
        raise StoreError(f"{path} is a folder; name a file in it ({path / 'valuealign.db'})")
    if not path.parent.is_dir():
        raise StoreError(f"there is no folder {path.parent}; create it, or name another file")


def _configure(raw: Any, _record: Any, *, wal: bool) -> None:
    """WAL, FULL, foreign keys; SQLAlchemy, not sqlite3, says when a transaction begins."""
    raw.isolation_level = None
    raw.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST)
    cursor = raw.cursor()
    try:
        cursor.execute("PRAGMA trusted_schema=OFF")
        cursor.execute(f"PRAGMA busy_timeout={int(BUSY_SECONDS * 1000)}")
        if wal:
            _switch_to_wal(cursor)
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
    finally:
        cursor.close()


def _switch_to_wal(cursor: Any) -> None:
    """Switch the file to WAL; SQLite's own waiting does not cover the switch, so wait here.

    Two processes that open one new file at once both switch it; the one that comes second
    gets SQLITE_BUSY at once, whatever its busy_timeout.
    """
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if not is_locked(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.01)


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that holds the write lock from its first statement on.

    A SQLite transaction that begins by reading cannot be upgraded once another process has
    written; BEGIN IMMEDIATE waits for the lock instead of failing half way.
    """
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        try:
            yield connection
        except BaseException:
            connection.rollback()
            raise
        connection.commit()


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One consistent view of the store; other processes may write meanwhile."""
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN")
        yield connection


def overwrite_deleted(connection: Connection) -> None:
    """Have what this connection deletes from a file overwritten with zeros."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA secure_delete=ON")


def empty_journal(engine: Engine) -> None:
    """Write SQLite's journal into the file and empty it, so that it holds nothing deleted."""
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def is_file(connection: Connection) -> bool:
    """Whether the store is a file, which may come from anyone."""
    return connection.dialect.name == "sqlite"


@contextmanager
def plainly(where: object) -> Iterator[None]:
    """Convert a database error to one sentence that says what to do.

    Raises
    ------
    StoreError
        In place of every SQLAlchemy or sqlite3 error.
    """
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error) as error:
        raise StoreError(sentence(where, error)) from error


def sentence(where: object, error: Exception) -> str:
    """Explain a database error to the user."""
    cause = str(error.orig if isinstance(error, DBAPIError) and error.orig else error)
    cause = cause.splitlines()[0]
    for part, advice in _ADVICE.items():
        if part in cause:
            return f"the store at {where}: {advice} ({cause})"
    return f"the store at {where} failed: {cause}"


_ADVICE = {
    "database or disk is full": "the disk is full; free some space and run the same command "
    "again, it continues where it stopped",
    "is locked": "another program holds it locked; close that program and run the same command "
    "again, it continues where it stopped",
    "not a database": "the file is not an SQLite database; name another file with --store",
    "readonly": "it may not be written; check the file's and the folder's permissions",
    "unable to open": "it cannot be opened; check that the folder exists and may be written",
    "malformed": "the file is damaged; copy it, then try: sqlite3 FILE .recover",
    "disk I/O error": "the disk failed; nothing that was reported done is lost, "
    "but copy the file before going on",
}


def is_locked(error: Exception) -> bool:
    """Whether a database error means that waiting may help."""
    return "is locked" in str(error) or "is busy" in str(error)
