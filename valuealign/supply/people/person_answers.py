"""Writing of what people gave: new answers, changed ones, and those that are there already."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

from sqlalchemy import Connection

from valuealign.administration.plan.plan import Administration
from valuealign.administration.render import presented_json
from valuealign.content import canonical
from valuealign.store.attempts import AttemptWriter
from valuealign.store.changed_answers import final_bodies, final_texts, make_room
from valuealign.store.planning import planned
from valuealign.store.records import AttemptRecord, CellKey
from valuealign.supply.people.given_answer import Given, Read
from valuealign.supply.people.questionnaire import person_record
from valuealign.supply.people.shown import shown


@dataclass(frozen=True, slots=True)
class GivenCell:
    """One item of one administration, with what a person gave for it.

    Parameters
    ----------
    administration : Administration
    item_id : str
    given : Given
        As it came.
    read : Read
        As it is stored.
    """

    administration: Administration
    item_id: str
    given: Given
    read: Read

    @property
    def position(self) -> int:
        """The place of the item in this administration."""
        return self.administration.item_ids.index(self.item_id)

    def record(self, key: CellKey, medium: str, milliseconds: float) -> AttemptRecord:
        """The answer as the store keeps it: what was shown, and what was given."""
        administration = self.administration
        presented = administration.presented(self.item_id)
        return AttemptRecord(
            cell=key,
            number=1,
            instrument_id=administration.instrument.id,
            messages=canonical([{"role": "form", "content": shown(administration, self.item_id)}]),
            settings=canonical({"path": medium}),
            presented=presented_json.to_json({self.item_id: presented}),
            status="ok",
            http_status=None,
            body=canonical(asdict(self.given)).encode(),
            text=self.read.text,
            final=True,
            items=(self.read.record,),
            sent_at=time.time(),
            latency_ms=milliseconds,
        )


def given_before(
    connection: Connection, administrations: Sequence[Administration]
) -> dict[tuple[int, str], Given]:
    """What was given so far, by the place of the administration and the item.

    Parameters
    ----------
    connection : Connection
    administrations : sequence of Administration
    """
    keys = {person_record(each).key: k for k, each in enumerate(administrations)}
    given: dict[tuple[int, str], Given] = {}
    for key, position, body in final_bodies(connection, list(keys)):
        k = keys[key]
        given[k, administrations[k].item_ids[position]] = Given(**json.loads(body))
    return given


@dataclass(frozen=True, slots=True)
class Written:
    """What became of some answers.

    Parameters
    ----------
    n_new, n_changed, n_same : int
    conflicts : tuple of (GivenCell, str)
        Answers that differ from those in the store, with the latter; nothing was written then.
    """

    n_new: int = 0
    n_changed: int = 0
    n_same: int = 0
    conflicts: tuple[tuple[GivenCell, str], ...] = ()


def write_given(
    connection: Connection,
    plan: int,
    cells: Sequence[GivenCell],
    *,
    medium: str,
    replacing: bool,
    milliseconds: float = 0.0,
) -> Written:
    """Write answers of people, all or none.

    Parameters
    ----------
    connection : Connection
        In a transaction that holds the write lock.
    plan : int
    cells : sequence of GivenCell
    medium : str
        "web form" or "sheet".
    replacing : bool
        Whether an answer may take the place of another one.
    milliseconds : float
        How long the answer took, where that is measured.
    """
    administrations = list({id(c.administration): c.administration for c in cells}.values())
    records = [person_record(each) for each in administrations]
    where = planned(connection, plan, records)
    ids = {id(a): there.id for a, there in zip(administrations, where, strict=True)}
    keyed = [(CellKey(ids[id(c.administration)], c.position), c) for c in cells]
    before = final_texts(connection, ids.values())
    new = [(key, cell) for key, cell in keyed if key not in before]
    other = [(k, c) for k, c in keyed if k in before and before[k] != c.read.text]
    n_same = len(keyed) - len(new) - len(other)
    if other and not replacing:
        return Written(conflicts=tuple((cell, before[key]) for key, cell in other))
    numbers = make_room(connection, [key for key, _ in other])
    rows = [
        replace(cell.record(key, medium, milliseconds), number=numbers.get(key, 1))
        for key, cell in [*new, *other]
    ]
    if rows:
        AttemptWriter(plan).write(connection, rows)
    return Written(len(new), len(other), n_same)
