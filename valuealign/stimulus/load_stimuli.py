"""Loading sets of stimuli: by name from those shipped, or from a file of one's own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from valuealign.arguments import checked
from valuealign.errors import InstrumentError, StimulusError
from valuealign.instrument.explain import faults, shortened
from valuealign.instrument.yaml_text import YamlText, read_yaml, read_yaml_file
from valuealign.shipped import shipped
from valuealign.stimulus.set_file import SetFile
from valuealign.stimulus.set_schema import set_schema
from valuealign.stimulus.stimulus_set import StimulusSet
from valuealign.stimulus.table import table_rows
from valuealign.suggestion import did_you_mean

if TYPE_CHECKING:
    import pandas as pd


@checked
def load_stimuli(name_or_path: str | Path) -> StimulusSet:
    """Load a set of stimuli.

    Parameters
    ----------
    name_or_path : str or Path
        The name of a shipped set ("burden-belonging"), or the path of a YAML file.

    Returns
    -------
    StimulusSet
        ``.rows``, and where they come from.

    Raises
    ------
    StimulusError
        No such set, or its file says something it may not; the error has the file and the line.

    Examples
    --------
    >>> import valuealign as va
    >>> va.load_stimuli("burden-belonging").stimulus(0, "en").shown["vignette"][:23]
    'Dana, 34, was dismissed'
    >>> va.load_stimuli("burden-belongings")
    Traceback (most recent call last):
    valuealign.errors.StimulusError: no set of stimuli 'burden-belongings'; did you mean ...
    """
    path = find_stimuli(name_or_path)
    shown = path.name if path.parent == shipped("stimuli") else str(path)
    return build_stimuli(read_set(path, name=shown), path)


@checked
def list_stimuli() -> pd.DataFrame:
    """The shipped sets of stimuli.

    Returns
    -------
    DataFrame
        One row a set: ``id``, ``title``, ``stimuli`` (how many), ``factors``, ``variants``,
        ``languages``, ``content note``, ``rights``.

    Examples
    --------
    >>> import valuealign as va
    >>> "burden-belonging" in set(va.list_stimuli()["id"])
    True
    """
    import pandas as pd

    from valuealign.stimulus.display_set import summary

    columns = list(summary(load_stimuli(names()[0]))) if names() else ["id"]
    return pd.DataFrame([summary(load_stimuli(name)) for name in names()], columns=columns)


def names() -> list[str]:
    """The names of the shipped sets, sorted."""
    return sorted(path.stem for path in shipped("stimuli").glob("*.yaml"))


def find_stimuli(name_or_path: str | Path) -> Path:
    """The file of a shipped set, or the path given.

    Raises
    ------
    StimulusError
        Neither is there.
    """
    text = str(name_or_path)
    if isinstance(name_or_path, str) and text in names():
        return shipped("stimuli") / f"{text}.yaml"
    path = Path(name_or_path)
    try:
        there = path.is_file()
    except (OSError, ValueError):  # a name too long for the system, or with a null in it
        there = False
    if there:
        return path
    if isinstance(name_or_path, Path) or path.suffix in {".yaml", ".yml"} or "/" in text:
        raise StimulusError(f"there is no file {shortened(text)}", hint="check the path")
    raise StimulusError(f"no set of stimuli {shortened(text)}", hint=did_you_mean(text, names()))


def read_set(path: Path, *, name: str | None = None) -> YamlText:
    """What a file of stimuli says, as plain values with their lines.

    Raises
    ------
    StimulusError
        The file cannot be read, or is not YAML.
    """
    try:
        return read_yaml_file(path, name=name)
    except InstrumentError as error:
        raise _as_stimulus_error(error) from None


def parse_stimuli(text: str, *, name: str = "<text>") -> StimulusSet:
    """Make a set of YAML text, as :func:`load_stimuli` does of a file.

    Raises
    ------
    StimulusError
        The text says something it may not; the error has the name and the line.
    """
    try:
        source = read_yaml(text, name=name)
    except InstrumentError as error:
        raise _as_stimulus_error(error) from None
    return build_stimuli(source, Path(name))


def build_stimuli(source: YamlText, path: Path) -> StimulusSet:
    """Make a set of what a YAML file says.

    Raises
    ------
    StimulusError
        The first fault, with its line.
    """
    if not isinstance(source.value, dict):
        found = f"the file holds {shortened(source.value)}"
        raise StimulusError(found, expected="a mapping (name: value)", path=source.path, line=1)
    try:
        file = SetFile.model_validate(source.value)
    except ValidationError as error:
        first = next(faults(error, set_schema()))
        raise StimulusError(
            first.found,
            expected=first.expected,
            hint=first.hint,
            path=source.path,
            line=source.line(first.place),
        ) from None
    if file.table is not None:
        return StimulusSet(file, table_rows(file, path.parent), path)
    return StimulusSet(file, file.template.texts if file.template else file.rows, path)


def _as_stimulus_error(error: InstrumentError) -> StimulusError:
    return StimulusError(
        error.found, expected=error.expected, hint=error.hint, path=error.path, line=error.line
    )
