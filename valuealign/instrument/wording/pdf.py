"""PDF forms, read in a separate process with a time limit of a minute.

Tables come out cell by cell or line by line, according to the program that wrote them; the
reading that finds more numbered sentences in order is taken.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

from valuealign.errors import WordingError
from valuealign.instrument.wording.decode import file_bytes
from valuealign.instrument.wording.file_contents import FileContents
from valuealign.instrument.wording.numbered_text import NumberedText, numbered_text
from valuealign.instrument.wording.plain_text import instruction_of

_SECONDS = 60


def read_pdf(path: Path, *, n_points: int) -> FileContents:
    """Read a PDF form.

    Raises
    ------
    WordingError
        No PDF, encrypted, too long, without text (a scanned picture), or unreadable within a
        minute.
    """
    if not file_bytes(path).startswith(b"%PDF-"):
        raise WordingError("this is not a PDF file", path=path)
    ways = [numbered_text(_lines(pages), n_points) for pages in _extracted(path)]
    best = max(ways, key=_n_in_order)
    return FileContents(
        "PDF",
        tuple(best.items),
        tuple(best.labels),
        instruction_of(best.preface),
        " ".join(best.preface),
        best.notes,
    )


def _n_in_order(text: NumberedText) -> int:
    """How many sentences stand under 1, 2, 3, ... before the order breaks."""
    expected = 1
    for item in text.items:
        if item.name == str(expected) and item.text:
            expected += 1
    return expected - 1 - abs(len(text.items) - (expected - 1))


def _lines(pages: list[str]) -> list[tuple[str, str]]:
    """The lines that are wording or numbers: running heads and page numbers are not."""
    lines: list[tuple[str, str]] = []
    heads = {_head(line) for line in pages[0].split("\n")} - {""}
    for p, page in enumerate(pages, start=1):
        # Blank lines of a page are layout, and end no sentence.
        kept = [line for line in page.split("\n") if line.strip()]
        for edge in (0, -1):
            if kept and re.fullmatch(rf"[\W_]*{p}[\W_]*", kept[edge]) and len(pages) > 1:
                kept.pop(edge)
        lines += [(line, f"page {p}") for line in kept if p == 1 or _head(line) not in heads]
    return lines


def _head(line: str) -> str:
    """A line with its numbers made equal, or "" where it has no words."""
    words = " ".join(line.split())
    return re.sub(r"\d+", "#", words) if re.search(r"[^\W\d_]{2}", words) else ""


def _extracted(path: Path) -> tuple[list[str], list[str]]:
    """The pages' text, cell by cell and line by line."""
    command = [sys.executable, "-m", "valuealign.instrument.wording.pdf_pages", str(path)]
    try:
        done = subprocess.run(  # noqa: S603  # our own module under our own interpreter
            command, capture_output=True, timeout=_SECONDS, check=False
        )
        answer = json.loads(done.stdout)
    except subprocess.TimeoutExpired as error:
        raise WordingError(f"the PDF could not be read in {_SECONDS} s", path=path) from error
    except ValueError as error:
        raise WordingError("this PDF cannot be read", path=path) from error
    if "found" in answer:
        raise WordingError(answer["found"], hint=answer["hint"], path=path)
    return answer["stream"], answer["layout"]
