"""Changes of answers that were given already: the earlier attempt stays, no longer final."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, bindparam, select, update

from valuealign.store.database.tables import administrations, attempts
from valuealign.store.records import CellKey

_CHUNK = 400


def final_texts(connection: Connection, administrations: Iterable[int]) -> dict[CellKey, str]:
    """The text of the final attempt of each cell that has one.

    Parameters
    ----------
    connection : Connection
    administrations : iterable of int
        Their ids.
    """
    wanted = sorted(set(administrations))
    query = select(attempts.c.administration, attempts.c.position, attempts.c.text).where(
        attempts.c.administration.in_(bindparam("ids", expanding=True)), attempts.c.final
    )
    there: dict[CellKey, str] = {}
    for start in range(0, len(wanted), _CHUNK):
        for a, position, text in connection.execute(query, {"ids": wanted[start : start + _CHUNK]}):
            there[CellKey(a, position)] = text or ""
    return there


def final_bodies(connection: Connection, keys: Sequence[str]) -> list[tuple[str, int, bytes]]:
    """Key of the administration, position and bytes of each final attempt."""
    query = (
        select(administrations.c.key, attempts.c.position, attempts.c.body)
        .join(attempts, attempts.c.administration == administrations.c.id)
        .where(administrations.c.key.in_(bindparam("keys", expanding=True)), attempts.c.final)
    )
    return [
        (key, position, body)
        for start in range(0, len(keys), _CHUNK)
        for key, position, body in connection.execute(
            query, {"keys": list(keys[start : start + _CHUNK])}
        )
    ]


def make_room(connection: Connection, cells: Iterable[CellKey]) -> dict[CellKey, int]:
    """Take the mark "final" from the attempts of some cells.

    Returns
    -------
    dict of CellKey to int
        The number of the next attempt of each.
    """
    numbers: dict[CellKey, int] = {}
    for cell in cells:
        here = (attempts.c.administration == cell.administration) & (
            attempts.c.position == cell.position
        )
        connection.execute(update(attempts).where(here, attempts.c.final).values(final=False))
        query = select(attempts.c.number).where(here).order_by(attempts.c.number.desc()).limit(1)
        numbers[cell] = (connection.execute(query).scalar() or 0) + 1
    return numbers
