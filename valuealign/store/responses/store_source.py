"""Responses from a store, read lazily."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import Connection

from valuealign.instrument.instrument import Instrument
from valuealign.store.database.engine import plainly
from valuealign.store.database.untrusted_file import as_written
from valuealign.store.responses.design_frame import Selection, design
from valuealign.store.responses.response_frames import long_frame, wide_frame
from valuealign.store.responses.snapshots import instrument_ids, snapshot
from valuealign.store.store import Store

if TYPE_CHECKING:
    import pandas as pd

_T = TypeVar("_T")


class StoreSource:
    """Some of the responses in a store.

    Parameters
    ----------
    store : str, Path or None
        ``None`` is the default store.
    selection : Selection
    """

    def __init__(self, store: str | Path | None, selection: Selection | None = None) -> None:
        self.store = store
        self._selection = selection or Selection()

    def only(self, instrument: str) -> StoreSource:
        """The same selection, of one instrument."""
        return StoreSource(self.store, replace(self._selection, instrument=instrument))

    def design(self) -> pd.DataFrame:
        """One row an administration."""
        return self._read(lambda connection: design(connection, self._selection))

    def wide(self, frame: pd.DataFrame) -> pd.DataFrame:
        """The design, and one column an item."""
        return self._read(lambda connection: wide_frame(connection, self._selection, frame))

    def long(self, frame: pd.DataFrame) -> pd.DataFrame:
        """One row a response."""
        return self._read(lambda connection: long_frame(connection, self._selection, frame))

    def instruments(self) -> dict[str, Instrument]:
        """Each instrument as it was last administered."""
        return self._read(
            lambda connection: {
                name: snapshot(connection, self._selection, name)
                for name in instrument_ids(connection, self._selection)
            }
        )

    def _read(self, make: Callable[[Connection], _T]) -> _T:
        with (
            Store.open(self.store, only_read=True) as store,
            plainly(store.where),
            as_written(store.where),
            store.reading() as connection,
        ):
            return make(connection)
