"""One name per row from one column or several."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


def listed(names: str | Sequence[str]) -> list[str]:
    """Return the names of columns as a list.

    Examples
    --------
    >>> listed("reply"), listed(["scene", "model"])
    (['reply'], ['scene', 'model'])
    """
    return [names] if isinstance(names, str) else list(names)


def combined(frame: pd.DataFrame, columns: Sequence[str]) -> pd.Series:
    """Return one text per row of what the columns say.

    Examples
    --------
    >>> import pandas as pd
    >>> combined(pd.DataFrame({"a": [1, 2], "b": ["x", "y"]}), ["a", "b"]).tolist()
    ['1 / x', '2 / y']
    """
    first, *others = (frame[column].astype(str) for column in columns)
    for other in others:
        first = first.str.cat(other, sep=" / ")
    return first
