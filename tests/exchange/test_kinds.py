"""Each program's own kinds of question are items, or are left out with the reason."""

from __future__ import annotations

import json

import pytest

from valuealign.errors import InstrumentError
from valuealign.exchange.surveys.read_survey import read_survey

ROWS = {"a": "I like rain.", "b": "I like snow.", "c": "I like fog."}
YES_NO = [(0, "no"), (1, "yes")]


def cells(name, rows):
    """A table of an .lss file."""
    made = ["".join(f"<{k}>{v}</{k}>" for k, v in row.items()) for row in rows]
    return f"<{name}><rows>{''.join(f'<row>{c}</row>' for c in made)}</rows></{name}>"


def lss(kind, *, sub=True, answers=(), languages=("en",), attributes=(), **more):
    """A survey of one question of a kind."""
    top = {"qid": 1, "parent_qid": 0, "gid": 1, "type": kind, "title": "Q", "question_order": 1}
    below = [
        {"qid": 10 + k, "parent_qid": 1, "title": f"SQ{k}", "scale_id": 0, "question_order": k}
        for k in (1, 2, 3)
    ]
    texts = {1: "How far?"} | {10 + k: t for k, t in enumerate(ROWS.values(), 1)}
    words = [
        {"qid": q, "question": f"{t}{'' if lang == languages[0] else ' ' + lang}", "language": lang}
        for q, t in texts.items()
        for lang in languages
    ]
    told = [
        {"aid": k, "answer": label, "language": lang}
        for k, (_, label, _) in enumerate(answers)
        for lang in languages
    ]
    coded = [
        {"aid": k, "qid": 1, "code": code, "sortorder": k, "scale_id": scale}
        for k, (code, _, scale) in enumerate(answers)
    ]
    parts = [
        cells("questions", [top | more]),
        cells("subquestions", below if sub else []),
        cells("question_l10ns", words),
        cells("answers", coded),
        cells("answer_l10ns", told),
        cells("question_attributes", attributes),
    ]
    return f"<document>{''.join(parts)}</document>"


@pytest.fixture
def limesurvey(tmp_path):
    """The draft of one LimeSurvey question."""

    def read(kind, asked_for=None, **more):
        path = tmp_path / "s.lss"
        path.write_text(lss(kind, **more), encoding="utf-8")
        return read_survey("limesurvey", path, **(asked_for or {}))[1]

    return read


def coded(draft):
    """Codes and words of the points."""
    return [(p.code, p.label.get(draft.languages[0], "")) for p in draft.points]


def has_note(draft, words):
    """Whether a note says so."""
    return any(words in note for note in draft.notes)


@pytest.mark.parametrize(
    ("kind", "points"),
    [
        ("A", [(k, str(k)) for k in range(1, 6)]),
        ("B", [(k, str(k)) for k in range(1, 11)]),
        ("C", [(1, "No"), (2, "Uncertain"), (3, "Yes")]),
        ("E", [(1, "Decrease"), (2, "Same"), (3, "Increase")]),
    ],
)
def test_arrays_that_limesurvey_words_itself(limesurvey, kind, points):
    draft = limesurvey(kind)
    assert coded(draft) == points
    assert [item.text["en"] for item in draft.items] == list(ROWS.values())
    assert draft.instruction == {"en": "How far?"}
    assert has_note(draft, "the file's codes cannot be kept") == (kind in "CE")


@pytest.mark.parametrize("kind", ["F", "H"])
def test_arrays_with_answers_of_their_own(limesurvey, kind):
    draft = limesurvey(kind, answers=[("0", "no", 0), ("1", "partly", 0), ("2", "yes", 0)])
    assert coded(draft) == [(0, "no"), (1, "partly"), (2, "yes")]
    assert len(draft.items) == 3


def test_an_array_with_two_headers_gives_a_question_under_each(limesurvey):
    answers = [("1", "low", 0), ("2", "high", 0), ("1", "never", 1), ("2", "often", 1)]
    headers = [
        {"qid": 1, "attribute": f"dualscale_header{x}", "value": v, "language": "en"}
        for x, v in (("A", "How strong?"), ("B", "How frequent?"))
    ]
    more = {"answers": answers, "attributes": headers}
    draft = limesurvey("1", **more)
    assert coded(draft) == [(1, "low"), (2, "high")]
    assert draft.instruction == {"en": "How far? How strong?"}
    assert [item.id for item in draft.items] == ["Q_SQ1_0", "Q_SQ2_0", "Q_SQ3_0"]
    assert draft.items[0].aliases == ("Q_SQ1#0", "Q[SQ1][1]")
    assert has_note(draft, "they have other options (never | often): Q_SQ1#1")
    second = limesurvey("1", {"sections": ("Q#1",)}, **more)
    assert coded(second) == [(1, "never"), (2, "often")]


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("M", "several answers may be ticked"),
        ("P", "several answers may be ticked"),
        ("R", "they are a ranking"),
        ("Q", "they are answered in words"),
        ("K", "they are answered with a number"),
        (";", "they are answered in words"),
        (":", "they are answered with a number"),
        ("*", "they are calculated"),
        ("X", "they are texts without an answer"),
        ("|", "they are answered with a file"),
        ("D", "they are answered with a date"),
        ("N", "they are answered with a number"),
        ("I", "they choose the language"),
        ("T", "they are answered in words"),
        ("?", "they are of a kind that is not known"),
    ],
)
def test_what_is_no_rating_is_left_out_with_the_reason(limesurvey, kind, reason):
    with pytest.raises(InstrumentError, match=reason):
        limesurvey(kind)


@pytest.mark.parametrize(
    ("kind", "points"),
    [
        ("5", [(k, str(k)) for k in range(1, 6)]),
        ("Y", [(0, "No"), (1, "Yes")]),
        ("G", [(0, "Female"), (1, "Male")]),
    ],
)
def test_single_questions_that_limesurvey_words_itself(limesurvey, kind, points):
    draft = limesurvey(kind, sub=False)
    assert coded(draft) == points
    assert draft.items[0].text == {"en": "How far?"}


@pytest.mark.parametrize("kind", ["L", "!", "O"])
def test_lists_and_their_other_option(limesurvey, kind):
    draft = limesurvey(kind, sub=False, answers=[("1", "no", 0), ("2", "yes", 0)], other="Y")
    assert coded(draft) == [(1, "no"), (2, "yes")]
    assert has_note(draft, "an option 'other' asks for words") == (kind != "O")


def test_languages_are_chosen_and_kept(limesurvey):
    more = {"answers": [("1", "no", 0), ("2", "yes", 0)], "languages": ("de", "en", "fr")}
    own = limesurvey("F", **more)
    assert own.languages == ("de",)
    assert has_note(own, "the file is in de, en, fr; en, fr left out")
    english = limesurvey("F", {"languages": ("en",)}, **more)
    assert english.items[0].text == {"en": "I like rain. en"}
    two = limesurvey("F", {"languages": ("en", "de")}, **more)
    assert two.languages == ("en", "de")
    assert two.items[0].text == {"en": "I like rain. en", "de": "I like rain."}
    assert two.points[0].label == {"en": "no", "de": "no"}
    with pytest.raises(InstrumentError, match=r"no language 'it'; expected one of de, en, fr"):
        limesurvey("F", {"languages": ("it",)}, **more)


def test_a_question_without_words_in_a_language_is_left_out_of_it(tmp_path):
    text = lss("F", answers=[("1", "no", 0), ("2", "yes", 0)], languages=("de", "en"))
    text = text.replace(
        "<row><qid>12</qid><question>I like snow. en</question><language>en</language></row>", ""
    )
    path = tmp_path / "s.lss"
    path.write_text(text, encoding="utf-8")
    _, draft = read_survey("limesurvey", path, languages=("en",))
    assert len(draft.items) == 2
    assert has_note(draft, "they have no words in 'en': Q_SQ2")


def test_answer_codes_that_are_numbers_go_before_assessment_values(tmp_path):
    text = lss("F", answers=[("1", "no", 0), ("2", "yes", 0)])
    text = text.replace("<code>1</code>", "<code>1</code><assessment_value>2</assessment_value>")
    text = text.replace("<code>2</code>", "<code>2</code><assessment_value>1</assessment_value>")
    path = tmp_path / "s.lss"
    path.write_text(text, encoding="utf-8")
    _, draft = read_survey("limesurvey", path)
    assert coded(draft) == [(1, "no"), (2, "yes")]
    assert has_note(draft, "the file also has assessment values, which differ (1 = 2, 2 = 1)")


def test_what_the_page_hides_or_shuffles_is_told(limesurvey):
    names = ("hidden", "random_order")
    attributes = [{"qid": 1, "attribute": name, "value": "1"} for name in names]
    draft = limesurvey("A", attributes=attributes)
    assert has_note(draft, "is hidden from people")
    assert has_note(draft, "statements are shown in random order")


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


def test_word_counts_its_own_lists(tmp_path):
    from docx import Document

    document = Document()
    document.add_paragraph("Please say how often each of these is true of you.")
    for line in ("0 = never", "1 = often"):
        document.add_paragraph(line)
    for text in ROWS.values():
        document.add_paragraph(text, style="List Number")
    document.add_paragraph("Not an item.", style="List Bullet")
    document.save(tmp_path / "list.docx")
    _, draft = read_survey("numbered", tmp_path / "list.docx")
    assert [item.text["en"] for item in draft.items] == list(ROWS.values())
    assert coded(draft) == [(0, "never"), (1, "often")]
    assert has_note(draft, "Word numbers 3 paragraphs by itself")
    assert has_note(draft, "belongs to no item and was left out")


def test_a_codebook_gives_labels_titles_groups_and_what_it_marks_as_missing(tmp_path):
    def variable(name, inner):
        points = "".join(
            f"<catgry{' missing=' + chr(34) + 'Y' + chr(34) if c == 8 else ''}>"
            f"<catValu>{c}</catValu><labl>{w}</labl></catgry>"
            for c, w in ((1, "no"), (2, "yes"), (8, "?"))
        )
        return f'<var ID="{name}" name="{name}">{inner}{points}</var>'

    path = tmp_path / "c.xml"
    path.write_text(
        "<codeBook><stdyDscr><titl>Daily life</titl></stdyDscr><dataDscr>"
        '<varGrp var="a b"><labl>Weather</labl></varGrp>'
        + variable("a", "<labl>rain</labl><qstn><qstnLit>Do you like rain?</qstnLit></qstn>")
        + variable("b", "<labl>likes snow</labl>")
        + '<var ID="c" name="c"><labl>weight</labl></var></dataDscr></codeBook>',
        encoding="utf-8",
    )
    _, draft = read_survey("ddi", path)
    assert draft.title == {"en": "Daily life"}
    assert [item.text["en"] for item in draft.items] == ["Do you like rain?", "likes snow"]
    assert {item.scale for item in draft.items} == {"Weather"}
    assert has_note(draft, "the file marks them as no answer: 8 = ?")
    assert has_note(draft, "the label is the statement: b")
    assert has_note(draft, "they have no categories: c")
