"""Names of respondents: a model with the conditions that distinguish its rows.

Two conditions of one model are two respondents unless pooling is declared, and a declared pool
is part of the respondent's name. No analysis decides this again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from valuealign.errors import DataError
from valuealign.sampling_settings import SETTINGS
from valuealign.store.responses.stimulus_columns import stimulus_conditions
from valuealign.suggestion import did_you_mean

if TYPE_CHECKING:
    import pandas as pd

RESPONDENT = "respondent"
"""The column that names each row's respondent."""
_ENDPOINT = ("base_url", *SETTINGS, "extra")
_ASKING = ("elicitation", "language", "wording", "instrument_hash", "pictures")
CONDITIONS = (*_ENDPOINT, *_ASKING)
"""Columns that make another respondent of one model.

What the endpoint was sent, and how the instrument and its pictures were put. Set, variant, factors
and categories of a stimulus are conditions too (:func:`stimulus_conditions`). The other factors of
a form (order, direction, labels, stem, content, instruction, context) are ways of asking one
respondent, which analyses treat as facets; personas and occasions are rows.
"""
_STIMULUS = "stimulus_"
_SHOWN = {"base_url": "at", "instrument_hash": "version"}
"""How a condition is called in a name, where not by its own."""


def conditions_within(frame: pd.DataFrame, by: Sequence[str]) -> list[str]:
    """Return the conditions that differ within a group of rows.

    Parameters
    ----------
    frame : DataFrame
        With the design columns.
    by : sequence of str
        What the rows are grouped by in any case.

    Returns
    -------
    list of str

    Examples
    --------
    >>> import pandas as pd
    >>> rows = pd.DataFrame({"model": ["a", "a", "b"], "temperature": [0.0, 1.0, 1.0]})
    >>> conditions_within(rows, ["model"])
    ['temperature']
    """
    known = (*CONDITIONS, *stimulus_conditions(frame))
    others = [name for name in known if name in frame.columns and name not in by]
    if not others or frame.empty:
        return []
    within = frame.groupby(list(by), dropna=False, observed=True)[others].nunique(dropna=False)
    return [name for name in others if (within[name] > 1).any()]


def with_respondents(frame: pd.DataFrame, pool: Sequence[str] = ()) -> pd.DataFrame:
    """Name the respondent of each row, in a column ``respondent``.

    Parameters
    ----------
    frame : DataFrame
        With a column ``model``, and the conditions that are known.
    pool : sequence of str
        Conditions that are pooled by declaration.

    Returns
    -------
    DataFrame
        The frame itself where it has the column already.

    Raises
    ------
    DataError
        A pooled column that is not a condition.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = pd.DataFrame({"model": ["a", "a", "b"], "temperature": [0.0, 1.0, 1.0]})
    >>> with_respondents(rows)["respondent"].tolist()
    ['a (temperature 0)', 'a (temperature 1)', 'b']
    >>> with_respondents(rows, pool=["temperature"])["respondent"].tolist()
    ['a (temperature 0 and 1 pooled)', 'a (temperature 0 and 1 pooled)', 'b']
    """
    _check_pool(pool, (*CONDITIONS, *stimulus_conditions(frame)))
    if RESPONDENT in frame.columns:
        return frame
    kinds, first = _kinds_of_rows(frame)
    rows = frame.iloc[first]
    names = np.empty(len(rows), dtype=object)
    for model, at in _indices(rows, ["model"]).items():
        part = rows.iloc[at]
        names[at] = [f"{model}{said}" for said in _conditions(part, pool)]
    place = frame.columns.get_loc("model")
    named = frame.copy(deep=False)
    named.insert(int(place) if isinstance(place, int) else 0, RESPONDENT, names[kinds])
    return named


def _kinds_of_rows(frame: pd.DataFrame) -> tuple[Any, Any]:
    """Number rows by model and conditions, and give the first row of each kind.

    A name depends on nothing else, so that it is made once a kind and not once a row.
    """
    import pandas as pd

    kinds = np.zeros(len(frame), dtype=np.int64)
    for name in ("model", "instrument", *CONDITIONS, *stimulus_conditions(frame)):
        if name in frame.columns:
            codes, values = frame[name].factorize(use_na_sentinel=False)
            if len(values) > 1:
                kinds = pd.factorize(kinds * len(values) + codes)[0].astype(np.int64)
    return kinds, np.unique(kinds, return_index=True)[1]


def _check_pool(pool: Sequence[str], known: Sequence[str]) -> None:
    for name in pool:
        if name not in known:
            raise DataError(
                f"{name!r} is not a condition that can be pooled; expected "
                f"{', '.join(known)}; {did_you_mean(name, known) or ''}".rstrip("; ")
            )


def _indices(frame: pd.DataFrame, by: list[str]) -> dict[Any, Any]:
    columns = [frame[name].astype(str) for name in by]
    groups = frame.reset_index(drop=True).groupby(
        [c.to_numpy() for c in columns] if len(by) > 1 else columns[0].to_numpy(), sort=False
    )
    return dict(groups.indices)


def _conditions(part: pd.DataFrame, pool: Sequence[str]) -> list[str]:
    """Return the conditions that distinguish rows of one model, in brackets, or ""."""
    said: list[list[str]] = [[] for _ in range(len(part))]
    for name in _varying(part, _ENDPOINT):
        _tell(said, range(len(part)), part, name, pool)
    instruments = _indices(part, ["instrument"]) if "instrument" in part else {"": None}
    for at in instruments.values():
        rows = range(len(part)) if at is None else at
        mine = part if at is None else part.iloc[at]
        for name in _varying(mine, (*_ASKING, *stimulus_conditions(mine))):
            _tell(said, rows, mine, name, pool)
    return [f" ({', '.join(parts)})" if parts else "" for parts in said]


def _varying(part: pd.DataFrame, names: Sequence[str]) -> list[str]:
    varying = [n for n in names if n in part.columns and part[n].nunique(dropna=False) > 1]
    if "wording" in varying and "instrument_hash" in varying:
        by_wording = part.groupby("wording", dropna=False, observed=True)["instrument_hash"]
        if (by_wording.nunique() < 2).all():  # the version says no more than the wording does
            varying.remove("instrument_hash")
    return varying


def _tell(
    said: list[list[str]], rows: Any, part: pd.DataFrame, name: str, pool: Sequence[str]
) -> None:
    values = [_text(value) for value in part[name]]
    shown = _SHOWN.get(name, name).removeprefix(_STIMULUS)
    pooled = f"{shown} {' and '.join(dict.fromkeys(values))} pooled"
    for row, value in zip(rows, values, strict=True):
        said[row].append(pooled if name in pool else f"{shown} {value}")


def _text(value: Any) -> str:
    if value is None or value != value:  # noqa: PLR0124  # NaN
        return "not set"
    return f"{value:g}" if isinstance(value, float) else str(value)
