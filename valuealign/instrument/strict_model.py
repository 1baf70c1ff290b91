"""The base class of all parts of an instrument file: unknown fields are errors."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

ID_SHAPE = r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$"
LEVEL_SHAPE = r"^[A-Za-z0-9][A-Za-z0-9_-]*$"
NAME_SHAPE = r"^[A-Za-z][A-Za-z0-9_]*$"
LANGUAGE_SHAPE = r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$"
DOI_SHAPE = r"^10\.\d{4,9}/\S+$"

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def without_controls(text: str) -> str:
    """Return a text without control characters, or raise: they move a terminal and hide words.

    Raises
    ------
    ValueError
        A control character is in it.
    """
    if match := _CONTROL.search(text):
        raise ValueError(f"a control character (U+{ord(match[0]):04X}) is in the text; remove it")
    return text


Text = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1),
    AfterValidator(without_controls),
]
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


def added(default: Any) -> Any:
    """A field that was added after the first edition, with its default.

    At its default it is not part of the content, so that an instrument that does not use it keeps
    its hash, and a store written before it is still recognised.

    Examples
    --------
    >>> class Part(Strict):
    ...     name: str
    ...     tone: str | None = added(None)
    >>> Part(name="a").model_dump(), Part(name="a", tone="b").model_dump()
    ({'name': 'a'}, {'name': 'a', 'tone': 'b'})
    """
    return Field(default=default, exclude_if=lambda value: value == default)


class Strict(BaseModel):
    """A frozen part of an instrument file that rejects unknown fields."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, allow_inf_nan=False, use_attribute_docstrings=True
    )
