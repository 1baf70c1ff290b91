"""Anchors from their files under ``studies/anchors``, or from a file of the user's own."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from valuealign.errors import InstrumentError, StudyError
from valuealign.instrument.explain import faults, shortened
from valuealign.instrument.yaml_text import read_yaml_file
from valuealign.shipped import shipped
from valuealign.study.anchor.anchor_file import AnchorFile, NumberCheck
from valuealign.suggestion import did_you_mean

if TYPE_CHECKING:
    import pandas as pd

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
            The table is absent, has no column ``published``, or a number in it is no number.
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
    return sorted(path.stem for path in (shipped("studies") / "anchors").glob("*.yaml"))


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
    text = str(name_or_path)
    path = Path(name_or_path)
    if text in anchor_names():
        path = shipped("studies") / "anchors" / f"{text}.yaml"
    elif path.suffix not in {".yaml", ".yml"} or not path.is_file():
        hint = did_you_mean(text, anchor_names()) or "the anchors are " + ", ".join(anchor_names())
        raise StudyError(f"no anchor {shortened(text)}", hint=hint)
    try:
        source = read_yaml_file(path, name=path.name)
    except InstrumentError as error:
        raise StudyError(
            error.found, expected=error.expected, hint=error.hint, path=error.path, line=error.line
        ) from None
    try:
        return Anchor(AnchorFile.model_validate(source.value), path.parent)
    except ValidationError as error:
        first = next(faults(error, AnchorFile.model_json_schema()))
        raise StudyError(
            first.found,
            expected=first.expected,
            hint=first.hint,
            path=source.path,
            line=source.line(first.place),
        ) from None
