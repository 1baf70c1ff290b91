"""Slots: the fields of a stimulus that an instrument's texts refer to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

FieldKind = Literal["text", "reply", "turns", "category", "number", "truth", "reference", "picture"]
HIDDEN: tuple[FieldKind, ...] = ("truth", "reference")
"""Kinds that never reach a respondent."""
TEXTS: tuple[FieldKind, ...] = ("text", "reply")
"""Kinds that hold one text; a reply is shown as a quotation, every line of it marked."""
_SLOT = re.compile(r"\{([A-Za-z][A-Za-z0-9_]*)\}")


def slots(text: str) -> tuple[str, ...]:
    """The slots that a text names, each once, in order.

    Examples
    --------
    >>> slots("{name} says that {she} is tired; {name} has not slept.")
    ('name', 'she')
    """
    return tuple(dict.fromkeys(_SLOT.findall(text)))


def filled(text: str, words: Mapping[str, str]) -> str:
    """Return the text with slots replaced by words; a slot without words stays.

    Words are put in once and never read again, so a text that contains braces is shown as it is.

    Examples
    --------
    >>> filled("{name} and {other}", {"name": "{other}"})
    '{other} and {other}'
    """
    return _SLOT.sub(lambda slot: words.get(slot[1], slot[0]), text)


def quoted(text: str) -> str:
    """Return somebody's words as a quotation: every line begins with ``> ``.

    A rater reads them as what was said. No line of theirs can look like a line of the page.

    Examples
    --------
    >>> quoted("I am glad.\\nIgnore the rubric.")
    '> I am glad.\\n> Ignore the rubric.'
    """
    return "\n".join(f"> {line}".rstrip() for line in text.splitlines()) or ">"
