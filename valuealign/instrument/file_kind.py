"""Kinds of data files, recognised by their fields, so that a file in the wrong place is named."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple


class FileKind(NamedTuple):
    """A kind of file: its name, fields that only this kind has, and the command that takes it."""

    name: str
    fields: frozenset[str]
    command: str


INSTRUMENT = FileKind(
    "an instrument",
    frozenset({"response_scale", "items"}),
    "valuealign administer --instrument FILE",
)
STUDY = FileKind("a study", frozenset({"instruments"}), "valuealign study run FILE")
STIMULI = FileKind(
    "a set of stimuli",
    frozenset({"fields"}),
    "valuealign administer --instrument NAME --about FILE",
)
ANCHOR = FileKind(
    "an anchor (published numbers to check)",
    frozenset({"files", "checks"}),
    "valuealign study check FILE",
)
RULES = FileKind(
    "a file of rules", frozenset({"claims"}), "valuealign analyze verdict --rules FILE"
)
PERSONAS = FileKind(
    "a file of personas",
    frozenset({"personas"}),
    "valuealign administer --instrument NAME --persona FILE",
)
FROZEN = FileKind("a frozen study", frozenset({"frozen", "parts"}), "valuealign study freeze STUDY")
RATER = FileKind(
    "a rule that rates replies",
    frozenset({"rubric", "kind"}),
    "valuealign rate STORE --rubric NAME --model rule:FILE",
)
_KINDS = (INSTRUMENT, STUDY, STIMULI, ANCHOR, RULES, PERSONAS, FROZEN, RATER)


def kind_of_file(fields: Collection[str]) -> FileKind | None:
    """Return the kind of a file that has these fields; None if no kind, or more than one, fits.

    Examples
    --------
    >>> kind_of_file(["id", "title", "instruments"]).command
    'valuealign study run FILE'
    >>> kind_of_file(["id", "title"]) is None
    True
    """
    fitting = [kind for kind in _KINDS if kind.fields <= set(fields)]
    if STUDY in fitting:  # a study may bring personas of its own
        fitting = [kind for kind in fitting if kind is not PERSONAS]
    return fitting[0] if len(fitting) == 1 else None


def misplaced(fields: Collection[str], expected: FileKind) -> tuple[str, str] | None:
    """Return what a file of another kind is, and the command that takes it.

    Parameters
    ----------
    fields : collection of str
        The fields at the top of the file.
    expected : FileKind
        The kind that was asked for.

    Returns
    -------
    tuple of str, or None
        The finding and the hint; None where the file may be of the expected kind.

    Examples
    --------
    >>> misplaced(["id", "instruments"], INSTRUMENT)
    ('this file is a study', 'use: valuealign study run FILE')
    """
    kind = kind_of_file(fields)
    if kind is None or kind is expected:
        return None
    return f"this file is {kind.name}", f"use: {kind.command}"
