"""Anchors from their files under ``studies/anchors``, or from a file of the user's own."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from valuealign.errors import StudyError
from valuealign.instrument.data_file import find_file, read_file, shown_name, validated
from valuealign.instrument.explain import shortened
from valuealign.instrument.file_kind import ANCHOR
from valuealign.shipped import shipped_names
from valuealign.study.anchor.anchor_file import AnchorFile, NumberCheck

if TYPE_CHECKING:
    import pandas as pd

_FOLDER = "studies/anchors"
_BOUND = 5_000_000
"""Characters of a table of published numbers."""


@dataclass(frozen=True)
class Anchor:
    """An anchor with the folder in which its tables of published numbers are."""

    file: AnchorFile
    folder: Path

    def describe(self) -> dict[str, Any]:
        """Return one row of `list_studies`."""
        return {
            "id": self.file.id,
            "kind": "open anchor",
            "title": self.file.title,
            "instruments": "",
            "personas": 0,
            "requests a model": 0,
            "checks": len(self.file.checks),
            "file": str(self.folder / f"{self.file.id}.yaml"),
        }

    def published(self, check: NumberCheck) -> pd.DataFrame:
        """Return the published numbers of a check: its key columns and ``published``.

        Raises
        ------
        StudyError
            The table is absent, has no column ``published``, or a number in it is not a number.
        """
        import pandas as pd

        path = self.folder / check.published
        try:
            if path.stat().st_size > _BOUND:
                raise StudyError("the table is too large", path=str(path))
            table = pd.read_csv(path, keep_default_na=False)
        except (OSError, UnicodeDecodeError, pd.errors.ParserError, ValueError) as error:
            raise StudyError(
                f"the published numbers of {check.id!r} cannot be read: {type(error).__name__}",
                expected="a CSV file with the key columns and a column 'published'",
                path=str(path),
            ) from None
        if "published" not in table.columns:
            columns = ", ".join(map(str, table.columns[:8]))
            raise StudyError(
                f"the table has the columns {shortened(columns)}",
                expected="a column 'published'",
                path=str(path),
            )
        numbers = pd.to_numeric(table["published"], errors="coerce")
        if numbers.isna().any():
            row = int(numbers.isna().to_numpy().argmax())
            raise StudyError(
                f"row {row + 2} has published {shortened(str(table['published'].iloc[row]))}",
                expected="a number",
                path=str(path),
            )
        return table.assign(published=numbers.astype(float))


def anchor_names() -> list[str]:
    """Return the names of the shipped anchors, sorted.

    Examples
    --------
    >>> "gss-2018" in anchor_names()
    True
    """
    return list(shipped_names(_FOLDER))


def load_anchor(name_or_path: str | Path) -> Anchor:
    """Load an anchor by name or from a YAML file.

    Raises
    ------
    StudyError
        No such anchor, or a fault in its file, with the line.

    Examples
    --------
    >>> load_anchor("siri2-2025").file.title
    'SIRI-2 of nine language models (MindBench)'
    """
    if str(name_or_path) in shipped_names("studies"):
        raise StudyError(f"{name_or_path} has no open raw data", expected=", ".join(anchor_names()))
    path = find_file(name_or_path, folder=_FOLDER, kind="anchor", error=StudyError)
    source = read_file(path, error=StudyError, name=shown_name(path, _FOLDER))
    return Anchor(
        validated(source, AnchorFile, anchor_schema(), kind=ANCHOR, error=StudyError), path.parent
    )


@cache
def anchor_schema() -> dict[str, Any]:
    """Return the JSON schema of anchor files."""
    return AnchorFile.model_json_schema()
