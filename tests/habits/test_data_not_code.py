"""No instrument, survey, sample or country is named in code: what is known of them is data."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import valuealign as va
from valuealign.population.readers.survey_files import load_survey
from valuealign.shipped import shipped, shipped_names

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "valuealign").rglob("*.py"))
INSTRUMENTS = shipped_names("instruments")
SURVEYS = shipped_names("populations/surveys")
FAMILIES = {"pvq", "rmet", "leas", "ipip", "bfi", "neo", "ess", "gss", "wvs", "issp", "allbus"}
"""Names that no file bears as a whole."""
COUNTRIES = {"germany", "sweden", "czech", "austria", "france", "britain", "poland", "usa"}


def known_names() -> set[str]:
    """Instruments, their items, samples, surveys, their columns, families and countries."""
    samples = {path.name.split(".")[0] for path in shipped("populations").rglob("*.json")}
    loaded = [va.load_instrument(name) for name in INSTRUMENTS]
    # The items of a rubric are everyday words ("self"), and what they rate is any reply.
    asked = [each for each in loaded if "reply" not in each.about.values()]
    items = {item for each in asked for item in each.item_ids}
    columns = {c.lower() for name in SURVEYS for c in load_survey(name).columns.values()}
    weights = {w for name in SURVEYS for w in load_survey(name).weights}
    return {*INSTRUMENTS, *SURVEYS, *samples, *items, *columns, *weights, *FAMILIES, *COUNTRIES}


def texts(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Strings and identifiers of code, without docstrings, each with its line."""
    prose = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
            yield node.lineno, node.value
        elif isinstance(node, ast.Name):
            yield node.lineno, node.id
        elif isinstance(node, ast.Attribute):
            yield node.lineno, node.attr
        elif isinstance(node, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef):
            yield node.lineno, node.name
        elif isinstance(node, ast.arg | ast.keyword) and node.arg:
            yield getattr(node, "lineno", 0), node.arg


@cache
def pattern() -> re.Pattern[str]:
    """Any of the names, as a word of its own or with a number behind it."""
    longest_first = sorted(known_names(), key=len, reverse=True)
    names = "|".join(map(re.escape, longest_first))
    return re.compile(rf"(?<![a-z0-9])(?:{names})(?![a-z])", re.IGNORECASE)


def named(source: str) -> list[str]:
    """Return the lines of code that name one of these."""
    found = ((line, text, pattern().search(text)) for line, text in texts(ast.parse(source)))
    return [f"{line}: {text[:60]!r}" for line, text, match in found if match]


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))
def test_code_names_no_instrument_survey_sample_or_country(path: Path):
    found = named(path.read_text(encoding="utf-8"))
    assert not found, f"make it a field of the instrument's, sample's or survey's file: {found}"


@pytest.mark.parametrize(
    "line",
    [
        'YARDSTICK = {"pvq-21": ("a", "b")}',
        'if instrument.scoring.method == "leas": pass',
        "def _ess(opened): pass",
        "WVS = {}",
        'NAMES = ["A189"]',
        'hint = "Germany is known"',
        'sample = "bfi25-sapa"',
    ],
)
def test_such_a_name_is_recognised_in_code(line):
    assert named(line)


@pytest.mark.parametrize(
    "line",
    ['"""As in the PVQ-21 of the ESS."""', 'less = "at least"', "# of the GSS", "assess = press"],
)
def test_docstrings_comments_and_other_words_are_free(line):
    assert not named(line)
