"""Where an instrument comes from, who holds it, and which wording a file carries."""

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
    """Who holds the wording or the media, and on what terms."""

    holder: Text
    """Who holds the rights."""
    terms: Text
    """What may be done with it, in a sentence."""
    redistribution: bool
    """Whether it may be passed on to others."""
    source: Text | None = None
    """Where the terms are stated."""


class WordingNotice(Strict):
    """Which wording the file carries, and the words that label it everywhere."""

    kind: Literal["open form", "official", "public domain", "own", "none"]
    """Whose sentences these are."""
    notice: Text
    """The words that stand beside every result."""
