"""Bringing a store's schema to this version's, by Alembic migrations."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect

from valuealign.errors import StoreError, StoreSchemaError

_FOLDER = Path(__file__).parent / "migrations"


def upgrade(engine: Engine) -> None:
    """Create the schema, or bring an older one up to date; never touches a newer one.

    Raises
    ------
    StoreSchemaError
        The store was written by a newer valuealign.
    StoreError
        The database holds something else.
    """
    scripts = ScriptDirectory(str(_FOLDER))
    head = scripts.get_current_head()
    with engine.connect() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
        if found == head:
            return
        _check_ours(connection, found, scripts)
    with engine.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _check_ours(connection: Connection, found: str | None, scripts: ScriptDirectory) -> None:
    if found is None:
        tables = inspect(connection).get_table_names()
        if tables:
            raise StoreError(
                f"the database at {connection.engine.url.render_as_string()} is no valuealign "
                f"store: it holds {', '.join(sorted(tables)[:5])}; name another file with --store"
            )
        return
    known = {script.revision for script in scripts.walk_revisions()}
    if found not in known:
        raise StoreSchemaError(
            f"the store at {connection.engine.url.render_as_string()} has schema {found!r}, which "
            f"this valuealign does not know: it was written by a newer one; upgrade valuealign"
        )
