"""Files that declare an instrument, stimuli or a study: found by name or path, read, validated."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from valuealign.errors import FileError, InstrumentError
from valuealign.instrument.explain import faults, shortened
from valuealign.instrument.file_kind import FileKind, misplaced
from valuealign.instrument.yaml_text import YamlText, read_yaml, read_yaml_file
from valuealign.shipped import shipped, shipped_names
from valuealign.suggestion import did_you_mean

_Model = TypeVar("_Model", bound=BaseModel)


def find_file(name_or_path: str | Path, *, folder: str, kind: str, error: type[FileError]) -> Path:
    """Return the file of a shipped name, or the given path.

    Parameters
    ----------
    name_or_path : str or Path
    folder : str
        The folder of shipped data.
    kind : str
        What the file declares, for the error: "instrument", "study".
    error : type of FileError
        Raised where there is neither such a name nor such a file.

    Examples
    --------
    >>> find_file("pvq-21", folder="instruments", kind="instrument", error=InstrumentError).name
    'pvq-21.yaml'
    """
    text = str(name_or_path)
    names = shipped_names(folder)
    if isinstance(name_or_path, str) and text in names:
        return shipped(folder) / f"{text}.yaml"
    path = Path(name_or_path)
    if _is_file(path):
        return path
    if isinstance(name_or_path, Path) or path.suffix in {".yaml", ".yml"} or "/" in text:
        raise error(f"there is no file {shortened(text)}", hint="check the path")
    raise error(f"no {kind} {shortened(text)}", hint=did_you_mean(text, names))


def read_file(path: Path, *, error: type[FileError], name: str | None = None) -> YamlText:
    """Read a YAML file as plain values with their lines.

    Parameters
    ----------
    path : Path
    error : type of FileError
        Raised where it cannot be read, or is not YAML.
    name : str, optional
        How errors name the file.
    """
    try:
        return read_yaml_file(path, name=name)
    except InstrumentError as fault:
        raise _as(error, fault) from None


def parse_text(text: str, *, name: str, error: type[FileError]) -> YamlText:
    """Read YAML text as plain values with their lines.

    Parameters
    ----------
    text, name : str
        The text, and how errors name it.
    error : type of FileError
        Raised where it is not YAML.
    """
    try:
        return read_yaml(text, name=name)
    except InstrumentError as fault:
        raise _as(error, fault) from None


def validated(
    source: YamlText,
    model: type[_Model],
    schema: Mapping[str, Any],
    *,
    kind: FileKind,
    error: type[FileError],
) -> _Model:
    """Validate what a file says.

    Parameters
    ----------
    source : YamlText
    model : type of BaseModel
    schema : mapping
        The model's JSON schema, with which errors name the known fields.
    kind : FileKind
        The kind of file that was asked for; a file of another kind is named as such.
    error : type of FileError
        Raised with the first fault and its line.
    """
    if not isinstance(source.value, dict):
        problem = f"the file holds {shortened(source.value)}"
        raise error(problem, expected="a mapping (name: value)", path=source.path, line=1)
    try:
        return model.model_validate(source.value)
    except ValidationError as invalid:
        if other := misplaced(source.value, kind):
            problem, hint = other
            raise error(problem, expected=kind.name, hint=hint, path=source.path, line=1) from None
        first = next(faults(invalid, schema))
        raise error(
            first.found,
            expected=first.expected,
            hint=first.hint,
            path=source.path,
            line=source.line(first.place),
        ) from None


def shown_name(path: Path, folder: str) -> str:
    """Return how errors name a file: a shipped one by its name alone."""
    return path.name if path.parent == shipped(folder) else str(path)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # a name too long for the system, or with a null in it
        return False


def _as(error: type[FileError], fault: InstrumentError) -> FileError:
    """Return the same fault as an error of another class."""
    if isinstance(fault, error):
        return fault
    return error(
        fault.found, expected=fault.expected, hint=fault.hint, path=fault.path, line=fault.line
    )
