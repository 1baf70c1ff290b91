"""A new instrument from a few answers loads and passes the linter."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from valuealign.errors import InstrumentError
from valuealign.instrument.lint.check import check_file
from valuealign.instrument.load import parse_instrument
from valuealign.instrument.new import PRESETS, NewItem, items_from_csv, new_instrument, write_new

ITEMS = [
    NewItem("Rain soothes me.", "RAIN"),
    NewItem("I walk on when it pours.", "RAIN"),
    NewItem("Grey skies weigh on me.", "RAIN", -1),
]
ABOUT = {"title": "Love of rain", "construct": "Liking of wet weather", "holder": "A. Author"}


@pytest.mark.parametrize("preset", sorted(PRESETS))
def test_every_preset_gives_a_file_without_findings(tmp_path, preset):
    path = tmp_path / "rain.yaml"
    write_new(path, new_instrument("rain", ITEMS, preset=preset, **ABOUT))
    assert check_file(path) == []
    instrument = parse_instrument(path.read_text(encoding="utf-8"))
    assert [item.keyed for item in instrument.items] == [1, 1, -1]
    assert instrument.response_scale.maximum == len(PRESETS[preset])


def test_a_file_that_is_there_is_left_alone(tmp_path):
    path = tmp_path / "rain.yaml"
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(InstrumentError, match="exists already"):
        write_new(path, "other")
    assert path.read_text(encoding="utf-8") == "mine"


def test_another_language_needs_its_own_labels():
    with pytest.raises(InstrumentError, match="give the labels"):
        new_instrument("regen", ITEMS, language="de", **ABOUT)
    german = {"labels": ["nie", "oft", "immer"], "instruction": "Wie oft?"}
    text = new_instrument("regen", ITEMS, language="de", **german, **ABOUT)
    assert parse_instrument(text).languages == ("de",)


def test_what_does_not_fit_is_said():
    with pytest.raises(InstrumentError, match="did you mean 'agree5'"):
        new_instrument("rain", ITEMS, preset="agre5", **ABOUT)
    with pytest.raises(InstrumentError, match="small letters"):
        new_instrument("My Rain", ITEMS, **ABOUT)
    with pytest.raises(InstrumentError, match="the stem of item"):
        new_instrument("rain", [*ITEMS, ITEMS[0]], **ABOUT)
    with pytest.raises(InstrumentError):
        new_instrument("rain", [], **ABOUT)


def test_items_come_from_a_table(tmp_path):
    path = tmp_path / "items.csv"
    rows = ["text;scale;keyed;id", "Rain soothes me.;Fröhlichkeit;1;"]
    rows += ["Grey skies weigh.;Fröhlichkeit;-1;", '"I hum; always.";x;1;']
    path.write_text("\n".join(rows), encoding="utf-8")
    items = items_from_csv(path)
    assert [item.keyed for item in items] == [1, -1, 1]
    instrument = parse_instrument(new_instrument("rain", items, **ABOUT))
    assert [scale.id for scale in instrument.scales] == ["Frohlichkeit", "x"]
    assert instrument.scales[0].title == {"en": "Fröhlichkeit"}
    path.write_text("words,scale\na,b\n", encoding="utf-8")
    with pytest.raises(InstrumentError, match="expected text, scale"):
        items_from_csv(path)
    path.write_text("text,scale,keyed\na b,S,no\n", encoding="utf-8")
    with pytest.raises(InstrumentError, match=r"items.csv:2: keyed is 'no'"):
        items_from_csv(path)


@settings(max_examples=60, deadline=None)
@given(text=st.text(min_size=1, max_size=60), scale=st.text(min_size=1, max_size=12))
def test_any_sentence_survives_the_file_or_is_refused(text, scale):
    items = [NewItem(text, scale), *ITEMS]
    try:
        written = new_instrument("rain", items, **ABOUT)
    except InstrumentError:
        return
    assert parse_instrument(written).items[0].stem == {"en": {"plain": text.strip()}}
