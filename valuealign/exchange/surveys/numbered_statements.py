"""Numbered statements in plain text or in a Word document."""

from __future__ import annotations

from pathlib import Path

from valuealign.exchange.surveys.survey import Option, Question, Survey
from valuealign.instrument.wording.decode import file_bytes
from valuealign.instrument.wording.plain_text import read_plain_text
from valuealign.instrument.wording.word_table import read_word_table

_MOST_POINTS = 11


def read_numbered(path: Path) -> Survey:
    """Read numbered statements, with the labels and the instruction above them.

    Raises
    ------
    InstrumentError
        Neither text nor a Word document.
    """
    if file_bytes(path)[:2] == b"PK":
        statements = read_word_table(path, n_points=0)
    else:
        statements = read_plain_text(path, n_points=_MOST_POINTS)
    lead = {"": statements.instruction} if statements.instruction else {}
    options = tuple(Option(code, {"": label}) for code, label in statements.labels)
    questions = tuple(
        Question(_name(item.name), {"": item.text}, options, lead=lead) for item in statements.items
    )
    return Survey({}, questions, (), statements.notes)


def _name(number: str) -> str:
    """An item's name, made of its number."""
    return f"item{int(number):02d}" if number.isdecimal() else number
