"""Columns of a frame: checked values, and one name per row from several."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from valuealign.errors import DataError

if TYPE_CHECKING:
    import pandas as pd


def listed(names: str | Sequence[str]) -> list[str]:
    """Return the names of columns as a list.

    Raises
    ------
    DataError
        There is none.

    Examples
    --------
    >>> listed("reply"), listed(["scene", "model"])
    (['reply'], ['scene', 'model'])
    """
    if isinstance(names, str):
        return [names]
    if not names:
        raise DataError("an empty list of columns; expected at least one column")
    return list(names)


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


def check_scalars(frame: pd.DataFrame) -> None:
    """Raise an error if a cell holds a list, a mapping or an array.

    Raises
    ------
    DataError

    Examples
    --------
    >>> import pandas as pd
    >>> check_scalars(pd.DataFrame({"a": [1, None], "b": ["x", "y"]}))
    """
    from pandas.api.types import is_hashable, is_object_dtype

    for k, column in enumerate(frame.columns):
        values = frame.iloc[:, k]
        if is_object_dtype(values):
            odd = next((v for v in values if not is_hashable(v)), None)
            if odd is not None:
                raise DataError(
                    f"column {column!r} holds a {type(odd).__name__}; expected one value per cell"
                )
