"""Checks of what a study says about people's answers, and of expectations about vignettes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from valuealign.errors import DataError
from valuealign.instrument.instrument import Instrument
from valuealign.instrument.references import Place, Problem
from valuealign.population.answers import Answers, load_answers
from valuealign.population.load_population import load_population
from valuealign.stimulus.chosen import Chosen
from valuealign.study.answer_shares import codes_of
from valuealign.study.study_file import StudyFile
from valuealign.study.study_references import scored_names
from valuealign.study.vignette_expectations import (
    AlphaLikePeople,
    AnswerShare,
    DistanceFromPeople,
    NoScoreEffect,
    ScoreEffect,
    VignetteExpectation,
)
from valuealign.suggestion import did_you_mean

Factors = Mapping[str, tuple[str, ...]]


def answer_problems(
    file: StudyFile,
    instruments: Mapping[str, Instrument],
    about: Mapping[str, Chosen],
    answers: Mapping[str, str | Path],
) -> Iterator[Problem]:
    """Yield a problem for each name about answers, scales or vignettes that does not exist.

    Parameters
    ----------
    file : StudyFile
    instruments : mapping of str to Instrument
        As the file names them.
    about : mapping of str to Chosen
        As the file names instruments -> what each is asked about.
    answers : mapping of str to str or Path
        Instrument id -> counts of people's answers.
    """
    yield from (
        problem
        for name in file.answers
        for problem in _unknown(
            name, instruments, ("answers", name), "the study gives no instrument"
        )
    )
    people: dict[str, Answers] = {}
    for name, instrument in instruments.items():
        if instrument.id in answers and name in about:
            place: Place = ("answers", name) if name in file.answers else ("instruments",)
            try:
                people[name] = load_answers(answers[instrument.id])
            except DataError as error:
                yield Problem(place, str(error), "")
                continue
            yield from _fits(people[name], instrument, about[name].stimuli.factors, place)
    for k, _ in enumerate(file.scales):
        yield from _scale(file, k, instruments, about)
    for k, check in enumerate(file.checks):
        expects = check.expects
        if isinstance(expects, VignetteExpectation) and expects.instrument in instruments:
            instrument = instruments[expects.instrument]
            chosen = about.get(expects.instrument)
            factors = chosen.stimuli.factors if chosen else {}
            place = ("checks", k, "expects")
            yield from _expectation(expects, instrument, factors, place)
            if isinstance(expects, DistanceFromPeople):
                yield from _has_cell(expects, people.get(expects.instrument), place)
            if isinstance(expects, AlphaLikePeople):
                named = [each.instrument for each in file.scales]
                what = "the study's scales do not name"
                yield from _unknown(expects.instrument, named, (*place, "instrument"), what)


def _fits(
    people: Answers, instrument: Instrument, factors: Factors, place: Place
) -> Iterator[Problem]:
    if people.instrument != instrument.id:
        problem = f"{people.id} is of {people.instrument}, not of {instrument.id}"
        yield Problem(place, problem, "name answers to the same instrument")
        return
    if list(people.source.codes) != codes_of(instrument):
        problem = f"{people.id} has codes {people.source.codes}, {instrument.id} others"
        yield Problem(place, problem, f"expected {codes_of(instrument)}")
    for cell in people.source.cells:
        yield from _unknown(cell.item, instrument.item_ids, place, f"{instrument.id} has no item")
        yield from _unknown_factors(cell.where, factors, place)


def _scale(
    file: StudyFile,
    k: int,
    instruments: Mapping[str, Instrument],
    about: Mapping[str, Chosen],
) -> Iterator[Problem]:
    each, place = file.scales[k], ("scales", k)
    what = "the study gives no instrument"
    yield from _unknown(each.instrument, instruments, (*place, "instrument"), what)
    instrument = instruments.get(each.instrument)
    if instrument is None:
        return
    if each.instrument not in about:
        problem = f"{instrument.id} is not asked about stimuli"
        yield Problem(place, problem, "use the analysis 'reliability' instead")
        return
    if each.instrument not in file.populations and not instrument.norms:
        problem = f"no human sample of {instrument.id} is named"
        yield Problem(place, problem, "name one under 'populations'")
    if bool(each.people) != (each.by is not None):
        yield Problem(place, "'by' and 'people' go together", "give both, or neither")
    factors = about[each.instrument].stimuli.factors
    if each.by is not None:
        yield from _unknown(each.by, factors, (*place, "by"), "the stimuli have no factor")
    for level, name in each.people.items():
        where: Place = (*place, "people", level)
        yield from _unknown(level, factors.get(str(each.by), ()), where, "there is no level")
        try:
            sample = load_population(name)
        except DataError as error:
            yield Problem(where, str(error), "")
            continue
        if sample.instrument != instrument.id:
            problem = f"{sample.id} is of {sample.instrument}, not of {instrument.id}"
            yield Problem(where, problem, "name people who were given the same instrument")


def _expectation(
    expects: VignetteExpectation, instrument: Instrument, factors: Factors, place: Place
) -> Iterator[Problem]:
    if isinstance(expects, AnswerShare | DistanceFromPeople):
        what = f"{instrument.id} has no item"
        yield from _unknown(expects.item, instrument.item_ids, (*place, "item"), what)
        yield from _unknown_factors(expects.where, factors, (*place, "where"))
    if isinstance(expects, AnswerShare):
        codes = codes_of(instrument)
        for code in expects.codes:
            if code not in codes:
                problem = f"{instrument.id} has no code {code}"
                yield Problem((*place, "codes"), problem, f"expected some of {codes}")
    if isinstance(expects, ScoreEffect | NoScoreEffect):
        what = f"{instrument.id} has no score"
        yield from _unknown(expects.score, scored_names(instrument), (*place, "score"), what)
        for j, name in enumerate(expects.factors):
            what = "the stimuli have no factor"
            yield from _unknown(name, factors, (*place, "factors", j), what)
    if isinstance(expects, AlphaLikePeople):
        known = [scale.id for scale in instrument.scales if len(scale.items) > 2]
        what = f"{instrument.id} has no scale of three items or more"
        yield from _unknown(expects.scale, known, (*place, "scale"), what)


def _has_cell(
    expects: DistanceFromPeople, people: Answers | None, place: Place
) -> Iterator[Problem]:
    if people is None:
        problem = f"no counts of people's answers to {expects.instrument} are known"
        yield Problem(place, problem, "name them under 'answers'")
        return
    cells = [cell for cell in people.source.cells if cell.item == expects.item]
    if not any(cell.where == expects.where for cell in cells):
        problem = f"{people.id} has no answers to {expects.item!r} where {expects.where}"
        hint = f"it has {cells[0].where}, for example" if cells else "it was not asked this item"
        yield Problem((*place, "where"), problem, hint)


def _unknown_factors(where: Mapping[str, str], factors: Factors, place: Place) -> Iterator[Problem]:
    for name, level in where.items():
        if name not in factors:
            yield from _unknown(name, factors, place, "the stimuli have no factor")
        else:
            yield from _unknown(level, factors[name], place, f"factor {name!r} has no level")


def _unknown(name: str, known: Iterable[str], place: Place, what: str) -> Iterator[Problem]:
    if name not in known:
        yield Problem(place, f"{what} {name!r}", did_you_mean(name, known))
