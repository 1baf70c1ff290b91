"""A loopback endpoint that answers each request as a function of its body says."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

from aiohttp import web
from faulty_server import completion
from in_thread import in_thread


class AnsweringServer:
    """Answers by a function, and keeps what it was asked."""

    def __init__(self, answer: Callable[[dict[str, Any]], str]) -> None:
        self.answer = answer
        self.bodies: list[dict[str, Any]] = []
        self.base_url = ""

    async def handle(self, request: web.Request) -> web.Response:
        """One request."""
        body = await request.json()
        self.bodies.append(body)
        return web.json_response({**completion(self.answer(body)), "model": body["model"]})

    @contextlib.asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        """The server, while it runs."""
        app = web.Application()
        app.router.add_post("/v1/{path:.*}", self.handle)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.base_url = f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
        try:
            yield
        finally:
            await runner.cleanup()


@contextlib.contextmanager
def answering(answer: Callable[[dict[str, Any]], str]) -> Iterator[AnsweringServer]:
    """A server that answers by a function, for as long as a test needs it."""
    server = AnsweringServer(answer)
    with in_thread(server.listening()):
        yield server


def asked(body: dict[str, Any]) -> str:
    """The text of a request's messages."""
    return "\n".join(str(message["content"]) for message in body["messages"])
