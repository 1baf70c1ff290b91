"""The run of a plan; the only module that uses both the network and the store.

Cells flow through: planned lazily, claimed in the store, marked as sent on disk, asked, and
handed to the writer. A worker is free as soon as its reply is queued for the writer; a cell is
done, and counted, once it is committed.
"""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from valuealign.administration.endpoint.model_change import Served
from valuealign.administration.plan.plan import Administration, Plan
from valuealign.administration.render.render import Exchanged
from valuealign.administration.reply.reply import Reply, is_filtered
from valuealign.administration.run.asker import Stopped
from valuealign.administration.run.cell_asker import CellAsker
from valuealign.administration.run.plan_records import administration_record
from valuealign.administration.run.progress import Display, Progress
from valuealign.administration.run.retry import Circuit, NoLogprobs
from valuealign.errors import CircuitOpen
from valuealign.store.database.contents import storable
from valuealign.store.planning import planned, progress_of, said
from valuealign.store.records import AttemptRecord, CellKey, Planned
from valuealign.store.store import Store
from valuealign.store.work_claims import claim, mark_sent, new_owner, release, renew
from valuealign.store.writer import Writer

OnChange = Literal["stop", "continue", "strict"]
_CELLS_AT_ONCE = 512
_RENEW_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """The end of a run.

    Parameters
    ----------
    plan : int
        The plan's id in the store.
    progress : Progress
    stopped : str, optional
        Why it ended before everything was asked; ``None`` where it went through.
    error : Exception, optional
        What stopped it, where that was no wish of the user's.
    """

    plan: int
    progress: Progress
    stopped: str | None = None
    error: Exception | None = None

    @property
    def complete(self) -> bool:
        """Whether every cell of the plan is done."""
        return self.progress.before + self.progress.done >= self.progress.total


@dataclass(frozen=True, slots=True)
class _Unit:
    """The work of one worker at a time: a cell, or the rest of a growing conversation."""

    administration: Administration
    planned: Planned
    positions: tuple[int, ...]

    @property
    def cells(self) -> list[CellKey]:
        """Its cells in the store."""
        return [CellKey(self.planned.id, position) for position in self.positions]


class Run:
    """One run of a plan.

    Parameters
    ----------
    plan : Plan
    store : Store
    askers : mapping of str to CellAsker
        By respondent id.
    stopping : asyncio.Event
        Set it to end the run: what is in flight is finished and saved.
    concurrency : int
        Requests in flight at once.
    on_change : {"stop", "continue", "strict"}
        What to do when what answers changes in mid-plan; "strict" also stops at another
        fingerprint of the same model.
    display : Display
    version : str
        The package version, recorded with the plan.
    """

    def __init__(
        self,
        plan: Plan,
        store: Store,
        askers: Mapping[str, CellAsker],
        *,
        stopping: asyncio.Event,
        concurrency: int,
        on_change: OnChange,
        display: Display,
        version: str,
    ) -> None:
        self.plan = plan
        self.store = store
        known = all(asker.budget.known for asker in askers.values())
        self.progress = Progress(plan.n_cells, cost_known=known)
        self._askers = askers
        self._stopping = stopping
        self._concurrency = concurrency
        self._display = display
        self._version = version
        self._owner = new_owner()
        self._circuit = Circuit()
        self._no_logprobs: dict[str, NoLogprobs] = {}
        self._served = Served(on_change, display.say)
        self._error: Exception | None = None
        self._ready: asyncio.Queue[_Unit | None] = asyncio.Queue()
        self._elsewhere = 0

    async def run(self) -> Outcome:
        """Send the requests that are not done yet.

        Returns
        -------
        Outcome
            Also where the run was stopped: everything that was answered is in the store.

        Raises
        ------
        StoreError
            The store cannot be written; what could not be saved is said.
        ServedModelChanged
            The instrument changed since the store was begun, and nothing was asked.
        """
        self._check_instrument()
        self._served.remember(self.store.last_served([r.id for r in self.plan.respondents]))
        plan_id = self.store.new_plan(
            self.plan.content(), seed=self.plan.seed, version=self._version
        )
        loop = asyncio.get_running_loop()
        writer = self.store.writer(
            plan_id,
            on_commit=lambda records: loop.call_soon_threadsafe(self._committed, records),
            on_trouble=lambda text: loop.call_soon_threadsafe(self._display.say, text),
        )
        self._plan_id, self._writer = plan_id, writer
        with writer:
            try:
                await self._through()
            finally:
                await self._end(writer)
        if writer.failure:
            raise writer.failure
        return self._outcome(plan_id)

    async def _through(self) -> None:
        self.progress.before = await self._count_done()
        self._say_where()
        feeder = asyncio.create_task(self._feed())
        watch = asyncio.create_task(self._watch())
        workers = [asyncio.create_task(self._work()) for _ in range(self._concurrency)]
        try:
            await asyncio.gather(feeder, *workers)
        finally:
            for task in (feeder, watch, *workers):
                task.cancel()
            await asyncio.gather(feeder, watch, *workers, return_exceptions=True)

    async def _end(self, writer: Writer) -> None:
        """Write the remaining attempts and release the claims, without blocking the loop."""
        if writer.failure is None:
            future = writer.submit(lambda connection: release(connection, self._owner))
            await asyncio.shield(asyncio.wrap_future(future))
        self._display.clear()

    def _outcome(self, plan_id: int) -> Outcome:
        stopped = str(self._error) if self._error else None
        if stopped is None and self._stopping.is_set():
            stopped = "stopped by the user"
        return Outcome(plan_id, self.progress, stopped, self._error)

    # -- what is planned ---------------------------------------------------------------

    def _check_instrument(self) -> None:
        instrument = self.plan.instrument
        others = self.store.other_versions(
            instrument.id, instrument.hash, [r.id for r in self.plan.respondents]
        )
        if others:
            self._served.changed(
                f"the store holds {others} administrations of {instrument.id} to these "
                "respondents in another version of the instrument file"
            )

    async def _count_done(self) -> int:
        done = 0
        for chunk in self._chunks(self.plan.administrations()):
            keys = [administration_record(administration).key for administration in chunk]
            done += await self._job(lambda connection, keys=keys: progress_of(connection, keys))
        return done

    def _say_where(self) -> None:
        to_ask = self.progress.total - self.progress.before
        done = f"{self.progress.before:,} done, " if self.progress.before else ""
        self._display.say(f"{done}{to_ask:,} to ask")

    def _chunks(self, administrations: Iterable[Administration]) -> Iterator[list[Administration]]:
        size = max(1, _CELLS_AT_ONCE // len(self.plan.instrument.items))
        rest = iter(administrations)
        while chunk := list(itertools.islice(rest, size)):
            yield chunk

    async def _feed(self) -> None:
        """Plan, claim and mark cells a little ahead of the workers."""
        try:
            waiting = self.plan.administrations()
            while held := await self._fed(waiting):
                if self._stopping.is_set():
                    break
                if not self._elsewhere:
                    self._display.say("the rest is being asked by another process; waiting for it")
                self._elsewhere += 1
                await asyncio.sleep(min(5.0, 0.25 * self._elsewhere))
                waiting = iter(held)
            if self._elsewhere:  # what another process did meanwhile counts as done before
                self.progress.before = await self._count_done() - self.progress.done
        except Exception as error:  # noqa: BLE001  # whatever it is ends the run, and is raised
            self._stop(error)
        for _ in range(self._concurrency):
            self._ready.put_nowait(None)

    async def _fed(self, administrations: Iterable[Administration]) -> list[Administration]:
        """Feed administrations; returns those of which another process holds cells."""
        held: dict[int, Administration] = {}
        for chunk in self._chunks(administrations):
            records = [administration_record(each) for each in chunk]
            where = await self._job(lambda c, r=records: planned(c, self._plan_id, r))
            units = [
                unit
                for each, there in zip(chunk, where, strict=True)
                # The stored seed holds: a resumed administration keeps its order of items.
                for unit in _units(replace(each, seed=there.seed), there)
            ]
            for batch in _batches(units, self._concurrency):
                while self._ready.qsize() >= self._concurrency:
                    await asyncio.sleep(0.005)
                if self._stopping.is_set():
                    return []
                elsewhere = await self._hand_out(batch)
                held |= {unit.planned.id: unit.administration for unit in elsewhere}
        return list(held.values())

    async def _hand_out(self, units: Sequence[_Unit]) -> list[_Unit]:
        """Claim units, with the mark that they are sent, and hand them to the workers.

        Returns
        -------
        list of _Unit
            Those that another process holds, or has done meanwhile.
        """
        cells = [cell for unit in units for cell in unit.cells]
        first = {unit.cells[0] for unit in units}
        mine, paid = await self._job(
            lambda c: claim(c, self._owner, cells, time.time(), sent=first)
        )
        self._say_paid(len(paid))
        elsewhere = []
        for unit in units:
            if mine.issuperset(unit.cells):
                self._ready.put_nowait(unit)
            else:
                elsewhere.append(unit)
        return elsewhere

    def _say_paid(self, n: int) -> None:
        if n:
            self.progress.maybe_paid += n
            self._display.say(
                f"{n} requests were in flight when an earlier run died; they may have been paid "
                "and are asked again"
            )

    # -- what is asked -----------------------------------------------------------------

    async def _work(self) -> None:
        while (unit := await self._ready.get()) is not None:
            if self._stopping.is_set():
                continue
            try:
                self.progress.in_flight += 1
                await self._ask(unit)
            except Stopped:
                pass
            except Exception as error:  # noqa: BLE001  # whatever it is ends the run, and is raised
                self._stop(error)
            finally:
                self.progress.in_flight -= 1

    async def _ask(self, unit: _Unit) -> None:
        administration = unit.administration
        asker = self._askers[administration.respondent.id]
        growing = administration.form.context == "growing"
        history = await self._history(unit) if growing else []
        for place, position in enumerate(unit.positions):
            key = CellKey(unit.planned.id, position)
            if place:
                if self._stopping.is_set():
                    return
                await self._job(lambda c, key=key: mark_sent(c, [key], time.time()))
            cell = administration.cell(position)
            before = unit.planned.attempts.get(position, 0)
            reply = await asker.ask(cell, key, self._put, attempts_before=before, history=history)
            self._judge(administration, reply)
            if growing and reply.text is None:
                return  # the conversation cannot go on without this reply
            # As it is when the conversation is taken up again from the store.
            history = [*history, (cell.item_ids[0], storable(reply.text) or "")]

    def _judge(self, administration: Administration, reply: Reply) -> None:
        if reply.status == "ok" or is_filtered(reply):
            self._circuit.answered()
            self._served.check(administration.respondent, reply)
            if why := self._without_logprobs(administration, reply):
                raise CircuitOpen(why)
        elif why := self._circuit.gave_up(reply):
            raise CircuitOpen(why)

    def _without_logprobs(self, administration: Administration, reply: Reply) -> str | None:
        if not administration.way.scored or reply.refusal is not None:
            return None
        model = administration.respondent.model
        return self._no_logprobs.setdefault(model, NoLogprobs()).seen(bool(reply.logprobs))

    async def _history(self, unit: _Unit) -> list[Exchanged]:
        """What was said before in a growing conversation that is taken up again."""
        if not unit.planned.done:
            return []
        texts = await self._job(lambda c: said(c, unit.planned.id))
        return [
            (unit.administration.cell(position).item_ids[0], text)
            for position, text in sorted(texts.items())
        ]

    async def _put(self, record: AttemptRecord) -> None:
        while self._writer.waiting > 2000:
            await asyncio.sleep(0.01)
        self._writer.put(record)

    # -- what is saved -----------------------------------------------------------------

    async def _job(self, job: Any) -> Any:
        return await asyncio.wrap_future(self._writer.submit(job))

    def _committed(self, records: Sequence[AttemptRecord]) -> None:
        if self._writer.failure:
            self._stop(self._writer.failure)
        for record in records:
            if record.cost:
                self.progress.cost += record.cost
            if record.final or record.items:
                outcomes = [item.outcome for item in record.items]
                self.progress.committed(outcomes, final=record.final)

    async def _watch(self) -> None:
        """Show progress, and keep this run's claims from expiring."""
        renewed = time.monotonic()
        while True:
            await asyncio.sleep(0.5)
            self.progress.waiting = max(asker.pace.waiting for asker in self._askers.values())
            self._display.show(self.progress)
            if time.monotonic() - renewed > _RENEW_SECONDS:
                renewed = time.monotonic()
                await self._job(lambda c: renew(c, self._owner, time.time()))

    def _stop(self, error: Exception) -> None:
        if self._error is None:
            self._error = error
        self._stopping.set()


def _units(administration: Administration, there: Planned) -> list[_Unit]:
    left = tuple(
        position for position in range(administration.n_cells) if position not in there.done
    )
    if administration.form.context != "growing":
        return [_Unit(administration, there, (position,)) for position in left]
    return [_Unit(administration, there, left)] if left else []


def _batches(units: Sequence[_Unit], size: int) -> Iterator[Sequence[_Unit]]:
    return (units[start : start + size] for start in range(0, len(units), size))
