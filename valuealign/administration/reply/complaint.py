"""Error messages of endpoints, in any format.

Endpoints, proxies and web frameworks each have a shape of their own: an object, a list, a list of
validation errors, JSON inside a string, plain text or a page of HTML. All of them are read into
one :class:`Complaint`.
"""

from __future__ import annotations

import json
import math
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_LONGEST = 500
_DEEPEST, _MOST = 10, 400
_WORDS = (
    "message",
    "msg",
    "detail",
    "details",
    "error",
    "errors",
    "error_description",
    "error_message",
    "errorMessage",
    "title",
    "description",
    "reason",
    "reasons",
    "cause",
    "raw",
    "metadata",
    "innererror",
    "inner_error",
    "provider_specific_fields",
    "upstream_error",
    "violations",
    "fieldViolations",
    "exception",
    "response",
    "body",
    "data",
)
_CODES = ("code", "type", "status", "status_code", "reason", "error_code", "errorCode", "category")
_NAMES = ("param", "parameter", "field", "loc", "path")
_WAITS = {
    "retrydelay": 1.0,
    "retry_delay": 1.0,
    "retry_after": 1.0,
    "retryafter": 1.0,
    "retry-after": 1.0,
    "retry_after_seconds": 1.0,
    "retry_after_ms": 0.001,
    "retry-after-ms": 0.001,
    "retry_in": 1.0,
}
_RESETS = ("x-ratelimit-reset", "ratelimit-reset")
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_AMOUNT = re.compile(
    r"(\d{1,12}(?:\.\d{1,12})?)\s*"
    r"(ms|milliseconds?|s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?)?(?![a-z])",
    re.IGNORECASE,
)
_WAIT_WORDS = re.compile(
    r"(?:re-?try|try\s+again|re-?send|wait|available\s+again|resets?)"
    r"(?:[\s-]+(?:your|the|this|request|requests|again|after|in|for|at\s+least|about|it|least))*"
    r"[\s:=]+((?:\d[\d.]*\s*(?:[a-z]+)?[\s,]*(?:and\s+)?)+)",
    re.IGNORECASE,
)
_TAG = re.compile(r"<(script|style)\b.*?</\1\s*>|<[^>]{0,2000}>", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Complaint:
    """The content of an error message.

    Parameters
    ----------
    message : str, optional
        Every sentence of it, the general ones first, at most 500 characters.
    text : str
        All that was said, in lower case, to be searched.
    codes : tuple of str
        Codes and types, as they were spelled, from the outside inwards.
    names : frozenset of str
        The request fields it names as such, in lower case.
    wait : float, optional
        Seconds after which to ask again.
    status : int, optional
        An HTTP error status that is given in the body.
    """

    message: str | None = None
    text: str = ""
    codes: tuple[str, ...] = ()
    names: frozenset[str] = frozenset()
    wait: float | None = None
    status: int | None = None


def read_complaint(body: bytes) -> Complaint:
    """Read an error's body. Total: any bytes give a :class:`Complaint`.

    Examples
    --------
    >>> read_complaint(b'[{"error": {"code": 400, "message": "Unknown name: seed"}}]').message
    'Unknown name: seed'
    >>> sorted(read_complaint(b'{"detail": [{"loc": ["body", "seed"], "msg": "no"}]}').names)
    ['body', 'seed']
    """
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        value = _plain(body.decode("utf-8", "replace"))
    return complaint_of(value)


def complaint_of(value: Any) -> Complaint:
    """Read an error that is JSON already, such as the ``error`` of a choice."""
    seen = _Seen()
    for name, each in _leaves(value):
        seen.take(name, each)
    return seen.complaint()


class _Seen:
    """What has been read so far."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self.codes: list[str] = []
        self.names: set[str] = set()
        self.wait: float | None = None
        self.status: int | None = None

    def take(self, name: str, value: Any) -> None:
        """Take one value that is neither an object nor a list."""
        lower = name.lower()
        if lower in _WAITS or lower in _RESETS:
            self._wait(lower, value)
        elif name in _NAMES and isinstance(value, str):
            self.names.add(value.lower())
        elif name in _CODES and isinstance(value, str | int) and not isinstance(value, bool):
            self._code(value)
            if name == "reason" and isinstance(value, str):
                self.words.append(value)
        elif isinstance(value, str) and (name in _WORDS or not name) and value.strip():
            self.words.append(" ".join(value[:20_000].split()))

    def _code(self, value: str | int) -> None:
        code = str(value)[:100]
        self.codes.append(code)
        if code.isascii() and code.isdigit() and len(code) == 3 and 400 <= int(code) < 600:
            self.status = self.status or int(code)

    def _wait(self, name: str, value: Any) -> None:
        if name in _RESETS:
            seconds = _until(value, time.time())
        elif isinstance(value, str):
            seconds = _seconds(value, _WAITS[name])
        else:
            seconds = _number(value) * _WAITS[name]
        if math.isfinite(seconds) and seconds >= 0:
            self.wait = max(seconds, self.wait or 0.0)

    def complaint(self) -> Complaint:
        """All that was read."""
        words = list(dict.fromkeys(self.words))
        # "Provider returned error" is worth saying only until the provider's own words follow.
        shown = [w for w in words if not any(w in other for other in words if other is not w)]
        text = " ".join(words)[:20_000]
        waits = [wait for wait in (self.wait, wait_in(text)) if wait is not None]
        return Complaint(
            ": ".join(shown)[:_LONGEST] or None,
            text.lower(),
            tuple(dict.fromkeys(self.codes)),
            frozenset(self.names),
            max(waits, default=None),
            self.status,
        )


def _leaves(value: Any) -> Iterator[tuple[str, Any]]:
    """Every value with the name it stands under; JSON inside a string is entered too."""
    left = _MOST
    stack: list[tuple[str, Any, int]] = [("", value, 0)]
    while stack and left:
        name, each, depth = stack.pop()
        left -= 1
        inner = _inner(each) if isinstance(each, str) else each
        if depth < _DEEPEST and isinstance(inner, dict):
            entered = [
                (str(key), child, depth + 1)
                for key, child in inner.items()
                if isinstance(child, str | int | float) or _is_entered(str(key))
            ]
            stack.extend(reversed(entered))
        elif depth < _DEEPEST and isinstance(inner, list):
            stack.extend((name, child, depth + 1) for child in reversed(inner[:_MOST]))
        else:
            yield name, each


def _is_entered(name: str) -> bool:
    return name in _WORDS or name in _NAMES or name.lower() in ("headers", "error_info")


def _inner(text: str) -> Any:
    """The JSON a string holds, if it is an object or a list."""
    start = text.lstrip()[:1]
    if start not in ("{", "[") or len(text) > 200_000:
        return text
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _plain(text: str) -> str:
    """The words of a page, or of plain text."""
    start = text[:20_000]
    return " ".join((_TAG.sub(" ", start) if "<" in start else start).split())[:_LONGEST]


def wait_in(text: str) -> float | None:
    """Return the seconds to wait that a sentence states.

    Examples
    --------
    >>> wait_in("Please retry in 34.07s."), wait_in("Please try again in 1m30.5s")
    (34.07, 90.5)
    >>> wait_in("Rate limit reached") is None
    True
    """
    waits = [
        seconds
        for match in _WAIT_WORDS.finditer(text[:20_000])
        if math.isfinite(seconds := _seconds(match[1], 1.0))
    ]
    return max(waits) if waits else None


def _seconds(text: str, scale: float) -> float:
    """The sum of the amounts in "1m30.5s", "2 minutes" or "7"; not a number where there is none."""
    amounts = [float(number) * _unit(unit, scale) for number, unit in _AMOUNT.findall(text[:200])]
    return math.fsum(amounts) if amounts else math.nan


def _unit(unit: str, scale: float) -> float:
    lower = unit.lower()
    if not lower:
        return scale
    return _UNITS["ms" if lower.startswith(("ms", "milli")) else lower[0]]


def _until(value: Any, now: float) -> float:
    """Seconds until a moment, given in seconds or milliseconds since the epoch, or from now."""
    moment = _seconds(value, 1.0) if isinstance(value, str) else _number(value)
    if moment > 1e11:
        moment /= 1000
    return moment - now if moment > 1e9 else moment


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return math.nan
    try:
        return float(value)
    except OverflowError:
        return math.inf
