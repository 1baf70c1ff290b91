"""Whether the parts of a set of stimuli name what is there: fields, slots, factors, levels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from valuealign.instrument.references import Place, Problem, ReferenceProblems
from valuealign.instrument.slots import TEXTS, slots
from valuealign.stimulus.picture_variants import PICTURE_RULES
from valuealign.suggestion import did_you_mean

if TYPE_CHECKING:
    from valuealign.stimulus.set_file import Factor, Row, SetFile, Template

RESERVED = ("set", "base", "variant", "hash", "truth")
"""Names of columns that are taken."""


def check_set(file: SetFile) -> None:
    """Raise :class:`ReferenceProblems` where a part names what the set does not have."""
    problems = list(_problems(file))
    if problems:
        raise ReferenceProblems(problems)


def _problems(file: SetFile) -> Iterator[Problem]:
    sources = [name for name in ("rows", "table", "template") if getattr(file, name)]
    if len(sources) != 1:
        found = f"the stimuli come from {' and '.join(sources) or 'nowhere'}"
        yield Problem((), found, "write one of 'rows', 'table' and 'template'")
    yield from _names(file)
    rows = file.template.texts if file.template else file.rows
    part: Place = ("template", "texts") if file.template else ("rows",)
    yield from row_problems(file, rows, part)
    for k, row in enumerate(file.rows):
        if row.words:
            hint = "write the words into the text, or use a template"
            yield Problem(("rows", k, "words"), f"row {row.id!r} has words for slots", hint)
    if file.template:
        yield from _template(file.template, file)
    yield from _variants(file)


def _names(file: SetFile) -> Iterator[Problem]:
    factors = file.template.factors if file.template else {}
    for part, names in ((("fields",), file.fields), (("template", "factors"), factors)):
        for name in names:
            if name in RESERVED:
                hint = f"a column 'stimulus_{name}' is there already; choose another name"
                yield Problem((*part, name), f"the name {name!r} is taken", hint)
    for name in factors:
        if name in file.fields:
            found = f"{name!r} is a field and a factor"
            yield Problem(("template", "factors", name), found, "give one of them another name")


def row_problems(file: SetFile, rows: Sequence[Row], part: Place) -> Iterator[Problem]:
    """What is wrong with the rows of a file, a table or a template."""
    seen: set[str] = set()
    for k, row in enumerate(rows):
        place = (*part, k)
        if row.id in seen:
            yield Problem(
                (*place, "id"), f"{row.id!r} stands twice", "each id may stand there once"
            )
        seen.add(row.id)
        for name, value in row.values.items():
            if name not in file.fields:
                found = f"{row.id!r} has a field {name!r}, which 'fields' does not name"
                hint = did_you_mean(name, file.fields)
                yield Problem((*place, "values", name), found, hint)
            elif problem := _misfit(file, name, value):
                yield Problem((*place, "values", name), f"{row.id!r}: {problem[0]}", problem[1])
        for name, kind in file.fields.items():
            if name not in row.values and kind not in ("truth", "reference"):
                yield Problem(place, f"{row.id!r} has no field {name!r}", f"add '{name}:'")


def _misfit(file: SetFile, name: str, value: Any) -> tuple[str, str] | None:
    """Why a value is not of the kind of its field, and what to do."""
    expected, hint = _EXPECTED[file.fields[name]]
    if not isinstance(value, expected) or (hint == _NUMBER and isinstance(value, bool)):
        return f"{name} is {str(value)[:40]!r}", hint
    if isinstance(value, Mapping):
        unknown = [language for language in value if language not in file.languages]
        return (
            (f"{name} is in language {unknown[0]!r}", "add it to 'languages'") if unknown else None
        )
    if file.fields[name] in (*TEXTS, "reference") and len(file.languages) > 1:
        return f"{name} has no language", "write the text of each language: {en: ..., de: ...}"
    return None


_NUMBER = "write a number"
_PLAIN = (str, int, float, bool)
_EXPECTED: dict[str, tuple[Any, str]] = {
    "text": ((str, Mapping), "write a text in quotes"),
    "reply": ((str, Mapping), "write a text in quotes"),
    "reference": ((str, Mapping), "write a text in quotes"),
    "turns": (tuple, "write a list of turns, each with 'speaker' and 'text'"),
    "number": ((int, float), _NUMBER),
    "category": (_PLAIN, "write one word or number"),
    "truth": (_PLAIN, "write one word or number"),
    "picture": (str, "write the name of a file in the folder of the set"),
}
"""Kind of a field -> the types of its values, and what to do about another one."""


def _template(template: Template, file: SetFile) -> Iterator[Problem]:
    owner: dict[str, str] = {}
    for name, factor in template.factors.items():
        filled = {slot for words in factor.levels.values() for slot in words}
        yield from _levels(name, factor, filled)
        for slot in sorted(filled & owner.keys()):
            found = f"factors {owner[slot]!r} and {name!r} both fill the slot {slot!r}"
            yield Problem(("template", "factors", name), found, "give each a slot of its own")
        owner |= dict.fromkeys(filled, name)
    for k, row in enumerate(template.texts):
        yield from _unfilled(row, template, file, ("template", "texts", k))
    yield from _cells(template)


def _levels(name: str, factor: Factor, filled: set[str]) -> Iterator[Problem]:
    for level, words in factor.levels.items():
        for slot in sorted(filled - set(words)):
            found = f"level {level!r} of {name!r} gives no words for the slot {slot!r}"
            hint = "write them; an empty text ('') adds none"
            yield Problem(("template", "factors", name, "levels", level), found, hint)


def _unfilled(row: Row, template: Template, file: SetFile, place: Place) -> Iterator[Problem]:
    """Slots that neither a factor nor the base text fills, and slots that never end."""
    known: dict[str, set[str]] = {slot: set(_slots(words)) for slot, words in row.words.items()}
    for factor in template.factors.values():
        for level in factor.levels.values():
            for slot, words in level.items():
                known.setdefault(slot, set()).update(_slots(words))
    for name, value in row.values.items():
        if file.fields.get(name) not in (*TEXTS, "turns", "picture"):
            continue
        reached: set[str] = set()
        waiting = list(_slots(value))
        while waiting:
            slot = waiting.pop()
            if slot in reached:
                continue
            reached.add(slot)
            if slot not in known:
                found = f"{row.id!r}: no factor fills the slot {slot!r}"
                hint = did_you_mean(slot, known)
                yield Problem((*place, "values", name), found, hint)
            waiting += known.get(slot, ())
    yield from _circular(known, place, row.id)


def _circular(known: Mapping[str, set[str]], place: Place, row: str) -> Iterator[Problem]:
    for slot in known:
        reached: set[str] = set()
        waiting = list(known[slot])
        while waiting:
            reached.add(here := waiting.pop())
            waiting += [other for other in known.get(here, ()) if other not in reached]
        if slot in reached:
            found = f"{row!r}: the words of the slot {slot!r} name the slot itself"
            yield Problem(place, found, "write the words out")
            return


def _slots(words: Any) -> tuple[str, ...]:
    """The slots in words, in every language and turn."""
    if isinstance(words, str):
        return slots(words)
    if isinstance(words, Mapping):
        return tuple(slot for text in words.values() for slot in slots(text))
    if isinstance(words, tuple):
        return tuple(slot for turn in words for slot in _slots(turn.text))
    return ()


def _cells(template: Template) -> Iterator[Problem]:
    place: Place = ("template", "cells")
    if (template.crossing == "listed") != bool(template.cells):
        found = f"crossing is {template.crossing!r}, and {len(template.cells)} cells are listed"
        yield Problem(place, found, "'cells' and 'crossing: listed' belong together")
    sizes = {name: len(factor.levels) for name, factor in template.factors.items()}
    if template.crossing == "fraction" and (len(set(sizes.values())) > 1 or len(sizes) < 3):
        found = "a fraction of " + " x ".join(str(n) for n in sizes.values()) + " cells"
        hint = "a fraction needs three factors or more with equally many levels; list the cells"
        yield Problem(("template", "crossing"), found, hint)
    for k, cell in enumerate(template.cells):
        if cell.keys() != template.factors.keys():
            found = f"cell {k + 1} names {', '.join(cell) or 'no factor'}"
            yield Problem((*place, k), found, f"name a level of {', '.join(template.factors)}")
            continue
        if cell in template.cells[:k]:
            yield Problem((*place, k), f"cell {k + 1} stands twice", "remove one of them")
        for name, level in cell.items():
            if level not in template.factors[name].levels:
                found = f"cell {k + 1}: {name!r} has no level {level!r}"
                hint = did_you_mean(level, template.factors[name].levels)
                yield Problem((*place, k, name), found, hint)


def _variants(file: SetFile) -> Iterator[Problem]:
    for name, variant in file.variants.items():
        place: Place = ("variants", name)
        if name == "original":
            yield Problem(place, "the name 'original' is taken", "it is the stimulus itself")
        of_pictures = variant.rule in PICTURE_RULES
        kinds = {"picture"} if of_pictures else {*TEXTS, "turns"}
        if variant.rule and not kinds & set(file.fields.values()):
            what = "picture to change" if of_pictures else "text to write in another way"
            yield Problem(place, f"the rule {variant.rule!r} has no {what}", "remove it")
        for stimulus, texts in variant.written.items():
            for field in texts:
                if file.fields.get(field) not in TEXTS:
                    found = f"{stimulus!r} is written with a field {field!r}"
                    known = [n for n, kind in file.fields.items() if kind in TEXTS]
                    hint = did_you_mean(field, known)
                    yield Problem((*place, "written", stimulus, field), found, hint)
