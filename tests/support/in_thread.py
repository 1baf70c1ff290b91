"""A loopback server in a thread of its own, for as long as a test needs it."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Iterator


@contextlib.contextmanager
def in_thread(listening: contextlib.AbstractAsyncContextManager[None]) -> Iterator[None]:
    """Enter an asynchronous context in another thread's loop, and leave it at the end."""
    ready, entered = threading.Event(), []

    async def run() -> None:
        stop = asyncio.Event()
        async with listening:
            entered.append((asyncio.get_running_loop(), stop))
            ready.set()
            await stop.wait()

    thread = threading.Thread(target=lambda: asyncio.run(run()), daemon=True)
    thread.start()
    assert ready.wait(10), "the server did not start within ten seconds"
    try:
        yield
    finally:
        loop, stop = entered[0]
        loop.call_soon_threadsafe(stop.set)
        thread.join(10)
