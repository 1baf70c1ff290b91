"""What every part of an instrument file has in common: unknown fields are errors."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

ID_SHAPE = r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$"
NAME_SHAPE = r"^[A-Za-z][A-Za-z0-9_]*$"
LANGUAGE_SHAPE = r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$"
DOI_SHAPE = r"^10\.\d{4,9}/\S+$"

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
"""Words a person reads; never blank."""
Language = Annotated[str, Field(pattern=LANGUAGE_SHAPE)]
"""A language as editors and browsers name it: "en", "de", "pt-BR"."""
LanguageText = dict[Language, Text]
"""A text in each language: ``{"en": "like me"}``."""
Identifier = Annotated[str, Field(pattern=NAME_SHAPE, max_length=64)]
StemForm = Literal["he", "she", "they", "first", "plain"]
Stems = dict[Language, dict[StemForm, Text]]
"""A stem in each language and grammatical form: ``{"en": {"they": "..."}}``.

``plain`` is for stems that name no person ("Make people feel at ease.").
"""


class Strict(BaseModel):
    """A frozen part of an instrument file that forbids what it does not know."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, allow_inf_nan=False, use_attribute_docstrings=True
    )
