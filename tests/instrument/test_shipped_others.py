"""The other shipped files: keys item by item, and what must not be in them."""

from __future__ import annotations

import pytest

from valuealign.instrument.check import check_file
from valuealign.instrument.load import find_instrument, load_instrument, names

RMET = [1, 2, 3, 2, 3, 2, 3, 1, 4, 1, 3, 3, 2, 4, 2, 2, 1, 1, 4, 2, 2, 1, 3, 1, 4, 3, 2, 1, 4, 2, 2,
        1, 4, 3, 2, 3]  # fmt: skip
MALE = {1, 2, 4, 5, 7, 8, 10, 11, 12, 13, 14, 16, 20, 23, 24, 26, 32, 33, 36}
NEO_REVERSED = {
    9, 19, 24, 30, 39, 40, 48, 49, 51, 53, 54, 60, 62, 67, 68, 69, 70, 73, 74, 75, 78, 79, 80, 81,
    83, 84, 85, 88, 89, 90, 92, 94, 96, 97, 98, 99, 100, 101, 102, 103, 104, 105, 106, 107, 108,
    109, 110, 111, 113, 114, 115, 116, 118, 119, 120,
}  # fmt: skip


def test_seven_instruments_are_shipped_and_the_linter_finds_no_error():
    assert set(names()) >= {
        "pvq-rr", "pvq-40", "pvq-21", "rmet", "leas", "ipip-bfi-25", "ipip-neo-120",
    }  # fmt: skip
    for name in names():
        assert not [f for f in check_file(find_instrument(name)) if f.severity == "error"], name


@pytest.mark.parametrize("name", ["rmet", "leas", "ipip-bfi-25", "ipip-neo-120"])
def test_the_linter_has_no_warning_either(name):
    assert not [f for f in check_file(find_instrument(name)) if f.severity == "warning"]


def test_the_eyes_key_and_the_sex_of_each():
    """Item 15's options stand in the second of its two published orders; the word is the same."""
    rmet = load_instrument("rmet")
    assert [item.answer for item in rmet.items] == RMET
    assert {k for k, i in enumerate(rmet.items, 1) if i.attributes["sex_of_eyes"] == "male"} == MALE
    assert all(len(item.options) == 4 for item in rmet.items)
    right = [next(o.label["en"] for o in i.options if o.code == i.answer) for i in rmet.items]
    assert (right[0], right[14], right[35]) == ("playful", "contemplative", "suspicious")
    assert rmet.scoring.chance == 0.25


def test_no_picture_is_shipped_and_none_may_be():
    rmet = load_instrument("rmet")
    assert not rmet.rights["media"].redistribution
    folder = find_instrument("rmet").parent
    assert not [p for p in folder.rglob("*") if p.suffix in (".png", ".jpg", ".jpeg", ".gif")]


def test_leas_has_twenty_scenes_of_two_people_and_levels_to_five():
    leas = load_instrument("leas")
    assert len(leas.items) == 20
    assert leas.response_scale.levels == (0, 5)
    for item in leas.items:
        stem = item.stem["en"]["plain"]
        assert "How would you feel?" in stem
        assert f"How would {item.attributes['other']} feel?" in stem
    assert leas.wording_notice.notice == "open form, not the official text"


def test_the_25_are_keyed_as_the_published_dictionary_says():
    bfi = load_instrument("ipip-bfi-25")
    reversed_ = {item.id for item in bfi.items if item.keyed == -1}
    assert reversed_ == {"A1", "C4", "C5", "E1", "E2", "O2", "O5"}
    for scale in bfi.scales:
        assert scale.items == tuple(f"{scale.id}{k}" for k in range(1, 6))
    assert len(bfi.response_scale.points) == 6
    assert all(item.opposed for item in bfi.items)


def test_the_120_have_thirty_facets_of_four_in_five_domains_and_carry_no_wording():
    """Facets and reversed items as two public scoring programs have them."""
    neo = load_instrument("ipip-neo-120")
    assert {int(i.id[3:]) for i in neo.items if i.keyed == -1} == NEO_REVERSED
    assert [scale.items for scale in neo.scales][:1] == [("neo001", "neo031", "neo061", "neo091")]
    facets = {scale.id: scale.items for scale in neo.scales}
    assert facets["E6"] == ("neo027", "neo057", "neo087", "neo117")
    assert facets["C1"] == ("neo005", "neo035", "neo065", "neo095")
    assert sorted(i for items in facets.values() for i in items) == list(neo.item_ids)
    assert {c.id: len(c.scales) for c in neo.composites} == dict.fromkeys("NEOAC", 6)
    assert not any(item.stem for item in neo.items)
