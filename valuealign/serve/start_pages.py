"""Before the first question: information, consent, and the link of a participant."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from valuealign.serve.participant_file import Participant
from valuealign.serve.protection import token_of
from valuealign.serve.visit import Refused, Visits, see
from valuealign.supply.people.responsible_use import content_notes

_LONGEST_PARAMETER = 200
Fields = Mapping[str, str]


class StartPages:
    """The pages before the first question.

    Parameters
    ----------
    visits : Visits
    is_open : bool
        Whether people without a personal link may begin.
    """

    def __init__(self, visits: Visits, *, is_open: bool) -> None:
        self._visits = visits
        self.answering = visits.answering
        self.survey = visits.survey
        self.people = visits.people
        self.words = visits.words
        self._is_open = is_open

    def welcome(self, request: Request, fields: Fields) -> Response:  # noqa: ARG002
        """Information and consent; a participant whom a panel sends back goes on."""
        kept = self._panel(request.query_params)
        known = self._known(kept)
        if known is not None:
            return see(f"/p/{token_of(self.people.secret, known.person)}")
        if not self._is_open:
            raise Refused(403, "closed")
        return self._start_page("/start", "start", kept, {}, problem="")

    def begin(self, request: Request, fields: Fields) -> Response:  # noqa: ARG002
        """Take the consent, and give the participant a link."""
        if not self._is_open:
            raise Refused(403, "closed")
        kept = self._panel(fields)
        if not self._has_consent(fields):
            problem = self.words["consent_missing"]
            return self._start_page("/start", "start", kept, fields, problem=problem)
        panel = self.survey.participants.panel
        added = self.people.add(
            self.survey.id,
            state="started",
            panel=kept,
            panel_id=kept.get(panel.person) if panel else None,
        )
        return see(f"/p/{token_of(self.people.secret, added.person)}")

    def enter(self, request: Request, fields: Fields) -> Response:  # noqa: ARG002
        """A personal link: consent first, then the first page that was not sent."""
        participant, root = self._visits.participant(request)
        if participant.state == "invited":
            token = request.path_params["token"]
            return self._start_page(f"{root}/consent", token, {}, {}, problem="")
        if participant.state == "finished":
            return see(f"{root}/done")
        session = self.answering.session(participant)
        number = self._visits.first_open(session)
        return see(f"{root}/{number}" if number else f"{root}/end")

    def consent(self, request: Request, fields: Fields) -> Response:
        """Take the consent of somebody with a personal link."""
        participant, root = self._visits.participant(request)
        if not self._has_consent(fields):
            problem, token = self.words["consent_missing"], request.path_params["token"]
            return self._start_page(f"{root}/consent", token, {}, fields, problem=problem)
        if participant.state == "invited":
            self.people.becomes(participant.person, "started")
        return see(root)

    def _start_page(
        self, action: str, token: str, kept: Fields, fields: Fields, *, problem: str
    ) -> Response:
        statements = range(1, len(self.survey.participants.consent) + 1)
        html = self._visits.html(
            "start",
            self.words["about_study"],
            notes=content_notes(self.survey.questionnaires[0]),
            action=action,
            csrf=self._visits.csrf(token),
            kept=kept,
            ticked=[f"consent-{k}" in fields for k in statements],
            problem=problem,
        )
        return HTMLResponse(html, 422 if problem else 200)

    def _has_consent(self, fields: Fields) -> bool:
        n = len(self.survey.participants.consent)
        return all(fields.get(f"consent-{k}") == "yes" for k in range(1, n + 1))

    def _panel(self, given: Mapping[str, str]) -> dict[str, str]:
        """The parameters of the link that the study keeps."""
        panel = self.survey.participants.panel
        names = (panel.person, *panel.parameters) if panel else ()
        return {n: given[n][:_LONGEST_PARAMETER] for n in names if given.get(n)}

    def _known(self, kept: Fields) -> Participant | None:
        panel = self.survey.participants.panel
        name = kept.get(panel.person) if panel else None
        return self.people.sent_by_panel(self.survey.id, name) if name else None
