"""The code keeps the house's habits of size, names and honesty."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted([*(ROOT / "valuealign").rglob("*.py"), *(ROOT / "cli").rglob("*.py")])
SAYS_NOTHING = {
    "utils",
    "util",
    "helpers",
    "helper",
    "common",
    "base",
    "manager",
    "handler",
    "misc",
}

LONG_FILES: dict[str, str] = {}
"""Files over 400 lines, each with its reason."""
LONG_FUNCTIONS: dict[str, str] = {}
"""Functions over 50 lines, each with its reason."""


def body_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function's body without its docstring."""
    body = node.body[1:] if ast.get_docstring(node) else node.body
    return (node.end_lineno or 0) - body[0].lineno + 1 if body else 0


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))
def test_files_and_functions_stay_small(path: Path):
    name = path.relative_to(ROOT).as_posix()
    text = path.read_text(encoding="utf-8")
    if name not in LONG_FILES:
        assert text.count("\n") <= 400
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if f"{name}:{node.name}" not in LONG_FUNCTIONS:
            assert body_lines(node) <= 50, node.name


def test_test_files_stay_small_too():
    """Tables of labelled data, in tests/support, may be longer."""
    tests = (p for p in (ROOT / "tests").rglob("*.py") if p.parent.name != "support")
    assert not [p.name for p in tests if p.read_text(encoding="utf-8").count("\n") > 400]


def test_no_module_has_a_name_that_says_nothing():
    assert not [path for path in SOURCES if path.stem in SAYS_NOTHING]


def test_nothing_in_the_project_needs_the_shared_folder():
    assert not [p for p in SOURCES if "../shared" in p.read_text(encoding="utf-8")]


def test_no_assert_checks_input():
    """An assert may only tell a type checker what is known, and says what that is."""
    reasoned = re.compile(r"assert .*# noqa: S101  # \w")
    for path in SOURCES:
        text = path.read_text(encoding="utf-8")
        lines = text.splitlines()
        asserts = [n.lineno for n in ast.walk(ast.parse(text)) if isinstance(n, ast.Assert)]
        assert not [line for line in asserts if not reasoned.search(lines[line - 1])], path


def test_every_silenced_check_names_its_rule():
    bare = re.compile(r"#\s*(noqa(?!:)|type: ignore(?!\[))")
    assert not [p for p in SOURCES if bare.search(p.read_text(encoding="utf-8"))]


def test_every_public_docstring_example_can_run():
    """Code in docstrings is doctest, so that CI runs it: no unprompted code block."""
    for path in SOURCES:
        assert ".. code-block:: python" not in path.read_text(encoding="utf-8"), path


def test_no_example_test_or_benchmark_draws_by_singular_vectors():
    """numpy's default takes the SVD, whose signs are LAPACK's choice; Cholesky's are not."""
    seeded = re.compile(r"multivariate_normal\((?!.*method=\\?\"cholesky)")
    folders = ("valuealign", "tests", "benchmarks", "notebooks", "docs")
    files = [p for f in folders for e in ("py", "md", "ipynb") for p in (ROOT / f).rglob(f"*.{e}")]
    found = [p for p in files if p != Path(__file__) and seeded.search(p.read_text("utf-8"))]
    assert not found, "give multivariate_normal method='cholesky', on the same line"
