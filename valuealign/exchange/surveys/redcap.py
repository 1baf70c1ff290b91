"""REDCap's data dictionary: the CSV of the web page, or the metadata of the API (CSV or JSON)."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from valuealign.errors import InstrumentError
from valuealign.exchange.surveys.codes import numbered
from valuealign.exchange.surveys.markup import has_picture, plain, remarks_on
from valuealign.exchange.surveys.survey import Option, Question, Survey
from valuealign.instrument.wording.decode import decoded

HEADINGS: Mapping[str, str] = MappingProxyType(
    {
        "field_name": "Variable / Field Name",
        "form_name": "Form Name",
        "section_header": "Section Header",
        "field_type": "Field Type",
        "field_label": "Field Label",
        "select_choices_or_calculations": "Choices, Calculations, OR Slider Labels",
        "field_note": "Field Note",
        "text_validation_type_or_show_slider_number": "Text Validation Type OR Show Slider Number",
        "text_validation_min": "Text Validation Min",
        "text_validation_max": "Text Validation Max",
        "identifier": "Identifier?",
        "branching_logic": "Branching Logic (Show field only if...)",
        "required_field": "Required Field?",
        "custom_alignment": "Custom Alignment",
        "question_number": "Question Number (surveys only)",
        "matrix_group_name": "Matrix Group Name",
        "matrix_ranking": "Matrix Ranking?",
        "field_annotation": "Field Annotation",
    }
)
"""Name in the API -> heading on the web page, in REDCap's order."""
_KNOWN = {
    **{name: name for name in HEADINGS},
    **{heading.casefold(): name for name, heading in HEADINGS.items()},
    "choices or calculations": "select_choices_or_calculations",
    "branching logic": "branching_logic",
}
_NEEDED = ("field_name", "field_type", "field_label")
_EXCLUDED: Mapping[str, str] = MappingProxyType(
    {
        "text": "they are answered in words",
        "notes": "they are answered in words",
        "checkbox": "several answers may be ticked",
        "calc": "they are calculated",
        "slider": "they are answered on a slider",
        "file": "they are answered with a file",
        "signature": "they are answered with a file",
        "sql": "their options come from a database",
        "descriptive": "they are texts without an answer",
        "advcheckbox": "they are a single box to tick",
    }
)
_FIXED: Mapping[str, str] = MappingProxyType(
    {"yesno": "1, Yes | 0, No", "truefalse": "1, True | 0, False"}
)
_CHOICE = re.compile(r"\s*([^,]{0,100}?)\s*,(.*)", re.DOTALL)
ANNOTATION = re.compile(r"valuealign: id=(\w+) scale=(\w*) keyed=(-?1) undefined=(-?\d*)")
"""How an export of ours states what a dictionary has no column for."""
Row = Mapping[str, str]


def read_redcap(path: Path) -> Survey:
    """Read a data dictionary.

    Raises
    ------
    InstrumentError
        The file is not a data dictionary.
    """
    rows = _rows(path)
    questions = []
    form = lead = ""
    for row in rows:
        if row.get("form_name", "") != form:
            form, lead = row.get("form_name", ""), ""
        lead = row.get("section_header", "") or lead
        if row["field_name"]:
            questions.append(_question(row, lead))
    return Survey({}, tuple(questions), (), _forms(questions))


def _rows(path: Path) -> list[Row]:
    text, _ = decoded(path)
    listed = _of_json(text) if text.lstrip()[:1] == "[" else _of_csv(text)
    rows = [
        {
            _KNOWN[key]: _cell(cell)
            for name, cell in row.items()
            if (key := name.strip().casefold()) in _KNOWN
        }
        for row in listed
    ]
    if not rows or not set(_NEEDED) <= set(rows[0]):
        raise InstrumentError(
            "this is not a data dictionary of REDCap",
            expected="columns 'Variable / Field Name', 'Field Type', 'Field Label', or the API's "
            "field_name, field_type, field_label",
            path=path,
        )
    return [{**dict.fromkeys(_NEEDED, ""), **row} for row in rows]


def _cell(text: str) -> str:
    """Return a cell's text; R writes NA for an empty cell."""
    stripped = text.strip()
    return "" if stripped == "NA" else stripped


def _of_csv(text: str) -> list[dict[str, str]]:
    head = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=head.count)
    try:
        rows = list(csv.DictReader(io.StringIO(text), delimiter=delimiter))
    except csv.Error:
        return []
    return [
        {
            name: cell
            for name, cell in row.items()
            if isinstance(name, str) and isinstance(cell, str)
        }
        for row in rows
    ]


def _of_json(text: str) -> list[dict[str, str]]:
    try:
        rows = json.loads(text)
    except (ValueError, RecursionError):
        return []
    if not all(isinstance(row, dict) for row in rows):
        return []
    return [{str(name): str(cell) for name, cell in row.items()} for row in rows]


def _forms(questions: list[Question]) -> tuple[str, ...]:
    forms = list(dict.fromkeys(q.section for q in questions if q.section))
    if len(forms) < 2:
        return ()
    shown = ", ".join(forms[:8]) + (" ..." if len(forms) > 8 else "")
    return (f"the file holds {len(forms)} forms; --section NAME chooses: {shown}",)


def _question(row: Row, lead: str) -> Question:
    kind = row["field_type"].casefold()
    options, remark = _options(row, kind)
    annotation = row.get("field_annotation", "")
    ours = ANNOTATION.search(annotation)
    marked = [o for o in options if ours and str(o.code) == ours[4]]
    return Question(
        row["field_name"],
        {"": plain(row["field_label"])},
        tuple(o for o in options if o not in marked),
        tuple(marked),
        table=row.get("matrix_group_name", ""),
        section=row.get("form_name", ""),
        lead={"": plain(lead)} if plain(lead) else {},
        excluded=_excluded(row, kind, annotation),
        condition=" ".join(row.get("branching_logic", "").split())[:100],
        remarks=(*remark, *remarks_on(row["field_label"])),
        keyed=int(ours[3]) if ours else 1,
        id=ours[1] if ours else "",
        scale=ours[2] if ours else "",
        parting="none" if ours else "codes",
    )


def _excluded(row: Row, kind: str, annotation: str) -> str:
    if row.get("matrix_ranking", "").casefold() in ("y", "yes", "1"):
        return "they are a ranking"
    if "@CALCTEXT" in annotation or "@CALCDATE" in annotation:
        return "they are calculated"
    if kind in _EXCLUDED:
        return _EXCLUDED[kind]
    if kind not in ("radio", "dropdown", "select", *_FIXED):
        return f"they are of a kind that is not known ({kind[:40]})"
    return "" if kind in _FIXED or _choices(row) else "they state no options"


def _choices(row: Row) -> list[str]:
    """Split choices at bars; old dictionaries use line ends, literal or escaped."""
    text = row.get("select_choices_or_calculations", "")
    parts = text.split("|") if "|" in text else re.split(r"\\n|\n", text)
    return [part for part in parts if part.strip()]


def _options(row: Row, kind: str) -> tuple[tuple[Option, ...], tuple[str, ...]]:
    choices = _FIXED[kind].split("|") if kind in _FIXED else _choices(row)
    if kind in _EXCLUDED:
        return (), ()
    pairs = [
        (parts[1], parts[2]) if (parts := _CHOICE.fullmatch(choice)) else (choice.strip(), choice)
        for choice in choices
    ]
    codes, remark = numbered([code for code, _ in pairs])
    options = tuple(
        Option(code, {"": plain(label)} if plain(label) else {}, has_picture(label))
        for code, (_, label) in zip(codes, pairs, strict=True)
    )
    return options, (remark,) if remark else ()
