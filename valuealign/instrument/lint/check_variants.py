"""What the linter says of variants of stems and of blocks of items."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from valuealign.instrument.lint.finding import Remark
from valuealign.instrument.slots import slots
from valuealign.instrument.stem_variants import ORIGINAL, RULES
from valuealign.suggestion import did_you_mean

if TYPE_CHECKING:
    from valuealign.instrument.instrument import Instrument
    from valuealign.instrument.references import Place
    from valuealign.instrument.strict_model import Stems


def variants(instrument: Instrument) -> Iterator[Remark]:
    """Written variants have every item, keep its slots, and differ from the stem."""
    for name, written in instrument.variants.items():
        place: Place = ("variants", name)
        if name in (ORIGINAL, *RULES):
            yield Remark("error", place, f"{name!r} is the name of a rule", "choose another name")
        missing = [item.id for item in instrument.items if item.id not in written]
        if missing:
            found = f"the variant {name!r} has no stem of {', '.join(missing[:5])}"
            yield Remark("error", place, found, "write every item, or none")
        for item_id, stems in written.items():
            yield from _written(instrument, item_id, stems, (*place, item_id))


def _written(instrument: Instrument, item_id: str, stems: Stems, place: Place) -> Iterator[Remark]:
    if item_id not in instrument.item_ids:
        hint = did_you_mean(item_id, instrument.item_ids)
        yield Remark("error", place, f"there is no item {item_id!r}", hint)
        return
    original = instrument.item(item_id).stem
    for language, forms in original.items():
        for form, text in forms.items():
            here = (*place, language, form)
            other = stems.get(language, {}).get(form) or stems.get(language, {}).get("plain")
            if other is None:
                found = f"{item_id!r} is not written in language {language!r}, form {form!r}"
                yield Remark("error", place, found, "write it as the stem is written")
                continue
            lost = [slot for slot in slots(text) if slot not in slots(other)]
            if lost:
                found = f"the variant of {item_id!r} loses the slot {lost[0]!r}"
                yield Remark("error", here, found, "write {" + lost[0] + "} into it")
            if " ".join(other.split()) == " ".join(text.split()):
                found = f"the variant of {item_id!r} is the stem itself"
                yield Remark("warning", here, found, "write it in another way")


def blocks(instrument: Instrument) -> Iterator[Remark]:
    """Blocks hold two items or more, and no item stands in two of them."""
    seen: dict[str, int] = {}
    for k, block in enumerate(instrument.blocks):
        place: Place = ("blocks", k)
        if len(block) < 2:
            yield Remark("warning", place, "the block has one item", "one item has one order")
        for j, item_id in enumerate(block):
            if item_id not in instrument.item_ids:
                hint = did_you_mean(item_id, instrument.item_ids)
                yield Remark("error", (*place, j), f"there is no item {item_id!r}", hint)
            if item_id in seen:
                found = f"{item_id!r} stands in two places of the blocks"
                yield Remark("error", (*place, j), found, "each item may stand in one block")
            seen[item_id] = k


CHECKS = (variants, blocks)
