"""A store from anyone is read, or refused in a sentence; nothing in it runs."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3

import pytest
from click.testing import CliRunner
from valuealign_cli.main import valuealign

import valuealign as va
from valuealign.administration.run.progress import Quiet
from valuealign.administration.run.reread import reread
from valuealign.errors import StoreError, ValuealignError
from valuealign.store.store import Store

CONTENTS = [
    "",
    "null",
    "[]",
    '"x"',
    "1",
    "{}",
    "[" * 50_000,
    '{"a":' * 5000,
    b"\xff\xfe\x00",
    bytes(99),
    '{"persona": [1], "sampling": 3}',
    '{"items": [], "languages": 3}',
    "x" * 2_000_000,
]
VALUES = ["x", b"\xff", -1, 1.5, 10**9, 2**62, "\x1b[31m", "=1", "x" * 100_000]
KINDS = ("instrument", "respondent", "form", "presented", "messages", "settings", "plan")
TABLES = ("administrations", "attempts", "responses", "items", "plans")


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    """A small store in one file."""
    path = tmp_path_factory.mktemp("base") / "base.db"
    va.administer("pvq-21", "sim:human", occasions=2, store=path, display=Quiet())
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.execute("PRAGMA journal_mode=DELETE")
    connection.close()
    return path


@pytest.fixture
def changed(base, tmp_path):
    """The store after some SQL of another program; None where SQLite itself refuses that."""

    def change(*statements):
        path = tmp_path / "changed.db"
        for old in tmp_path.glob("changed.db*"):
            old.unlink()
        shutil.copy(base, path)
        connection = sqlite3.connect(path)
        try:
            with connection:
                for statement in statements:
                    connection.execute(*statement)
        except (sqlite3.Error, OverflowError):
            return None
        finally:
            connection.close()
        return path

    return change


def used(path):
    """Do with a store what commands do; whether anything refused it. Only our own errors leave."""
    sentences = []
    for use in (
        lambda: va.responses(path).counts(),
        lambda: va.responses(path).wide,
        lambda: va.responses(path).instruments,
        lambda: va.score(va.responses(path)),
        lambda: _reread(path),
    ):
        try:
            use()
        except ValuealignError as error:
            sentences.append(str(error))
    assert all(0 < len(sentence) < 2000 for sentence in sentences)
    return bool(sentences)


def _reread(path):
    with Store.open(path, must_exist=True) as store:
        reread(store, dry_run=True)


@pytest.mark.parametrize(
    "code",
    [
        "CREATE TRIGGER evil AFTER INSERT ON {t} BEGIN INSERT INTO items VALUES (99, 'x', 'y');"
        " END",
        "CREATE TRIGGER evil BEFORE DELETE ON {t} BEGIN SELECT RAISE(FAIL, 'owned'); END",
        "CREATE VIEW evil AS SELECT * FROM {t}",
        "CREATE VIRTUAL TABLE evil USING fts5(a)",
    ],
)
@pytest.mark.parametrize("table", ["attempts", "contents", "responses", "plans", "administrations"])
def test_a_store_with_code_in_it_is_refused_before_it_is_used(changed, code, table):
    path = changed((code.format(t=table),))
    with pytest.raises(StoreError, match=r"holds a (trigger|view|virtual table) \('evil'\)"):
        va.responses(path)
    with pytest.raises(StoreError, match="holds a"):
        va.administer("pvq-21", "sim:human", store=path, display=Quiet())
    connection = sqlite3.connect(path)
    assert connection.execute("SELECT count(*) FROM items WHERE id = 99").fetchone() == (0,)
    connection.close()


def test_a_view_in_the_place_of_a_table_is_refused(changed):
    path = changed(
        ("ALTER TABLE responses RENAME TO hidden",),
        ("CREATE VIEW responses AS SELECT * FROM hidden",),
    )
    with pytest.raises(StoreError, match="holds a view"):
        va.responses(path)


def test_a_table_or_a_column_that_lacks_is_named(changed, base):
    connection = sqlite3.connect(base)
    tables = {
        name: [row[1] for row in connection.execute(f"PRAGMA table_info({name})")]
        for name in (*TABLES, "contents", "claims", "plan_administrations")
    }
    connection.close()
    tried = 0
    for table, columns in tables.items():
        path = changed((f"ALTER TABLE {table} RENAME TO other",))
        with pytest.raises(StoreError, match=f"no table '{table}'"):
            va.responses(path)
        for column in columns:
            path = changed((f"ALTER TABLE {table} RENAME COLUMN {column} TO other",))
            with pytest.raises(StoreError, match=f"no column '{column}' in table '{table}'"):
                va.responses(path)
            tried += 1
    assert tried > 60


@pytest.mark.parametrize("version", ["9999", "", "x" * 500, "'; DROP TABLE attempts; --"])
def test_a_version_that_is_not_known_is_refused(changed, version):
    path = changed(("UPDATE alembic_version SET version_num = ?", (version,)))
    with pytest.raises(StoreError, match="written by a newer one"):
        va.responses(path)


@pytest.mark.parametrize("kind", KINDS)
def test_any_content_of_any_kind_is_read_or_refused(changed, kind):
    refused = sum(
        used(changed(("UPDATE contents SET text = ? WHERE kind = ?", (text, kind))))
        for text in CONTENTS
    )
    if kind in ("respondent", "form", "instrument"):
        assert refused


@pytest.mark.parametrize("table", TABLES)
def test_any_value_in_any_column_is_read_or_refused(changed, base, table):
    connection = sqlite3.connect(base)
    columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
    connection.close()
    chosen = random.Random(table)
    tried = 0
    for column in columns:
        for value in chosen.sample(VALUES, 2):
            where = f"rowid IN (SELECT rowid FROM {table} LIMIT 1)"  # noqa: S608  # names of our own schema
            path = changed((f"UPDATE {table} SET {column} = ? WHERE {where}", (value,)))  # noqa: S608  # names of our own schema
            if path is not None:
                used(path)
                tried += 1
    assert tried > len(columns)


def test_a_store_that_was_cut_or_scrambled_is_read_or_refused(base, tmp_path):
    data = base.read_bytes()
    chosen = random.Random(3)
    refused = 0
    for k in range(20):
        path = tmp_path / f"cut{k}.db"
        path.write_bytes(data[: len(data) * k // 20])
        refused += used(path)
        scrambled = bytearray(data)
        for _ in range(200):
            scrambled[chosen.randrange(100, len(data))] = chosen.randrange(256)
        path = tmp_path / f"scrambled{k}.db"
        path.write_bytes(bytes(scrambled))
        refused += used(path)
    assert refused > 20


@pytest.mark.parametrize("data", [b"hello", b"SQLite format 3\x00" + bytes(84), bytes(8192)])
def test_a_file_that_is_no_store_is_refused(tmp_path, data):
    path = tmp_path / "x.db"
    path.write_bytes(data)
    with pytest.raises(StoreError):
        va.responses(path)


def test_what_is_no_file_is_refused(tmp_path):
    os.mkfifo(tmp_path / "pipe.db")
    (tmp_path / "loop.db").symlink_to(tmp_path / "loop.db")
    for name in ("pipe.db", "loop.db", ".", "none.db"):
        with pytest.raises(StoreError):
            va.responses(tmp_path / name)


def test_words_of_a_store_move_no_terminal(changed):
    path = changed(("UPDATE administrations SET form_name = ?", ("\x1b]0;owned\x07\u202e",)))
    done = CliRunner().invoke(valuealign, ["responses", "list", "--store", str(path)])
    assert done.exit_code == 0
    assert not {"\x1b", "\x07", "\u202e"} & set(done.output)
