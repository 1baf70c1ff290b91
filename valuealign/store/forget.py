"""Deletion of everything that a respondent answered: for people who withdraw."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, delete, select

from valuealign.store.database.engine import overwrite_deleted
from valuealign.store.database.tables import (
    administrations,
    attempts,
    claims,
    contents,
    plan_administrations,
    responses,
)

_WITH_ANSWERS = (attempts, claims, plan_administrations)
_CHUNK = 400


def forget(connection: Connection, respondent_ids: Sequence[str]) -> int:
    """Delete the administrations of some respondents, with every answer.

    Parameters
    ----------
    connection : Connection
        In a transaction that holds the write lock.
    respondent_ids : sequence of str

    Returns
    -------
    int
        How many answers were deleted; what was deleted is overwritten in a file.
    """
    overwrite_deleted(connection)
    n = 0
    for start in range(0, len(respondent_ids), _CHUNK):
        n += _forget(connection, respondent_ids[start : start + _CHUNK])
    return n


def _forget(connection: Connection, respondent_ids: Sequence[str]) -> int:
    mine = select(administrations.c.id).where(administrations.c.respondent_id.in_(respondent_ids))
    who = select(administrations.c.respondent).where(
        administrations.c.respondent_id.in_(respondent_ids)
    )
    held = connection.execute(who.distinct()).scalars().all()
    n = connection.execute(delete(responses).where(responses.c.administration.in_(mine))).rowcount
    for table in _WITH_ANSWERS:
        connection.execute(delete(table).where(table.c.administration.in_(mine)))
    connection.execute(
        delete(administrations).where(administrations.c.respondent_id.in_(respondent_ids))
    )
    connection.execute(delete(contents).where(contents.c.id.in_(held)))
    return int(n)
