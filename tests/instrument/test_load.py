"""Loading: what a file may say, and that everything else is a sentence with a line."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from valuealign.errors import InstrumentError, InstrumentNotFound
from valuealign.instrument.load import load_instrument, names, parse_instrument, shipped_folder
from valuealign.instrument.write_instrument import yaml_of
from valuealign.instrument.yaml_text import MAX_BYTES, read_yaml, read_yaml_file

JUNK = "abc:{}[],'\"#&*!|>%@ \t-0159\u00e9\u2028"
ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("items: [m1, m2, m3]", "items: [m1, m2, m33]", 53, "did you mean 'm3'"),
        ("scales: [CHEER, CALM]", "scales: [CHER, CALM]", 56, "did you mean 'CHEER'"),
        ("{MOODS: [CHEER, CALM]}", "{MOODS: [CHEER, KALM]}", 63, "did you mean 'CALM'"),
        ("keyed: -1", "keyd: -1", 37, "did you mean 'keyed'"),
        ("keyed: -1", "keyed: -2", 37, "expected 1 or -1"),
        ("kind: labelled", "kind: labeled", 20, "did you mean 'labelled'"),
        ("code: 3", "code: 1", 19, "lowest code first"),
        ('version: "1.0"', "version: 1.0", 3, "put numbers in quotes"),
        ("id: moods", "id: My Moods", 2, "small letters"),
        ("version:", "versoin:", 3, "did you mean 'version'"),
        ("languages: [en]", "languages: [de]", 29, "in language 'en'"),
        ("method: mean", "method: maen", 58, "did you mean 'mean'"),
        ("{he: He wakes up cheerful.", "{hee: He wakes up cheerful.", 29, "did you mean 'he'"),
        ("id: m6", "id: m5", 48, "'m5' stands twice"),
        ("max_share: 0.34", "max_share: 34", 59, "less than or equal to 1"),
        ("title: {en: Six Moods}", "title: {en: ''}", 4, "at least 1 character"),
        ("id: one\n", "id: one\n  id: two\n", 62, "stands twice, first on line 61"),
    ],
)
def test_a_fault_is_a_sentence_with_its_line(moods_text, old, new, line, says):
    assert old in moods_text
    with pytest.raises(InstrumentError, match=r"^moods\.yaml:") as caught:
        parse_instrument(moods_text.replace(old, new, 1), name="moods.yaml")
    assert says in str(caught.value)
    assert caught.value.line == line
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "42",
        "- a\n- b",
        "a: &x [1]\nb: *x",
        "a: !!python/object:os.system x",
        "[" * 5000,
        "- " * 5000,
        "a: b: c",
        "\t a: 1",
        "a: 1\n---\nb: 2",
        "{[1]: 2}",
        "? {a: b}\n: c",
        "a: \x07",
        "a: 'unclosed",
        "<<: {a: 1}",
        "items: {}\nid: [1,2]",
    ],
)
def test_hostile_yaml_is_an_instrument_error(text):
    with pytest.raises(InstrumentError):
        parse_instrument(text, name="hostile.yaml")


def test_a_file_that_is_too_large_or_not_text_is_refused(tmp_path):
    large = tmp_path / "large.yaml"
    large.write_bytes(b"a: 1 # " + b"x" * MAX_BYTES)
    with pytest.raises(InstrumentError, match="too large"):
        load_instrument(large)
    many = tmp_path / "many.yaml"
    many.write_text("a: [" + "1," * 250_000 + "1]", encoding="utf-8")
    with pytest.raises(InstrumentError, match="more than"):
        load_instrument(many)
    latin = tmp_path / "latin.yaml"
    latin.write_bytes("id: caf\n\ntitle: café".encode("latin-1"))
    with pytest.raises(InstrumentError, match="not UTF-8") as caught:
        load_instrument(latin)
    assert caught.value.line == 3
    with pytest.raises(InstrumentNotFound):
        load_instrument(tmp_path / "none.yaml")
    with pytest.raises(InstrumentNotFound):
        load_instrument("x" * 5000)
    with pytest.raises(InstrumentNotFound):
        load_instrument("a\x00b")


def test_only_true_false_null_and_numbers_are_other_than_text():
    text = "a: no\nb: yes\nc: 2026-01-01\nd: true\ne: ~\nf: 3\ng: 1.5\nh: '3'\ni: on\nj: 0x1F"
    assert read_yaml(text).value == {
        "a": "no",
        "b": "yes",
        "c": "2026-01-01",
        "d": True,
        "e": None,
        "f": 3,
        "g": 1.5,
        "h": "3",
        "i": "on",
        "j": "0x1F",
    }


@settings(
    max_examples=300,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_a_mutated_file_loads_or_is_an_instrument_error(moods_text, data):
    lines = moods_text.splitlines()
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(lines) - 1))
        how = data.draw(st.sampled_from(["drop", "twice", "cut", "indent", "put"]))
        if how == "drop":
            lines.pop(at)
        elif how == "twice":
            lines.insert(at, lines[at])
        elif how == "cut":
            lines[at] = lines[at][: data.draw(st.integers(0, max(len(lines[at]), 1)))]
        elif how == "indent":
            lines[at] = "  " + lines[at]
        else:
            place = data.draw(st.integers(0, len(lines[at])))
            junk = data.draw(st.text(alphabet=JUNK, max_size=6))
            lines[at] = lines[at][:place] + junk + lines[at][place:]
    with contextlib.suppress(InstrumentError):
        parse_instrument("\n".join(lines), name="mutated.yaml")


@settings(max_examples=100, deadline=None)
@given(text=st.text(max_size=200))
def test_any_text_loads_or_is_an_instrument_error(text):
    with pytest.raises(InstrumentError):
        parse_instrument(text)


def test_what_is_written_loads_as_the_same_instrument(moods):
    again = parse_instrument(yaml_of(moods.content()))
    assert again == moods
    assert again.hash == moods.hash


def test_comments_and_layout_do_not_change_the_hash(moods, moods_text):
    assert parse_instrument("# a comment\n\n" + moods_text).hash == moods.hash
    assert parse_instrument(moods_text.replace("He sits", "He rests")).hash != moods.hash


def test_every_shipped_instrument_loads_under_its_own_name():
    assert names()
    for name in names():
        assert load_instrument(name).id == name


def test_the_example_of_the_readme_loads(tmp_path):
    text = (ROOT / "instruments" / "README.md").read_text(encoding="utf-8")
    example = text.split("```yaml\n")[1].split("```")[0]
    path = tmp_path / "calm.yaml"
    path.write_text(example, encoding="utf-8")
    assert load_instrument(path).model == "CALM =~ calm1 + calm2 + calm3"
    from valuealign.instrument.lint.check import check_file

    assert not [finding for finding in check_file(path) if finding.severity != "note"]


def test_the_shipped_folder_holds_the_readme_of_the_format():
    assert (shipped_folder() / "README.md").exists()
    assert read_yaml_file(shipped_folder() / f"{names()[0]}.yaml").line(("id",)) > 0
