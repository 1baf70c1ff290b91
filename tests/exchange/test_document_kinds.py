"""Statements in a Word document and in a codebook become items."""

from __future__ import annotations

from survey_drafts import ROWS, coded, has_note

from valuealign.exchange.surveys.read_survey import read_survey


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
