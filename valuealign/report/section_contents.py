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
    kind : {"text", "number", "none", "raw", "doi", "mark", "command"}
        ``raw`` is text from a model, ``none`` a value that is not available.
    tone : {"good", "bad", "unknown", "plain"}
        Of a mark.
    value : float, optional
        The number itself, by which the table sorts and which is copied.
    link : str
        The id of the part of the page that shows the replies behind a number.
    """

    text: str
    kind: Literal["text", "number", "none", "raw", "doi", "mark", "command"] = "text"
    tone: Tone = "plain"
    value: float | None = None
    link: str = ""


@dataclass(frozen=True)
class Table:
    """A table.

    Parameters
    ----------
    caption : str
    heads : sequence of str
    rows : sequence of sequence of Cell
    folded : bool
        Whether the reader opens it; a folded table is not printed.
    stub : bool
        Whether the first cell of a row is its head.
    ids : sequence of str
        Of rows that other tables link to; empty where none is linked to.
    """

    caption: str
    heads: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    folded: bool = False
    stub: bool = True
    ids: Sequence[str] = ()
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
    kind : {"plain", "note", "finding", "copied"}
        ``finding`` opens a section; ``copied`` has a button that copies it.
    """

    text: str
    kind: Literal["plain", "note", "finding", "copied"] = "plain"
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
    """The conclusion about one respondent.

    Parameters
    ----------
    name : str
    said : str
        Two sentences.
    tone : {"good", "bad", "unknown", "plain"}
    mark : str
        The tone in words.
    """

    name: str
    said: str
    tone: Tone
    mark: str
    block: Literal["card"] = "card"


@dataclass(frozen=True)
class Fold:
    """Blocks that the reader opens; they are not printed.

    Parameters
    ----------
    title : str
    blocks : sequence of block
    id : str
        Where other parts link to it.
    """

    title: str
    blocks: Sequence[Block]
    id: str = ""
    block: Literal["fold"] = "fold"


@dataclass(frozen=True)
class Columns:
    """Two groups of blocks beside each other where there is room."""

    left: Sequence[Block]
    right: Sequence[Block]
    block: Literal["columns"] = "columns"


Block = Table | Paragraph | Bullets | Fields | Picture | Card | Fold | Columns


@dataclass(frozen=True)
class Section:
    """A part of the page: a question and its answer.

    Parameters
    ----------
    id : str
        Unique among one instrument's sections.
    title : str
    blocks : sequence of block
    """

    id: str
    title: str
    blocks: Sequence[Block] = field(default=())
