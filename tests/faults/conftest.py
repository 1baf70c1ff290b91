"""Faults are met by the whole tool, over real connections; waits are short."""

from __future__ import annotations

import contextlib
import signal
import sqlite3

import faulty_server
import pytest
import raw_server

from valuealign.administration.run import retry
from valuealign.administration.run.progress import Quiet
from valuealign.supply.administer import Conditions, carry_out
from valuealign.supply.preparation import prepare


@pytest.fixture(autouse=True)
def _short_waits(monkeypatch):
    """A test that waits as long as a user would proves nothing more."""
    monkeypatch.setattr(retry, "backoff", lambda _number: 0.01)


@pytest.fixture(autouse=True)
def _signals_are_heeded():
    """A command started by a test heeds signals, also where the tests run under nohup."""
    numbers = [n for n in (signal.SIGINT, getattr(signal, "SIGHUP", None)) if n is not None]
    before = {number: signal.getsignal(number) for number in numbers}
    for number, handler in before.items():
        if handler is signal.SIG_IGN:
            signal.signal(number, signal.SIG_DFL)
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture
def served():
    """Start a faulty server: ``served(["reset", ("status", 500)])``."""
    with contextlib.ExitStack() as stack:
        yield lambda script=(), **options: stack.enter_context(
            faulty_server.serving(faulty_server.FaultyServer(script, **options))
        )


@pytest.fixture
def raw():
    """Start a raw server."""
    with contextlib.ExitStack() as stack:
        yield lambda script=(), **options: stack.enter_context(
            raw_server.serving(raw_server.RawServer(script, **options))
        )


class Given:
    """One run and what it left behind."""

    def __init__(self, outcome, said, store):
        self.outcome = outcome
        self.said = "\n".join(said)
        self.store = store

    def rows(self, query, *values):
        """Rows of the store, by plain SQLite: any client can read it."""
        connection = sqlite3.connect(self.store)
        try:
            return connection.execute(query, values).fetchall()
        finally:
            connection.close()

    @property
    def attempts(self):
        """Status of every attempt, in order."""
        return [row[0] for row in self.rows("SELECT status FROM attempts ORDER BY sent_at")]

    @property
    def outcomes(self):
        """Outcome of every response."""
        return [row[0] for row in self.rows("SELECT outcome FROM responses ORDER BY item")]


@pytest.fixture
def administer(moods, tmp_path):
    """Put the six moods to a server; the same store each time."""
    store = tmp_path / "study.db"

    def run(server, *, instrument=None, **options):
        said = []
        names = ("concurrency", "budget", "prices", "on_change", "rpm", "api")
        conditions = {k: options.pop(k) for k in names if k in options}
        prepared = prepare(
            instrument or moods,
            options.pop("model", "m"),
            base_url=server.base_url,
            store=options.pop("store", store),
            **options,
        )
        outcome = carry_out(
            prepared, Conditions(**{"concurrency": 1, **conditions}), display=Quiet(said.append)
        )
        return Given(outcome, said, store)

    return run
