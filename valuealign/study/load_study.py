"""Loading of studies: by name from those shipped, or from a file."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from valuealign.arguments import checked
from valuealign.errors import DataError, FileError, InstrumentError, StimulusError, StudyError
from valuealign.inquiry.verdict.rules import Rules, load_rules
from valuealign.instrument.explain import faults, shortened
from valuealign.instrument.instrument import Instrument
from valuealign.instrument.load import load_instrument
from valuealign.instrument.references import Place
from valuealign.instrument.yaml_text import YamlText, read_yaml_file
from valuealign.shipped import shipped, shipped_names
from valuealign.stimulus.chosen import Chosen, choose
from valuealign.study.anchor.load_anchor import anchor_names, load_anchor
from valuealign.study.study import Study
from valuealign.study.study_file import StudyFile
from valuealign.study.study_file_parts import InstrumentPart
from valuealign.study.study_personas import personas_of
from valuealign.study.study_references import Problem, problems
from valuealign.suggestion import did_you_mean

if TYPE_CHECKING:
    import pandas as pd


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
    shown = path.name if path.parent == shipped("studies") else str(path)
    try:
        source = read_yaml_file(path, name=shown)
    except InstrumentError as error:
        raise StudyError(
            error.found, expected=error.expected, hint=error.hint, path=error.path, line=error.line
        ) from None
    file = _validated(source)
    instruments = {
        part.instrument: _instrument(part.instrument, path.parent, source, k)
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
    try:
        personas = personas_of(file, path.parent)
    except FileError:
        raise
    except ValueError as error:
        raise _at(source, Problem(_persona_place(file), str(error), "")) from None
    for problem in _missing_attributes(file, personas):
        raise _at(source, problem)
    rules = _rules(file, path.parent, source)
    return Study(file, instruments, personas, populations, path, rules, about)


@checked
def list_studies() -> pd.DataFrame:
    """List the shipped studies and open anchors.

    Returns
    -------
    DataFrame
        One row a study: ``id``, ``kind`` ("study", which models can repeat, or "open anchor",
        whose published numbers `check_study` computes again from raw data), ``title``,
        ``instruments``, ``personas``, ``requests a model``, ``checks``, ``file``.

    Examples
    --------
    >>> "hadar-shoval-2024" in set(list_studies()["id"])
    True
    """
    import pandas as pd

    studies = [load_study(name).describe() for name in study_names()]
    return pd.DataFrame(studies + [load_anchor(name).describe() for name in anchor_names()])


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
    text = str(name_or_path)
    if isinstance(name_or_path, str) and text in study_names():
        return shipped("studies") / f"{text}.yaml"
    path = Path(name_or_path)
    try:
        there = path.is_file()
    except (OSError, ValueError):  # a name too long for the system, or with a null in it
        there = False
    if there:
        return path
    if isinstance(name_or_path, Path) or path.suffix in {".yaml", ".yml"} or "/" in text:
        raise StudyError(f"there is no file {shortened(text)}", hint="check the path")
    raise StudyError(f"no study {shortened(text)}", hint=did_you_mean(text, study_names()))


@cache
def study_schema() -> dict[str, Any]:
    """Return the JSON schema of study files, with a description of every field."""
    return StudyFile.model_json_schema()


def _validated(source: YamlText) -> StudyFile:
    if not isinstance(source.value, dict):
        problem = f"the file holds {shortened(source.value)}"
        raise StudyError(problem, expected="a mapping (name: value)", path=source.path, line=1)
    try:
        return StudyFile.model_validate(source.value)
    except ValidationError as error:
        first = next(faults(error, study_schema()))
        raise StudyError(
            first.found,
            expected=first.expected,
            hint=first.hint,
            path=source.path,
            line=source.line(first.place),
        ) from None


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
