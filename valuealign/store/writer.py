"""The writer: one thread and one connection that commit attempts in groups.

A commit with synchronous=FULL waits for the disk. Many replies share one: what arrives within
about 20 ms is written together, and callers that wait are notified once it is on disk.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from valuealign.errors import StoreError
from valuealign.store.attempts import AttemptWriter
from valuealign.store.database.engine import is_locked, sentence, writing
from valuealign.store.records import AttemptRecord

GROUP_SECONDS = 0.02
QUEUE_SIZE = 4096
PATIENCE_SECONDS = 120.0
"""How long a locked database is waited for before the run gives up."""

Job = Callable[[Connection], Any]


@dataclass(slots=True)
class _Work:
    future: Future[Any]
    job: Job


class Writer:
    """Writes attempts and jobs in groups.

    Parameters
    ----------
    engine : Engine
    plan : int
        The plan its attempts belong to.
    on_commit : callable
        Called in the writer's thread with the attempts of each committed group.
    on_trouble : callable
        Called with one sentence when the database is locked and the writer waits.

    Notes
    -----
    Use as a context manager: leaving it writes everything that was put in, then ends.
    """

    def __init__(
        self,
        engine: Engine,
        plan: int,
        *,
        on_commit: Callable[[Sequence[AttemptRecord]], object] = lambda _: None,
        on_trouble: Callable[[str], object] = lambda _: None,
    ) -> None:
        self._engine = engine
        self._attempts = AttemptWriter(plan)
        self._on_commit = on_commit
        self._on_trouble = on_trouble
        self._queue: queue.Queue[AttemptRecord | _Work | None] = queue.Queue(QUEUE_SIZE)
        self._thread = threading.Thread(target=self._run, name="valuealign-writer", daemon=True)
        self._hurry = threading.Event()
        self.failure: StoreError | None = None

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._queue.put(None)
        self._thread.join()
        if self.failure and error is None:
            raise self.failure

    def put(self, record: AttemptRecord) -> None:
        """Hand over an attempt; blocks only while the queue is full.

        Raises
        ------
        StoreError
            The store failed; nothing more can be written.
        """
        self._check()
        self._queue.put(record)

    def submit(self, job: Job) -> Future[Any]:
        """Run a job on the writer's connection; its future ends after the commit."""
        self._check()
        work = _Work(Future(), job)
        self._queue.put(work)
        self._hurry.set()
        return work.future

    @property
    def waiting(self) -> int:
        """About how many attempts and jobs have not been committed."""
        return self._queue.qsize()

    def _check(self) -> None:
        if self.failure:
            raise self.failure

    def _run(self) -> None:
        open_ = True
        while open_:
            group, open_ = self._group()
            if group:
                self._commit(group)

    def _group(self) -> tuple[list[AttemptRecord | _Work], bool]:
        """What came in, gathered for at most 20 ms after the first."""
        first = self._queue.get()
        if first is None:
            return [], False
        group = [first]
        # Sleeping gathers at no cost; taking each as it comes would wake the thread for each.
        # The submitter of a job waits for it, so a job ends the gathering.
        self._hurry.wait(GROUP_SECONDS)
        self._hurry.clear()
        while len(group) < QUEUE_SIZE:
            try:
                more = self._queue.get_nowait()
            except queue.Empty:
                break
            if more is None:
                return group, False
            group.append(more)
        return group, True

    def _commit(self, group: list[AttemptRecord | _Work]) -> None:
        records = [each for each in group if isinstance(each, AttemptRecord)]
        works = [each for each in group if isinstance(each, _Work)]
        if self.failure is None:
            try:
                results = self._written(records, works)
            except (SQLAlchemyError, OSError) as error:
                self.failure = StoreError(sentence(self._engine.url.render_as_string(), error))
                self.failure.__cause__ = error
        if self.failure is not None:
            for work in works:
                work.future.set_exception(self.failure)
            self._on_commit(())
            return
        if records:
            self._on_commit(records)
        for work, result in zip(works, results, strict=True):
            work.future.set_result(result)

    def _written(self, records: list[AttemptRecord], works: list[_Work]) -> list[Any]:
        """One transaction; a locked database is waited for, with what is to be written kept."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                with writing(self._engine) as connection:
                    if records:
                        self._attempts.write(connection, records)
                    return [work.job(connection) for work in works]
            except SQLAlchemyError as error:
                self._attempts.forget()
                if not is_locked(error) or time.monotonic() > deadline:
                    raise
                self._on_trouble(
                    "the store is locked by another program; waiting for it, nothing is lost"
                )
