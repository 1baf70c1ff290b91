"""The contents of sections: plain values, which the page renders and escapes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

Tone = Literal["good", "bad", "unknown", "plain"]
"""What a mark says; the page gives it a shape and a word as well as a colour."""


@dataclass(frozen=True)
class Cell:
    """One cell of a table.

    Parameters
    ----------
    text : str
        As shown; made by :mod:`valuealign.report.formatting`.
    kind : {"text", "number", "none", "raw", "doi", "mark"}
        ``raw`` is text from a model, ``none`` a value that is not available.
    tone : {"good", "bad", "unknown", "plain"}
        Of a mark.
    """

    text: str
    kind: Literal["text", "number", "none", "raw", "doi", "mark"] = "text"
    tone: Tone = "plain"


@dataclass(frozen=True)
class Table:
    """A table.

    Parameters
    ----------
    caption : str
    heads : sequence of str
    rows : sequence of sequence of Cell
    folded : bool
        Whether the reader opens it.
    stub : bool
        Whether the first cell of a row is its head.
    """

    caption: str
    heads: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    folded: bool = False
    stub: bool = True
    block: Literal["table"] = "table"

    @property
    def numeric(self) -> list[bool]:
        """Say which columns hold numbers."""
        kinds: list[set[str]] = [set() for _ in self.heads]
        for row in self.rows:
            for k, cell in enumerate(row):
                kinds[k].add(cell.kind)
        return [
            bool(column) and column <= {"number", "none"} and "number" in column for column in kinds
        ]


@dataclass(frozen=True)
class Paragraph:
    """Plain words.

    Parameters
    ----------
    text : str
    kind : {"plain", "note", "unavailable", "lead"}
        ``unavailable`` states what is missing, and why.
    """

    text: str
    kind: Literal["plain", "note", "unavailable", "lead"] = "plain"
    block: Literal["paragraph"] = "paragraph"


@dataclass(frozen=True)
class Bullets:
    """A list of sentences."""

    items: Sequence[str]
    block: Literal["bullets"] = "bullets"


@dataclass(frozen=True)
class Fields:
    """Names and values in two columns."""

    rows: Sequence[tuple[str, Cell]]
    block: Literal["fields"] = "fields"


@dataclass(frozen=True)
class Picture:
    """A figure with the numbers it shows.

    Parameters
    ----------
    svg : str
        Markup from :func:`valuealign.report.inline_svg.inline_svg`, which is the only text the
        page does not escape.
    label : str
        A description for readers who do not see the figure.
    caption : str
    table : Table
        The numbers drawn.
    """

    svg: str
    label: str
    caption: str
    table: Table
    block: Literal["picture"] = "picture"


@dataclass(frozen=True)
class Card:
    """A summary of one respondent."""

    name: str
    said: str
    tone: Tone
    findings: Sequence[str] = ()
    table: Table | None = None
    block: Literal["card"] = "card"


Block = Table | Paragraph | Bullets | Fields | Picture | Card


@dataclass(frozen=True)
class Section:
    """A part of the page.

    Parameters
    ----------
    id : str
        Unique among one instrument's sections.
    title : str
    blocks : sequence of block
    parts : sequence of Section
        One level below.
    """

    id: str
    title: str
    blocks: Sequence[Block] = field(default=())
    parts: Sequence[Section] = field(default=())
