"""Which column is which item, and which code is which answer."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from valuealign.errors import DataError
from valuealign.instrument.instrument import Instrument
from valuealign.near import did_you_mean
from valuealign.population.readers.people_file import PeopleFile

FileFormat = Literal["ess", "ess11", "gss", "wvs", "irw", "plain"]
Turn = Literal["as coded", "reversed"]
Columns = Mapping[str, str] | Sequence[str] | str


@dataclass(frozen=True)
class Coding:
    """How a survey codes, before labels or a user say otherwise.

    Parameters
    ----------
    turn : {"as coded", "reversed"}
        Whether its low code is the instrument's low code.
    missing : tuple of float
        Codes that are no answer.
    wording : {"official", "other"}
        Whose words it gave.
    """

    turn: Turn = "as coded"
    missing: tuple[float, ...] = ()
    wording: Literal["official", "other"] = "other"


@dataclass(frozen=True)
class Layout:
    """What stands where in one file.

    Parameters
    ----------
    items : dict of str to str
        Item -> its column, in the instrument's order.
    coding : Coding
    by_place : bool
        Whether the columns were given in order, without names that could be checked.
    refused : tuple of str
        What the survey asked that is no item here.
    """

    items: dict[str, str]
    coding: Coding = Coding()
    by_place: bool = False
    refused: tuple[str, ...] = ()


ESS_MISSING = (7.0, 8.0, 9.0, 66.0, 77.0, 88.0, 99.0)
"""Refusal, don't know, no answer; two digits where a file was merged with wider columns.

The DDI of rounds 1 to 9 names 7, 8 and 9 for the 21 items.
"""
GSS = (
    "valorig",
    "valrich",
    "valeql",
    "valable",
    "valsafe",
    "valdiff",
    "valrule",
    "vallist",
    "valmod",
    "valspl",
    "valfree",
    "valcare",
    "valachv",
    "valdfnd",
    "valrisk",
    "valprpr",
    "valrspt",
    "valdvot",
    "valeco",
    "valtrdn",
    "valfun",
)
"""The 21 of the General Social Survey 2012, in the order of the ESS."""
WVS = {
    "A189": "pvq01",
    "A190": "pvq02",
    "A191": "pvq05",
    "A192": "pvq10",
    "A193": "pvq12",
    "A194": "pvq13",
    "A195": "pvq15",
    "A196": "pvq16",
    "A197": "pvq19",
    "A198": "pvq20",
}
"""The ten of the World Values Survey that have a counterpart in PVQ-21 (time-series names)."""
WVS_TITLES = {
    "new ideas": "pvq01",
    "to be rich": "pvq02",
    "secure surroundings": "pvq05",
    "good time": "pvq10",
    "people nearby": "pvq12",
    "very successful": "pvq13",
    "taking risks": "pvq15",
    "behave properly": "pvq16",
    "the environment": "pvq19",
    "tradition": "pvq20",
}
"""A piece of the variable's label -> item: the V numbers of the waves differ, the labels do not."""
WVS_OTHER = "do something for the good of society (A199, V74): PVQ-21 has no such item"


CODINGS: dict[FileFormat, Coding] = {
    "ess": Coding("reversed", ESS_MISSING, "official"),
    "ess11": Coding("reversed", ESS_MISSING, "official"),
    "gss": Coding("as coded", (), "official"),
    "wvs": Coding("reversed", tuple(float(code) for code in range(-99, 0)), "other"),
    "irw": Coding(),
    "plain": Coding(),
}
"""The ESS and the WVS code 1 = very much like me; what a GSS file codes is told by its labels."""


def layout_of(
    opened: PeopleFile,
    instrument: Instrument,
    *,
    file_format: FileFormat | None = None,
    columns: Columns | None = None,
) -> Layout:
    """Say what stands where.

    Parameters
    ----------
    opened : PeopleFile
    instrument : Instrument
    file_format : {"ess", "ess11", "gss", "wvs", "irw", "plain"}, optional
        By default the first whose names the file has.
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
    if columns is not None:
        return _given(opened, instrument, columns, CODINGS[file_format or "plain"])
    if file_format is not None:
        return _FINDERS[file_format](opened, instrument)
    if instrument.id == "pvq-21":
        if _has(opened, instrument, "") and _has(opened, instrument, "a"):
            raise DataError(
                f"{opened.path.name} holds the names of rounds 1 to 10 (ipcrtiv) and those of "
                "round 11 (ipcrtiva), whose wording is another: say which with format ess or ess11"
            )
        for name in ("ess", "gss", "wvs"):
            try:
                return _FINDERS[name](opened, instrument)
            except DataError:
                continue
    return _plain(opened, instrument)


def _has(opened: PeopleFile, instrument: Instrument, ending: str) -> bool:
    here = {c.lower() for c in opened.columns}
    return any(f"{a}{ending}" in here for item in instrument.items for a in item.aliases)


def _ess(opened: PeopleFile, instrument: Instrument) -> Layout:
    """Rounds 1 to 10; a file that holds round 11 alone is read as such."""
    if not _has(opened, instrument, "") and _has(opened, instrument, "a"):
        return _ess11(opened, instrument)
    return _ess_names(opened, instrument, "")


def _ess11(opened: PeopleFile, instrument: Instrument) -> Layout:
    """Round 11: the same names with an "a" behind them."""
    return _ess_names(opened, instrument, "a")


def _ess_names(opened: PeopleFile, instrument: Instrument, ending: str) -> Layout:
    _only("pvq-21", instrument, "the European Social Survey")
    names = {item.id: f"{item.aliases[0]}{ending}" for item in instrument.items}
    return Layout(_all_of(opened, names), CODINGS["ess"])


def _gss(opened: PeopleFile, instrument: Instrument) -> Layout:
    _only("pvq-21", instrument, "the General Social Survey 2012")
    names = dict(zip(instrument.item_ids, GSS, strict=True))
    return Layout(_all_of(opened, names), CODINGS["gss"])


def _all_of(opened: PeopleFile, names: Mapping[str, str]) -> dict[str, str]:
    here = {c.lower(): c for c in opened.columns}
    for item, name in names.items():
        if name not in here:
            raise _absent(opened, item, [name])
    return {item: here[name] for item, name in names.items()}


def _wvs(opened: PeopleFile, instrument: Instrument) -> Layout:
    """The World Values Survey: ten or eleven short items, by name or by the variable's label."""
    _only("pvq-21", instrument, "the World Values Survey (ten of its items)")
    found: dict[str, str] = {}
    for column in opened.columns:
        item = WVS.get(column.upper())
        title = opened.titles.get(column, "").lower()
        if item is None and "important to this person" in title:
            item = next((i for words, i in WVS_TITLES.items() if words in title), None)
        if item is not None:
            if item in found:
                raise DataError(f"{opened.path.name}: {found[item]} and {column} are both {item}")
            found[item] = column
    if len(found) < len(WVS):
        lacking = [name for name, item in WVS.items() if item not in found]
        raise DataError(
            f"{opened.path.name} lacks {', '.join(lacking)} of the World Values Survey; a CSV of "
            "one wave has V numbers without labels: name them with columns"
        )
    order = {item: found[item] for item in instrument.item_ids if item in found}
    return Layout(order, CODINGS["wvs"], refused=(WVS_OTHER,))


def _plain(opened: PeopleFile, instrument: Instrument) -> Layout:
    """Columns named as the items, or by one of their aliases; an unpadded number will do."""
    here = {c.lower(): c for c in opened.columns}
    found = {}
    for item in instrument.items:
        names = [item.id, *item.aliases, re.sub(r"(?<=\D)0+(?=\d)", "", item.id)]
        names += [n for n in _numbered(item.id, instrument.id) if n not in names]
        match = next((here[n.lower()] for n in names if n.lower() in here), None)
        if match is None:
            raise _absent(opened, item.id, names)
        found[item.id] = match
    return Layout(found)


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
        found = {i: opened.find(columns[i]) for i in instrument.item_ids if i in columns}
        return Layout(found, coding)
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


def _only(name: str, instrument: Instrument, survey: str) -> None:
    if instrument.id != name:
        raise DataError(f"{survey} gave {name}, not {instrument.id}")


def _absent(opened: PeopleFile, item: str, names: Sequence[str]) -> DataError:
    names = list(dict.fromkeys(names))[:3]
    near = did_you_mean(names[0], opened.columns)
    return DataError(
        f"{opened.path.name} has no column for {item} (looked for {', '.join(names)}); {near}"
    )


_FINDERS: dict[str, Callable[[PeopleFile, Instrument], Layout]] = {
    "ess": _ess,
    "ess11": _ess11,
    "gss": _gss,
    "wvs": _wvs,
    "irw": _plain,
    "plain": _plain,
}
