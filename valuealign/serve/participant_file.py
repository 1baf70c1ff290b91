"""The participants of a survey, in a file of their own.

Consent, progress, panel ids and attention checks stand here and never in the store, so that a
store that is passed on identifies nobody.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

from sqlalchemy import (
    Column,
    Float,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    func,
    insert,
    select,
    update,
)

from valuealign.content import canonical
from valuealign.errors import StoreError
from valuealign.store.database.engine import (
    empty_journal,
    insert_new,
    open_engine,
    overwrite_deleted,
    plainly,
    reading,
    writing,
)
from valuealign.store.database.untrusted_file import refuse_code

State = Literal["invited", "started", "finished", "withdrawn"]
_metadata = MetaData()
_secrets = Table("secrets", _metadata, Column("secret", String(64), primary_key=True))
_people = Table(
    "participants",
    _metadata,
    Column("id", Integer, primary_key=True),
    Column("survey", String(16), nullable=False),
    Column("number", Integer, nullable=False),
    Column("person", String(64), nullable=False, unique=True),
    Column("state", String(12), nullable=False),
    Column("panel_id", Text),
    Column("panel", Text),
    Column("created_at", Float, nullable=False),
    Column("consented_at", Float),
    Column("finished_at", Float),
    UniqueConstraint("survey", "number"),
    UniqueConstraint("survey", "panel_id"),
)
_checks = Table(
    "attention",
    _metadata,
    Column("person", String(64), primary_key=True),
    Column("check", Integer, primary_key=True),
    Column("answer", Integer, nullable=False),
    Column("right", Integer, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Participant:
    """One participant.

    Parameters
    ----------
    person : str
        The pseudonym under which the answers stand in the store.
    survey : str
    number : int
        Counted from 0 within the survey.
    state : {"invited", "started", "finished", "withdrawn"}
    panel : mapping of str to str
        What a panel passed along.
    """

    person: str
    survey: str
    number: int
    state: State
    panel: Mapping[str, str]


class ParticipantFile:
    """The file of participants.

    Parameters
    ----------
    path : Path

    Examples
    --------
    >>> import tempfile, pathlib
    >>> with ParticipantFile(pathlib.Path(tempfile.mkdtemp()) / "p.db") as people:
    ...     someone = people.add("survey", state="started")
    ...     people.find(someone.person).state
    'started'
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._engine = open_engine(path)
        with plainly(path):
            with self._engine.connect() as connection:
                refuse_code(connection)
            with writing(self._engine) as connection:
                _metadata.create_all(connection)
                if connection.execute(select(_secrets)).first() is None:
                    connection.execute(insert(_secrets), {"secret": secrets.token_hex(32)})
            with reading(self._engine) as connection:
                self.secret: str = connection.execute(select(_secrets.c.secret)).scalar_one()
        path.chmod(0o600)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._engine.dispose()

    def add(
        self,
        survey: str,
        *,
        state: State,
        panel: Mapping[str, str] | None = None,
        panel_id: str | None = None,
    ) -> Participant:
        """Add a participant; one whom the panel has sent before is given back.

        Parameters
        ----------
        survey : str
        state : {"invited", "started"}
        panel : mapping, optional
            What the panel passed along.
        panel_id : str, optional
            The panel's name of this person.
        """
        now = time.time()
        with plainly(self.path), writing(self._engine) as connection:
            if panel_id is not None:
                query = select(_people).where(
                    _people.c.survey == survey, _people.c.panel_id == panel_id
                )
                known = connection.execute(query).mappings().first()
                if known is not None:
                    return _participant(dict(known))
            count = select(func.count()).select_from(_people).where(_people.c.survey == survey)
            number = connection.execute(count).scalar_one()
            row: dict[str, Any] = {
                "survey": survey,
                "number": number,
                "person": f"p{secrets.token_hex(5)}",
                "state": state,
                "panel_id": panel_id,
                "panel": canonical(dict(panel or {})),
                "created_at": now,
                "consented_at": now if state == "started" else None,
            }
            connection.execute(insert(_people), row)
        return _participant(row)

    def find(self, person: str) -> Participant | None:
        """The participant of that pseudonym."""
        return self._one(_people.c.person == person)

    def sent_by_panel(self, survey: str, panel_id: str) -> Participant | None:
        """The participant whom a panel sent under that name."""
        return self._one((_people.c.survey == survey) & (_people.c.panel_id == panel_id))

    def _one(self, condition: Any) -> Participant | None:
        with plainly(self.path), reading(self._engine) as connection:
            row = connection.execute(select(_people).where(condition)).mappings().first()
        return None if row is None else _participant(dict(row))

    def becomes(self, person: str, state: State) -> None:
        """Record that a participant consented, or finished."""
        when = {"started": "consented_at", "finished": "finished_at"}[state]
        with plainly(self.path), writing(self._engine) as connection:
            here = update(_people).where(_people.c.person == person)
            connection.execute(here.values({"state": state, when: time.time()}))

    def withdraw(self, person: str) -> None:
        """Forget everything but that somebody withdrew."""
        with plainly(self.path):
            with writing(self._engine) as connection:
                overwrite_deleted(connection)
                connection.execute(_checks.delete().where(_checks.c.person == person))
                here = update(_people).where(_people.c.person == person)
                connection.execute(here.values(state="withdrawn", panel_id=None, panel=None))
            empty_journal(self._engine)

    def note_attention(self, person: str, check: int, answer: int, *, is_right: bool) -> None:
        """Record the first answer to an attention check."""
        row = {"person": person, "check": check, "answer": answer, "right": int(is_right)}
        with plainly(self.path), writing(self._engine) as connection:
            connection.execute(insert_new(connection, _checks), row)

    def attention(self, person: str) -> dict[int, int]:
        """The answers to attention checks, by check."""
        query = select(_checks.c.check, _checks.c.answer).where(_checks.c.person == person)
        with plainly(self.path), reading(self._engine) as connection:
            return {row.check: row.answer for row in connection.execute(query)}

    def table(self) -> list[dict[str, Any]]:
        """One row a participant, without what a panel passed along."""
        shown, right = func.count(_checks.c.check), func.sum(_checks.c.right)
        query = (
            select(_people, shown.label("shown"), right.label("right"))
            .outerjoin(_checks, _checks.c.person == _people.c.person)
            .group_by(_people.c.id)
            .order_by(_people.c.id)
        )
        with plainly(self.path), reading(self._engine) as connection:
            rows = connection.execute(query).mappings().all()
        return [
            {
                "person": row["person"],
                "survey": row["survey"],
                "state": row["state"],
                "minutes": _minutes(row["consented_at"], row["finished_at"]),
                "attention checks": row["shown"],
                "of these right": int(row["right"] or 0),
            }
            for row in rows
        ]


def participant_path(store: str) -> Path:
    """The file of participants that belongs to a store.

    Raises
    ------
    StoreError
        The store is not a file, so that the file must be named.

    Examples
    --------
    >>> participant_path("data/study.db").as_posix()
    'data/study.participants.db'
    """
    if "://" in store:
        raise StoreError("the store is a server; name a file of participants: --participants FILE")
    return Path(store).expanduser().with_suffix(".participants.db")


def _participant(row: Mapping[str, Any]) -> Participant:
    panel = json.loads(row["panel"] or "{}")
    return Participant(row["person"], row["survey"], row["number"], row["state"], panel)


def _minutes(start: float | None, end: float | None) -> float | None:
    return None if start is None or end is None else round((end - start) / 60, 1)
