"""What can be asked of an instrument: words, hashes, models, keys, presented options."""

from __future__ import annotations

import pickle

import pytest

from valuealign.errors import InstrumentError
from valuealign.instrument.instrument import Instrument
from valuealign.instrument.load import load_instrument, names, parse_instrument
from valuealign.instrument.response_scale import (
    Keyed,
    Labelled,
    Numeric,
    Open,
    VisualAnalogue,
    YesNoConfidence,
)


def test_a_plain_stem_serves_for_every_form(moods_text):
    plain = moods_text.replace(
        "{he: He wakes up cheerful., she: She wakes up cheerful.}", "{plain: Waking up is a joy.}"
    )
    instrument = parse_instrument(plain)
    assert instrument.wording("en", "she")["m1"] == "Waking up is a joy."
    assert instrument.wording("en", "she")["m2"] == "Small things make her laugh."


def test_words_that_are_not_there_are_an_error_that_says_what_is(moods):
    with pytest.raises(InstrumentError, match="no words in language 'de'; it has en"):
        moods.wording("de", "he")
    with pytest.raises(InstrumentError, match="no form 'they' in language 'en'; it has he, she"):
        moods.wording("en", "they")
    with pytest.raises(InstrumentError, match="no item 'm7'; there are: m1"):
        moods.item("m7")
    with pytest.raises(InstrumentError, match="no scale 'CALMM'; did you mean 'CALM'"):
        moods.scale("CALMM")
    with pytest.raises(InstrumentError, match="no instruction 'plane'; did you mean 'plain'"):
        moods.instruction("plane")
    with pytest.raises(InstrumentError, match="no model 'two'; there are: one"):
        moods.lavaan("two")


def test_the_advised_form_is_the_default(moods):
    assert moods.wording() == moods.wording("en", "he")
    assert moods.instruction() == "How much is this man like you?"
    assert moods.wording("en", "she", content="opposed")["m6"] == "She cannot sit still."


def test_the_wording_hash_moves_with_words_and_labels_only(moods, moods_text):
    same = parse_instrument(moods_text.replace("Six Moods", "Half a Dozen"))
    assert same.wording_hash("en", "he") == moods.wording_hash("en", "he")
    assert same.hash != moods.hash
    relabelled = parse_instrument(moods_text.replace("very much like me", "quite like me"))
    assert relabelled.wording_hash("en", "he") != moods.wording_hash("en", "he")
    assert moods.wording_hash("en", "she") != moods.wording_hash("en", "he")


def test_models_are_lavaan_syntax(moods, moods_text):
    assert moods.model == "CHEER =~ m1 + m2 + m3\nCALM =~ m4 + m5 + m6"
    assert moods.lavaan("one") == "MOODS =~ m1 + m2 + m3 + m4 + m5 + m6"
    assert moods.default_lavaan == {"scales": moods.model}
    higher = moods_text.replace(
        "factors: {MOODS: [CHEER, CALM]}",
        "factors: {A: [m1, m2], B: [m3, m4], C: [CALM]}\n  higher: {G: [A, B, C]}",
    )
    assert parse_instrument(higher).lavaan("one").splitlines()[-1] == "G =~ A + B + C"
    default = parse_instrument(moods_text + "default_models: [one]\n")
    assert default.default_lavaan == {"one": moods.lavaan("one")}


def test_a_scale_that_is_the_sum_of_others_is_no_factor(moods_text):
    whole = moods_text.replace(
        "composites:", "- {id: ALL, title: {en: all}, items: [m1, m2, m3, m4, m5, m6]}\ncomposites:"
    )
    assert parse_instrument(whole).model == parse_instrument(moods_text).model


def test_the_key_has_a_row_for_each_item_of_each_scale(moods):
    key = moods.key()
    assert list(key.columns) == ["item", "scale", "keyed"]
    assert key.set_index("item").loc["m3"].tolist() == ["CHEER", -1]
    assert len(key) == 6


def test_html_of_an_instrument_is_escaped(moods_text):
    hostile = parse_instrument(moods_text.replace("Six Moods", "'<script>alert(1)</script>'"))
    html = hostile._repr_html_()
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert "our own sentences" in html


def test_an_instrument_is_frozen_and_can_be_sent_to_another_process(moods):
    with pytest.raises(ValueError, match="frozen"):
        moods.id = "other"
    copy = pickle.loads(pickle.dumps(moods))  # noqa: S301
    assert copy == moods
    assert copy.hash == moods.hash


def test_a_python_made_instrument_is_checked_too(moods):
    content = moods.content()
    content["scales"][0]["items"][0] = "m9"
    with pytest.raises(ValueError, match="names item 'm9'"):
        Instrument.model_validate(content)


def test_reversed_numbers_still_run_upwards_and_codes_go_with_the_words(moods):
    shown = moods.presented("m1", direction="reversed").options
    assert [o.token for o in shown] == ["1", "2", "3", "4"]
    assert [o.code for o in shown] == [4.0, 3.0, 2.0, 1.0]
    letters = moods.presented("m1", labels="letters").options
    assert [o.token for o in letters] == ["A", "B", "C", "D"]
    words = moods.presented("m1", labels="words", direction="reversed").options
    assert (words[0].token, words[0].code) == ("very much like me", 4.0)


def test_the_undefined_option_comes_last_and_has_no_code():
    scale = Labelled(
        points=[{"code": 0, "label": {"en": "no"}}, {"code": 1, "label": {"en": "yes"}}],
        undefined={"en": "don't know"},
    )
    last = scale.presented(direction="reversed").options[-1]
    assert (last.token, last.label, last.code) == ("2", "don't know", None)
    assert [o.token for o in scale.presented(direction="reversed").options] == ["0", "1", "2"]
    assert len(scale.presented(language="de").options) == 2


def test_words_cannot_be_shown_where_a_point_has_none():
    scale = Labelled(points=[{"code": 1, "label": {"en": "low"}}, {"code": 2}])
    with pytest.raises(InstrumentError, match="coded 2 has no words in language 'en'"):
        scale.presented(labels="words")


def test_keyed_options_are_shuffled_by_a_seed_and_keep_their_codes():
    options = [{"code": k, "label": {"en": word}} for k, word in enumerate("abcd", start=1)]
    item = load_items(options)
    orders = {tuple(o.code for o in Keyed().presented(item, seed=s).options) for s in range(60)}
    assert len(orders) > 15
    for seed in range(20):
        shown = Keyed().presented(item, seed=seed, labels="letters").options
        assert [o.token for o in shown] == ["A", "B", "C", "D"]
        assert {o.label: o.code for o in shown} == {"a": 1.0, "b": 2.0, "c": 3.0, "d": 4.0}
    again = [Keyed().presented(item, seed=7) for _ in range(2)]
    assert again[0] == again[1]


def load_items(options):
    from valuealign.instrument.item import Item

    return Item(id="x", options=options).options


def test_scales_without_points_say_their_range():
    number = Numeric(minimum=0, maximum=10, step=0.5).presented(direction="reversed")
    assert (number.minimum, number.maximum, number.step, number.options) == (0, 10, 0.5, ())
    line = VisualAnalogue(low={"en": "calm"}, high={"en": "tense"}).presented()
    assert [(o.token, o.label, o.code) for o in line.options] == [
        ("0", "calm", 0.0),
        ("100", "tense", 100.0),
    ]
    assert Open().presented().options == ()
    yes_no = YesNoConfidence().presented(labels="letters", direction="reversed")
    shown = [(o.token, o.label, o.code) for o in yes_no.options]
    assert shown == [("A", "no", 0.0), ("B", "yes", 1.0)]
    assert [o.token for o in YesNoConfidence().presented(labels="numbers").options] == ["yes", "no"]
    with pytest.raises(ValueError, match="must be below"):
        Numeric(minimum=3, maximum=3)


@pytest.mark.parametrize("name", names())
def test_every_shipped_instrument_answers_every_question(name):
    instrument = load_instrument(name)
    assert instrument.hash == load_instrument(name).hash
    if instrument.scales:
        assert "=~" in instrument.model
    for text in (instrument.default_lavaan if instrument.scales else {}).values():
        assert "=~" in text
    assert len(instrument.key()) >= len(instrument.items)
    for item in instrument.items:
        for direction in ("published", "reversed"):
            assert instrument.presented(item.id, direction=direction).kind
    assert instrument.id in instrument._repr_html_()
