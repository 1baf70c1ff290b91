"""The web site: its routes, and the headers of every page."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from valuealign.errors import StoreError
from valuealign.serve.answering import Answering
from valuealign.serve.end_pages import EndPages
from valuealign.serve.protection import HEADERS
from valuealign.serve.question_pages import QuestionPages
from valuealign.serve.rendering import style
from valuealign.serve.start_pages import StartPages
from valuealign.serve.visit import Refused, Visits

Show = Callable[[Request, Mapping[str, str]], Response]


def site_of(answering: Answering, hosts: Sequence[str], *, is_open: bool) -> Starlette:
    """The application, for any ASGI server.

    Parameters
    ----------
    answering : Answering
    hosts : sequence of str
        The names under which the site may be reached.
    is_open : bool
        Whether people without a personal link may begin.
    """
    visits = Visits(answering)
    start, questions = StartPages(visits, is_open=is_open), QuestionPages(visits)
    end, one = EndPages(visits), "/p/{token}"

    def route(path: str, show: Show, *methods: str) -> Route:
        return Route(path, _view(visits, show), methods=list(methods) or ["GET"])

    routes = [
        route("/", start.welcome),
        route("/start", start.begin, "POST"),
        Route("/style.css", _style),
        Route("/favicon.ico", _no_icon),
        route(one, start.enter),
        route(f"{one}/consent", start.consent, "POST"),
        route(f"{one}/end", end.end, "GET", "POST"),
        route(f"{one}/done", end.done),
        route(f"{one}/withdraw", end.withdraw, "GET", "POST"),
        route(f"{one}/picture/{{administration:int}}/{{item}}/{{k:int}}", questions.picture),
        route(f"{one}/{{number:int}}", questions.page, "GET", "POST"),
    ]
    missing = _missing(visits)
    return Starlette(
        routes=routes,
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=list(hosts))],
        exception_handlers={404: missing, 405: missing},
    )


def _view(visits: Visits, show: Show) -> Callable[[Request], Awaitable[Response]]:
    """A view that reads the form first, works in a thread, and bears the headers."""

    async def view(request: Request) -> Response:
        try:
            fields = await visits.fields(request)
            response = await run_in_threadpool(show, request, fields)
        except Refused as refused:
            response = _refusal(visits, refused)
        except StoreError:
            response = _refusal(visits, Refused(503, "failed"))
        response.headers.update(HEADERS)
        return response

    return view


def _refusal(visits: Visits, refused: Refused) -> Response:
    texts = [visits.words[f"{refused.what}_text"]]
    html = visits.html("message", visits.words[refused.what], texts=texts)
    return HTMLResponse(html, refused.status, dict(HEADERS))


def _missing(visits: Visits) -> Any:
    async def handler(request: Request, error: Exception) -> Response:  # noqa: ARG001
        return _refusal(visits, Refused(404, "not_found"))

    return handler


async def _style(request: Request) -> Response:  # noqa: ARG001
    headers = {**HEADERS, "Cache-Control": "max-age=3600"}
    return Response(style(), media_type="text/css", headers=headers)


async def _no_icon(request: Request) -> Response:  # noqa: ARG001
    """Browsers ask for an icon; there is none."""
    return Response(status_code=204, headers=HEADERS)
