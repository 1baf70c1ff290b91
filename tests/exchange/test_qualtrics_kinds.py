"""Qualtrics' own kinds of question are items, or are left out with the reason."""

from __future__ import annotations

import json

import pytest
from survey_drafts import coded, has_note

from valuealign.errors import InstrumentError
from valuealign.exchange.surveys.read_survey import read_survey


def qsf(*payloads, **more):
    """A Qualtrics survey of these elements."""
    elements = [
        {"Element": "SQ", "Payload": {"QuestionID": f"QID{k}", "DataExportTag": f"Q{k}", **p}}
        for k, p in enumerate(payloads, start=1)
    ]
    return json.dumps(
        {
            "SurveyElements": [*more.get("before", ()), *elements],
            "SurveyEntry": {"SurveyLanguage": more.get("language", "EN")},
        }
    )


@pytest.fixture
def qualtrics(tmp_path):
    """The draft of Qualtrics elements."""

    def read(*payloads, asked_for=None, **more):
        path = tmp_path / "s.qsf"
        path.write_text(qsf(*payloads, **more), encoding="utf-8")
        return read_survey("qualtrics", path, **(asked_for or {}))[1]

    return read


def displayed(*labels, first=1):
    """Choices as Qualtrics writes them."""
    return {str(k): {"Display": label} for k, label in enumerate(labels, start=first)}


def single(*labels, text="Do you like rain?", **more):
    """A question with one answer."""
    return {
        "QuestionType": "MC",
        "Selector": "SAVR",
        "QuestionText": text,
        "Choices": displayed(*labels),
        **more,
    }


def test_qualtrics_own_numbers_are_codes_where_nothing_is_recoded(qualtrics):
    gaps = {"1": {"Display": "never"}, "4": {"Display": "seldom"}, "9": {"Display": "often"}}
    draft = qualtrics({**single(), "Choices": gaps, "ChoiceOrder": ["1", "4", "9"]})
    assert coded(draft) == [(1, "never"), (4, "seldom"), (9, "often")]
    assert has_note(draft, "codes are unevenly spaced: 1, 4, 9")


def test_qualtrics_own_numbers_in_no_order_are_the_places_on_the_page(qualtrics):
    draft = qualtrics(single("seldom", "never", "often", ChoiceOrder=["2", "1", "3"]))
    assert coded(draft) == [(1, "never"), (2, "seldom"), (3, "often")]
    assert has_note(draft, "(2, 1, 3) do not follow the page")


def test_a_list_of_choices_is_numbered_from_nought(qualtrics):
    choices = [{"Display": str(k)} for k in range(11)]
    draft = qualtrics(
        {**single(), "Selector": "NPS", "Choices": choices, "ChoiceOrder": list(range(11))}
    )
    assert coded(draft) == [(k, str(k)) for k in range(11)]


def test_a_code_that_two_options_share_cannot_be_kept(qualtrics):
    recoded = {"1": "1", "2": "2", "3": "2"}
    draft = qualtrics(single("a", "b", "c", RecodeValues=recoded))
    assert [code for code, _ in coded(draft)] == [1, 2, 3]
    assert has_note(draft, "the file's codes 1, 2, 2 cannot be kept")


def test_fractions_cannot_be_kept_and_keep_their_order(qualtrics):
    recoded = {"1": "1.5", "2": "1", "3": "0.5"}
    draft = qualtrics(single("a", "b", "c", RecodeValues=recoded))
    assert coded(draft) == [(1, "c"), (2, "b"), (3, "a")]
    assert has_note(draft, "the file's codes 1.5, 1, 0.5 cannot be kept")


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        ({"QuestionType": "MC", "Selector": "MAVR"}, "several answers may be ticked"),
        (
            {"QuestionType": "Matrix", "Selector": "Likert", "SubSelector": "MultipleAnswer"},
            "several answers may be ticked",
        ),
        ({"QuestionType": "Matrix", "Selector": "RO"}, "they are a ranking"),
        ({"QuestionType": "Matrix", "Selector": "Bipolar"}, "they stand between two words"),
        ({"QuestionType": "Matrix", "Selector": "TE"}, "they are answered in words"),
        ({"QuestionType": "RO"}, "they are a ranking"),
        ({"QuestionType": "CS"}, "they are sums to divide"),
        ({"QuestionType": "Slider"}, "they are answered on a slider"),
        ({"QuestionType": "DB"}, "they are texts without an answer"),
        ({"QuestionType": "Timing"}, "they measure time"),
        ({"QuestionType": "New"}, "they are of a kind that is not known"),
    ],
)
def test_what_qualtrics_asks_otherwise_is_left_out_with_the_reason(qualtrics, payload, reason):
    with pytest.raises(InstrumentError, match=reason):
        qualtrics({**single("a", "b"), **payload, "Answers": displayed("x", "y")})


def test_a_table_with_several_headers_gives_a_question_under_each(qualtrics):
    columns = {
        str(k): {
            "QuestionText": head,
            "QuestionType": "Matrix",
            "Selector": "Likert",
            "SubSelector": "SingleAnswer",
            "Answers": displayed(*labels),
        }
        for k, (head, labels) in enumerate(
            (("How good?", ("bad", "good")), ("How dear?", ("cheap", "dear"))), start=1
        )
    }
    table = {
        "QuestionType": "SBS",
        "QuestionText": "These:",
        "Choices": displayed("Tea", "Milk"),
        "AdditionalQuestions": columns,
    }
    draft = qualtrics(table)
    assert coded(draft) == [(1, "bad"), (2, "good")]
    assert draft.instruction == {"en": "These: How good?"}
    assert [item.aliases for item in draft.items] == [("Q1#1_1",), ("Q1#1_2",)]
    assert has_note(draft, "they have other options (cheap | dear): Q1#2_1, Q1#2_2")


def test_questions_come_in_the_order_of_the_flow_without_the_bin(qualtrics):
    blocks = [
        {
            "Type": "Standard",
            "ID": "B1",
            "Description": "one",
            "BlockElements": [{"Type": "Question", "QuestionID": "QID2"}],
        },
        {
            "Type": "Standard",
            "ID": "B2",
            "Description": "two",
            "BlockElements": [{"Type": "Question", "QuestionID": "QID1"}],
        },
        {"Type": "Trash", "BlockElements": [{"Type": "Question", "QuestionID": "QID3"}]},
    ]
    flow = {
        "Flow": [
            {"Type": "Branch", "Flow": [{"Type": "Standard", "ID": "B2"}]},
            {"Type": "Standard", "ID": "B1"},
        ]
    }
    before = [{"Element": "BL", "Payload": blocks}, {"Element": "FL", "Payload": flow}]
    draft = qualtrics(*(single("no", "yes", text=f"Text {k}.") for k in (1, 2, 3)), before=before)
    assert [item.text["en"] for item in draft.items] == ["Text 1.", "Text 2."]
    assert [item.scale for item in draft.items] == ["two", "one"]
    assert has_note(draft, "1 questions in the survey's waste bin are left out")
    assert has_note(draft, "the survey's flow branches")


def test_translations_of_qualtrics_are_kept(qualtrics):
    other = {"DE": {"QuestionText": "Mögen Sie Regen?", "Choices": displayed("nein", "ja")}}
    payload = single("no", "yes", Language=other)
    draft = qualtrics(payload, asked_for={"languages": ("de",)})
    assert draft.items[0].text == {"de": "Mögen Sie Regen?"}
    assert coded(draft) == [(1, "nein"), (2, "ja")]
    assert qualtrics(payload).languages == ("en",)
