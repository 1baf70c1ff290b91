"""Linter rules for words: rights, languages, forms, duplicates."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING

from valuealign.instrument.lint.finding import Remark
from valuealign.instrument.references import texts_with_slots
from valuealign.instrument.response_scale import Keyed, Labelled
from valuealign.instrument.slots import HIDDEN, slots

if TYPE_CHECKING:
    from valuealign.instrument.instrument import Instrument
    from valuealign.instrument.references import Place


def rights(instrument: Instrument) -> Iterator[Remark]:
    """Rights of wording and media are stated, and an official text is not passed on."""
    wanted = ["wording", *(["media"] if any(item.media for item in instrument.items) else [])]
    for name in wanted:
        if name not in instrument.rights:
            yield Remark(
                "error",
                ("rights",),
                f"the rights of the {name} are not stated",
                f"add '{name}:' with holder, terms and redistribution",
            )
    held = instrument.rights.get("wording")
    if instrument.wording_notice.kind == "official" and held and not held.redistribution:
        yield Remark(
            "warning",
            ("wording",),
            "an official wording that may not be redistributed",
            "keep this file to yourself, or ship an open form and install the wording",
        )


def citations(instrument: Instrument) -> Iterator[Remark]:
    """Something is cited, with a DOI or the reason there is none."""
    if not instrument.citations:
        hint = "say where it was published, or that it was not ('Unpublished, ...')"
        yield Remark("error", ("citations",), "nothing is cited", hint)
    for k, citation in enumerate(instrument.citations):
        if citation.doi is None and citation.reason is None:
            hint = "add its DOI, or say under 'reason' why it has none"
            yield Remark("warning", ("citations", k), "a citation without a DOI", hint)


def stems(instrument: Instrument) -> Iterator[Remark]:
    """Every item has every language, in every form that the others have."""
    if not any(item.stem for item in instrument.items):
        if not all(item.media for item in instrument.items):
            hint = f"valuealign instruments wording {instrument.id} FILE installs one"
            yield Remark("note", ("wording",), "the file carries no wording", hint)
        return
    for part in ("stem", "opposed"):
        yield from _untranslated(instrument, part)


def _untranslated(instrument: Instrument, part: str) -> Iterator[Remark]:
    written = [getattr(item, part) for item in instrument.items]
    if not any(written):
        return
    for language in instrument.languages:
        forms = {form for each in written for form in each.get(language, {})}
        for k, each in enumerate(written):
            place: Place = ("items", k, part)
            item_id = instrument.items[k].id
            if language not in each:
                problem = f"item {item_id!r} has no {part} in language {language!r}"
                yield Remark("error", place, problem, "translate it, or remove the language")
            elif missing := sorted(forms - set(each[language])):
                problem = f"item {item_id!r} has no {part} in form {', '.join(missing)}"
                yield Remark("error", (*place, language), problem, "other items have it; write it")


def instructions(instrument: Instrument) -> Iterator[Remark]:
    """Instructions, titles and the advised form exist in every language."""
    advised = instrument.administration.stem
    for language in instrument.languages:
        for k, each in enumerate(instrument.instructions):
            if language not in each.text:
                problem = f"instruction {each.id!r} is not in language {language!r}"
                yield Remark("error", ("instructions", k), problem, "translate it")
            elif not {advised, "plain"} & set(each.text[language]):
                problem = f"instruction {each.id!r} has no form {advised!r} ({language})"
                hint = "write it, or advise another form under 'administration: stem'"
                yield Remark("error", ("instructions", k, "text", language), problem, hint)
        for name in ("title", "construct"):
            texts = instrument.title if name == "title" else instrument.measures
            if language not in texts:
                problem = f"the {name} is not in language {language!r}"
                yield Remark("warning", (name,), problem, "translate it")
    yield from _advised_form(instrument)


def _advised_form(instrument: Instrument) -> Iterator[Remark]:
    advised = instrument.administration.stem
    forms = {form for item in instrument.items for texts in item.stem.values() for form in texts}
    if forms and not {advised, "plain"} & forms:
        problem = f"the form advised is {advised!r}, and no stem has it"
        hint = "advise one of " + ", ".join(sorted(forms))
        yield Remark("error", ("administration", "stem"), problem, hint)


def labels(instrument: Instrument) -> Iterator[Remark]:
    """Both ends of the scale, and every option, have words in every language."""
    scale = instrument.response_scale
    for language in instrument.languages:
        if isinstance(scale, Labelled):
            for k in (0, len(scale.points) - 1):
                if language not in scale.points[k].label:
                    problem = f"the end point {scale.points[k].code} has no label ({language})"
                    place: Place = ("response_scale", "points", k)
                    yield Remark("error", place, problem, "label at least both ends")
        if isinstance(scale, Keyed):
            for k, item in enumerate(instrument.items):
                if any(language not in option.label for option in item.options):
                    problem = f"an option of item {item.id!r} has no words ({language})"
                    yield Remark("error", ("items", k, "options"), problem, "translate it")


def duplicates(instrument: Instrument) -> Iterator[Remark]:
    """No two items have the same text, and no opposed stem repeats a stem."""
    first: dict[tuple[str, str, str], tuple[str, str]] = {}
    reported: set[tuple[str, str]] = set()
    for part in ("stem", "opposed"):
        for k, item in enumerate(instrument.items):
            for key in _sentences(item, part):
                other, where = first.setdefault(key, (item.id, part))
                if (other, where) == (item.id, part) or (item.id, part + other) in reported:
                    continue
                reported.add((item.id, part + other))
                problem = f"the {part} of item {item.id!r} is the {where} of item {other!r}"
                hint = "write another: two items that say the same are one item"
                yield Remark("error", ("items", k, part), problem, hint)


def _sentences(item: object, part: str) -> Iterator[tuple[str, str, str]]:
    for language, forms in getattr(item, part).items():
        for form, text in forms.items():
            yield language, form, same_sentence(text)


def about(instrument: Instrument) -> Iterator[Remark]:
    """What an instrument is asked about is shown by a slot, and a slot has a field."""
    named = {name: place for place, text in texts_with_slots(instrument) for name in slots(text)}
    for name, kind in instrument.about.items():
        if name not in named and kind not in (*HIDDEN, "picture"):
            found = f"no stem or instruction shows the field {name!r}"
            hint = "write {" + name + "} where it belongs, or remove the field"
            yield Remark("warning", ("about", name), found, hint)
    if not instrument.about:
        for name, place in named.items():
            hint = "declare it under 'about' as 'text'; as it is, the braces are shown"
            yield Remark("warning", place, f"the slot {name!r}, and no 'about'", hint)


def same_sentence(text: str) -> str:
    """Return the common part by which two sentences are the same.

    Examples
    --------
    >>> same_sentence("I like  rain.") == same_sentence("I like rain!")
    True
    """
    return " ".join(text.casefold().split()).rstrip(".!")


def media(instrument: Instrument) -> Iterator[Remark]:
    """Pictures are named once, and better with a checksum."""
    places: dict[str, list[int]] = defaultdict(list)
    for k, item in enumerate(instrument.items):
        for each in item.media:
            places[each.name].append(k)
    for name, at in places.items():
        if len(at) > 1:
            problem = f"the picture {name!r} belongs to {len(at)} items"
            yield Remark("error", ("items", at[1], "media"), problem, "one picture, one item")
    unknown = [m.name for i in instrument.items for m in i.media if not (m.sha256 or m.drawn)]
    if unknown:
        problem = f"{len(unknown)} pictures have no checksum; only their number can be checked"
        yield Remark("note", ("items",), problem, "add 'sha256' where it is known")


CHECKS = (rights, citations, stems, instructions, labels, duplicates, media, about)
