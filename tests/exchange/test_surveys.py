"""Surveys of other programs become instruments that pass the linter, or are refused."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from valuealign_cli.main import valuealign

from valuealign.errors import InstrumentError
from valuealign.exchange.surveys.markup import plain
from valuealign.exchange.surveys.read_survey import READERS, read_survey
from valuealign.instrument.load import load_instrument

ITEMS = ("I like rain.", "I like snow.", "I dislike wind.", "I like fog.")
LABELS = ("never", "seldom", "often")

REDCAP = "\n".join(
    [
        '"Variable / Field Name","Form Name","Section Header","Field Type","Field Label",'
        '"Choices, Calculations, OR Slider Labels"',
        'id,start,,text,"Your id",',
        'sex,start,,radio,Sex,"1, female | 2, male"',
        *(
            f'w{k},weather,{"How often?" if k == 1 else ""},radio,"<p>{text}</p>",'
            '"1, never | 2, seldom | 3, often | 99, prefer not to say"'
            for k, text in enumerate(ITEMS, start=1)
        ),
    ]
)


def qsf():
    """A Qualtrics survey with a matrix, a question of another kind and one in the bin."""
    matrix = {
        "QuestionID": "QID2",
        "DataExportTag": "W",
        "QuestionType": "Matrix",
        "Selector": "Likert",
        "QuestionText": "How <b>often</b>?",
        "Choices": {str(k): {"Display": f"<span>{t}</span>"} for k, t in enumerate(ITEMS, 1)},
        "ChoiceOrder": ["1", "2", 3, "4"],
        "Answers": {
            "9": {"Display": "often"},
            "1": {"Display": "never"},
            "2": {"Display": "seldom"},
        },
        "AnswerOrder": ["1", "2", "9"],
    }
    binned = {**matrix, "QuestionID": "QID3"}
    text = {"QuestionID": "QID1", "DataExportTag": "age", "QuestionType": "TE", "QuestionText": "?"}
    block = {"Type": "Trash", "BlockElements": [{"Type": "Question", "QuestionID": "QID3"}]}
    return json.dumps(
        {
            "SurveyEntry": {"SurveyName": "Weather"},
            "SurveyElements": [
                {"Element": "BL", "Payload": {"1": block}},
                *({"Element": "SQ", "Payload": p} for p in (text, matrix, binned)),
            ],
        }
    )


def table(name, rows):
    """A table of an .lss file."""
    cells = ["".join(f"<{k}><![CDATA[{v}]]></{k}>" for k, v in row.items()) for row in rows]
    return f"<{name}><rows>{''.join(f'<row>{c}</row>' for c in cells)}</rows></{name}>"


def lss(*, new):
    """A LimeSurvey survey with an array, in the older or the newer layout."""
    top = {"qid": 7, "parent_qid": 0, "gid": 1, "type": "F", "title": "W", "question_order": 2}
    first = {"qid": 6, "parent_qid": 0, "gid": 1, "type": "S", "title": "age", "question_order": 1}
    below = [
        {"qid": 20 - k, "parent_qid": 7, "gid": 1, "title": f"SQ{k}", "question_order": k}
        for k in range(1, 5)
    ]
    texts = {7: "<p>How often?</p>", 6: "Age", **{20 - k: ITEMS[k - 1] for k in range(1, 5)}}
    answers = [{"qid": 7, "aid": 50 + k, "code": f"A{k}", "sortorder": k} for k in (3, 1, 2)]
    words = {50 + k: LABELS[k - 1] for k in (1, 2, 3)}
    titles = table("surveys_languagesettings", [{"surveyls_title": "Weather"}])
    if new:
        both = [{"qid": q, "question": t, "language": "en"} for q, t in texts.items()]
        both += [{"qid": q, "question": "auf Deutsch", "language": "de"} for q in texts]
        told = [{"aid": a, "answer": w, "language": "en"} for a, w in words.items()]
        parts = [
            table("questions", [top, first]),
            table("subquestions", below),
            table("question_l10ns", both),
            table("answers", answers),
            table("answer_l10ns", told),
        ]
    else:

        def worded(rows):
            return [{**row, "question": texts[row["qid"]], "language": "en"} for row in rows]

        told = [{**row, "answer": words[row["aid"]], "language": "en"} for row in answers]
        parts = [
            table("questions", worded([top, first])),
            table("subquestions", worded(below)),
            table("answers", told),
        ]
    return f"<?xml version='1.0'?><document>{''.join(parts)}{titles}</document>"


def ddi():
    """A codebook of four variables of a kind, and one other."""
    points = [*enumerate(LABELS, 1), (9, "No answer")]
    options = "".join(
        f"<catgry{' missing=' + chr(34) + 'Y' + chr(34) if c == 9 else ''}><catValu>{c}</catValu>"
        f"<labl>{w}</labl></catgry>"
        for c, w in points
    )
    variables = "".join(
        f'<var name="w{k}"><qstn><qstnLit>{t}</qstnLit></qstn>{options}</var>'
        for k, t in enumerate(ITEMS, 1)
    )
    return f'<codeBook><dataDscr>{variables}<var name="age"/></dataDscr></codeBook>'


NUMBERED = "1 = never\n2 = seldom\n3 = often\n\n" + "\n".join(
    f"{k}. {text}" for k, text in enumerate(ITEMS, start=1)
)
FILES = {
    "redcap": ("weather.csv", REDCAP),
    "qualtrics": ("weather.qsf", qsf()),
    "limesurvey": ("weather.lss", lss(new=True)),
    "ddi": ("weather.xml", ddi()),
    "numbered": ("weather.txt", NUMBERED),
}


def imported(folder, file_format, name, text, *words):
    """The instrument that a file becomes."""
    (folder / name).write_text(text, encoding="utf-8")
    out = folder / "made.yaml"
    run = ["instruments", "import", file_format, str(folder / name), "--id", "weather"]
    done = CliRunner().invoke(
        valuealign, [*run, "--output", str(out), *words], catch_exceptions=False
    )
    assert done.exit_code == 0, done.output
    return load_instrument(str(out)), done


@pytest.mark.parametrize("file_format", FILES)
def test_statements_options_and_instruction_come_over(tmp_path, file_format):
    made, done = imported(tmp_path, file_format, *FILES[file_format])
    assert tuple(made.wording("en", "plain").values()) == ITEMS
    assert tuple(point.label["en"] for point in made.response_scale.points) == LABELS
    assert "reversed" in done.stderr
    if file_format in ("redcap", "qualtrics", "limesurvey"):
        assert made.instruction() == "How often?"
    if file_format in ("qualtrics", "limesurvey"):
        assert made.title["en"] == "Weather"
    check = CliRunner().invoke(valuealign, ["instruments", "check", str(tmp_path / "made.yaml")])
    assert check.exit_code == 0


def test_the_older_layout_of_limesurvey_says_the_same(tmp_path):
    (tmp_path / "old.lss").write_text(lss(new=False), encoding="utf-8")
    (tmp_path / "new.lss").write_text(lss(new=True), encoding="utf-8")
    old, new = (
        read_survey("limesurvey", tmp_path / f"{age}.lss", languages=("en",))[1]
        for age in ("old", "new")
    )
    assert (old.items, old.points, old.instruction) == (new.items, new.points, new.instruction)
    assert "the file is in en, de; de left out (--language, repeatable)" in new.notes


def test_what_is_left_out_is_told(tmp_path):
    _, done = imported(tmp_path, "redcap", *FILES["redcap"])
    assert "1 of 6 questions left out, for they are answered in words: id" in done.stderr
    assert "for they have other options (female | male): sex" in done.stderr
    assert "99 = prefer not to say" in done.stderr


def test_questions_can_be_named_and_must_then_be_of_one_kind(tmp_path):
    made, _ = imported(tmp_path, "redcap", *FILES["redcap"], "--only", "w[123]", "--in-scale", "W")
    assert made.item_ids == ("w1", "w2", "w3")
    assert [scale.id for scale in made.scales] == ["W"]
    path = tmp_path / "weather.csv"
    with pytest.raises(InstrumentError, match="different options: sex"):
        read_survey("redcap", path, only=("w*", "sex"))
    with pytest.raises(InstrumentError, match="none of 6 questions"):
        read_survey("redcap", path, only=("x*",))


def test_the_social_surveys_codebook_gives_its_21_portraits(shared):
    names = {alias for item in load_instrument("pvq-21").items for alias in item.aliases}
    survey, draft = read_survey("ddi", shared("humans/ess_ddi/round9.xml"), only=tuple(names))
    assert len(draft.items) == 21
    assert len(draft.labels) == 6
    assert len(survey.questions) > 21


def test_a_dry_run_shows_what_would_be_made_and_writes_no_file(tmp_path):
    (tmp_path / "weather.csv").write_text(REDCAP, encoding="utf-8")
    out = tmp_path / "made.yaml"
    run = ["instruments", "import", "redcap", str(tmp_path / "weather.csv"), "--output", str(out)]
    done = CliRunner().invoke(valuealign, [*run, "--dry-run"], catch_exceptions=False)
    assert done.exit_code == 0
    assert not out.exists()
    assert "I like rain." in done.stdout
    assert "seldom" in done.stdout
    assert f"would write {out}: 4 items, 3 options" in done.stderr
    told = json.loads(CliRunner().invoke(valuealign, [*run, "--dry-run", "--json"]).stdout)
    assert told["file"] is None
    assert [o["code"] for o in told["options"]] == [1, 2, 3]
    assert any("99 = prefer not to say" in note for note in told["notes"])


@pytest.mark.parametrize("file_format", READERS)
@pytest.mark.parametrize(
    "text",
    [
        "",
        "nothing",
        "{}",
        "[]",
        "<a/>",
        "a,b\n1,2\n",
        '{"SurveyElements": [{"Element": "SQ"}]}',
        '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
        "[" * 100_000,
    ],
)
def test_a_file_of_another_kind_is_refused_in_a_sentence(tmp_path, file_format, text):
    path = tmp_path / "any.file"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InstrumentError):
        read_survey(file_format, path)


@given(st.text(max_size=200))
def test_html_goes_and_words_stay_on_one_line(text):
    assert "\n" not in plain(text)
    assert plain(f"<p>{text}</p>") == plain(text)
