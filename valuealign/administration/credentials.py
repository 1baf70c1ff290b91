"""The user's key and base URL: from the environment, or from a ``.env`` in the working folder.

A base URL from a ``.env`` is taken only together with a key from the same file: a downloaded
folder must not redirect the user's own key.
"""

from __future__ import annotations

import io
import os
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from dotenv import dotenv_values

from valuealign.errors import PlanError

OPENAI = "https://api.openai.com/v1"
_KEY, _URL = "OPENAI_API_KEY", "OPENAI_BASE_URL"


@dataclass(frozen=True, slots=True)
class Credentials:
    """Where to ask, and with which key.

    Parameters
    ----------
    base_url : str
        Without user name or password.
    api_key : str, optional
        Not shown in ``repr``.
    note : str, optional
        What the user should know about where these come from.
    """

    base_url: str
    api_key: str | None = field(default=None, repr=False)
    note: str | None = None


def find_credentials(
    base_url: str | None = None, *, folder: Path | None = None, needs_key: bool = True
) -> Credentials:
    """The key and base URL to use.

    Parameters
    ----------
    base_url : str, optional
        What the user typed; it comes before every other.
    folder : Path, optional
        Where a ``.env`` is looked for; the working folder.
    needs_key : bool
        Whether OpenAI's own endpoint will be asked, and not only planned for.

    Raises
    ------
    PlanError
        No key for OpenAI's own endpoint, or a base URL that is none.
    """
    from_file = _dotenv(folder or Path.cwd())
    own_key, file_key = os.environ.get(_KEY), from_file.get(_KEY)
    own_url, file_url = os.environ.get(_URL), from_file.get(_URL)
    note = None
    if own_key and file_url and not own_url and not base_url:
        note = f"the {_URL} in .env is not used: your key is not from the same file"
    elif file_url and not file_key and not own_url and not base_url:
        note = f"the {_URL} in .env is not used: no {_KEY} stands beside it"
    usable_file_url = file_url if file_key and not own_key else None
    url = checked_url(base_url or own_url or usable_file_url or OPENAI)
    key = own_key or file_key
    if needs_key and url == OPENAI and not key:
        raise PlanError(
            f"no key for {OPENAI}: set {_KEY} (or write it into a .env here), name another "
            "endpoint with --base-url, or use --model local or --model sim:human, which need none"
        )
    return Credentials(url, key, note)


def _dotenv(folder: Path) -> dict[str, str]:
    path = folder / ".env"
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return {}
    values = dotenv_values(stream=io.StringIO(text), interpolate=False)
    return {name: value for name, value in values.items() if value}


def checked_url(url: str) -> str:
    """A base URL in one spelling, so that a respondent keeps its identity.

    Raises
    ------
    PlanError
        It is no http(s) URL, or carries a password, which would end up in the store.

    Examples
    --------
    >>> checked_url("http://localhost:11434/v1/")
    'http://localhost:11434/v1'
    """
    try:
        parts = urlsplit(url.strip())
        host = parts.hostname
        _ = parts.port
    except ValueError:
        raise PlanError(f"{url[:80]!r} is no URL; expected https://host/v1") from None
    if parts.scheme not in ("http", "https") or not host:
        raise PlanError(f"{url[:80]!r} is no base URL; expected https://host/v1")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise PlanError(
            f"the base URL for {host} carries a user name, password or query; "
            f"give the key in {_KEY} instead"
        )
    netloc = parts.netloc.lower()
    return urlunsplit((parts.scheme, netloc, parts.path.rstrip("/"), "", ""))


def scrubbed(text: str, key: str | None) -> str:
    """The text without the key, whole or in part: endpoints like to repeat it in errors.

    Examples
    --------
    >>> scrubbed("Incorrect API key provided: sk-abcdef123456", "sk-abcdef123456")
    'Incorrect API key provided: ***'
    """
    if not key or len(key) < 6:
        return text
    return text.replace(key, "***").replace(key[:-4], "***").replace(key[:12], "***")
