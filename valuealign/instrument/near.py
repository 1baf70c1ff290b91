"""Did you mean: the known name nearest to one that is not known."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """The nearest known names, or the first of them where none is near.

    Examples
    --------
    >>> did_you_mean("pvq70", ["pvq01", "pvq07"])
    "did you mean 'pvq07' or 'pvq01'?"
    >>> did_you_mean("zzz", ["he", "she"])
    'there are: he, she'
    """
    names = [str(each) for each in known]
    near = difflib.get_close_matches(str(name)[:100], names, n=3, cutoff=0.6)
    if near:
        return "did you mean " + " or ".join(repr(each) for each in near) + "?"
    if not names:
        return "there are none"
    return "there are: " + ", ".join(names[:12]) + (", ..." if len(names) > 12 else "")
