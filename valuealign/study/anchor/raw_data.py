"""The raw files of an anchor: found by name in the user's folder, and identified by hash."""

from __future__ import annotations

import fnmatch
import gzip
import hashlib
import io
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from valuealign.errors import DataError, StudyError
from valuealign.study.anchor.anchor_file import AnchorFile, RawFile

if TYPE_CHECKING:
    import pandas as pd

_LARGEST = 200_000_000
"""Bytes of a raw file, after decompression."""
_DEEPEST = 4
"""Folders below the one that was given."""


@dataclass(frozen=True)
class RawContent:
    """The bytes of a raw file, or of several of one kind, by name."""

    parts: dict[str, bytes]
    expected: str

    @property
    def sha256(self) -> str:
        """Hash of the content; of several files, of the lines "name hash"."""
        if len(self.parts) == 1:
            return hashlib.sha256(next(iter(self.parts.values()))).hexdigest()
        lines = [f"{name} {hashlib.sha256(data).hexdigest()}" for name, data in self.parts.items()]
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()

    @property
    def is_published(self) -> bool:
        """Whether it is the file that was published."""
        return self.sha256 == self.expected

    def table(self) -> pd.DataFrame:
        """Return its rows as a frame.

        Raises
        ------
        DataError
            It is not a CSV file.
        """
        import pandas as pd

        name, data = next(iter(self.parts.items()))
        try:
            return pd.read_csv(io.BytesIO(data), encoding="utf-8-sig")
        except (UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError):
            raise DataError(f"{name} is not a CSV file in UTF-8") from None

    def lines(self) -> dict[str, list[str]]:
        """Return the lines of each file; a first line that repeats the file's name is left out."""
        return {
            name: data.decode("utf-8", "replace").splitlines() for name, data in self.parts.items()
        }


def raw_data(anchor: AnchorFile, folder: Path) -> dict[str, RawContent]:
    """Return the content of every raw file of an anchor.

    Parameters
    ----------
    anchor : AnchorFile
    folder : Path
        Searched with its subfolders, four levels deep.

    Raises
    ------
    StudyError
        The folder or a file is absent: with where each was published.
    """
    if not folder.is_dir():
        raise StudyError(f"there is no folder {folder}", hint="--data PATH names the raw data")
    present = sorted(_files(folder))
    contents = {name: _content(raw, present) for name, raw in anchor.files.items()}
    absent = [anchor.files[name] for name, content in contents.items() if not content.parts]
    if absent:
        raise StudyError(
            f"{folder} holds no {', '.join(raw.path for raw in absent)}",
            expected="the raw data of " + anchor.id,
            hint="; ".join(dict.fromkeys(f"published at {raw.source}" for raw in absent)),
        )
    return contents


def _files(folder: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(folder):
        if len(Path(place).relative_to(folder).parts) >= _DEEPEST:
            folders.clear()
        yield from (Path(place) / name for name in names)


def _content(raw: RawFile, present: list[Path]) -> RawContent:
    """Return the file whose hash is the published one, else the first of that name."""
    if any(sign in raw.path for sign in "*?["):
        parts = {p.name: p.read_bytes() for p in present if fnmatch.fnmatch(p.name, raw.path)}
        return RawContent(parts, raw.sha256)
    named = [p for p in present if p.name in {raw.path, f"{raw.path}.gz"}]
    contents = [RawContent({raw.path: _bytes(p)}, raw.sha256) for p in named]
    return next((c for c in contents if c.is_published), None) or next(
        iter(contents), RawContent({}, raw.sha256)
    )


def _bytes(path: Path) -> bytes:
    """Read a file, decompressed where it ends in ``.gz``, up to a limit."""
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            data = file.read(_LARGEST + 1)
    except (OSError, EOFError) as error:
        raise StudyError(f"{path} cannot be read: {type(error).__name__}") from None
    if len(data) > _LARGEST:
        raise StudyError(f"{path} holds more than {_LARGEST:,} bytes")
    return data
