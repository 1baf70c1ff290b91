"""The user's key and base URL: from the environment, or from a ``.env`` in the working folder.

A base URL from a ``.env`` is taken only together with a key from the same file: a downloaded
folder must not redirect the user's own key.
"""

from __future__ import annotations

import io
import os
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path

from dotenv import dotenv_values

from valuealign.administration.endpoint.address import Address, read_address
from valuealign.errors import PlanError

OPENAI = "https://api.openai.com/v1"
_KEY, _URL = "OPENAI_API_KEY", "OPENAI_BASE_URL"
PLACEHOLDERS = {"EMPTY", "lm-studio", "none", "not-needed", "ollama", "unused"}
"""Words that local servers' documentation says to send as the key; they are not secret."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """An endpoint's address and key.

    Parameters
    ----------
    address : Address
    api_key : str, optional
        Not shown in ``repr``.
    note : str, optional
        What the user should know about where these come from.
    """

    address: Address
    api_key: str | None = field(default=None, repr=False)
    note: str | None = None

    @property
    def base_url(self) -> str:
        """The address as it is stored and shown, without a key."""
        return self.address.shown

    @property
    def secrets(self) -> tuple[str, ...]:
        """Texts that must not be stored or shown: the key, and any secret part of the URL."""
        key = () if self.api_key in PLACEHOLDERS or self.api_key is None else (self.api_key,)
        return (*key, *self.address.secrets)


def find_credentials(
    base_url: str | None = None, *, folder: Path | None = None, needs_key: bool = True
) -> Credentials:
    """Find the key and base URL to use.

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
        No key for OpenAI's own endpoint, a base URL that is none, or a key that cannot be sent.
    """
    from_file = _dotenv(folder or Path.cwd())
    own_key, file_key = os.environ.get(_KEY), from_file.get(_KEY)
    own_url, file_url = os.environ.get(_URL), from_file.get(_URL)
    notes: list[str] = []
    if own_key and file_url and not own_url and not base_url:
        notes.append(f"the {_URL} in .env is not used: your key is not from the same file")
    elif file_url and not file_key and not own_url and not base_url:
        notes.append(f"the {_URL} in .env is not used: the file has no {_KEY}")
    usable_file_url = file_url if file_key and not own_key else None
    key, about_key = clean_key(own_key or file_key)
    address = read_address(base_url or own_url or usable_file_url or OPENAI, key)
    if about_key:
        notes.append(about_key)
    if key and address.user:
        notes.append(f"the user name and password in the base URL are not sent: {_KEY} is")
    if needs_key and address.shown == OPENAI and not key:
        raise PlanError(
            f"no key for {OPENAI}: set {_KEY} (or write it into a .env here), name another "
            "endpoint with --base-url, or use --model local or --model sim:human, which need none"
        )
    return Credentials(address, key, "; ".join(notes) or None)


def clean_key(key: str | None) -> tuple[str | None, str | None]:
    """Return a key that can be sent, and what was changed about it.

    Parameters
    ----------
    key : str or None
        As it was set.

    Returns
    -------
    tuple of (str or None, str or None)
        The key, and a sentence for the user where blanks or quotation marks were removed.

    Raises
    ------
    PlanError
        It holds a character that no key can hold; the key itself is not repeated.

    Examples
    --------
    >>> clean_key("sk-0123456789\\n")
    ('sk-0123456789', 'blanks or line ends around OPENAI_API_KEY were removed')
    """
    if key is None or not key.strip():
        return None, None
    clean, notes = key.strip(), []
    if clean != key:
        notes.append("blanks or line ends")
    if len(clean) > 2 and clean[0] == clean[-1] and clean[0] in "\"'":
        clean = clean[1:-1].strip()
        notes.append("quotation marks")
    for place, character in enumerate(clean, start=1):
        if not "!" <= character <= "~":
            raise PlanError(
                f"{_KEY} holds {_named(character)} at character {place} of {len(clean)}, which "
                "no key can hold; copy the key again, as plain text"
            )
    said = f"{' and '.join(notes)} around {_KEY} were removed" if notes else None
    return clean or None, said


def _named(character: str) -> str:
    if character in "\r\n":
        return "a line end"
    if character.isspace():
        return "a blank"
    name = unicodedata.name(character, "a control character")
    return f"U+{ord(character):04X} ({name.lower()})"


def _dotenv(folder: Path) -> dict[str, str]:
    path = folder / ".env"
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return {}
    values = dotenv_values(stream=io.StringIO(text), interpolate=False)
    return {name: value for name, value in values.items() if value}
