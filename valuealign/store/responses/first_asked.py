"""When the first request for some responses went out."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from valuealign.store.database.tables import attempts
from valuealign.store.store import Store

if TYPE_CHECKING:
    from valuealign.store.responses.responses import Responses


def first_asked(responses: Responses) -> datetime | None:
    """Return when the first request for these responses went out, in UTC.

    Parameters
    ----------
    responses : Responses

    Returns
    -------
    datetime or None
        None where no store has a record of it.

    Examples
    --------
    >>> import valuealign as va, tempfile
    >>> given = va.administer("pvq-21", "sim:yes", store=f"{tempfile.mkdtemp()}/study.db")
    >>> first_asked(given).tzname()
    'UTC'
    """
    if responses.store is None:
        return None
    wanted = set(responses.design["administration_id"].astype(int))
    query = select(attempts.c.administration, func.min(attempts.c.sent_at))
    opened = Store.open(responses.store, only_read=True)
    with opened as store, store.reading() as connection:
        sent = connection.execute(query.group_by(attempts.c.administration)).all()
    times = [first for administration, first in sent if administration in wanted]
    return datetime.fromtimestamp(min(times), UTC) if times else None
