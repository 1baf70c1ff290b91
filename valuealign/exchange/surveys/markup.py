"""Conversion of survey programs' HTML to words, with remarks on what is lost."""

from __future__ import annotations

import html
import re

_BLOCK = re.compile(r"<\s*/?\s*(?:br|p|div|li|tr|td|h[1-6])\b[^<>]{0,2000}>", re.IGNORECASE)
_CODE = re.compile(r"<(/?)(?:script|style)\b[^<>]{0,2000}>", re.IGNORECASE)
_TAG = re.compile(r"<[a-zA-Z/!][^<>]{0,20000}>")
_PICTURE = re.compile(r"<\s*(?:img|svg|video|audio|iframe|object|embed)\b", re.IGNORECASE)
_PLACEHOLDER = re.compile(
    r"\$\{[a-z]{1,12}://[^}]{1,200}\}"  # Qualtrics
    r"|\{(?:INSERTANS|TOKEN|ATTRIBUTE|if\(|[A-Za-z]\w{0,60}[.}])[^{}]{0,400}\}?"  # LimeSurvey
    r"|\[[a-z][a-z0-9_]{0,99}(?:\([^)\]]{1,20}\))?(?::[a-z_]{1,20})?\]"  # REDCap
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


def plain(text: str) -> str:
    """Words without their HTML and without control characters, on one line.

    Examples
    --------
    >>> plain("I <b>like</b>&nbsp;rain.<br>Often.")
    'I like rain. Often.'
    """
    words = _TAG.sub("", _BLOCK.sub(" ", _without_code(text)))
    return " ".join(_CONTROL.sub("", html.unescape(words)).split())


def _without_code(text: str) -> str:
    """The text without scripts and style sheets, in one pass."""
    kept: list[str] = []
    end, hidden = 0, False
    for tag in _CODE.finditer(text):
        if not hidden:
            kept.append(text[end : tag.start()])
        hidden, end = not tag[1], tag.end()
    return " ".join(kept if hidden else [*kept, text[end:]])


def marked_up(text: str) -> str:
    """Words as HTML that :func:`plain` turns back into them.

    A sign that a spreadsheet may take for a formula is written as an entity where it comes first.

    Examples
    --------
    >>> marked_up("a < b"), marked_up("=1+1")
    ('a &lt; b', '&#61;1+1')
    """
    escaped = html.escape(text, quote=False)
    first = escaped[:1]
    safe = not first or first.isalnum() or first == "&"
    return escaped if safe else f"&#{ord(first)};{escaped[1:]}"


def has_picture(text: str) -> bool:
    """Whether the HTML shows a picture, a film or a page of another site."""
    return bool(_PICTURE.search(text))


def remarks_on(text: str) -> tuple[str, ...]:
    """Return remarks on parts of a question's HTML that its words do not show.

    Examples
    --------
    >>> remarks_on("Is ${e://Field/name} kind?")
    ('holds a placeholder that the survey fills in (${e://Field/name})',)
    """
    remarks = []
    if has_picture(text):
        remarks.append("shows a picture, which is left out")
    if placeholder := _PLACEHOLDER.search(plain(text)):
        remarks.append(f"holds a placeholder that the survey fills in ({placeholder[0][:60]})")
    return tuple(remarks)
