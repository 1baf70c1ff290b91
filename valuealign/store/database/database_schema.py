"""Bringing a store's schema to this version's, by Alembic migrations.

A store that is up to date is recognised without loading Alembic, and a new one is created at
this version at once; a test holds the two ways of getting there against each other.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Table, inspect, null, text

from valuealign.errors import StoreError, StoreSchemaError
from valuealign.store.database.engine import writing
from valuealign.store.database.tables import metadata
from valuealign.store.database.untrusted_file import check_columns, refuse_code

_FOLDER = Path(__file__).parent / "migrations"
_REVISIONS = sorted(file.name[1:5] for file in (_FOLDER / "versions").glob("v[0-9]*_*.py"))
HEAD = _REVISIONS[-1]
"""The newest migration; what ``tables`` describes. Files are named ``v0002_what_changes.py``."""
_CHANGED = "0001"
"""The newest migration that does more than add columns. Newer stores are read as they are."""


def upgrade(engine: Engine) -> None:
    """Create the schema, or bring an older one up to date; never touches a newer one.

    Raises
    ------
    StoreSchemaError
        The store was written by a newer valuealign.
    StoreError
        The database holds something else.
    """
    with engine.connect() as connection:
        refuse_code(connection)
        if _revision(connection) == HEAD:
            check_columns(connection)
            return
    # Two processes may begin on one new file: the second finds what the first has made.
    with writing(engine) as connection:
        revision = _revision(connection)
        if revision is None:
            _check_empty(connection)
            _create(connection)
        elif revision != HEAD:
            _migrate(connection, revision)
            check_columns(connection)


def check_readable(engine: Engine) -> None:
    """Check that a store can be read; an older one is left as it is.

    Raises
    ------
    StoreSchemaError
        The store was written by a newer valuealign.
    StoreError
        The database holds something else.
    """
    with engine.connect() as connection:
        refuse_code(connection)
        found = _revision(connection)
        if found in _REVISIONS and found >= _CHANGED:
            check_columns(connection, without=_added_since(found))
            return
    upgrade(engine)


def _added_since(revision: str) -> list[tuple[str, str]]:
    columns = (column for table in metadata.sorted_tables for column in table.columns)
    return [(c.table.name, c.name) for c in columns if c.info.get("since", "0001") > revision]


def readable_columns(connection: Connection, table: Table) -> dict[str, ColumnElement[Any]]:
    """Return the columns of a table by name; NULL for one that an older store does not have."""
    there = {each["name"] for each in inspect(connection).get_columns(table.name)}
    return {c.name: c if c.name in there else null().label(c.name) for c in table.columns}


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _check_empty(connection: Connection) -> None:
    tables = inspect(connection).get_table_names()
    if tables:
        raise StoreError(
            f"the database at {connection.engine.url.render_as_string()} is not a valuealign "
            f"store: it holds {', '.join(sorted(tables)[:5])}; name another file with --store"
        )


def _create(connection: Connection) -> None:
    metadata.create_all(connection)
    connection.execute(
        text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)")
    )
    connection.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": HEAD})


def _migrate(connection: Connection, revision: str) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    known = {script.revision for script in ScriptDirectory(str(_FOLDER)).walk_revisions()}
    if revision not in known:
        raise StoreSchemaError(
            f"the store at {connection.engine.url.render_as_string()} has schema {revision!r}, "
            "which this valuealign does not know: it was written by a newer one; upgrade valuealign"
        )
    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
