"""Rereading of a store: responses are derived again from the raw attempts."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select

from valuealign.administration.plan.elicitation import ELICITATIONS, is_scored
from valuealign.administration.read import READER_VERSION
from valuealign.administration.render import presented_json as offered
from valuealign.administration.reply.item_records import item_records
from valuealign.administration.reply.reply import Exchange, Reply, Status, is_filtered, parse
from valuealign.respondent import DIRECT
from valuealign.store.attempts import reading_values
from valuealign.store.database.contents import texts
from valuealign.store.database.engine import json_field, plainly
from valuealign.store.database.tables import (
    administrations,
    attempts,
    contents,
    items,
    readings,
    responses,
)
from valuealign.store.database.untrusted_file import as_written
from valuealign.store.store import Store

_BLOCK = 2000
_KEY = ("administration", "item")


@dataclass(frozen=True, slots=True)
class Reread:
    """The changes that a rereading found.

    Parameters
    ----------
    n_attempts : int
        Final attempts that were read.
    n_changed : int
        Responses that say something else now.
    changes : list of dict
        The first of them: item, what was said, before and after.
    """

    n_attempts: int
    n_changed: int
    changes: list[dict[str, Any]]


def reread(store: Store, *, dry_run: bool = False, n_shown: int = 20) -> Reread:
    """Derive the responses anew from the raw attempts.

    Attempts are never changed. All of it happens in one transaction: a reader that fails half
    way leaves the store as it was.

    Parameters
    ----------
    store : Store
    dry_run : bool
        Say what would change, and change nothing.
    n_shown : int
        How many changes are listed.

    Returns
    -------
    Reread
    """
    n_attempts = n_changed = 0
    shown: list[dict[str, Any]] = []
    with plainly(store.where), as_written(store.where), store.writing() as connection:
        for block in _blocks(connection):
            changed = _changed(connection, block)
            n_attempts += len(block)
            n_changed += len(changed)
            shown += [_shown(*change) for change in changed[: n_shown - len(shown)]]
            if changed and not dry_run:
                keys = [{f"at_{k}": new[k] for k in _KEY} for _, new, _, _ in changed]
                connection.execute(_DELETE, keys)
                connection.execute(insert(responses), [new for _, new, _, _ in changed])
        if not dry_run:
            row = {
                "reader_version": READER_VERSION,
                "read_at": time.time(),
                "n_attempts": n_attempts,
                "n_changed": n_changed,
            }
            connection.execute(insert(readings), [row])
    return Reread(n_attempts, n_changed, shown)


_DELETE = delete(responses).where(
    responses.c.administration == bindparam("at_administration"),
    responses.c.item == bindparam("at_item"),
)


def _blocks(connection: Connection) -> Iterator[Sequence[Any]]:
    """Final attempts in blocks, in the order of their key, however many there are.

    What people chose and what rules gave is not text that the reader read.
    """
    respondents = contents.alias("respondents")
    query = (
        select(
            attempts.c.administration,
            attempts.c.position,
            attempts.c.number,
            attempts.c.status,
            attempts.c.http_status,
            attempts.c.body,
            attempts.c.messages,
            attempts.c.text,
            contents.c.text.label("presented"),
            administrations.c.elicitation,
            administrations.c.instrument_id,
            administrations.c.form,
        )
        .join(contents, contents.c.id == attempts.c.presented)
        .join(administrations, administrations.c.id == attempts.c.administration)
        .join(respondents, respondents.c.id == administrations.c.respondent)
        .where(
            attempts.c.final,
            administrations.c.elicitation.in_(ELICITATIONS),
            json_field(respondents.c.text, "base_url").not_in(DIRECT),
        )
        .order_by(attempts.c.administration, attempts.c.position)
        .limit(_BLOCK)
    )
    at = (-1, -1)
    while True:
        after = (attempts.c.administration > at[0]) | (
            (attempts.c.administration == at[0]) & (attempts.c.position > at[1])
        )
        block = connection.execute(query.where(after)).all()
        if not block:
            return
        yield block
        at = (block[-1].administration, block[-1].position)


def _changed(
    connection: Connection, block: Sequence[Any]
) -> list[tuple[str, dict[str, Any], Any, str]]:
    """Responses of a block that read differently now: item, new row, old row, reply."""
    forms = {i: json.loads(t) for i, t in texts(connection, [row.form for row in block]).items()}
    scored = [row.messages for row in block if is_scored(row.elicitation)]
    sent = {i: json.loads(t) for i, t in texts(connection, scored).items()}
    names = _item_ids(connection)
    before = _before(connection, block)
    changes: list[tuple[str, dict[str, Any], Any, str]] = []
    for row in block:
        whole = forms[row.form].get("context") == "whole"
        for record in _read_again(row, whole, sent.get(row.messages)):
            new = {
                "administration": row.administration,
                "item": names[row.instrument_id, record.item_id],
                "position": row.position,
                "number": row.number,
                **reading_values(record),
            }
            old = before.get((new["administration"], new["item"]))
            if old is None or any(old[name] != value for name, value in new.items()):
                changes.append((record.item_id, new, old, row.text or ""))
    return changes


def _read_again(row: Any, whole: bool, messages: Any) -> Any:
    status: Status = "ok" if row.status in ("ok", "malformed") else row.status
    reply = parse(Exchange(status, row.http_status, body=row.body))
    if is_filtered(reply):
        reply = Reply("ok", refusal=reply.refusal)
    return item_records(
        reply,
        offered.from_json(row.presented),
        elicitation=row.elicitation,
        whole=whole,
        messages=messages,
    )


def _before(connection: Connection, block: Sequence[Any]) -> dict[tuple[int, int], Any]:
    ids = sorted({row.administration for row in block})
    rows: dict[tuple[int, int], Any] = {}
    for start in range(0, len(ids), 400):
        query = select(responses).where(responses.c.administration.in_(ids[start : start + 400]))
        for row in connection.execute(query).mappings():
            rows[row["administration"], row["item"]] = row
    return rows


def _item_ids(connection: Connection) -> dict[tuple[str, str], int]:
    query = select(items.c.instrument_id, items.c.item_id, items.c.id)
    return {(instrument, item): id_ for instrument, item, id_ in connection.execute(query)}


def _shown(item_id: str, new: dict[str, Any], old: Any, reply: str) -> dict[str, Any]:
    was = "nothing" if old is None else _said(old["outcome"], old["value"])
    return {
        "item": item_id,
        "reply": reply[:80],
        "was": was,
        "is": _said(new["outcome"], new["value"]),
        "how": new["how"],
    }


def _said(outcome: str, value: float | None) -> str:
    return outcome if value is None else f"{outcome} {value:g}"
