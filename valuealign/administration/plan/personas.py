"""Personas from a file: the persons that a model is asked to answer as.

YAML (a list) or CSV (a head row). A persona has an ``id`` and either a ``text`` or the facts a
text is made from: ``value`` ("a person for whom X matters most") or demographic attributes.
Every attribute is stored with the responses as data.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from valuealign.arguments import checked
from valuealign.bounded import read_bounded
from valuealign.errors import InstrumentError, PersonaError
from valuealign.instrument.file_kind import PERSONAS, misplaced
from valuealign.instrument.strict_model import without_controls
from valuealign.instrument.yaml_text import read_yaml_file
from valuealign.respondent import Persona, PersonaKind
from valuealign.suggestion import did_you_mean

MAX_BYTES = 20_000_000
_KINDS: tuple[PersonaKind, ...] = ("text", "demographic", "value", "biography")
_OWN = ("id", "text", "kind", "attributes")


@checked
def load_personas(path: str | Path) -> tuple[Persona, ...]:
    """Read a file of personas.

    Parameters
    ----------
    path : str or Path
        ``.yaml``, ``.yml`` or ``.csv``.

    Returns
    -------
    tuple of Persona
        In the order of the file.

    Raises
    ------
    PersonaError
        With the file and the persona: what was found, what was expected.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "people.csv"
    >>> _ = file.write_text("id,sex,age,country\\np1,female,34,Italy\\n")
    >>> load_personas(file)[0].text
    'You are a 34-year-old woman from Italy.'
    """
    path = Path(path)
    rows = _rows(path)
    people: dict[str, Persona] = {}
    for number, row in enumerate(rows, start=1):
        person = _persona(row, f"{path}: persona {number}")
        if person.id in people:
            raise PersonaError(f"{path}: the id {person.id!r} stands twice; ids are unique")
        people[person.id] = person
    if not people:
        raise PersonaError(f"{path}: no persona in it; expected a list of them")
    return tuple(people.values())


def _rows(path: Path) -> list[Mapping[str, Any]]:
    try:
        data = read_bounded(path, MAX_BYTES)
    except OSError as error:
        raise PersonaError(f"{path} cannot be read ({error.strerror}); check the name") from None
    if path.suffix.lower() == ".csv":
        return _csv_rows(path, data)
    if path.suffix.lower() not in (".yaml", ".yml"):
        raise PersonaError(f"{path}: expected a file that ends in .yaml, .yml or .csv")
    try:
        value = read_yaml_file(path).value
    except InstrumentError as error:
        raise PersonaError(str(error)) from None
    listed = value.get("personas") if isinstance(value, dict) else value
    if not isinstance(listed, list) or not all(isinstance(row, dict) for row in listed):
        other = misplaced(value, PERSONAS) if isinstance(value, dict) else None
        problem, hint = other or ("no list of personas", "write '- id: ...' for each")
        raise PersonaError(
            f"{path}: {problem}; expected a list of personas, each with an id; {hint}"
        )
    return listed


def _csv_rows(path: Path, data: bytes) -> list[Mapping[str, Any]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise PersonaError(f"{path} is not UTF-8; save it as 'CSV UTF-8'") from None
    reader = csv.DictReader(io.StringIO(text), strict=True)
    try:
        rows = list(reader)
    except csv.Error as error:
        raise PersonaError(f"{path}:{reader.line_num}: {error}") from None
    for row in rows:
        if None in row:
            raise PersonaError(f"{path}: a row has more cells than the head; quote the commas")
    return [{name: cell for name, cell in row.items() if cell not in (None, "")} for row in rows]


def _persona(row: Mapping[str, Any], place: str) -> Persona:
    id_ = str(row.get("id") or "").strip()
    if not id_:
        near = did_you_mean("id", [str(name) for name in row])
        raise PersonaError(f"{place} has no id; {near}")
    attributes = {**{k: v for k, v in row.items() if k not in _OWN}, **_attributes(row, place)}
    text = str(row.get("text") or "").strip() or written(attributes)
    if not text:
        raise PersonaError(
            f"{place} ({id_}) has neither a text nor facts to make one from "
            "(value, sex, age, country, occupation)"
        )
    try:
        for words in (id_, text):
            without_controls(words)
    except ValueError as error:
        raise PersonaError(f"{place} ({id_}): {error}") from None
    return Persona(id_, text, _kind(row, attributes, place), attributes)


def _attributes(row: Mapping[str, Any], place: str) -> Mapping[str, Any]:
    attributes = row.get("attributes") or {}
    plain = isinstance(attributes, dict) and all(
        isinstance(value, str | int | float | bool | None) for value in attributes.values()
    )
    if not plain:
        raise PersonaError(f"{place}: attributes is not a list of names and plain values")
    nested = {
        name: value
        for name, value in row.items()
        if name not in _OWN and not isinstance(value, str | int | float | bool | None)
    }
    if nested:
        raise PersonaError(f"{place}: {next(iter(nested))!r} is not a plain value")
    return {str(name): value for name, value in attributes.items()}


def _kind(row: Mapping[str, Any], attributes: Mapping[str, Any], place: str) -> PersonaKind:
    stated = row.get("kind")
    for kind in _KINDS:
        if stated == kind:
            return kind
    if stated:
        raise PersonaError(f"{place}: kind is {stated!r}; expected {', '.join(_KINDS)}")
    if row.get("text"):
        return "text"
    return "value" if "value" in attributes else "demographic"


def written(attributes: Mapping[str, Any]) -> str:
    """Write a text from a person's attributes; the same attributes give the same text.

    Examples
    --------
    >>> written({"sex": "male", "age": 51, "occupation": "baker"})
    'You are a 51-year-old man. Your occupation: baker.'
    """
    sentences = [_who(attributes)]
    if occupation := attributes.get("occupation"):
        sentences.append(f"Your occupation: {occupation}.")
    if value := attributes.get("value"):
        sentences.append(f"You are a person for whom {value} matters most.")
    return " ".join(sentence for sentence in sentences if sentence)


def _who(attributes: Mapping[str, Any]) -> str:
    sex, age, country = (attributes.get(name) for name in ("sex", "age", "country"))
    if not (sex or age or country):
        return ""
    noun = {"female": "woman", "f": "woman", "male": "man", "m": "man"}.get(
        str(sex).lower(), "person"
    )
    aged = f"{age}-year-old " if age else ""
    place = f" from {country}" if country else ""
    return f"You are a {aged}{noun}{place}."
