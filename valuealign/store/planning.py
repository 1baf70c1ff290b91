"""Plans in the store: administrations and their progress.

Functions of a connection: they run as jobs of the writer, so that a run has one writer.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select

from valuealign.content import canonical
from valuealign.store.database.contents import ids_by, keep
from valuealign.store.database.engine import insert_new
from valuealign.store.database.tables import administrations, attempts, plan_administrations, plans
from valuealign.store.records import AdministrationRecord, Planned

_CHUNK = 400


def planned(
    connection: Connection, plan: int, records: Sequence[AdministrationRecord]
) -> list[Planned]:
    """Add administrations to a plan; existing ones keep their seed.

    Returns
    -------
    list of Planned
        One for each record, in their order: how far each is.
    """
    keys = [record.key for record in records]
    rows = _administration_rows(connection, keys, records)
    connection.execute(insert_new(connection, administrations), rows)
    ids = ids_by(connection, administrations, "key", keys)
    of_plan = [{"plan": plan, "administration": ids[key]} for key in dict.fromkeys(keys)]
    connection.execute(insert_new(connection, plan_administrations), of_plan)
    progress = _progress(connection, list(ids.values()))
    return [progress[ids[key]] for key in keys]


def new_plan(connection: Connection, content: Mapping[str, Any], *, seed: int, version: str) -> int:
    """Record what was asked for; returns the plan's id."""
    text = canonical(content)
    row = {
        "seed": seed,
        "created_at": time.time(),
        "version": version,
        "content": keep(connection, "plan", [text])[text],
    }
    return int(connection.execute(insert(plans).returning(plans.c.id), row).scalar_one())


def progress_of(connection: Connection, keys: Iterable[str]) -> int:
    """How many cells of these administrations are done."""
    query = (
        select(func.count())
        .select_from(administrations)
        .join(attempts, attempts.c.administration == administrations.c.id)
        .where(administrations.c.key.in_(bindparam("keys", expanding=True)), attempts.c.final)
    )
    rest = iter(keys)
    chunks = iter(lambda: list(itertools.islice(rest, _CHUNK)), [])
    return sum(connection.execute(query, {"keys": some}).scalar_one() for some in chunks)


def said(connection: Connection, administration: int) -> dict[int, str]:
    """Return the replies of an administration so far, by position."""
    query = select(attempts.c.position, attempts.c.text).where(
        attempts.c.administration == administration, attempts.c.final
    )
    return {position: text or "" for position, text in connection.execute(query)}


def _administration_rows(
    connection: Connection, keys: list[str], records: Sequence[AdministrationRecord]
) -> list[dict[str, Any]]:
    kept: dict[str, dict[str, int]] = {}
    texts: dict[str, list[str]] = {}
    for kind in ("instrument", "respondent", "form"):
        texts[kind] = _canonical_each([getattr(record, kind) for record in records])
        kept[kind] = keep(connection, kind, texts[kind])
    stimuli = _stimuli(connection, records)
    return [
        {
            "key": key,
            **{kind: kept[kind][texts[kind][k]] for kind in kept},
            **{name: getattr(record, name) for name in _COLUMNS},
            "stimulus": stimuli[k],
        }
        for k, (key, record) in enumerate(zip(keys, records, strict=True))
    ]


def _stimuli(connection: Connection, records: Sequence[AdministrationRecord]) -> list[int | None]:
    """The id of the stimulus of each record; None where it is about none."""
    some = [record.stimulus for record in records if record.stimulus is not None]
    texts = _canonical_each(some)
    ids = keep(connection, "stimulus", texts)
    found = iter([ids[text] for text in texts])
    return [None if record.stimulus is None else next(found) for record in records]


def _canonical_each(parts: Sequence[Mapping[str, Any]]) -> list[str]:
    """Canonical JSON of each; an object that comes again is not serialised again."""
    known: dict[int, str] = {}
    for part in parts:
        if id(part) not in known:
            known[id(part)] = canonical(part)
    return [known[id(part)] for part in parts]


_COLUMNS = (
    "instrument_id",
    "instrument_hash",
    "wording_hash",
    "respondent_id",
    "form_id",
    "form_name",
    "occasion",
    "elicitation",
    "seed",
    "n_cells",
)


def _progress(connection: Connection, ids: list[int]) -> dict[int, Planned]:
    seeds: dict[int, int] = {}
    done: dict[int, set[int]] = {id_: set() for id_ in ids}
    attempts_of: dict[int, dict[int, int]] = {id_: {} for id_ in ids}
    for start in range(0, len(ids), _CHUNK):
        some = ids[start : start + _CHUNK]
        seeds.update(
            (id_, seed)
            for id_, seed in connection.execute(
                select(administrations.c.id, administrations.c.seed).where(
                    administrations.c.id.in_(some)
                )
            )
        )
        query = select(
            attempts.c.administration, attempts.c.position, attempts.c.number, attempts.c.final
        ).where(attempts.c.administration.in_(some))
        for administration, position, number, final in connection.execute(query):
            if final:
                done[administration].add(position)
            before = attempts_of[administration].get(position, 0)
            attempts_of[administration][position] = max(before, number)
    return {
        id_: Planned(
            id_,
            seeds[id_],
            frozenset(done[id_]),
            {p: n for p, n in attempts_of[id_].items() if p not in done[id_]},
        )
        for id_ in ids
    }
