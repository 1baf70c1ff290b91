"""Content-addressed texts: each instrument, prompt and setting is stored once."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table, bindparam, select

from valuealign.store.database.engine import insert_new
from valuealign.store.database.tables import contents

_CHUNK = 400
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def storable(text: str | None) -> str | None:
    """Return a text without characters that a database cannot store (NUL, lone surrogates).

    Examples
    --------
    >>> storable("4" + chr(0))
    '4\ufffd'
    """
    return text if text is None else _UNSTORABLE.sub("\ufffd", text)


def content_hash(kind: str, text: str) -> str:
    """Thirty-two hex digits of a text of a kind."""
    return hashlib.sha256(f"{kind}\n{text}".encode("utf-8", "surrogatepass")).hexdigest()[:32]


def keep(connection: Connection, kind: str, texts: Iterable[str]) -> dict[str, int]:
    """Store texts that are not there yet.

    Returns
    -------
    dict of str to int
        Each text's id.
    """
    hashes = {text: content_hash(kind, text) for text in dict.fromkeys(texts)}
    if not hashes:
        return {}
    rows = [{"hash": h, "kind": kind, "text": storable(text)} for text, h in hashes.items()]
    connection.execute(insert_new(connection, contents), rows)
    ids = ids_by(connection, contents, "hash", list(hashes.values()))
    return {text: ids[h] for text, h in hashes.items()}


def ids_by(
    connection: Connection, table: Table, column: str, values: Sequence[str]
) -> dict[str, int]:
    """The ids of the rows whose column has one of the values."""
    ids: dict[str, int] = {}
    wanted = select(table.c[column], table.c.id).where(
        table.c[column].in_(bindparam("values", expanding=True))
    )
    for start in range(0, len(values), _CHUNK):
        rows = connection.execute(wanted, {"values": list(values[start : start + _CHUNK])})
        ids.update((row[0], row[1]) for row in rows)
    return ids


def texts(connection: Connection, ids: Iterable[int]) -> dict[int, str]:
    """The texts of some contents, by id."""
    wanted = sorted(set(ids))
    query = select(contents.c.id, contents.c.text).where(
        contents.c.id.in_(bindparam("ids", expanding=True))
    )
    texts_by_id: dict[int, str] = {}
    for start in range(0, len(wanted), _CHUNK):
        rows = connection.execute(query, {"ids": wanted[start : start + _CHUNK]})
        texts_by_id.update((row[0], row[1]) for row in rows)
    return texts_by_id


def loaded(text: str) -> Mapping[str, Any]:
    """A content as plain values."""
    value: Mapping[str, Any] = json.loads(text)
    return value
