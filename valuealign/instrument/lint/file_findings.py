"""What keeps a data file from being loaded, as findings of the linter."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from valuealign.errors import FileError
from valuealign.instrument.explain import faults
from valuealign.instrument.file_kind import FileKind, misplaced
from valuealign.instrument.lint.finding import SEVERITIES, Finding, Remark
from valuealign.instrument.yaml_text import YamlText


def of_error(error: FileError, path: str) -> Finding:
    """Return an error as a finding.

    Examples
    --------
    >>> of_error(FileError("no items", expected="a list", line=3), "a.yaml").hint
    'expected a list'
    """
    return Finding("error", str(error.path or path), error.line or 1, error.found, _hint(error))


def remarks_on_fields(
    source: YamlText, model: type[BaseModel], schema: Mapping[str, Any], *, kind: FileKind
) -> list[Remark]:
    """Return every fault of a file's fields; empty where the model accepts the file.

    Parameters
    ----------
    source : YamlText
    model : type of BaseModel
    schema : mapping
        The model's JSON schema.
    kind : FileKind
        The kind of file that was asked for; of a file of another kind, only this is said.
    """
    if not isinstance(source.value, dict):
        return [Remark("error", (), "the file holds no mapping", "write 'name: value' lines")]
    try:
        model.model_validate(source.value)
    except ValidationError as error:
        if other := misplaced(source.value, kind):
            problem, hint = other
            return [Remark("error", (), problem, f"expected {kind.name}; {hint}")]
        return [
            Remark("error", fault.place, fault.found, _hint(fault))
            for fault in faults(error, schema)
        ]
    return []


def with_lines(remarks: Iterable[Remark], source: YamlText) -> list[Finding]:
    """Return remarks with the lines that they are about."""
    return [
        Finding(r.severity, source.path, source.line(r.place), r.found, r.hint) for r in remarks
    ]


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Return findings with errors first, then by line."""
    return sorted(findings, key=lambda f: (SEVERITIES.index(f.severity), f.line))


def _hint(fault: Any) -> str:
    parts = (f"expected {fault.expected}" if fault.expected else "", fault.hint or "")
    return "; ".join(part for part in parts if part)
