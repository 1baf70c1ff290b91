"""Escaping of untrusted text for other programs: one function for each target.

Instruments, stores, replies and files of people are other people's. A text of theirs never
becomes a command of the program that shows or reads it:

==================  =========================  ==========================================
target              function                   what it prevents
==================  =========================  ==========================================
terminal            :func:`for_terminal`       control characters, ANSI, turned direction
HTML, notebook      :func:`for_html`           markup and scripts, and the same
spreadsheet, CSV    :func:`for_spreadsheet`    formulas
R                   :func:`for_r_comment`,     statements beyond a comment, a string or a
                    :func:`for_r_string`,      name
                    :func:`for_r_name`
JSON                :func:`for_json`           control characters where JSON is shown
==================  =========================  ==========================================

SQL has none: values are always bound by SQLAlchemy, never written into a statement. Jinja's
templates escape by themselves.
"""

from __future__ import annotations

import html
import re
import unicodedata
from typing import Any

_REPLACED = "\N{REPLACEMENT CHARACTER}"
_FORMULA = frozenset("=+-@\N{MINUS SIGN}")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_BEGINNINGS = ("\t", "\r", "\n")
_UNSEEN = ("C", "Z")
"""Categories of characters that have no ink: controls, formats, blanks."""
_R_WORDS = frozenset(
    [
        "if",
        "else",
        "repeat",
        "while",
        "function",
        "for",
        "next",
        "break",
        "in",
        "TRUE",
        "FALSE",
        "NULL",
        "Inf",
        "NaN",
        "NA",
        "data",
    ]
)


def for_terminal(text: object, *, lines: bool = True) -> str:
    """Text that moves no cursor, changes no colour and does not turn its direction.

    Parameters
    ----------
    text : object
    lines : bool
        Whether line ends stay.

    Examples
    --------
    >>> for_terminal("red\\x1b[31m"), for_terminal("a\\nb", lines=False)
    ('red\ufffd[31m', 'a\ufffdb')
    """
    return "".join(c if c.isprintable() or (lines and c == "\n") else _REPLACED for c in str(text))


def for_html(text: object) -> str:
    """Text as HTML shows it, in an element or in an attribute.

    Examples
    --------
    >>> for_html("<b>'x'</b>")
    '&lt;b&gt;&#x27;x&#x27;&lt;/b&gt;'
    """
    return html.escape(for_terminal(text))


def for_spreadsheet(value: Any) -> Any:
    """A text that no spreadsheet takes for a formula; anything else as it is.

    What comes first counts after blanks, control characters, byte-order marks and characters
    without width, and in any width: full-width signs begin a formula in some locales.

    Examples
    --------
    >>> for_spreadsheet("=HYPERLINK(1)"), for_spreadsheet("4"), for_spreadsheet(-1.0)
    ("'=HYPERLINK(1)", '4', -1.0)
    >>> for_spreadsheet("\\ufeff\\uff1dA1") == "'\\ufeff\\uff1dA1"
    True
    """
    if not isinstance(value, str):
        return value
    kept = _CONTROL.sub(_REPLACED, value)
    seen = (c for c in kept if unicodedata.category(c)[0] not in _UNSEEN and c != _REPLACED)
    first = unicodedata.normalize("NFKC", next(seen, ""))[:1]
    return f"'{kept}" if kept[:1] in _BEGINNINGS or first in _FORMULA else kept


def for_r_comment(text: object) -> str:
    """Text that stays on the line of an R comment.

    Examples
    --------
    >>> for_r_comment("mine\\nsystem('x')")
    "mine\ufffdsystem('x')"
    """
    return for_terminal(text, lines=False)


def for_r_string(text: object) -> str:
    """A double-quoted R string in ASCII, with its quotes; line ends stay line ends.

    Examples
    --------
    >>> print(for_r_string('a "b" \\\\ é'))
    "a \\"b\\" \\\\ \\u00e9"
    """
    made = []
    for c in str(text):
        if c in '"\\':
            made.append("\\" + c)
        elif c == "\n" or " " <= c <= "~":
            made.append(c)
        elif c == "\0" or "\ud800" <= c <= "\udfff":
            made.append("?")  # R strings hold neither
        else:
            made.append(f"\\u{ord(c):04x}" if ord(c) < 0x10000 else f"\\U{ord(c):08x}")
    return '"' + "".join(made) + '"'


def for_r_name(text: object) -> str:
    """A name that R takes for a variable.

    Examples
    --------
    >>> for_r_name("higher order"), for_r_name("2f"), for_r_name("if")
    ('higher_order', 'm_2f', 'm_if')
    """
    name = re.sub(r"[^A-Za-z0-9_]", "_", str(text))
    plain = name[:1].isalpha() and name not in _R_WORDS
    return name if plain else f"m_{name.lstrip('_')}"


def for_json(text: str) -> str:
    """JSON text whose strings hold no character that a terminal obeys; it parses to the same.

    Examples
    --------
    >>> print(for_json('"\\x9b\\u202e"'))
    "\\u009b\\u202e"
    """
    return "".join(c if c.isprintable() or c == "\n" else _json_escape(c) for c in text)


def _json_escape(c: str) -> str:
    code = ord(c)
    if code < 0x10000:
        return f"\\u{code:04x}"
    high, low = divmod(code - 0x10000, 0x400)
    return f"\\u{0xD800 + high:04x}\\u{0xDC00 + low:04x}"
