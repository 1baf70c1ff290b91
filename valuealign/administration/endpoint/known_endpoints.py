"""Documented properties of endpoints, as data by base URL."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit

import yaml

from valuealign.administration.endpoint.request_adaptation import LIMITS, Adapted

_HERE = ("localhost", "127.0.0.1", "::1", "0.0.0.0", "host.docker.internal")  # noqa: S104


@dataclass(frozen=True, slots=True)
class KnownEndpoint:
    """The documented properties of an endpoint; ``None`` where the documentation is silent.

    Parameters
    ----------
    name : str
    docs : str
        The page that says so.
    sources : tuple of str
        Further pages on which values were looked up.
    hosts : tuple of str
        The ends of host names, or ``:PORT`` for the usual port of a server on this machine.
    seed, limit : str, optional
        The fields that take a seed and the output limit.
    top_logprobs : int, optional
        The most alternatives of a token; 0 where it gives no log-probabilities.
    logprobs : str, optional
        "count" where the number of alternatives is the value of ``logprobs``.
    json_schema : bool, optional
    extra : tuple of str
        Fields of its own that are of use here, as they are given to ``--extra``.
    open : str, optional
        What its documentation leaves open.
    """

    name: str
    docs: str = ""
    sources: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    seed: str | None = None
    limit: str | None = None
    top_logprobs: int | None = None
    logprobs: str | None = None
    json_schema: bool | None = None
    extra: tuple[str, ...] = ()
    open: str | None = None

    def adapted(self) -> Adapted:
        """The adaptation with which requests to it begin.

        A server on this machine is only guessed at by its port, so nothing is taken for granted.
        """
        adapted = Adapted()
        if not self.hosts or all(host.startswith(":") for host in self.hosts):
            return adapted
        adapted.seed_name = self.seed or "seed"
        adapted.completion_tokens = self.limit == LIMITS[1]
        adapted.no_schema = self.json_schema is False
        adapted.logprobs_count = self.logprobs == "count"
        if self.top_logprobs:
            adapted.top_logprobs = min(adapted.top_logprobs, self.top_logprobs)
        return adapted


def known_endpoint(base_url: str) -> KnownEndpoint:
    """Return the documented properties of the endpoint at an address.

    Parameters
    ----------
    base_url : str

    Returns
    -------
    KnownEndpoint
        Without anything known where the address is not listed.

    Examples
    --------
    >>> known_endpoint("https://api.mistral.ai/v1").seed
    'random_seed'
    >>> known_endpoint("https://example.org/v1").name
    'an endpoint that is not listed'
    """
    parts = urlsplit(base_url)
    host = parts.hostname or ""
    port = f":{parts.port}" if parts.port and host in _HERE else None
    for known in known_endpoints():
        for end in known.hosts:
            if end in (port, host) or host.endswith(f".{end}"):
                return known
    return KnownEndpoint("an endpoint that is not listed")


@cache
def known_endpoints() -> tuple[KnownEndpoint, ...]:
    """Every endpoint that is listed in ``endpoints.yaml``."""
    path = files("valuealign.administration.endpoint") / "endpoints.yaml"
    text = path.read_text(encoding="utf-8")
    return tuple(_known(row) for row in yaml.safe_load(text).values())


def _known(row: dict[str, Any]) -> KnownEndpoint:
    fields: dict[str, Any] = {**row}
    fields |= {name: tuple(row[name]) for name in ("sources", "hosts", "extra") if name in row}
    return KnownEndpoint(**fields)
