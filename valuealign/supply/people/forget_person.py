"""Deletion of a person's answers."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, select

from valuealign.arguments import checked
from valuealign.errors import DataError
from valuealign.store.database.contents import loaded
from valuealign.store.database.engine import empty_journal, plainly
from valuealign.store.database.tables import administrations, contents
from valuealign.store.forget import forget
from valuealign.store.store import Store
from valuealign.supply.people.person import GROUP, person


@checked
def forget_person(person_id: str, *, group: str = GROUP, store: str | Path | None = None) -> int:
    """Delete everything that a person answered.

    Parameters
    ----------
    person_id : str
    group : str
    store : str or Path, optional
        By default ``VALUEALIGN_STORE`` or ``valuealign.db``.

    Returns
    -------
    int
        How many answers were deleted.

    Raises
    ------
    DataError
        There is no such person in the store.
    """
    with Store.open(store, must_exist=True) as opened, plainly(opened.where):
        with opened.writing() as connection:
            ids = respondents_named(connection, person_id, group)
            n = forget(connection, ids)
        empty_journal(opened.engine)
    if not ids:
        raise DataError(f"there are no answers of {person_id} in the group {group!r}")
    return n


def respondents_named(connection: Connection, person_id: str, group: str) -> list[str]:
    """The ids of a person as a respondent, whatever attributes are kept beside the answers."""
    wanted = person(person_id, group)
    query = (
        select(administrations.c.respondent_id, contents.c.text)
        .join(contents, contents.c.id == administrations.c.respondent)
        .distinct()
    )
    return [
        respondent_id
        for respondent_id, text in connection.execute(query)
        if (content := loaded(text))["model"] == wanted.model
        and (content.get("persona") or {}).get("id") == person_id
    ]
