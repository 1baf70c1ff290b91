"""Presented options as canonical JSON and back, so that replies can be read again later."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from functools import lru_cache

from valuealign.instrument.presented import Option, Presented


def to_json(presented: Mapping[str, Presented]) -> str:
    """The options of each item of a cell, in the order shown.

    Examples
    --------
    >>> offered = {"a": Presented("open")}
    >>> from_json(to_json(offered)) == offered
    True
    """
    return "{" + ",".join(f"{json.dumps(i)}:{_text(p)}" for i, p in presented.items()) + "}"


@lru_cache(maxsize=4096)
def _text(presented: Presented) -> str:
    return json.dumps(asdict(presented), sort_keys=True, ensure_ascii=False, separators=(",", ":"))


@lru_cache(maxsize=4096)
def from_json(text: str) -> Mapping[str, Presented]:
    """The options of each item of a cell, in the order shown."""
    return {
        item_id: Presented(**{**row, "options": tuple(Option(**o) for o in row["options"])})
        for item_id, row in json.loads(text).items()
    }
