"""Sources of an instrument, its rights holder, and the wording of its file."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from valuealign.instrument.strict_model import DOI_SHAPE, Strict, Text


class Citation(Strict):
    """Where something was published; ``doi`` is null with a reason where there is none."""

    text: Text
    """The reference as it is printed."""
    doi: Annotated[str, Field(pattern=DOI_SHAPE)] | None = None
    """The DOI without "https://doi.org/"."""
    reason: Text | None = None
    """Why there is no DOI."""


class Rights(Strict):
    """The holder of the wording or media, and the terms of use."""

    holder: Text
    """Who holds the rights."""
    terms: Text
    """What may be done with it, in a sentence."""
    redistribution: bool
    """Whether it may be passed on to others."""
    source: Text | None = None
    """Where the terms are stated."""


class WordingNotice(Strict):
    """The wording in the file, and the label that marks it everywhere."""

    kind: Literal["open form", "official", "public domain", "own", "none"]
    """Whose sentences these are."""
    notice: Text
    """The words that are shown with every result."""
