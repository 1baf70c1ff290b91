"""Origins of stimuli that are replies, and the stimuli that a plan has.

Functions of a connection, as those of :mod:`valuealign.store.planning`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple

from sqlalchemy import Connection, func, inspect, select

from valuealign.store.database.contents import content_hash, keep, loaded
from valuealign.store.database.engine import insert_new
from valuealign.store.database.tables import (
    attempts,
    contents,
    origins,
    plan_administrations,
    plans,
)

_CHUNK = 5000


class Origin(NamedTuple):
    """A response that a stimulus was made of."""

    stimulus: str
    """Hash of the stimulus' content."""
    part: int
    """0; of a pair, which of the two."""
    administration: str
    """The administration's key."""
    item_id: str


def keep_origins(connection: Connection, rows: Iterable[Origin]) -> None:
    """Record origins; those that are there already stay."""
    names = [column.name for column in origins.columns]
    listed = iter(rows)
    while chunk := [dict(zip(names, row, strict=True)) for row in islice(listed, _CHUNK)]:
        connection.execute(insert_new(connection, origins), chunk)


def read_origins(connection: Connection) -> list[Origin]:
    """Every origin of a store; an older store has none."""
    if not inspect(connection).has_table(origins.name):
        return []
    return [Origin(*row) for row in connection.execute(select(*origins.columns))]


def keep_manifest(connection: Connection, hashes: Sequence[str]) -> None:
    """Record which stimuli a plan has, in the order of the plan."""
    keep(connection, "manifest", [_manifest(hashes)])


def manifest_id(hashes: Sequence[str]) -> str:
    """The id by which a plan names its list of stimuli."""
    return content_hash("manifest", _manifest(hashes))


def read_manifest(connection: Connection, name: str) -> list[str] | None:
    """The stimuli of a plan, by the id of the list."""
    query = select(contents.c.text).where(contents.c.hash == name, contents.c.kind == "manifest")
    text = connection.execute(query).scalar()
    return None if text is None else list(json.loads(text))


def earlier_plans(connection: Connection) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """The id of each plan of a store and what it asked for, newest first."""
    query = (
        select(plans.c.id, contents.c.text)
        .join(contents, contents.c.id == plans.c.content)
        .order_by(plans.c.id.desc())
    )
    for plan, text in connection.execute(query).all():
        yield plan, loaded(text)


def n_done(connection: Connection, plan: int) -> int:
    """How many requests of a plan are done."""
    query = (
        select(func.count())
        .select_from(plan_administrations)
        .join(attempts, attempts.c.administration == plan_administrations.c.administration)
        .where(plan_administrations.c.plan == plan, attempts.c.final)
    )
    return connection.execute(query).scalar_one()


def _manifest(hashes: Sequence[str]) -> str:
    return json.dumps(list(hashes), separators=(",", ":"))
