"""Companion files of a sample: bivariate tables and the asymptotic covariance Gamma."""

from __future__ import annotations

import gzip
import json
import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np

from valuealign.errors import DataError
from valuealign.population.population_file import PopulationFile
from valuealign.population.sample_files import LARGEST

LARGEST_UNPACKED = 200_000_000
"""Bytes a packed file may grow to: more than any Gamma of 60 items, less than a bomb."""


def beside_of(path: Path) -> list[Path]:
    """Return the files of tables and Gamma that belong to a sample's file."""
    files = sorted(path.parent.glob(f"{path.stem}.*gamma.npz"))
    tables = path.with_suffix(".tables.json.gz")
    return [*files, tables] if tables.is_file() else files


def read_tables(path: Path, source: PopulationFile) -> list[Any] | None:
    """Read bivariate category counts of all pairs; None if there is no file of them.

    Raises
    ------
    DataError
        A file that is none, is of other items, or unpacks to more than is read.
    """
    file = path.with_suffix(".tables.json.gz")
    if not file.is_file():
        return None
    try:
        with gzip.open(file, "rb") as stream:
            text = stream.read(LARGEST + 1)
        if len(text) > LARGEST:
            raise DataError(f"{file.name} unpacks to more than {LARGEST // 10**6} MB")
        value = json.loads(text)
        k = len(value["categories"])
        if tuple(value["items"]) != source.items:
            raise DataError(f"{file.name} is of other items than {path.name}")
        p = len(source.items)
        if len(value["tables"]) != p * (p - 1) // 2:
            raise DataError(
                f"{file.name} holds {len(value['tables'])} tables; expected {p * (p - 1) // 2}, "
                f"one a pair of {p} items"
            )
        return [_counts(flat, k) for flat in value["tables"]]
    except DataError:
        raise
    except (
        OSError,
        EOFError,
        ValueError,
        KeyError,
        TypeError,
        RecursionError,
        zlib.error,
    ) as error:
        raise DataError(f"{file.name} is not a file of tables: {error}") from error


def _counts(flat: Any, k: int) -> Any:
    counts = np.array(flat, dtype=float).reshape(k, k)
    if not np.isfinite(counts).all() or (counts < 0).any():
        raise ValueError("a count is negative or not finite")
    return counts


def read_gammas(path: Path, source: PopulationFile) -> dict[tuple[str, ...], Any]:
    """Items -> ``n`` times the asymptotic covariance of their means and covariances.

    Raises
    ------
    DataError
        A file that is none, does not fit the sample, or unpacks to more than is read.
    """
    gammas = {}
    for file in sorted(path.parent.glob(f"{path.stem}.*gamma.npz")):
        try:
            with zipfile.ZipFile(file) as packed:
                size = sum(each.file_size for each in packed.infolist())
            if size > LARGEST_UNPACKED:
                raise DataError(
                    f"{file.name} unpacks to {size / 1e6:,.0f} MB; no more than "
                    f"{LARGEST_UNPACKED // 10**6} MB are read"
                )
            with np.load(file, allow_pickle=False) as data:
                statistics = [str(s) for s in data["statistics"]]
                lower = np.asarray(data["gamma_lower"], dtype=float)
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error) as error:
            if isinstance(error, DataError):
                raise
            raise DataError(f"{file.name} is not a Gamma: {error}") from error
        names = tuple(s.removeprefix("mean:") for s in statistics if s.startswith("mean:"))
        size = len(statistics)
        if len(lower) != size * (size + 1) // 2 or not set(names) <= set(source.items):
            raise DataError(f"{file.name} does not fit {path.name}")
        if not np.isfinite(lower).all():
            raise DataError(f"{file.name} holds a number that is not finite")
        gammas[names] = _whole(lower, size)
    return gammas


def _whole(lower: Any, size: int) -> Any:
    """Return the symmetric matrix with this lower triangle, row by row."""
    whole = np.zeros((size, size))
    whole[np.tril_indices(size)] = lower
    return whole + np.tril(whole, -1).T
