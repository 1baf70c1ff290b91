"""One stimulus, and what a plan needs to know of many."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol

from valuealign.content import content_id
from valuealign.instrument.pictures.picture import Picture
from valuealign.instrument.slots import FieldKind

Value = str | int | float | bool
ORIGINAL = "original"
"""The name of the variant that is the stimulus itself."""


@dataclass(frozen=True)
class Stimulus:
    """What one administration is about, in one language.

    Parameters
    ----------
    set_id : str
    id : str
        Its name within the set; the same for every variant.
    base : str
        The base text, or the row.
    variant : str, optional
        ``None`` is the stimulus itself.
    shown : mapping of str to str
        Field -> the words that a slot shows.
    conditions : mapping of str to str
        Factors with their levels, and categories.
    numbers : mapping of str to int or float
    truth, reference : mapping
        Kept beside the responses; no prompt is made from these.
    pictures : mapping of str to Picture
        Field -> the picture that is shown before the text.
    files : mapping of str to str
        Field -> the file of its picture; no part of the identity.

    Examples
    --------
    >>> a = Stimulus("moods", "m1", "m1", shown={"vignette": "It rains."})
    >>> b = Stimulus("moods", "m1", "m1", "misspelt", shown={"vignette": "It rians."})
    >>> a.id == b.id, a.hash == b.hash
    (True, False)
    """

    set_id: str
    id: str
    base: str
    variant: str | None = None
    shown: Mapping[str, str] = field(default_factory=dict)
    conditions: Mapping[str, str] = field(default_factory=dict)
    numbers: Mapping[str, int | float] = field(default_factory=dict)
    truth: Mapping[str, Value] = field(default_factory=dict)
    reference: Mapping[str, str] = field(default_factory=dict)
    pictures: Mapping[str, Picture] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def content(self) -> dict[str, Any]:
        """The stimulus as plain values; parts that it does not have are left out."""
        parts = {
            "set": self.set_id,
            "id": self.id,
            "base": self.base,
            "variant": self.variant,
            **{name: dict(getattr(self, name)) for name in _MAPPINGS},
            "pictures": {name: picture.sha256 for name, picture in self.pictures.items()},
        }
        return {name: part for name, part in parts.items() if part}

    @cached_property
    def hash(self) -> str:
        """Sixteen hex digits made from the content."""
        return content_id(self.content)


_MAPPINGS = ("shown", "conditions", "numbers", "truth", "reference")


class About(Protocol):
    """The stimuli of a plan: how many there are, what each has, and one at a time."""

    @property
    def id(self) -> str:
        """The name of the set."""

    @property
    def fields(self) -> Mapping[str, FieldKind]:
        """What every stimulus has."""

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that its texts are written in; empty where they are shown as they are."""

    def __len__(self) -> int:
        """How many stimuli there are."""

    def stimulus(self, k: int, language: str) -> Stimulus:
        """One of them, counted from 0, in a language."""

    def check(self, language: str) -> None:
        """Refuse a language in which one of them cannot be written."""

    def content(self) -> dict[str, Any]:
        """What the plan records: the set, its hash, and which of its stimuli are used."""
