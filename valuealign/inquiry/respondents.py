"""The rows of an analysis: administrations, personas or respondents.

Who a respondent is, and which conditions make another, stands in
:mod:`valuealign.store.responses.respondent_names`; every analysis takes its rows from here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from valuealign.analysis.matrix import matrix
from valuealign.errors import DataError
from valuealign.frames import responses_frame
from valuealign.instrument.instrument import Instrument
from valuealign.store.responses.administered_instrument import Named, administered_instrument
from valuealign.store.responses.respondent_names import RESPONDENT, with_respondents

if TYPE_CHECKING:
    import pandas as pd

    from valuealign.store.responses.responses import Responses

Unit = Literal["administrations", "personas", "models"]
UNITS: dict[Unit, tuple[list[str], str]] = {
    "administrations": (
        ["administration_id"],
        "administrations (repeated administrations are not independent respondents: results hold "
        "for these replies under these forms)",
    ),
    "personas": ([RESPONDENT, "persona"], "personas, their administrations averaged"),
    "models": ([RESPONDENT], "models, their administrations averaged"),
}
"""What may be a row: the columns that make it one, and what that means."""


@dataclass(frozen=True)
class Rows:
    """Rows for an analysis.

    Parameters
    ----------
    data : DataFrame
        One column an item; and ``respondent`` and ``model`` where the rows come from a store.
    description : str
        How many rows of what, and whose.
    instrument : Instrument or None
    """

    data: pd.DataFrame
    description: str
    instrument: Instrument | None = None


def wide_of(data: Responses | pd.DataFrame, instrument: Instrument) -> pd.DataFrame:
    """Return one row an administration (or person) of one instrument, respondents named.

    Parameters
    ----------
    data : Responses or DataFrame
        Of a frame, a column ``model`` says whose rows these are.
    instrument : Instrument

    Returns
    -------
    DataFrame
        Items bear their own names, whatever else a store holds.

    Raises
    ------
    DataError
        There are no responses to the instrument.
    """
    frame = _of_instrument(responses_frame(data, "wide"), instrument)
    prefix = f"{instrument.id}."
    return frame.rename(columns=lambda name: str(name).removeprefix(prefix))


def long_of(data: Responses | pd.DataFrame, instrument: Instrument | None) -> pd.DataFrame:
    """Return one row a response to one instrument, respondents named.

    Parameters
    ----------
    data : Responses or DataFrame
    instrument : Instrument or None
        None takes every row of a frame.

    Returns
    -------
    DataFrame

    Raises
    ------
    DataError
        There are no responses to the instrument.
    """
    return _of_instrument(responses_frame(data, "long"), instrument)


def _of_instrument(frame: pd.DataFrame, instrument: Instrument | None) -> pd.DataFrame:
    if instrument is not None and "instrument" in frame.columns:
        own = frame["instrument"].astype(str) == instrument.id
        if not own.any():
            others = ", ".join(sorted(set(frame["instrument"].astype(str)))) or "no instrument"
            raise DataError(
                f"there are no responses to {instrument.id}; there are responses to {others}"
            )
        frame = frame[own] if not own.all() else frame
    return with_respondents(frame) if "model" in frame.columns else frame


def each_respondent(frame: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield each respondent's name and rows, in the order of asking."""
    names = frame[RESPONDENT].astype(str)
    for name in dict.fromkeys(names):
        yield name, frame[(names == name).to_numpy()]


def n_respondents(frame: pd.DataFrame) -> int:
    """Return the number of respondents in the rows; 0 for rows of people."""
    return int(frame[RESPONDENT].astype(str).nunique()) if RESPONDENT in frame.columns else 0


def rows_of(
    data: Responses,
    *,
    unit: Unit = "administrations",
    instrument: Named = None,
    forms: Sequence[str] | None = None,
) -> Rows:
    """Return the rows of responses to an instrument's original stems.

    Parameters
    ----------
    data : Responses
    unit : {"administrations", "personas", "models"}
        What a row is.
    instrument : Instrument, str or Path, optional
        Which, where there are responses to several.
    forms : sequence of str, optional
        Only these forms.

    Returns
    -------
    Rows

    Raises
    ------
    DataError
        Several instruments and none named, an unknown form, or personas where none were given.

    Examples
    --------
    >>> import valuealign as va, tempfile
    >>> given = va.administer("pvq-21", "sim:human", occasions=3,
    ...                       store=f"{tempfile.mkdtemp()}/study.db")
    >>> rows_of(given, unit="models").description
    '1 row of sim:human: models, their administrations averaged'
    """
    loaded = administered_instrument(data, instrument)
    wide = wide_of(data, loaded)
    if forms:
        unknown = sorted(set(forms) - set(wide["form"].astype(str)))
        if unknown:
            raise DataError(f"no responses under form {unknown[0]!r}")
        wide = wide[wide["form"].isin(list(forms))]
    rows = rows_in(without_opposed(wide), loaded, unit)
    return Rows(rows, _told(rows, unit), loaded)


def rows_in(wide: pd.DataFrame, instrument: Instrument, unit: Unit) -> pd.DataFrame:
    """Return one row a unit, from one row an administration of an instrument's own stems.

    Parameters
    ----------
    wide : DataFrame
        From :func:`wide_of`, without opposed stems.
    instrument : Instrument
    unit : {"administrations", "personas", "models"}

    Returns
    -------
    DataFrame
        ``respondent model``, then the items.

    Raises
    ------
    DataError
        No rows, or personas where none were given.
    """
    if unit not in UNITS:
        raise DataError(f"unit is {unit!r}; expected one of {', '.join(UNITS)}")
    if wide.empty:
        raise DataError("no administration used the instrument's own stems; all were opposed")
    items = [name for name in instrument.item_ids if name in wide.columns]
    who = [RESPONDENT, "model"]
    if unit == "administrations":
        data = wide[[*who, *items]].reset_index(drop=True)
    else:
        if unit == "personas" and ("persona" not in wide or wide["persona"].isna().all()):
            raise DataError("no personas were given; rows are administrations or models")
        keys = [wide[name].astype(str) for name in UNITS[unit][0]]
        groups = wide.groupby(keys, sort=False)
        data = groups[items].mean()
        data.insert(0, "model", groups["model"].first().astype(str))
        data = data.reset_index()[[*who, *items]]
    return data.astype(dict.fromkeys(who, str))


def _told(rows: pd.DataFrame, unit: Unit) -> str:
    names = list(dict.fromkeys(rows[RESPONDENT]))
    whose = names[0] if len(names) == 1 else f"{len(names)} respondents ({', '.join(names)})"
    plural = "row" if len(rows) == 1 else "rows"
    return f"{len(rows)} {plural} of {whose}: {UNITS[unit][1]}"


def persons(sheets: pd.DataFrame) -> tuple[pd.DataFrame, bool]:
    """Return one row a persona where there are several, else one row an administration.

    Parameters
    ----------
    sheets : DataFrame
        One row an administration, of one respondent.

    Returns
    -------
    rows : DataFrame
    personas : bool
        Whether the rows are personas.
    """
    plain = without_opposed(sheets)
    if "persona" not in plain.columns or plain["persona"].nunique() < 2:
        return plain, False
    items = [c for c in plain.columns if plain[c].dtype.kind == "f"]
    averaged: pd.DataFrame = plain.groupby("persona", observed=True)[items].mean()
    return averaged, True


def without_opposed(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the rows given the instrument's own stems.

    Parameters
    ----------
    frame : DataFrame
        Long or wide responses; without the column ``content`` all are.

    Returns
    -------
    DataFrame
    """
    if "content" not in frame.columns:
        return frame
    return frame[frame["content"].astype(str) != "opposed"]


def check_items(frame: pd.DataFrame, instrument: Instrument) -> list[str]:
    """Raise an error for rows without the instrument's items, and return its items.

    Parameters
    ----------
    frame : DataFrame
        One row an administration or a person, one column an item.
    instrument : Instrument

    Returns
    -------
    list of str
        The items that are there, in the instrument's order.

    Raises
    ------
    DataError
        No item of the instrument, an item in two columns, text, a code its response scale does
        not have, an administration in two rows.

    Examples
    --------
    >>> import pandas as pd
    >>> from valuealign.instrument.load import load_instrument
    >>> check_items(pd.DataFrame({"pvq02": [1, 6], "age": [30, 40]}), load_instrument("pvq-21"))
    ['pvq02']
    """
    columns = [str(c) for c in frame.columns]
    items = [name for name in instrument.item_ids if name in columns]
    if not items:
        raise DataError(f"no item of {instrument.id} is among the columns {columns[:8]}")
    doubled = [name for name in items if columns.count(name) > 1]
    if doubled:
        raise DataError(f"two columns hold item {doubled[0]!r}; give each item one column")
    values = matrix(frame[items], empty=True).values
    scale = instrument.response_scale
    low, high = getattr(scale, "minimum", None), getattr(scale, "maximum", None)
    if low is not None and high is not None:
        outside = (values < low) | (values > high)
        if outside.any():
            row, column = (int(k[0]) for k in outside.nonzero())
            raise DataError(
                f"item {items[column]!r} holds {values[row, column]:g} in row {row + 1}; "
                f"{instrument.id} has codes from {low:g} to {high:g}. Turn codes of missing "
                "answers into NaN first"
            )
    if "administration_id" in columns:
        again = frame["administration_id"].duplicated()
        if again.any():
            which = frame.loc[again, "administration_id"].iloc[0]
            raise DataError(f"two rows hold administration {which}; give each one row")
    return items
