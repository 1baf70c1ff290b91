"""An instrument as a survey page: one text an item, coded options."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from valuealign.errors import InstrumentError
from valuealign.instrument.instrument import Instrument
from valuealign.instrument.response_scale import Labelled
from valuealign.instrument.strict_model import StemForm


@dataclass(frozen=True, slots=True)
class SheetItem:
    """One item as people see it.

    Parameters
    ----------
    id : str
    text : mapping of str to str
        Language -> words.
    scale : str
        The id of the first scale it belongs to.
    keyed : int
    """

    id: str
    text: Mapping[str, str]
    scale: str
    keyed: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """An instrument as a page of a survey.

    Parameters
    ----------
    id : str
    title, instruction : mapping of str to str
    languages : tuple of str
    items : tuple of SheetItem
    points : tuple of (int, mapping of str to str)
        Code and words, lowest code first.
    undefined : mapping of str to str
        The words of an option outside the scale; empty where there is none.
    """

    id: str
    title: Mapping[str, str]
    instruction: Mapping[str, str]
    languages: tuple[str, ...]
    items: tuple[SheetItem, ...]
    points: tuple[tuple[int, Mapping[str, str]], ...]
    undefined: Mapping[str, str]


def sheet_of(instrument: Instrument, *, form: StemForm | None = None) -> Sheet:
    """Return the survey page of an instrument.

    Parameters
    ----------
    instrument : Instrument
    form : str, optional
        A grammatical form; by default the one its authors advise.

    Returns
    -------
    Sheet

    Raises
    ------
    InstrumentError
        Its items do not share labelled options, or there is no such form.

    Examples
    --------
    >>> from valuealign.instrument.load import load_instrument
    >>> sheet = sheet_of(load_instrument("ipip-bfi-25"))
    >>> len(sheet.items), [code for code, _ in sheet.points]
    (25, [1, 2, 3, 4, 5, 6])
    """
    scale = instrument.response_scale
    if not isinstance(scale, Labelled):
        raise InstrumentError(
            f"{instrument.id} has a response scale of kind {scale.kind!r}", expected="'labelled'"
        )
    asked = form or instrument.administration.stem
    words = {language: instrument.wording(language, asked) for language in instrument.languages}
    first: dict[str, str] = {}
    for each in instrument.scales:
        for item in each.items:
            first.setdefault(item, each.id)
    return Sheet(
        instrument.id,
        {lang: instrument.title_in(lang) for lang in instrument.languages},
        {lang: instrument.instruction(language=lang, form=asked) for lang in instrument.languages},
        instrument.languages,
        tuple(
            SheetItem(
                item.id,
                {lang: words[lang][item.id] for lang in instrument.languages},
                first.get(item.id, ""),
                item.keyed,
            )
            for item in instrument.items
        ),
        tuple((point.code, point.label) for point in scale.points),
        scale.undefined or {},
    )
