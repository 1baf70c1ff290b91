"""Who is a row: administrations, personas or models, said with the rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from valuealign.analysis.matrix import matrix
from valuealign.errors import DataError
from valuealign.instrument.instrument import Instrument
from valuealign.instrument.load import load_instrument
from valuealign.store.responses import Responses

if TYPE_CHECKING:
    import pandas as pd

Unit = Literal["administrations", "personas", "models"]
UNITS: dict[Unit, tuple[list[str], str]] = {
    "administrations": (
        ["administration_id"],
        "administrations (occasions of one model are no people: what is told is about its replies "
        "under these forms)",
    ),
    "personas": (["model", "persona"], "personas of a model, their administrations averaged"),
    "models": (["model"], "models, their administrations averaged"),
}
"""What may be a row: the columns that make it one, and what that means."""


@dataclass(frozen=True)
class Rows:
    """Rows for an analysis.

    Parameters
    ----------
    data : DataFrame
        One column an item; and ``model`` where the rows come from a store.
    told : str
        How many rows of what.
    instrument : Instrument or None
    """

    data: pd.DataFrame
    told: str
    instrument: Instrument | None = None


def rows_of(
    given: Responses, *, unit: Unit = "administrations", forms: Sequence[str] | None = None
) -> Rows:
    """Return the rows of what was answered to one instrument's own stems.

    Parameters
    ----------
    given : Responses
    unit : {"administrations", "personas", "models"}
        What a row is.
    forms : sequence of str, optional
        Only these forms.

    Returns
    -------
    Rows

    Raises
    ------
    DataError
        Several instruments, none, an unknown form, or personas where none were given.

    Examples
    --------
    >>> import valuealign as va, tempfile
    >>> given = va.administer("pvq-21", "sim:human", occasions=3,
    ...                       store=f"{tempfile.mkdtemp()}/study.db")
    >>> rows_of(given, unit="models").told
    '1 row: models, their administrations averaged'
    """
    wide = given.wide
    names = sorted(set(wide["instrument"].astype(str)))
    if len(names) != 1:
        raise DataError(
            f"found responses to {', '.join(names) or 'no instrument'}; name one instrument"
        )
    if forms:
        unknown = sorted(set(forms) - set(wide["form"].astype(str)))
        if unknown:
            raise DataError(f"no responses under form {unknown[0]!r}")
        wide = wide[wide["form"].isin(list(forms))]
    wide = without_opposed(wide)
    if wide.empty:
        raise DataError("every administration was given opposed stems; there are no own ones")
    instrument = load_instrument(names[0])
    keys, meaning = UNITS[unit]
    if unit == "personas" and wide["persona"].isna().all():
        raise DataError("no personas were given; rows are administrations or models")
    items = [name for name in instrument.item_ids if name in wide.columns]
    if unit == "administrations":
        data = wide[["model", *items]].reset_index(drop=True)
    else:
        grouped = wide.groupby(keys, observed=True, sort=False)[items].mean()
        data = grouped.reset_index().drop(columns=[k for k in keys if k != "model"])
    data["model"] = data["model"].astype(str)
    plural = "row" if len(data) == 1 else "rows"
    return Rows(data, f"{len(data)} {plural}: {meaning}", instrument)


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
    """Refuse rows that are no answers to an instrument, and say which of its items are there.

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
        raise DataError(f"item {doubled[0]!r} stands in two columns; give each item one")
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
            raise DataError(f"administration {which} stands in two rows; give each one row")
    return items


def respondents(sheets: pd.DataFrame) -> tuple[pd.DataFrame, bool]:
    """Return one row a persona where there are several, else one row an administration.

    Parameters
    ----------
    sheets : DataFrame
        Wide responses of one model.

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


def read_rows(path: str | Path) -> Rows:
    """Read rows from a file of any kind that :func:`valuealign.read_population` reads.

    Parameters
    ----------
    path : str or Path

    Returns
    -------
    Rows

    Raises
    ------
    DataError
        No such file, a format that is not read, or a file that is not what its name says.
    """
    import pandas as pd

    from valuealign.population.readers.people_file import MOST_ROWS
    from valuealign.population.readers.tables import open_people

    opened = open_people(path)
    frames = list(opened.chunks(opened.columns, MOST_ROWS))
    data = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=opened.columns)
    return Rows(data, f"{len(data)} rows of {opened.path.name}")
