"""The replies that the ratings of a store are about."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from valuealign.content import content_id
from valuealign.store.database.contents import loaded, texts
from valuealign.store.database.engine import json_field, plainly
from valuealign.store.database.tables import administrations, contents
from valuealign.store.database.untrusted_file import as_written
from valuealign.store.origins import read_origins
from valuealign.store.responses.design_frame import Selection
from valuealign.store.store import Store

if TYPE_CHECKING:
    import pandas as pd

RATED = ["administration_id", "origin", "part", "item", "n_words"]


def rated_stimuli(store: str | Path | None, rubric: str) -> pd.DataFrame:
    """Return which replies each administration of a rubric was about.

    Parameters
    ----------
    store : str, Path or None
    rubric : str
        Its id.

    Returns
    -------
    DataFrame
        One row an administration and reply: ``administration_id`` (of the rating), ``origin``
        (the key of the administration that was rated), ``part`` (0, or which of a pair), ``item``,
        ``n_words`` of the reply.
    """
    import pandas as pd

    query = select(administrations.c.id, administrations.c.stimulus)
    with (
        Store.open(store, must_exist=True, only_read=True) as opened,
        plainly(opened.where),
        as_written(opened.where),
        opened.reading() as connection,
    ):
        origins = read_origins(connection)
        if not origins:
            return pd.DataFrame(columns=RATED)
        rows = connection.execute(Selection(instrument=rubric).apply(query)).all()
        facts = {
            number: _facts(loaded(text))
            for number, text in texts(connection, {row[1] for row in rows} - {None}).items()
        }
    made_of: dict[str, list[Any]] = {}
    for each in origins:
        made_of.setdefault(each.stimulus, []).append(each)
    return pd.DataFrame(
        [
            (administration, each.administration, each.part, each.item_id, facts[stimulus][1])
            for administration, stimulus in rows
            if stimulus is not None
            for each in made_of.get(facts[stimulus][0], ())
        ],
        columns=RATED,
    )


def rubrics_of(store: str | Path | None, instrument: str) -> list[str]:
    """The ids of the instruments that were asked about replies to an instrument.

    Parameters
    ----------
    store : str, Path or None
    instrument : str
        Its id.
    """
    stimuli = contents.alias("stimuli")
    query = (
        select(administrations.c.instrument_id)
        .join(stimuli, stimuli.c.id == administrations.c.stimulus)
        .where(json_field(stimuli.c.text, "set") == f"replies-{instrument}")
        .distinct()
    )
    with (
        Store.open(store, must_exist=True, only_read=True) as opened,
        plainly(opened.where),
        opened.reading() as connection,
    ):
        if not read_origins(connection):
            return []
        return sorted(connection.execute(query).scalars())


def administration_keys(store: str | Path | None) -> dict[str, int]:
    """The id of every administration of a store, by the key that is the same in every store."""
    query = select(administrations.c.key, administrations.c.id)
    with (
        Store.open(store, must_exist=True, only_read=True) as opened,
        plainly(opened.where),
        opened.reading() as connection,
    ):
        return {str(key): int(number) for key, number in connection.execute(query)}


def _facts(content: Any) -> tuple[str, int]:
    """The hash of a stimulus, and the number of words of its reply."""
    shown = content.get("shown") or {}
    return content_id(content), len(str(shown.get("reply", "")).split())
