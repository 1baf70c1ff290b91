"""Open answers beside reference texts, as a study file declares them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from valuealign.instrument.strict_model import Strict, Text
from valuealign.study.study_file_parts import Name


class WithReference(Strict):
    """An open item whose answers are compared with a reference text of each stimulus."""

    instrument: Text
    """Whose item."""
    item: Text
    """What is written."""
    reference: Name
    """The field of the stimuli that has the reference."""


class OverlapBeyondOthers(Strict):
    """Answers overlap more (or less) with their own reference than with those of other stimuli."""

    kind: Literal["overlap_beyond_others"]
    """The difference of mean F1, with an interval over stimuli."""
    instrument: Text
    """Whose item; the study's ``references`` say with what it is compared."""
    item: Text
    """What is written."""
    measure: Literal["rouge1", "rouge2", "rougeL"]
    """Which overlap of words."""
    direction: Literal["above", "below"]
    """The side that would agree."""
    than: Annotated[float, Field(ge=-1, le=1)] = 0.0
    """The number."""
