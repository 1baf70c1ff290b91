"""Transport of one request over HTTP; every result is an exchange, never an exception.

A transport of the official client's own interface (``http_client=``). The key, the real address
and the bounds on a reply live here, so that the client above handles neither.
"""

from __future__ import annotations

import base64
import time
import urllib.request
import zlib
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

import aiohttp
import httpx2
from multidict import CIMultiDict
from yarl import URL

from valuealign.administration.endpoint.credentials import Credentials
from valuealign.administration.endpoint.limits import TimeLimits
from valuealign.administration.endpoint.scrubber import Scrubber
from valuealign.administration.reply.reply import MAX_BYTES, Exchange

NO_KEY = "none"
"""Sent where an endpoint wants no key (a local server)."""
_TELLING = (b"retry-after", b"x-ratelimit-", b"location")
_CODINGS = {"gzip": 47, "x-gzip": 47, "deflate": 47}
_HEADER_BYTES = 32_768
_NOT_HTTP = (aiohttp.ClientPayloadError, aiohttp.ClientResponseError, zlib.error)


class Transport(httpx2.AsyncBaseTransport):
    """Sends requests to one endpoint and returns bounded replies without secrets.

    Parameters
    ----------
    credentials : Credentials
        The key is added to every request here; nothing above this class holds it.
    connections : int
        The most connections that are open at once.
    limits : TimeLimits
    """

    def __init__(
        self,
        credentials: Credentials,
        *,
        connections: int,
        limits: TimeLimits,
    ) -> None:
        self._address = credentials.address
        self._api_key = credentials.api_key
        self._connections = connections
        self._proxy = _proxy_for(credentials.address.target)
        self._scrubber = Scrubber([*credentials.secrets, *_secrets_of(self._proxy)])
        self._timeout = aiohttp.ClientTimeout(
            total=limits.total, sock_connect=limits.connect, sock_read=limits.silence
        )
        self._session: aiohttp.ClientSession | None = None
        self._urls: dict[str, URL] = {}

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Carry a request of the official client; the exchange is in the response's extensions."""
        data = await request.aread()
        headers = self._own(request.headers)
        exchange = await self.send(request.url.path, headers, data, method=request.method)
        extensions = {"exchange": exchange, "headers": headers}
        return httpx2.Response(200, content=b"{}", request=request, extensions=extensions)

    def _own(self, headers: Mapping[str, str]) -> CIMultiDict[str]:
        """Return the client's headers without details about this machine, and with the real key."""
        gone = ("x-stainless-", "authorization", "content-length", "host", "connection")
        kept = CIMultiDict(
            (name, value) for name, value in headers.items() if not name.startswith(gone)
        )
        kept["accept-encoding"] = "gzip, deflate"
        if self._address.user and not self._api_key:
            encoded = base64.b64encode(self._address.user.encode()).decode()
            kept["authorization"] = f"Basic {encoded}"
        else:
            kept["authorization"] = f"Bearer {self._api_key or NO_KEY}"
        return kept

    async def send(
        self, path: str, headers: Mapping[str, str], data: bytes, *, method: str = "POST"
    ) -> Exchange:
        """Send one request.

        Returns
        -------
        Exchange
            Whatever came of it; only a cancelled task raises.
        """
        start = time.perf_counter()
        parts: list[bytes] = []
        try:
            async with self._open().request(
                method,
                self._url(path),
                headers=headers,
                data=data or None,
                allow_redirects=False,
                proxy=self._proxy,
            ) as response:
                cut = await _read(response, parts)
            exchange = _judged(response, b"".join(parts)[:MAX_BYTES], cut)
        except Exception as error:  # noqa: BLE001  # anything an endpoint does is an attempt
            exchange = _failed(error, b"".join(parts)[:MAX_BYTES])
        return self._scrubber.exchange(exchange, (time.perf_counter() - start) * 1000)

    def _url(self, path: str) -> URL:
        if path not in self._urls:
            query = f"?{self._address.query}" if self._address.query else ""
            self._urls[path] = URL(self._address.target + path + query)
        return self._urls[path]

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            encrypted = self._address.target.startswith("https:")
            connector = aiohttp.TCPConnector(
                limit=self._connections,
                keepalive_timeout=60.0,
                ssl=httpx2.create_ssl_context() if encrypted else True,
            )
            self._session = aiohttp.ClientSession(
                connector=connector,
                timeout=self._timeout,
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                max_line_size=_HEADER_BYTES,
                max_field_size=_HEADER_BYTES,
            )
        return self._session

    async def aclose(self) -> None:
        """Close every connection."""
        if self._session is not None:
            await self._session.close()


async def _read(response: aiohttp.ClientResponse, parts: list[bytes]) -> bool:
    """Read at most 2 MB, unpacked; returns whether there was more."""
    unpack = _unpacker(response.headers.get("Content-Encoding", ""))
    size = 0
    async for chunk in response.content.iter_any():
        part = chunk if unpack is None else unpack.decompress(chunk, MAX_BYTES + 1)
        parts.append(part)
        size += len(part)
        if size > MAX_BYTES:
            response.close()
            return True
    return False


def _unpacker(coding: str) -> Any:
    bits = _CODINGS.get(coding.strip().lower())
    return None if bits is None else zlib.decompressobj(bits)


def _judged(response: aiohttp.ClientResponse, body: bytes, cut: bool) -> Exchange:
    status, headers = response.status, _telling(response)
    if cut:
        error = f"the reply is longer than {MAX_BYTES:,} bytes and was cut"
        return Exchange("oversize", status, headers, body, error)
    if status >= 400:
        return Exchange("http", status, headers, body, f"HTTP {status}")
    if not 200 <= status < 300:
        where = headers.get("location")
        error = f"the endpoint redirects to {where[:200]}" if where else f"HTTP {status}"
        return Exchange("http", status, headers, body, error)
    return Exchange("ok", status, headers, body)


def _telling(response: aiohttp.ClientResponse) -> dict[str, str]:
    """Return the headers about rates and retries, read raw because each reply has one set."""
    return {
        name.decode("latin-1").lower(): value.decode("latin-1")
        for name, value in response.raw_headers
        if name.lower().startswith(_TELLING)
    }


def _failed(error: Exception, body: bytes) -> Exchange:
    if isinstance(error, TimeoutError):
        return Exchange("timeout", body=body, error="no answer in time")
    said = " ".join(str(error).split())[:300] or type(error).__name__
    if isinstance(error, _NOT_HTTP):
        return Exchange("malformed", body=body, error=f"the reply is not valid HTTP: {said}")
    return Exchange("connection", body=body, error=f"the connection failed: {said}")


def _proxy_for(url: str) -> str | None:
    """Return the environment's proxy for an address, as other programs determine it."""
    parts = httpx2.URL(url)
    if urllib.request.proxy_bypass(parts.netloc.decode()):
        return None
    proxies = urllib.request.getproxies()
    return proxies.get(parts.scheme) or proxies.get("all")


def _secrets_of(proxy: str | None) -> list[str]:
    """The user name and password of a proxy's address."""
    if proxy is None:
        return []
    parts = urlsplit(proxy)
    secrets = [part for part in (parts.username, parts.password) if part]
    return [*secrets, *map(unquote, secrets)]
