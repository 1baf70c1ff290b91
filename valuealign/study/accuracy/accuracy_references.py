"""Checks of what expectations about right answers refer to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from valuealign.administration.plan.form import parse_forms
from valuealign.instrument.instrument import Instrument
from valuealign.instrument.references import Place, Problem
from valuealign.study.accuracy.accuracy_expectations import (
    ACCURACY,
    AboveGuessing,
    AccuracyExpectation,
    ControlLowers,
    ItemsAlike,
)
from valuealign.study.study_file import StudyFile
from valuealign.study.study_file_parts import InstrumentPart
from valuealign.suggestion import did_you_mean


def accuracy_problems(file: StudyFile, instruments: Mapping[str, Instrument]) -> Iterator[Problem]:
    """Yield a problem for each reference of an expectation about right answers that fails.

    Parameters
    ----------
    file : StudyFile
    instruments : mapping of str to Instrument
        As the file names them.
    """
    parts = {part.instrument: part for part in file.instruments}
    for k, check in enumerate(file.checks):
        expects = check.expects
        if isinstance(expects, ACCURACY) and expects.instrument in parts:
            part = parts[expects.instrument]
            yield from _problems(
                expects, ("checks", k, "expects"), part, instruments[part.instrument]
            )


def _problems(
    expects: AccuracyExpectation, place: Place, part: InstrumentPart, instrument: Instrument
) -> Iterator[Problem]:
    if all(item.answer is None for item in instrument.items):
        hint = "name an instrument whose items have an 'answer'"
        yield Problem((*place, "instrument"), f"{instrument.id} has no right answers", hint)
        return
    if isinstance(expects, ItemsAlike):
        yield from _attribute(expects, place, instrument)
    if isinstance(expects, AboveGuessing | ControlLowers):
        given = {form.pictures for text in part.forms for form in parse_forms(text)} or {"shown"}
        if expects.pictures not in given:
            found = f"no form of {instrument.id} has pictures={expects.pictures}"
            hint = f"add it to the forms, which have {', '.join(sorted(given))}"
            yield Problem((*place, "pictures"), found, hint)


def _attribute(expects: ItemsAlike, place: Place, instrument: Instrument) -> Iterator[Problem]:
    names = {name for item in instrument.items for name in item.attributes}
    if expects.by not in names:
        found = f"the items of {instrument.id} have no attribute {expects.by!r}"
        yield Problem((*place, "by"), found, did_you_mean(expects.by, sorted(names)))
        return
    levels = {str(i.attributes[expects.by]) for i in instrument.items if expects.by in i.attributes}
    for k, level in enumerate(expects.levels):
        if level not in levels:
            found = f"no item of {instrument.id} has {expects.by} {level!r}"
            yield Problem((*place, "levels", k), found, did_you_mean(level, sorted(levels)))
