"""Files of SPSS, Stata and SAS, which label columns and codes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from valuealign.errors import DataError
from valuealign.population.readers.people_file import PeopleFile

if TYPE_CHECKING:
    import pandas as pd

READERS: Mapping[str, str] = MappingProxyType(
    {
        ".dta": "read_dta",
        ".por": "read_por",
        ".sas7bdat": "read_sas7bdat",
        ".sav": "read_sav",
        ".xpt": "read_xport",
        ".zsav": "read_sav",
    }
)
"""Ending -> pyreadstat's function."""


def labelled_file(path: Path) -> PeopleFile:
    """Open a file of SPSS (.sav, .zsav, .por), Stata (.dta) or SAS (.xpt, .sas7bdat).

    Raises
    ------
    DataError
        pyreadstat is missing, or the file is not what its name says.
    """
    try:
        import pyreadstat
    except ImportError as error:
        raise DataError(
            f"{path.suffix} needs pyreadstat; pip install 'valuealign[exports]', or save it as CSV"
        ) from error
    reader = getattr(pyreadstat, READERS[path.suffix.lower()])
    try:
        _, meta = reader(str(path), metadataonly=True)
    except Exception as error:  # an untrusted file may break its reader in any way
        raise DataError(f"{path.name} cannot be read as {path.suffix}: {error}") from error

    def chunks(wanted: Sequence[str], size: int) -> Iterator[pd.DataFrame]:
        offset = 0
        while True:
            try:
                frame, _ = reader(
                    str(path), usecols=list(wanted), row_offset=offset, row_limit=size
                )
            except Exception as error:
                raise DataError(f"{path.name} cannot be read: {error}") from error
            if len(frame):
                yield frame[list(wanted)]
            if len(frame) < size:
                return
            offset += size

    labels = {
        column: {float(code): str(text) for code, text in codes.items() if _is_number(code)}
        for column, codes in (meta.variable_value_labels or {}).items()
    }
    titles = {c: str(t) for c, t in (meta.column_names_to_labels or {}).items() if t}
    return PeopleFile(path, tuple(meta.column_names), chunks, labels, titles)


def _is_number(code: Any) -> bool:
    return isinstance(code, int | float) and np.isfinite(code)
