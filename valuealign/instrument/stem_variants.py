"""Variants of item stems: the same question, written in another way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, get_args

from valuealign.errors import InstrumentError, StimulusError
from valuealign.instrument.slots import slots
from valuealign.instrument.strict_model import StemForm
from valuealign.instrument.variant_rules import Rule, varied
from valuealign.instrument.words import in_form
from valuealign.suggestion import did_you_mean

if TYPE_CHECKING:
    from valuealign.instrument.instrument import Instrument

ORIGINAL = "original"
"""The name of the variant that is the stem itself."""
RULES: tuple[str, ...] = get_args(Rule)
"""Rules that make a variant of any stem."""


def variant_names(instrument: Instrument) -> tuple[str, ...]:
    """The variants in which an instrument's stems can be shown: its own, then those of rules."""
    return (ORIGINAL, *instrument.variants, *(r for r in RULES if r not in instrument.variants))


def check_variant(instrument: Instrument, variant: str) -> None:
    """Refuse a variant that there is none of, or that is not written for every item.

    Raises
    ------
    InstrumentError
        The error says which it might be, or which item it is not written for.
    """
    if variant not in variant_names(instrument):
        hint = did_you_mean(variant, variant_names(instrument))
        raise InstrumentError(f"{instrument.id} has no variant {variant!r} of its stems", hint=hint)
    written = instrument.variants.get(variant)
    missing = [i for i in instrument.item_ids if written is not None and i not in written]
    if written is not None and missing:
        n = len(instrument.items)
        some = f"{n - len(missing)} of {n} items"
        found = f"the variant {variant!r} of {instrument.id} is written for {some}"
        raise InstrumentError(found, hint=f"write {missing[0]!r} too")


def in_variant(
    instrument: Instrument,
    stems: Mapping[str, str],
    variant: str,
    *,
    language: str,
    form: StemForm,
    content: str,
) -> dict[str, str]:
    """The stems of an instrument, written in another way; slots stay as they are.

    Parameters
    ----------
    instrument : Instrument
    stems : mapping of str to str
        Item -> its own stem.
    variant : str
        One that the instrument has, or a rule.
    language, form, content : str

    Raises
    ------
    InstrumentError
        No such variant, or it is not written in this language, form or content.
    """
    check_variant(instrument, variant)
    written = instrument.variants.get(variant)
    if written is None:
        return {i: _by_rule(instrument.id, i, stems[i], variant, language) for i in stems}
    if content == "opposed":
        found = f"the variant {variant!r} of {instrument.id} has no stems of opposed content"
        raise InstrumentError(found, hint="use a rule, or content=stem")
    what = f"{instrument.id}: variant {variant!r} of item"
    return {i: in_form(written[i], language, form, f"{what} {i!r}") for i in stems}


def _by_rule(instrument_id: str, item_id: str, text: str, rule: str, language: str) -> str:
    keeps = ["{" + slot + "}" for slot in slots(text)]
    seed = f"{instrument_id}\n{item_id}"
    try:
        return varied(text, rule, seed=seed, language=language, keeps=keeps)  # type: ignore[arg-type]
    except StimulusError as error:
        raise InstrumentError(error.found, hint=error.hint) from None
