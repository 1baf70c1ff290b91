"""Locations of sample and norms files, and safe reading of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ValidationError

from valuealign.bounded import read_bounded_text
from valuealign.errors import DataError
from valuealign.instrument.folders import data_folder
from valuealign.shipped import shipped

LARGEST = 50_000_000
"""Bytes of a file that is still read."""
Kind = Literal["sample", "norms", "answers"]
FOLDERS: dict[Kind, str] = {
    "sample": "populations",
    "norms": "populations/norms",
    "answers": "populations/answers",
}
"""Where each kind stands, under the shipped data and under the user's own."""
_M = TypeVar("_M", bound=BaseModel)


def files_of(kind: Kind) -> dict[str, Path]:
    """Return the files of a kind by name; a shipped file takes precedence over the user's.

    Parameters
    ----------
    kind : {"sample", "norms", "answers"}

    Returns
    -------
    dict of str to Path

    Examples
    --------
    >>> "pvq21-de-ess9" in files_of("sample")
    True
    """
    files: dict[str, Path] = {}
    for folder in (data_folder() / FOLDERS[kind], shipped("populations").parent / FOLDERS[kind]):
        if folder.is_dir():
            files |= {path.stem: path for path in sorted(folder.glob("*.json"))}
    return files


def read_json(path: Path) -> Any:
    """Return the contents of a JSON file.

    Raises
    ------
    DataError
        It is not there, too large, or no JSON.
    """
    try:
        if path.stat().st_size > LARGEST:
            raise DataError(
                f"{path} is larger than {LARGEST // 10**6} MB; is it rows of people? "
                "Those are read with read_population"
            )
        constants: set[str] = set()
        text = read_bounded_text(path, LARGEST)
        content = json.loads(text, parse_constant=constants.add)
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error}") from error
    except (json.JSONDecodeError, RecursionError) as error:
        raise DataError(f"{path} is not JSON: {error}") from error
    if constants:
        raise DataError(
            f"{path.name} holds {constants.pop()}, which is not a number a sample can have"
        )
    return content


def read_checked(path: Path, model: type[_M]) -> _M:
    """Read a file and validate it.

    Parameters
    ----------
    path : Path
    model : type of BaseModel

    Returns
    -------
    BaseModel

    Raises
    ------
    DataError
        With the file, the place in it, and what is wrong there.
    """
    value = read_json(path)
    try:
        return model.model_validate(value)
    except ValidationError as error:
        raise DataError(f"{path.name}: {first_of(error)}") from None


def first_of(error: ValidationError) -> str:
    """Return the first problem, with its place."""
    first = error.errors()[0]
    where = ".".join(map(str, first["loc"])) or "the file"
    message = first["msg"].removeprefix("Value error, ")
    if first["type"] == "missing":
        message = "is missing; every such file says it"
    return f"{where}: {message}"
