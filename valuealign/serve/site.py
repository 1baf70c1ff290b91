"""The web site: routes, and what each shows or takes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from valuealign.errors import InstrumentError, StoreError
from valuealign.instrument.media import media_path, media_type
from valuealign.instrument.presented import Option
from valuealign.serve.answering import Answering
from valuealign.serve.pages import Page, Session
from valuealign.serve.participant_file import Participant
from valuealign.serve.posted import (
    MAX_BYTES,
    Posted,
    Unacceptable,
    fields_of,
    milliseconds,
    posted_on,
    stamp,
)
from valuealign.serve.protection import HEADERS, is_own_form, person_of, signed, token_of
from valuealign.serve.rendering import NOTHING_GIVEN, Question, hint_of, rendered, style
from valuealign.serve.words import words_of
from valuealign.supply.people.given_answer import Given
from valuealign.supply.people.responsible_use import content_notes
from valuealign.supply.people.shown import instruction_of, stem_of

_SEE_OTHER = 303
_LONGEST_PARAMETER = 200
Fields = Mapping[str, str]


class Refused(Exception):  # noqa: N818  # named for what the visitor meets
    """A page that says why there is nothing to do here."""

    def __init__(self, status: int, what: str) -> None:
        self.status = status
        self.what = what
        super().__init__(what)


class Site:
    """The pages of a survey.

    Parameters
    ----------
    answering : Answering
    hosts : sequence of str
        The names under which the site may be reached.
    is_open : bool
        Whether people without a personal link may begin.
    """

    def __init__(self, answering: Answering, hosts: Sequence[str], *, is_open: bool) -> None:
        self.answering = answering
        self.survey = answering.survey
        self.people = answering.people
        self.words = words_of(self.survey.language)
        self._is_open = is_open
        self._hosts = list(hosts)

    def app(self) -> Starlette:
        """The application, for any ASGI server."""
        one = "/p/{token}"
        routes = [
            Route("/", self._view(self.welcome)),
            Route("/start", self._view(self.begin), methods=["POST"]),
            Route("/style.css", self._style),
            Route("/favicon.ico", self._no_icon),
            Route(one, self._view(self.enter)),
            Route(f"{one}/consent", self._view(self.consent), methods=["POST"]),
            Route(f"{one}/end", self._view(self.end), methods=["GET", "POST"]),
            Route(f"{one}/done", self._view(self.done)),
            Route(f"{one}/withdraw", self._view(self.withdraw), methods=["GET", "POST"]),
            Route(f"{one}/picture/{{item}}/{{k:int}}", self._view(self.picture)),
            Route(f"{one}/{{number:int}}", self._view(self.page), methods=["GET", "POST"]),
        ]
        hosts = Middleware(TrustedHostMiddleware, allowed_hosts=self._hosts)
        missing = self._refusing(Refused(404, "not_found"))
        return Starlette(
            routes=routes,
            middleware=[hosts],
            exception_handlers={404: missing, 405: missing},
        )

    # -- requests ----------------------------------------------------------------------

    def _view(
        self, show: Callable[[Request, Fields], Response]
    ) -> Callable[[Request], Awaitable[Response]]:
        """A view that reads the form first, works in a thread, and bears the headers."""

        async def view(request: Request) -> Response:
            try:
                fields = await self._fields(request)
                response = await run_in_threadpool(show, request, fields)
            except Refused as refused:
                response = self._refusal(refused)
            except StoreError:
                response = self._refusal(Refused(503, "failed"))
            response.headers.update(HEADERS)
            return response

        return view

    async def _fields(self, request: Request) -> Fields:
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
        expected = self._csrf(request.path_params.get("token", "start"))
        host = request.headers.get("host", "")
        if not is_own_form(request.headers, fields.get("form", ""), expected, host):
            raise Refused(403, "refused")
        return fields

    def _csrf(self, token: str) -> str:
        return signed(self.people.secret, "form", token)

    def _refusal(self, refused: Refused) -> Response:
        texts = [self.words[f"{refused.what}_text"]]
        html = self._html("message", self.words[refused.what], texts=texts)
        return HTMLResponse(html, refused.status)

    def _refusing(self, refused: Refused) -> Any:
        async def handler(request: Request, error: Exception) -> Response:  # noqa: ARG001
            response = self._refusal(refused)
            response.headers.update(HEADERS)
            return response

        return handler

    def _html(self, template: str, heading: str, **what: Any) -> str:
        return rendered(template, self.survey, heading=heading, root="", **what)

    async def _style(self, request: Request) -> Response:  # noqa: ARG002
        headers = {**HEADERS, "Cache-Control": "max-age=3600"}
        return Response(style(), media_type="text/css", headers=headers)

    async def _no_icon(self, request: Request) -> Response:  # noqa: ARG002
        """Browsers ask for an icon; there is none."""
        return Response(status_code=204, headers=HEADERS)

    def _participant(self, request: Request) -> tuple[Participant, str]:
        """Whose link this is, and where their pages are."""
        token = request.path_params["token"]
        name = person_of(self.people.secret, token)
        participant = self.people.find(name) if name else None
        if participant is None or participant.survey != self.survey.id:
            raise Refused(404, "not_found")
        if participant.state == "withdrawn":
            raise Refused(410, "withdrawn")
        return participant, f"/p/{quote(token)}"

    def _taking_part(self, request: Request) -> tuple[Session, str]:
        """The same, of a participant who has consented and is not done."""
        participant, root = self._participant(request)
        if participant.state == "invited":
            raise Refused(403, "refused")
        return self.answering.session(participant), root

    # -- before the first question -----------------------------------------------------

    def welcome(self, request: Request, fields: Fields) -> Response:  # noqa: ARG002
        """Information and consent; a participant whom a panel sends back goes on."""
        kept = self._panel(request.query_params)
        known = self._known(kept)
        if known is not None:
            return _see(f"/p/{token_of(self.people.secret, known.person)}")
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
        return _see(f"/p/{token_of(self.people.secret, added.person)}")

    def enter(self, request: Request, fields: Fields) -> Response:  # noqa: ARG002
        """A personal link: consent first, then the first page that was not sent."""
        participant, root = self._participant(request)
        if participant.state == "invited":
            token = request.path_params["token"]
            return self._start_page(f"{root}/consent", token, {}, {}, problem="")
        if participant.state == "finished":
            return _see(f"{root}/done")
        session = self.answering.session(participant)
        number = self._first_open(session)
        return _see(f"{root}/{number}" if number else f"{root}/end")

    def consent(self, request: Request, fields: Fields) -> Response:
        """Take the consent of somebody with a personal link."""
        participant, root = self._participant(request)
        if not self._has_consent(fields):
            problem, token = self.words["consent_missing"], request.path_params["token"]
            return self._start_page(f"{root}/consent", token, {}, fields, problem=problem)
        if participant.state == "invited":
            self.people.becomes(participant.person, "started")
        return _see(root)

    def _start_page(
        self, action: str, token: str, kept: Fields, fields: Fields, *, problem: str
    ) -> Response:
        statements = range(1, len(self.survey.participants.consent) + 1)
        html = self._html(
            "start",
            self.words["about_study"],
            notes=content_notes(self.survey.questionnaires[0]),
            action=action,
            csrf=self._csrf(token),
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

    # -- questions ---------------------------------------------------------------------

    def page(self, request: Request, fields: Fields) -> Response:
        """One page of questions, shown or taken."""
        session, root = self._taking_part(request)
        number = request.path_params["number"]
        if session.participant.state == "finished":
            return _see(f"{root}/done")
        if not 1 <= number <= len(session.pages):
            raise Refused(404, "not_found")
        page = session.pages[number - 1]
        if request.method == "GET":
            return self._page(request, session, number, self._before(session, page))
        if page.attention is not None:
            return self._take_attention(request, session, number, fields)
        skips = fields.get("skip") == "yes" and not self.survey.participants.required
        posted = posted_on(session, page, fields, skips=skips)
        who, shown = session.participant.person, fields.get("shown", "")
        timing = self.survey.participants.timing
        took = milliseconds(self.people.secret, who, number, shown) if timing else 0.0
        self.answering.write(session, posted, took)
        if posted.problems or posted.missing:
            return self._page(request, session, number, posted)
        return _see(f"{root}/{number + 1}" if number < len(session.pages) else f"{root}/end")

    def _before(self, session: Session, page: Page) -> Posted:
        if page.attention is not None:
            chosen = self.people.attention(session.participant.person).get(page.attention)
            return Posted(given={_CHECK: Given("" if chosen is None else str(chosen))})
        given = self.answering.given(session)
        return Posted(given={i: given.get((k, i), NOTHING_GIVEN) for k, i in page.places})

    def _take_attention(
        self, request: Request, session: Session, number: int, fields: Fields
    ) -> Response:
        k = session.pages[number - 1].attention
        assert k is not None  # noqa: S101  # only such a page comes here
        check = self.survey.participants.attention[k]
        answer = fields.get(f"a-{_CHECK}", "")
        if answer not in {str(j) for j in range(1, len(check.options) + 1)}:
            return self._page(request, session, number, Posted(missing=[_CHECK]))
        who = session.participant.person
        right = int(answer) == check.right
        self.people.note_attention(who, k, int(answer), is_right=right)
        root = f"/p/{quote(request.path_params['token'])}"
        return _see(f"{root}/{number + 1}" if number < len(session.pages) else f"{root}/end")

    def _page(self, request: Request, session: Session, number: int, posted: Posted) -> Response:
        token = request.path_params["token"]
        root, page = f"/p/{quote(token)}", session.pages[number - 1]
        required = self.survey.participants.required or page.attention is not None
        problem = self._problem(posted, required=required)
        who = session.participant.person
        timing = self.survey.participants.timing
        instruction = (
            ""
            if page.attention is not None
            else instruction_of(session.administrations[page.administration])
        )
        html = self._html(
            "page",
            self.words["page"].format(number=number, n=len(session.pages)),
            number=number,
            n_pages=len(session.pages),
            layout="wide" if self.survey.questionnaires[0].about else "",
            instruction=instruction,
            questions=self._questions(session, page, posted, root),
            problem=problem,
            may_skip=bool(posted.missing) and not posted.problems and not required,
            action=f"{root}/{number}",
            csrf=self._csrf(token),
            shown=stamp(self.people.secret, who, number) if timing else "",
            back=f"{root}/{number - 1}" if number > 1 else "",
            withdraw_url=f"{root}/withdraw",
        )
        return HTMLResponse(html, 422 if problem else 200)

    def _problem(self, posted: Posted, *, required: bool) -> str:
        if posted.problems:
            return self.words["not_an_answer"]
        n = len(posted.missing)
        what = "required" if required else "left_out"
        return self.words[f"{what}_one" if n == 1 else what].format(n=n) if n else ""

    def _questions(self, session: Session, page: Page, posted: Posted, root: str) -> list[Question]:
        if page.attention is not None:
            return [self._attention(page.attention, posted)]
        administration = session.administrations[page.administration]
        scale = administration.instrument.response_scale
        questions = []
        for number, item_id in enumerate(page.item_ids, start=1):
            presented = administration.presented(item_id)
            n_pictures = len(administration.instrument.item(item_id).media)
            question = Question(
                number,
                item_id,
                stem_of(administration, item_id),
                presented.kind,
                presented.options,
                hint_of(presented, scale, self.words),
                posted.given.get(item_id, NOTHING_GIVEN),
                tuple(f"{root}/picture/{quote(item_id)}/{k}" for k in range(n_pictures)),
            )
            questions.append(self._marked(question, posted))
        return questions

    def _attention(self, k: int, posted: Posted) -> Question:
        check = self.survey.participants.attention[k]
        options = tuple(
            Option(str(j), self.survey.said(words), None)
            for j, words in enumerate(check.options, start=1)
        )
        given = posted.given.get(_CHECK, NOTHING_GIVEN)
        question = Question(
            1, _CHECK, self.survey.said(check.text), "labelled", options, given=given
        )
        return self._marked(question, posted)

    def _marked(self, question: Question, posted: Posted) -> Question:
        if question.name in posted.problems:
            said = posted.problems[question.name]
            return replace(question, problem=self.words["not_an_answer"], said=said)
        if question.name in posted.missing:
            return replace(question, problem=self.words["no_answer"])
        return question

    def picture(self, request: Request, fields: Fields) -> Response:  # noqa: ARG002
        """A picture of an item, as the user installed it."""
        session, _ = self._taking_part(request)
        instrument = session.administrations[0].instrument
        item, k = request.path_params["item"], request.path_params["k"]
        try:
            data = media_path(instrument, item)[k].read_bytes()
        except (InstrumentError, IndexError, OSError):
            raise Refused(404, "not_found") from None
        return Response(data, media_type=media_type(data))

    # -- the end -----------------------------------------------------------------------

    def end(self, request: Request, fields: Fields) -> Response:  # noqa: ARG002
        """The last page before the answers are sent in."""
        session, root = self._taking_part(request)
        number = self._first_open(session)
        if request.method == "POST" and number is None:
            self.people.becomes(session.participant.person, "finished")
            return _see(f"{root}/done")
        words = self.words
        more: dict[str, Any] = {"texts": [words["end_text"]]}
        if number is None:
            more["action"] = (f"{root}/end", words["finish"], "")
        else:
            more = {"texts": [words["end_open"]], "link": (f"{root}/{number}", words["go_on"])}
        html = self._html(
            "message",
            words["end"],
            csrf=self._csrf(request.path_params["token"]),
            back=(f"{root}/{len(session.pages)}", words["back"]),
            withdraw_url=f"{root}/withdraw",
            **more,
        )
        return HTMLResponse(html)

    def done(self, request: Request, fields: Fields) -> Response:  # noqa: ARG002
        """Thanks, the completion code, and the way back to the panel."""
        participant, root = self._participant(request)
        if participant.state != "finished":
            return _see(root)
        code = self.answering.code(participant)
        thanks = self.survey.said(self.survey.participants.thanks)
        html = self._html(
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
        participant, root = self._participant(request)
        words = self.words
        if request.method == "POST":
            self.answering.withdraw(participant)
            text = words["withdrawn_text"]
            return HTMLResponse(self._html("message", words["withdrawn"], texts=[text]))
        html = self._html(
            "message",
            words["withdraw"],
            texts=[words["withdraw_text"]],
            action=(f"{root}/withdraw", words["withdraw_now"], "danger"),
            csrf=self._csrf(request.path_params["token"]),
            back=(root, words["withdraw_not"]),
        )
        return HTMLResponse(html)

    def _first_open(self, session: Session) -> int | None:
        attention = self.people.attention(session.participant.person)
        return session.first_open(self.answering.given(session), attention)


_CHECK = "attention"
"""The name of an attention check's field; no item of an instrument is shown beside it."""


def _see(address: str) -> Response:
    return RedirectResponse(address, _SEE_OTHER)
