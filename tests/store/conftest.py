"""A store with a few administrations, written as a run writes them."""

from __future__ import annotations

import time

import pytest

from valuealign.store.planning import planned
from valuealign.store.records import AdministrationRecord, AttemptRecord, CellKey, ItemRecord
from valuealign.store.store import Store

SNAPSHOT = {"id": "moods", "wording": {"kind": "own", "notice": "our own sentences"}}


def administration(who="r1", occasion=1, form="published", **changes):
    """An administration of two items."""
    person = {"id": who, "text": "You are.", "attributes": {"sex": "f"}}
    values = {
        "instrument": SNAPSHOT,
        "instrument_id": "moods",
        "instrument_hash": "h1",
        "wording_hash": "w1",
        "respondent": {"model": "gpt-4o", "base_url": "http://h/v1", "persona": person},
        "respondent_id": who,
        "form": {"order": "published", "direction": "published"},
        "form_id": form,
        "form_name": form,
        "occasion": occasion,
        "elicitation": "choice",
        "seed": 7,
        "n_cells": 2,
    }
    return AdministrationRecord(**{**values, **changes})


def attempt(key, number=1, *, value=4.0, text="4", final=True, **changes):
    """An attempt at one cell, with one response."""
    item = ItemRecord(f"m{key.position + 1}", "answer", value, "digit")
    values = {
        "cell": key,
        "number": number,
        "instrument_id": "moods",
        "messages": f'[{{"role":"user","content":"item {key.position}"}}]',
        "settings": '{"model":"gpt-4o"}',
        "presented": "{}",
        "status": "ok",
        "http_status": 200,
        "body": b"{}",
        "text": text,
        "final": final,
        "items": (item,) if final else (),
        "sent_at": time.time(),
        "latency_ms": 5.0,
        "model_returned": "gpt-4o-2026",
    }
    return AttemptRecord(**{**values, **changes})


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
