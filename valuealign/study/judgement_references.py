"""Checks of what a study's judgements refer to: instruments, items, truths, factors and levels."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from valuealign.instrument.instrument import Instrument
from valuealign.instrument.references import Place, Problem
from valuealign.stimulus.chosen import Chosen
from valuealign.study.expectations import JudgedChange, JudgedMeasure, Stable
from valuealign.study.study_file import Judged, StudyFile
from valuealign.suggestion import did_you_mean


def judgement_problems(
    file: StudyFile, instruments: Mapping[str, Instrument], about: Mapping[str, Chosen]
) -> Iterator[Problem]:
    """Yield a problem for each reference of a judgement that does not exist."""
    for k, each in enumerate(file.judgements):
        yield from _judged(each, ("judgements", k), instruments, about)
    for k, check in enumerate(file.checks):
        if isinstance(check.expects, JudgedMeasure | JudgedChange):
            yield from _check(check.expects, ("checks", k, "expects"), file, about)
        if isinstance(check.expects, Stable):
            yield from _stable(check.expects, ("checks", k, "expects"), instruments)


def _judged(
    each: Judged, place: Place, instruments: Mapping[str, Instrument], about: Mapping[str, Chosen]
) -> Iterator[Problem]:
    instrument = instruments.get(each.instrument)
    if instrument is None:
        what = "the study gives no instrument"
        yield from _unknown(each.instrument, instruments, (*place, "instrument"), what)
        return
    kind = instrument.response_scale.kind
    if kind != "yes_no_confidence":
        hint = "a judgement is yes or no with a confidence"
        yield Problem((*place, "instrument"), f"{instrument.id} is answered by {kind!r}", hint)
    what = f"{instrument.id} has no item"
    yield from _unknown(each.item, instrument.item_ids, (*place, "item"), what)
    chosen = about.get(each.instrument)
    fields = chosen.fields if chosen else {}
    truths = [name for name, kind in fields.items() if kind == "truth"]
    what = "the stimuli have no truth"
    yield from _unknown(each.truth, truths, (*place, "truth"), what)


def _check(
    expects: JudgedMeasure | JudgedChange,
    place: Place,
    file: StudyFile,
    about: Mapping[str, Chosen],
) -> Iterator[Problem]:
    items = [each.item for each in file.judgements if each.instrument == expects.instrument]
    what = "the study's judgements have no item"
    yield from _unknown(expects.item, items, (*place, "item"), what)
    chosen = about.get(expects.instrument)
    factors = chosen.stimuli.factors if chosen else {}
    if isinstance(expects, JudgedChange):
        what = "the stimuli have no factor"
        yield from _unknown(expects.factor, factors, (*place, "factor"), what)
        return
    for name, level in expects.levels.items():
        here: Place = (*place, "levels", name)
        yield from _unknown(name, factors, here, "the stimuli have no factor")
        if name in factors:
            yield from _unknown(level, factors[name], here, f"{name} has no level")


def _stable(
    expects: Stable, place: Place, instruments: Mapping[str, Instrument]
) -> Iterator[Problem]:
    instrument = instruments.get(expects.instrument)
    if instrument is None:
        return
    if expects.item is not None:
        what = f"{instrument.id} has no item"
        yield from _unknown(expects.item, instrument.item_ids, (*place, "item"), what)
    if (expects.item is None) == bool(instrument.about):
        found = "an item is named" if expects.item else "no item is named"
        hint = "name one where there are stimuli, and none where items are what is asked about"
        yield Problem((*place, "item"), f"{found} for {instrument.id}", hint)


def _unknown(name: str, known: Iterable[str], place: Place, what: str) -> Iterator[Problem]:
    if name not in known:
        yield Problem(place, f"{what} {name!r}", did_you_mean(name, known))
