"""The statement of an option in one clause: which, how firmly, and where."""

from __future__ import annotations

from dataclasses import dataclass

from valuealign.instrument.presented import Option


@dataclass(frozen=True, slots=True)
class Stated:
    """An option that a clause states.

    Parameters
    ----------
    option : Option, float or str
        A ``str`` says why it names none.
    strength : {"stated", "supposed", "subject", "bare", "shadow"}
        How it is said; a "shadow" counts only against another option.
    how : str
    place : int
        Which segment it is.
    whole : bool
        Whether it is named by its token and by its words.
    claim : bool
        Whether it is said as "I agree", which goes with "Strongly agree".
    mark, reason : str
        What the clause goes on to say, and the mark that joins it.
    item : str
        What the item is said to be ("with the statement that ...").
    """

    option: Option | float | str
    strength: str
    how: str
    place: int
    whole: bool = False
    claim: bool = False
    mark: str = ""
    reason: str = ""
    item: str = ""
