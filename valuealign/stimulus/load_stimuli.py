"""Loading sets of stimuli: by name from those shipped, or from a file of one's own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from valuealign.arguments import checked
from valuealign.errors import StimulusError
from valuealign.instrument.data_file import (
    find_file,
    parse_text,
    read_file,
    shown_name,
    validated,
)
from valuealign.instrument.file_kind import STIMULI
from valuealign.instrument.yaml_text import YamlText
from valuealign.shipped import shipped_names
from valuealign.stimulus.set_file import SetFile
from valuealign.stimulus.set_schema import set_schema
from valuealign.stimulus.stimulus_set import StimulusSet
from valuealign.stimulus.table import table_rows

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
    return build_stimuli(read_set(path, name=shown_name(path, "stimuli")), path)


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
    return list(shipped_names("stimuli"))


def find_stimuli(name_or_path: str | Path) -> Path:
    """The file of a shipped set, or the path given.

    Raises
    ------
    StimulusError
        Neither is there.
    """
    return find_file(name_or_path, folder="stimuli", kind="set of stimuli", error=StimulusError)


def read_set(path: Path, *, name: str | None = None) -> YamlText:
    """What a file of stimuli says, as plain values with their lines.

    Raises
    ------
    StimulusError
        The file cannot be read, or is not YAML.
    """
    return read_file(path, error=StimulusError, name=name)


def parse_stimuli(text: str, *, name: str = "<text>") -> StimulusSet:
    """Make a set of YAML text, as :func:`load_stimuli` does of a file.

    Raises
    ------
    StimulusError
        The text says something it may not; the error has the name and the line.
    """
    return build_stimuli(parse_text(text, name=name, error=StimulusError), Path(name))


def build_stimuli(source: YamlText, path: Path) -> StimulusSet:
    """Make a set of what a YAML file says.

    Raises
    ------
    StimulusError
        The first fault, with its line.
    """
    file = validated(source, SetFile, set_schema(), kind=STIMULI, error=StimulusError)
    if file.table is not None:
        return StimulusSet(file, table_rows(file, path.parent), path)
    return StimulusSet(file, file.template.texts if file.template else file.rows, path)
