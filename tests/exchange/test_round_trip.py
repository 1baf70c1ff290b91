"""An instrument written as a survey and imported again asks the same, under the same codes."""

from __future__ import annotations

import csv
import io
import tempfile
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner
from hypothesis import given, reject, settings
from hypothesis import strategies as st
from valuealign_cli.main import valuealign

from valuealign.errors import InstrumentError
from valuealign.exchange.surveys.draft_yaml import About, text_of
from valuealign.exchange.surveys.read_survey import read_survey
from valuealign.exchange.surveys.survey_layout import sheet_of
from valuealign.exchange.surveys.write_limesurvey import limesurvey_text
from valuealign.exchange.surveys.write_redcap import redcap_text
from valuealign.exchange.surveys.write_survey import ENDINGS, write_survey
from valuealign.instrument.load import load_instrument, parse_instrument
from valuealign.instrument.write_instrument import instrument_text

WORDS = (
    st.text(
        st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp", "Cn", "Co")),
        min_size=1,
        max_size=30,
    )
    .map(lambda text: " ".join(text.split()))
    .filter(bool)
)
NAMES = st.from_regex(r"[A-Za-z][A-Za-z0-9_]{0,12}", fullmatch=True)


@st.composite
def instruments(draw):
    """Instruments of any words, codes, keys, scales and one or two languages."""
    languages = draw(st.sampled_from([("en",), ("en", "de"), ("pt-BR", "fr")]))
    codes = sorted(draw(st.sets(st.integers(-99, 99), min_size=2, max_size=7)))
    names = draw(
        st.lists(NAMES, min_size=1, max_size=6, unique_by=lambda name: name.lower().strip("_"))
    )
    texts = draw(
        st.lists(
            WORDS,
            min_size=len(names),
            max_size=len(names),
            unique_by=lambda text: text.casefold().rstrip(".!"),
        )
    )

    def each(text):
        return {lang: text if lang == languages[0] else f"{lang} {text}" for lang in languages}

    items = [
        {
            "id": name,
            "keyed": draw(st.sampled_from([1, -1])),
            "stem": {lang: {"plain": words} for lang, words in each(text).items()},
        }
        for name, text in zip(names, texts, strict=True)
    ]
    points = [{"code": code, "label": each(draw(WORDS))} for code in codes]
    cut = draw(st.integers(1, len(names)))
    scales = [
        {"id": f"S{k}", "title": each(f"S{k}"), "items": part}
        for k, part in enumerate((names[:cut], names[cut:]))
        if part
    ]
    try:
        return parse_instrument(
            instrument_text(
                "made",
                title=each(draw(WORDS)),
                construct=each("x"),
                instruction=each(draw(WORDS)),
                points=points,
                items=items,
                scales=scales,
                holder="x",
                undefined=each(draw(WORDS)) if draw(st.booleans()) else None,
            )
        )
    except InstrumentError:
        reject()  # two statements that say the same, say


def again(instrument, program):
    """The instrument, written as a survey and imported."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"s{ENDINGS[program]}"
        write_survey(instrument, path, file_format=program)
        languages = instrument.languages if program == "limesurvey" else instrument.languages[:1]
        _, draft = read_survey(program, path, languages=languages)
        apart = instrument.response_scale.undefined
        if apart:
            word = " ".join(next(iter(apart.values())).split())
            _, draft = read_survey(program, path, undefined=word, languages=languages)
        return parse_instrument(text_of(draft, About("made"), path))


def asked(instrument, languages):
    """What respondents see of an instrument, and how it is scored."""
    scale = instrument.response_scale
    plain = {
        lang: {k: " ".join(text.split()) for k, text in instrument.wording(lang).items()}
        for lang in languages
    }

    def words(label):
        return {lang: " ".join(label[lang].split()) for lang in languages if label.get(lang)}

    return {
        "items": plain,
        "points": [(point.code, words(point.label)) for point in scale.points],
        "undefined": words(scale.undefined or {}),
        "keys": [item.keyed for item in instrument.items],
        "scales": {s.id: s.items for s in instrument.scales},
        "instruction": {
            lang: " ".join(instrument.instruction(language=lang).split()) for lang in languages
        },
    }


@pytest.mark.parametrize("program", sorted(ENDINGS))
@settings(max_examples=60, deadline=None)
@given(instruments())
def test_what_is_written_and_imported_is_the_same(program, instrument):
    languages = instrument.languages if program == "limesurvey" else instrument.languages[:1]
    assert asked(again(instrument, program), languages) == asked(instrument, languages)


@pytest.mark.parametrize("program", sorted(ENDINGS))
@pytest.mark.parametrize("name", ["pvq-21", "pvq-rr", "ipip-bfi-25"])
def test_shipped_instruments_come_back(program, name):
    instrument = load_instrument(name)
    made = again(instrument, program)
    told, expected = asked(made, ("en",)), asked(instrument, ("en",))
    first = {}
    for scale in instrument.scales:  # a survey states one scale an item
        for item in scale.items:
            first.setdefault(item, scale.id)
    assert {i: s for s, items in told.pop("scales").items() for i in items} == first
    expected.pop("scales")
    assert told == expected


@settings(max_examples=100, deadline=None)
@given(instruments())
def test_no_cell_of_a_dictionary_is_a_formula_and_no_text_is_markup(instrument):
    sheet = sheet_of(instrument)
    for row in csv.reader(io.StringIO(redcap_text(sheet))):
        assert not [cell for cell in row if cell[:1] in tuple("=+-@\t\r\N{FULLWIDTH EQUALS SIGN}")]
    root = ElementTree.fromstring(limesurvey_text(sheet))  # noqa: S314  # our own text
    names = {"question", "answer", "surveyls_title", "group_name"}
    assert not [e for e in root.iter() if e.tag in names and "<" in (e.text or "")]


def test_an_instrument_without_labelled_options_is_refused(tmp_path):
    with pytest.raises(InstrumentError, match="expected 'labelled'"):
        sheet_of(load_instrument("leas"))
    with pytest.raises(InstrumentError, match="install a wording of your own"):
        sheet_of(load_instrument("ipip-neo-120"))
    with pytest.raises(InstrumentError, match="expected one of limesurvey, redcap"):
        write_survey(load_instrument("pvq-21"), tmp_path / "x", file_format="qualtrics")
    with pytest.raises(InstrumentError, match="is not in 'xx'"):
        write_survey(load_instrument("pvq-21"), tmp_path / "x", file_format="redcap", language="xx")


def test_the_command_writes_a_file_and_leaves_one_that_is_there_alone(tmp_path):
    out = tmp_path / "out.csv"
    run = ["instruments", "export", "redcap", "pvq-21", "-o", str(out)]
    done = CliRunner().invoke(valuealign, run, catch_exceptions=False)
    assert done.exit_code == 0
    assert f"wrote {out}: 21 items" in done.stderr
    before = out.read_bytes()
    assert CliRunner().invoke(valuealign, run).exit_code == 1
    assert out.read_bytes() == before
