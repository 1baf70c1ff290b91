"""Decisions after an attempt: accept it, ask again, give the cell up, or stop the run."""

from __future__ import annotations

import email.utils
import math
import random
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from valuealign.administration.reply.reply import Exchange, Reply, is_filtered

Step = Literal["keep", "retry", "give up", "stop"]
ABSURD_WAIT = 14 * 86_400.0
"""No rate limit lasts so long: such a header is not believed."""
_RETRIED = {408, 409, 423, 425, 429}
_NO_QUOTA = {"insufficient_quota", "billing_hard_limit_reached", "billing_not_active"}
_LIMITED = re.compile(
    r"rate.?limit|throttl|resource.?exhausted|too.?many.?requests|requests per (minute|second)",
    re.I,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long one cell is tried.

    Parameters
    ----------
    attempts : int
        Most requests, apart from those after a wait that the endpoint named.
    waits : int
        Most waits for a rate limit whose end the endpoint names.
    longest_wait : float
        Seconds. An endpoint that asks for a longer wait ends the run, which resumes later.
    """

    attempts: int = 6
    waits: int = 60
    longest_wait: float = 600.0


PATIENT = Patience()


@dataclass(frozen=True, slots=True)
class Decision:
    """The next step after an attempt.

    Parameters
    ----------
    step : {"keep", "retry", "give up", "stop"}
    wait : float
        Seconds before the next attempt.
    why : str
        For "stop": what the user can do about it.
    throttled : bool
        The endpoint asked for fewer requests.
    named : bool
        The endpoint named the wait itself.
    certain : bool
        For "stop": nothing that is sent can succeed, whatever was answered before.
    """

    step: Step
    wait: float = 0.0
    why: str = ""
    throttled: bool = False
    named: bool = False
    certain: bool = False


def decide(exchange: Exchange, reply: Reply, number: int, patience: Patience = PATIENT) -> Decision:
    """Decide the next step after attempt ``number`` of a cell.

    Parameters
    ----------
    exchange : Exchange
    reply : Reply
        What :func:`valuealign.administration.reply.reply.parse` made of it.
    number : int
        Attempts of this cell in this run so far, this one included.
    patience : Patience

    Examples
    --------
    >>> decide(Exchange("timeout"), Reply("timeout"), 1).step
    'retry'
    """
    if reply.status == "ok":
        return Decision("keep")
    if is_filtered(reply):
        return Decision("keep")
    status = _status(exchange, reply)
    if stop := _hopeless(status, reply):
        return stop
    refused = 400 <= status < 500 and status not in _RETRIED and not _is_rate_limit(status, reply)
    # What was too long would come again too long, and cost again.
    if refused or exchange.status == "oversize" or number >= patience.attempts:
        return Decision("give up")
    return _again(exchange, reply, status, number, patience.longest_wait)


def _status(exchange: Exchange, reply: Reply) -> int:
    """Return the error status of the reply, or of its body if it came with status 200."""
    status = exchange.http_status or 0
    return (reply.complaint.status or 0) if status < 300 and reply.status == "malformed" else status


def _is_rate_limit(status: int, reply: Reply) -> bool:
    return status == 429 or bool(
        _LIMITED.search(" ".join((*reply.complaint.codes, reply.complaint.text)))
    )


def _again(
    exchange: Exchange, reply: Reply, status: int, number: int, longest_wait: float
) -> Decision:
    waits = [
        wait
        for wait in (retry_after(exchange.headers, time.time()), reply.complaint.wait)
        if wait is not None and wait <= ABSURD_WAIT
    ]
    throttled = status == 503 or _is_rate_limit(status, reply)
    if not waits:
        return Decision("retry", backoff(number), throttled=throttled)
    wait = max(waits)
    if wait > longest_wait:
        shown = f"{wait / 60:.0f} minutes" if wait >= 120 else f"{wait:.0f} seconds"
        return Decision(
            "stop",
            why=f"the endpoint asks to wait {shown}; run the same command then, "
            "it continues where it stopped",
            certain=True,
        )
    return Decision("retry", wait, throttled=throttled, named=True)


def _hopeless(status: int, reply: Reply) -> Decision | None:
    said = f" ({reply.error})" if reply.error else ""
    codes = set(reply.complaint.codes)
    if status == 402 or (status == 429 and codes & _NO_QUOTA):
        why = f"the account has no quota left{said}; add credit, then run the same command"
        return Decision("stop", why=why, certain=True)
    if _is_rate_limit(status, reply):
        return None
    if status in (401, 403):
        why = f"the endpoint refuses the key{said}; check OPENAI_API_KEY and --base-url"
    elif status == 404 or "model_not_found" in codes:
        why = f"there is no such model or path{said}; check --model and --base-url"
    elif 300 <= status < 400:
        why = f"{reply.error or 'the endpoint redirects'}; give that address as --base-url"
    else:
        return None
    return Decision("stop", why=why)


def backoff(number: int) -> float:
    """Seconds before the next attempt: doubling from half a second, with jitter, to a minute."""
    return float(min(60.0, 0.5 * 2 ** (number - 1)) * random.uniform(0.75, 1.25))  # noqa: S311


def retry_after(headers: Mapping[str, str], now: float) -> float | None:
    """Seconds an endpoint asks to wait, by ``retry-after-ms`` or ``retry-after``.

    Examples
    --------
    >>> retry_after({"retry-after": "2"}, 0.0)
    2.0
    """
    for name, scale in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        value = headers.get(name)
        if value is None:
            continue
        try:
            seconds = float(value) * scale
        except ValueError:
            seconds = _until(value, now)
        if math.isfinite(seconds) and seconds >= 0:
            return seconds
    return None


def _until(value: str, now: float) -> float:
    """Seconds until a date; not a number where it is none that a clock knows."""
    try:
        date = email.utils.parsedate_tz(value)
        return email.utils.mktime_tz(date) - now if date else math.nan
    except (ValueError, OverflowError, IndexError, TypeError):
        return math.nan


class NoLogprobs:
    """Stops a run that asks for log-probabilities where the endpoint gives none.

    Parameters
    ----------
    most : int
        Answered cells without any, before the first that has some, that end the run.
    """

    def __init__(self, most: int = 3) -> None:
        self._most = most
        self._without = 0
        self._given = False

    def seen(self, has_logprobs: bool) -> str | None:
        """A cell was answered; returns why the run should stop, once it should.

        Parameters
        ----------
        has_logprobs : bool
            Whether its reply held log-probabilities.
        """
        self._given = self._given or has_logprobs
        if self._given:
            return None
        self._without += 1
        if self._without < self._most:
            return None
        return (
            f"this endpoint gives no log-probabilities: {self._without} replies held none; ask "
            "with --elicitation choice, or ask an endpoint that gives them (valuealign doctor "
            "--base-url tells whether one does)"
        )


class Circuit:
    """Stops a run in which every request fails.

    Parameters
    ----------
    most : int
        Cells given up one after another, with no answer between, that end the run.
    """

    def __init__(self, most: int = 5) -> None:
        self._most = most
        self._failed = 0

    def answered(self) -> None:
        """A cell was answered."""
        self._failed = 0

    def gave_up(self, reply: Reply) -> str | None:
        """A cell was given up; returns why the run should stop, once it should."""
        self._failed += 1
        if self._failed < self._most:
            return None
        why = (
            f"{self._failed} requests in a row failed ({reply.error or reply.status}); "
            "nothing more was sent: mend the cause and run the same command"
        )
        asks = re.search(r"must be set|required|missing", reply.complaint.text)
        return f"{why} (a field that the endpoint asks for is sent with --extra)" if asks else why
