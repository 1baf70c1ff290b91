"""Populations from files: those shipped, and those the user added."""

from __future__ import annotations

import gzip
import json
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import ValidationError

from valuealign.errors import DataError
from valuealign.instrument.folders import data_folder, write_whole
from valuealign.instrument.near import did_you_mean
from valuealign.population.population import Population
from valuealign.population.source import PopulationFile
from valuealign.shipped import shipped

if TYPE_CHECKING:
    import pandas as pd

LARGEST = 50_000_000
"""Bytes of a file that is still read."""


def load_population(name: str | Path) -> Population:
    """A human sample by its name, or from a file.

    Parameters
    ----------
    name : str or Path
        One of :func:`list_populations`, or a path to a population file (JSON).

    Returns
    -------
    Population

    Raises
    ------
    DataError
        No such population, or a file that is none; the message says what is wrong where.

    Examples
    --------
    >>> load_population("pvq21-de-ess9")
    <Population pvq21-de-ess9: 2,246 people, Germany, residents 15+, ESS round 9 (2018), unweighted>
    """
    path = Path(name)
    if path.suffix.lower() != ".json":
        known = _files()
        if str(name) not in known:
            hint = did_you_mean(str(name), list(known))
            raise DataError(
                f"there is no population {str(name)!r}; {hint or 'valuealign populations list'}"
            )
        path = known[str(name)]
    source = _read(path)
    return Population(source, tables=_tables(path, source), gammas=_gammas(path, source))


def list_populations() -> pd.DataFrame:
    """The human samples there are.

    Returns
    -------
    DataFrame
        ``id instrument people n items wording gamma tables source``.

    Examples
    --------
    >>> "pvqrr-de-2022" in set(list_populations()["id"])
    True
    """
    import pandas as pd

    rows = []
    for path in _files().values():
        told = load_population(path).describe()
        rows.append({k: told[k] for k in ("id", "instrument", "people", "n", "items", "wording",
                                          "gamma", "tables", "source")})  # fmt: skip
    return pd.DataFrame(rows)


def add_population(path: str | Path) -> Population:
    """Check a population file and keep a copy in the user's data folder.

    Parameters
    ----------
    path : str or Path

    Returns
    -------
    Population

    Raises
    ------
    DataError
        A file that is no population, or a name that is taken by a shipped one.
    """
    source = _read(Path(path))
    if (shipped("populations") / f"{source.id}.json").exists():
        raise DataError(f"{source.id} is shipped; give yours another id")
    target = data_folder() / "populations" / f"{source.id}.json"
    write_whole(target, source.model_dump_json().encode())
    return load_population(target)


def _files() -> dict[str, Path]:
    found: dict[str, Path] = {}
    for folder in (data_folder() / "populations", shipped("populations")):
        if folder.is_dir():
            found |= {path.stem: path for path in sorted(folder.glob("*.json"))}
    return found


def _read(path: Path) -> PopulationFile:
    try:
        if path.stat().st_size > LARGEST:
            raise DataError(f"{path} is larger than {LARGEST // 10**6} MB; is it rows of people?")
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{path} cannot be read: {error}") from error
    except (json.JSONDecodeError, RecursionError) as error:
        raise DataError(f"{path} is not JSON: {error}") from error
    try:
        return PopulationFile.model_validate(value)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the file"
        raise DataError(f"{path.name}: {where}: {first['msg']}") from None


def _tables(path: Path, source: PopulationFile) -> list[Any] | None:
    beside = path.with_suffix(".tables.json.gz")
    if not beside.is_file():
        return None
    try:
        with gzip.open(beside, "rb") as stream:
            value = json.loads(stream.read(LARGEST))
        k = len(value["categories"])
        if tuple(value["items"]) != source.items:
            raise DataError(f"{beside.name} is of other items than {path.name}")
        return [np.array(flat, dtype=float).reshape(k, k) for flat in value["tables"]]
    except (OSError, EOFError, ValueError, KeyError, TypeError) as error:
        raise DataError(f"{beside.name} is no file of tables: {error}") from error


def _gammas(path: Path, source: PopulationFile) -> dict[tuple[str, ...], Any]:
    found = {}
    for beside in sorted(path.parent.glob(f"{path.stem}.*gamma.npz")):
        try:
            with np.load(beside, allow_pickle=False) as data:
                statistics = [str(s) for s in data["statistics"]]
                lower = np.asarray(data["gamma_lower"], dtype=float)
        except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
            raise DataError(f"{beside.name} is no Gamma: {error}") from error
        names = tuple(s.removeprefix("mean:") for s in statistics if s.startswith("mean:"))
        size = len(statistics)
        if len(lower) != size * (size + 1) // 2 or not set(names) <= set(source.items):
            raise DataError(f"{beside.name} does not fit {path.name}")
        whole = np.zeros((size, size))
        whole[np.tril_indices(size)] = lower
        found[names] = whole + np.tril(whole, -1).T
    return found
