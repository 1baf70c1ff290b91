"""The work behind the pages: participants, their answers, and their withdrawal; no HTTP here."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from threading import Lock
from typing import Any, TypeVar

from sqlalchemy import Connection

from valuealign.administration.plan.plan import derived_seed
from valuealign.errors import StoreError
from valuealign.serve.pages import Place, Session, session_of
from valuealign.serve.participant_file import Participant, ParticipantFile
from valuealign.serve.posted import Posted
from valuealign.serve.survey import Survey
from valuealign.store.database.engine import empty_journal
from valuealign.store.forget import forget
from valuealign.store.store import Store
from valuealign.store.writer import Writer
from valuealign.supply.people.given_answer import Given
from valuealign.supply.people.person import person
from valuealign.supply.people.person_answers import given_before, write_given

MEDIUM = "web form"
_SESSIONS = 2000
_T = TypeVar("_T")


class Answering:
    """Participants who answer a survey.

    Parameters
    ----------
    survey : Survey
    store : Store
    people : ParticipantFile
    writer : Writer
        The one thread that writes answers; what it has written is on disk.
    plan : int
        The plan that answers belong to.
    """

    def __init__(
        self, survey: Survey, store: Store, people: ParticipantFile, writer: Writer, plan: int
    ) -> None:
        self.survey = survey
        self.store = store
        self.people = people
        self._writer = writer
        self._plan = plan
        self._sessions: OrderedDict[str, Session] = OrderedDict()
        self._lock = Lock()
        self._gone: set[str] = set()

    def session(self, participant: Participant) -> Session:
        """The pages of a participant; the last used ones are kept."""
        with self._lock:
            known = self._sessions.get(participant.person)
            if known is not None:
                self._sessions.move_to_end(participant.person)
                return known
        made = session_of(self.survey, participant)
        with self._lock:
            self._sessions[participant.person] = made
            if len(self._sessions) > _SESSIONS:
                self._sessions.popitem(last=False)
        return made

    def given(self, session: Session) -> Mapping[Place, Given]:
        """What a participant gave so far."""
        with self.store.reading() as connection:
            return given_before(connection, session.administrations)

    def write(self, session: Session, posted: Posted, milliseconds: float) -> None:
        """Write the answers of a page; they are on disk when this returns.

        Raises
        ------
        StoreError
            They could not be written.
        """
        who = session.participant.person

        def job(connection: Connection) -> None:
            # A page that was sent before the withdrawal and comes after it is not written.
            if who not in self._gone and posted.cells:
                write_given(
                    connection,
                    self._plan,
                    posted.cells,
                    medium=MEDIUM,
                    replacing=True,
                    milliseconds=milliseconds,
                )

        self._done(job)

    def withdraw(self, participant: Participant) -> None:
        """Delete everything of a participant, and remember only that somebody withdrew."""
        self._gone.add(participant.person)
        self.people.withdraw(participant.person)
        who = person(participant.person, self.survey.participants.group)
        self._done(lambda connection: forget(connection, [who.id]))
        empty_journal(self.store.engine)
        with self._lock:
            self._sessions.pop(participant.person, None)

    def code(self, participant: Participant) -> str:
        """The completion code: the study's, or the participant's own."""
        fixed = self.survey.participants.code
        own = derived_seed(0, self.people.secret, participant.person, "code")
        return fixed or f"{own:08X}"

    def _done(self, job: Callable[[Connection], _T]) -> _T:
        """Run a job of the writer and wait until it is on disk.

        The writer's thread must outlive any job, so that an unexpected error comes back here.
        """

        def safe(connection: Connection) -> Any:
            try:
                return job(connection), None
            except (ValueError, TypeError, LookupError, ArithmeticError) as error:
                return None, error

        result, error = self._writer.submit(safe).result(timeout=150)
        if error is not None:
            raise StoreError(f"an answer could not be written: {error}") from error
        done: _T = result
        return done
