"""Running of a coroutine in a script, in a terminal with Ctrl-C, or in an event loop."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

_T = TypeVar("_T")
Make = Callable[[asyncio.Event], Coroutine[Any, Any, _T]]


def run_to_end(make: Make[_T], say: Callable[[str], None]) -> _T:
    """Run a coroutine that observes a stop event.

    The first Ctrl-C (or SIGTERM, or SIGHUP when a terminal closes) sets the event, so that what
    is in flight is finished and saved; the second one leaves it. A loop that is already running
    (a notebook's) is left alone: the work has a thread and a loop of its own.

    Parameters
    ----------
    make : callable
        Takes the stop event, returns the coroutine.
    say : callable
        Told that the run is ending.
    """
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        in_main = threading.current_thread() is threading.main_thread()
        return asyncio.run(_heeding(make, say) if in_main else _plainly(make))
    return _in_thread(make, say)


async def _plainly(make: Make[_T]) -> _T:
    return await make(asyncio.Event())


async def _heeding(make: Make[_T], say: Callable[[str], None]) -> _T:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    task = asyncio.ensure_future(make(stopping))

    def stop() -> None:
        if stopping.is_set():
            task.cancel()
            return
        say("stopping: what is in flight is finished and saved (Ctrl-C again leaves it)")
        stopping.set()

    before = {number: signal.getsignal(number) for number in _signals()}
    before = {
        number: handler for number, handler in before.items() if not _ignored(number, handler)
    }
    for number in before:
        signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop))
    try:
        return await task
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _ignored(number: signal.Signals, handler: object) -> bool:
    """Whether a closed terminal is to be ignored, as for what was started with nohup."""
    return number.name == "SIGHUP" and handler is signal.SIG_IGN


def _signals() -> list[signal.Signals]:
    names = ("SIGINT", "SIGTERM", "SIGBREAK", "SIGHUP")
    return [getattr(signal, name) for name in names if hasattr(signal, name)]


def _in_thread(make: Make[_T], say: Callable[[str], None]) -> _T:
    results: list[_T] = []
    errors: list[BaseException] = []
    started: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []

    async def main() -> _T:
        stopping = asyncio.Event()
        started.append((asyncio.get_running_loop(), stopping))
        return await make(stopping)

    def work() -> None:
        try:
            results.append(asyncio.run(main()))
        except BaseException as error:  # noqa: BLE001  # raised again in the caller's thread
            errors.append(error)

    thread = threading.Thread(target=work, name="valuealign-administer")
    thread.start()
    try:
        thread.join()
    except KeyboardInterrupt:
        say("stopping: what is in flight is finished and saved")
        for loop, stopping in started:
            loop.call_soon_threadsafe(stopping.set)
        thread.join()
        raise
    if errors:
        raise errors[0]
    return results[0]
