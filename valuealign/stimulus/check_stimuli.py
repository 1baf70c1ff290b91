"""A linter for sets of stimuli: what is wrong with one as a set, and what to do."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from valuealign.errors import StimulusError
from valuealign.instrument.explain import faults
from valuealign.instrument.lint.finding import SEVERITIES, Finding, Remark
from valuealign.stimulus.check_texts import TEXT_CHECKS
from valuealign.stimulus.display_set import confounded
from valuealign.stimulus.load_stimuli import build_stimuli, read_set
from valuealign.stimulus.set_file import SetFile
from valuealign.stimulus.set_schema import set_schema

if TYPE_CHECKING:
    from valuealign.instrument.yaml_text import YamlText
    from valuealign.stimulus.stimulus_set import StimulusSet


def check_stimuli(path: str | Path, *, name: str | None = None) -> list[Finding]:
    """Check a file of stimuli.

    Parameters
    ----------
    path : str or Path
    name : str, optional
        What the file is called in findings; by default its path.

    Returns
    -------
    list of Finding
        Errors first, then by line; empty where there is nothing to say.

    Raises
    ------
    StimulusError
        Only where there is no such file.

    Examples
    --------
    >>> from valuealign.stimulus.load_stimuli import find_stimuli
    >>> check_stimuli(find_stimuli("burden-belonging"))
    []
    """
    path = Path(path)
    if not path.is_file():
        raise StimulusError("there is no such file", path=name or path)
    try:
        source = read_set(path, name=name)
    except StimulusError as error:
        return [_of_error(error, str(name or path))]
    found = [
        Finding(r.severity, source.path, source.line(r.place), r.found, r.hint)
        for r in _remarks(source)
    ]
    if not any(finding.severity == "error" for finding in found):
        try:
            stimuli = build_stimuli(source, path)
        except StimulusError as error:  # a table beside the file
            return [*found, _of_error(error, str(name or path))]
        found += [
            Finding(r.severity, source.path, source.line(r.place), r.found, r.hint)
            for r in remarks_on(stimuli)
        ]
    return sorted(found, key=lambda f: (SEVERITIES.index(f.severity), f.line))


def _of_error(error: StimulusError, path: str) -> Finding:
    parts = (f"expected {error.expected}" if error.expected else "", error.hint or "")
    hint = "; ".join(part for part in parts if part)
    return Finding("error", str(error.path or path), error.line or 1, error.found, hint)


def _remarks(source: YamlText) -> list[Remark]:
    """Everything that keeps the file from being loaded."""
    if not isinstance(source.value, dict):
        return [Remark("error", (), "the file holds no mapping", "write 'name: value' lines")]
    try:
        SetFile.model_validate(source.value)
    except ValidationError as error:
        return [
            Remark(
                "error",
                fault.place,
                fault.found,
                "; ".join(p for p in (_expected(fault.expected), fault.hint) if p),
            )
            for fault in faults(error, set_schema())
        ]
    return []


def _expected(text: str | None) -> str:
    return f"expected {text}" if text else ""


def remarks_on(stimuli: StimulusSet) -> Iterator[Remark]:
    """Everything the linter has to say of a set that loads."""
    yield from _provenance(stimuli)
    yield from _levels(stimuli)
    for text in confounded(stimuli):
        found = f"these cells cannot tell apart {text}"
        hint = "report it; or cross the factors fully"
        yield Remark("note", ("template", "crossing"), found, hint)
    for check in TEXT_CHECKS:
        yield from check(stimuli)


def _provenance(stimuli: StimulusSet) -> Iterator[Remark]:
    if not stimuli.file.content_note:
        hint = "say in a sentence what a reader may find hard to read, or that there is nothing"
        yield Remark("warning", (), "there is no content note", hint)
    if not stimuli.file.not_for:
        hint = "list the uses that these stimuli do not support under 'not_for'"
        yield Remark("warning", (), "no use is ruled out", hint)
    for k, citation in enumerate(stimuli.file.citations):
        if citation.doi is None and citation.reason is None:
            hint = "add its DOI, or say under 'reason' why it has none"
            yield Remark("warning", ("citations", k), "a citation without a DOI", hint)


def _levels(stimuli: StimulusSet) -> Iterator[Remark]:
    """A level that says the same as another changes nothing."""
    template = stimuli.file.template
    for name, factor in (template.factors if template else {}).items():
        said: dict[str, str] = {}
        for level, words in factor.levels.items():
            place = ("template", "factors", name, "levels", level)
            if not words:
                hint = "give the words of a slot that the texts name"
                yield Remark("error", place, f"level {level!r} of {name!r} fills no slot", hint)
                continue
            other = said.setdefault(repr(sorted(words.items())), level)
            if other != level:
                found = f"levels {other!r} and {level!r} of {name!r} have the same words"
                yield Remark("error", place, found, "a level that changes nothing is no level")
