"""Statements for many rows: in each database's own words."""

from __future__ import annotations

import pytest
from sqlalchemy import bindparam, create_engine, delete, insert, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import IntegrityError

from valuealign.store.database.bulk import Bulk
from valuealign.store.database.tables import items

WRITE = Bulk(insert(items), ["item_id", "instrument_id"])
ROWS = [{"instrument_id": "a", "item_id": name} for name in ("x", "y'; --", "ü")]


@pytest.fixture
def connection():
    engine = create_engine("sqlite://")
    items.create(engine)
    with engine.begin() as connection:
        yield connection
    engine.dispose()


def names(connection):
    return [row[0] for row in connection.execute(select(items.c.item_id).order_by(items.c.id))]


def test_rows_are_written_whatever_the_order_of_their_keys(connection):
    WRITE(connection, [dict(reversed(row.items())) for row in ROWS])
    assert names(connection) == ["x", "y'; --", "ü"]
    assert connection.execute(select(items.c.instrument_id)).scalars().all() == ["a"] * 3


def test_rows_are_deleted_by_what_they_bind(connection):
    WRITE(connection, ROWS)
    where = (items.c.instrument_id == bindparam("i")) & (items.c.item_id == bindparam("n"))
    Bulk(delete(items).where(where), ["i", "n"])(connection, [{"n": "x", "i": "a"}])
    assert names(connection) == ["y'; --", "ü"]


def test_no_rows_are_no_statement(connection):
    WRITE(connection, [])
    assert names(connection) == []


def test_what_is_there_already_is_an_integrity_error(connection):
    WRITE(connection, ROWS)
    with pytest.raises(IntegrityError):
        WRITE(connection, ROWS[:1])


def test_a_database_that_names_its_parameters_gets_names():
    class Told:
        dialect = postgresql.dialect()

        def exec_driver_sql(self, sql, rows):
            self.sql, self.rows = sql, rows

    told = Told()
    WRITE(told, ROWS)
    assert "%(item_id)s" in told.sql
    assert told.rows == ROWS
