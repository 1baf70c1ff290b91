"""After the last question: sending in, the completion code, and withdrawal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from valuealign.serve.participant_file import Participant
from valuealign.serve.visit import Visits, see

Fields = Mapping[str, str]


class EndPages:
    """The pages after the last question.

    Parameters
    ----------
    visits : Visits
    """

    def __init__(self, visits: Visits) -> None:
        self._visits = visits
        self.answering = visits.answering
        self.survey = visits.survey
        self.people = visits.people
        self.words = visits.words

    def end(self, request: Request, fields: Fields) -> Response:  # noqa: ARG002
        """The last page before the answers are sent in."""
        session, root = self._visits.taking_part(request)
        number = self._visits.first_open(session)
        if request.method == "POST" and number is None:
            self.people.becomes(session.participant.person, "finished")
            return see(f"{root}/done")
        words = self.words
        more: dict[str, Any] = {"texts": [words["end_text"]]}
        if number is None:
            more["action"] = (f"{root}/end", words["finish"], "")
        else:
            more = {"texts": [words["end_open"]], "link": (f"{root}/{number}", words["go_on"])}
        html = self._visits.html(
            "message",
            words["end"],
            csrf=self._visits.csrf(request.path_params["token"]),
            back=(f"{root}/{len(session.pages)}", words["back"]),
            withdraw_url=f"{root}/withdraw",
            **more,
        )
        return HTMLResponse(html)

    def done(self, request: Request, fields: Fields) -> Response:  # noqa: ARG002
        """Thanks, the completion code, and the way back to the panel."""
        participant, root = self._visits.participant(request)
        if participant.state != "finished":
            return see(root)
        code = self.answering.code(participant)
        thanks = self.survey.said(self.survey.participants.thanks)
        html = self._visits.html(
            "message",
            self.words["done"],
            texts=[thanks] if thanks else [],
            code=code,
            link=self._way_back(participant, code),
            withdraw_url=f"{root}/withdraw",
        )
        return HTMLResponse(html)

    def _way_back(self, participant: Participant, code: str) -> tuple[str, str] | None:
        panel = self.survey.participants.panel
        if panel is None or panel.completion_url is None:
            return None
        address = panel.completion_url
        for name, value in {**participant.panel, "code": code}.items():
            address = address.replace(f"{{{name}}}", quote(value, safe=""))
        return address, self.words["to_panel"]

    def withdraw(self, request: Request, fields: Fields) -> Response:  # noqa: ARG002
        """Ask whether the answers are to be deleted, or delete them."""
        participant, root = self._visits.participant(request)
        words = self.words
        if request.method == "POST":
            self.answering.withdraw(participant)
            text = words["withdrawn_text"]
            return HTMLResponse(self._visits.html("message", words["withdrawn"], texts=[text]))
        html = self._visits.html(
            "message",
            words["withdraw"],
            texts=[words["withdraw_text"]],
            action=(f"{root}/withdraw", words["withdraw_now"], "danger"),
            csrf=self._visits.csrf(request.path_params["token"]),
            back=(root, words["withdraw_not"]),
        )
        return HTMLResponse(html)
