"""The contents of a wording file, before they are matched to an instrument."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class FileItem:
    """One sentence of the file.

    Parameters
    ----------
    name : str
        Its number ("12") or name ("ipcrtiv") in the file.
    text : str
    where : str
        The place in the file, for errors ("line 14", "table 1, row 3").
    """

    name: str
    text: str
    where: str


@dataclass(frozen=True, slots=True)
class FileContents:
    """The contents of a wording file.

    Parameters
    ----------
    format : str
    items : tuple of FileItem
        In the order of the file.
    labels : tuple of (int, str)
        Option labels with the code the file gives them, or their place from the left.
    instruction : str, optional
    preface : str
        The text before the first item, in which known labels are looked for.
    notes : tuple of str
        What a person should know about the reading.
    """

    format: str
    items: tuple[FileItem, ...]
    labels: tuple[tuple[int, str], ...] = ()
    instruction: str | None = None
    preface: str = ""
    notes: tuple[str, ...] = field(default=())
