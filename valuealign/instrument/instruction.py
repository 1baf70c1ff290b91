"""Instructions of an instrument, and its authors' advice on administration."""

from __future__ import annotations

from typing import Literal

from valuealign.instrument.strict_model import Identifier, Language, StemForm, Strict, Text


class Instruction(Strict):
    """One of several equivalent instruction wordings."""

    id: Identifier
    """The name a form asks for it by."""
    text: dict[Language, dict[StemForm, Text]]
    """The instruction in each language and grammatical form."""


class Advice(Strict):
    """The authors' advice on administration."""

    context: Literal["item", "whole", "growing"] = "item"
    """One item in its own context, the whole form in one, or a growing conversation."""
    stem: StemForm = "they"
    """The grammatical form used unless another is asked for."""
    sex_matched: bool = False
    """Whether the form must match the respondent's sex where the language has gender."""
    notes: Text | None = None
    """Anything else its authors ask for."""
