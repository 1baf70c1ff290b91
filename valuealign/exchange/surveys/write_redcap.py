"""Export of an instrument as a REDCap data dictionary."""

from __future__ import annotations

import csv
import io
import re

from valuealign.errors import InstrumentError
from valuealign.exchange.surveys.markup import marked_up
from valuealign.exchange.surveys.redcap import HEADINGS
from valuealign.exchange.surveys.survey_layout import Sheet, SheetItem

_OUTSIDE = (99, 999, 9999, 99999)


def redcap_text(sheet: Sheet, *, language: str = "") -> str:
    """Return the CSV of a data dictionary with one form and one matrix.

    REDCap has no columns for scales and keys: a field annotation states them, which
    ``valuealign instruments import redcap`` reads.

    Parameters
    ----------
    sheet : Sheet
    language : str
        By default the instrument's first.

    Raises
    ------
    InstrumentError
        The instrument is not in this language, or two ids differ only in their case.

    Examples
    --------
    >>> from valuealign.exchange.surveys.survey_layout import sheet_of
    >>> from valuealign.instrument.load import load_instrument
    >>> text = redcap_text(sheet_of(load_instrument("ipip-bfi-25")))
    >>> text.splitlines()[1].split(",")[:4]
    ['"record_id"', '"ipip_bfi_25"', '""', '"text"']
    """
    language = language or sheet.languages[0]
    if language not in sheet.languages:
        raise InstrumentError(
            f"{sheet.id} is not in {language!r}", expected=f"one of {', '.join(sheet.languages)}"
        )
    form = _field(sheet.id)
    names = [_field(item.id) for item in sheet.items]
    if len(set(names)) < len(names):
        raise InstrumentError(f"two items of {sheet.id} have one name in REDCap's small letters")
    choices, undefined = _choices(sheet, language)
    rows = [
        {
            "field_name": "record_id",
            "form_name": form,
            "field_type": "text",
            "field_label": "Record ID",
        }
    ]
    for k, (name, item) in enumerate(zip(names, sheet.items, strict=True)):
        rows.append(
            {
                "field_name": name if name != "record_id" else "record_id_item",
                "form_name": form,
                "section_header": "" if k else marked_up(sheet.instruction[language]),
                "field_type": "radio",
                "field_label": marked_up(item.text[language]),
                "select_choices_or_calculations": choices,
                "matrix_group_name": f"{form}_matrix"[:60],
                "field_annotation": _annotation(item, undefined),
            }
        )
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow(HEADINGS.values())
    writer.writerows([row.get(name, "") for name in HEADINGS] for row in rows)
    return out.getvalue()


def _field(name: str) -> str:
    """Return a name in the characters that REDCap allows."""
    return re.sub(r"[^a-z0-9_]+", "_", name.lower()).strip("_")


def _annotation(item: SheetItem, undefined: str) -> str:
    return f"valuealign: id={item.id} scale={item.scale} keyed={item.keyed} undefined={undefined}"


def _choices(sheet: Sheet, language: str) -> tuple[str, str]:
    """The choices, lowest code first, and the code of the option outside the scale."""
    pairs = [(str(code), label.get(language, "")) for code, label in sheet.points]
    outside = ""
    if words := sheet.undefined.get(language):
        most = max(code for code, _ in sheet.points)
        outside = str(next(code for code in _OUTSIDE if code > most + 1))
        pairs.append((outside, words))
    listed = " | ".join(f"{code}, {_choice(words)}" for code, words in pairs)
    # A blank before a minus: no spreadsheet then takes the cell for a formula.
    return (f" {listed}" if listed.startswith("-") else listed), outside


def _choice(words: str) -> str:
    return marked_up(words).replace("|", "&#124;")
