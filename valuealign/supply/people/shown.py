"""What a person sees of an item, as text."""

from __future__ import annotations

from valuealign.administration.plan.plan import Administration
from valuealign.instrument.presented import Presented


def instruction_of(administration: Administration) -> str:
    """The instruction, with the stimulus in its slots."""
    return administration.worded(administration.sheet.instruction)


def stem_of(administration: Administration, item_id: str) -> str:
    """The stem of an item, with the stimulus in its slots."""
    return administration.worded(administration.sheet.stems[item_id])


def options_of(presented: Presented) -> list[str]:
    """The options, each with the token that stands for it.

    Examples
    --------
    >>> from valuealign.instrument.response_scale import Numeric, YesNoConfidence
    >>> options_of(YesNoConfidence().presented())
    ['yes', 'no']
    >>> options_of(Numeric(minimum=0, maximum=9).presented())
    ['0 to 9']
    """
    if presented.kind == "numeric":
        return [f"{presented.minimum:g} to {presented.maximum:g}"]
    return [
        option.token if option.label in ("", option.token) else f"{option.token} = {option.label}"
        for option in presented.options
    ]


def shown(administration: Administration, item_id: str) -> str:
    """Everything that a person sees of an item, as the store keeps it."""
    parts = [
        instruction_of(administration),
        stem_of(administration, item_id),
        "\n".join(options_of(administration.presented(item_id))),
    ]
    return "\n\n".join(part for part in parts if part)
