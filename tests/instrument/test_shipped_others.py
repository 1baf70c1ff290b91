"""The other shipped files: keys item by item, and what must not be in them."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from valuealign.errors import InstrumentError
from valuealign.instrument.lint.check import check_file
from valuealign.instrument.load import find_instrument, load_instrument, names
from valuealign.instrument.wording.install import install_wording
from valuealign.scoring.scale_scores import score

OTHERS = ["rmet", "leas", "ipip-bfi-25", "ipip-neo-120"]
_RIGHT = """
playful upset desire insisting worried fantasizing uneasy despondent preoccupied cautious
regretful sceptical anticipating accusing contemplative thoughtful doubtful decisive tentative
friendly fantasizing preoccupied defiant pensive interested hostile cautious interested
reflective flirtatious confident serious concerned distrustful nervous suspicious
"""
RMET = _RIGHT.split()
MALE = {1, 2, 4, 5, 7, 8, 10, 11, 12, 13, 14, 16, 20, 23, 24, 26, 32, 33, 36}
BFI_REVERSED = {"A1", "C4", "C5", "E1", "E2", "O2", "O5"}
SAPA = {
    "A": (146, 1162, 1206, 1364, 1419),
    "C": (124, 530, 619, 626, 1949),
    "E": (712, 901, 1205, 1410, 1768),
    "N": (952, 974, 1099, 1479, 1505),
    "O": (128, 316, 492, 1738, 1964),
}
NEO_REVERSED = {
    9,
    19,
    24,
    30,
    39,
    40,
    48,
    49,
    51,
    53,
    54,
    60,
    62,
    67,
    68,
    69,
    70,
    73,
    74,
    75,
    78,
    79,
    80,
    81,
    83,
    84,
    85,
    88,
    89,
    90,
    92,
    94,
    96,
    97,
    98,
    99,
    100,
    101,
    102,
    103,
    104,
    105,
    106,
    107,
    108,
    109,
    110,
    111,
    113,
    114,
    115,
    116,
    118,
    119,
    120,
}
NEO_FACETS = {
    "N": "anxiety, anger, depression, self-consciousness, immoderation, vulnerability",
    "E": "friendliness, gregariousness, assertiveness, activity level, excitement seeking, "
    "cheerfulness",
    "O": "imagination, artistic interests, emotionality, adventurousness, intellect, liberalism",
    "A": "trust, morality, altruism, cooperation, modesty, sympathy",
    "C": "self-efficacy, orderliness, dutifulness, achievement striving, self-discipline, "
    "cautiousness",
}
DICTIONARY = "humans/bfi_psych/bfi_dictionary.csv"
KEYS = "humans/bfi_psych/bfi_keys.csv"
EYES = "evidence/rmet.csv"


def rows(path: Path) -> list[dict[str, str]]:
    """The rows of a table that is read in place."""
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))


def test_seven_instruments_are_shipped_and_the_linter_finds_no_error():
    assert set(names()) >= {"pvq-rr", "pvq-40", "pvq-21", *OTHERS}
    for name in names():
        assert not [f for f in check_file(find_instrument(name)) if f.severity == "error"], name


@pytest.mark.parametrize("name", OTHERS)
def test_the_linter_has_no_warning_and_only_the_notes_that_are_due(name):
    due = {"rmet": "have no checksum", "ipip-neo-120": "carries no wording"}
    found = check_file(find_instrument(name))
    assert len(found) == (name in due)
    for finding in found:
        assert finding.severity == "note"
        assert due[name] in str(finding)


@pytest.mark.parametrize("name", OTHERS)
def test_every_citation_has_a_doi_or_a_reason_and_every_missing_norm_too(name):
    instrument = load_instrument(name)
    assert all(c.doi or c.reason for c in instrument.citations)
    assert instrument.norms
    assert all(n.population or n.reason for n in instrument.norms)


@pytest.mark.parametrize("name", ["leas", "ipip-bfi-25"])
def test_no_sentence_stands_twice(name):
    items = load_instrument(name).items
    texts = [t for i in items for s in (i.stem, i.opposed) for f in s.values() for t in f.values()]
    assert len({" ".join(t.casefold().split()) for t in texts}) == len(texts) > 0


def test_the_eyes_key_is_the_published_word_item_by_item():
    """By word: the published orders of the options of items 3 and 15 differ."""
    rmet = load_instrument("rmet")
    assert rmet.item_ids == tuple(f"rmet{k:02}" for k in range(1, 37))
    right = [next(o.label["en"] for o in i.options if o.code == i.answer) for i in rmet.items]
    assert right == RMET
    assert {k for k, i in enumerate(rmet.items, 1) if i.attributes["sex_of_eyes"] == "male"} == MALE
    assert {i.attributes["sex_of_eyes"] for i in rmet.items} == {"male", "female"}
    for item in rmet.items:
        assert [o.code for o in item.options] == [1, 2, 3, 4]
        assert len({o.label["en"] for o in item.options}) == 4


def test_the_options_of_the_eyes_are_the_words_of_the_evidence_without_the_practice_item(shared):
    for item, row in zip(load_instrument("rmet").items, rows(shared(EYES))[1:], strict=True):
        assert item.id == f"rmet{int(row['item']):02}"
        assert {o.label["en"] for o in item.options} == {row[f"option{k}"] for k in range(1, 5)}
        assert item.attributes["sex_of_eyes"][0].upper() == row["sex_of_eyes"]


def test_what_is_not_known_of_the_eyes_is_null_with_a_reason():
    rmet = load_instrument("rmet")
    assert {item.attributes["valence"] for item in rmet.items} == {None}
    assert "valence of each item is null" in rmet.scoring.notes
    assert [(n.population, bool(n.reason)) for n in rmet.norms] == [(None, True)]


def test_no_picture_is_shipped_and_none_may_be():
    rmet = load_instrument("rmet")
    assert not rmet.rights["media"].redistribution
    assert [m.name for i in rmet.items for m in i.media] == [
        f"rmet_{k:02}.png" for k in range(1, 37)
    ]
    assert all(m.sha256 is None for i in rmet.items for m in i.media)
    folder = find_instrument("rmet").parent
    assert not [p for p in folder.rglob("*") if p.suffix in (".png", ".jpg", ".jpeg", ".gif")]


def test_the_eyes_are_scored_by_share_right_against_a_quarter():
    rmet = load_instrument("rmet")
    assert (rmet.scoring.method, rmet.scoring.chance) == ("accuracy", 0.25)
    answers = {item.id: item.answer for item in rmet.items}
    first = dict.fromkeys(rmet.item_ids, 1)
    scores = score(pd.DataFrame([answers, first]), rmet)
    at_first = sum(item.answer == 1 for item in rmet.items)
    assert scores["n_right"].tolist() == [36, at_first]
    assert scores["chance"].tolist() == [0.25, 0.25]


def test_the_words_of_an_item_may_stand_in_any_order_and_keep_their_codes():
    rmet = load_instrument("rmet")
    plain = rmet.presented("rmet01")
    shuffled = {rmet.presented("rmet01", seed=k).options for k in range(8)}
    assert len({tuple(o.label for o in options) for options in shuffled}) > 1
    codes = {o.label: o.code for o in plain.options}
    assert all({o.label: o.code for o in options} == codes for options in shuffled)


def test_leas_has_twenty_scenes_of_two_people_and_levels_to_five():
    leas = load_instrument("leas")
    assert leas.item_ids == tuple(f"leas{k:02}" for k in range(1, 21))
    assert leas.response_scale.levels == (0, 5)
    assert leas.response_scale.max_words
    for item in leas.items:
        stem = item.stem["en"]["plain"]
        other = item.attributes["other"]
        assert stem.endswith(f" How would you feel? How would {other} feel?")
        story = stem.split(" How would")[0]
        assert re.search(r"\byour?\b", story, re.IGNORECASE)
        assert other.split()[-1] in story
    assert leas.wording_notice.notice == "open form, not the official text"
    assert not leas.rights["wording"].redistribution


def test_leas_sums_self_and_other_to_80_and_the_total_to_100():
    leas = load_instrument("leas")
    assert leas.scoring.method == "leas"
    best = {f"{i}_{part}": 4 for i in leas.item_ids for part in ("self", "other")}
    best |= {f"{i}_distinct": 1 for i in leas.item_ids}
    scores = score(pd.DataFrame([best]), leas)
    assert scores[["SELF", "OTHER", "TOTAL"]].iloc[0].tolist() == [80, 80, 100]


def test_the_25_are_keyed_as_the_published_dictionary_says():
    bfi = load_instrument("ipip-bfi-25")
    assert [scale.id for scale in bfi.scales] == list("ACENO")
    for scale in bfi.scales:
        assert scale.items == tuple(f"{scale.id}{k}" for k in range(1, 6))
        aliases = [bfi.item(i).aliases for i in scale.items]
        assert aliases == [(f"q_{number}",) for number in SAPA[scale.id]]
    assert {item.id for item in bfi.items if item.keyed == -1} == BFI_REVERSED
    assert [n.population for n in bfi.norms] == ["bfi25-sapa"]


def test_the_25_have_the_key_and_numbers_of_the_psych_package(shared):
    bfi = load_instrument("ipip-bfi-25")
    keys = [row["item"] for row in rows(shared(KEYS))]
    ours = [("-" if item.keyed < 0 else "") + item.id for item in bfi.items]
    assert ours == keys
    table = rows(shared(DICTIONARY))
    published = {row["item"]: row["ItemLabel"] for row in table if row["Keying"]}
    assert {item.id: item.aliases[0] for item in bfi.items} == published


def test_the_labels_of_both_big_five_sets_run_from_very_inaccurate_to_very_accurate():
    said = {
        name: [(p.code, p.label["en"]) for p in load_instrument(name).response_scale.points]
        for name in ("ipip-bfi-25", "ipip-neo-120")
    }
    assert said["ipip-bfi-25"] == [
        (1, "very inaccurate"),
        (2, "moderately inaccurate"),
        (3, "slightly inaccurate"),
        (4, "slightly accurate"),
        (5, "moderately accurate"),
        (6, "very accurate"),
    ]
    assert said["ipip-neo-120"] == [
        (1, "very inaccurate"),
        (2, "moderately inaccurate"),
        (3, "neither accurate nor inaccurate"),
        (4, "moderately accurate"),
        (5, "very accurate"),
    ]


def test_each_of_the_25_has_a_sentence_of_contrary_content_that_is_no_mere_denial():
    for item in load_instrument("ipip-bfi-25").items:
        stem, opposed = item.stem["en"]["first"], item.opposed["en"]["first"]
        for text in (stem, opposed):
            assert text.endswith(".")
            assert 4 <= len(text.split()) <= 14
            assert re.search(r"\b(I|me|my|mine)\b", text, re.IGNORECASE), text
            assert not re.search(r"\b(he|she|his|her|him)\b", text)
            assert not re.search(r"\b(not|never|rarely|seldom)\b|n't\b", text), text


def test_the_25_are_our_own_sentences_not_those_of_the_pool(shared):
    published = {
        row["item"]: set(re.findall(r"[a-z]{4,}", row["Item"].lower()))
        for row in rows(shared(DICTIONARY))
    }
    for item in load_instrument("ipip-bfi-25").items:
        ours = set(re.findall(r"[a-z]{4,}", item.stem["en"]["first"].lower()))
        assert len(ours & published[item.id]) <= 1, item.id


@pytest.mark.usefixtures("home")
def test_the_dictionary_brings_the_wording_of_the_25(shared):
    wanted = {row["item"]: row["Item"] for row in rows(shared(DICTIONARY)) if row["Keying"]}
    install_wording(load_instrument("ipip-bfi-25"), shared(DICTIONARY), language="en", form="plain")
    official = load_instrument("ipip-bfi-25", wording="official")
    assert official.wording("en") == wanted
    assert official.instruction()
    assert {item.id for item in official.items if item.keyed == -1} == BFI_REVERSED


def test_the_120_have_thirty_facets_of_four_in_five_domains():
    """Facets and reversed items as two public scoring programs have them."""
    neo = load_instrument("ipip-neo-120")
    assert {int(i.id[3:]) for i in neo.items if i.keyed == -1} == NEO_REVERSED
    assert len(NEO_REVERSED) == 55
    facets = {scale.id: tuple(int(i[3:]) for i in scale.items) for scale in neo.scales}
    order = [f"{domain}{k}" for k in range(1, 7) for domain in "NEOAC"]
    assert facets == {f: (n, n + 30, n + 60, n + 90) for n, f in enumerate(order, 1)}
    titles = {scale.id: scale.title["en"] for scale in neo.scales}
    for domain, listed in NEO_FACETS.items():
        assert [titles[f"{domain}{k}"] for k in range(1, 7)] == listed.split(", ")
    composites = {c.id: c.scales for c in neo.composites}
    assert composites == {d: tuple(f"{d}{k}" for k in range(1, 7)) for d in "NEOAC"}


def test_each_domain_of_the_120_is_fitted_by_itself_with_its_facets_under_it():
    neo = load_instrument("ipip-neo-120")
    assert len(neo.default_lavaan) == 5
    for text, domain in zip(neo.default_lavaan.values(), "NEOAC", strict=True):
        lines = text.splitlines()
        assert len(lines) == 7
        assert lines[-1] == f"{domain} =~ " + " + ".join(f"{domain}{k}" for k in range(1, 7))


def test_sums_of_the_120_run_from_24_to_120_a_domain_and_turn_reversed_items():
    neo = load_instrument("ipip-neo-120")
    high = {item.id: 5 if item.keyed > 0 else 1 for item in neo.items}
    scores = score(pd.DataFrame([high, dict.fromkeys(neo.item_ids, 3)]), neo)
    assert np.allclose(scores[list("NEOAC")], [[120] * 5, [72] * 5])
    assert scores["N1"].tolist() == [20, 12]


def test_the_120_carry_no_wording_and_say_how_to_bring_it():
    neo = load_instrument("ipip-neo-120")
    assert neo.wording_notice.kind == "none"
    assert not any(item.stem or item.opposed for item in neo.items)
    with pytest.raises(InstrumentError, match="install a wording"):
        neo.wording()


@pytest.mark.usefixtures("home")
def test_a_numbered_list_brings_the_wording_of_the_120(tmp_path):
    """Sentences made up here: what counts is that each lands under its own item."""
    path = tmp_path / "neo.txt"
    lines = [f"{k}. Do thing number {k} of the day." for k in range(1, 121)]
    path.write_text("\n".join(lines), encoding="utf-8")
    install_wording(load_instrument("ipip-neo-120"), path, language="en", form="plain")
    official = load_instrument("ipip-neo-120", wording="official")
    assert official.wording()["neo077"] == "Do thing number 77 of the day."
    assert official.key().equals(load_instrument("ipip-neo-120").key())
