"""Import of responses that were gathered elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from valuealign.arguments import checked
from valuealign.errors import DataError
from valuealign.instrument.instrument import Instrument
from valuealign.instrument.load import load_instrument
from valuealign.sampling_settings import SETTINGS
from valuealign.store.outcome import OUTCOMES
from valuealign.store.responses.design_frame import (
    COLUMNS,
    FORM,
    FORM_DEFAULTS,
    LATER_FACTORS,
    design_columns,
)
from valuealign.store.responses.response_frames import FIRST, LONG, REPLIED
from valuealign.store.responses.responses import Responses
from valuealign.suggestion import did_you_mean

if TYPE_CHECKING:
    import pandas as pd

_SHEET = (
    "model",
    "persona",
    "base_url",
    *SETTINGS,
    "elicitation",
    "wording",
    "form",
    *FORM,
    "occasion",
)
"""What tells administrations apart where the frame does not number them."""
_ELSEWHERE = "gathered elsewhere"


@checked
def as_responses(
    frame: Any,
    instrument: Instrument | str | Path,
    *,
    design: Mapping[str, Any] | None = None,
    missing: Sequence[float] = (),
) -> Responses:
    """Convert replies that were gathered elsewhere to responses.

    Parameters
    ----------
    frame : DataFrame
        Of pandas or polars. One row a response (``model item_id value``), or one row an
        administration with one column an item. Other columns of :attr:`Responses.long` are
        taken as they are: ``persona form occasion outcome raw``, the factors of a form
        (``direction content labels order ...``), and conditions (``temperature elicitation
        wording ...``).
    instrument : Instrument, str or Path
        What was answered. ``value`` is the code in the instrument's own direction. An item that
        has no row in an administration, and has one in another, has no answer there, as an empty
        cell of a frame with one column an item.
    design : mapping, optional
        Design values that hold for every row: ``{"model": "gpt-4o", "content": "stem"}``.
    missing : sequence of float
        Codes that mean no answer.

    Returns
    -------
    Responses
        As from :func:`valuealign.responses`, without a store.

    Raises
    ------
    DataError
        Not a frame, no column that says who answered, items of another instrument, codes that
        the response scale does not have, an item answered twice in one administration.

    Examples
    --------
    >>> import pandas as pd
    >>> import valuealign as va
    >>> rows = pd.DataFrame({"model": "m", "pvq01": [2, 3], "pvq02": [5, 5], "occasion": [1, 2]})
    >>> replies = va.as_responses(rows, "pvq-21")
    >>> len(replies.long), replies.instrument.id
    (4, 'pvq-21')
    """
    loaded = instrument if isinstance(instrument, Instrument) else load_instrument(instrument)
    rows = _rows(frame, loaded, dict(design or {}))
    rows["value"] = _values(rows, loaded, missing)
    rows["outcome"] = _outcomes(rows)
    _complete(rows, loaded)
    rows["administration_id"] = _administrations(rows)
    _check_once(rows)
    return Responses(FrameSource(_with_absent(rows), loaded))


class FrameSource:
    """Responses from a frame.

    Parameters
    ----------
    rows : DataFrame
        One row a response, with every design column.
    instrument : Instrument
    """

    store = None

    def __init__(self, rows: pd.DataFrame, instrument: Instrument) -> None:
        self._rows = rows
        self._instrument = instrument

    def only(self, instrument: str) -> FrameSource:
        """Return the same rows, or none for another instrument."""
        same = instrument == self._instrument.id
        return self if same else FrameSource(self._rows.iloc[:0], self._instrument)

    def design(self) -> pd.DataFrame:
        """One row an administration."""
        columns = design_columns(self._rows.columns)
        return self._rows.drop_duplicates("administration_id")[columns].reset_index(drop=True)

    def wide(self, design: pd.DataFrame) -> pd.DataFrame:
        """The design, and one column an item."""
        values = self._rows.pivot(index="administration_id", columns="item_id", values="value")
        items = values[[i for i in self._instrument.item_ids if i in values.columns]]
        return design.join(items.astype(float), on="administration_id")

    def long(self, design: pd.DataFrame) -> pd.DataFrame:
        """One row a response."""
        own = ["administration_id", "item_id", "raw", *(name for name, _ in LONG[2:])]
        rows = self._rows[[*own, *REPLIED]]
        long = rows.merge(design.drop(columns="n_cells"), on="administration_id", sort=False)
        return long[[*FIRST, *(name for name in long.columns if name not in FIRST)]]

    def instruments(self) -> dict[str, Instrument]:
        """The instrument, by its id."""
        return {self._instrument.id: self._instrument} if len(self._rows) else {}


def _rows(frame: Any, instrument: Instrument, design: dict[str, Any]) -> pd.DataFrame:
    """Return one row a response, with the columns that were given."""
    import pandas as pd

    if not isinstance(frame, pd.DataFrame) and hasattr(frame, "to_pandas"):
        frame = frame.to_pandas()
    if not isinstance(frame, pd.DataFrame):
        raise DataError(
            f"as_responses takes a frame of pandas or polars, not {type(frame).__name__}; put the "
            "replies into columns: model, item_id, value"
        )
    if frame.empty:
        raise DataError("the frame has no rows; expected one row a response or an administration")
    if isinstance(frame.columns, pd.MultiIndex):
        raise DataError("the columns have several levels; expected one name a column")
    frame = frame.assign(**design)
    if "model" not in frame.columns:
        raise DataError(
            "no column 'model' says who answered; add it, or give design={'model': NAME}. Rows of "
            "people go to the analyses as they are"
        )
    items = [c for c in frame.columns if c in instrument.item_ids]
    if {"item_id", "value"} <= set(frame.columns):
        return _of_items(frame.reset_index(drop=True), instrument)
    if not items:
        seen = ", ".join(map(str, list(frame.columns)[:6]))
        raise DataError(
            f"no item of {instrument.id} is among the columns ({seen}); expected columns "
            f"'item_id' and 'value', or items such as {instrument.item_ids[0]}"
        )
    others = [c for c in frame.columns if c not in items]
    sheets = frame.assign(administration_id=np.arange(1, len(frame) + 1))
    keep = list(dict.fromkeys([*others, "administration_id"]))
    rows: pd.DataFrame = sheets.melt(keep, items, var_name="item_id", value_name="value")
    return rows


def _of_items(frame: pd.DataFrame, instrument: Instrument) -> pd.DataFrame:
    names = frame["item_id"].astype(str)
    unknown = sorted(set(names) - set(instrument.item_ids))
    if unknown:
        hint = did_you_mean(unknown[0], instrument.item_ids)
        raise DataError(
            f"{instrument.id} has no item {unknown[0]!r}" + (f"; {hint}" if hint else "")
        )
    return frame.assign(item_id=names)


def _values(rows: pd.DataFrame, instrument: Instrument, missing: Sequence[float]) -> Any:
    import pandas as pd

    try:
        values = pd.to_numeric(rows["value"], errors="coerce")
        if getattr(values.dtype, "kind", "") == "c":
            raise TypeError("they are complex")
        values = values.astype(float)
    except (TypeError, ValueError, OverflowError) as error:
        raise DataError(f"the values are not codes ({error}); expected numbers or None") from None
    text = values.isna() & rows["value"].notna()
    if text.any():
        raise DataError(
            f"value {rows.loc[text, 'value'].iloc[0]!r} is not a number; give codes, and None "
            "where there is no answer (va.read reads raw replies)"
        )
    values = values.mask(values.isin(list(missing)))
    scale: Any = instrument.response_scale
    low, high = getattr(scale, "minimum", None), getattr(scale, "maximum", None)
    if low is None or high is None:
        return values
    outside = sorted(set(values[(values < low) | (values > high)]))
    if outside:
        codes = ", ".join(f"{code:g}" for code in outside[:8])
        raise DataError(
            f"found the codes {codes}; {instrument.id} has {low:g} to {high:g}. Where they mean no "
            f"answer, say so: missing=({codes},)"
        )
    return values


def _outcomes(rows: pd.DataFrame) -> Any:
    if "outcome" not in rows.columns:
        return np.where(rows["value"].notna(), "answer", "unreadable")
    outcome = rows["outcome"].astype(str)
    unknown = sorted(set(outcome) - set(OUTCOMES))
    if unknown:
        raise DataError(f"outcome {unknown[0]!r} is none of {', '.join(OUTCOMES)}")
    if (rows["value"].notna() != (outcome == "answer")).any():
        raise DataError(
            "an outcome 'answer' has a value, and no other outcome has; some rows differ"
        )
    return outcome


def _with_absent(rows: pd.DataFrame) -> pd.DataFrame:
    """Add a row without an answer where an administration lacks an item that another has.

    Whoever keeps only the replies that could be read would else have refused nothing.
    """
    import pandas as pd

    ids, items = rows["administration_id"].unique(), rows["item_id"].unique()
    if len(rows) == len(ids) * len(items):
        return rows
    grid = pd.MultiIndex.from_product([ids, items], names=["administration_id", "item_id"])
    absent = grid.difference(pd.MultiIndex.from_frame(rows[list(grid.names)]), sort=False)
    own = [*(name for name, _ in LONG), "raw", *REPLIED, "item_id"]
    sheets = rows.drop_duplicates("administration_id").drop(columns=own, errors="ignore")
    added = absent.to_frame(index=False).merge(sheets, on="administration_id")
    return pd.concat(
        [rows, added.assign(outcome="unreadable", number=1, position=0)], ignore_index=True
    )


def _complete(rows: pd.DataFrame, instrument: Instrument) -> None:
    """Add missing columns: unknown values, except those that analyses require."""
    for name, default in FORM_DEFAULTS.items():
        if name not in rows.columns:
            rows[name] = default
        elif default is not None:
            rows[name] = rows[name].fillna(default)
    for name, default in LATER_FACTORS.items():
        if name in rows.columns:
            rows[name] = rows[name].fillna(default)
    if "form" not in rows.columns:
        rows["form"] = _form_names(rows)
    known: dict[str, Any] = {
        "occasion": 1,
        "elicitation": _ELSEWHERE,
        "how": _ELSEWHERE,
        "number": 1,
        "position": 0,
        "seed": 0,
        "n_cells": len(instrument.items),
    }
    for name, constant in known.items():
        if name not in rows.columns:
            rows[name] = constant
    for name in (*COLUMNS, "raw", *REPLIED, *(n for n, _ in LONG[2:])):
        if name not in rows.columns:
            numeric = dict(LONG).get(name) == "float"
            rows[name] = np.nan if numeric else None
    rows["instrument"], rows["instrument_hash"] = instrument.id, instrument.hash
    rows["respondent_id"] = rows["model"].astype(str)


def _form_names(rows: pd.DataFrame) -> list[str]:
    """Name each row's form by its differences from the published one."""
    defaults = FORM_DEFAULTS | {n: d for n, d in LATER_FACTORS.items() if n in rows.columns}
    factors = rows[list(defaults)].astype(object)
    known = factors.where(factors.notna(), None).drop_duplicates()
    names = {
        tuple(row): " ".join(
            f"{name}={value}"
            for (name, default), value in zip(defaults.items(), row, strict=True)
            if value is not None and value != default
        )
        for row in known.itertuples(index=False, name=None)
    }
    every = factors.where(factors.notna(), None).itertuples(index=False, name=None)
    return [names[tuple(row)] or "published" for row in every]


def _administrations(rows: pd.DataFrame) -> Any:
    """Number the administrations by the frame's ids, or by the design columns."""
    if "administration_id" in rows.columns and rows["administration_id"].notna().all():
        return rows["administration_id"].factorize()[0] + 1
    about = [n for n in ("stimulus", "stimulus_variant", *LATER_FACTORS) if n in rows.columns]
    keys = [rows[name].astype(str) for name in (*_SHEET, *about)]
    return rows.groupby(keys, sort=False, dropna=False).ngroup() + 1


def _check_once(rows: pd.DataFrame) -> None:
    again = rows.duplicated(["administration_id", "item_id"])
    if again.any():
        row = rows[again].iloc[0]
        raise DataError(
            f"item {row['item_id']!r} is answered twice by {row['model']} (form {row['form']!r}, "
            f"occasion {row['occasion']}); a column 'occasion' or 'administration_id' tells "
            "repetitions apart"
        )
