"""What to do after an attempt: keep it, ask again, give the cell up, or stop the whole run."""

from __future__ import annotations

import email.utils
import math
import random
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from valuealign.administration.reply import Exchange, Reply

Step = Literal["keep", "retry", "give up", "stop"]
MAX_ATTEMPTS = 6
LONGEST_WAIT = 600.0
"""An endpoint that asks for a longer wait than this ends the run; it resumes later."""
_RETRIED = {408, 409, 423, 425, 429}
_NO_QUOTA = {"insufficient_quota", "billing_hard_limit_reached", "billing_not_active"}
_FILTERED = {"content_filter", "content_policy_violation"}


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do after an attempt.

    Parameters
    ----------
    step : {"keep", "retry", "give up", "stop"}
    wait : float
        Seconds before the next attempt.
    why : str
        For "stop": what the user can do about it.
    throttled : bool
        The endpoint asked for fewer requests.
    """

    step: Step
    wait: float = 0.0
    why: str = ""
    throttled: bool = False


def decide(exchange: Exchange, reply: Reply, number: int) -> Decision:
    """What to do after attempt ``number`` of a cell.

    Parameters
    ----------
    exchange : Exchange
    reply : Reply
        What :func:`valuealign.administration.reply.parse` made of it.
    number : int
        Attempts of this cell in this run so far, this one included.

    Examples
    --------
    >>> decide(Exchange("timeout"), Reply("timeout"), 1).step
    'retry'
    """
    if reply.status == "ok":
        return Decision("keep")
    status = exchange.http_status or 0
    if stop := _hopeless(status, reply):
        return Decision("stop", why=stop)
    refused = exchange.status == "http" and status < 500 and status not in _RETRIED
    # What was too long would come again too long, and cost again.
    if refused or exchange.status == "oversize" or number >= MAX_ATTEMPTS:
        return Decision("give up")
    return _again(exchange, status, number)


def _again(exchange: Exchange, status: int, number: int) -> Decision:
    wait = retry_after(exchange.headers, time.time())
    if wait is not None and wait > LONGEST_WAIT:
        return Decision(
            "stop",
            why=f"the endpoint asks to wait {wait / 60:.0f} minutes; run the same command then, "
            "it goes on where it stopped",
        )
    throttled = status in (429, 503)
    return Decision("retry", backoff(number) if wait is None else wait, throttled=throttled)


def is_filtered(reply: Reply) -> bool:
    """Whether an error status is the endpoint's content filter: a refusal, not a failure."""
    return reply.status == "http" and reply.code in _FILTERED


def _hopeless(status: int, reply: Reply) -> str | None:
    said = f" ({reply.error})" if reply.error else ""
    if status in (401, 403):
        return f"the endpoint refuses the key{said}; check OPENAI_API_KEY and --base-url"
    if status == 402 or (status == 429 and reply.code in _NO_QUOTA):
        return f"the account has no quota left{said}; add credit, then run the same command"
    if status == 404 or reply.code == "model_not_found":
        return f"there is no such model or path{said}; check --model and --base-url"
    if 300 <= status < 400:
        return f"{reply.error or 'the endpoint redirects'}; give that address as --base-url"
    return None


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
            date = email.utils.parsedate_tz(value)
            seconds = email.utils.mktime_tz(date) - now if date else math.nan
        if math.isfinite(seconds) and seconds >= 0:
            return seconds
    return None


class Circuit:
    """Stops a run that only fails.

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
        return (
            f"{self._failed} requests in a row failed ({reply.error or reply.status}); "
            "nothing more was sent: mend the cause and run the same command"
        )
