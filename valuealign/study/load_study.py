"""Loading of studies: by name from those shipped, or from a file."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from valuealign.arguments import checked
from valuealign.errors import DataError, FileError, InstrumentError, StimulusError, StudyError
from valuealign.inquiry.verdict.rules import Rules, load_rules
from valuealign.instrument.data_file import find_file, read_file, shown_name, validated
from valuealign.instrument.file_kind import STUDY
from valuealign.instrument.instrument import Instrument
from valuealign.instrument.load import human_data_of, load_instrument
from valuealign.instrument.references import Place
from valuealign.instrument.yaml_text import YamlText
from valuealign.population.answers import load_answers
from valuealign.shipped import shipped_names
from valuealign.stimulus.chosen import Chosen, choose
from valuealign.study.anchor.load_anchor import anchor_names
from valuealign.study.answer_references import answer_problems
from valuealign.study.rate_step import load_rubrics, rate_problems
from valuealign.study.study import Study
from valuealign.study.study_file import StudyFile
from valuealign.study.study_file_parts import InstrumentPart
from valuealign.study.study_personas import personas_of
from valuealign.study.study_references import Problem, problems
from valuealign.study.your_files import misplaced, without_absent
from valuealign.suggestion import did_you_mean

if TYPE_CHECKING:
    pass


@checked
def load_study(name_or_path: str | Path) -> Study:
    """Load a study.

    Parameters
    ----------
    name_or_path : str or Path
        The name of a shipped study, or the path of a YAML file.

    Returns
    -------
    Study
        Everything it names is there: instruments, human samples, scores, personas.

    Raises
    ------
    StudyError
        No such study, or the file says something it may not: with the file, the line, what was
        found, what was expected, and what it might have been.

    Examples
    --------
    >>> import valuealign as va
    >>> va.load_study("hadar-shoval-2025")
    Traceback (most recent call last):
    valuealign.errors.StudyError: no study 'hadar-shoval-2025'; did you mean 'hadar-shoval-2024'?
    """
    path = find_study(name_or_path)
    source = read_file(path, error=StudyError, name=shown_name(path, "studies"))
    whole = validated(source, StudyFile, study_schema(), kind=STUDY, error=StudyError)
    for problem in misplaced(whole):
        raise _at(source, problem)
    file, absent = without_absent(whole)
    instruments = {
        part.instrument: _instrument(
            part.instrument, Path() if part.yours else path.parent, source, k
        )
        for k, part in enumerate(file.instruments)
    }
    populations = _populations(file, instruments)
    about = {
        part.instrument: _stimuli(part, path.parent, source, k)
        for k, part in enumerate(file.instruments)
        if part.about is not None
    }
    for problem in problems(file, instruments, populations, about):
        raise _at(source, problem)
    rubrics = load_rubrics(file.rate, path.parent)
    for problem in rate_problems(file.rate, rubrics, instruments, path.parent):
        raise _at(source, problem)
    answers = _answers(file, instruments, about, path.parent)
    for problem in answer_problems(file, instruments, about, answers):
        raise _at(source, problem)
    try:
        personas = personas_of(file, path.parent)
    except FileError:
        raise
    except ValueError as error:
        raise _at(source, Problem(_persona_place(file), str(error), "")) from None
    for problem in _missing_attributes(file, personas):
        raise _at(source, problem)
    rules = _rules(file, path.parent, source)
    return Study(
        file,
        instruments,
        personas,
        populations,
        path,
        rules,
        about,
        answers=answers,
        changes=absent,
        rubrics=rubrics,
    )


def study_names() -> list[str]:
    """The names of the shipped studies, sorted."""
    return list(shipped_names("studies"))


def find_study(name_or_path: str | Path) -> Path:
    """Return the file of a shipped study, or the given path.

    Raises
    ------
    StudyError
        Neither is there.
    """
    if str(name_or_path) in anchor_names():
        raise StudyError(
            f"{name_or_path} is an open anchor, which is not given to models",
            hint=f"valuealign study check {name_or_path} --data PATH",
        )
    return find_file(name_or_path, folder="studies", kind="study", error=StudyError)


@cache
def study_schema() -> dict[str, Any]:
    """Return the JSON schema of study files, with a description of every field."""
    return StudyFile.model_json_schema()


def _instrument(name: str, folder: Path, source: YamlText, k: int) -> Instrument:
    """Load an instrument from a file in the study's folder, or a shipped one."""
    file = folder / name
    is_file = name.endswith((".yaml", ".yml"))
    try:
        return load_instrument(file if is_file else name)
    except InstrumentError as error:
        # A fault inside the instrument's own file keeps that file's line.
        if error.line is not None:
            raise
        place: Place = ("instruments", k, "instrument")
        raise _at(source, Problem(place, error.found, error.hint or "")) from None


def _rules(file: StudyFile, folder: Path, source: YamlText) -> Rules:
    try:
        return load_rules(folder / file.rules_file if file.rules_file else None)
    except DataError as error:
        raise _at(source, Problem(("rules_file",), str(error), "")) from None


def _stimuli(part: InstrumentPart, folder: Path, source: YamlText, k: int) -> Chosen:
    """Load a set of stimuli: a file beside the study's, or a shipped one."""
    name = str(part.about)
    is_file = name.endswith((".yaml", ".yml"))
    try:
        return choose(folder / name if is_file else name, variant=list(part.variants) or None)
    except StimulusError as error:
        # A fault inside the set's own file keeps that file's line.
        if error.line is not None:
            raise
        place: Place = ("instruments", k, "about")
        raise _at(source, Problem(place, error.found, error.hint or "")) from None


def _populations(file: StudyFile, instruments: dict[str, Instrument]) -> dict[str, str]:
    """Return the human sample of each instrument."""
    populations = {}
    for name, instrument in instruments.items():
        norms = [norm.population for norm in instrument.norms if norm.population]
        named = file.populations.get(name, norms[0] if norms else None)
        if named is not None:
            populations[instrument.id] = named
    return populations


def _answers(
    file: StudyFile, instruments: dict[str, Instrument], about: dict[str, Chosen], folder: Path
) -> dict[str, str | Path]:
    """Return counts of people's answers to each instrument: the study's, else the instrument's.

    An instrument's own are of certain factors, and are passed over where the stimuli have others.
    """
    names: dict[str, str | Path] = {}
    for name, instrument in instruments.items():
        own = file.answers.get(name)
        if own is not None:
            names[instrument.id] = folder / own if own.endswith(".json") else own
        elif (known := human_data_of(instrument).answers) is not None and name in about:
            factors = about[name].stimuli.factors
            if all(set(cell.where) <= set(factors) for cell in load_answers(known).source.cells):
                names[instrument.id] = known
    return names


def _persona_place(file: StudyFile) -> Place:
    if file.persona_sample is not None:
        return ("persona_sample",)
    return ("persona_file",) if file.persona_file else ("personas",)


def _missing_attributes(file: StudyFile, personas: Any) -> list[Problem]:
    have = sorted({str(name) for person in personas for name in person.attributes})
    return [
        Problem(
            ("groups", k, "by"),
            f"the personas have no attribute {each.by!r}",
            did_you_mean(each.by, have) if have else "give personas with attributes",
        )
        for k, each in enumerate(file.groups)
        if each.by not in have
    ]


def _at(source: YamlText, problem: Problem) -> StudyError:
    return StudyError(
        problem.found, hint=problem.hint or None, path=source.path, line=source.line(problem.place)
    )
