"""LimeSurvey's own kinds of question are items, or are left out with the reason."""

from __future__ import annotations

import pytest
from survey_drafts import ROWS, coded, has_note

from valuealign.errors import InstrumentError
from valuealign.exchange.surveys.read_survey import read_survey


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
