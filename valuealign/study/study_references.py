"""Checks of a study's references: instruments, scores, human samples, groups."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from valuealign.administration.plan.about import check_about
from valuealign.administration.plan.form import Form, parse_forms
from valuealign.errors import DataError, InstrumentError, PlanError
from valuealign.instrument.instrument import Instrument
from valuealign.instrument.references import Place, Problem
from valuealign.population.load_population import load_population
from valuealign.stimulus.chosen import Chosen
from valuealign.study.accuracy.accuracy_references import accuracy_problems
from valuealign.study.expectations import (
    AgainstPeople,
    Check,
    ChoicesFollowProfile,
    FactorEffect,
    GroupsDifferAlike,
    RatersAgree,
)
from valuealign.study.judgement_references import judgement_problems
from valuealign.study.overlap_references import overlap_problems
from valuealign.study.rate_step import RepliesRatedAlike
from valuealign.study.study_file import StudyFile
from valuealign.study.study_file_parts import InstrumentPart
from valuealign.suggestion import did_you_mean

__all__ = ["Problem", "problems", "scored_names"]


def problems(
    file: StudyFile,
    instruments: Mapping[str, Instrument],
    populations: Mapping[str, str],
    about: Mapping[str, Chosen],
) -> Iterator[Problem]:
    """Yield a problem for each reference in the file that does not exist.

    Parameters
    ----------
    file : StudyFile
    instruments : mapping of str to Instrument
        As the file names them.
    populations : mapping of str to str
        Instrument id -> the human sample beside it.
    about : mapping of str to Chosen
        As the file names instruments -> what each is asked about.
    """
    yield from _repeated([g.instrument for g in file.instruments], "instruments", "instrument")
    yield from _repeated([c.id for c in file.checks], "checks", "id")
    yield from _repeated([p.id for p in file.personas], "personas", "id")
    for k, part in enumerate(file.instruments):
        yield from _forms(part.forms, instruments[part.instrument], k)
        yield from _about(part, instruments[part.instrument], about.get(part.instrument), k)
    for name, people in file.populations.items():
        place: Place = ("populations", name)
        yield from _unknown(name, instruments, place, "the study gives no instrument")
        yield from _population(people, instruments.get(name), place)
    for k, each in enumerate(file.groups):
        yield from _unknown(
            each.instrument,
            instruments,
            ("groups", k, "instrument"),
            "the study gives no instrument",
        )
        for group, people in each.people.items():
            place = ("groups", k, "people", group)
            yield from _population(people, instruments.get(each.instrument), place)
    for k, check in enumerate(file.checks):
        yield from _check(check, k, file, instruments, populations)
        if isinstance(check.expects, RatersAgree) and check.expects.instrument in instruments:
            rated = instruments[check.expects.instrument]
            item_place: Place = ("checks", k, "expects", "item")
            yield from _unknown(
                check.expects.item, rated.item_ids, item_place, f"{rated.id} has no item"
            )
        if isinstance(check.expects, FactorEffect):
            yield from _factor_effect(check.expects, k, instruments, about)
    yield from judgement_problems(file, instruments, about)
    yield from accuracy_problems(file, instruments)
    yield from overlap_problems(file, instruments, about)


def scored_names(instrument: Instrument) -> list[str]:
    """Return the names of an instrument's scales and composites."""
    return [*(s.id for s in instrument.scales), *(c.id for c in instrument.composites)]


def _repeated(names: list[str], part: str, field: str) -> Iterator[Problem]:
    for k, name in enumerate(names):
        if name in names[:k]:
            problem = f"{name!r} stands twice among the {part}"
            yield Problem((part, k, field), problem, "each may stand there once")


def _forms(forms: tuple[str, ...], instrument: Instrument, k: int) -> Iterator[Problem]:
    for j, text in enumerate(forms):
        try:
            for form in parse_forms(text):
                form.check(instrument)
        except (PlanError, InstrumentError) as error:
            yield Problem(("instruments", k, "forms", j), str(error), "")


def _about(
    part: InstrumentPart, instrument: Instrument, chosen: Chosen | None, k: int
) -> Iterator[Problem]:
    if part.variants and chosen is None:
        place: Place = ("instruments", k, "variants")
        yield Problem(place, "variants without stimuli", "name a set under 'about'")
    try:
        languages = {form.language for text in part.forms for form in parse_forms(text)}
        check_about(instrument, chosen, languages or {Form().language})
    except PlanError as error:
        yield Problem(("instruments", k, "about"), str(error), "")


def _factor_effect(
    expects: FactorEffect,
    k: int,
    instruments: Mapping[str, Instrument],
    about: Mapping[str, Chosen],
) -> Iterator[Problem]:
    place: Place = ("checks", k, "expects")
    instrument = instruments.get(expects.instrument)
    if instrument is None:
        return
    what = f"{instrument.id} has no item"
    yield from _unknown(expects.item, instrument.item_ids, (*place, "item"), what)
    chosen = about.get(expects.instrument)
    factors = chosen.stimuli.factors if chosen else {}
    for j, name in enumerate(expects.factors):
        what = "the stimuli have no factor"
        yield from _unknown(name, factors, (*place, "factors", j), what)


def _population(name: str, instrument: Instrument | None, place: Place) -> Iterator[Problem]:
    try:
        people = load_population(name)
    except DataError as error:
        yield Problem(place, str(error), "")
        return
    if instrument is not None and people.instrument != instrument.id:
        problem = f"{people.id} is of {people.instrument}, not of {instrument.id}"
        yield Problem(place, problem, "name people who were given the same instrument")


def _unknown(name: str, known: Iterable[str], place: Place, what: str) -> Iterator[Problem]:
    if name not in known:
        yield Problem(place, f"{what} {name!r}", did_you_mean(name, known))


def _check(
    check: Check,
    k: int,
    file: StudyFile,
    instruments: Mapping[str, Instrument],
    populations: Mapping[str, str],
) -> Iterator[Problem]:
    expects = check.expects
    place: Place = ("checks", k, "expects")
    what = "the study gives no instrument"
    yield from _unknown(expects.instrument, instruments, (*place, "instrument"), what)
    instrument = instruments.get(expects.instrument)
    if isinstance(expects, ChoicesFollowProfile):
        yield from _unknown(expects.dilemmas, instruments, (*place, "dilemmas"), what)
        dilemmas = instruments.get(expects.dilemmas)
        if dilemmas is not None and dilemmas.scoring.rule != "choices":
            problem = f"{dilemmas.id} is scored by {dilemmas.scoring.method!r}"
            yield Problem((*place, "dilemmas"), problem, "its options must stand for scales")
    if isinstance(expects, AgainstPeople) and instrument is not None:
        yield from _unknown(
            expects.score,
            scored_names(instrument),
            (*place, "score"),
            f"{instrument.id} has no score",
        )
        if instrument.id not in populations:
            problem = f"no human sample of {instrument.id} is named"
            yield Problem(place, problem, "name one under 'populations'")
    if isinstance(expects, RepliesRatedAlike):
        rated = [each.of for each in file.rate]
        yield from _unknown(expects.instrument, rated, place, "the study rates no replies to")
    if isinstance(expects, GroupsDifferAlike):
        known = [each.by for each in file.groups if each.instrument == expects.instrument]
        yield from _unknown(expects.by, known, (*place, "by"), "the study's groups have no")
