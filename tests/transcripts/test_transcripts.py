"""The commands README and docs show are replayed, and print what is shown.

A fenced ``console`` block holds lines ``$ command`` and what the command prints (both streams);
``...`` matches anything. All blocks of a page run in one working folder, in order. A block that
begins with ``# file: NAME`` is written into that folder when its turn comes. Where a page says
``gpt-4o``, a simulated respondent on loopback speaks for it.
"""

from __future__ import annotations

import doctest
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from valuealign import load_instrument
from valuealign.simulation import serve

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    path
    for path in [
        ROOT / "README.md",
        *(ROOT / "docs").glob("*.md"),
        ROOT / "instruments" / "README.md",
    ]
    if "```console" in path.read_text(encoding="utf-8")
)
BLOCK = re.compile(r"```console\n(.*?)```|```\w+\n# file: (\S+)\n(.*?)```", re.DOTALL)
# A slow machine says now and then how far it is; a fast one is done before.
PROGRESS = re.compile(r"^[\d,]+ of [\d,]+ done · .*\n", re.MULTILINE)
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


def steps(page: Path, folder: Path) -> Iterator[tuple[str, str]]:
    """Each command of a page with what it should print; files are written in between."""
    for block, name, contents in BLOCK.findall(page.read_text(encoding="utf-8")):
        if name:
            (folder / name).write_text(contents, encoding="utf-8")
        for step in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, shown = step.partition("\n")
            yield command, shown


def environment(base_url: str, home: Path) -> dict[str, str]:
    """A user's environment: a key, an endpoint, folders of their own, a terminal of 100 columns."""
    folders = {
        f"VALUEALIGN_{name}": str(home / name.lower()) for name in ("DATA", "CACHE", "CONFIG")
    }
    return (
        os.environ
        | folders
        | {
            "OPENAI_API_KEY": "sk-transcript",
            "OPENAI_BASE_URL": base_url,
            "COLUMNS": "100",
            "NO_COLOR": "1",
            "PYTHONUTF8": "1",
        }
    )


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_every_command_on_the_page_prints_what_the_page_shows(page: Path, tmp_path: Path):
    with serve("human", load_instrument("pvq-rr")) as endpoint:
        env = environment(endpoint.base_url, tmp_path)
        for command, shown in steps(page, tmp_path):
            words = shlex.split(command, comments=True)
            assert words[0] == "valuealign", f"only valuealign is replayed, not {command!r}"
            done = subprocess.run(
                [sys.executable, "-m", "valuealign_cli", *words[1:]],
                cwd=tmp_path,
                check=False,
                env=env,
                text=True,
                encoding="utf-8",
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
            )
            printed = PROGRESS.sub("", done.stdout)
            same = doctest.OutputChecker().check_output(shown, printed, FLAGS)
            assert same, f"$ {command}\nprinted:\n{done.stdout}\nshown:\n{shown}"


def test_the_readme_opens_with_the_demo_the_test_and_the_gpt_4o_line():
    first_screen = (ROOT / "README.md").read_text(encoding="utf-8")[:2500]
    for line in ("make demo", "make test", "valuealign administer --model gpt-4o"):
        assert line in first_screen
