"""Export of an instrument as a LimeSurvey survey (.lss)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from valuealign.errors import InstrumentError
from valuealign.exchange.surveys.markup import marked_up
from valuealign.exchange.surveys.survey_layout import Sheet

_SID, _GID, _ARRAY, _FIRST = 100000, 1, 1, 2
_DB_VERSION = "495"
_NOT_IN_XML = re.compile("[^\t\n -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
Rows = list[dict[str, object]]


def limesurvey_text(sheet: Sheet) -> str:
    """Return the XML of a survey with one array, in every language of the instrument.

    LimeSurvey has no columns for scales and keys: a table of its own name states them, which
    LimeSurvey passes over and ``valuealign instruments import limesurvey`` reads.

    Parameters
    ----------
    sheet : Sheet

    Raises
    ------
    InstrumentError
        More points than LimeSurvey has codes for.

    Examples
    --------
    >>> from valuealign.exchange.surveys.survey_layout import sheet_of
    >>> from valuealign.instrument.load import load_instrument
    >>> text = limesurvey_text(sheet_of(load_instrument("ipip-bfi-25")))
    >>> text.splitlines()[2].strip()
    '<LimeSurveyDocType>Survey</LimeSurveyDocType>'
    """
    if any(abs(code) > 99_999 for code, _ in sheet.points):
        raise InstrumentError(
            "LimeSurvey's codes have at most five signs", hint="use smaller codes"
        )
    root = Element("document")
    SubElement(root, "LimeSurveyDocType").text = "Survey"
    SubElement(root, "DBVersion").text = _DB_VERSION
    languages = SubElement(root, "languages")
    for language in sheet.languages:
        SubElement(languages, "language").text = language
    answers, words, outside = _answers(sheet)
    for name, rows in (
        ("answers", answers),
        ("answer_l10ns", words),
        *_groups(sheet),
        *_questions(sheet),
        *_surveys(sheet),
        ("valuealign_items", _items(sheet, outside)),
    ):
        _table(root, name, rows)
    indent(root, " ")
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _answers(sheet: Sheet) -> tuple[Rows, Rows, str]:
    """Return answers and their words, and the code of the option outside the scale."""
    own = all(code >= 0 for code, _ in sheet.points)
    listed = [
        (str(code) if own else f"A{k}", "0" if own else str(code), label)
        for k, (code, label) in enumerate(sheet.points, start=1)
    ]
    outside = ""
    if sheet.undefined:
        # Letters among numbers stay letters; among assessment values a number is free.
        outside = "NA" if own else "99999"
        listed.append(
            ("NA" if own else f"A{len(listed) + 1}", "0" if own else outside, sheet.undefined)
        )
    answers: Rows = [
        {
            "aid": k,
            "qid": _ARRAY,
            "code": code,
            "sortorder": k,
            "assessment_value": value,
            "scale_id": 0,
        }
        for k, (code, value, _) in enumerate(listed, start=1)
    ]
    words: Rows = [
        {
            "id": k * 100 + j,
            "aid": k,
            "answer": marked_up(label.get(language, "")),
            "language": language,
        }
        for k, (_, _, label) in enumerate(listed, start=1)
        for j, language in enumerate(sheet.languages)
    ]
    return answers, words, outside


def _surveys(sheet: Sheet) -> list[tuple[str, Rows]]:
    """The survey and its title in each language."""
    first, *others = sheet.languages
    surveys: Rows = [{"sid": _SID, "language": first, "additional_languages": " ".join(others)}]
    settings: Rows = [
        {
            "surveyls_survey_id": _SID,
            "surveyls_language": language,
            "surveyls_title": marked_up(sheet.title[language]),
        }
        for language in sheet.languages
    ]
    return [("surveys", surveys), ("surveys_languagesettings", settings)]


def _items(sheet: Sheet, outside: str) -> Rows:
    """The table of valuealign's own: each item's scale and key, and the code outside the scale."""
    return [
        {
            "qid": _FIRST + k,
            "item": item.id,
            "scale": item.scale,
            "keyed": item.keyed,
            "undefined": outside,
        }
        for k, item in enumerate(sheet.items)
    ]


def _groups(sheet: Sheet) -> list[tuple[str, Rows]]:
    names: Rows = [
        {
            "id": k,
            "gid": _GID,
            "group_name": marked_up(sheet.title[language]),
            "description": "",
            "language": language,
        }
        for k, language in enumerate(sheet.languages, start=1)
    ]
    return [
        ("groups", [{"gid": _GID, "sid": _SID, "group_order": 1}]),
        ("group_l10ns", names),
    ]


def _questions(sheet: Sheet) -> list[tuple[str, Rows]]:
    title = (re.sub(r"[^A-Za-z0-9]", "", sheet.id) or "Q")[:20]
    shared = {
        "sid": _SID,
        "gid": _GID,
        "other": "N",
        "mandatory": "N",
        "scale_id": 0,
        "relevance": 1,
    }
    array: Rows = [
        {"qid": _ARRAY, "parent_qid": 0, "type": "F", "title": title, "question_order": 1, **shared}
    ]
    below: Rows = [
        {
            "qid": _FIRST + k,
            "parent_qid": _ARRAY,
            "type": "T",
            "title": name,
            "question_order": k,
            **shared,
        }
        for k, name in enumerate(_codes(sheet))
    ]
    texts: list[Mapping[str, str]] = [sheet.instruction, *(item.text for item in sheet.items)]
    words: Rows = [
        {
            "id": qid * 100 + j,
            "qid": qid,
            "question": marked_up(text[language]),
            "language": language,
        }
        for qid, text in enumerate(texts, start=_ARRAY)
        for j, language in enumerate(sheet.languages)
    ]
    return [("questions", array), ("subquestions", below), ("question_l10ns", words)]


def _codes(sheet: Sheet) -> list[str]:
    """The items' ids, where LimeSurvey takes them: up to twenty letters and digits, each once."""
    plain = [re.sub(r"[^A-Za-z0-9]", "", item.id) for item in sheet.items]
    fit = len({name.casefold() for name in plain}) == len(plain) and max(map(len, plain)) <= 20
    return plain if fit else [f"SQ{k:03d}" for k in range(1, len(plain) + 1)]


def _table(root: Element, name: str, rows: Sequence[Mapping[str, object]]) -> None:
    table = SubElement(root, name)
    fields = SubElement(table, "fields")
    for field in rows[0]:
        SubElement(fields, "fieldname").text = field
    listed = SubElement(table, "rows")
    for row in rows:
        cells = SubElement(listed, "row")
        for field, value in row.items():
            SubElement(cells, field).text = _NOT_IN_XML.sub("", str(value))
