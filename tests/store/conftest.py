"""A store with a few administrations, written as a run writes them."""

from __future__ import annotations

import pytest

from valuealign.store.planning import planned
from valuealign.store.records import CellKey
from valuealign.store.store import Store


@pytest.fixture
def store(tmp_path):
    """A new store."""
    with Store.open(tmp_path / "study.db") as opened:
        yield opened


@pytest.fixture
def write(store):
    """Write attempts through the writer thread."""

    def written(records, plan=None):
        plan = plan or store.new_plan({"x": 1}, seed=0, version="0")
        committed = []
        with store.writer(plan, on_commit=committed.extend, on_trouble=print) as writer:
            for record in records:
                writer.put(record)
        return committed

    return written


@pytest.fixture
def plan(store):
    """Put administrations into a plan."""

    def made(*records):
        id_ = store.new_plan({"x": 1}, seed=0, version="0")
        with store.writing() as connection:
            return planned(connection, id_, records)

    return made


@pytest.fixture
def key():
    """A cell's key."""
    return CellKey
