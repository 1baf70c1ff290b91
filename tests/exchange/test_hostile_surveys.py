"""Survey files from anywhere are read, or refused in a sentence, in bounded time."""

from __future__ import annotations

import copy
import json
import os
import random
import re
import time
import zipfile
from pathlib import Path

import pytest

from valuealign.errors import InstrumentError, ValuealignError
from valuealign.exchange.surveys.draft_yaml import About, text_of
from valuealign.exchange.surveys.markup import plain, remarks_on
from valuealign.exchange.surveys.read_survey import READERS, read_survey
from valuealign.instrument.load import parse_instrument

ROWS = {"a": "I like rain.", "b": "I like snow.", "c": "I like fog."}
POINTS = [(0, "never"), (1, "seldom"), (2, "often"), (99, "no answer")]
STRANGE = [
    None,
    0,
    -1,
    10**400,
    1e308,
    True,
    "",
    "x" * 2000,
    "\x00\x1b[31m\u202e",
    [],
    {},
    [[]],
    {"a": {"b": []}},
    ["x", 1],
    {"1": "x"},
    "=1+1",
    "../../etc/passwd",
]
PROGRAMS = ("limesurvey", "qualtrics", "redcap")
SECONDS = 20
"""Far more than any of these files takes; a file that is read without end takes more."""


def settled(file_format, path):
    """Read a file: whether an instrument came of it. Anything but our own error is a failure."""
    begun = time.process_time()
    refused = None
    try:
        _, draft = read_survey(file_format, path)
        text = text_of(draft, About("made"), Path(path))
    except InstrumentError as error:
        refused = error
    assert time.process_time() - begun < SECONDS
    if refused is None:
        parse_instrument(text)
        return True
    assert str(refused)
    assert refused.line is None
    return False


def places(value, place=()):
    """Every place of a JSON value."""
    yield place
    if isinstance(value, dict):
        for key in value:
            yield from places(value[key], (*place, key))
    elif isinstance(value, list):
        for k, each in enumerate(value):
            yield from places(each, (*place, k))


def put(value, place, new):
    """A copy with something else in a place."""
    if not place:
        return new
    made = copy.deepcopy(value)
    inner = made
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = new
    return made


def test_any_value_in_any_place_of_a_qualtrics_survey(tmp_path, asked, write_survey_file):
    path = write_survey_file("qualtrics", asked(ROWS, POINTS, condition="x"))
    whole = json.loads(path.read_text(encoding="utf-8"))
    payload = whole["SurveyElements"][0]["Payload"]
    payload["Language"] = {"DE": {"QuestionText": "x", "Choices": {"1": {"Display": "y"}}}}
    block = {"Type": "Standard", "ID": "B", "BlockElements": [{"QuestionID": "QID1"}]}
    whole["SurveyElements"] += [
        {"Element": "BL", "Payload": [block]},
        {"Element": "FL", "Payload": {"Flow": [{"ID": "B", "Flow": []}]}},
        {
            "Element": "SQ",
            "Payload": {
                "QuestionID": "Q2",
                "QuestionType": "SBS",
                "Choices": {"1": {"Display": "x"}},
                "AdditionalQuestions": {"1": payload},
            },
        },
    ]
    listed = list(places(whole))
    assert len(listed) > 100
    chosen = random.Random(4)
    tried = read = 0
    for place in listed:
        for new in chosen.sample(STRANGE, 3):
            path.write_text(json.dumps(put(whole, place, new)), encoding="utf-8")
            read += settled("qualtrics", path)
            tried += 1
    assert read > tried / 10  # most places are of no consequence


def test_any_cell_of_a_dictionary(asked, write_survey_file):
    path = write_survey_file("redcap", asked(ROWS, POINTS))
    lines = path.read_text(encoding="utf-8").splitlines()
    for k in range(len(lines)):
        for new in (
            "",
            ",",
            '"',
            '"' * 99,
            "," * 5000,
            "x" * 200_000,
            "\x00",
            "\ufeff",
            "|" * 999,
            "1, | 2, | 3,",
            "-1, a | -1, b",
            "1,a|" * 400,
            "=1+1",
        ):
            path.write_text("\n".join([*lines[:k], new, *lines[k + 1 :]]), encoding="utf-8")
            settled("redcap", path)
        for column in range(6):
            cells = lines[k].split(",")
            cells[min(column, len(cells) - 1)] = '"\x1b[2J\u202e"'
            path.write_text("\n".join([*lines[:k], ",".join(cells)]), encoding="utf-8")
            settled("redcap", path)


def test_any_cell_of_a_limesurvey_survey(asked, write_survey_file):
    path = write_survey_file("limesurvey", asked(ROWS, POINTS))
    text = path.read_text(encoding="utf-8")
    cells = list(re.finditer(r"<(\w+)><!\[CDATA\[(.*?)\]\]></\1>", text))
    assert len(cells) > 60
    for cell in cells:
        for new in ("", "-1", "9" * 400, "<b>\u202e", "1"):
            made = f"<{cell[1]}><![CDATA[{new}]]></{cell[1]}>"
            path.write_text(text[: cell.start()] + made + text[cell.end() :], encoding="utf-8")
            settled("limesurvey", path)
        path.write_text(text[: cell.start()] + text[cell.end() :], encoding="utf-8")
        settled("limesurvey", path)


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_file_that_was_cut_or_scrambled(program, asked, write_survey_file):
    path = write_survey_file(program, asked(ROWS, POINTS))
    data = path.read_bytes()
    chosen = random.Random(7)
    for k in range(40):
        path.write_bytes(data[: len(data) * k // 40])
        settled(program, path)
        scrambled = bytearray(data)
        for _ in range(5):
            scrambled[chosen.randrange(len(data))] = chosen.randrange(256)
        path.write_bytes(bytes(scrambled))
        settled(program, path)


DEEP = 200_000
FILES = {
    "empty": b"",
    "nulls": bytes(4096),
    "no text": bytes(range(256)) * 20,
    "a mark alone": b"\xef\xbb\xbf",
    "half a mark": b"\xff\xfe",
    "blanks": b" \n" * 10_000,
    "deep json": b"[" * DEEP,
    "deep objects": b'{"a":' * DEEP,
    "deep xml": b"<a>" * DEEP,
    "wide xml": b"<a>" + b"<b/>" * 200_000 + b"</a>",
    "one long line": b"a," * 1_000_000,
    "many lines": b"a\n" * 500_000,
    "laughs": b'<!DOCTYPE a [<!ENTITY x "ha"><!ENTITY y "&x;&x;&x;&x;&x;&x;&x;&x;">]><a>&y;</a>',
    "a file of yours": b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
    "another site": b'<!DOCTYPE a SYSTEM "http://127.0.0.1:9/x.dtd"><a/>',
    "a number without end": b'{"SurveyElements": ' + b"9" * 100_000 + b"}",
    "numbers that are none": b'{"SurveyElements": [NaN, Infinity, -Infinity]}',
    "half a character": b'[{"field_name": "\\ud800", "field_type": "radio", "field_label": "x"}]',
    "json of texts": b'["a", "b"]',
    "yaml": b"a: &x [*x]",
    "an archive": b"PK\x03\x04" + bytes(99),
    "a picture": b"\x89PNG\r\n\x1a\n" + bytes(99),
    "a database": b"SQLite format 3\x00" + bytes(99),
    "tables only": b"<document><questions><rows><row/></rows></questions></document>",
    "questions in a ring": b"<document><questions><rows><row><qid>1</qid><parent_qid>1</parent_qid>"
    b"</row></rows></questions></document>",
    "a heading twice": b"Variable / Field Name,Variable / Field Name,Field Type,Field Label\n"
    b"a,b,radio,x",
    "unclosed markup": b"field_name,field_type,field_label,select_choices_or_calculations\n"
    + b"a,radio,"
    + b"<a" * 100_000
    + b",1\n",
    "unclosed scripts": b"field_name,field_type,field_label,select_choices_or_calculations\n"
    + b"a,radio,"
    + b"<script>" * 100_000
    + b",1\n",
    "numbered without end": b"".join(b"%d. x y z\n" % k for k in range(1, 20_000)),
}


@pytest.mark.parametrize("file_format", sorted(READERS))
@pytest.mark.parametrize("name", sorted(FILES))
def test_a_file_of_another_kind(tmp_path, file_format, name):
    path = tmp_path / "any.file"
    path.write_bytes(FILES[name])
    settled(file_format, path)


@pytest.mark.parametrize("file_format", sorted(READERS))
def test_what_is_no_file_of_reasonable_size(tmp_path, file_format):
    pipe, loop, large = tmp_path / "pipe", tmp_path / "loop", tmp_path / "large"
    os.mkfifo(pipe)
    loop.symlink_to(loop)
    with large.open("wb") as file:
        file.truncate(200_000_000)
    for path in (
        pipe,
        loop,
        large,
        tmp_path,
        tmp_path / "none",
        Path("/dev/zero"),
        tmp_path / ("x" * 5000),
        Path("a\x00b"),
    ):
        assert not settled(file_format, path)


def test_a_word_document_that_unpacks_to_gigabytes(tmp_path):
    path = tmp_path / "bomb.docx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", b"\x00" * 80_000_000)
    with pytest.raises(InstrumentError, match="unpacks to more than"):
        read_survey("numbered", path)


@pytest.mark.parametrize(
    "unit", ["<a", "<script>", "<p", "&amp", "${e://", "{x.", "[a:", "<style>x"]
)
def test_markup_is_read_in_time_that_grows_with_its_length(unit):
    for text in (unit * 40_000, "x" + unit * 40_000 + ">"):
        begun = time.process_time()
        plain(text)
        remarks_on(text)
        assert time.process_time() - begun < 5


@pytest.mark.parametrize(
    "text", ["<b></b>", "\x00", "\u202e", "&#0;", "&nbsp;", "<!-- x -->", "=1+1"]
)
def test_a_statement_of_no_words_is_left_out_and_any_other_is_kept(
    program, asked, text, write_survey_file
):
    path = write_survey_file(program, asked({**ROWS, "d": text}, POINTS))
    if program == "limesurvey" and "\x00" in text:
        with pytest.raises(ValuealignError, match="not XML"):
            read_survey(program, path)
        return
    if "\x00" in text:  # a file with nulls is not a text
        return
    _, draft = read_survey(program, path)
    assert len(draft.items) == (4 if plain(text) else 3)
