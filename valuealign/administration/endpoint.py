"""The wire: any OpenAI-compatible endpoint through the official client, bytes kept as they came.

Retries are ours (each attempt is a row), so the client makes none; error statuses are read
here, bounded like every reply, before the client interprets them.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Any, Protocol

import httpx2
from openai import APIConnectionError, AsyncOpenAI, DefaultAioHttpClient, omit

from valuealign.administration.credentials import scrubbed
from valuealign.administration.reply import MAX_BYTES, Exchange

NO_KEY = "none"
"""Sent where an endpoint wants no key (a local server)."""


class Asks(Protocol):
    """What can be asked: an endpoint on the network, or a simulated one in process."""

    takes_grammar: bool
    """Whether a reply can be held to the options by a grammar (GBNF), as llama.cpp does."""

    async def ask(self, path: str, body: Mapping[str, Any]) -> Exchange:
        """Send one request and return what came of it; never raises for what came back."""

    async def close(self) -> None:
        """Let go of connections."""


class _ErrorStatus(Exception):  # noqa: N818  # it carries a reply, it is no failure of ours
    """Carries an error status's bytes past the client's own handling."""

    def __init__(self, response: httpx2.Response, body: bytes, cut: bool) -> None:
        self.response = response
        self.body = body
        self.cut = cut
        super().__init__(f"HTTP {response.status_code}")


class Endpoint:
    """An OpenAI-compatible endpoint.

    Parameters
    ----------
    base_url : str
    api_key : str, optional
        Never stored, logged or shown.
    concurrency : int
        The most connections that are open at once.
    timeout : float
        Seconds without a byte after which a request is given up.
    takes_grammar : bool
        Whether it is a llama.cpp server, which holds a reply to a grammar.
    """

    def __init__(
        self,
        base_url: str,
        api_key: str | None,
        *,
        concurrency: int = 8,
        timeout: float = 120.0,
        takes_grammar: bool = False,
    ) -> None:
        self.takes_grammar = takes_grammar
        self._key = api_key or NO_KEY
        limits = httpx2.Limits(
            max_connections=concurrency,
            max_keepalive_connections=concurrency,
            keepalive_expiry=60.0,
        )
        http = _Http(
            timeout=httpx2.Timeout(timeout, connect=20.0),
            limits=limits,
            follow_redirects=False,
        )
        self._base_url = base_url.rstrip("/")
        self._client = _Client(
            api_key=self._key, base_url=base_url, max_retries=0, http_client=http
        )

    async def ask(self, path: str, body: Mapping[str, Any]) -> Exchange:
        """Send one request.

        Returns
        -------
        Exchange
            Whatever came of it; only a cancelled task raises.
        """
        start = time.perf_counter()
        try:
            response = await self._client.post(
                self._base_url + path,
                cast_to=httpx2.Response,
                body=dict(body),
                options=_STREAMED,
            )
            data, cut = await _bounded(response)
        except _ErrorStatus as refused:
            return self._exchange(refused.response, refused.body, refused.cut, start)
        except (APIConnectionError, httpx2.HTTPError, OSError) as error:
            return self._failed(error, start)
        return self._exchange(response, data, cut, start)

    def _exchange(
        self, response: httpx2.Response, body: bytes, cut: bool, start: float
    ) -> Exchange:
        latency = (time.perf_counter() - start) * 1000
        headers = _telling(response)
        status = response.status_code
        key = self._key.encode()
        if len(key) >= 6 and key in body:  # some proxies answer with the request they got
            body = body.replace(key, b"***")
        if cut:
            error = f"the reply is longer than {MAX_BYTES:,} bytes and was cut"
            return Exchange("oversize", status, headers, body, error, latency)
        if status >= 400:
            return Exchange("http", status, headers, body, f"HTTP {status}", latency)
        if status >= 300:
            error = f"the endpoint redirects to {headers.get('location', 'elsewhere')}"
            return Exchange("http", status, headers, body, error, latency)
        return Exchange("ok", status, headers, body, None, latency)

    def _failed(self, error: Exception, start: float) -> Exchange:
        latency = (time.perf_counter() - start) * 1000
        cause = _root(error)
        # The client calls a reset connection a timeout too; only its cause tells them apart.
        if isinstance(cause, TimeoutError):
            return Exchange("timeout", error="no answer in time", latency_ms=latency)
        said = scrubbed(str(cause) or type(cause).__name__, self._key)
        return Exchange("connection", error=f"the connection failed: {said}", latency_ms=latency)

    async def close(self) -> None:
        """Close every connection."""
        await self._client.close()


def _root(error: BaseException) -> BaseException:
    """The first cause of an error."""
    while error.__cause__ is not None:
        error = error.__cause__
    return error


class _Client(AsyncOpenAI):
    """Says nothing about this machine, and works out once what is the same in every request.

    The first request to an address is the client's own; the next are it with another body.
    """

    def platform_headers(self) -> dict[str, str]:
        return {}

    async def post(self, path: str, *, cast_to: Any, body: Any = None, **given: Any) -> Any:
        known: dict[str, httpx2.Request] = self.__dict__.setdefault("_known", {})
        first = known.get(path)
        if first is not None:
            return await self._client.send(_with_body(first, body))
        response = await super().post(path, cast_to=cast_to, body=body, **given)
        known[path] = response.request
        response.request.headers.pop("content-length", None)  # that of its own body
        return response


def _with_body(first: httpx2.Request, body: object) -> httpx2.Request:
    request = httpx2.Request(
        first.method,
        first.url,
        headers=first.headers,
        stream=httpx2.ByteStream(_encode(body).encode()),
        extensions=first.extensions,
    )
    request.read()
    return request


class _Http(DefaultAioHttpClient):
    """Carries requests at once: there is no redirect to follow and no second proof to give."""

    async def send(self, request: httpx2.Request, **_: Any) -> httpx2.Response:
        carrier = self._transport_for_url(request.url)
        response = await carrier.handle_async_request(request)
        if response.status_code >= 300:
            body, cut = await _bounded(response)
            raise _ErrorStatus(response, body, cut)
        return response


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode

# The client then hands the response over with its body unread.
_STREAMED: Any = {
    "headers": {
        "X-Stainless-Raw-Response": "stream",
        "x-stainless-retry-count": omit,
        "x-stainless-read-timeout": omit,
        "X-Stainless-Async": omit,
    },
}


def _telling(response: httpx2.Response) -> dict[str, str]:
    """The headers that say how to go on; read raw, for there is one set for every reply."""
    return {
        name.decode("latin-1").lower(): value.decode("latin-1")
        for name, value in response.headers.raw
        if name.lower().startswith(_TELLING)
    }


_TELLING = (b"retry-after", b"x-ratelimit-", b"location")


async def _bounded(response: httpx2.Response) -> tuple[bytes, bool]:
    """At most 2 MB of a reply; the rest is not fetched."""
    parts: list[bytes] = []
    size = 0
    plain = not any(name.lower() == b"content-encoding" for name, _ in response.headers.raw)
    try:
        # The stream itself, where there is nothing to decode: two layers less for every reply.
        async for part in response.stream if plain else response.aiter_bytes():  # type: ignore[union-attr]
            parts.append(part)
            size += len(part)
            if size > MAX_BYTES:
                return b"".join(parts)[:MAX_BYTES], True
    finally:
        await response.aclose()
    return b"".join(parts), False
