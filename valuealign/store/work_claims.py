"""Work claims: which process asks which cell, with expiry and a mark for sent requests.

Two processes on one store share its cells: only the holder of its claim asks a cell. A
claim falls to others when it expires, or at once when its process is dead on this machine.
"""

from __future__ import annotations

import os
import socket
import sys
import uuid
from collections.abc import Container, Sequence

from sqlalchemy import Connection, and_, bindparam, delete, or_, select, update

from valuealign.store.database.engine import insert_new
from valuealign.store.database.tables import attempts, claims
from valuealign.store.records import CellKey

LEASE_SECONDS = 180.0
"""A claim that is not renewed for this long may be taken by another process."""


def new_owner() -> str:
    """Return a name for this run: machine, process, and a random part."""
    return f"{socket.gethostname()[:40]}:{os.getpid()}:{uuid.uuid4().hex[:12]}"


def claim(
    connection: Connection,
    owner: str,
    cells: Sequence[CellKey],
    now: float,
    *,
    sent: Container[CellKey] = (),
) -> tuple[set[CellKey], dict[CellKey, float]]:
    """Claim cells for a run.

    Parameters
    ----------
    connection : Connection
        In a transaction that holds the write lock.
    owner : str
    cells : sequence of CellKey
    now : float
        Seconds since the epoch.
    sent : container of CellKey
        Those that are sent as soon as this is committed.

    Returns
    -------
    set of CellKey
        The cells that are now this run's: neither done nor held by another.
    dict of CellKey to float
        Those of them that a run which died had sent (when): they may have been paid.
    """
    ids = sorted({cell.administration for cell in cells})
    wanted = set(cells) - _done(connection, ids)
    held, lost = _held(connection, ids, owner, now)
    mine = wanted - held
    if mine:
        _release(connection, [cell for cell in mine if cell in lost])
        rows = [
            {
                "administration": cell.administration,
                "position": cell.position,
                "owner": owner,
                "expires_at": now + LEASE_SECONDS,
                "sent_at": now if cell in sent else None,
            }
            for cell in sorted(mine)
        ]
        connection.execute(insert_new(connection, claims), rows)
    return mine, {cell: when for cell, when in lost.items() if cell in mine and when}


def _done(connection: Connection, ids: list[int]) -> set[CellKey]:
    query = select(attempts.c.administration, attempts.c.position).where(
        attempts.c.administration.in_(ids), attempts.c.final
    )
    return {CellKey(*row) for row in connection.execute(query)}


def _held(
    connection: Connection, ids: list[int], owner: str, now: float
) -> tuple[set[CellKey], dict[CellKey, float | None]]:
    query = select(
        claims.c.administration,
        claims.c.position,
        claims.c.owner,
        claims.c.expires_at,
        claims.c.sent_at,
    ).where(claims.c.administration.in_(ids))
    held: set[CellKey] = set()
    lost: dict[CellKey, float | None] = {}
    alive: dict[str, bool] = {owner: False}
    for administration, position, whose, expires_at, sent_at in connection.execute(query):
        if whose not in alive:
            alive[whose] = is_alive(whose)
        cell = CellKey(administration, position)
        if alive[whose] and expires_at > now:
            held.add(cell)
        else:
            lost[cell] = sent_at
    return held, lost


def mark_sent(connection: Connection, cells: Sequence[CellKey], now: float) -> None:
    """Record that requests are about to be sent; committed before they are."""
    connection.execute(
        update(claims)
        .where(claims.c.administration == bindparam("a"), claims.c.position == bindparam("p"))
        .values(sent_at=now, expires_at=now + LEASE_SECONDS),
        [{"a": cell.administration, "p": cell.position} for cell in cells],
    )


def renew(connection: Connection, owner: str, now: float) -> None:
    """Keep a run's claims from expiring."""
    connection.execute(
        update(claims).where(claims.c.owner == owner).values(expires_at=now + LEASE_SECONDS)
    )


def release(connection: Connection, owner: str) -> None:
    """Give up every claim of a run."""
    connection.execute(delete(claims).where(claims.c.owner == owner))


def _release(connection: Connection, cells: Sequence[CellKey]) -> None:
    for start in range(0, len(cells), 200):
        some = cells[start : start + 200]
        here = [
            and_(claims.c.administration == c.administration, claims.c.position == c.position)
            for c in some
        ]
        connection.execute(delete(claims).where(or_(*here)))


def is_alive(owner: str) -> bool:
    """Whether a run may still be going: unknown on another machine, so yes there.

    Examples
    --------
    >>> is_alive(new_owner())
    True
    """
    host, pid, *_ = [*owner.split(":"), ""]
    if host != socket.gethostname()[:40] or not pid.isdigit():
        return True
    return _process_exists(int(pid))


def _process_exists(pid: int) -> bool:
    if sys.platform == "win32":
        import ctypes

        # os.kill would end the process here; a handle tells whether it is there.
        kernel = ctypes.windll.kernel32
        handle = kernel.OpenProcess(0x1000, False, pid)
        if handle:
            kernel.CloseHandle(handle)
        return bool(handle)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
