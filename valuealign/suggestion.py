"""Did you mean: the known names nearest to an unknown name."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

LIKENESS = 0.6
"""Share of common characters, from 0 to 1, from which a name is suggested."""
MARGIN = 0.15
"""A name that is less like than the nearest by more than this is not suggested."""


def nearest(name: str, known: Iterable[str]) -> list[str]:
    """Return at most three known names that are near whatever their case, the nearest first.

    Examples
    --------
    >>> nearest("reliabilty", ["generalizability", "reliability"])
    ['reliability']
    >>> nearest("PVQ-21", ["pvq-21", "pvq-40"])
    ['pvq-21']
    >>> nearest("zzz", ["he", "she"])
    []
    """
    from difflib import SequenceMatcher, get_close_matches

    short = str(name)[:100].casefold()
    names: dict[str, list[str]] = {}
    for each in known:
        names.setdefault(str(each).casefold(), []).append(str(each))
    folded = get_close_matches(short, names, n=3, cutoff=LIKENESS)
    likeness = [SequenceMatcher(None, each, short).ratio() for each in folded]
    near = [f for f, r in zip(folded, likeness, strict=True) if r >= likeness[0] - MARGIN]
    return [each for fold in near for each in names[fold]][:3]


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return the nearest known names, or the first of them where none is near.

    Examples
    --------
    >>> did_you_mean("pvq70", ["pvq01", "pvq07"])
    "did you mean 'pvq07' or 'pvq01'?"
    >>> did_you_mean("zzz", ["he", "she"])
    'there are: he, she'
    """
    names = [str(each) for each in known]
    if near := nearest(name, names):
        return "did you mean " + " or ".join(repr(each) for each in near) + "?"
    if not names:
        return "there are none"
    return "there are: " + ", ".join(names[:12]) + (", ..." if len(names) > 12 else "")


class Suggesting:
    """A class whose objects suggest a name for a misspelt attribute.

    Examples
    --------
    >>> class Table(Suggesting):
    ...     columns = ("a", "b")
    >>> Table().colums
    Traceback (most recent call last):
    AttributeError: Table has no attribute 'colums'; did you mean 'columns'?
    """

    if not TYPE_CHECKING:  # else type checkers would accept any attribute

        def __getattr__(self, name: str) -> Any:
            if name.startswith("_") or hasattr(type(self), name):
                return object.__getattribute__(self, name)  # raises the error of the attribute
            public = [known for known in dir(self) if not known.startswith("_")]
            message = (
                f"{type(self).__name__} has no attribute {name!r}; {did_you_mean(name, public)}"
            )
            raise AttributeError(message, name=name)
