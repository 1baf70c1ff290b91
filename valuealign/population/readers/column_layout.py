"""The columns of a survey file: which column is which item, and how it is coded."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from valuealign.errors import DataError
from valuealign.instrument.instrument import Instrument
from valuealign.population.readers.people_file import PeopleFile
from valuealign.population.readers.survey_files import (
    GENERAL,
    Survey,
    Turn,
    load_survey,
    surveys_of,
)
from valuealign.suggestion import did_you_mean

Columns = Mapping[str, str] | Sequence[str] | str


@dataclass(frozen=True)
class Coding:
    """A survey's coding, before labels or the user override it.

    Parameters
    ----------
    turn : {"as coded", "reversed"}
        Whether its low code is the instrument's low code.
    missing : tuple of float
        Codes that mean no answer.
    wording : {"official", "other"}
        Whose words it gave.
    """

    turn: Turn = "as coded"
    missing: tuple[float, ...] = ()
    wording: Literal["official", "other"] = "other"


@dataclass(frozen=True)
class Layout:
    """The items, columns and coding of one file.

    Parameters
    ----------
    items : dict of str to str
        Item -> its column, in the instrument's order.
    coding : Coding
    by_place : bool
        Whether the columns were given in order, without names that could be checked.
    refused : tuple of str
        Questions of the survey that are not items of the instrument.
    """

    items: dict[str, str]
    coding: Coding = Coding()
    by_place: bool = False
    refused: tuple[str, ...] = ()


def layout_of(
    opened: PeopleFile,
    instrument: Instrument,
    *,
    file_format: str | Path | None = None,
    columns: Columns | None = None,
) -> Layout:
    """Determine the columns of an instrument's items.

    Parameters
    ----------
    opened : PeopleFile
    instrument : Instrument
    file_format : str or Path, optional
        A survey's name or YAML file, "irw" or "plain"; by default the first survey whose names
        the file has.
    columns : mapping, sequence or str, optional
        Item -> column; or the columns in the instrument's order; or "FIRST:LAST", columns that
        stand next to each other in the instrument's order.

    Returns
    -------
    Layout

    Raises
    ------
    DataError
        Columns that are missing (with the nearest ones), or an instrument the survey did not use.
    """
    survey = None if file_format in (None, *GENERAL) else load_survey(str(file_format))
    if columns is not None:
        return _given(opened, instrument, columns, Coding() if survey is None else _coding(survey))
    if survey is not None:
        survey.check_instrument(instrument)
        return _of_survey(opened, instrument, _variant_in(opened, survey))
    if file_format is None:
        known = surveys_of(instrument.id)
        _check_one_wording(opened, known)
        for survey in known:
            try:
                return _of_survey(opened, instrument, survey)
            except DataError:
                continue
    return _plain(opened, instrument)


def _coding(survey: Survey) -> Coding:
    return Coding(survey.direction, survey.no_answer, survey.wording)


def _names_any(opened: PeopleFile, survey: Survey) -> bool:
    """Whether a file has any of a survey's columns."""
    here = {column.lower() for column in opened.columns}
    return any(column.lower() in here for column in survey.columns.values())


def _variant_in(opened: PeopleFile, survey: Survey) -> Survey:
    """Return the survey, or the variant of it that alone has names in the file."""
    if _names_any(opened, survey):
        return survey
    variants = (s for s in surveys_of(survey.instrument) if s.variant_of == survey.id)
    return next((s for s in variants if _names_any(opened, s)), survey)


def _check_one_wording(opened: PeopleFile, surveys: Sequence[Survey]) -> None:
    """Raise where a file has the names of a survey and of a variant of it."""
    by_id = {survey.id: survey for survey in surveys}
    for variant in surveys:
        base = by_id.get(variant.variant_of or "")
        if base is None or not (_names_any(opened, base) and _names_any(opened, variant)):
            continue
        first = next(iter(variant.columns))
        raise DataError(
            f"{opened.path.name} holds the names of {base.title} ({base.columns[first]}) and of "
            f"{variant.title} ({variant.columns[first]}), whose wording is another: say which "
            f"with format {base.id} or {variant.id}"
        )


def _of_survey(opened: PeopleFile, instrument: Instrument, survey: Survey) -> Layout:
    """Columns by a survey's names, or by the variables' labels."""
    items = {column.lower(): item for item, column in survey.columns.items()}
    columns: dict[str, str] = {}
    for column in opened.columns:
        item = items.get(column.lower()) or _by_label(opened.titles.get(column, ""), survey)
        if item is None:
            continue
        if item in columns:
            raise DataError(f"{opened.path.name}: {columns[item]} and {column} are both {item}")
        columns[item] = column
    lacking = {item: name for item, name in survey.columns.items() if item not in columns}
    if lacking and survey.hint is None:
        item, name = next(iter(lacking.items()))
        raise _absent(opened, item, [name])
    if lacking:
        raise DataError(
            f"{opened.path.name} lacks {', '.join(lacking.values())} of {survey.title}; "
            f"{survey.hint}"
        )
    order = {item: columns[item] for item in instrument.item_ids if item in columns}
    return Layout(order, _coding(survey), refused=survey.not_items)


def _by_label(label: str, survey: Survey) -> str | None:
    """Return the item that a variable's label is of."""
    text = label.lower()
    if survey.labels is None or survey.labels.having.lower() not in text:
        return None
    words = survey.labels.columns.items()
    return next((item for item, part in words if part.lower() in text), None)


def _plain(opened: PeopleFile, instrument: Instrument) -> Layout:
    """Columns named as the items, or by one of their aliases; an unpadded number will do."""
    here = {c.lower(): c for c in opened.columns}
    columns_by_item = {}
    for item in instrument.items:
        names = [item.id, *item.aliases, re.sub(r"(?<=\D)0+(?=\d)", "", item.id)]
        names += [n for n in _numbered(item.id, instrument.id) if n not in names]
        match = next((here[n.lower()] for n in names if n.lower() in here), None)
        if match is None:
            raise _absent(opened, item.id, names)
        columns_by_item[item.id] = match
    return Layout(columns_by_item)


def _numbered(item_id: str, instrument_id: str) -> list[str]:
    """``pvqrr07`` and ``pvq21_7`` beside ``pvq07``: the instrument's name and a number."""
    digits = re.search(r"\d+$", item_id)
    if digits is None:
        return []
    name = instrument_id.replace("-", "")
    return [f"{name}{mark}{n}" for n in (digits[0], str(int(digits[0]))) for mark in ("", "_")]


def _given(opened: PeopleFile, instrument: Instrument, columns: Columns, coding: Coding) -> Layout:
    if isinstance(columns, Mapping):
        unknown = [i for i in columns if i not in instrument.item_ids]
        if unknown:
            hint = did_you_mean(unknown[0], instrument.item_ids)
            raise DataError(f"{instrument.id} has no item {unknown[0]!r}; {hint}")
        by_name = {i: opened.find(columns[i]) for i in instrument.item_ids if i in columns}
        return Layout(by_name, coding)
    if isinstance(columns, str):
        first, _, last = columns.partition(":")
        start = opened.columns.index(opened.find(first))
        stop = opened.columns.index(opened.find(last or first)) + 1
        columns = opened.columns[start:stop]
    names = [opened.find(c) for c in columns]
    if len(names) != len(instrument.items):
        raise DataError(
            f"{len(names)} columns are given for the {len(instrument.items)} items of "
            f"{instrument.id}; name each with item=column where some are missing"
        )
    if len(set(names)) < len(names):
        raise DataError("a column is given twice")
    return Layout(dict(zip(instrument.item_ids, names, strict=True)), coding, by_place=True)


def _absent(opened: PeopleFile, item: str, names: Sequence[str]) -> DataError:
    names = list(dict.fromkeys(names))[:3]
    near = did_you_mean(names[0], opened.columns)
    return DataError(
        f"{opened.path.name} has no column for {item} (looked for {', '.join(names)}); {near}"
    )
