"""Snapshots of instruments as they were administered."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError
from sqlalchemy import Connection, func, select

from valuealign.errors import DataError, InstrumentError
from valuealign.instrument.instrument import Instrument
from valuealign.instrument.load import load_instrument
from valuealign.store.database.contents import loaded, texts
from valuealign.store.database.tables import administrations
from valuealign.store.responses.design_frame import Selection


def instrument_ids(connection: Connection, selection: Selection) -> list[str]:
    """The ids of the instruments that were administered, sorted."""
    query = selection.apply(select(administrations.c.instrument_id).distinct())
    return sorted(connection.execute(query).scalars())


def snapshot(connection: Connection, selection: Selection, name: str) -> Instrument:
    """One instrument as it was last administered.

    Parameters
    ----------
    connection : Connection
    selection : Selection
    name : str
        Its id.

    Returns
    -------
    Instrument

    Raises
    ------
    DataError
        This version cannot read the snapshot, and no shipped instrument has this id.
    """
    last = selection.apply(select(func.max(administrations.c.id))).where(
        administrations.c.instrument_id == name
    )
    query = select(administrations.c.instrument).where(
        administrations.c.id == last.scalar_subquery()
    )
    key = connection.execute(query).scalar_one()
    return _instrument(name, texts(connection, [key])[key])


def _instrument(name: str, text: str) -> Instrument:
    try:
        content: Any = loaded(text)
        return Instrument.model_validate(content)
    except (ValueError, RecursionError) as error:
        why = error.errors()[0]["msg"] if isinstance(error, ValidationError) else error
    try:
        return load_instrument(name)
    except InstrumentError:
        raise DataError(
            f"the store's copy of {name} cannot be read by this version ({why}), and no shipped "
            f"instrument has this id; give its file: --instrument FILE, or instrument=PATH"
        ) from None
