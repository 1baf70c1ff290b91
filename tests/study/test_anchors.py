"""Published numbers are computed again from their raw data, and a miss is never adjusted."""

import csv
import gzip
import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
import yaml
from click.testing import CliRunner
from valuealign_cli.main import valuealign

import valuealign as va
from valuealign.errors import StudyError
from valuealign.study.anchor.load_anchor import anchor_names, load_anchor

PEOPLE = [
    # group, weight, a, b ("" is no answer), c
    ("x", 1, 1, 3, 2.0),
    ("x", 3, 2, 3, 4.0),
    ("x", 2, "", 4, 6.0),
    ("y", 1, 1, 1, 1.0),
    ("y", 1, "", "", 3.0),
    ("y", 2, 2, 2, 8.0),
]
HEAD = ["group", "weight", "a", "b", "c"]
VALUES = {"m": (1.0, 2.0), "n": (3.0, 3.0)}
"""Two respondents' means of two items."""


def write_csv(path, head, rows):
    with Path(path).open("w", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([head, *rows])
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


@pytest.fixture
def anchor(tmp_path):
    """Write an anchor of one check: ``anchor(recompute, head, rows, **changes)``."""
    data, here = tmp_path / "data", tmp_path / "here"
    data.mkdir()
    here.mkdir()
    hashes = {
        "people": write_csv(data / "people.csv", HEAD, PEOPLE),
        "means": write_csv(
            data / "means.csv",
            ["who", "item", "mean"],
            [
                (who, k, v)
                for who, values in VALUES.items()
                for k, v in zip("pq", values, strict=True)
            ],
        ),
        "experts": write_csv(
            data / "experts.csv", ["item", "M", "SD"], [("p", 2, 0.5), ("q", -1, 1.5), ("z", 0, 0)]
        ),
    }
    files = {
        name: {"path": f"{name}.csv", "sha256": sha, "source": "made here", "licence": "none"}
        for name, sha in hashes.items()
    }

    def make(recompute, head, rows, *, tolerance=0.001, tier="recomputed", **more):
        write_csv(here / "numbers.csv", head, rows)
        check = {
            "id": "numbers",
            "says": "numbers",
            "tier": tier,
            "source": "made here",
            "tolerance": tolerance,
            "because": "they are exact",
            "published": "numbers.csv",
            "recompute": recompute,
        }
        content = {
            "id": "mine",
            "title": "Mine",
            "citation": {"text": "none", "reason": "made here"},
            "files": files,
            "checks": [check],
            **more,
        }
        path = here / "mine.yaml"
        path.write_text(yaml.safe_dump(content))
        return path

    make.data = data
    return make


SHARE = {"kind": "share", "file": "people", "variables": ["a"], "weight": "weight", "by": ["group"]}
CASES = {
    "a weighted share of each code, 0 where nobody chose it": (
        {**SHARE, "variables": ["b"]},
        ["variable", "group", "code", "published"],
        [("b", "x", 3, 4 / 6), ("b", "x", 4, 2 / 6), ("b", "x", 1, 0), ("b", "y", 1, 1 / 3)],
    ),
    "codes that are counted together": (
        {**SHARE, "counted": [1, 2]},
        ["variable", "group", "published"],
        [("a", "x", 1), ("a", "y", 1)],
    ),
    "a share of all who were asked": (
        {**SHARE, "counted": [1, 2], "base": "asked", "asked": ["a", "b"]},
        ["variable", "group", "published"],
        [("a", "x", 4 / 6), ("a", "y", 1)],
    ),
    "a count of answers": (
        {"kind": "count", "file": "people", "variables": ["a", "b"]},
        ["variable", "published"],
        [("a", 4), ("b", 5)],
    ),
    "a count of each answer": (
        {"kind": "count", "file": "people", "variables": ["a"], "each_code": True},
        ["variable", "code", "published"],
        [("a", 1, 2), ("a", 2, 2)],
    ),
    "a mean of chosen rows": (
        {"kind": "mean", "file": "people", "value": "c", "where": {"group": ["x", "z"]}},
        ["published"],
        [(4,)],
    ),
    "a mean without some rows": (
        {"kind": "mean", "file": "people", "value": "c", "where_not": {"group": "x"}},
        ["published"],
        [(4,)],
    ),
    "a sum that is multiplied": (
        {"kind": "sum", "file": "people", "value": "c", "times": 0.5},
        ["published"],
        [(12,)],
    ),
    "a mean over columns": (
        {"kind": "row_mean", "file": "experts", "values": ["M", "SD"], "by": ["item"]},
        ["item", "published"],
        [("p", 1.25), ("q", 0.25), ("z", 0)],
    ),
    "a total distance from experts": (
        {"kind": "distance", "file": "means", "value": "mean", "reference": "experts", "on": "item",
         "reference_value": "M", "by": ["who"]},
        ["who", "published"],
        [("m", 1 + 3), ("n", 1 + 4)],
    ),
    "a mean distance from experts": (
        {"kind": "distance", "file": "means", "value": "mean", "reference": "experts", "on": "item",
         "reference_value": "M", "by": ["who"], "combine": "mean"},
        ["who", "published"],
        [("m", 2), ("n", 2.5)],
    ),
    "an expected distance": (
        {"kind": "expected_distance", "file": "experts", "sd": "SD"},
        ["published"],
        [(2 * np.sqrt(2 / np.pi),)],
    ),
}  # fmt: off


@pytest.mark.parametrize("case", CASES)
def test_a_quantity_is_computed_again(anchor, case):
    recompute, head, rows = CASES[case]
    result = va.check_study(anchor(recompute, head, rows), anchor.data)
    assert result.numbers["status"].tolist() == ["agrees"] * len(rows)
    assert result.passed


def test_alpha_is_that_of_complete_rows(anchor):
    complete = np.array([[r[2], r[3]] for r in PEOPLE if "" not in r], float)
    rows = [("alpha", va.alpha(complete).raw), ("n", 4)]
    path = anchor(
        {"kind": "alpha", "file": "people", "items": ["a", "b"]}, ["statistic", "published"], rows
    )
    assert va.check_study(path, anchor.data).passed


MEAN = {"kind": "mean", "file": "people", "value": "c"}


@pytest.mark.parametrize(
    ("published", "status"), [(4.01, "agrees"), (4.0101, "missed"), (3.9899, "missed")]
)
def test_the_tolerance_has_two_sides(anchor, published, status):
    result = va.check_study(
        anchor(MEAN, ["published"], [(published,)], tolerance=0.01), anchor.data
    )
    assert result.numbers["status"].tolist() == [status]
    assert result.numbers["recomputed"].tolist() == [4]
    assert result.passed is (status == "agrees")


def test_a_number_without_raw_data_fails(anchor):
    path = anchor({**MEAN, "by": ["group"]}, ["group", "published"], [("x", 4), ("absent", 1)])
    result = va.check_study(path, anchor.data)
    assert result.numbers["status"].tolist() == ["agrees", "not recomputed"]
    assert not result.passed


def test_copied_numbers_are_not_counted_as_agreeing(anchor):
    path = anchor(None, ["group", "published"], [("x", 4)], tier="copied", tolerance=None)
    result = va.check_study(path, anchor.data)
    assert result.numbers["status"].tolist() == ["copied"]
    assert result.checks["agree"].tolist() == [0]


def test_another_file_than_the_published_one_fails_and_is_named(anchor):
    path = anchor(MEAN, ["published"], [(4,)])
    text = (anchor.data / "people.csv").read_text()
    (anchor.data / "people.csv").write_text(text + "\n")
    result = va.check_study(path, anchor.data)
    assert not result.passed
    assert "people.csv is not the file that was published" in result.warnings[0]
    (anchor.data / "deep").mkdir()
    with gzip.open(anchor.data / "deep" / "people.csv.gz", "wt") as file:
        file.write(text)
    assert va.check_study(path, anchor.data).passed


ROWS = [(v, g, n) for v, pair in (("a", (1.5, 1.5)), ("b", (10 / 3, 1.5)), ("c", (4, 4)))
        for g, n in zip("xy", pair, strict=True)]  # fmt: off


def long_data(folder):
    """One row an answer: three variables in two groups, each with its mean."""
    rows = [(v, g, n) for v, g, n in [("a", "x", 1), ("a", "y", 2), ("b", "x", 3), ("b", "y", 5),
                                      ("c", "x", 8), ("c", "y", 9)]]  # fmt: off
    return write_csv(folder / "people.csv", ["variable", "group", "c"], rows)


def exchange(anchor, numbers, **more):
    sha = long_data(anchor.data)
    files = {"people": {"path": "people.csv", "sha256": sha, "source": "here", "licence": "none"}}
    recompute = {**MEAN, "by": ["variable", "group"]}
    return anchor(recompute, ["variable", "group", "published"], numbers, files=files, **more)


EXCHANGED = [
    ("a", "x", 3),
    ("a", "y", 5),
    ("b", "x", 1),
    ("b", "y", 2),
    ("c", "x", 8),
    ("c", "y", 9),
]


def test_exchanged_rows_are_named(anchor):
    result = va.check_study(exchange(anchor, EXCHANGED), anchor.data)
    assert result.warnings == (
        "numbers: the published rows 'a' and 'b' seem to be exchanged: each agrees with the raw "
        "data of the other",
    )
    assert not result.passed
    half = [("a", "x", 3), ("a", "y", 5), ("b", "x", 1), ("b", "y", 2.5), *EXCHANGED[4:]]
    assert va.check_study(exchange(anchor, half), anchor.data).warnings == ()


def test_a_known_error_of_the_source_stays_missed_and_does_not_fail(anchor):
    errors = [{"check": "numbers", "where": {"variable": ["a", "b"]}, "reason": "exchanged"}]
    result = va.check_study(exchange(anchor, EXCHANGED, source_errors=errors), anchor.data)
    assert result.passed
    assert result.numbers["status"].tolist() == ["error in the source"] * 4 + ["agrees"] * 2
    errors[0]["where"] = {"variable": "a"}
    assert not va.check_study(exchange(anchor, EXCHANGED, source_errors=errors), anchor.data).passed


@pytest.mark.parametrize(
    ("answered", "expected", "warned"),
    [((300, 271), 300, False), ((300, 269), 300, True), ((10, 8), 10, False), ((10, 1), 10, True)],
)
def test_answers_that_are_missing_unevenly_are_reported(anchor, answered, expected, warned):
    path = anchor(MEAN, ["published"], [(4,)])
    rows = [("m", g) for g, n in zip("xy", answered, strict=True) for _ in range(n)]
    sha = write_csv(anchor.data / "long.csv", ["model", "group"], rows)
    content = yaml.safe_load(path.read_text())
    content["files"]["long"] = {"path": "long.csv", "sha256": sha, "source": "h", "licence": "n"}
    content["unanswered"] = [
        {"id": "dk", "says": "Look.", "file": "long", "within": ["model"], "across": "group",
         "expected": expected}
    ]  # fmt: off
    path.write_text(yaml.safe_dump(content))
    warnings = va.check_study(path, anchor.data).warnings
    assert len(warnings) == warned
    if warned:
        assert f"{answered[1]} of {expected}" in warnings[0]


def test_runs_of_words_are_read_and_scored_with_the_instruments_key(anchor):
    rmet = va.load_instrument("rmet")
    key = [next(o.label["en"] for o in i.options if o.code == i.answer) for i in rmet.items]
    runs = {"run-1.txt": key, "run-2.txt": ["no word", f"{key[1]}.", *key[2:35], "None"]}
    for name, words in runs.items():
        (anchor.data / name).write_text("\n".join([name, *words, ""]))
    lines = [f"{n} {hashlib.sha256((anchor.data / n).read_bytes()).hexdigest()}" for n in runs]
    sha = hashlib.sha256("\n".join(lines).encode()).hexdigest()
    files = {"runs": {"path": "run-*.txt", "sha256": sha, "source": "here", "licence": "none"}}
    recompute = {"kind": "keyed", "file": "runs", "instrument": "rmet"}
    numbers = [("run-1.txt", 36), ("run-2.txt", 34)]
    path = anchor(recompute, ["run", "published"], numbers, files=files, tolerance=0)
    assert va.check_study(path, anchor.data).passed


@pytest.mark.parametrize(
    ("recompute", "head", "words"),
    [
        ({**MEAN, "value": "d"}, ["published"], "no column 'd'"),
        ({**MEAN, "value": "group"}, ["published"], "'group' holds 'x'; expected numbers"),
        (MEAN, ["group", "published"], "a key 'group'; expected the keys (none) and 'published'"),
        ({**MEAN, "file": "nobody"}, ["published"], "no file 'nobody'"),
        ({**MEAN, "kind": "median"}, ["published"], "median"),
        (None, ["published"], "tier 'copied'"),
    ],
)  # fmt: off
def test_what_an_anchor_may_not_say_is_an_error(anchor, recompute, head, words):
    path = anchor(recompute, head, [["x"] * (len(head) - 1) + [1]])
    with pytest.raises(StudyError) as caught:
        va.check_study(path, anchor.data)
    assert words in str(caught.value)


def test_published_numbers_are_numbers(anchor):
    path = anchor(MEAN, ["published"], [("about 4",)])
    with pytest.raises(StudyError, match="row 2 has published 'about 4'; expected a number"):
        va.check_study(path, anchor.data)


def test_an_absent_file_is_named_with_where_it_was_published(anchor, tmp_path):
    with pytest.raises(StudyError, match=r"holds no experts.csv, .*published at made here"):
        va.check_study(anchor(MEAN, ["published"], [(4,)]), tmp_path / "here")
    with pytest.raises(StudyError, match="there is no folder"):
        va.check_study("gss-2018", tmp_path / "nowhere")


def called(*words):
    return CliRunner().invoke(valuealign, ["study", "check", *map(str, words)])


def test_the_command_prints_misses_and_fails(anchor):
    path = anchor(MEAN, ["published"], [(5,)])
    shown = called(path, "--data", anchor.data)
    assert shown.exit_code == 1
    assert "0 numbers agree with the raw data; 1 do not" in shown.stdout
    assert "missed: 1 numbers" in shown.stdout
    told = json.loads(called(path, "--data", anchor.data, "--json").stdout)
    assert told["passed"] is False
    assert told["numbers"][0]["difference"] == -1
    right = anchor(MEAN, ["published"], [(4,)])
    assert called(right, "--data", anchor.data).exit_code == 0


# -- the shipped anchors -------------------------------------------------------------------


@pytest.mark.parametrize("name", anchor_names())
def test_every_shipped_anchor_loads_and_its_tables_hold_numbers(name):
    shipped = load_anchor(name)
    for check in shipped.file.checks:
        table = shipped.published(check)
        keys = [c for c in table.columns if c != "published"]
        assert len(table)
        assert not table.duplicated(keys).any() if keys else len(table) == 1


def test_at_least_five_hundred_numbers_have_raw_data():
    sizes = {
        name: sum(
            len(load_anchor(name).published(check))
            for check in load_anchor(name).file.checks
            if check.tier == "recomputed"
        )
        for name in anchor_names()
    }
    assert sizes["siri2-2025"] == 1027
    assert sum(sizes.values()) > 2000


@pytest.mark.parametrize(
    ("name", "agree", "source_errors"),
    [
        ("gss-2018", 1570, 0),
        ("moore-2025-stigma", 74, 8),
        ("rmet-runs-2024", 16, 0),
        ("serapio-2025", 18, 0),
        ("siri2-2025", 1027, 0),
    ],
)
def test_every_published_number_agrees_with_the_published_raw_data(
    shared, name, agree, source_errors
):
    folder = shared("evidence/replicable.md").parents[1]
    result = va.check_study(name, folder)
    assert result.passed
    assert result.checks[["agree", "missed", "source_errors"]].sum().tolist() == [
        agree,
        0,
        source_errors,
    ]
    if name == "moore-2025-stigma":
        assert "'viggrp' and 'vigmar' seem to be exchanged" in result.warnings[0]
        assert "gpt-4o (schizophrenia 46 of 108" in result.warnings[1]
