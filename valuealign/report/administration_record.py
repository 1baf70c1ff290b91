"""A store's record of its administrations: versions, seeds, dates, attempts."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import Connection, func, select

from valuealign.store.database.contents import loaded
from valuealign.store.database.tables import attempts, contents, plan_administrations, plans
from valuealign.store.store import Store

if TYPE_CHECKING:
    import pandas as pd

    from valuealign.store.responses.responses import Responses


@dataclass(frozen=True)
class Record:
    """The administrations of one instrument in figures and dates.

    Attributes
    ----------
    hashes : tuple of str
        Every content of it that was given; several mean it changed in between.
    versions : tuple of str
        Of valuealign, which asked.
    seeds : tuple of int
        Of the plans.
    first, last : str
        When the first and the last request went out (UTC).
    requests, repeated : int
        Requests sent; those whose reply could not be used and that were sent again.
    tokens : int or None
        Prompt and completion tokens, where the endpoint counted them.
    cautions : tuple of str
        Content notes of the stimuli, and the uses that they do not support.
    """

    hashes: tuple[str, ...]
    versions: tuple[str, ...]
    seeds: tuple[int, ...]
    first: str
    last: str
    requests: int
    repeated: int
    tokens: int | None
    cautions: tuple[str, ...] = ()


def record_of(responses: Responses, design: pd.DataFrame) -> Record:
    """Read the record of some administrations of one instrument.

    Parameters
    ----------
    responses : Responses
        Says which store.
    design : DataFrame
        The administrations, all of one instrument.

    Returns
    -------
    Record

    Examples
    --------
    >>> import valuealign as va, tempfile
    >>> given = va.administer("pvq-21", "sim:yes", store=f"{tempfile.mkdtemp()}/study.db")
    >>> found = record_of(given, given.design)
    >>> found.requests
    21
    """
    import pandas as pd

    if responses.store is None:
        return Record(
            tuple(dict.fromkeys(design["instrument_hash"].astype(str))),
            (),
            (),
            ELSEWHERE,
            ELSEWHERE,
            0,
            0,
            None,
        )
    wanted = {int(i) for i in design["administration_id"]}
    opened = Store.open(responses.store, only_read=True)
    with opened as store, store.reading() as connection:
        sent = connection.execute(_SENT).all()
        planned = [r for r in connection.execute(_PLANNED).all() if r.administration in wanted]
        cautions = _cautions(connection, sorted({r.plan for r in planned}))
    mine = pd.DataFrame([tuple(r) for r in sent if r.administration in wanted], columns=_FIELDS)
    tokens = mine["tokens"].sum(min_count=1)
    return Record(
        tuple(dict.fromkeys(design["instrument_hash"].astype(str))),
        tuple(sorted({str(r.version) for r in planned})),
        tuple(sorted({int(r.seed) for r in planned})),
        _date(mine["first"].min()),
        _date(mine["last"].max()),
        int(mine["n"].sum()),
        int(mine["n"].sum() - mine["final"].sum()),
        None if pd.isna(tokens) else int(tokens),
        cautions,
    )


def merged(records: Sequence[Record]) -> Record:
    """Return the record of several stores together.

    Parameters
    ----------
    records : sequence of Record

    Returns
    -------
    Record
    """
    known = [r.tokens for r in records if r.tokens is not None]
    return Record(
        tuple(dict.fromkeys(h for r in records for h in r.hashes)),
        tuple(sorted({v for r in records for v in r.versions})),
        tuple(sorted({s for r in records for s in r.seeds})),
        min(r.first for r in records),
        max(r.last for r in records),
        sum(r.requests for r in records),
        sum(r.repeated for r in records),
        sum(known) if known else None,
        tuple(dict.fromkeys(c for r in records for c in r.cautions)),
    )


def _cautions(connection: Connection, plan_ids: list[int]) -> tuple[str, ...]:
    """What the plans record of their stimuli: content note and uses that are ruled out."""
    asked = select(contents.c.text).join(plans, plans.c.content == contents.c.id)
    found: list[str] = []
    for (text,) in connection.execute(asked.where(plans.c.id.in_(plan_ids))):
        about = loaded(text).get("about") or {}
        if about.get("content_note"):
            found.append(f"{about['set']}: {about['content_note']}")
        if about.get("not_for"):
            found.append(f"{about['set']} is not for {'; '.join(about['not_for'])}.")
    return tuple(dict.fromkeys(found))


ELSEWHERE = "gathered elsewhere"
"""When replies were asked for that valuealign did not ask for."""
_FIELDS = ["administration", "first", "last", "n", "final", "tokens"]
_SENT = select(
    attempts.c.administration,
    func.min(attempts.c.sent_at),
    func.max(attempts.c.sent_at),
    func.count(),
    func.count().filter(attempts.c.final),
    func.sum(attempts.c.prompt_tokens + attempts.c.completion_tokens),
).group_by(attempts.c.administration)
_PLANNED = select(
    plan_administrations.c.administration,
    plan_administrations.c.plan,
    plans.c.version,
    plans.c.seed,
).join(plans, plans.c.id == plan_administrations.c.plan)


def _date(seconds: float) -> str:
    if math.isnan(seconds):
        return "nothing was sent yet"
    return datetime.fromtimestamp(float(seconds), UTC).strftime("%Y-%m-%d %H:%M UTC")
