"""What must accompany a clinical instrument or set of stimuli when it is given to people."""

from __future__ import annotations

from typing import Any

from valuealign.errors import PlanError
from valuealign.supply.people.questionnaire import Questionnaire


def content_notes(questionnaire: Questionnaire) -> list[str]:
    """The content notes of the instrument and of its stimuli."""
    note = questionnaire.instrument.content_note
    notes = [in_language(note, questionnaire.form.language)] if note else []
    of_set = _of_set(questionnaire).get("content_note")
    return list(dict.fromkeys([*notes, *([of_set] if of_set else [])]))


def not_for(questionnaire: Questionnaire) -> list[str]:
    """The uses that neither the instrument nor its stimuli support."""
    of_set = _of_set(questionnaire).get("not_for") or ()
    return list(dict.fromkeys([*questionnaire.instrument.not_for, *of_set]))


def notes_of(questionnaire: Questionnaire) -> list[str]:
    """Content notes, and what the answers are not for, in words."""
    uses = not_for(questionnaire)
    notes = [f"content note: {note}" for note in content_notes(questionnaire)]
    return [*notes, *([f"not for {'; '.join(uses)}"] if uses else [])]


def check_clinical(questionnaire: Questionnaire, help_line: str | None, how: str) -> None:
    """Refuse to give a clinical instrument to people without its content note and a help line.

    An instrument or a set of stimuli is clinical where it has a content note or rules out uses.

    Parameters
    ----------
    questionnaire : Questionnaire
    help_line : str or None
        Where people find help.
    how : str
        How the user adds the help line.

    Raises
    ------
    PlanError
        Says what to add, and where.
    """
    notes = content_notes(questionnaire)
    instrument = questionnaire.instrument
    if not notes and not not_for(questionnaire):
        return
    if not notes:
        raise PlanError(
            f"{instrument.id} rules out uses (not_for) and has no content note; people must read "
            "one first: add 'content_note: {en: ...}' to the instrument's file"
        )
    if not (help_line or "").strip():
        raise PlanError(
            f"{instrument.id} is clinical: people must be told where they find help; add {how}, "
            "with a service that people in your country reach, day and night"
        )


def in_language(texts: dict[str, str], language: str) -> str:
    """A text in a language, or in the first one there is.

    Examples
    --------
    >>> in_language({"en": "a", "de": "b"}, "de"), in_language({"en": "a"}, "fr")
    ('b', 'a')
    """
    return texts.get(language) or next(iter(texts.values()))


def _of_set(questionnaire: Questionnaire) -> dict[str, Any]:
    about = questionnaire.about
    return about.content() if about is not None else {}
