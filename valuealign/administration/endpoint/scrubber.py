"""Removal of secrets from everything that an endpoint sends back.

Every byte of a reply passes one :class:`Scrubber` before anything else reads it. A secret is
recognised whole or as any part of eight characters or more, in any case, and also where it is
spelled with JSON, URL or HTML escapes, in base64 or in hexadecimal, or broken by white space.
"""

from __future__ import annotations

import base64
import binascii
import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from valuealign.administration.reply.reply import Exchange

MASK = "***"
_SHORTEST = 6
_PART = 8
_ROUNDS = 4
_ESCAPED = re.compile(
    r"\\+u\{?0*(?P<u>[2-7][0-9a-f])\}?|\\+x(?P<x>[2-7][0-9a-f])|%(?P<p>[2-7][0-9a-f])"
    r"|(?P<h>&#x?0*[0-9a-f]{2,3};?|&[a-z]{2,6};)|\\+(?P<c>[/\"'-])",
    re.IGNORECASE,
)
_WHITE = re.compile(r"[\s\u00ad\u200b-\u200f\u2060\ufeff]")
_INVISIBLE = re.compile(rf"{_WHITE.pattern}|\\+[nrt]")


class Scrubber:
    """Masks secrets in text, in bytes and in whole exchanges.

    Parameters
    ----------
    secrets : iterable of str
        Keys and passwords. One of fewer than six characters cannot be distinguished from ordinary
        text and is not masked.

    Examples
    --------
    >>> scrubber = Scrubber(["sk-abcdef123456"])
    >>> scrubber.text("Incorrect API key provided: sk-abcdef123456")
    'Incorrect API key provided: ***'
    >>> scrubber.text("the key begins with sk%2Dabcdef")
    'the key begins with ***'
    """

    def __init__(self, secrets: Iterable[str | None]) -> None:
        known = [secret for secret in secrets if secret and len(secret) >= _SHORTEST]
        spelled = [_small(form) for secret in known for form in (secret, *_encoded(secret))]
        self._parts = frozenset(part for form in spelled for part in _windows(form))
        # Every part of eight characters holds one of these four, so that most text needs no more.
        self._signs = tuple(sorted({sign for form in spelled for sign in _signs(form)}))
        # "\\n" in a text is a line that was broken, unless the secret holds those characters.
        backslash = any("\\" in secret for secret in known)
        self._gaps = (_INVISIBLE, _WHITE) if backslash else (_INVISIBLE,)
        self._sign_bytes = tuple(sign.encode("utf-8", "surrogatepass") for sign in self._signs)

    def text(self, text: str) -> str:
        """The text without the secrets; the same object where there were none."""
        if not self._parts or not self._may_hold(text):
            return text
        plain = _unescaped(text)
        if len(plain) == len(text):
            return self._masked(text)
        masked = self._masked(plain)
        # An escaped spelling is kept unless it hides a secret.
        return self._masked(text) if masked == plain else masked

    def body(self, body: bytes) -> bytes:
        """The bytes without the secrets; the same object where there were none.

        JSON stays JSON: its strings are scrubbed one by one.
        """
        if not self._parts or not self._may_hold_bytes(body):
            return body
        text = body.decode("utf-8", "surrogateescape")
        if self.text(text) == text:
            return body
        try:
            scrubbed = json.dumps(self._value(json.loads(body)))
        except (ValueError, RecursionError):
            return self.text(text).encode("utf-8", "surrogateescape")
        return self.text(scrubbed).encode("utf-8", "surrogatepass")

    def exchange(self, exchange: Exchange, latency_ms: float = 0.0) -> Exchange:
        """The exchange without secrets in its body, headers, error and recorded request."""
        headers, error = exchange.headers, exchange.error
        return Exchange(
            exchange.status,
            exchange.http_status,
            {name: self.text(value) for name, value in headers.items()} if headers else headers,
            self.body(exchange.body),
            None if error is None else self.text(error),
            latency_ms,
        )

    def _value(self, value: Any) -> Any:
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list):
            return [self._value(each) for each in value]
        if isinstance(value, Mapping):
            return {self.text(name): self._value(each) for name, each in value.items()}
        return value

    def _may_hold(self, text: str) -> bool:
        return self._has_sign(text) or (
            _ESCAPED.search(text) is not None and self._has_sign(_unescaped(text))
        )

    def _may_hold_bytes(self, body: bytes) -> bool:
        squeezed = b"".join(body.lower().split())
        if any(sign in squeezed for sign in self._sign_bytes):
            return True
        # Only these begin an escape or a character that cannot be seen.
        if not any(mark in body for mark in (b"\\", b"%", b"&", b"\xe2\x80", b"\xc2", b"\xef\xbb")):
            return False
        return self._may_hold(body.decode("utf-8", "surrogateescape"))

    def _has_sign(self, text: str) -> bool:
        lower = _small(text)
        return any(
            sign in squeezed
            for squeezed in (gap.sub("", lower) for gap in self._gaps)
            for sign in self._signs
        )

    def _masked(self, text: str) -> str:
        """Mask every run of known parts, white space within them included."""
        return _covered(text, [span for gap in self._gaps for span in self._hidden(text, gap)])

    def _hidden(self, text: str, gap: re.Pattern[str]) -> Iterator[list[int]]:
        places, squeezed = _squeezed(text, gap)
        lower = _small(squeezed)
        for size in sorted({len(part) for part in self._parts}):
            for start in range(len(lower) - size + 1):
                if lower[start : start + size] in self._parts:
                    yield [places[start], places[start + size - 1] + 1]


def _covered(text: str, hidden: list[list[int]]) -> str:
    """The text with the marked ranges replaced, touching ones together."""
    pieces: list[str] = []
    end = 0
    for start, stop in sorted(hidden):
        if start > end or not pieces:
            pieces += [text[end:start], MASK]
        end = max(end, stop)
    return "".join([*pieces, text[end:]])


def _squeezed(text: str, gap: re.Pattern[str]) -> tuple[list[int], str]:
    """The text without its gaps, and the place of each character that is left."""
    gone = [False] * len(text)
    for match in gap.finditer(text):
        gone[match.start() : match.end()] = [True] * (match.end() - match.start())
    places = [k for k, is_gone in enumerate(gone) if not is_gone]
    return places, "".join(text[k] for k in places)


def _unescaped(text: str) -> str:
    """The text with its escapes resolved, escapes of escapes included."""
    for _ in range(_ROUNDS):
        plain = _ESCAPED.sub(_character, text)
        if plain == text:
            break
        text = plain
    return text


def _character(match: re.Match[str]) -> str:
    code = match["u"] or match["x"] or match["p"]
    if code:
        return chr(int(code, 16))
    return html.unescape(match["h"]) if match["h"] else match["c"]


def _small(text: str) -> str:
    """Return the text in lower case, each character in its place, whatever its neighbours are."""
    lower = text.lower()
    if len(lower) != len(text):  # the lower case of a dotted capital I is two characters
        lower = "".join(small if len(small := c.lower()) == 1 else c for c in text)
    return lower.replace("\u03c2", "\u03c3")  # a sigma at the end of a word


def _windows(form: str) -> list[str]:
    size = min(_PART, len(form))
    return [form[k : k + size] for k in range(len(form) - size + 1)]


def _signs(form: str) -> list[str]:
    if len(form) < _PART:
        return [form]
    return [form[k : k + 4] for k in range(0, len(form) - 3, 4)]


def _encoded(secret: str) -> list[str]:
    """The secret in base64, at each of its three alignments, and in hexadecimal."""
    data = secret.encode("utf-8", "surrogatepass")
    forms = [binascii.hexlify(data).decode()]
    for shift in range(3):
        whole = base64.b64encode(b"\0" * shift + data).decode()
        # The first and last characters also depend on what stands around the secret.
        core = whole[(shift * 4 + 2) // 3 :].rstrip("=")
        core = core[: -1 or None] if (len(data) + shift) % 3 else core
        forms += [core, core.replace("+", "-").replace("/", "_")]
    return [form for form in dict.fromkeys(forms) if len(form) >= _PART]
