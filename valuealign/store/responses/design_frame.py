"""The design frame: one row an administration, with every design factor."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Connection, Select, select

from valuealign.content import canonical
from valuealign.sampling_settings import SETTINGS
from valuealign.store.database.contents import loaded, texts
from valuealign.store.database.database_schema import readable_columns
from valuealign.store.database.engine import json_field
from valuealign.store.database.tables import administrations, contents, plan_administrations
from valuealign.store.responses.columns import Columns
from valuealign.store.responses.stimulus_columns import stimulus_columns

if TYPE_CHECKING:
    import numpy as np
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
LATER_FACTORS = {"pictures": "shown", "variant": "original"}
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

    readable = readable_columns(connection, administrations)
    wanted = [readable[name] for name in _FETCHED]
    query = selection.apply(select(*wanted)).order_by(administrations.c.id)
    kinds = ["int" if name in _NUMBERS else "code" for name in _FETCHED]
    columns = Columns(connection, query, kinds, table=administrations)
    if not columns.n:
        return pd.DataFrame(columns=list(COLUMNS))
    data: dict[str, Any] = {}
    for k, name in enumerate(_FETCHED):
        if name in _SHOWN:
            data |= _shown_once(connection, name, *columns.coded(k))
        else:
            shown = columns.array(k) if name in _NUMBERS else _taken(*columns.coded(k))
            data[_PLAIN.get(name, name)] = shown
    return pd.DataFrame({name: data[name] for name in design_columns(data)}, copy=False)


def _taken(codes: np.ndarray[Any, Any], values: list[Any]) -> Any:
    """A column of which few values differ, made from these."""
    import pandas as pd

    return pd.Series(values).array.take(codes)


def _shown_once(
    connection: Connection, kind: str, codes: np.ndarray[Any, Any], ids: list[Any]
) -> dict[str, Any]:
    """The columns of one kind of content: each content is read once, and taken for its rows."""
    import pandas as pd

    known = texts(connection, [each for each in ids if each is not None])
    rows = [{} if each is None else _SHOWN[kind](loaded(known[each])) for each in ids]
    few = pd.DataFrame(rows, index=range(len(rows)))
    for name, default in LATER_FACTORS.items():
        if name in few.columns:
            few[name] = few[name].fillna(default)
    return {str(name): few[name].array.take(codes) for name in few.columns}


ATTRIBUTES = ("stimulus", "persona_")
"""How columns of a design begin whose names depend on the data."""
_FETCHED = (
    "id",
    "respondent_id",
    "respondent",
    "instrument",
    "instrument_id",
    "instrument_hash",
    "wording_hash",
    "form",
    "form_name",
    "occasion",
    "elicitation",
    "seed",
    "n_cells",
    "stimulus",
)
_NUMBERS = ("id", "occasion", "seed", "n_cells")
_PLAIN = {"id": "administration_id", "instrument_id": "instrument", "form_name": "form"}
"""Columns of the table that have another name in a design."""


def _respondent(content: Mapping[str, Any]) -> dict[str, Any]:
    persona = content.get("persona") or {}
    sampling = content.get("sampling") or {}
    attributes = persona.get("attributes") or {}
    return {
        "model": content.get("model"),
        "base_url": content.get("base_url"),
        "persona": persona.get("id"),
        **{name: sampling.get(name) for name in SETTINGS},
        "extra": canonical(content["extra"]) if content.get("extra") else None,
        **{f"persona_{name}": value for name, value in attributes.items()},
    }


def _form(content: Mapping[str, Any]) -> dict[str, Any]:
    later = {name: content[name] for name in LATER_FACTORS if name in content}
    return {name: content.get(name) for name in FORM} | later


def _instrument(content: Mapping[str, Any]) -> dict[str, Any]:
    return {"wording": (content.get("wording") or {}).get("notice")}


_SHOWN: Mapping[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
    "respondent": _respondent,
    "form": _form,
    "instrument": _instrument,
    "stimulus": stimulus_columns,
}
"""Kind of content -> the columns that it becomes."""
COLUMNS = (
    "administration_id",
    "respondent_id",
    "model",
    "base_url",
    "persona",
    "instrument",
    "wording",
    "instrument_hash",
    "wording_hash",
    "form",
    *FORM,
    "occasion",
    "elicitation",
    *SETTINGS,
    "extra",
    "seed",
    "n_cells",
)
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
