"""The store: opened once or again, planned, written, and never what it is not."""

from __future__ import annotations

import shutil
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from records_written import administration, attempt
from sqlalchemy import create_engine, inspect

from valuealign.errors import StoreError, StoreSchemaError
from valuealign.store.database.database_schema import HEAD
from valuealign.store.store import Store
from valuealign.store.work_claims import LEASE_SECONDS, claim, new_owner


def shape(path):
    """Tables, columns and indexes of a database."""
    engine = create_engine(f"sqlite:///{path}")
    found = inspect(engine)
    shape = {
        table: (
            sorted((c["name"], str(c["type"]), c["nullable"]) for c in found.get_columns(table)),
            sorted(
                (i["name"] or "", i["unique"], tuple(i["column_names"]))
                for i in found.get_indexes(table)
            ),
            found.get_pk_constraint(table)["constrained_columns"],
            sorted(tuple(u["column_names"]) for u in found.get_unique_constraints(table)),
        )
        for table in found.get_table_names()
    }
    engine.dispose()
    return shape


def test_the_migrations_lead_to_the_schema_that_a_new_store_has(tmp_path):
    from alembic import command
    from alembic.config import Config

    Store.open(tmp_path / "new.db").close()
    engine = create_engine(f"sqlite:///{tmp_path / 'migrated.db'}")
    with engine.begin() as connection:
        config = Config()
        package = Path(__import__("valuealign").__file__).parent
        folder = package / "store" / "database" / "migrations"
        config.set_main_option("script_location", str(folder))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    engine.dispose()
    new, migrated = shape(tmp_path / "new.db"), shape(tmp_path / "migrated.db")
    assert new == migrated
    assert "one_final_attempt_a_cell" in str(new["attempts"])


def test_a_column_that_was_added_names_its_migration():
    from valuealign.store.database import database_schema
    from valuealign.store.database.tables import metadata

    columns = [column for table in metadata.sorted_tables for column in table.columns]
    since = {column.info.get("since", "0001") for column in columns}
    assert since <= set(database_schema._REVISIONS)


def test_many_may_open_one_new_store_at_the_same_moment(tmp_path):
    at_once = threading.Barrier(8)

    def open_it(path):
        at_once.wait()
        Store.open(path).close()

    with ThreadPoolExecutor(8) as threads:
        for turn in range(20):
            assert list(threads.map(open_it, [tmp_path / f"{turn}.db"] * 8)) == [None] * 8


def version_of(path):
    """The schema that a file says it has."""
    with sqlite3.connect(path) as connection:
        return connection.execute("SELECT version_num FROM alembic_version").fetchall()


def test_a_store_of_the_first_schema_is_read_without_being_changed(tmp_path):
    """The file was written by the first version and is kept as it was."""
    path = tmp_path / "old.db"
    shutil.copy(Path(__file__).parent / "first_schema.sqlite", path)
    before = path.read_bytes()
    from valuealign.store.responses.responses import responses

    given = responses(path)
    assert given.wide[["m1", "m2"]].to_numpy().tolist() == [[4.0, 1.0]]
    assert not [name for name in given.long.columns if name.startswith("stimulus")]
    assert given.counts()["answer"].tolist() == [2]
    assert version_of(path) == [("0001",)]
    assert path.read_bytes() == before


def test_a_store_of_the_first_schema_is_brought_up_to_date_when_it_is_written(tmp_path):
    path = tmp_path / "old.db"
    shutil.copy(Path(__file__).parent / "first_schema.sqlite", path)
    Store.open(path).close()
    assert version_of(path) == [(HEAD,)]
    from valuealign.store.responses.responses import responses

    assert responses(path).wide[["m1", "m2"]].to_numpy().tolist() == [[4.0, 1.0]]


@pytest.mark.parametrize("only_read", [True, False])
def test_an_older_store_without_a_column_that_it_should_have_is_refused(tmp_path, only_read):
    path = tmp_path / "old.db"
    shutil.copy(Path(__file__).parent / "first_schema.sqlite", path)
    with sqlite3.connect(path) as connection:
        connection.execute("ALTER TABLE administrations DROP COLUMN n_cells")
    with pytest.raises(StoreError):
        Store.open(path, only_read=only_read)


def test_a_newer_store_is_left_alone(tmp_path):
    path = tmp_path / "new.db"
    Store.open(path).close()
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    for only_read in (True, False):
        with pytest.raises(StoreSchemaError, match="newer"):
            Store.open(path, only_read=only_read)


def test_a_database_of_something_else_is_left_alone(tmp_path):
    path = tmp_path / "photos.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE photos (id)")
    with pytest.raises(StoreError, match="not a valuealign store: it holds photos"):
        Store.open(path)


@pytest.mark.parametrize(
    ("where", "says"),
    [
        ("nowhere/study.db", "no folder"),
        (".", "is a folder"),
        (":memory:", "outlive"),
        ("oracle+nothing://x/y", "no driver"),
        ("://", "not a database URL"),
    ],
)
def test_a_place_that_cannot_hold_a_store_is_refused_in_words(tmp_path, monkeypatch, where, says):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(StoreError, match=says):
        Store.open(where)


def test_a_file_that_is_no_database_is_not_overwritten(tmp_path):
    path = tmp_path / "notes.txt"
    path.write_text("my notes, which are long enough to be taken for a header\n" * 20)
    before = path.read_bytes()
    with pytest.raises(StoreError, match="not an SQLite database"):
        Store.open(path)
    assert path.read_bytes() == before


def test_a_mistyped_name_is_no_empty_study(tmp_path):
    with pytest.raises(StoreError, match="there is no store at"):
        Store.open(tmp_path / "studdy.db", must_exist=True)
    assert not (tmp_path / "studdy.db").exists()


def test_a_password_in_a_url_is_not_shown(tmp_path, monkeypatch):
    with pytest.raises(StoreError) as refused:
        Store.open("oracle+nothing://me:hunter2@host/db")
    assert "hunter2" not in str(refused.value)


def test_an_administration_keeps_the_seed_it_was_first_planned_with(plan):
    (first,) = plan(administration(seed=7))
    (again,) = plan(administration(seed=99))
    assert (again.id, again.seed) == (first.id, 7)


def test_progress_is_what_has_a_final_attempt(plan, write, key):
    (there,) = plan(administration())
    write([attempt(key(there.id, 0)), attempt(key(there.id, 1), final=False, status="http")])
    (again,) = plan(administration())
    assert again.done == {0}
    assert again.attempts == {1: 1}


def test_the_same_text_is_kept_once(store, plan, write, key):
    first, second = plan(administration("r1"), administration("r2"))
    write([attempt(key(there.id, 0)) for there in (first, second)])
    with store.reading() as connection:
        rows = connection.exec_driver_sql(
            "SELECT count(*) FROM contents WHERE kind = 'messages'"
        ).scalar()
    assert rows == 1


def test_a_text_no_database_can_hold_is_kept_as_far_as_it_can_be_and_the_body_whole(
    store, plan, write, key
):
    (there,) = plan(administration())
    body = b'{"text": "4\x00\xff"}'
    write([attempt(key(there.id, 0), text="4\x00\ud800", body=body, messages='["\ud800"]')])
    with store.reading() as connection:
        text, kept = connection.exec_driver_sql("SELECT text, body FROM attempts").one()
    assert (text, kept) == ("4\ufffd\ufffd", body)


def test_a_second_final_reply_to_one_cell_is_kept_beside_the_first(store, plan, write, key):
    (there,) = plan(administration())
    write([attempt(key(there.id, 0), text="4", value=4.0)])
    write([attempt(key(there.id, 0), text="1", value=1.0)])
    with store.reading() as connection:
        rows = connection.exec_driver_sql(
            "SELECT number, text, final FROM attempts ORDER BY number"
        ).all()
        values = connection.exec_driver_sql("SELECT value FROM responses").scalars().all()
    assert [tuple(row) for row in rows] == [(1, "4", 1), (2, "1", 0)]
    assert values == [4.0]


def test_what_is_committed_is_told_and_only_that(plan, write, key):
    (there,) = plan(administration())
    records = [attempt(key(there.id, k)) for k in range(2)]
    assert write(records) == records


def test_a_failed_write_loses_no_word_about_it(store, key):
    with (
        pytest.raises(StoreError, match="failed"),
        store.writer(999, on_commit=lambda _: None, on_trouble=print) as writer,
    ):
        writer.put(attempt(key(12345, 0)))  # an administration that is not there


def test_a_cell_is_claimed_by_one_run_until_it_dies_or_its_lease_ends(store, plan, key):
    (there,) = plan(administration())
    cells = [key(there.id, k) for k in range(2)]
    mine, other = new_owner(), new_owner()
    with store.writing() as connection:
        assert claim(connection, mine, cells, 1000.0, sent=cells[:1]) == (set(cells), {})
        assert claim(connection, other, cells, 1001.0) == (set(), {})
        late = 1000.0 + LEASE_SECONDS + 1
        assert claim(connection, other, cells, late) == (set(cells), {cells[0]: 1000.0})
    dead = mine.replace(f":{mine.split(':')[1]}:", ":999999999:")
    with store.writing() as connection:
        connection.exec_driver_sql("UPDATE claims SET owner = ?, expires_at = 1e12", (dead,))
        assert claim(connection, mine, cells, late)[0] == set(cells)


def test_a_cell_that_is_done_is_claimed_by_nobody(store, plan, write, key):
    (there,) = plan(administration())
    write([attempt(key(there.id, 0))])
    cells = [key(there.id, k) for k in range(2)]
    with store.writing() as connection:
        assert claim(connection, new_owner(), cells, 1.0)[0] == {cells[1]}
