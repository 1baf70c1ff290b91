"""Numbered plain text: one sentence an item, "1. ..."; labels as "1 = not like me at all"."""

from __future__ import annotations

from pathlib import Path

from valuealign.instrument.wording.decode import decoded
from valuealign.instrument.wording.file_contents import FileContents
from valuealign.instrument.wording.numbered_text import numbered_text


def read_plain_text(path: Path, *, n_points: int) -> FileContents:
    """Read a numbered text file.

    Raises
    ------
    WordingError
        The file is not text.
    """
    text, encoding = decoded(path)
    lines = [(line, f"line {k}") for k, line in enumerate(text.split("\n"), start=1)]
    contents = numbered_text(lines, n_points)
    notes = [*contents.notes]
    if encoding == "cp1252":
        notes.append("the file is not UTF-8; it was read as Windows-1252: look at the accents")
    return FileContents(
        "numbered text",
        tuple(contents.items),
        tuple(contents.labels),
        instruction_of(contents.preface),
        " ".join(contents.preface),
        tuple(notes),
    )


def instruction_of(lines: list[str]) -> str | None:
    """The lines before the first item that are sentences (not titles or table heads)."""
    sentences = [line for line in lines if line.endswith((".", "?", "!", ":", "。"))]
    return " ".join(sentences) if sum(map(len, sentences)) >= 30 else None
