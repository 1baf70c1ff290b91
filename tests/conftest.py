"""What every room's tests share: a small instrument of our own, and a user's own folders."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

from valuealign.instrument.instrument import Instrument
from valuealign.instrument.load import load_instrument, parse_instrument

# Nothing here is a timed test: the first example of a property may have to import its oracle.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

collect_ignore_glob = ["oracle/python/*"]
"""Scripts that made expected numbers, with packages that tests do not need."""

WORDS = Path(__file__).parent / "words.yaml"
SHARED = Path(__file__).parents[2] / "shared"
"""Rows, wordings and replies that are read in place, beside the project and never in it."""


@pytest.fixture(autouse=True)
def _mutants_are_run() -> None:
    """Empty the cache of readings while `make mutants` runs.

    It would return the readings of the original, so that no mutant ran, and hide which tests
    reach a function.
    """
    if "MUTANT_UNDER_TEST" in os.environ:
        from valuealign.administration.read import cached_reading

        cached_reading.cache_clear()


@pytest.fixture(scope="session")
def shared() -> Callable[[str], Path]:
    """The path of a file beside the project; where it is absent the test is skipped."""

    def path(name: str) -> Path:
        if not (SHARED / name).exists():
            pytest.skip(f"needs ../shared/{name}, which is not part of the project")
        return SHARED / name

    return path


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many tests were skipped, in which files and why."""
    skipped = terminalreporter.stats.get("skipped", [])
    if not skipped:
        return
    counts = Counter((r.nodeid.split("::")[0], str(r.longrepr[-1])) for r in skipped)
    files = {file for file, _ in counts}
    terminalreporter.section(f"{len(skipped)} tests skipped, in {len(files)} files")
    for (file, why), n in sorted(counts.items()):
        terminalreporter.write_line(f"{n:4} of {file}: {why.removeprefix('Skipped: ')}")


@pytest.fixture(scope="session")
def moods() -> Instrument:
    """Six items, four points, one of them keyed the other way, each with an opposed stem."""
    return load_instrument(Path(__file__).parent / "moods.yaml")


@pytest.fixture(scope="session")
def words() -> Instrument:
    """Three items with options of their own, one of them right."""
    return parse_instrument(WORDS.read_text(encoding="utf-8"), name="words.yaml")


@pytest.fixture(autouse=True)
def _own_folders(tmp_path_factory, monkeypatch):
    """No test reads or writes the user's own folders, keys or store."""
    home = tmp_path_factory.mktemp("home")
    for name in ("DATA", "CACHE", "CONFIG"):
        if name != "CACHE":  # the fetched model is worth keeping between tests
            monkeypatch.setenv(f"VALUEALIGN_{name}", str(home / name.lower()))
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "VALUEALIGN_STORE"):
        monkeypatch.delenv(name, raising=False)
