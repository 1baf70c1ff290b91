"""Who answers: a model at an endpoint, under a persona and sampling settings.

A respondent's id is made from its content, so the same respondent has the same id in every
store and on every machine. Keys are not part of a respondent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any, Literal

from valuealign.arguments import checked_class
from valuealign.content import content_id
from valuealign.sampling_settings import Sampling

__all__ = ["Persona", "PersonaKind", "Respondent", "content_id"]

PersonaKind = Literal["text", "demographic", "value", "biography"]
_NONE: Mapping[str, Any] = MappingProxyType({})
DIRECT = ("rule:", "people:")
"""Addresses of respondents that give codes and no replies, so that there is nothing to reread."""


@checked_class
@dataclass(frozen=True, slots=True)
class Persona:
    """Who the model is asked to answer as.

    Parameters
    ----------
    id : str
        A name that is unique in its file.
    text : str
        The persona's text, which becomes the system message.
    kind : {"text", "demographic", "value", "biography"}
    attributes : mapping
        Demographic attributes or the anchored value, stored with the responses as data.

    Examples
    --------
    >>> Persona("p1", "You are a retired nurse.", attributes={"sex": "female"}).attributes["sex"]
    'female'
    """

    id: str
    text: str
    kind: PersonaKind = "text"
    attributes: Mapping[str, Any] = field(default_factory=lambda: _NONE)

    def content(self) -> dict[str, Any]:
        """The persona as plain values."""
        return {
            "id": self.id,
            "text": self.text,
            "kind": self.kind,
            "attributes": dict(self.attributes),
        }


@checked_class
@dataclass(frozen=True)
class Respondent:
    """A model at an endpoint, under a persona and sampling settings.

    Parameters
    ----------
    model : str
        The name the endpoint knows ("gpt-4o").
    base_url : str
        Where it is asked, without credentials.
    persona : Persona, optional
        Whom the model answers as; None for the model itself.
    sampling : Sampling
        Sampling settings of every request.
    extra : mapping
        Further request fields ("enable_thinking"), as plain values.

    Examples
    --------
    >>> a = Respondent("gpt-4o", "https://api.openai.com/v1")
    >>> a.id == Respondent("gpt-4o", "https://api.openai.com/v1").id
    True
    """

    model: str
    base_url: str
    persona: Persona | None = None
    sampling: Sampling = field(default_factory=Sampling)
    extra: Mapping[str, Any] = field(default_factory=lambda: _NONE)

    def content(self) -> dict[str, Any]:
        """The respondent as plain values; the id is made from these.

        Further request fields are part of it only where there are some, so that respondents
        of older stores keep their ids.
        """
        content = {
            "model": self.model,
            "base_url": self.base_url,
            "persona": self.persona.content() if self.persona else None,
            "sampling": self.sampling.content(),
        }
        return {**content, "extra": dict(self.extra)} if self.extra else content

    @cached_property
    def id(self) -> str:
        """Sixteen hex digits made from the content."""
        return content_id(self.content())
