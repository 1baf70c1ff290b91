"""Every imported package is declared in pyproject.toml, and every declared one is used."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("deptry", reason="deptry is not installed; `make test` installs it")

ROOT = Path(__file__).parents[2]


def deptry(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run deptry as pyproject.toml configures it."""
    command = [sys.executable, "-m", "deptry", "--no-ansi", "."]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_imports_and_declared_dependencies_are_the_same():
    result = deptry(ROOT)
    scanned = re.search(r"Scanning (\d+) files", result.stderr)
    assert scanned
    assert int(scanned[1]) >= len(list((ROOT / "valuealign").rglob("*.py")))
    assert result.returncode == 0, result.stderr


def test_an_undeclared_import_and_an_unused_dependency_are_errors(tmp_path):
    settings = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    settings = re.sub(r'  "markupsafe[^"]*",\n', "", settings, count=1)
    (tmp_path / "pyproject.toml").write_text(settings, encoding="utf-8")
    (tmp_path / "valuealign").mkdir()
    (tmp_path / "valuealign" / "page.py").write_text("import markupsafe\n", encoding="utf-8")
    output = deptry(tmp_path).stderr
    assert "'markupsafe' imported but it is a transitive dependency" in output
    assert "'scipy' defined as a dependency but not used" in output
