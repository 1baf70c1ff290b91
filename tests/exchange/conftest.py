"""One survey, written as each of three programs writes it."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass, field

import pytest


@dataclass
class Asked:
    """A table of statements with the options of all of them, in the order of the page."""

    rows: dict[str, str]
    options: list[tuple[int, str]]
    lead: str = "How often?"
    name: str = "W"
    condition: str = ""
    kinds: dict[str, str] = field(default_factory=dict)


def redcap(tables):
    """A data dictionary as the web page gives it; each table is a form."""
    out = io.StringIO()
    write = csv.writer(out).writerow
    write(
        [
            "Variable / Field Name",
            "Form Name",
            "Section Header",
            "Field Type",
            "Field Label",
            "Choices, Calculations, OR Slider Labels",
            "Branching Logic (Show field only if...)",
        ]
    )
    for table in tables:
        choices = " | ".join(f"{code}, {label}" for code, label in table.options)
        for k, (name, text) in enumerate(table.rows.items()):
            write(
                [name, table.name, "" if k else table.lead, "radio", text, choices, table.condition]
            )
    return out.getvalue()


def qualtrics(tables):
    """A survey of matrices, whose codes are recoded values."""
    elements = []
    for number, table in enumerate(tables, start=1):
        options = {str(k): pair for k, pair in enumerate(table.options, start=1)}
        rows = {str(k): pair for k, pair in enumerate(table.rows.items(), start=1)}
        payload = {
            "QuestionID": f"QID{number}",
            "DataExportTag": table.name,
            "QuestionType": "Matrix",
            "Selector": "Likert",
            "SubSelector": "SingleAnswer",
            "QuestionText": table.lead,
            "Choices": {k: {"Display": text} for k, (_, text) in rows.items()},
            "ChoiceOrder": list(rows),
            "ChoiceDataExportTags": {k: name for k, (name, _) in rows.items()},
            "Answers": {k: {"Display": label} for k, (_, label) in options.items()},
            "AnswerOrder": list(options),
            "RecodeValues": {k: str(code) for k, (code, _) in options.items()},
        }
        if table.condition:
            payload["DisplayLogic"] = {"Type": "BooleanExpression"}
        elements.append({"Element": "SQ", "Payload": payload})
    return json.dumps(
        {"SurveyEntry": {"SurveyName": "S", "SurveyLanguage": "EN"}, "SurveyElements": elements}
    )


def rows_of(name, rows):
    """A table of an .lss file."""
    cells = ["".join(f"<{k}><![CDATA[{v}]]></{k}>" for k, v in row.items()) for row in rows]
    return f"<{name}><rows>{''.join(f'<row>{c}</row>' for c in cells)}</rows></{name}>"


def limesurvey(tables, kind="F"):
    """A survey of arrays."""
    questions, below, texts, answers, words = [], [], [], [], []
    for number, table in enumerate(tables, start=1):
        qid = number * 1000
        questions.append(
            {
                "qid": qid,
                "parent_qid": 0,
                "gid": 1,
                "type": kind,
                "title": table.name,
                "question_order": number,
                "relevance": table.condition or 1,
            }
        )
        texts.append({"qid": qid, "question": table.lead, "language": "en"})
        for k, (name, text) in enumerate(table.rows.items(), start=1):
            below.append({"qid": qid + k, "parent_qid": qid, "title": name, "question_order": k})
            texts.append({"qid": qid + k, "question": text, "language": "en"})
        for k, (code, label) in enumerate(table.options, start=1):
            answers.append(
                {
                    "qid": qid,
                    "aid": qid + k,
                    "code": f"A{k}",
                    "sortorder": k,
                    "assessment_value": code,
                    "scale_id": 0,
                }
            )
            words.append({"aid": qid + k, "answer": label, "language": "en"})
    parts = [
        rows_of("questions", questions),
        rows_of("subquestions", below),
        rows_of("question_l10ns", texts),
        rows_of("answers", answers),
        rows_of("answer_l10ns", words),
    ]
    return f"<?xml version='1.0'?><document>{''.join(parts)}</document>"


PROGRAMS = {
    "redcap": (redcap, "csv"),
    "qualtrics": (qualtrics, "qsf"),
    "limesurvey": (limesurvey, "lss"),
}


@pytest.fixture(params=sorted(PROGRAMS))
def program(request):
    """The name of a survey program."""
    return request.param


@pytest.fixture
def asked():
    """Make a table of statements."""
    return Asked


@pytest.fixture
def write_survey_file(tmp_path):
    """Write tables as a survey file of a program, and return its path."""

    def write(program, *tables, **more):
        make, ending = PROGRAMS[program]
        path = tmp_path / f"survey.{ending}"
        path.write_text(make(tables, **more), encoding="utf-8")
        return path

    return write
