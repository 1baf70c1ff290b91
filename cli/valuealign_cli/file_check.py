"""What the two ``check`` commands share: the linter over files, printed, with an exit code."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from valuealign_cli.output import emit_json, emit_text, say

if TYPE_CHECKING:
    from valuealign.instrument.lint.finding import Finding


def check_files(
    files: Sequence[str],
    check: Callable[..., list[Finding]],
    find: Callable[[str], Path],
    *,
    shipped: Collection[str],
    strict: bool,
    as_json: bool,
) -> None:
    """Print the findings on each file; exit 1 for an error, and for a warning if strict."""
    findings: list[Finding] = []
    for file in files:
        label = f"{file}.yaml" if file in shipped else file
        findings += check(find(file), name=label)
    if as_json:
        emit_json([finding.as_plain() for finding in findings])
    else:
        for finding in findings:
            emit_text(str(finding))
    kinds = ("error", "warning", "note")
    counts = {kind: sum(f.severity == kind for f in findings) for kind in kinds}
    say(", ".join(f"{n} {kind}{'' if n == 1 else 's'}" for kind, n in counts.items()))
    sys.exit(1 if counts["error"] or (strict and counts["warning"]) else 0)
