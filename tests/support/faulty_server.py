"""A loopback endpoint that fails on demand: each request takes the next fault of a script."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import json
from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any

from aiohttp import web
from in_thread import in_thread

Fault = str | tuple[str, Any]


def completion(text: Any = "4", **more: Any) -> dict[str, Any]:
    """A chat completion."""
    message = {"role": "assistant", "content": text, **more.pop("message", {})}
    choice = {"index": 0, "message": message, "finish_reason": more.pop("finish_reason", "stop")}
    usage = {"prompt_tokens": 20, "completion_tokens": 1}
    return {"model": "m-2026", "choices": [choice], "usage": usage, **more}


class FaultyServer:
    """Answers "4", or takes the next fault of its script; counts what it was asked."""

    def __init__(self, script: Sequence[Fault] = (), *, always: Fault | None = None) -> None:
        self.script = list(script)
        self.always = always
        self.bodies: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.answered = 0
        self.latency = 0.0
        self.base_url = ""

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """One request."""
        self.headers.append(dict(request.headers))
        self.bodies.append(await request.json())
        if self.latency:
            await asyncio.sleep(self.latency)
        fault = self.script.pop(0) if self.script else self.always
        if fault is None or fault == "ok":
            self.answered += 1
            return web.json_response(completion())
        name, value = fault if isinstance(fault, tuple) else (fault, None)
        found: web.StreamResponse = await getattr(self, f"_{name}")(request, value)
        return found

    async def _status(self, _: Any, value: Any) -> web.Response:
        status, body, headers = (
            (*value, {}, {})[:3] if isinstance(value, tuple) else (value, {}, {})
        )
        return web.json_response(body, status=status, headers=headers)

    async def _body(self, _: Any, value: Any) -> web.Response:
        return web.Response(body=json.dumps(value), content_type="application/json")

    async def _raw(self, _: Any, value: bytes) -> web.Response:
        return web.Response(body=value, content_type="application/json")

    async def _gzip(self, _: Any, value: Any) -> web.Response:
        body = gzip.compress(json.dumps(value).encode())
        headers = {"content-encoding": "gzip", "content-type": "application/json"}
        return web.Response(body=body, headers=headers)

    async def _html(self, _: Any, __: Any) -> web.Response:
        return web.Response(text="<html>gateway</html>", content_type="text/html")

    async def _reset(self, request: web.Request, _: Any) -> web.Response:
        request.transport.abort()  # type: ignore[union-attr]
        return web.Response()

    async def _hang(self, _: Any, seconds: float) -> web.Response:
        await asyncio.sleep(seconds)
        return web.json_response(completion())

    async def _flood(self, request: web.Request, size: int) -> web.StreamResponse:
        response = web.StreamResponse(headers={"content-type": "application/json"})
        await response.prepare(request)
        with contextlib.suppress(ConnectionError):
            for _ in range(size // 100_000):
                await response.write(b'"' + b"x" * 99_999)
        return response


@contextlib.contextmanager
def serving(server: FaultyServer) -> Iterator[FaultyServer]:
    """Run a server in a thread of its own."""
    with in_thread(_listening(server)):
        yield server


@contextlib.asynccontextmanager
async def _listening(server: FaultyServer) -> AsyncIterator[None]:
    app = web.Application(client_max_size=50_000_000)
    app.router.add_post("/v1/{path:.*}", server.handle)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    server.base_url = f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
    yield
    await runner.cleanup()
