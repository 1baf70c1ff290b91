"""A linter for sets of stimuli: what is wrong with one as a set, and what to do."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from valuealign.errors import StimulusError
from valuealign.instrument.file_kind import STIMULI
from valuealign.instrument.lint.file_findings import (
    in_order,
    of_error,
    remarks_on_fields,
    with_lines,
)
from valuealign.instrument.lint.finding import Finding, Remark
from valuealign.stimulus.check_texts import TEXT_CHECKS
from valuealign.stimulus.display_set import confounded
from valuealign.stimulus.load_stimuli import build_stimuli, read_set
from valuealign.stimulus.set_file import SetFile
from valuealign.stimulus.set_schema import set_schema

if TYPE_CHECKING:
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
        return [of_error(error, str(name or path))]
    findings = with_lines(remarks_on_fields(source, SetFile, set_schema(), kind=STIMULI), source)
    if not findings:
        try:
            stimuli = build_stimuli(source, path)
        except StimulusError as error:  # a table beside the file
            return [of_error(error, str(name or path))]
        findings = with_lines(remarks_on(stimuli), source)
    return in_order(findings)


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
                yield Remark("error", place, found, "a level that changes nothing is not a level")
