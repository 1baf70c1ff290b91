"""Base URLs: the address for requests, and the address that is stored and shown.

A key may be part of a URL: as a user name and password, in the query, or in the path. The
respondent keeps the address without it, so that the key reaches no store and a new key is the
same respondent.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote, unquote, urlsplit, urlunsplit

from valuealign.errors import PlanError

MASK = "***"
_SECRET_NAME = re.compile(
    r"(^|[-_.])(key|apikey|token|secret|password|passwd|pwd|sig|signature|auth|authorization"
    r"|code|credential|credentials|jwt|bearer)$",
    re.IGNORECASE,
)
_SECRET_PREFIX = re.compile(
    r"^(sk|pk|rk|gsk|hf|xai|nvapi|r8|ghp|glpat|pplx|fw|tgp|csk|key)[-_].{8,}|^AIza.{20,}", re.I
)
_RUN = re.compile(r"[A-Za-z0-9]{20,}")
_TURNS = re.compile(r"(?<=\d)(?=[A-Za-z])|(?<=[A-Za-z])(?=\d)")


@dataclass(frozen=True, slots=True)
class Address:
    """The address for requests, and the part of it that may be shown.

    Parameters
    ----------
    shown : str
        Without anything secret, in one spelling.
    target : str
        Where requests go, without user name and password; not in ``repr``.
    query : str
        The query that every request carries.
    user : str, optional
        ``NAME:PASSWORD`` of the URL.
    secrets : tuple of str
        The parts of the URL that are not shown.
    """

    shown: str
    target: str = field(repr=False)
    query: str = field(default="", repr=False)
    user: str | None = field(default=None, repr=False)
    secrets: tuple[str, ...] = field(default=(), repr=False)


def read_address(url: str, key: str | None = None) -> Address:
    """Normalise a base URL, so that a respondent keeps its identity.

    Parameters
    ----------
    url : str
    key : str, optional
        The user's key, which may also be part of the URL.

    Raises
    ------
    PlanError
        It is not an http(s) URL.

    Examples
    --------
    >>> read_address("http://localhost:11434/v1/").shown
    'http://localhost:11434/v1'
    >>> read_address("https://me:my-password@host.example/v1?api-version=2&key=sk-0123456789").shown
    'https://host.example/v1?api-version=2&key=***'
    """
    try:
        parts = urlsplit(url.strip())
        host = parts.hostname
        port = parts.port
    except ValueError:
        raise _not_a_url() from None
    if parts.scheme.lower() not in ("http", "https") or not host or _unsafe(url.strip()):
        raise _not_a_url()
    secrets: list[str] = []
    path = "/".join(_part(part, key, secrets) for part in parts.path.rstrip("/").split("/"))
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    shown = "&".join(_pair(name, value, key, secrets) for name, value in sorted(pairs))
    netloc = f"[{host}]" if ":" in host else host
    netloc = netloc if port is None else f"{netloc}:{port}"
    user = _user(parts.username, parts.password, secrets)
    scheme = parts.scheme.lower()
    return Address(
        urlunsplit((scheme, netloc, path, shown, "")),
        urlunsplit((scheme, netloc, parts.path.rstrip("/"), "", "")),
        parts.query,
        user,
        tuple(dict.fromkeys(secrets)),
    )


def _not_a_url() -> PlanError:
    # The text may hold a key, so none of it is repeated.
    return PlanError(
        "the base URL is not an http or https address; expected for example https://host/v1"
    )


def _unsafe(url: str) -> bool:
    return any(character.isspace() or ord(character) < 32 for character in url)


def _user(name: str | None, password: str | None, secrets: list[str]) -> str | None:
    if not name and not password:
        return None
    plain = [unquote(part or "") for part in (name, password)]
    secrets += [part for part in (*plain, name, password) if part]
    return ":".join(plain)


def _part(part: str, key: str | None, secrets: list[str]) -> str:
    if not _looks_secret(unquote(part), key):
        return part
    secrets += [part, unquote(part)]
    return MASK


def _pair(name: str, value: str, key: str | None, secrets: list[str]) -> str:
    if value and (_SECRET_NAME.search(name) or _looks_secret(value, key)):
        secrets += [value, quote(value, safe="")]
        return f"{quote(name, safe='')}={MASK}"
    return f"{quote(name, safe='')}={quote(value, safe='')}"


def _looks_secret(text: str, key: str | None) -> bool:
    """Whether a part of a URL is the key, begins as keys do, or is a long random word."""
    if key and len(key) >= 6 and key in text:
        return True
    if _SECRET_PREFIX.search(text):
        return True
    return any(len(_TURNS.findall(run)) >= 3 for run in _RUN.findall(text))
