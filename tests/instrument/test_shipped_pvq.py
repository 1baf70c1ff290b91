"""The shipped PVQ files: keys, labels, orders and sentences, item by item."""

from __future__ import annotations

import re

import pytest

from valuealign.instrument.lint.check import check_file
from valuealign.instrument.load import find_instrument, load_instrument

RR = {
    "SDT": (1, 23, 39),
    "SDA": (16, 30, 56),
    "ST": (10, 28, 43),
    "HE": (3, 36, 46),
    "AC": (17, 32, 48),
    "POD": (6, 29, 41),
    "POR": (12, 20, 44),
    "FAC": (9, 24, 49),
    "SEP": (13, 26, 53),
    "SES": (2, 35, 50),
    "TR": (18, 33, 40),
    "COR": (15, 31, 42),
    "COI": (4, 22, 51),
    "HUM": (7, 38, 54),
    "UNN": (8, 21, 45),
    "UNC": (5, 37, 52),
    "UNT": (14, 34, 57),
    "BEC": (11, 25, 47),
    "BED": (19, 27, 55),
}
PVQ40 = {
    "CO": (7, 16, 28, 36),
    "TR": (9, 20, 25, 38),
    "BE": (12, 18, 27, 33),
    "UN": (3, 8, 19, 23, 29, 40),
    "SD": (1, 11, 22, 34),
    "ST": (6, 15, 30),
    "HE": (10, 26, 37),
    "AC": (4, 13, 24, 32),
    "PO": (2, 17, 39),
    "SE": (5, 14, 21, 31, 35),
}
PVQ21 = {
    "CO": (7, 16),
    "TR": (9, 20),
    "BE": (12, 18),
    "UN": (3, 8, 19),
    "SD": (1, 11),
    "ST": (6, 15),
    "HE": (10, 21),
    "AC": (4, 13),
    "PO": (2, 17),
    "SE": (5, 14),
}
KEYS = {"pvq-rr": RR, "pvq-40": PVQ40, "pvq-21": PVQ21}
HIGHER_RR = {
    "TRANSCENDENCE": {"UNN", "UNC", "UNT", "BEC", "BED"},
    "ENHANCEMENT": {"AC", "POD", "POR"},
    "OPENNESS": {"SDT", "SDA", "ST", "HE"},
    "CONSERVATION": {"SEP", "SES", "TR", "COR", "COI"},
}
TEN_OF_RR = {
    "SD": {1, 16, 23, 30, 39, 56},
    "PO": {*RR["POD"], *RR["POR"]},
    "SE": {*RR["SEP"], *RR["SES"]},
    "CO": {*RR["COR"], *RR["COI"]},
    "TRH": {18, 33, 40, 7, 38, 54},
    "BE": {*RR["BEC"], *RR["BED"]},
    "UN": {*RR["UNN"], *RR["UNC"], *RR["UNT"]},
}
_SMALL = """
a an the of to in on at for and or not but with without is are be been am do does did it its
that this those they them their themself what who whom how when where whenever wherever as by
from up out off so than then there else all any every some no nothing somebody anyone nobody
one ones would can could should have has had get gets getting make makes more most very own me
my myself i he she his her him we us our you your if even
"""
SMALL = frozenset(_SMALL.split())


@pytest.fixture(params=KEYS)
def pvq(request):
    """Each shipped PVQ."""
    return load_instrument(request.param)


def test_every_item_is_keyed_as_the_coding_sheet_says(pvq):
    key = {scale.id: tuple(int(i.removeprefix("pvq")) for i in scale.items) for scale in pvq.scales}
    assert key == KEYS[pvq.id]
    assert sorted(i for items in key.values() for i in items) == list(range(1, len(pvq.items) + 1))
    assert {item.keyed for item in pvq.items} == {1}


def test_the_labels_are_the_instruments_own(pvq):
    fourth = "moderately like me" if pvq.id == "pvq-rr" else "somewhat like me"
    assert [(p.code, p.label["en"]) for p in pvq.response_scale.points] == [
        (1, "not like me at all"),
        (2, "not like me"),
        (3, "a little like me"),
        (4, fourth),
        (5, "like me"),
        (6, "very much like me"),
    ]


def test_the_nineteen_values_make_up_ten_and_four():
    pvq = load_instrument("pvq-rr")
    composites = {c.id: set(c.scales) for c in pvq.composites}
    assert {name: composites[name] for name in HIGHER_RR} == HIGHER_RR
    for name, items in TEN_OF_RR.items():
        found = {int(i[3:]) for scale in composites[name] for i in pvq.scale(scale).items}
        assert found == items
    in_any = set().union(*composites.values())
    assert "FAC" not in in_any
    assert not any("HUM" in composites[name] for name in HIGHER_RR)


def test_both_published_circles_are_data():
    circles = {c.id: [set(place) for place in c.order] for c in load_instrument("pvq-rr").circle}
    assert len(circles) == 2
    for order in circles.values():
        assert order[5] == {"POD", "POR"}
        assert set().union(*order) == set(RR)
    last = [tuple(order)[-1] for order in circles.values()]
    assert {"UNT"} in last
    assert {"BED"} in last


def test_the_magnifying_glass_models_are_the_default(pvq):
    assert list(pvq.default_lavaan) == ["openness", "enhancement", "conservation", "transcendence"]
    assert len(pvq.model.splitlines()) == len(KEYS[pvq.id])
    assert "TRANSCENDENCE =~" in pvq.lavaan("higher_order")
    if pvq.id == "pvq-rr":
        assert "FAC =~" in pvq.default_lavaan["enhancement"]
        assert "HUM =~" in pvq.default_lavaan["transcendence"]


def test_the_short_form_merges_what_people_do_not_keep_apart():
    """Achievement with power, and conformity with tradition, are improper as factors of two."""
    models = load_instrument("pvq-21").default_lavaan
    assert models["enhancement"] == "AC_PO =~ pvq04 + pvq13 + pvq02 + pvq17"
    assert models["conservation"].splitlines()[1].startswith("CO_TR =~ ")
    assert len(load_instrument("pvq-40").default_lavaan["conservation"].splitlines()) == 3


def test_scores_may_be_centred_on_mrat(pvq):
    assert pvq.scoring.centring == ("mrat",)


def test_the_file_is_labelled_as_no_official_text(pvq):
    assert pvq.wording_notice.notice == "open form, not the official text"
    assert not pvq.rights["wording"].redistribution
    assert "open form, not the official text" in pvq._repr_html_()


@pytest.mark.parametrize("form", ["he", "she", "they", "first"])
def test_every_item_has_a_sentence_and_one_of_opposed_content_in_every_form(pvq, form):
    stems = pvq.wording("en", form)
    opposed = pvq.wording("en", form, content="opposed")
    sentences = [*stems.values(), *opposed.values()]
    assert len(set(sentences)) == 2 * len(pvq.items)
    for sentence in sentences:
        assert 4 <= len(sentence.split()) <= 18
        assert sentence.endswith(".")
    wrong = {
        "he": r"\b(she|her|herself|they are|I)\b",
        "she": r"\b(he|his|him|himself|I)\b",
        "they": r"\b(he|she|his|her|himself|herself|I|me|my)\b",
        "first": r"\b(he|she|his|her|themself|I (is|has|does))\b",
    }[form]
    assert not [s for s in sentences if re.search(wrong, s)]


def test_no_content_word_is_shared_by_all_items_of_a_value(pvq):
    stems = pvq.wording("en", "they")
    for scale in pvq.scales:
        words = [
            {w for w in re.findall(r"[a-z]+", stems[i].lower()) if w not in SMALL}
            for i in scale.items
        ]
        assert not set.intersection(*words), scale.id


def test_check_finds_nothing_but_what_the_instrument_is_known_for(pvq):
    found = check_file(find_instrument(pvq.id))
    unexpected = [
        f
        for f in found
        if f.severity == "error" or (f.severity == "warning" and "has 2 items" not in str(f))
    ]
    assert not unexpected
    # The PVQ-21 has nine values of two items; that is what it is.
    assert sum(f.severity == "warning" for f in found) == (9 if pvq.id == "pvq-21" else 0)
