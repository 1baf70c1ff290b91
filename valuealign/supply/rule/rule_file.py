"""The format of files under ``raters/``: rules that rate replies."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from valuealign.content import content_id
from valuealign.instrument.provenance import Citation, Rights
from valuealign.instrument.strict_model import ID_SHAPE, Identifier, Language, Strict, Text

Person = Literal["own", "other", "both"]
"""The person who answers, the other person, or both of them."""
Answer = Literal["own", "other", "distinct"]
"""What is found: the level of one of the two, or whether their feelings differ."""


def _compiles(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"{pattern!r} is not a regular expression ({error})") from None
    return pattern


Pattern = Annotated[Text, AfterValidator(_compiles)]


class _Rule(Strict):
    id: Annotated[str, Field(pattern=ID_SHAPE, max_length=64)]
    """The name by which it is asked for: ``rule:ID``."""
    version: Text
    """The version of this file, in quotes ("1.0")."""
    title: Text
    """What it finds, in words."""
    source: Text
    """Who wrote it, from what, and how far it is validated."""
    rights: Rights
    """Who holds the list, and on what terms."""
    citations: tuple[Citation, ...] = ()
    """Where its rules were published."""
    language: Language
    """The language of the replies that it can rate."""
    rubric: Text
    """The instrument whose items it answers."""

    @property
    def hash(self) -> str:
        """Sixteen hex digits made from the content: another list is another respondent."""
        content: dict[str, Any] = self.model_dump(mode="json")
        return content_id(content)


class Words(_Rule):
    """Levels by the words of feeling that a reply uses, and whose feelings they are."""

    kind: Literal["words"]
    """A list of words."""
    items: dict[Identifier, Answer] = Field(min_length=1)
    """Item of the rubric -> what answers it."""
    persons: dict[Person, tuple[Text, ...]]
    """Words that say whose feelings follow."""
    other_from: Identifier | None = None
    """A field of the replies that names the other person ("your friend")."""
    negations: tuple[Text, ...] = ()
    """Words that take the next words of feeling back."""
    negation_reach: Annotated[int, Field(ge=0, le=10)] = 2
    """How many words a negation reaches."""
    levels: dict[Annotated[int, Field(ge=1, le=3)], dict[Identifier, tuple[Text, ...]]]
    """Level -> kind of feeling -> its words. Two kinds of the highest level are level 4."""


class Check(Strict):
    """What one item of a checklist looks for."""

    any: tuple[Pattern, ...] = Field(min_length=1)
    """Regular expressions; letters match in either case."""
    present: int = 1
    """The code where one of them is in the reply."""
    absent: int = 0
    """The code where none is."""


class Checklist(_Rule):
    """Items that are answered by whether a pattern is in the reply."""

    kind: Literal["checklist"]
    """A list of patterns."""
    checks: dict[Identifier, Check] = Field(min_length=1)
    """Item of the rubric -> what answers it."""
