"""What responses are read from."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from valuealign.instrument.instrument import Instrument

if TYPE_CHECKING:
    import pandas as pd


class Source(Protocol):
    """The source of responses: a store, or a frame of replies gathered elsewhere."""

    @property
    def store(self) -> str | Path | None:
        """The store, where there is one."""
        ...

    def only(self, instrument: str) -> Source:
        """The same source, of one instrument."""
        ...

    def design(self) -> pd.DataFrame:
        """One row an administration."""
        ...

    def wide(self, design: pd.DataFrame) -> pd.DataFrame:
        """The design, and one column an item."""
        ...

    def long(self, design: pd.DataFrame) -> pd.DataFrame:
        """One row a response, with the columns of the design."""
        ...

    def instruments(self) -> Mapping[str, Instrument]:
        """Each instrument by its id."""
        ...
