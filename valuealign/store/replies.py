"""Replies of a store, as what a rater may be asked about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select, tuple_

from valuealign.store.database.database_schema import readable_columns
from valuealign.store.database.tables import administrations, attempts, items, responses
from valuealign.store.outcome import Outcome
from valuealign.store.responses.design_frame import Selection

_CHUNK = 300
Place = tuple[int, int]
"""A response inside one store: the integer ids of its administration and of its item."""


@dataclass(frozen=True, slots=True)
class StoredReply:
    """One reply to one item.

    Parameters
    ----------
    administration, item : int
        Ids inside the store.
    key : str
        The administration's key, which is the same in every store.
    item_id : str
    text : str or None
        The raw reply.
    instrument, form : int
        Ids of their contents.
    stimulus : int, optional
        What the administration itself was about.
    """

    administration: int
    item: int
    key: str
    item_id: str
    text: str | None
    instrument: int
    form: int
    stimulus: int | None


def stored_replies(
    connection: Connection,
    selection: Selection,
    outcomes: Sequence[Outcome],
    places: Iterable[Place] | None = None,
) -> Iterator[StoredReply]:
    """Read replies one after another, in the order in which they were planned.

    Parameters
    ----------
    connection : Connection
    selection : Selection
    outcomes : sequence of str
        "answer", and "refusal" where refusals are wanted.
    places : iterable of (int, int), optional
        Only these.
    """
    stimulus = readable_columns(connection, administrations)["stimulus"]
    query = (
        select(
            responses.c.administration,
            responses.c.item,
            administrations.c.key,
            items.c.item_id,
            attempts.c.text,
            administrations.c.instrument,
            administrations.c.form,
            stimulus,
        )
        .join(administrations, administrations.c.id == responses.c.administration)
        .join(items, items.c.id == responses.c.item)
        .join(
            attempts,
            (attempts.c.administration == responses.c.administration)
            & (attempts.c.position == responses.c.position)
            & (attempts.c.number == responses.c.number),
        )
        .where(responses.c.outcome.in_(outcomes))
        .order_by(responses.c.administration, responses.c.position, responses.c.item)
    )
    query = selection.of(query, responses.c.administration)
    if places is None:
        for row in connection.execution_options(stream_results=True).execute(query):
            yield StoredReply(*row)
        return
    listed = list(places)
    at = tuple_(responses.c.administration, responses.c.item)
    for start in range(0, len(listed), _CHUNK):
        for row in connection.execute(query.where(at.in_(listed[start : start + _CHUNK]))):
            yield StoredReply(*row)


def outcome_counts(connection: Connection, selection: Selection) -> dict[str, int]:
    """Count the responses of a selection by outcome."""
    query = selection.of(select(responses.c.outcome, func.count()), responses.c.administration)
    rows = connection.execute(query.group_by(responses.c.outcome)).all()
    return {str(row[0]): int(row[1]) for row in rows}
