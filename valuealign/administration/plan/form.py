"""Forms: a fixed order, wording and scale direction of an instrument."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass, fields
from functools import partial
from typing import Any, Literal, get_args

from valuealign.administration.plan.form_pictures import check_pictures
from valuealign.arguments import checked_class
from valuealign.errors import PlanError
from valuealign.instrument.instrument import Instrument
from valuealign.instrument.pictures.picture_rules import SHOWN, Shown
from valuealign.instrument.response_scale import Direction, Labels
from valuealign.instrument.stem_variants import ORIGINAL
from valuealign.instrument.strict_model import StemForm
from valuealign.respondent import content_id
from valuealign.suggestion import did_you_mean

Order = Literal["published", "reversed", "random", "latin", "blocks"]
Content = Literal["stem", "opposed"]
Context = Literal["item", "whole", "growing"]


@partial(checked_class, values=False)
@dataclass(frozen=True, slots=True)
class Form:
    """One form in which an instrument is administered.

    Parameters
    ----------
    order : {"published", "reversed", "random", "latin", "blocks"}
        Order of the items. "random" is seeded from the plan; "latin" rotates the published
        order by the occasion; "blocks" draws the order within each block of the instrument, and
        items outside of blocks keep their places.
    direction : {"published", "reversed"}
        Direction of the response scale as presented.
    labels : {"numbers", "words", "letters"}
        What the options are called.
    stem : {"he", "she", "they", "first", "plain"}, optional
        Grammatical form of the stems; ``None`` is the instrument's advice.
    content : {"stem", "opposed"}
        The stem itself, or the stem of opposed content.
    instruction : str, optional
        Which of the instrument's equivalent instructions; ``None`` is the first.
    language : str
        Of the wording, such as "en".
    context : {"item", "whole", "growing"}, optional
        One item in its own context, the whole form in one, or a growing conversation;
        ``None`` is the instrument's advice.
    pictures : {"shown", "inverted", "scrambled", "exchanged", "absent"}
        Pictures of the items as they are, upside down, cut into exchanged pieces, another item's
        picture, or none: the words only.
    variant : str
        How the stems are written: "original", a variant that the instrument has, or a rule that
        makes one ("misspelt", "colloquial").

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
    pictures: Shown = "shown"
    variant: str = ORIGINAL

    def __post_init__(self) -> None:
        for name, allowed in _ALLOWED.items():
            value = getattr(self, name)
            if value is not None and value not in allowed:
                raise PlanError(
                    f"{name} is {value!r}; expected {', '.join(allowed)}"
                    + _hint(did_you_mean(str(value), allowed))
                )

    @property
    def name(self) -> str:
        """The differences from the published form, in words."""
        differing = [
            f"{field.name}={getattr(self, field.name)}"
            for field in fields(self)
            if getattr(self, field.name) != field.default
        ]
        return " ".join(differing) or "published"

    @property
    def id(self) -> str:
        """Sixteen hex digits made from the content.

        A store written before a factor was added is still recognised.
        """
        return content_id(self.content_on_record)

    @property
    def content_on_record(self) -> dict[str, Any]:
        """The form as plain values; factors that were added later only where they are used."""
        return {
            field.name: getattr(self, field.name)
            for field in fields(self)
            if field.name in _FIRST_EDITION or getattr(self, field.name) != field.default
        }

    def check(self, instrument: Instrument) -> None:
        """Raise an error for a form that the instrument does not have, before any request.

        Raises
        ------
        InstrumentError
            A stem, instruction or option label that is not written; the error says which.
        PlanError
            A language it does not speak.
        """
        if self.language not in instrument.languages:
            raise PlanError(
                f"{instrument.id} is not written in {self.language!r}, only in "
                f"{', '.join(instrument.languages)}; install your copy of the official wording: "
                f"valuealign instruments wording {instrument.id} FILE --language {self.language}, "
                "then add --wording official"
            )
        check_pictures(instrument, self.pictures)
        worded = partial(instrument.wording, self.language, self.stem, content=self.content)
        if worded(variant=self.variant) == worded() and self.variant != ORIGINAL:
            raise PlanError(
                f"the variant {self.variant!r} changes no stem of {instrument.id}; choose another"
            )
        if self.order == "blocks" and not instrument.blocks:
            raise PlanError(
                f"{instrument.id} declares no blocks of items; expected order="
                "published, reversed, random or latin, or 'blocks:' in the instrument's file"
            )
        instrument.instruction(self.instruction, language=self.language, form=self.stem)
        for item_id in instrument.item_ids:
            instrument.presented(
                item_id, direction=self.direction, labels=self.labels, language=self.language
            )


_FIRST_EDITION = frozenset(
    ("order", "direction", "labels", "stem", "content", "instruction", "language", "context")
)
"""Factors that are part of every form's identity, whatever their value."""
_ALLOWED: dict[str, tuple[str, ...]] = {
    "order": get_args(Order),
    "direction": get_args(Direction),
    "labels": get_args(Labels),
    "stem": get_args(StemForm),
    "content": get_args(Content),
    "context": get_args(Context),
    "pictures": SHOWN,
}


def parse_forms(texts: str | Form | Iterable[str | Form] | None) -> tuple[Form, ...]:
    """Read forms from the command line; values after commas are crossed.

    Parameters
    ----------
    texts : str, Form, iterable of them, or None
        ``"direction=published,reversed labels=letters"`` is two forms; several texts are
        taken one after another. ``None`` is the published form.

    Returns
    -------
    tuple of Form
        Each once.

    Raises
    ------
    PlanError
        A name or value a form does not have; says which it might be.

    Examples
    --------
    >>> [form.name for form in parse_forms("direction=published,reversed")]
    ['published', 'direction=reversed']
    """
    if texts is None:
        return (Form(),)
    specifications = [texts] if isinstance(texts, str | Form) else list(texts)
    forms = [
        form
        for text in specifications
        for form in ([text] if isinstance(text, Form) else _parsed(text))
    ]
    return tuple(dict.fromkeys(forms)) or (Form(),)


def _parsed(text: str) -> list[Form]:
    names = [field.name for field in fields(Form)]
    chosen: dict[str, list[str]] = {}
    for part in text.split():
        if part == "published":
            continue
        name, equals, values = part.partition("=")
        if not equals or not values.strip(","):
            raise PlanError(
                f"form {text!r}: {part!r} is not NAME=VALUE; write for example "
                "'direction=published,reversed labels=letters'"
            )
        if name not in names:
            raise PlanError(
                f"form {text!r}: there is no {name!r}; expected {', '.join(names)}"
                + _hint(did_you_mean(name, names))
            )
        chosen[name] = [value for value in values.split(",") if value]
    crossed = itertools.product(*chosen.values())
    return [_form(dict(zip(chosen, values, strict=True))) for values in crossed]


def _form(values: dict[str, Any]) -> Form:
    return Form(**values)


def _hint(text: str | None) -> str:
    return f"; {text}" if text else ""
