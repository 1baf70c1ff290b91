"""Items: the statements, pictures or scenes put to a respondent."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from valuealign.instrument.pictures.drawn_face import DrawnFace
from valuealign.instrument.strict_model import (
    Identifier,
    LanguageText,
    Stems,
    Strict,
    Text,
    added,
)

Attribute = str | int | float | bool | None


class Media(Strict):
    """A picture that the user supplies, or a schematic face that is drawn; no file is shipped."""

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", max_length=128)]
    """File name in the user's own folder of pictures ("rmet_01.png")."""
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = None
    """Checksum of the file, where it is known."""
    drawn: DrawnFace | None = added(None)
    """A schematic face instead of a file: it measures nothing in anybody."""


class ItemOption(Strict):
    """One option of a keyed item."""

    code: int
    """What the option is called in the data."""
    label: LanguageText
    """Its words in each language."""
    stands_for: str | None = None
    """The scale this option is a choice for; where choices between values are scored."""


class Point(Strict):
    """One point of a labelled scale: its code and its words in each language."""

    code: int
    """What the point is called in the data."""
    label: LanguageText = Field(default_factory=dict)
    """Its words; a point between labelled ends may have none."""


class Item(Strict):
    """One statement put to a respondent."""

    id: Identifier
    """A stable name; it is the column of the data ("pvq01")."""
    stem: Stems = Field(default_factory=dict)
    """The sentence in each language and grammatical form."""
    opposed: Stems = Field(default_factory=dict)
    """A sentence of opposed content, to tell agreement from acquiescence."""
    keyed: Literal[1, -1] = 1
    """+1, or -1 where agreeing means less of what the scale measures."""
    options: tuple[ItemOption, ...] = ()
    """The item's own options; for keyed choice only."""
    answer: int | None = None
    """The code of the right option; for keyed choice only."""
    points: tuple[Point, ...] = added(())
    """Points of this item alone, lowest code first; where the response scale is labelled."""
    media: tuple[Media, ...] = ()
    """Pictures shown with the item."""
    aliases: tuple[Text, ...] = ()
    """Names of this item in public data files (the ESS calls pvq-21's first "ipcrtiv")."""
    attributes: dict[str, Attribute] = Field(default_factory=dict)
    """Anything else that is known of the item, kept beside the data."""
