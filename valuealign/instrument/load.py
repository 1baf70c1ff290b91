"""Loading of instruments: by name from those shipped, or from a file."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from valuealign.arguments import checked
from valuealign.errors import InstrumentError, InstrumentNotFound
from valuealign.instrument.data_file import find_file, shown_name, validated
from valuealign.instrument.file_kind import INSTRUMENT
from valuealign.instrument.human_data import HumanData
from valuealign.instrument.instrument import Instrument
from valuealign.instrument.instrument_schema import instrument_schema
from valuealign.instrument.strict_model import ID_SHAPE
from valuealign.instrument.yaml_text import YamlText, read_yaml, read_yaml_file
from valuealign.shipped import shipped, shipped_names

if TYPE_CHECKING:
    import pandas as pd


@checked
def load_instrument(
    name_or_path: str | Path, *, wording: Literal["official"] | None = None
) -> Instrument:
    """Load an instrument.

    Parameters
    ----------
    name_or_path : str or Path
        The name of a shipped instrument ("pvq-rr"), or the path of a YAML file.
    wording : {"official"}, optional
        Put the official wording that you installed with ``valuealign instruments wording``
        in the place of the file's own sentences. The languages and forms are then those you
        installed; stems of opposed content are left out, since they belong to the open form.

    Returns
    -------
    Instrument
        ``.items``, ``.scales``, ``.response_scale`` and ``.model``.

    Raises
    ------
    InstrumentNotFound
        Neither a shipped instrument nor a file.
    InstrumentError
        The file says something it may not; the error has the file and the line.
    WordingError
        No official wording is installed, or it was changed since.

    Examples
    --------
    >>> import valuealign as va
    >>> va.load_instrument("pvq-21").wording_notice.notice
    'open form, not the official text'
    >>> va.load_instrument("pvq-22")
    Traceback (most recent call last):
    valuealign.errors.InstrumentNotFound: no instrument 'pvq-22'; did you mean 'pvq-21'...
    """
    path = find_instrument(name_or_path)
    shown = shown_name(path, "instruments")
    instrument = build_instrument(read_yaml_file(path, name=shown))
    if wording is None:
        return instrument
    if wording != "official":
        raise InstrumentError(f"wording is {wording!r}", expected="'official' or None")
    from valuealign.instrument.wording.installed import with_official_wording

    return with_official_wording(instrument)


def parse_instrument(text: str, *, name: str = "<text>") -> Instrument:
    """Make an instrument from YAML text.

    Raises
    ------
    InstrumentError
        The text says something it may not; the error has the name and the line.
    """
    return build_instrument(read_yaml(text, name=name))


def build_instrument(source: YamlText) -> Instrument:
    """Make an instrument from the contents of a YAML file.

    Raises
    ------
    InstrumentError
        The first fault, with its line.
    """
    return validated(
        source, Instrument, instrument_schema(), kind=INSTRUMENT, error=InstrumentError
    )


def human_data_of(instrument: Instrument) -> HumanData:
    """Return an instrument's human samples by purpose.

    Parameters
    ----------
    instrument : Instrument
        One that names none, such as an older store's copy, has those of the shipped instrument
        of its id.

    Returns
    -------
    HumanData

    Examples
    --------
    >>> import valuealign as va
    >>> human_data_of(va.load_instrument("pvq-21")).simulated.population
    'pvq21-de-ess9'
    """
    if instrument.people is not None:
        return instrument.people
    return _shipped_human_data(instrument.id)


@lru_cache(maxsize=64)
def _shipped_human_data(instrument_id: str) -> HumanData:
    shipped_one = load_instrument(instrument_id) if instrument_id in names() else None
    return (shipped_one.people if shipped_one else None) or HumanData()


@checked
def list_instruments() -> pd.DataFrame:
    """List the shipped instruments.

    Returns
    -------
    DataFrame
        One row an instrument: ``id``, ``title``, ``items`` and ``scales`` (counts),
        ``languages``, ``wording`` ("open form, not the official text", with "; official
        (installed by the user)" where you installed one), ``rights`` (the terms of the
        wording).

    Examples
    --------
    >>> import valuealign as va
    >>> list(va.list_instruments().columns)
    ['id', 'title', 'items', 'scales', 'languages', 'wording', 'rights']
    """
    import pandas as pd

    columns = ["id", "title", "items", "scales", "languages", "wording", "rights"]
    return pd.DataFrame([summary(load_instrument(name)) for name in names()], columns=columns)


def summary(instrument: Instrument) -> dict[str, object]:
    """One instrument's row of the list."""
    from valuealign.instrument.wording.installed import OFFICIAL_NOTICE, installed_wordings

    rights = instrument.rights.get("wording")
    notice = instrument.wording_notice.notice
    if installed_wordings(instrument.id):
        notice += f"; {OFFICIAL_NOTICE}"
    return {
        "id": instrument.id,
        "title": instrument.title_in(),
        "items": len(instrument.items),
        "scales": len(instrument.scales),
        "languages": " ".join(instrument.languages),
        "wording": notice,
        "rights": rights.terms if rights else "not stated",
    }


def names() -> list[str]:
    """The names of the shipped instruments, sorted."""
    return list(shipped_names("instruments"))


def find_instrument(name_or_path: str | Path) -> Path:
    """The file of a shipped instrument, or the path given.

    Raises
    ------
    InstrumentNotFound
        Neither is there.
    """
    return find_file(
        name_or_path, folder="instruments", kind="instrument", error=InstrumentNotFound
    )


def instrument_id(named: str | Path | Instrument) -> str:
    """Return the id of an instrument given by its id, its file, or itself.

    Parameters
    ----------
    named : str, Path or Instrument
        An id need not be that of a shipped instrument: a store may hold another.

    Returns
    -------
    str

    Raises
    ------
    InstrumentError
        A file that is not there, or is not an instrument.

    Examples
    --------
    >>> instrument_id("wellbeing")
    'wellbeing'
    """
    if isinstance(named, Instrument):
        return named.id
    try:
        return load_instrument(named).id
    except InstrumentNotFound:
        if isinstance(named, Path) or not re.fullmatch(ID_SHAPE, named):
            raise
        return named


def shipped_folder() -> Path:
    """The folder of the shipped instruments."""
    return shipped("instruments")
