"""REDCap's data dictionary (CSV): radio buttons and drop-downs."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

from valuealign.errors import InstrumentError
from valuealign.exchange.surveys.survey import Question, Survey, plain
from valuealign.instrument.wording.decode import decoded

_NAME, _FORM, _SECTION, _TYPE, _LABEL, _CHOICES = (
    "variable / field name", "form name", "section header", "field type", "field label",
    "choices, calculations, or slider labels",
)  # fmt: skip
_OLD_CHOICES = "choices or calculations"
_CHOICE = re.compile(r"\s*(-?\d{1,4})\s*,\s*(.*\S)\s*", re.DOTALL)


def read_redcap(path: Path) -> Survey:
    """Read a data dictionary.

    Raises
    ------
    InstrumentError
        The file is no data dictionary.
    """
    text, _ = decoded(path)
    reader = csv.DictReader(io.StringIO(text))
    rows = [
        {(name or "").strip().casefold(): value or "" for name, value in row.items() if name}
        for row in reader
    ]
    if not rows or not {_NAME, _TYPE, _LABEL} <= set(rows[0]):
        raise InstrumentError(
            "this is no data dictionary of REDCap",
            expected="columns 'Variable / Field Name', 'Field Type', 'Field Label'",
            path=path,
        )
    questions = []
    lead = ""
    for row in rows:
        lead = plain(row.get(_SECTION, "")) or lead
        if row[_TYPE].strip() != "descriptive":
            questions.append(_question(row, lead))
    return Survey("", tuple(questions))


def _question(row: dict[str, str], lead: str) -> Question:
    choices = row.get(_CHOICES) or row.get(_OLD_CHOICES) or ""
    one_of_several = row[_TYPE].strip() in ("radio", "dropdown")
    found = [_CHOICE.fullmatch(part) for part in choices.split("|")] if one_of_several else []
    options = tuple((int(each[1]), plain(each[2])) for each in found if each)
    whole = options if len(options) == len(found) else ()
    return Question(row[_NAME].strip(), plain(row[_LABEL]), whole, row.get(_FORM, "").strip(), lead)
