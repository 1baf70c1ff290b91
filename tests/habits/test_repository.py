"""The files that others meet first agree with the package: citation, hooks, templates, history."""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def content(name: str):
    """A YAML file of the repository."""
    return yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))


def test_the_citation_names_this_version_and_licence():
    citation = content("CITATION.cff")
    assert citation["cff-version"] == "1.2.0"
    assert citation["version"] == PROJECT["version"]
    assert citation["license"] == PROJECT["license"]
    assert {"message", "title", "authors"} <= set(citation)
    assert [a["name"] for a in citation["authors"]] == [a["name"] for a in PROJECT["authors"]]
    assert set(citation["keywords"]) <= set(PROJECT["keywords"])


def test_the_changelog_begins_with_this_version():
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    newest = re.search(r"^## (\S+)", text, re.MULTILINE)
    assert newest is not None
    assert newest[1] == PROJECT["version"]


def test_the_hooks_run_the_tools_that_make_lint_runs():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    recipe = re.search(r"^lint:.*\n((?:\t.*\n)+)", makefile, re.MULTILINE)
    assert recipe is not None
    linted = {line.split("$(BIN)/")[1].strip(" .") for line in recipe[1].splitlines()}
    hooks = [h for repo in content(".pre-commit-config.yaml")["repos"] for h in repo["hooks"]]
    entries = {h["entry"].removeprefix(".venv/bin/").split(" --")[0] for h in hooks}
    assert {line.split(" --")[0] for line in linted} <= entries
    assert all(hook["language"] == "system" for hook in hooks), "hooks use the versions of .venv"


@pytest.mark.parametrize(
    "name", sorted(p.name for p in (ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml"))
)
def test_an_issue_form_asks_what_it_needs(name):
    form = content(f".github/ISSUE_TEMPLATE/{name}")
    if name == "config.yml":
        assert form["blank_issues_enabled"] is True
        return
    assert {"name", "description", "body"} <= set(form)
    fields = [part for part in form["body"] if part["type"] != "markdown"]
    assert len({part["id"] for part in fields}) == len(fields)
    assert any(part.get("validations", {}).get("required") for part in fields)
    assert all(part["attributes"]["label"] for part in fields)


@pytest.mark.skipif(
    shutil.which("git") is None or not (ROOT / ".git").exists(), reason="this is not a checkout"
)
def test_commits_that_blame_ignores_are_in_the_history():
    lines = (ROOT / ".git-blame-ignore-revs").read_text(encoding="utf-8").splitlines()
    commits = [line for line in lines if line and not line.startswith("#")]
    assert commits
    if _git("rev-parse", "--is-shallow-repository").stdout.strip() == "true":
        pytest.skip("a shallow checkout holds no history")
    for commit in commits:
        assert re.fullmatch(r"[0-9a-f]{40}", commit)
        assert _git("merge-base", "--is-ancestor", commit, "HEAD").returncode == 0, commit


def _git(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["git", *words], cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False
    )
