"""OpenAI-compatible endpoints, called through the official client; reply bytes are kept.

The official client builds the first request to each path; the next are that request with
another body, sent by the same transport. Retries are ours (each attempt is a row), so the client
makes none.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Protocol

import httpx2
from openai import AsyncOpenAI

from valuealign.administration.endpoint.credentials import Credentials
from valuealign.administration.endpoint.limits import TimeLimits
from valuealign.administration.endpoint.transport import Transport
from valuealign.administration.reply.reply import Exchange

_ANYWHERE = "http://endpoint"
"""The client knows neither the key nor the address, which may hold one: the transport does."""


class Asks(Protocol):
    """An object that answers requests: a network endpoint or a simulated one."""

    takes_grammar: bool
    """Whether a reply can be held to the options by a grammar (GBNF), as llama.cpp does."""

    async def ask(self, path: str, body: Mapping[str, Any]) -> Exchange:
        """Send one request and return the exchange; never raises for a bad reply."""

    async def close(self) -> None:
        """Close connections."""


class Endpoint:
    """An OpenAI-compatible endpoint.

    Parameters
    ----------
    credentials : Credentials
        The address and the key; the key is never stored, logged or shown.
    concurrency : int
        The most connections that are open at once.
    limits : TimeLimits
        How long a request may take.
    takes_grammar : bool
        Whether it is a llama.cpp server, which holds a reply to a grammar.
    """

    def __init__(
        self,
        credentials: Credentials,
        *,
        concurrency: int = 8,
        limits: TimeLimits | None = None,
        takes_grammar: bool = False,
    ) -> None:
        self.takes_grammar = takes_grammar
        self._transport = Transport(
            credentials, connections=concurrency, limits=limits or TimeLimits()
        )
        self._client = AsyncOpenAI(
            api_key="none",
            base_url=_ANYWHERE,
            max_retries=0,
            http_client=httpx2.AsyncClient(transport=self._transport),
        )
        self._headers: dict[str, Mapping[str, str]] = {}

    async def ask(self, path: str, body: Mapping[str, Any]) -> Exchange:
        """Send one request.

        Returns
        -------
        Exchange
            Whatever came of it; only a cancelled task raises.
        """
        headers = self._headers.get(path)
        if headers is None:
            return await self._first(path, body)
        return await self._transport.send(path, headers, _encode(body).encode("utf-8", "replace"))

    async def _first(self, path: str, body: Mapping[str, Any]) -> Exchange:
        response = await self._client.post(path, cast_to=httpx2.Response, body=dict(body))
        self._headers[path] = response.extensions["headers"]
        exchange: Exchange = response.extensions["exchange"]
        return exchange

    async def models(self) -> Exchange:
        """Ask for the list of models."""
        response = await self._client.get("/models", cast_to=httpx2.Response)
        exchange: Exchange = response.extensions["exchange"]
        return exchange

    async def close(self) -> None:
        """Close every connection."""
        await self._client.close()


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode
