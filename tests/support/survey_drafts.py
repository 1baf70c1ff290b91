"""What tests of imported surveys ask, and the points and notes of a draft."""

from __future__ import annotations

ROWS = {"a": "I like rain.", "b": "I like snow.", "c": "I like fog."}


YES_NO = [(0, "no"), (1, "yes")]


def coded(draft):
    """Codes and words of the points."""
    return [(p.code, p.label.get(draft.languages[0], "")) for p in draft.points]


def has_note(draft, words):
    """Whether a note says so."""
    return any(words in note for note in draft.notes)
