"""A field of a stimulus may be a picture: shown before the text, and changed by named rules."""

from __future__ import annotations

import json
import sqlite3

import pytest
from click.testing import CliRunner
from small_pictures import small_picture
from valuealign_cli.main import valuealign

import valuealign as va
from valuealign.administration.plan.form import parse_forms
from valuealign.administration.plan.plan import Plan
from valuealign.administration.render.render import render
from valuealign.administration.run.progress import Quiet
from valuealign.errors import InstrumentError, PlanError, StimulusError
from valuealign.instrument.load import parse_instrument
from valuealign.instrument.pictures.picture import checked_picture
from valuealign.instrument.pictures.picture_rules import inverted
from valuealign.respondent import Respondent
from valuealign.stimulus.check_stimuli import check_stimuli
from valuealign.stimulus.chosen import choose

SET = """\
id: scenes
version: "1.0"
title: {en: Scenes}
source: written for the tests
rights: {holder: Us, terms: Apache-2.0, redistribution: true}
languages: [en]
content_note: nothing is hard to see
not_for: [anything]
fields: {scene: picture, place: category, people: number}
rows:
  - {id: a, values: {scene: pictures/one.png, place: park, people: 2}}
  - {id: b, values: {scene: pictures/two.jpg, place: shop, people: 3}}
  - {id: c, values: {scene: pictures/three.webp, place: road, people: 1}}
variants:
  inverted: {rule: inverted}
  pieces: {rule: scrambled, seed: 4}
  other: {rule: exchanged}
  none: {rule: absent}
"""
ASKED = """\
id: scene-mood
version: "1.0"
title: {en: Mood of a scene}
construct: {en: How lively a scene looks}
citations: [{text: the tests, reason: ours}]
rights: {wording: {holder: Us, terms: Apache-2.0, redistribution: true}}
wording: {kind: own, notice: ours}
languages: [en]
about: {scene: picture}
instructions: [{id: a, text: {en: {plain: "Look at the scene."}}}]
response_scale:
  kind: labelled
  points:
    - {code: 1, label: {en: dull}}
    - {code: 2, label: {en: mixed}}
    - {code: 3, label: {en: lively}}
items:
  - {id: lively, stem: {en: {plain: How lively is it?}}}
  - {id: calm, keyed: -1, stem: {en: {plain: How quiet is it?}}}
scales: [{id: LIVELY, title: {en: lively}, items: [lively, calm]}]
scoring: {method: mean, missing: {max_share: 0, source: ours}}
norms: [{population: null, reason: none}]
administration: {context: item, stem: plain}
"""
KINDS = {"one.png": "PNG", "two.jpg": "JPEG", "three.webp": "WEBP"}


@pytest.fixture
def scenes(tmp_path):
    folder = tmp_path / "pictures"
    folder.mkdir()
    for k, (name, kind) in enumerate(KINDS.items(), start=1):
        (folder / name).write_bytes(small_picture(90 * k, kind=kind, side=32))
    (tmp_path / "scenes.yaml").write_text(SET)
    return va.load_stimuli(tmp_path / "scenes.yaml")


@pytest.fixture(scope="module")
def mood():
    return parse_instrument(ASKED, name="scene-mood.yaml")


def contents(about, mood, variant=None):
    plan = Plan(
        mood, (Respondent("m", "u"),), parse_forms(None), about=choose(about, variant=variant)
    )
    return [render(given.cell(0)) for given in plan.administrations()]


def test_the_picture_stands_before_the_text_of_every_first_message(scenes, mood):
    for prompt, name in zip(contents(scenes, mood), KINDS, strict=True):
        seen, text = prompt.messages[0]["content"]
        picture = checked_picture((scenes.path.parent / "pictures" / name).read_bytes())
        assert seen["image_url"]["url"] == picture.reference
        assert prompt.pictures == {picture.reference: picture}
        assert text["text"].startswith("Look at the scene.\n\nHow lively is it?")


def test_each_variant_is_another_stimulus_with_the_picture_its_rule_makes(scenes, mood):
    of = {
        v: [next(iter(p.pictures), None) for p in contents(scenes, mood, v)]
        for v in ("original", "inverted", "pieces", "other", "none")
    }
    assert of["none"] == [None] * 3
    assert sorted(of["other"]) == sorted(of["original"])
    assert all(a != b for a, b in zip(of["other"], of["original"], strict=True))
    upright = scenes.stimulus(0, "en").pictures["scene"]
    assert scenes.stimulus(0, "en", "inverted").pictures["scene"] == inverted(upright)
    hashes = {scenes.stimulus(0, "en", v).hash for v in scenes.variants}
    assert len(hashes) == 5


def test_another_picture_under_the_same_name_is_another_stimulus_and_another_set(scenes):
    before, whole = scenes.stimulus(0, "en").hash, scenes.hash
    (scenes.path.parent / "pictures" / "one.png").write_bytes(small_picture(7, side=32))
    again = va.load_stimuli(scenes.path)
    assert again.stimulus(0, "en").hash != before
    assert again.hash != whole


def test_a_store_keeps_each_picture_once_and_no_file_name_as_a_column(scenes, mood, tmp_path):
    store = tmp_path / "a.db"
    given = va.administer(
        mood, "sim:random", about=scenes, occasions=2, store=store, display=Quiet()
    )
    assert len(given.long) == 3 * 2 * 2
    with sqlite3.connect(store) as database:
        kinds = dict(database.execute("SELECT kind, count(*) FROM contents GROUP BY kind"))
    assert kinds["picture"] == 3
    assert set(given.long["stimulus_place"]) == {"park", "shop", "road"}
    assert not any("scene" in name for name in given.long.columns)


def test_show_and_preview_say_what_the_pictures_are(scenes):
    run = lambda *words: CliRunner().invoke(valuealign, ["stimuli", *words, str(scenes.path)])  # noqa: E731
    shown = run("show").output
    assert "scene (picture)" in shown
    assert "3 different: JPEG, PNG, WEBP, 32 x 32 pixels" in shown
    preview = run("preview").output
    picture = scenes.stimulus(1, "en").pictures["scene"]
    assert f"[scene: pictures/two.jpg, {picture.facts}]" in preview
    parsed = json.loads(run("preview", "--json").stdout)
    assert parsed[1]["pictures"] == {"scene": picture.sha256}


def test_the_linter_sees_pictures(scenes):
    assert check_stimuli(scenes.path) == []
    text = scenes.path.read_text()
    scenes.path.write_text(
        text.replace("two.jpg, place: shop, people: 3", "one.png, place: park, people: 2")
    )
    assert any("same text and the same picture" in f.found for f in check_stimuli(scenes.path))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("pictures/one.png", "pictures/ome.png", "did you mean 'one.png'"),
        ("pictures/one.png", "../one.png", "outside the folder"),
        ("pictures/one.png", "scenes.yaml", "not a picture by its content"),
        ("scene: picture,", "scene: text,", "has no picture to change"),
    ],
)
def test_a_fault_is_named_before_anything_is_asked(scenes, mood, old, new, said, tmp_path):
    scenes.path.write_text(scenes.path.read_text().replace(old, new, 1))
    with pytest.raises(StimulusError, match=said):
        va.administer(mood, "sim:random", about=scenes.path, store=tmp_path / "a.db")
    assert not (tmp_path / "a.db").exists()


def test_a_factor_may_choose_the_picture(scenes):
    template = SET[: SET.index("rows:")] + (
        "template:\n"
        "  texts: [{id: t, values: {scene: 'pictures/{what}', place: park, people: 1}}]\n"
        "  factors: {kind: {levels: {first: {what: one.png}, second: {what: two.jpg}}}}\n"
    )
    scenes.path.write_text(template)
    built = va.load_stimuli(scenes.path)
    assert [p.media_type for p in built.pictures()] == ["image/png", "image/jpeg"]
    assert check_stimuli(scenes.path) == []


def test_a_picture_has_no_slot_and_no_form(scenes, mood, tmp_path):
    with pytest.raises(InstrumentError, match="pictures are shown before the text"):
        parse_instrument(ASKED.replace("Look at the scene.", "Look at {scene}."))
    with pytest.raises(PlanError, match="--variant"):
        va.administer(mood, "sim:random", about=scenes, forms="pictures=inverted")
    with pytest.raises(PlanError, match="one item at a time"):
        va.administer(mood, "sim:random", about=scenes, forms="context=whole")
