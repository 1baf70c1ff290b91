"""The linter: each thing it looks for is found, with a line and what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from valuealign.errors import InstrumentError
from valuealign.instrument.lint.check import check_file
from valuealign.instrument.lint.identification import degrees_short
from valuealign.instrument.load import find_instrument, names


def findings(tmp_path: Path, text: str, **options):
    path = tmp_path / "moods.yaml"
    path.write_text(text, encoding="utf-8")
    return check_file(path, name="moods.yaml", **options)


def test_a_good_file_has_no_findings(moods_file):
    assert check_file(moods_file) == []


@pytest.mark.parametrize(
    ("old", "new", "severity", "line", "says"),
    [
        ("items: [m4, m5, m6]", "items: [m4, m5]", "warning", 54, "scale 'CALM' has 2 items"),
        ("items: [m4, m5, m6]", "items: [m4, m5]", "warning", 48, "item 'm6' is in no scale"),
        ("- text: The v", "- doi: 10.1000/182\n  text: The v", None, 0, ""),
        ("  reason: written for the tests\n", "", "warning", 7, "a citation without a DOI"),
        ("  wording: {holder", "  media: {holder", "error", 9, "rights of the wording"),
        ("languages: [en]", "languages: [en, de]", "error", 29, "no stem in language 'de'"),
        ("languages: [en]", "languages: [en, de]", "error", 14, "instruction 'plain' is not in"),
        ("languages: [en]", "languages: [en, de]", "error", 22, "end point 1 has no label (de)"),
        (", she: She sits still with ease.", "", "error", 50, "no stem in form she"),
        (
            "He sits still with ease.",
            "He wakes up cheerful.",
            "error",
            50,
            "the stem of item 'm6' is the stem of item 'm1'",
        ),
        (
            "opposed: {en: {he: He cannot sit still.",
            "opposed: {en: {he: He sits still with ease!",
            "error",
            51,
            "the opposed of item 'm6' is the stem of item 'm6'",
        ),
        (
            "{MOODS: [CHEER, CALM]}",
            "{A: [m1], B: [m2, m3]}",
            "error",
            61,
            "model 'one' cannot be identified",
        ),
        ("  keyed: -1\n", "", "note", 26, "all items are keyed one way"),
        (
            "administration: {stem: he}",
            "administration: {stem: first}",
            "error",
            64,
            "the form advised is 'first'",
        ),
        (
            "administration: {stem: he}",
            "norms: [{population: null}]\nadministration: {stem: he}",
            "error",
            64,
            "refers to nothing",
        ),
        ("max_share: 0.34", "max_share: lots", "error", 59, "'lots'"),
        ("scales: [CHEER, CALM]", "scales: [CHEER, CLAM]", "error", 56, "'CLAM'"),
    ],
)
def test_what_is_wrong_is_found_with_its_line(tmp_path, moods_text, old, new, severity, line, says):
    assert old in moods_text
    found = findings(tmp_path, moods_text.replace(old, new, 1))
    if severity is None:
        assert found == []
        return
    hits = [f for f in found if says in f.found]
    assert hits, [str(f) for f in found]
    assert (hits[0].severity, hits[0].line) == (severity, line)
    assert hits[0].hint


def test_every_unknown_name_is_found_in_one_go(tmp_path, moods_text):
    text = moods_text.replace("[m1, m2, m3]", "[m1, m22, m33]").replace("[CHEER, CALM]}", "[X]}")
    found = findings(tmp_path, text)
    assert {"m22", "m33", "X"} <= {word for f in found for word in f.found.split("'")}
    assert all(f.severity == "error" for f in found)


def test_a_norm_must_name_a_population_that_is_known(tmp_path, moods_text):
    text = moods_text + "norms: [{population: people-2020}]\n"
    assert findings(tmp_path, text) == []
    (found,) = findings(tmp_path, text, populations=["people-2021"])
    assert "did you mean 'people-2021'" in found.hint


def test_a_file_that_is_not_yaml_is_one_finding(tmp_path):
    (found,) = findings(tmp_path, "id: [")
    assert found.severity == "error"
    with pytest.raises(InstrumentError, match="no such file"):
        check_file(tmp_path / "absent.yaml")


@pytest.mark.parametrize(
    ("factors", "higher", "short"),
    [
        ({"F": "ab"}, {}, 1),
        ({"F": "abc"}, {}, 0),
        ({"F": "ab", "G": "cd"}, {}, 0),
        ({"F": "a", "G": "bcd"}, {}, 1),
        ({"A": "abc", "B": "def"}, {"H": "AB"}, 1),
        ({"A": "abc", "B": "def", "C": "ghi"}, {"H": "ABC"}, 0),
        ({"A": "ab", "B": "cd", "C": "ef", "D": "gh"}, {"H": "AB", "K": "CD"}, 0),
        ({"F": "abcdef", "G": "abcdef"}, {}, 2),
        ({"F": "abcd", "G": "cdef"}, {}, 0),
    ],
)
def test_identification_agrees_with_what_is_known(factors, higher, short):
    assert degrees_short(factors, higher) == short


@pytest.mark.parametrize("name", names())
def test_no_shipped_instrument_has_an_error(name):
    found = check_file(find_instrument(name), name=f"{name}.yaml")
    assert [str(f) for f in found if f.severity == "error"] == []
