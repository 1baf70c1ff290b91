"""Responses as files: CSV, Parquet, SPSS, and a lavaan script with its data.

Replies are untrusted text: a spreadsheet must not take one for a formula, and an SPSS label
must not carry control characters. Every file says which wording was given.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from valuealign.errors import StoreError
from valuealign.escape import (
    for_r_comment,
    for_r_name,
    for_r_string,
    for_spreadsheet,
    for_terminal,
)
from valuealign.instrument.instrument import Instrument

if TYPE_CHECKING:
    import pandas as pd

FORMATS = ("csv", "parquet", "sav", "lavaan")


def export(
    frame: pd.DataFrame,
    path: str | Path,
    *,
    file_format: str,
    notice: str,
    instrument: Instrument | None = None,
) -> tuple[Path, ...]:
    """Write a frame of responses.

    Parameters
    ----------
    frame : DataFrame
        ``.long`` or ``.wide`` of :class:`valuealign.Responses`.
    path : str or Path
        Must not exist yet.
    file_format : {"csv", "parquet", "sav", "lavaan"}
    notice : str
        Whose wording was given; kept in the file, or for a CSV in a separate text file.
    instrument : Instrument, optional
        For "lavaan": its default measurement models.

    Returns
    -------
    tuple of Path
        What was written.

    Raises
    ------
    StoreError
        The file exists, a package is missing, or the format cannot hold the frame.
    """
    path = Path(path)
    if path.exists() or path.is_symlink():
        raise StoreError(f"{path} exists already; name another file with -o")
    writers: dict[str, Callable[..., tuple[Path, ...]]] = {
        "csv": _csv,
        "parquet": _parquet,
        "sav": _sav,
        "lavaan": _lavaan,
    }
    if file_format not in writers:
        raise StoreError(f"there is no format {file_format!r}; expected {', '.join(FORMATS)}")
    try:
        return writers[file_format](frame, path, notice, instrument)
    except OSError as error:
        raise StoreError(f"{path} cannot be written: {error.strerror or error}") from error
    except ImportError as error:
        raise StoreError(
            f"{file_format} needs {error.name}; pip install 'valuealign[exports]'"
        ) from error


def _safe(frame: pd.DataFrame) -> pd.DataFrame:
    """Return names and texts that no spreadsheet takes for a formula, and numbers unchanged."""
    import pandas as pd

    columns: dict[str, Any] = {}
    for name in frame.columns:
        column = frame[name]
        if not pd.api.types.is_numeric_dtype(column.dtype):
            texts = [None if pd.isna(v) else for_spreadsheet(v) for v in column.astype(object)]
            column = pd.Series(texts, index=frame.index, dtype=object)
        columns[for_spreadsheet(str(name))] = column
    return pd.DataFrame(columns)


def _write_csv(frame: pd.DataFrame, path: Path) -> None:
    """Write a CSV with all text quoted, so that other delimiters cannot split a cell."""
    import csv

    _safe(frame).to_csv(
        path, index=False, encoding="utf-8", lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC
    )


def _csv(frame: pd.DataFrame, path: Path, notice: str, _: Any) -> tuple[Path, ...]:
    _write_csv(frame, path)
    notice_file = path.with_suffix(".txt")
    if notice_file.exists():
        notice_file = path.with_name(path.name + ".txt")
    notice_file.write_text(f"{path.name}: {for_terminal(notice)}\n", encoding="utf-8")
    return path, notice_file


def _parquet(frame: pd.DataFrame, path: Path, notice: str, _: Any) -> tuple[Path, ...]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.Table.from_pandas(frame, preserve_index=False)
    known = table.schema.metadata or {}
    table = table.replace_schema_metadata({**known, b"valuealign.wording": notice.encode()})
    pq.write_table(table, path)
    return (path,)


def _sav(frame: pd.DataFrame, path: Path, notice: str, _: Any) -> tuple[Path, ...]:
    import pyreadstat

    plain = _safe(frame)
    names = {name: _spss_name(name) for name in plain.columns}
    if len(set(names.values())) < len(names):
        raise StoreError("two columns have one name in SPSS; export as csv instead")
    plain = plain.rename(columns=names)
    plain = plain.loc[:, plain.notna().any()]  # SPSS has no column without a type
    pyreadstat.write_sav(plain, str(path), file_label=for_terminal(notice)[:64])
    return (path,)


def _spss_name(name: str) -> str:
    name = re.sub(r"\W", "_", name)[:60]
    return name if name[:1].isalpha() else f"v_{name}"


def _lavaan(
    frame: pd.DataFrame, path: Path, notice: str, instrument: Instrument | None
) -> tuple[Path, ...]:
    if instrument is None:
        raise StoreError("a lavaan script is of one instrument; name it with --instrument")
    data = path.with_suffix(".csv")
    if data == path:
        raise StoreError("a lavaan script is not a .csv; its data are written beside it as .csv")
    if data.exists():
        raise StoreError(f"{data} exists already; name another file with -o")
    _write_csv(frame, data)
    parts = [
        f"# {for_r_comment(f'{instrument.id} {instrument.version}: {notice}')}",
        "library(lavaan)",
        f"data <- read.csv({for_r_string(data.name)})",
    ]
    for name, model in instrument.default_lavaan.items():
        label, syntax = for_r_name(name), for_r_string("\n" + model + "\n")
        parts += ["", f"{label} <- {syntax}", f"fit_{label} <- cfa({label}, data)"]
        parts.append(f"summary(fit_{label}, fit.measures = TRUE, standardized = TRUE)")
    path.write_text("\n".join(parts) + "\n", encoding="utf-8")
    return path, data
