"""What the linter says of the texts of a set: every stimulus is written out and compared."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from valuealign.errors import StimulusError
from valuealign.instrument.lint.finding import Remark
from valuealign.instrument.slots import slots
from valuealign.stimulus.stimulus import ORIGINAL, Stimulus

if TYPE_CHECKING:
    from valuealign.instrument.references import Place
    from valuealign.stimulus.stimulus_set import StimulusSet


def languages(stimuli: StimulusSet) -> Iterator[Remark]:
    """Every stimulus and every variant is written in every language."""
    for language in stimuli.languages:
        for variant in stimuli.variants:
            place: Place = ("variants", variant) if variant != ORIGINAL else _texts_of(stimuli)
            try:
                stimuli.check_variant(variant)
                for k in range(len(stimuli)):
                    stimuli.stimulus(k, language, variant)
            except StimulusError as error:
                yield Remark("error", place, error.found, error.hint or "write it")


def unused_slots(stimuli: StimulusSet) -> Iterator[Remark]:
    """Words that no text shows."""
    template = stimuli.file.template
    if template is None:
        return
    shown = repr([row.values for row in template.texts])
    everything = [shown, *(repr(row.words) for row in template.texts)]
    everything += [repr(factor.levels) for factor in template.factors.values()]
    named = {slot for text in everything for slot in slots(text)}
    for name, factor in template.factors.items():
        filled = {slot for words in factor.levels.values() for slot in words}
        for slot in sorted(filled - named):
            found = f"no text has the slot {slot!r} that {name!r} fills"
            hint = "write {" + slot + "} into the texts, or remove it"
            yield Remark("error", ("template", "factors", name), found, hint)


def same_texts(stimuli: StimulusSet) -> Iterator[Remark]:
    """No two stimuli say the same."""
    first: dict[str, str] = {}
    for k, stimulus in _readable(stimuli):
        text = " ".join("\n".join(stimulus.shown.values()).split()).casefold()
        text += " ".join(picture.reference for picture in stimulus.pictures.values())
        other = first.setdefault(text, stimulus.id)
        if other != stimulus.id:
            found = f"{other!r} and {stimulus.id!r} have the same text"
            found += " and the same picture" if stimulus.pictures else ""
            hint = "a difference that no text shows cannot have an effect"
            yield Remark("error", _place(stimuli, k), found, hint)


def lengths(stimuli: StimulusSet) -> Iterator[Remark]:
    """Texts of one base are about equally long, so that length is not varied with a factor."""
    if not stimuli.factors:
        return
    share = stimuli.file.length_share
    of_base: dict[str, list[tuple[int, str]]] = {}
    for _, stimulus in _readable(stimuli):
        words = sum(len(text.split()) for text in stimulus.shown.values())
        of_base.setdefault(stimulus.base, []).append((words, stimulus.id))
    for k, (base, counted) in enumerate(of_base.items()):
        (least, shortest), (most, longest) = min(counted), max(counted)
        if most > least * (1 + share):
            found = f"{longest!r} has {most} words and {shortest!r} {least}"
            hint = f"write texts of {base!r} that differ by at most {share:.0%}"
            yield Remark("warning", _texts_of(stimuli, k), found, hint)


def kept(stimuli: StimulusSet) -> Iterator[Remark]:
    """Every variant keeps the phrases that it has to keep, and differs from the stimulus."""
    language = stimuli.languages[0]
    for k, stimulus in _readable(stimuli):
        original = "\n".join(stimulus.shown.values())
        keeps = [phrase for phrase in stimuli.keeps(k) if phrase.casefold() in original.casefold()]
        for variant in stimuli.variants[1:]:
            try:
                other = stimuli.stimulus(k, language, variant)
                text = "\n".join(other.shown.values())
            except StimulusError:  # reported as a missing language
                continue
            place: Place = ("variants", variant)
            for phrase in keeps:
                if phrase.casefold() not in text.casefold():
                    found = f"the variant {variant!r} of {stimulus.id!r} loses {phrase!r}"
                    yield Remark("error", place, found, "write the variant so that it is kept")
            if text == original and other.pictures == stimulus.pictures:
                found = f"the variant {variant!r} of {stimulus.id!r} is the stimulus itself"
                yield Remark("warning", place, found, "write it, or use another rule")


def _readable(stimuli: StimulusSet) -> Iterator[tuple[int, Stimulus]]:
    """The stimuli that are written in the first language."""
    for k in range(len(stimuli)):
        try:
            yield k, stimuli.stimulus(k, stimuli.languages[0])
        except StimulusError:  # reported as a missing language
            continue


def _place(stimuli: StimulusSet, k: int) -> Place:
    return _texts_of(stimuli, k // len(stimuli.cells))


def _texts_of(stimuli: StimulusSet, k: int | None = None) -> Place:
    part: Place = ("template", "texts") if stimuli.file.template else ("rows",)
    return part if k is None else (*part, k)


TEXT_CHECKS = (languages, unused_slots, same_texts, lengths, kept)
