"""The design frame: one row an administration, with every design factor."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Connection, Select, select

from valuealign.content import canonical
from valuealign.sampling_settings import SETTINGS
from valuealign.store.database.contents import loaded, texts
from valuealign.store.database.database_schema import readable_columns
from valuealign.store.database.engine import json_field
from valuealign.store.database.tables import administrations, contents, plan_administrations
from valuealign.store.database.untrusted_file import check_kinds
from valuealign.store.responses.stimulus_columns import stimulus_columns

if TYPE_CHECKING:
    import pandas as pd

FORM_DEFAULTS: dict[str, str | None] = {
    "order": "published",
    "direction": "published",
    "labels": "numbers",
    "stem": None,
    "content": "stem",
    "instruction": None,
    "language": None,
    "context": None,
}
"""The factors of a form, and what they are where nothing else is on record."""
FORM = tuple(FORM_DEFAULTS)
LATER_FACTORS = {"pictures": "shown"}
"""Factors that a form has on record only where it is not at this default; then all rows have it."""


@dataclass(frozen=True)
class Selection:
    """Conditions on administrations; ``None`` selects all.

    Parameters
    ----------
    plan : int, optional
    instrument : str, optional
        Its id.
    models : tuple of str, optional
        As the endpoints know them.
    """

    plan: int | None = None
    instrument: str | None = None
    models: tuple[str, ...] | None = None
    beside_plan: tuple[str, str] | None = None
    """With a plan: an instrument and an elicitation whose answers belong to it too."""

    @property
    def everything(self) -> bool:
        """Whether the selection has no condition."""
        return self == Selection()

    def apply(self, query: Select[Any]) -> Select[Any]:
        """Return a query on administrations with these conditions."""
        if self.plan is not None:
            of_plan = select(plan_administrations.c.administration).where(
                plan_administrations.c.plan == self.plan
            )
            wanted: ColumnElement[bool] = administrations.c.id.in_(of_plan)
            if self.beside_plan is not None:
                instrument, elicitation = self.beside_plan
                wanted |= (administrations.c.instrument_id == instrument) & (
                    administrations.c.elicitation == elicitation
                )
            query = query.where(wanted)
        if self.instrument is not None:
            query = query.where(administrations.c.instrument_id == self.instrument)
        if self.models is not None:
            model = json_field(contents.c.text, "model")
            who = select(contents.c.id).where(
                contents.c.kind == "respondent", model.in_(self.models)
            )
            query = query.where(administrations.c.respondent.in_(who))
        return query

    def of(self, query: Select[Any], column: ColumnElement[int]) -> Select[Any]:
        """Return a query on rows of administrations, by their column of administration ids."""
        if self.everything:
            return query
        return query.where(column.in_(self.apply(select(administrations.c.id))))


def design(connection: Connection, selection: Selection) -> pd.DataFrame:
    """One row for each administration of a selection.

    Parameters
    ----------
    connection : Connection
    selection : Selection

    Returns
    -------
    DataFrame
        In the order in which they were planned: ids, respondent, form and its factors, occasion,
        elicitation, whose wording it was, ``n_cells``, the persona's attributes as ``persona_*``,
        and what it is about as ``stimulus`` and ``stimulus_*``.
    """
    import pandas as pd

    columns = readable_columns(connection, administrations).values()
    query = selection.apply(select(*columns)).order_by(administrations.c.id)
    rows = connection.execute(query).mappings().all()
    check_kinds(administrations, rows)
    known = {
        id_: loaded(text)
        for id_, text in texts(
            connection, [row[k] for row in rows for k in _CONTENTS if row[k] is not None]
        ).items()
    }
    about = {
        id_: stimulus_columns(known[id_]) for id_ in {row["stimulus"] for row in rows} - {None}
    }
    plain = [
        {
            **_row(
                dict(row), known[row["respondent"]], known[row["form"]], known[row["instrument"]]
            ),
            **about.get(row["stimulus"], {}),
        }
        for row in rows
    ]
    frame = pd.DataFrame(plain, columns=None if plain else list(COLUMNS))
    for name, default in LATER_FACTORS.items():
        if name in frame.columns:
            frame[name] = frame[name].fillna(default)
    return frame[design_columns(frame.columns)]


ATTRIBUTES = ("stimulus", "persona_")
"""How columns of a design begin whose names depend on the data."""
_CONTENTS = ("respondent", "form", "instrument", "stimulus")


def _row(
    row: Mapping[str, Any],
    respondent: Mapping[str, Any],
    form: Mapping[str, Any],
    instrument: Mapping[str, Any],
) -> dict[str, Any]:
    persona = respondent.get("persona") or {}
    sampling = respondent.get("sampling") or {}
    attributes = persona.get("attributes") or {}
    return {
        "administration_id": row["id"],
        "respondent_id": row["respondent_id"],
        "model": respondent.get("model"),
        "base_url": respondent.get("base_url"),
        "persona": persona.get("id"),
        "instrument": row["instrument_id"],
        "wording": (instrument.get("wording") or {}).get("notice"),
        "instrument_hash": row["instrument_hash"],
        "wording_hash": row["wording_hash"],
        "form": row["form_name"],
        **{name: form.get(name) for name in FORM},
        **{name: form[name] for name in LATER_FACTORS if name in form},
        "occasion": row["occasion"],
        "elicitation": row["elicitation"],
        **{name: sampling.get(name) for name in SETTINGS},
        "extra": canonical(respondent["extra"]) if respondent.get("extra") else None,
        "seed": row["seed"],
        "n_cells": row["n_cells"],
        **{f"persona_{name}": value for name, value in attributes.items()},
    }


_EMPTY: dict[str, Any] = dict.fromkeys(
    (
        "id",
        "respondent_id",
        "instrument_id",
        "instrument_hash",
        "wording_hash",
        "form_name",
        "occasion",
        "elicitation",
        "seed",
        "n_cells",
    )
)
COLUMNS = tuple(_row(_EMPTY, {}, {}, {}))
"""The columns of every design; factors that were added later and attributes apart."""


def design_columns(names: Iterable[Any]) -> list[str]:
    """The columns of a design in order.

    Factors that were added later are before the occasion, where there are any, and attributes are
    at the end.

    Examples
    --------
    >>> columns = design_columns(["persona_sex", "pictures", "other"])
    >>> columns.index("context") < columns.index("pictures") < columns.index("occasion")
    True
    >>> columns[-1], "other" in columns
    ('persona_sex', False)
    """
    there = [str(name) for name in names]
    at = COLUMNS.index("occasion")
    later = [name for name in LATER_FACTORS if name in there]
    attributes = [name for name in there if name.startswith(ATTRIBUTES)]
    return [*COLUMNS[:at], *later, *COLUMNS[at:], *attributes]
