"""Each list has one source: no other file repeats it, and docstrings that list it agree with it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from valuealign.administration.plan.elicitation import ELICITATIONS, WAYS
from valuealign.analysis.claims.criterion import BEST_FIRST, STANDINGS
from valuealign.analysis.invariance.level_verdict import Standing as LevelStanding
from valuealign.analysis.sem.specification.estimators import DISCREPANCIES, ESTIMATORS
from valuealign.instrument.scoring_method import METHODS
from valuealign.population.readers.survey_files import format_names
from valuealign.sampling_settings import SETTINGS
from valuealign.store.outcome import OUTCOMES, WITHOUT_ANSWER

ROOT = Path(__file__).parents[2]
SOURCES = sorted([*(ROOT / "valuealign").rglob("*.py"), *(ROOT / "cli").rglob("*.py")])


@dataclass(frozen=True)
class Listed:
    """A list, the file that declares it, and those that give each entry a look or a meaning."""

    names: tuple[str, ...]
    source: str
    also: tuple[str, ...] = ()


LISTS = {
    "elicitations": Listed(tuple(ELICITATIONS), "administration/plan/elicitation.py"),
    "sampling settings": Listed(tuple(SETTINGS), "respondent.py"),
    "estimators": Listed(tuple(ESTIMATORS), "analysis/sem/specification/estimators.py"),
    "discrepancies": Listed(tuple(DISCREPANCIES), "analysis/sem/specification/estimators.py"),
    "outcomes": Listed(tuple(OUTCOMES), "store/outcome.py"),
    "outcomes without an answer": Listed(tuple(WITHOUT_ANSWER), "store/outcome.py"),
    "standings": Listed(
        tuple(STANDINGS),
        "analysis/claims/criterion.py",
        ("figures/verdict_plot.py", "report/sections/verdict_section.py"),
    ),
    "scoring methods": Listed(tuple(METHODS), "instrument/scoring_method.py"),
    "formats of people": Listed(format_names(), "population/readers/survey_files.py"),
}


def collections(tree: ast.AST) -> Iterator[set[str]]:
    """The strings of every tuple, list, set, keys of a dict and ``Literal`` in code."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Tuple | ast.List | ast.Set):
            parts = node.elts
        elif isinstance(node, ast.Dict):
            parts = [key for key in node.keys if key is not None]
        else:
            continue
        yield {p.value for p in parts if isinstance(p, ast.Constant) and isinstance(p.value, str)}


def repeats(source: str, names: tuple[str, ...]) -> bool:
    """Whether a collection in code holds all of the names, or all but one of four or more."""
    most = len(names) - (1 if len(names) > 3 else 0)
    return any(len(found & set(names)) >= most for found in collections(ast.parse(source)))


@pytest.mark.parametrize("what", LISTS)
def test_no_other_file_repeats_the_list(what):
    listed = LISTS[what]
    allowed = {ROOT / "valuealign" / path for path in (listed.source, *listed.also)}
    again = [
        path.relative_to(ROOT).as_posix()
        for path in SOURCES
        if path not in allowed and repeats(path.read_text(encoding="utf-8"), listed.names)
    ]
    assert not again, f"the {what} stand in {listed.source}; derive them from it"


def test_a_repeated_list_is_recognised_in_every_form():
    names = ("choice", "text", "json", "logprobs")
    for code in (
        'CHOICES = ["text", "choice", "json", "logprobs"]',
        'Way = Literal["choice", "text", "json"]',
        'ROOM = {"text": 512, "json": 48, "choice": 24}',
    ):
        assert repeats(code, names)
    assert not repeats('TWO = ("text", "json")', names)
    assert not repeats('"""choice text json logprobs"""', names)


def test_what_is_known_of_each_entry_covers_the_list():
    assert tuple(WAYS) == ELICITATIONS
    assert sorted(BEST_FIRST) == sorted(STANDINGS)
    assert {facts.discrepancy for facts in ESTIMATORS.values()} == set(DISCREPANCIES)


@pytest.mark.parametrize(
    ("parameter", "names"),
    [("elicitation", ELICITATIONS), ("outcome", OUTCOMES)],
)
def test_docstrings_that_list_the_values_agree(parameter, names):
    entry = re.compile(rf"^\s+{parameter} : \{{([^}}]*)\}}", re.MULTILINE)
    for path in SOURCES:
        for found in entry.findall(path.read_text(encoding="utf-8")):
            values = re.findall(r'"([^"]+)"', found)
            assert set(values) == set(names), path


def test_looks_of_standings_cover_them():
    from valuealign.figures import invariance_plot, verdict_plot
    from valuealign.report.sections import verdict_section

    levels = set(LevelStanding.__args__)
    assert set(verdict_plot._TONE) == set(verdict_plot._MARK) == set(STANDINGS)
    assert set(verdict_section.TONES) >= set(STANDINGS)
    assert set(invariance_plot._TONE) == set(invariance_plot._MARK) == levels
