"""Canonical JSON and content ids: the same content has the same id on every machine."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any


def canonical(content: Any) -> str:
    """Canonical JSON: the same content is the same text on every machine.

    Examples
    --------
    >>> canonical({"b": 1, "a": "ä"})
    '{"a":"ä","b":1}'
    """
    return _CANONICAL.encode(content)


_CANONICAL = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def content_id(content: Mapping[str, Any]) -> str:
    """Sixteen hex digits of the SHA-256 of canonical JSON.

    Parameters
    ----------
    content : mapping
        Anything JSON can hold; key order does not matter.

    Returns
    -------
    str

    Examples
    --------
    >>> content_id({"b": 1, "a": 2}) == content_id({"a": 2, "b": 1})
    True
    """
    return hashlib.sha256(canonical(content).encode()).hexdigest()[:16]
