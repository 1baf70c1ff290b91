"""Checks of what a study's comparisons with reference texts refer to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from valuealign.instrument.instrument import Instrument
from valuealign.instrument.references import Place, Problem
from valuealign.instrument.response_scale import Open
from valuealign.stimulus.chosen import Chosen
from valuealign.study.overlap_file import OverlapBeyondOthers, WithReference
from valuealign.study.study_file import StudyFile
from valuealign.suggestion import did_you_mean


def overlap_problems(
    file: StudyFile, instruments: Mapping[str, Instrument], about: Mapping[str, Chosen]
) -> Iterator[Problem]:
    """Yield a problem for each instrument, item or reference that does not exist."""
    for k, each in enumerate(file.references):
        yield from _problems(each, ("references", k), instruments, about)
    for k, check in enumerate(file.checks):
        expects = check.expects
        if isinstance(expects, OverlapBeyondOthers):
            items = [e.item for e in file.references if e.instrument == expects.instrument]
            what = "the study compares with no reference the item"
            yield from _unknown(expects.item, items, ("checks", k, "expects", "item"), what)


def _problems(
    each: WithReference,
    place: Place,
    instruments: Mapping[str, Instrument],
    about: Mapping[str, Chosen],
) -> Iterator[Problem]:
    instrument = instruments.get(each.instrument)
    if instrument is None:
        what = "the study gives no instrument"
        yield from _unknown(each.instrument, instruments, (*place, "instrument"), what)
        return
    what = f"{instrument.id} has no item"
    yield from _unknown(each.item, instrument.item_ids, (*place, "item"), what)
    if not isinstance(instrument.response_scale, Open):
        kind = instrument.response_scale.kind
        hint = "only open answers are compared with a reference"
        yield Problem((*place, "instrument"), f"{instrument.id} is answered by {kind!r}", hint)
    chosen = about.get(each.instrument)
    fields = chosen.fields if chosen else {}
    texts = [name for name, kind in fields.items() if kind == "reference"]
    what = "the stimuli have no reference"
    yield from _unknown(each.reference, texts, (*place, "reference"), what)


def _unknown(name: str, known: Iterable[str], place: Place, what: str) -> Iterator[Problem]:
    if name not in known:
        yield Problem(place, f"{what} {name!r}", did_you_mean(name, known))
