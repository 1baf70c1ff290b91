"""Text of an instrument file from the draft of a survey."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from valuealign.errors import InstrumentError
from valuealign.exchange.surveys.draft import Draft, DraftItem
from valuealign.exchange.surveys.survey import Words
from valuealign.instrument.write_instrument import identifier, instrument_text, unique

NEUTRAL = "Which answer fits best?"
"""What is asked where the file does not state it."""


@dataclass(frozen=True, slots=True)
class About:
    """Facts that a survey file does not state, supplied by the user.

    Parameters
    ----------
    id : str
    title, instruction : str
        "" keeps the file's.
    construct, holder : str
    citation : str, optional
    fields : tuple of str
        Texts that it is asked about ("vignette").
    """

    id: str
    title: str = ""
    construct: str = "not stated"
    holder: str = "not stated"
    citation: str | None = None
    instruction: str = ""
    fields: tuple[str, ...] = ()


def points_of(draft: Draft, labels: Sequence[str], path: Path) -> list[dict[str, Any]]:
    """Return the points of the scale as the file states them.

    Raises
    ------
    InstrumentError
        The survey has no options, and no labels were given.
    """
    if draft.points:
        return [{"code": p.code, "label": _within(p.label, draft)} for p in draft.points]
    if not labels:
        raise InstrumentError(
            "the file has no option labels", hint="give them with --labels 'a|b|c'", path=path
        )
    language = draft.languages[0]
    return [{"code": k, "label": {language: words}} for k, words in enumerate(labels, start=1)]


def text_of(draft: Draft, about: About, path: Path, *, labels: Sequence[str] = ()) -> str:
    """Return the text of an instrument file.

    Parameters
    ----------
    draft : Draft
    about : About
    path : Path
        The survey file, for errors.
    labels : sequence of str
        Option labels, lowest first, where the survey has none.

    Raises
    ------
    InstrumentError
        What does not fit; never with a line, since no file was written.
    """
    try:
        return instrument_text(
            about.id,
            title=_in_each(about.title, draft.title, draft, about.id),
            construct=dict.fromkeys(draft.languages, about.construct),
            instruction=_in_each(about.instruction, draft.instruction, draft, NEUTRAL),
            points=points_of(draft, labels, path),
            items=[_item(item) for item in draft.items],
            scales=_scales(draft),
            holder=about.holder,
            citation=about.citation,
            undefined=_within(draft.undefined, draft),
            about=about.fields,
        )
    except InstrumentError as error:
        raise InstrumentError(
            error.found, expected=error.expected, hint=error.hint, path=path
        ) from None


def notes_of(draft: Draft, about: About) -> tuple[str, ...]:
    """Return notes for the user: the draft's, and placeholders for missing words."""
    stated = about.instruction or all(draft.instruction.get(lang) for lang in draft.languages)
    if stated:
        return draft.notes
    return (
        *draft.notes,
        f"no one instruction is stated for all items; each is asked under {NEUTRAL!r} "
        "(--instruction)",
    )


def _in_each(words: str, own: Words, draft: Draft, default: str) -> dict[str, str]:
    return {lang: words or own.get(lang) or default for lang in draft.languages}


def _within(words: Words, draft: Draft) -> dict[str, str]:
    return {lang: words[lang] for lang in draft.languages if words.get(lang)}


def _item(item: DraftItem) -> dict[str, Any]:
    made: dict[str, Any] = {
        "id": item.id,
        "keyed": item.keyed,
        "stem": {lang: {"plain": text} for lang, text in item.text.items()},
    }
    if item.aliases:
        made["aliases"] = list(item.aliases)
    if item.heading:
        made["attributes"] = {"heading": next(iter(item.heading.values()))}
    return made


def _scales(draft: Draft) -> list[Mapping[str, Any]]:
    """Give each scale an id from the ASCII letters of its name, which becomes its title."""
    members: dict[str, list[str]] = {}
    for item in draft.items:
        members.setdefault(item.scale.strip(), []).append(item.id)
    return [
        {"id": made, "title": dict.fromkeys(draft.languages, name), "items": ids}
        for made, (name, ids) in zip(unique(map(identifier, members)), members.items(), strict=True)
    ]
