"""A folder of pictures with its key becomes an instrument: words to choose from, one of them right.

The layout of the Reading the Mind in the Eyes Test and of tests like it. The pictures stay yours:
they are checked and copied to your data folder, and the instrument's file has their checksums.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from valuealign.errors import InstrumentError, StimulusError
from valuealign.instrument.load import parse_instrument
from valuealign.instrument.media import InstalledMedia, install_media
from valuealign.instrument.pictures.picture import picture_in
from valuealign.instrument.write_instrument import identifier, write_new, yaml_of
from valuealign.stimulus.table import read_table
from valuealign.suggestion import did_you_mean

INSTRUCTION = "Which of the words fits best what the person in the picture thinks or feels?"
_OPTION = re.compile(r"option[ _]?(\d{1,2})", re.IGNORECASE)
_EXPECTED = "the columns picture, option1, option2, ... and answer"
_Lines = Sequence[tuple[int, Mapping[str, Any]]]


@dataclass(frozen=True)
class PictureTest:
    """An instrument that was written from a folder of pictures.

    Parameters
    ----------
    path : Path
        The instrument's file.
    n_items : int
    media : InstalledMedia
        Where the pictures are kept.
    """

    path: Path
    n_items: int
    media: InstalledMedia


def import_picture_test(
    folder: str | Path,
    instrument_id: str,
    *,
    title: str,
    source: str,
    holder: str,
    terms: str,
    redistribution: bool = False,
    language: str = "en",
    instruction: str = INSTRUCTION,
    output: str | Path = ".",
) -> PictureTest:
    """Write an instrument from a folder of pictures and its key.

    Parameters
    ----------
    folder : str or Path
        The pictures and one table (CSV, JSONL, Parquet or XLSX): ``picture`` is a file in the
        folder, ``option1``, ``option2`` and so on are the words, ``answer`` is the right word or
        its number; every other column is an attribute of the items, by which answers are split.
    instrument_id : str
    title, source, holder, terms : str
    redistribution : bool
    language : str
        Of the words.
    instruction : str
    output : str or Path
        The folder of the instrument's file.

    Returns
    -------
    PictureTest

    Raises
    ------
    InstrumentError
        The folder has no key or several, a row of it does not fit, or a picture is missing or
        cannot be taken; the error has the line.
    """
    folder = Path(folder)
    key = _key(folder)
    lines = _read(key)
    items = [_item(record, line, k, language, key) for k, (line, record) in enumerate(lines, 1)]
    n_options = max(len(item["options"]) for item in items)
    text = "# yaml-language-server: $schema=schema.json\n" + yaml_of(
        {
            "id": instrument_id,
            "version": "1.0",
            "title": {language: title},
            "construct": {language: "Choosing the word that fits a picture"},
            "citations": [{"text": source, "doi": None, "reason": "stated by its user"}],
            "rights": {
                part: {"holder": holder, "terms": terms, "redistribution": redistribution}
                for part in ("wording", "media")
            },
            "wording": {"kind": "own", "notice": "the user's own copy"},
            "languages": [language],
            "instructions": [{"id": "word", "text": {language: {"plain": instruction}}}],
            "response_scale": {"kind": "keyed"},
            "items": items,
            "scales": [
                {
                    "id": "RIGHT",
                    "title": {language: "right answers"},
                    "items": [item["id"] for item in items],
                }
            ],
            "scoring": {"method": "accuracy", "chance": 1 / n_options, "missing": {"max_share": 0}},
            "administration": {"context": "item", "stem": "plain"},
        }
    )
    instrument = parse_instrument(text, name=f"{instrument_id}.yaml")
    path = Path(output) / f"{instrument_id}.yaml"
    write_new(path, text)
    try:
        media = install_media(instrument, folder)
    except InstrumentError:
        path.unlink()
        raise
    return PictureTest(path, len(items), media)


def _key(folder: Path) -> Path:
    if not folder.is_dir():
        raise InstrumentError("this is not a folder", expected="a folder of pictures", path=folder)
    endings = {".csv", ".jsonl", ".parquet", ".xlsx"}
    tables = [p for p in sorted(folder.iterdir()) if p.suffix.lower() in endings and p.is_file()]
    if len(tables) != 1:
        found = f"the folder has {len(tables)} tables"
        expected = f"one, with {_EXPECTED}"
        raise InstrumentError(found, expected=expected, hint="call it key.csv", path=folder)
    return tables[0]


def _read(key: Path) -> _Lines:
    try:
        lines = read_table(key)
    except StimulusError as error:
        raise InstrumentError(
            error.found, expected=error.expected, hint=error.hint, path=error.path, line=error.line
        ) from None
    columns = list(lines[0][1])
    for name in ("picture", "answer"):
        if name not in columns:
            hint = did_you_mean(name, columns)
            found = f"the key has no column {name!r}"
            raise InstrumentError(found, expected=_EXPECTED, hint=hint, path=key)
    if sum(bool(_OPTION.fullmatch(name)) for name in columns) < 2:
        found = "the key has fewer than two columns of options"
        raise InstrumentError(found, expected=_EXPECTED, path=key)
    _refuse_twice(lines, key)
    return lines


def _refuse_twice(lines: _Lines, key: Path) -> None:
    first: dict[str, int] = {}
    for line, record in lines:
        name = _text(record["picture"])
        if first.setdefault(name, line) != line:
            found = f"the picture {name!r} is in line {first[name]} too"
            raise InstrumentError(found, hint="one picture, one item", path=key, line=line)


def _item(
    record: Mapping[str, Any], line: int, number: int, language: str, key: Path
) -> dict[str, Any]:
    numbered = sorted(
        (int(match[1]), _text(value))
        for name, value in record.items()
        if (match := _OPTION.fullmatch(name)) and _text(value)
    )
    codes = {word: code for code, word in numbered}
    answer = _text(record["answer"])
    right = codes.get(answer, int(answer) if answer.isdecimal() else None)
    if len(codes) < 2 or right not in codes.values():
        found = f"the answer {answer!r} is not one of {', '.join(codes) or 'no options'}"
        hint = "write the right word, or its number"
        raise InstrumentError(found, hint=hint, path=key, line=line)
    name = _text(record["picture"])
    picture = picture_in(key.parent, name, error=InstrumentError)
    if "/" in name:
        found, hint = f"the picture {name!r} is in a folder", "put the pictures beside the key"
        raise InstrumentError(found, hint=hint, path=key, line=line)
    others = {
        identifier(str(column), "a"): _text(value) or None
        for column, value in record.items()
        if column not in ("picture", "answer") and not _OPTION.fullmatch(column)
    }
    return {
        "id": f"picture{number:02}",
        "answer": right,
        "options": [{"code": code, "label": {language: word}} for code, word in numbered],
        "media": [{"name": name, "sha256": picture.sha256}],
        **({"attributes": others} if others else {}),
    }


def _text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else str(value).strip()
