"""Findings of the linter."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

from valuealign.instrument.references import Place

Severity = Literal["error", "warning", "note"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding of the linter.

    Parameters
    ----------
    severity : {"error", "warning", "note"}
        An error must be mended; a warning should be; a note is to be known.
    path : str
    line : int
    found : str
    hint : str
        What to do.
    """

    severity: Severity
    path: str
    line: int
    found: str
    hint: str

    def as_plain(self) -> dict[str, Any]:
        """The finding as plain values, for ``--json``."""
        return asdict(self)

    def __str__(self) -> str:
        """``file:line: severity: found; hint``."""
        tail = f"; {self.hint}" if self.hint else ""
        return f"{self.path}:{self.line}: {self.severity}: {self.found}{tail}"


@dataclass(frozen=True, slots=True)
class Remark:
    """A finding before it has a line."""

    severity: Severity
    place: Place
    found: str
    hint: str
