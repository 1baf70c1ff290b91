"""Stems in another way of writing, and orders within blocks: what they change and keep."""

from __future__ import annotations

import pytest
from click.testing import CliRunner
from valuealign_cli.main import valuealign

import valuealign as va
from valuealign.administration.plan.form import Form, parse_forms
from valuealign.administration.plan.plan import item_order
from valuealign.administration.plan.sheet import Sheet
from valuealign.errors import InstrumentError, PlanError
from valuealign.instrument.lint.check import remarks_on
from valuealign.instrument.load import load_instrument, parse_instrument
from valuealign.instrument.stem_variants import RULES
from valuealign.instrument.write_instrument import yaml_of

CALM = "Most evenings, I feel calm about {text}."
TENSE = "I am tense, and I do not sleep."


def instrument(**changed):
    """Two items about a text, with a written variant and a block."""
    content = {
        "id": "calm",
        "version": "1.0",
        "title": {"en": "Calm"},
        "construct": {"en": "Calm"},
        "citations": [{"text": "Unpublished.", "reason": "a test"}],
        "rights": {"wording": {"holder": "A", "terms": "CC0", "redistribution": True}},
        "wording": {"kind": "own", "notice": "own"},
        "languages": ["en"],
        "about": {"text": "text"},
        "instructions": [{"id": "read", "text": {"en": {"plain": "Answer."}}}],
        "response_scale": {
            "kind": "labelled",
            "points": [{"code": k, "label": {"en": f"point {k}"}} for k in (1, 2, 3)],
        },
        "items": [
            {"id": "c1", "stem": {"en": {"plain": CALM}}},
            {"id": "c2", "stem": {"en": {"plain": TENSE}}, "keyed": -1},
        ],
        "variants": {
            "plainer": {
                "c1": {"en": {"plain": "{text} leaves me calm."}},
                "c2": {"en": {"plain": "I lie awake."}},
            }
        },
        "blocks": [["c1", "c2"]],
        "scales": [{"id": "C", "title": {"en": "Calm"}, "items": ["c1", "c2"]}],
        "scoring": {"method": "mean", "missing": {"max_share": 0}},
        "administration": {"context": "item", "stem": "plain"},
    }
    content = {k: v for k, v in (content | changed).items() if v is not None}
    return parse_instrument(yaml_of(content), name="calm.yaml")


def said(of):
    """What the linter says about variants and blocks."""
    return [(r.severity, r.found) for r in remarks_on(of) if r.place[0] in ("variants", "blocks")]


def test_a_form_at_its_defaults_keeps_the_identity_that_it_always_had():
    assert Form().id == Form(variant="original").id
    assert "variant" not in Form().content_on_record
    assert Form(variant="misspelt").id != Form().id
    assert Form(variant="misspelt").name == "variant=misspelt"
    assert len(Form().content_on_record) == 8
    assert "variant" not in Sheet(load_instrument("pvq-21"), Form()).form_content


def test_an_instrument_without_variants_and_blocks_keeps_its_hash():
    content = instrument(variants=None, blocks=None).content()
    assert "variants" not in content
    assert "blocks" not in content
    assert instrument().hash != instrument(variants=None, blocks=None).hash


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_writes_every_stem_and_keeps_the_slots(rule):
    stems = instrument().wording(variant=rule)
    assert "{text}" in stems["c1"]
    assert stems == instrument().wording(variant=rule)
    assert stems != instrument().wording()


def test_written_variants_are_those_of_the_file():
    assert instrument().wording(variant="plainer")["c2"] == "I lie awake."
    assert instrument().wording_hash(variant="plainer") != instrument().wording_hash()


def test_stems_of_opposed_content_are_varied_by_rules():
    pvq = load_instrument("pvq-21")
    opposed = pvq.wording(content="opposed")
    assert pvq.wording(content="opposed", variant="unpunctuated") == {
        k: v.rstrip(".").replace(",", "").lower() for k, v in opposed.items()
    }
    stems = [CALM, TENSE]
    both = instrument(
        items=[
            {"id": f"c{k}", "stem": {"en": {"plain": text}}, "opposed": {"en": {"plain": "Not."}}}
            for k, text in enumerate(stems, start=1)
        ]
    )
    with pytest.raises(InstrumentError, match="no stems of opposed content"):
        both.wording(content="opposed", variant="plainer")


def test_an_unknown_variant_is_an_error_with_a_suggestion():
    with pytest.raises(InstrumentError, match="did you mean 'misspelt'"):
        Form(variant="mispelt").check(load_instrument("pvq-21"))
    finnish = instrument(
        languages=["fi"],
        variants=None,
        title={"fi": "x"},
        construct={"fi": "x"},
        instructions=[{"id": "read", "text": {"fi": {"plain": "Vastaa."}}}],
        items=[{"id": f"c{k}", "stem": {"fi": {"plain": f"Olen {k}."}}} for k in (1, 2)],
        response_scale={
            "kind": "labelled",
            "points": [{"code": k, "label": {"fi": f"p {k}"}} for k in (1, 2, 3)],
        },
    )
    with pytest.raises(InstrumentError, match="'hesitant' has no words in language 'fi'"):
        finnish.wording("fi", variant="hesitant")


def test_a_variant_that_changes_no_stem_is_refused():
    short = instrument(
        variants=None,
        about=None,
        items=[{"id": f"c{k}", "stem": {"en": {"plain": f"Calm {k}."}}} for k in (1, 2)],
    )
    with pytest.raises(PlanError, match="'colloquial' changes no stem"):
        Form(variant="colloquial").check(short)
    Form(variant="unpunctuated").check(short)
    Form().check(short)


WRITTEN = {"c1": {"en": {"plain": "{text} leaves me calm."}}}
LINT = {
    "an item without a stem": ({"v": WRITTEN}, ("error", "the variant 'v' has no stem of c2")),
    "a lost slot": (
        {"v": {"c1": {"en": {"plain": "Calm."}}, "c2": {"en": {"plain": "Awake."}}}},
        ("error", "the variant of 'c1' loses the slot 'text'"),
    ),
    "the stem itself": (
        {"v": WRITTEN | {"c2": {"en": {"plain": TENSE}}}},
        ("warning", "the variant of 'c2' is the stem itself"),
    ),
    "no such item": (
        {"v": WRITTEN | {"c2": {"en": {"plain": "A."}}, "c3": {"en": {"plain": "B."}}}},
        ("error", "there is no item 'c3'"),
    ),
    "the name of a rule": (
        {"misspelt": WRITTEN | {"c2": {"en": {"plain": "A."}}}},
        ("error", "'misspelt' is the name of a rule"),
    ),
    "another language": (
        {"v": WRITTEN | {"c2": {"de": {"plain": "Wach."}}}},
        ("error", "'c2' is not written in language 'en', form 'plain'"),
    ),
}


@pytest.mark.parametrize("case", LINT)
def test_the_linter_finds_what_would_spoil_a_variant(case):
    variants, finding = LINT[case]
    assert said(instrument(variants=variants)) == [finding]


def test_the_linter_has_nothing_to_say_of_a_whole_variant_and_block():
    assert said(instrument()) == []


@pytest.mark.parametrize(
    ("blocks", "finding"),
    [
        ([["c1"]], ("warning", "the block has one item")),
        ([["c1", "c9"]], ("error", "there is no item 'c9'")),
        ([["c1", "c2"], ["c2", "c1"]], ("error", "'c2' stands in two places of the blocks")),
    ],
)
def test_the_linter_finds_blocks_that_cannot_be_shuffled(blocks, finding):
    assert finding in said(instrument(blocks=blocks))


ITEMS = tuple("abcdefgh")
BLOCKS = (("b", "c", "d"), ("f", "h"))


def test_items_are_shuffled_within_their_block_and_others_keep_their_places():
    form = Form(order="blocks")
    orders = {item_order(ITEMS, form, 1, seed, blocks=BLOCKS) for seed in range(200)}
    assert len(orders) == 6 * 2
    for order in orders:
        assert (order[0], order[4], order[6]) == ("a", "e", "g")
        assert set(order[1:4]) == {"b", "c", "d"}
        assert {order[5], order[7]} == {"f", "h"}
    assert item_order(ITEMS, form, 1, 7, blocks=BLOCKS) == item_order(
        ITEMS, form, 2, 7, blocks=BLOCKS
    )


def test_an_order_within_blocks_needs_blocks():
    with pytest.raises(PlanError, match="declares no blocks of items"):
        Form(order="blocks").check(load_instrument("pvq-21"))
    Form(order="blocks").check(instrument())


def test_the_order_within_blocks_is_recorded_with_every_response(tmp_path):
    path = tmp_path / "three.yaml"
    text = (load_instrument("pvq-21").content()) | {"id": "three", "norms": []}
    text["blocks"] = [[f"pvq{k:02d}" for k in range(1, 11)]]
    path.write_text(yaml_of(text), "utf-8")
    given = va.administer(
        path, "sim:yes", forms="order=blocks", occasions=2, store=tmp_path / "a.db"
    )
    long = given.long.sort_values(["administration_id", "position"])
    orders = [tuple(part["item_id"]) for _, part in long.groupby("administration_id")]
    published = load_instrument("pvq-21").item_ids
    assert orders[0] != orders[1]
    for order in orders:
        assert order[10:] == published[10:]
        assert sorted(order[:10]) == sorted(published[:10])
    assert set(long["order"]) == {"blocks"}


def test_variants_are_asked_answered_and_told_apart_in_the_data(tmp_path):
    store = tmp_path / "a.db"
    forms = "variant=original,misspelt,unpunctuated"
    given = va.administer("pvq-21", "sim:yes", forms=forms, store=store)
    assert set(given.long["variant"]) == {"original", "misspelt", "unpunctuated"}
    assert set(given.long["outcome"]) == {"answer"}
    assert given.long["respondent"].nunique() == 1
    assert given.wide["wording_hash"].nunique() == 3
    again = va.administer("pvq-21", "sim:yes", store=store)
    assert len(again.wide) == 1


def test_preview_shows_the_stems_as_they_are_asked():
    preview = ["instruments", "preview", "pvq-21", "--limit", "1", "--form"]
    shown = CliRunner().invoke(valuealign, [*preview, "variant=unpunctuated"]).output
    stem = next(iter(load_instrument("pvq-21").wording(variant="unpunctuated").values()))
    assert stem in shown
    assert [form.name for form in parse_forms("variant=original,slow")] == [
        "published",
        "variant=slow",
    ]
