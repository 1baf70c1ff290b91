"""The design: one row an administration, with every factor under which it was given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Select, select

from valuealign.store.contents import loaded, texts
from valuealign.store.tables import administrations, plan_administrations

if TYPE_CHECKING:
    import pandas as pd

_FORM = ("order", "direction", "labels", "stem", "content", "instruction", "language", "context")
_SAMPLING = ("temperature", "top_p", "max_tokens", "reasoning_effort")
_CONDITIONS = ("elicitation", "base_url", *_SAMPLING, "wording", "instrument_hash")
"""What a form's name does not say, and yet makes it another condition."""


def chosen(
    *,
    plan: int | None = None,
    instrument: str | None = None,
) -> Select[Any]:
    """The administrations that are asked for."""
    query = select(administrations)
    if plan is not None:
        query = query.join(
            plan_administrations, plan_administrations.c.administration == administrations.c.id
        ).where(plan_administrations.c.plan == plan)
    if instrument is not None:
        query = query.where(administrations.c.instrument_id == instrument)
    return query.order_by(administrations.c.id)


def design(connection: Connection, query: Select[Any]) -> pd.DataFrame:
    """One row for each administration of a query.

    Parameters
    ----------
    connection : Connection
    query : Select
        From :func:`chosen`.

    Returns
    -------
    DataFrame
        In the order of the query: ids, respondent, form and its factors, occasion,
        elicitation, whose wording it was, the persona's attributes as ``persona_*``, and
        ``n_cells``.
    """
    import pandas as pd

    rows = connection.execute(query).mappings().all()
    known = {
        id_: loaded(text)
        for id_, text in texts(
            connection, [row[k] for row in rows for k in ("respondent", "form", "instrument")]
        ).items()
    }
    plain = [
        _row(dict(row), known[row["respondent"]], known[row["form"]], known[row["instrument"]])
        for row in rows
    ]
    frame = pd.DataFrame(plain, columns=None if plain else list(_row(_EMPTY, {}, {}, {})))
    first = [name for name in frame.columns if not name.startswith("persona_")]
    return frame[[*first, *(name for name in frame.columns if name not in first)]]


def told_apart(frame: pd.DataFrame, by: Sequence[str]) -> list[str]:
    """What rows must be grouped by, so that no two conditions are pooled unseen.

    Parameters
    ----------
    frame : DataFrame
        With the columns of :func:`design`.
    by : sequence of str
        What they are grouped by in any case.

    Returns
    -------
    list of str
        These, and every other condition that differs within one of the groups.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = pd.DataFrame({"model": ["a", "a", "b"], "temperature": [0.0, 1.0, 1.0]})
    >>> told_apart(rows, ["model"])
    ['model', 'temperature']
    """
    others = [name for name in _CONDITIONS if name in frame.columns and name not in by]
    within = frame.groupby(list(by), dropna=False, observed=True)[others].nunique(dropna=False)
    return [*by, *(name for name in others if (within[name] > 1).any())]


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
        **{name: form.get(name) for name in _FORM},
        "occasion": row["occasion"],
        "elicitation": row["elicitation"],
        **{name: sampling.get(name) for name in _SAMPLING},
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
