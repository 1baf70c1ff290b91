"""A file of people that is opened without reading its rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from valuealign.errors import DataError
from valuealign.suggestion import did_you_mean

if TYPE_CHECKING:
    import pandas as pd

MOST_ROWS = 20_000_000
"""Rows that are still read."""


@dataclass(frozen=True)
class PeopleFile:
    """A file of people that is opened without reading its rows.

    Parameters
    ----------
    path : Path
    columns : tuple of str
        In the file's order.
    chunks : callable
        Columns and rows a chunk -> frames of those columns, one after another.
    labels : dict of str to dict
        Column -> code -> label, where the file has value labels.
    titles : dict of str to str
        Column -> what it is, where the file says so.
    """

    path: Path
    columns: tuple[str, ...]
    chunks: Callable[[Sequence[str], int], Iterator[pd.DataFrame]]
    labels: dict[str, dict[float, str]] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)

    def find(self, name: str) -> str:
        """Return the column of that name, whatever its case.

        Raises
        ------
        DataError
            No such column; with the nearest ones.
        """
        if name in self.columns:
            return name
        same = [c for c in self.columns if c.lower() == name.lower()]
        if len(same) == 1:
            return same[0]
        raise DataError(
            f"{self.path.name} has no column {name!r}; {did_you_mean(name, self.columns)}"
        )
