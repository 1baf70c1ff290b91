"""A filter reaches the database: what is not wanted is not read."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import event

import valuealign as va
from valuealign.store.database import engine as opening

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """Two instruments and two models."""
    path = tmp_path_factory.mktemp("selection") / "s.db"
    va.administer("pvq-21", ["sim:yes", "sim:human"], store=path)
    va.administer("pvq-40", "sim:yes", store=path)
    return path


@pytest.fixture
def fetched(monkeypatch):
    """How many rows of responses and attempts were fetched."""
    rows: list[int] = []
    original = opening.open_engine

    def counting(where, **options):
        engine = original(where, **options)

        @event.listens_for(engine, "after_cursor_execute")
        def _count(connection, cursor, statement, parameters, context, executemany):
            if statement.lstrip().upper().startswith("SELECT"):
                table = "responses" if "FROM responses" in statement else "attempts"
                if f"FROM {table}" in statement and "count(" not in statement:
                    narrowed = "WHERE" in statement
                    rows.append(narrowed)

        return engine

    monkeypatch.setattr(opening, "open_engine", counting)
    return rows


@pytest.mark.parametrize(
    ("options", "n"),
    [
        ({}, 82),
        ({"model": "sim:yes"}, 61),
        ({"instrument": "pvq-40"}, 40),
        ({"plan": 1}, 42),
        ({"plan": 1, "model": ["sim:human"]}, 21),
        ({"model": "nobody"}, 0),
    ],
)
def test_what_is_read_is_what_was_asked_for(store, fetched, options, n):
    given = va.responses(store, **options)
    assert len(given.long) == n
    assert int(given.wide[[c for c in given.wide if "pvq" in str(c)]].notna().to_numpy().sum()) == n
    assert fetched
    assert all(narrowed == bool(options) for narrowed in fetched)


def test_instruments_are_those_of_the_selection(store):
    assert list(va.responses(store).instruments) == ["pvq-21", "pvq-40"]
    assert list(va.responses(store, model="sim:human").instruments) == ["pvq-21"]


def test_only_the_engine_knows_which_database_it_is():
    files = (ROOT / "valuealign").rglob("*.py")
    knowing = {
        p.name
        for p in files
        if "migrations" not in p.parts
        and any(word in p.read_text(encoding="utf-8") for word in ("sqlite", "postgresql"))
        and ".dialect" in p.read_text(encoding="utf-8")
    }
    assert knowing <= {"engine.py", "bulk.py"}
