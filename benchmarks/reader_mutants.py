"""The reader's mutants, tried in one process: ``make mutants`` runs it after mutmut.

The reader decides most, so it has most mutants, and hundreds of replies are read for each. mutmut
starts pytest for every mutant, which takes longer than the reading. Here pytest collects the tests
once, and each mutant runs them as plain calls until one fails. What survives is handed to mutmut.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from inspect import signature
from pathlib import Path
from typing import Any

import pytest
from mutmut.configuration import config
from mutmut.mutation.data import SourceFileMutationData
from mutmut.mutation.trampoline import set_mutant_under_test

READER = Path("valuealign/administration/read")
KILLED, SURVIVED = 1, 0
QUICK = 0.15
"""Seconds of processor time; a test that takes longer is left to mutmut."""
SECONDS = 60.0
"""Of processor time, after which a mutant counts as killed; all tests together take about three."""


class Tries:
    """A plugin that runs the collected tests for every mutant, in place of once.

    Parameters
    ----------
    files : list of SourceFileMutationData
    """

    def __init__(self, files: list[SourceFileMutationData]) -> None:
        self.files = files
        self.survivors: list[str] = []

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Try every mutant; the results are kept where mutmut keeps its own."""
        tests = [each for each in session.items if isinstance(each, pytest.Function)]
        tests = [each for each in tests if _is_plain(each)]
        set_mutant_under_test("")
        seconds: dict[str, float] = {}
        for test in tests:
            start = time.process_time()
            if fails([test]):
                raise pytest.UsageError(f"{test.nodeid} fails without a mutant")
            seconds[test.nodeid] = time.process_time() - start
        tests = [test for test in tests if seconds[test.nodeid] < QUICK]
        tests.sort(key=lambda test: seconds[test.nodeid])
        for file in self.files:
            for name in [*file.exit_code_by_key]:
                set_mutant_under_test(name)
                killed = fails(tests)
                set_mutant_under_test("")
                file.exit_code_by_key[name] = KILLED if killed else SURVIVED
                self.survivors += [] if killed else [name]
            file.save()
        return True


def _is_plain(test: pytest.Function) -> bool:
    """Whether a test is a call without fixtures, and draws nothing."""
    drawn = getattr(test.obj, "is_hypothesis_test", False)
    return not drawn and not set(signature(test.obj).parameters) - _params(test).keys()


def _params(test: pytest.Function) -> dict[str, Any]:
    return dict(test.callspec.params) if hasattr(test, "callspec") else {}


def fails(tests: list[pytest.Function]) -> bool:
    """Whether one of the tests fails, or they do not end."""
    from valuealign.administration.read import cached_reading

    signal.signal(signal.SIGPROF, _too_long)
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    try:
        for test in tests:
            cached_reading.cache_clear()
            test.obj(**_params(test))
    except Exception:  # noqa: BLE001  # whatever a mutant does, it is noticed
        return True
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    return False


def _too_long(*_: Any) -> None:
    raise TimeoutError


def written() -> Iterator[SourceFileMutationData]:
    """The mutants of each file of the reader that mutmut has changed."""
    for path in sorted(READER.glob("*.py")):
        file = SourceFileMutationData(path=path)
        if file.meta_path.exists():
            file.load()
            yield file


def main() -> None:
    """Try the reader's mutants; then mutmut, which asks mypy too, tries what survives."""
    files = [*written()]
    tries = Tries(files)
    selection = [
        each
        for each in config().pytest_add_cli_args_test_selection
        if not each.startswith("tests/") or "test_read" in each
    ]
    os.chdir("mutants")
    sys.path.insert(0, str(Path.cwd()))
    for file in files:
        file.meta_path = Path("..") / file.meta_path
    pytest.main(["-q", "--rootdir=.", "-p", "no:cacheprovider", *selection], plugins=[tries])
    os.chdir("..")
    counts = sum(len(file.exit_code_by_key) for file in files)
    print(f"{counts} mutants of the reader, {len(tries.survivors)} of them alive")
    if tries.survivors:
        subprocess.run(["mutmut", "run", "--max-children", "1", *tries.survivors], check=True)


if __name__ == "__main__":
    main()
