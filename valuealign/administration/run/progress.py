"""Progress of a run: counts, rate, cost and time left, as one line on stderr."""

from __future__ import annotations

import sys
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TextIO

from valuealign.escape import for_terminal

_WINDOW = 20.0


@dataclass(slots=True)
class Progress:
    """Counts of a run; a cell counts once it is on disk.

    Parameters
    ----------
    total : int
        Cells of the plan.
    before : int
        Cells that were done when the run began.
    """

    total: int
    before: int = 0
    done: int = 0
    answers: int = 0
    refusals: int = 0
    unreadable: int = 0
    failed: int = 0
    in_flight: int = 0
    maybe_paid: int = 0
    waiting: float = 0.0
    """Seconds for which the endpoint has asked for no request."""
    cost: float = 0.0
    cost_known: bool = True
    started: float = field(default_factory=time.monotonic)
    _recent: deque[tuple[float, int]] = field(default_factory=deque)

    @property
    def left(self) -> int:
        """Cells that are neither done nor given up."""
        return max(0, self.total - self.before - self.done - self.failed)

    def committed(self, outcomes: list[str], *, final: bool) -> None:
        """Count one cell that is on disk."""
        if final:
            self.done += 1
        else:
            self.failed += 1
        for outcome in outcomes:
            self.answers += outcome == "answer"
            self.refusals += outcome == "refusal"
            self.unreadable += outcome == "unreadable"

    def rate(self) -> float:
        """Cells a second, over the last twenty seconds."""
        now = time.monotonic()
        self._recent.append((now, self.done))
        while len(self._recent) > 2 and now - self._recent[0][0] > _WINDOW:
            self._recent.popleft()
        then, done = self._recent[0]
        if now - then < 0.5:
            then, done = self.started, 0
        return (self.done - done) / max(now - then, 1e-6)

    def line(self) -> str:
        """Return the progress in one line."""
        rate = self.rate()
        parts = [f"{self.before + self.done:,} of {self.total:,} done", f"{rate:.1f}/s"]
        parts += [
            f"{count:,} {name}"
            for count, name in (
                (self.refusals, "refused"),
                (self.unreadable, "unreadable"),
                (self.failed, "failed"),
            )
            if count
        ]
        if self.waiting >= 1:
            parts.append(f"waiting {_spoken(self.waiting)} for the endpoint's rate limit")
        if self.cost or not self.cost_known:
            parts.append(f"{self.cost:.4f} USD" if self.cost_known else "cost not available")
        if self.left and rate > 0 and self.waiting < 1:
            parts.append(f"{_spoken(self.left / rate)} left")
        return " · ".join(parts)


def _spoken(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = seconds / 60
    return f"{minutes:.0f} min" if minutes < 90 else f"{minutes / 60:.1f} h"


class Display:
    """Writes the line: over itself in a terminal, now and then elsewhere.

    Parameters
    ----------
    stream : TextIO, optional
        stderr.
    every : float
        Seconds between lines where the stream is not a terminal.
    """

    def __init__(self, stream: TextIO | None = None, *, every: float = 10.0) -> None:
        self._stream = stream or sys.stderr
        self._terminal = self._stream.isatty()
        self._every = every
        self._last = time.monotonic()
        self._width = 0

    def show(self, progress: Progress) -> None:
        """Show where the run is."""
        now = time.monotonic()
        if self._terminal:
            text = progress.line()[:110]
            self._write("\r" + text.ljust(self._width))
            self._width = len(text)
        elif now - self._last >= self._every:
            self._last = now
            self._write(progress.line() + "\n")

    def say(self, text: str) -> None:
        """Say something once, on a line of its own."""
        self.clear()
        self._write(for_terminal(text) + "\n")

    def clear(self) -> None:
        """Leave the terminal's line empty."""
        if self._terminal and self._width:
            self._write("\r" + " " * self._width + "\r")
            self._width = 0

    def _write(self, text: str) -> None:
        try:
            self._stream.write(text)
            self._stream.flush()
        except (OSError, ValueError):
            pass  # a closed terminal must not end a run


class Quiet(Display):
    """Shows nothing; what is said is handed to a function.

    Parameters
    ----------
    hear : callable
    """

    def __init__(self, hear: Callable[[str], None] = lambda _: None) -> None:
        super().__init__()
        self._hear = hear

    def show(self, progress: Progress) -> None:
        """Show nothing."""

    def say(self, text: str) -> None:
        """Hand it over."""
        self._hear(text)
