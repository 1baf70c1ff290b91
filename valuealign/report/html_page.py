"""The HTML page: sections rendered with everything escaped, and no request to a network."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING

from valuealign.report.section_contents import Cell, Section

if TYPE_CHECKING:
    from jinja2 import Environment

SIGNS = {"good": "\N{CHECK MARK}", "bad": "\N{MULTIPLICATION X}", "unknown": "?", "plain": ""}
_MID, _LONG = 25, 60
"""Characters from which a cell is given room, and more room."""


@dataclass(frozen=True)
class Chapter:
    """The sections about one instrument.

    Parameters
    ----------
    id : str
        Unique in the page; it begins the ids of its sections.
    title : str
    sections : sequence of Section
    """

    id: str
    title: str
    sections: Sequence[Section]

    @property
    def prefix(self) -> str:
        """The prefix of its sections' ids."""
        return f"{self.id}-"


def page_html(title: str, facts: str, chapters: Sequence[Chapter]) -> str:
    """Return the whole page.

    Parameters
    ----------
    title : str
    facts : str
        One line under it.
    chapters : sequence of Chapter

    Returns
    -------
    str
        HTML with its own style sheet and script, each named by hash in its
        Content-Security-Policy.

    Examples
    --------
    >>> text = page_html("<b>", "", [Chapter("one", "One", [Section("verdict", "Verdict")])])
    >>> "<b>" in text, "<h1>&lt;b&gt;</h1>" in text, "default-src 'none'" in text
    (False, True, True)
    """
    from markupsafe import Markup

    room = _environment()
    css, script = (_source(room, name) for name in ("page.css", "page.js"))
    return room.get_template("page.html.j2").render(
        title=title,
        facts=facts,
        chapters=chapters,
        several=len(chapters) > 1,
        css=Markup(css),  # noqa: S704  # our own file, without untrusted text
        script=Markup(script),  # noqa: S704  # the same
        policy=Markup(policy(css, script)),  # noqa: S704  # hashes and words of ours
        version=version("valuealign"),
        signs=SIGNS,
        classes=_classes,
    )


def policy(css: str, script: str) -> str:
    """Return the Content-Security-Policy that allows this style sheet and this script only.

    Pictures may be made by the page itself (``blob:``): a figure is saved as PNG through one.

    Examples
    --------
    >>> policy("p {}", "")[:18]
    "default-src 'none'"
    """
    style, code = (
        base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in (css, script)
    )
    return (
        f"default-src 'none'; style-src 'sha256-{style}'; script-src 'sha256-{code}'; "
        "img-src data: blob:; base-uri 'none'; form-action 'none'"
    )


def _source(room: Environment, name: str) -> str:
    return room.loader.get_source(room, name)[0] if room.loader else ""


def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader("valuealign.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _classes(cell: Cell, numeric: bool) -> str | None:
    classes = [
        name
        for name, here in (
            ("n", numeric),
            ("w", cell.kind == "number"),
            ("none", cell.kind == "none"),
            ("reply", cell.kind == "raw"),
            ("long", cell.kind in {"text", "command"} and len(cell.text) > _LONG),
            ("mid", cell.kind == "text" and _MID < len(cell.text) <= _LONG),
        )
        if here
    ]
    return " ".join(classes) or None
