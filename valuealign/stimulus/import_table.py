"""A user's own table of stimuli becomes a set: a YAML file with provenance, and its rows.

The columns that are chosen are copied as JSONL, whatever the table was; other columns stay behind.
"""

from __future__ import annotations

import datetime
import json
import math
import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import yaml

from valuealign.errors import StimulusError
from valuealign.instrument.pictures.picture import picture_in
from valuealign.instrument.slots import FieldKind
from valuealign.instrument.strict_model import ID_SHAPE, LEVEL_SHAPE
from valuealign.stimulus.load_stimuli import load_stimuli
from valuealign.stimulus.stimulus_set import StimulusSet
from valuealign.stimulus.table import read_table
from valuealign.suggestion import did_you_mean

KINDS: tuple[str, ...] = get_args(FieldKind)
_PICTURE = re.compile(r".+\.(png|jpe?g|gif|webp)", re.IGNORECASE)
_SOME = 200
"""Rows that a suggestion looks at."""
_MOST_CATEGORIES = 12
_SHORT = 40


@dataclass(frozen=True)
class ImportedSet:
    """A set that was written from a table.

    Parameters
    ----------
    stimuli : StimulusSet
    path : Path
        The set's file.
    left_behind : tuple of str
        Columns of the table that were not chosen.
    """

    stimuli: StimulusSet
    path: Path
    left_behind: tuple[str, ...]


@dataclass(frozen=True)
class Provenance:
    """Where stimuli come from, and what may be done with them.

    Parameters
    ----------
    title, source, holder, terms : str
    redistribution : bool
        Whether others may be given the texts.
    language : str
    content_note : str, optional
        What a reader may find hard to read.
    not_for : sequence of str
        Uses that the stimuli do not support.
    """

    title: str
    source: str
    holder: str
    terms: str
    redistribution: bool = False
    language: str = "en"
    content_note: str | None = None
    not_for: Sequence[str] = ()


def suggested_kinds(path: str | Path) -> dict[str, str]:
    """Suggest a kind for each column of a table: a guess, for a person to confirm.

    Parameters
    ----------
    path : str or Path

    Returns
    -------
    dict of str to str
        Column -> "id" for the first column of unique short values, else one of the kinds.

    Raises
    ------
    StimulusError
        The table cannot be read.
    """
    lines = read_table(Path(path))
    names = list(lines[0][1])
    found = {name: _kind([record.get(name) for _, record in lines[:_SOME]]) for name in names}
    for name in names:
        values = [str(record.get(name)) for _, record in lines]
        shaped = all(re.fullmatch(LEVEL_SHAPE, value) for value in values)
        if found[name] in ("category", "text", "number") and shaped and _unique(values):
            return {**found, name: "id"}
    return found


def import_table(
    path: str | Path,
    set_id: str,
    fields: Mapping[str, str],
    provenance: Provenance,
    *,
    id_column: str | None = None,
    folder: str | Path = ".",
) -> ImportedSet:
    """Write a set of stimuli from a table.

    Parameters
    ----------
    path : str or Path
        CSV, JSONL, Parquet or XLSX, one row a stimulus.
    set_id : str
    fields : mapping of str to str
        Column -> kind of the field; the field is called as the column is, in small letters with
        ``_`` for other signs.
    provenance : Provenance
    id_column : str, optional
        The column with a name for each stimulus; by default they are numbered.
    folder : str or Path
        Where ``ID.yaml``, ``ID.stimuli.jsonl`` and a folder with pictures are written.

    Returns
    -------
    ImportedSet
        The set was loaded, so that it is known to be one.

    Raises
    ------
    StimulusError
        The table cannot be read, a column or a kind does not exist, a file is there already, or
        the set has a fault; nothing is left behind then.
    """
    path, folder = Path(path), Path(folder)
    if not re.fullmatch(ID_SHAPE, set_id):
        found = f"the id {set_id[:40]!r}"
        raise StimulusError(found, expected="small letters, digits and hyphens, like 'my-cases'")
    lines = read_table(path)
    columns = list(lines[0][1])
    _check_columns(columns, fields, id_column, path)
    names = _names(fields, path)
    target = folder / f"{set_id}.yaml"
    parts = [target, folder / f"{set_id}.stimuli.jsonl", folder / f"{set_id}-pictures"]
    for part in parts:
        if part.exists():
            raise StimulusError("there is such a file already", hint="choose another id", path=part)
    try:
        rows = _rows(lines, names, fields, id_column=id_column, path=path, pictures=parts[2])
        text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        parts[1].write_text(text, encoding="utf-8")
        kinds = {names[column]: kind for column, kind in fields.items()}
        target.write_text(_set_text(set_id, kinds, provenance, path.name), encoding="utf-8")
        stimuli = load_stimuli(target)
        for _ in stimuli.pictures():
            pass
    except BaseException:
        target.unlink(missing_ok=True)
        parts[1].unlink(missing_ok=True)
        shutil.rmtree(parts[2], ignore_errors=True)
        raise
    left = tuple(c for c in columns if c not in fields and c != id_column)
    return ImportedSet(stimuli, target, left)


def _check_columns(
    columns: Sequence[str], fields: Mapping[str, str], id_column: str | None, path: Path
) -> None:
    for column in [*fields, *([id_column] if id_column else [])]:
        if column not in columns:
            hint = did_you_mean(column, columns)
            raise StimulusError(f"the table has no column {column!r}", hint=hint, path=path)
    for column, kind in fields.items():
        if kind not in KINDS:
            found = f"column {column!r} is to be {kind!r}"
            raise StimulusError(
                found, expected=", ".join(KINDS), hint=did_you_mean(kind, KINDS), path=path
            )
    if not fields:
        raise StimulusError("no column is chosen", hint="--field 'COLUMN=text'", path=path)


def _names(fields: Mapping[str, str], path: Path) -> dict[str, str]:
    """Column -> the name of its field."""
    names: dict[str, str] = {}
    for column in fields:
        name = re.sub(r"[^a-z0-9]+", "_", column.casefold()).strip("_")
        name = name if name[:1].isalpha() else f"field_{name}".strip("_")
        if name in names.values():
            found = f"two columns would be called {name!r}"
            raise StimulusError(found, hint="rename one in the table", path=path)
        names[column] = name[:64]
    return names


def _rows(
    lines: Sequence[tuple[int, Mapping[str, Any]]],
    names: Mapping[str, str],
    fields: Mapping[str, str],
    *,
    id_column: str | None,
    path: Path,
    pictures: Path,
) -> list[dict[str, Any]]:
    rows, width = [], len(str(len(lines)))
    for number, (line, record) in enumerate(lines, start=1):
        row: dict[str, Any] = {"id": f"s{number:0{width}}"}
        if id_column is not None:
            row["id"] = _level(record.get(id_column), path, line)
        for column, name in names.items():
            value = record.get(column)
            if value is None or value == "" or (isinstance(value, float) and math.isnan(value)):
                continue
            if fields[column] == "picture":
                value = _copied(str(value), path, pictures)
            row[name] = _plain(value)
        rows.append(row)
    return rows


def _copied(name: str, table: Path, pictures: Path) -> str:
    """Check a picture in the table's folder and copy it to the set's."""
    picture = picture_in(table.parent, name, error=StimulusError)
    ending = {"image/jpeg": "jpg"}.get(picture.media_type, picture.media_type.partition("/")[2])
    pictures.mkdir(parents=True, exist_ok=True)
    target = pictures / f"{picture.sha256[:16]}.{ending}"
    target.write_bytes(picture.data)
    return f"{pictures.name}/{target.name}"


def _level(value: Any, path: Path, line: int) -> str:
    text = re.sub(r"[^A-Za-z0-9_-]+", "-", str(value if value is not None else "")).strip("-")
    if not re.fullmatch(LEVEL_SHAPE, text):
        found = f"the id {str(value)[:40]!r} has no letter or digit"
        raise StimulusError(found, hint="give each row a short name", path=path, line=line)
    return text[:64]


def _plain(value: Any) -> Any:
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return value.item() if hasattr(value, "item") else value


def _set_text(set_id: str, kinds: Mapping[str, str], provenance: Provenance, table: str) -> str:
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    content: dict[str, Any] = {
        "id": set_id,
        "version": "1.0",
        "title": {provenance.language: provenance.title},
        "source": f"{provenance.source} (imported from {table} on {today})",
        "rights": {
            "holder": provenance.holder,
            "terms": provenance.terms,
            "redistribution": provenance.redistribution,
        },
        "languages": [provenance.language],
        "fields": dict(kinds),
    }
    if provenance.content_note:
        content["content_note"] = provenance.content_note
    if provenance.not_for:
        content["not_for"] = list(provenance.not_for)
    content["table"] = {"file": f"{set_id}.stimuli.jsonl", "id": "id"}
    return yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=100)


def _kind(values: Sequence[Any]) -> str:
    known = [value for value in values if value not in (None, "")]
    texts = [str(value) for value in known]
    if known and all(_is_number(value) for value in known):
        return "number"
    if known and all(_PICTURE.fullmatch(text) for text in texts):
        return "picture"
    if any(isinstance(v, list) for v in known) or all(t.startswith("[{") for t in texts if t):
        return "turns" if texts else "text"
    few = len(set(texts)) <= min(_MOST_CATEGORIES, max(2, len(texts) // 2))
    return "category" if few and max(map(len, texts), default=99) <= _SHORT else "text"


def _is_number(value: Any) -> bool:
    try:
        return not isinstance(value, bool) and math.isfinite(float(value))
    except (TypeError, ValueError):
        return False


def _unique(values: Sequence[str]) -> bool:
    return len(set(values)) == len(values)
