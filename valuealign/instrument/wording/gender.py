"""Grammatical forms of English portraits: "She/he" resolved, and a declared form checked."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

_HE = ("he", "him", "his", "himself")
_SHE = ("she", "her", "hers", "herself")
_WORD = "|".join(sorted((*_HE, *_SHE), key=len, reverse=True))
_PAIR = re.compile(rf"\b({_WORD})\s*/\s*({_WORD})\b", re.IGNORECASE)


def carries_both(text: str) -> bool:
    """Whether a sentence carries both forms ("her/him", "She/he").

    Examples
    --------
    >>> carries_both("She/he likes rain."), carries_both("He likes rain.")
    (True, False)
    """
    return any(_pair(match[1], match[2]) for match in _PAIR.finditer(text))


def in_gender(text: str, form: str) -> str:
    """The sentence in one form, where it carries both.

    Examples
    --------
    >>> in_gender("She/he does it her/his own way.", "he")
    'He does it his own way.'
    """

    def chosen(match: re.Match[str]) -> str:
        pair = _pair(match[1], match[2])
        if pair is None:
            return match[0]
        word = pair[form == "she"]
        return word.capitalize() if match[1][0].isupper() else word

    return _PAIR.sub(chosen, text)


def _pair(first: str, second: str) -> tuple[str, str] | None:
    """The pair as (he-word, she-word), or None where both are of one form."""
    a, b = first.lower(), second.lower()
    if a in _HE and b in _SHE:
        return a, b
    return (b, a) if a in _SHE and b in _HE else None


def spoken_form(sentences: Iterable[str]) -> Literal["he", "she"] | None:
    """The form English sentences are in: "he" or "she", or None where neither prevails.

    Examples
    --------
    >>> spoken_form(["She likes rain.", "Rain is good to her."])
    'she'
    """
    he = she = 0
    for sentence in sentences:
        words = set(re.findall(r"[a-z]+", sentence.lower()))
        he += bool(words & set(_HE))
        she += bool(words & set(_SHE))
    if he > 2 * she:
        return "he"
    return "she" if she > 2 * he else None
