"""Writing of attempts: raw reply, reading and release of the claim, in one commit."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Integer, bindparam, cast, delete, func, insert, select
from sqlalchemy.exc import IntegrityError

from valuealign.store.database.bulk import Bulk
from valuealign.store.database.contents import content_hash, keep, storable
from valuealign.store.database.engine import insert_new
from valuealign.store.database.kept_pictures import keep_pictures
from valuealign.store.database.tables import SAID_BY_ENDPOINT, attempts, claims, items, responses
from valuealign.store.records import AttemptRecord, ItemRecord

_KEPT_IN_MEMORY = 20_000
_MADE_HERE = {"administration", "position", "messages", "settings", "presented", "plan", "extra"}
_TEXTS = ("text", *SAID_BY_ENDPOINT)
_PLAIN = tuple({*attempts.c.keys()} - {*_TEXTS} - _MADE_HERE)
"""Columns that hold a field of the record as it is."""


class AttemptWriter:
    """Writes attempts on one connection; remembers the ids of texts and items it has seen."""

    def __init__(self, plan: int) -> None:
        self.plan = plan
        self._contents: dict[str, int] = {}
        self._pictures: set[str] = set()
        self._items: dict[tuple[str, str], int] = {}

    def write(self, connection: Connection, records: Sequence[AttemptRecord]) -> None:
        """Write a group of attempts, all or none.

        A cell that another process finished meanwhile keeps that process's attempt as the
        final one; the reply here is kept as well, for it may have been paid.
        """
        self._keep_pictures(connection, records)
        rows = self._rows(connection, records)
        try:
            with connection.begin_nested():
                _ATTEMPTS(connection, rows)
        except IntegrityError:
            records = [self._write_beside(connection, *pair) for pair in zip(records, rows)]  # noqa: B905
        self._write_responses(connection, records)
        done = [_cell(record) for record in records if record.final or record.items]
        _RELEASE(connection, done)

    def forget(self) -> None:
        """Drop cached ids: after a rollback they may not be in the store."""
        self._contents.clear()
        self._pictures.clear()
        self._items.clear()

    def _rows(
        self, connection: Connection, records: Sequence[AttemptRecord]
    ) -> list[dict[str, Any]]:
        ids = {
            kind: self._content_ids(connection, kind, [getattr(record, kind) for record in records])
            for kind in ("messages", "settings", "presented")
        }
        return [
            {
                **_cell(record),
                **{name: getattr(record, name) for name in _PLAIN},
                **{name: storable(getattr(record, name)) for name in _TEXTS},
                **{kind: ids[kind][k] for kind in ids},
                "plan": self.plan,
                "extra": json.dumps(dict(record.extra)) if record.extra else None,
            }
            for k, record in enumerate(records)
        ]

    def _keep_pictures(self, connection: Connection, records: Sequence[AttemptRecord]) -> None:
        shown = {sha256: url for record in records for sha256, url in record.pictures}
        new = {sha256: url for sha256, url in shown.items() if sha256 not in self._pictures}
        if new:
            keep_pictures(connection, new)
            self._pictures |= new.keys()

    def _content_ids(self, connection: Connection, kind: str, texts: list[str]) -> list[int]:
        hashes = [content_hash(kind, text) for text in texts]
        new = {h: text for h, text in zip(hashes, texts, strict=True) if h not in self._contents}
        if new:
            if len(self._contents) > _KEPT_IN_MEMORY:
                self._contents = {h: self._contents[h] for h in hashes if h in self._contents}
            ids = keep(connection, kind, new.values())
            self._contents.update((h, ids[text]) for h, text in new.items())
        return [self._contents[h] for h in hashes]

    def _write_beside(
        self, connection: Connection, record: AttemptRecord, row: dict[str, Any]
    ) -> AttemptRecord:
        here = (attempts.c.administration == row["administration"]) & (
            attempts.c.position == row["position"]
        )
        any_final = func.max(cast(attempts.c.final, Integer))
        query = select(func.max(attempts.c.number), any_final).where(here)
        number, done = connection.execute(query).one()
        row = row | {"number": (number or 0) + 1, "final": bool(record.final and not done)}
        _ATTEMPTS(connection, [row])
        items_kept = () if done else record.items
        return replace(record, number=row["number"], final=row["final"], items=items_kept)

    def _write_responses(self, connection: Connection, records: Sequence[AttemptRecord]) -> None:
        wanted = {(r.instrument_id, item.item_id) for r in records for item in r.items}
        self._know_items(connection, wanted - self._items.keys())
        rows = [
            response_row(record, item, self._items[record.instrument_id, item.item_id])
            for record in records
            for item in record.items
        ]
        # A cell that failed before has a response that says so; the new one takes its place.
        _REPLACE(
            connection,
            [{"a": row["administration"], "i": row["item"]} for row in rows if row["number"] > 1],
        )
        _RESPONSES(connection, rows)

    def _know_items(self, connection: Connection, new: set[tuple[str, str]]) -> None:
        if not new:
            return
        rows = [{"instrument_id": i, "item_id": item} for i, item in sorted(new)]
        connection.execute(insert_new(connection, items), rows)
        query = select(items.c.instrument_id, items.c.item_id, items.c.id).where(
            items.c.instrument_id.in_({i for i, _ in new})
        )
        self._items.update(((i, item), id_) for i, item, id_ in connection.execute(query))


_ATTEMPTS = Bulk(insert(attempts), attempts.c.keys())
_RESPONSES = Bulk(insert(responses), responses.c.keys())
_RELEASE = Bulk(
    delete(claims).where(
        claims.c.administration == bindparam("administration"),
        claims.c.position == bindparam("position"),
    ),
    ["administration", "position"],
)
_REPLACE = Bulk(
    delete(responses).where(
        responses.c.administration == bindparam("a"), responses.c.item == bindparam("i")
    ),
    ["a", "i"],
)


def _cell(record: AttemptRecord) -> dict[str, int]:
    return {"administration": record.cell.administration, "position": record.cell.position}


def response_row(record: AttemptRecord, item: ItemRecord, item_key: int) -> dict[str, Any]:
    """What a reply says of one item, as a row of ``responses``."""
    return {
        **_cell(record),
        "item": item_key,
        "number": record.number,
        **reading_values(item),
    }


def reading_values(item: ItemRecord) -> dict[str, Any]:
    """The columns of ``responses`` that are derived from a reply."""
    distribution = item.distribution
    return {
        "outcome": item.outcome,
        "value": item.value,
        "how": storable(item.how),
        "confidence": item.confidence,
        "option_mass": item.option_mass,
        "expected": item.expected,
        "entropy": item.entropy,
        "distribution": json.dumps(dict(distribution)) if distribution else None,
    }
