"""A loopback, OpenAI-compatible endpoint that serves a simulated respondent."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from valuealign.errors import LocalModelError
from valuealign.instrument.instrument import Instrument
from valuealign.simulation.simulated_respondents import Simulated, simulated
from valuealign.stimulus.stimulus_set import StimulusSet

if TYPE_CHECKING:
    from aiohttp import web


@dataclass
class Served:
    """A running loopback endpoint.

    Parameters
    ----------
    base_url : str
    requests : int
        How often it was asked so far.
    """

    base_url: str = ""
    requests: int = 0


@contextmanager
def serve(
    name: str,
    instrument: Instrument | Sequence[Instrument],
    *,
    seed: int = 0,
    latency: float = 0.0,
    port: int = 0,
    stimuli: StimulusSet | None = None,
) -> Iterator[Served]:
    """Serve a simulated respondent on 127.0.0.1.

    Parameters
    ----------
    name : str
        One of :data:`valuealign.simulation.NAMES`.
    instrument : Instrument or sequence of Instrument
    seed : int
    latency : float
        Seconds each reply takes.
    port : int
        0 takes a free one.
    stimuli : StimulusSet, optional
        What it can be asked about.

    Yields
    ------
    Served
        With ``base_url``.

    Raises
    ------
    LocalModelError
        The port is taken.
    """
    running = Served()
    ready = threading.Event()
    stop: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []
    errors: list[BaseException] = []
    who = simulated(name, instrument, seed=seed, stimuli=stimuli)

    def work() -> None:
        try:
            asyncio.run(_run(_app(who, running, latency), running, port, ready, stop))
        except OSError as error:
            errors.append(error)
            ready.set()

    thread = threading.Thread(target=work, name="valuealign-simulation", daemon=True)
    thread.start()
    ready.wait()
    if errors:
        raise LocalModelError(f"port {port} cannot be used: {errors[0]}; name another")
    try:
        yield running
    finally:
        loop, event = stop[0]
        loop.call_soon_threadsafe(event.set)
        thread.join()


def _app(who: Simulated, running: Served, latency: float) -> web.Application:
    from aiohttp import web

    async def answer(request: web.Request) -> web.Response:
        running.requests += 1
        try:
            body: Any = json.loads(await request.read())
        except ValueError:
            body = None
        if latency:
            await asyncio.sleep(latency)
        status, said = who.answer(request.path, body)
        return web.json_response(said, status=status)

    async def models(_request: web.Request) -> web.Response:
        return web.json_response({"object": "list", "data": [{"id": who.name, "object": "model"}]})

    app = web.Application(client_max_size=64 * 2**20)
    app.router.add_get("/v1/models", models)
    app.router.add_post("/v1/{path:.*}", answer)
    return app


async def _run(
    app: web.Application,
    running: Served,
    port: int,
    ready: threading.Event,
    stop: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]],
) -> None:
    from aiohttp import web

    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", port).start()
        running.base_url = f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
        event = asyncio.Event()
        stop.append((asyncio.get_running_loop(), event))
        ready.set()
        await event.wait()
    finally:
        await runner.cleanup()
