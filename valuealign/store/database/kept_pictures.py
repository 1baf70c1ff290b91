"""Pictures in the store: each once, by the hash of its bytes, whatever prompts refer to it."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Mapping

from sqlalchemy import Connection, select

from valuealign.errors import StoreError
from valuealign.store.database.engine import insert_new
from valuealign.store.database.tables import contents

KIND = "picture"
_KEY = 32
"""Hex digits of the SHA-256 that are the key of a content."""


def keep_pictures(connection: Connection, pictures: Mapping[str, str]) -> None:
    """Store pictures that are not there yet.

    Parameters
    ----------
    connection : Connection
    pictures : mapping of str to str
        SHA-256 of the bytes -> data URL.
    """
    rows = [{"hash": sha[:_KEY], "kind": KIND, "text": url} for sha, url in pictures.items()]
    connection.execute(insert_new(connection, contents), rows)


def kept_picture(connection: Connection, sha256: str) -> bytes | None:
    """The bytes of a picture that was sent; None where the store has none of this hash.

    Parameters
    ----------
    connection : Connection
    sha256 : str
        The hash, with or without "picture:" in front, as messages refer to it.

    Raises
    ------
    StoreError
        What is stored has another hash.
    """
    sha256 = sha256.removeprefix(f"{KIND}:")
    query = select(contents.c.text).where(contents.c.hash == sha256[:_KEY], contents.c.kind == KIND)
    text = connection.execute(query).scalar()
    if text is None:
        return None
    try:
        data = base64.b64decode(str(text).partition(",")[2], validate=True)
    except (binascii.Error, ValueError):
        data = b""
    if hashlib.sha256(data).hexdigest() != sha256:
        raise StoreError(f"the stored picture {sha256[:16]} is not what was sent; its hash differs")
    return data
