"""A visit: whose link it is, which form was posted, and what a page is made with."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from valuealign.serve.answering import Answering
from valuealign.serve.pages import Session
from valuealign.serve.participant_file import Participant
from valuealign.serve.posted import MAX_BYTES, Unacceptable, fields_of
from valuealign.serve.protection import is_own_form, person_of, signed
from valuealign.serve.rendering import rendered
from valuealign.serve.words import words_of

_SEE_OTHER = 303


class Refused(Exception):  # noqa: N818  # named for what the visitor meets
    """A page that says why there is nothing to do here.

    Parameters
    ----------
    status : int
        Of HTTP.
    what : str
        Which of the form's words say so.
    """

    def __init__(self, status: int, what: str) -> None:
        self.status = status
        self.what = what
        super().__init__(what)


class Visits:
    """What all pages share.

    Parameters
    ----------
    answering : Answering
    """

    def __init__(self, answering: Answering) -> None:
        self.answering = answering
        self.survey = answering.survey
        self.people = answering.people
        self.words = words_of(self.survey.language)

    async def fields(self, request: Request) -> dict[str, str]:
        """The fields of a posted form that came from our own page."""
        if request.method != "POST":
            return {}
        body = bytearray()
        async for chunk in request.stream():
            body += chunk
            if len(body) > MAX_BYTES:
                raise Refused(413, "refused")
        try:
            fields = fields_of(bytes(body))
        except Unacceptable:
            raise Refused(400, "refused") from None
        expected = self.csrf(request.path_params.get("token", "start"))
        host = request.headers.get("host", "")
        if not is_own_form(request.headers, fields.get("form", ""), expected, host):
            raise Refused(403, "refused")
        return fields

    def csrf(self, token: str) -> str:
        """The hidden value of the forms of one participant."""
        return signed(self.people.secret, "form", token)

    def html(self, template: str, heading: str, **what: Any) -> str:
        """A page of the survey."""
        return rendered(template, self.survey, heading=heading, root="", **what)

    def participant(self, request: Request) -> tuple[Participant, str]:
        """Whose link this is, and where their pages are."""
        token = request.path_params["token"]
        name = person_of(self.people.secret, token)
        participant = self.people.find(name) if name else None
        if participant is None or participant.survey != self.survey.id:
            raise Refused(404, "not_found")
        if participant.state == "withdrawn":
            raise Refused(410, "withdrawn")
        return participant, f"/p/{quote(token)}"

    def taking_part(self, request: Request) -> tuple[Session, str]:
        """The same, of a participant who has consented and is not done."""
        participant, root = self.participant(request)
        if participant.state == "invited":
            raise Refused(403, "refused")
        return self.answering.session(participant), root

    def first_open(self, session: Session) -> int | None:
        """The number of the first page that was not sent."""
        attention = self.people.attention(session.participant.person)
        return session.first_open(self.answering.given(session), attention)


def see(address: str) -> Response:
    """Send the visitor on to another page."""
    return RedirectResponse(address, _SEE_OTHER)
