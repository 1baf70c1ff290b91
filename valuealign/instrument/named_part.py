"""Parts of an instrument by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from valuealign.errors import InstrumentError
from valuealign.suggestion import did_you_mean

_T = TypeVar("_T")


def named_part(have: Mapping[str, _T], name: str, what: str) -> _T:
    """The part of that name.

    Raises
    ------
    InstrumentError
        There is none; the error says which it might be.
    """
    if name in have:
        return have[name]
    raise InstrumentError(f"{what} {name!r}", hint=did_you_mean(name, have))
