"""Pages as HTML: templates in which every text is escaped."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from valuealign.escape import for_html
from valuealign.instrument.presented import Option, Presented
from valuealign.instrument.response_scale import Open, ResponseScale
from valuealign.serve.survey import Survey
from valuealign.serve.words import words_of
from valuealign.supply.people.given_answer import Given
from valuealign.supply.people.shown import options_of

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup


NOTHING_GIVEN = Given("")


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a page.

    Parameters
    ----------
    number : int
        Its place on the page, counted from 1.
    name : str
        The item's id; fields of the form bear it.
    stem, kind : str
    options : tuple of Option
        To choose from; empty for a number or a text.
    hint : str
        What may be entered.
    given : Given
        What was given before.
    pictures : tuple of str
        Their addresses.
    problem, said : str
        Why what was given is not an answer, in the form's words and in detail.
    """

    number: int
    name: str
    stem: str
    kind: str
    options: tuple[Option, ...] = ()
    hint: str = ""
    given: Given = NOTHING_GIVEN
    pictures: tuple[str, ...] = ()
    problem: str = ""
    said: str = ""

    @property
    def first(self) -> str:
        """The id of its first control, which error messages link to."""
        return f"a-{self.name}"


def hint_of(presented: Presented, scale: ResponseScale, words: Mapping[str, str]) -> str:
    """What may be entered where there is nothing to choose from."""
    if isinstance(scale, Open):
        return words["words"].format(n=scale.max_words) if scale.max_words else ""
    if presented.kind == "numeric":
        unit = getattr(scale, "unit", {}).get(presented.language, "")
        low, high = f"{presented.minimum:g}", f"{presented.maximum:g}"
        return words["number"].format(low=low, high=high) + (f" ({unit})" if unit else "")
    if presented.kind == "visual_analogue":
        low, high = options_of(presented)
        return words["number"].format(low=low, high=high)
    return ""


def rendered(template: str, survey: Survey, **what: Any) -> str:
    """One page.

    Parameters
    ----------
    template : str
        Its name, without the ending.
    survey : Survey
    **what
        What the template shows.
    """
    room = _environment()
    first = survey.questionnaires[0]
    shown = {
        "survey": survey,
        "words": words_of(survey.language),
        "language": survey.language,
        "help_line": survey.said(survey.participants.help_line),
        "about": bool(first.about),
        **what,
    }
    return room.get_template(f"{template}.html.j2").render(shown)


def style() -> str:
    """The style sheet."""
    room = _environment()
    assert room.loader is not None  # noqa: S101  # it has one
    return room.loader.get_source(room, "style.css")[0]


@cache
def _environment() -> Environment:
    from jinja2 import ChainableUndefined, Environment, PackageLoader

    room = Environment(
        loader=PackageLoader("valuealign.serve"),
        autoescape=True,
        undefined=ChainableUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    room.filters["paragraphs"] = _paragraphs
    return room


def _paragraphs(text: str) -> Markup:
    """Text as paragraphs; single line ends stay line ends."""
    from markupsafe import Markup

    parts = [part for part in re.split(r"\n\s*\n", text.strip()) if part.strip()]
    lines = ("<br>".join(for_html(line) for line in part.split("\n")) for part in parts)
    return Markup("".join(f"<p>{line}</p>" for line in lines))  # noqa: S704  # escaped above
