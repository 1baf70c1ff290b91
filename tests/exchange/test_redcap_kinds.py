"""REDCap's own kinds of question are items, or are left out with the reason."""

from __future__ import annotations

import json

import pytest
from survey_drafts import ROWS, coded, has_note

from valuealign.errors import InstrumentError
from valuealign.exchange.surveys.read_survey import read_survey

DICTIONARY = (
    "field_name,form_name,section_header,field_type,field_label,"
    "select_choices_or_calculations,branching_logic,matrix_ranking,field_annotation\n"
)


@pytest.fixture
def redcap(tmp_path):
    """The draft of lines of REDCap's metadata."""

    def read(*lines, **asked_for):
        path = tmp_path / "m.csv"
        path.write_text(DICTIONARY + "\n".join(lines) + "\n", encoding="utf-8")
        return read_survey("redcap", path, **asked_for)[1]

    return read


@pytest.mark.parametrize(
    ("kind", "points"),
    [("yesno", [(0, "No"), (1, "Yes")]), ("truefalse", [(0, "False"), (1, "True")])],
)
def test_questions_that_redcap_words_itself(redcap, kind, points):
    assert coded(redcap(f"a,f,,{kind},Rain?,,,,")) == points


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('a,f,,checkbox,Rain?,"1, a | 2, b",,,', "several answers may be ticked"),
        ("a,f,,calc,Rain?,[b] + [c],,,", "they are calculated"),
        ("a,f,,text,Rain?,,,,@CALCTEXT([b])", "they are calculated"),
        ("a,f,,slider,Rain?,low | high,,,", "they are answered on a slider"),
        ('a,f,,radio,Rain?,"1, a | 2, b",,y,', "they are a ranking"),
        ("a,f,,sql,Rain?,select 1,,,", "their options come from a database"),
        ("a,f,,file,Rain?,,,,", "they are answered with a file"),
        ("a,f,,descriptive,Rain.,,,,", "they are texts without an answer"),
        ("a,f,,radio,Rain?,,,,", "they state no options"),
        ("a,f,,new,Rain?,,,,", "they are of a kind that is not known"),
    ],
)
def test_what_redcap_asks_otherwise_is_left_out_with_the_reason(redcap, line, reason):
    with pytest.raises(InstrumentError, match=reason):
        redcap(line)


def test_a_heading_ends_with_its_form_and_forms_are_told(redcap):
    choices = '"0, no | 1, yes"'
    draft = redcap(
        f"a,one,How far?,radio,Rain?,{choices},,,",
        f"b,one,,radio,Snow?,{choices},,,",
        f"c,two,,radio,Fog?,{choices},,,",
    )
    assert [item.heading.get("en", "") for item in draft.items] == ["How far?", "How far?", ""]
    assert has_note(draft, "the file holds 2 forms; --section NAME chooses: one, two")


def test_codes_that_are_words_among_numbers_stand_apart(redcap):
    draft = redcap('a,f,,radio,Rain?,"0, no | 1, yes | NASK, Not asked",,,')
    assert coded(draft) == [(0, "no"), (1, "yes")]
    assert has_note(draft, "their codes stand apart: NASK = Not asked")


def test_a_dictionary_that_r_wrote_has_na_for_what_is_empty(redcap):
    draft = redcap('a,f,NA,radio,Rain?,"0, no | 1, yes",NA,NA,NA')
    assert draft.instruction == {}
    assert not has_note(draft, "is shown only where")


def test_choices_of_old_dictionaries_stand_on_lines(redcap):
    draft = redcap(r'a,f,,radio,Rain?,"0, no \n 1, yes, often",,,')
    assert coded(draft) == [(0, "no"), (1, "yes, often")]


def test_the_metadata_of_the_api_come_as_json_too(tmp_path):
    rows = [
        {
            "field_name": k,
            "form_name": "f",
            "field_type": "radio",
            "field_label": text,
            "select_choices_or_calculations": "0, no | 1, yes",
        }
        for k, text in ROWS.items()
    ]
    path = tmp_path / "m.json"
    path.write_text(json.dumps(rows), encoding="utf-8")
    _, draft = read_survey("redcap", path)
    assert [item.text["en"] for item in draft.items] == list(ROWS.values())
