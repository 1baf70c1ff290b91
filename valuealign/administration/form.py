"""Forms: a fixed order, wording and scale direction under which an instrument is given."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Literal

from valuealign.instrument.instrument import StemForm
from valuealign.instrument.response_scale import Direction, Labels
from valuealign.respondent import content_id

Order = Literal["published", "reversed", "random", "latin"]
Content = Literal["stem", "opposed"]
Context = Literal["item", "whole", "growing"]


@dataclass(frozen=True, slots=True)
class Form:
    """One way of giving an instrument.

    Parameters
    ----------
    order : {"published", "reversed", "random", "latin"}
        Order of the items. "random" is seeded from the plan; "latin" rotates the published
        order by the occasion.
    direction : {"published", "reversed"}
        Direction of the response scale as presented.
    labels : {"numbers", "words", "letters"}
        What the options are called.
    stem : str, optional
        Grammatical form of the stems; ``None`` is the instrument's advice.
    content : {"stem", "opposed"}
        The stem itself, or the stem of opposed content.
    instruction : str, optional
        Which of the instrument's equivalent instructions; ``None`` is the first.
    language : str
    context : {"item", "whole", "growing"}, optional
        One item in its own context, the whole form in one, or a growing conversation;
        ``None`` is the instrument's advice.

    Examples
    --------
    >>> Form(direction="reversed", labels="letters").name
    'direction=reversed labels=letters'
    >>> Form().name
    'published'
    """

    order: Order = "published"
    direction: Direction = "published"
    labels: Labels = "numbers"
    stem: StemForm | None = None
    content: Content = "stem"
    instruction: str | None = None
    language: str = "en"
    context: Context | None = None

    @property
    def name(self) -> str:
        """What differs from the published form, in words."""
        differing = [
            f"{field.name}={getattr(self, field.name)}"
            for field in fields(self)
            if getattr(self, field.name) != field.default
        ]
        return " ".join(differing) or "published"

    @property
    def id(self) -> str:
        """Sixteen hex digits made from the content."""
        return content_id(asdict(self))
