"""Links that nobody can guess, forms that no other site can post, and the headers of every page."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from urllib.parse import urlsplit

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
"""Of every answer: no script, nothing from elsewhere, nothing kept by the browser."""
_DIGITS = 32


def signed(secret: str, *what: object) -> str:
    """Hex digits that only the holder of the secret can make."""
    text = "\n".join(str(part) for part in what)
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()[:_DIGITS]


def token_of(secret: str, person_id: str) -> str:
    """The token of a participant's link.

    Examples
    --------
    >>> token_of("s", "p1").startswith("p1.")
    True
    """
    return f"{person_id}.{signed(secret, 'link', person_id)}"


def person_of(secret: str, token: str) -> str | None:
    """Whose link a token is; None where it was not made here.

    Examples
    --------
    >>> person_of("s", token_of("s", "p1")), person_of("s", "p1.0000"), person_of("s", "é")
    ('p1', None, None)
    """
    person_id, _, _ = token.partition(".")
    same = hmac.compare_digest(token.encode(), token_of(secret, person_id).encode())
    return person_id if same else None


def is_own_form(headers: Mapping[str, str], given: str, expected: str, host: str) -> bool:
    """Whether a form was posted from our own page.

    Parameters
    ----------
    headers : mapping
        Of the request, names in lower case.
    given, expected : str
        The form's hidden value, and what it should be.
    host : str
        Under which this site is reached ("study.example.org").

    Examples
    --------
    >>> is_own_form({"origin": "https://a.org"}, "x", "x", "a.org")
    True
    >>> is_own_form({"origin": "https://evil.org"}, "x", "x", "a.org")
    False
    >>> is_own_form({"sec-fetch-site": "cross-site"}, "x", "x", "a.org")
    False
    >>> is_own_form({}, "y", "x", "a.org")
    False
    """
    origin = headers.get("origin")
    if origin is not None and urlsplit(origin).netloc.lower() != host.lower():
        return False
    if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    return hmac.compare_digest(given.encode(), expected.encode())
