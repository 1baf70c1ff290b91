"""The score of the last `make mutants`, a row a module, and each survivor with its change.

Run ``python -m benchmarks.mutants`` after ``make mutants``.
"""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

MUTMUT = Path(sys.executable).with_name("mutmut")
LIVE = ("survived", "no tests", "suspicious", "not checked")
"""Statuses of a mutant that no test was seen to kill."""


def mutmut(*arguments: str) -> list[str]:
    """Lines that mutmut prints."""
    run = subprocess.run([MUTMUT, *arguments], check=True, capture_output=True, text=True)
    return run.stdout.splitlines()


def statuses() -> dict[str, str]:
    """Mutant -> status."""
    lines = mutmut("results", "--all", "true")
    return dict(line.strip().split(": ", 1) for line in lines)


def table(found: dict[str, str]) -> list[str]:
    """Return rows in Markdown: what mypy refuses is not a mutant that a test has to kill."""
    by: dict[str, Counter[str]] = {}
    for name, status in found.items():
        by.setdefault(name.rsplit(".", 1)[0], Counter())[status] += 1
    rows = ["| module | refused by mypy | mutants | killed | alive |", "|---|---|---|---|---|"]
    for module, counts in [*sorted(by.items()), ("**all**", sum(by.values(), Counter()))]:
        typed = counts["caught by type check"]
        mutants, alive = counts.total() - typed, sum(counts[status] for status in LIVE)
        rows.append(f"| {module} | {typed} | {mutants} | {mutants - alive} | {alive} |")
    return rows


def main() -> None:
    """Print the table, then the changes that no test noticed."""
    found = statuses()
    print("\n".join(table(found)))
    for name, status in found.items():
        if status in LIVE:
            changed = [
                x for x in mutmut("show", name) if x[:1] in "+-" and x[:3] not in ("+++", "---")
            ]
            print(f"\n{name}: {status}", *changed, sep="\n")


if __name__ == "__main__":
    main()
