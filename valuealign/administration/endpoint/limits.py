"""Rate limits: requests and tokens a minute, the endpoint's headers, and backing off after 429."""

from __future__ import annotations

import asyncio
import math
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass

from valuealign.errors import PlanError

_DURATION = re.compile(r"(?:(\d+)h)?(?:(\d+)m(?!s))?(?:(\d+(?:\.\d+)?)s)?(?:(\d+)ms)?")


@dataclass(frozen=True, slots=True)
class TimeLimits:
    """How long a request may take.

    Parameters
    ----------
    silence : float
        Seconds without a byte.
    total : float
        Seconds in all, however many bytes come.
    connect : float
        Seconds to connect.
    """

    silence: float = 120.0
    total: float = 600.0
    connect: float = 20.0

    @classmethod
    def of(cls, silence: float, total: float | None = None) -> TimeLimits:
        """The limits for a limit on silence; a request may take five times as long in all.

        Examples
        --------
        >>> TimeLimits.of(60.0).total
        300.0
        """
        total = 5 * silence if total is None else total
        for name, seconds in (("timeout", silence), ("time limit", total)):
            if not 0 < seconds < math.inf:
                raise PlanError(f"the {name} is {seconds} seconds; expected more than 0")
        return cls(silence, total, min(20.0, silence))


class Bucket:
    """A rate limit of units a minute; a tenth of a minute's worth may be used at once.

    Parameters
    ----------
    per_minute : float

    Examples
    --------
    >>> bucket = Bucket(600)
    >>> bucket.take(1, now=0.0), bucket.take(100, now=0.0) > 0
    (0.0, True)
    """

    def __init__(self, per_minute: float) -> None:
        self._rate = per_minute / 60.0
        self._most = max(1.0, per_minute / 10.0)
        self._free = self._most
        self._at: float | None = None

    def take(self, units: float, *, now: float) -> float:
        """Take units; returns the seconds to wait before using them."""
        if self._at is not None:
            self._free = min(self._most, self._free + (now - self._at) * self._rate)
        self._at = now
        self._free -= units
        return max(0.0, -self._free / self._rate)


class Pace:
    """The rate and the number of requests in flight.

    Parameters
    ----------
    concurrency : int
    rpm, tpm : float, optional
        Requests and tokens a minute.
    """

    def __init__(
        self, concurrency: int, *, rpm: float | None = None, tpm: float | None = None
    ) -> None:
        self.concurrency = concurrency
        self.allowed = float(concurrency)
        self._requests = Bucket(rpm) if rpm else None
        self._tokens = Bucket(tpm) if tpm else None
        self._until = 0.0
        self._out = 0

    def turn(self, tokens: int, stopping: asyncio.Event | None = None) -> Turn:
        """Wait until a request of about so many tokens may go; it is out until this ends.

        Where the run is stopping there is no wait: the request will not be sent.
        """
        return Turn(self, tokens, stopping)

    @property
    def waiting(self) -> float:
        """Seconds for which the endpoint has asked for no requests."""
        return max(0.0, self._until - time.monotonic())

    async def begin(self, tokens: int, stopping: asyncio.Event | None = None) -> None:
        """Wait, and count a request as in flight."""
        await self._wait(tokens, stopping)
        self._out += 1

    def end(self) -> None:
        """Count a request as finished."""
        self._out -= 1

    async def _wait(self, tokens: int, stopping: asyncio.Event | None) -> None:
        while (pause := self._until - time.monotonic()) > 0 or self._out >= self.allowed:
            if not await _slept(max(pause, 0.02), stopping):
                return
        now = time.monotonic()
        waits = [
            bucket.take(units, now=now)
            for bucket, units in ((self._requests, 1), (self._tokens, tokens))
            if bucket is not None
        ]
        if waits and max(waits) > 0:
            await _slept(max(waits), stopping)

    def throttled(self, wait: float) -> None:
        """Pause all requests and reduce the number in flight after a 429.

        Those that were out together are told together: they halve the number once.
        """
        now = time.monotonic()
        if now >= self._until:
            self.allowed = max(1.0, self.allowed / 2)
        self._until = max(self._until, now + wait)

    def answered(self, headers: Mapping[str, str]) -> None:
        """Raise the rate slightly after an answer, unless the endpoint's quota is used up."""
        if self.allowed < self.concurrency:
            self.allowed = min(float(self.concurrency), self.allowed + 0.1)
        for unit in ("requests", "tokens"):
            if headers.get(f"x-ratelimit-remaining-{unit}") == "0":
                reset = duration(headers.get(f"x-ratelimit-reset-{unit}", ""))
                self._until = max(self._until, time.monotonic() + min(reset, 60.0))


class Turn:
    """The time during which one request is in flight."""

    __slots__ = ("_pace", "_stopping", "_tokens")

    def __init__(self, pace: Pace, tokens: int, stopping: asyncio.Event | None) -> None:
        self._pace = pace
        self._tokens = tokens
        self._stopping = stopping

    async def __aenter__(self) -> None:
        await self._pace.begin(self._tokens, self._stopping)

    async def __aexit__(self, *_: object) -> None:
        self._pace.end()


async def _slept(seconds: float, stopping: asyncio.Event | None) -> bool:
    """Sleep, unless the run stops meanwhile; returns whether to go on."""
    if stopping is None or seconds < 0.5:
        await asyncio.sleep(seconds)
        return stopping is None or not stopping.is_set()
    try:
        await asyncio.wait_for(stopping.wait(), seconds)
    except TimeoutError:
        return True
    return False


def duration(text: str) -> float:
    """Seconds of a rate-limit header ("6m0s", "1.5s", "20ms"); 0 if it states none.

    Examples
    --------
    >>> duration("1m30s"), duration("20ms"), duration("?")
    (90.0, 0.02, 0.0)
    """
    match = _DURATION.fullmatch(text.strip())
    if not match or not text.strip():
        return 0.0
    hours, minutes, seconds, ms = (float(part or 0) for part in match.groups())
    return hours * 3600 + minutes * 60 + seconds + ms / 1000
