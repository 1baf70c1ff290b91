"""A new file of stimuli to begin with: what is written loads, and the linter finds no error."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from valuealign.errors import InstrumentError, StimulusError
from valuealign.instrument.write_instrument import identifier, write_new, yaml_of
from valuealign.stimulus.load_stimuli import parse_stimuli


def new_stimuli(
    set_id: str,
    *,
    title: str,
    holder: str,
    factors: Mapping[str, Sequence[str]],
    texts: Sequence[str] = (),
    language: str = "en",
) -> str:
    """Write a factorial set whose sentences are still to be written.

    Parameters
    ----------
    set_id : str
        Small letters, digits and hyphens.
    title : str
    holder : str
        Who holds the rights to the texts.
    factors : mapping of str to sequence of str
        Factor -> its levels.
    texts : sequence of str
        Base texts that name a slot for each factor; by default one that names them all.
    language : str

    Returns
    -------
    str
        YAML that loads.

    Raises
    ------
    StimulusError
        What is missing or does not fit, in one sentence.

    Examples
    --------
    >>> text = new_stimuli("rain", title="Rain", holder="A. Author",
    ...                    factors={"weather": ["wet", "dry"]})
    >>> len(parse_stimuli(text))
    2
    """
    if not factors:
        raise StimulusError("no factor", hint="give one as NAME=LEVEL,LEVEL")
    named = " ".join("{" + name + "}" for name in factors)
    written = list(texts) or [f"A sentence that never changes. {named}"]
    content: dict[str, Any] = {
        "id": set_id,
        "version": "1.0",
        "title": {language: title},
        "source": f"Written by {holder}.",
        "rights": {
            "holder": holder,
            "terms": "The holder's own texts; ask before passing them on.",
            "redistribution": False,
        },
        "languages": [language],
        "fields": {"vignette": "text"},
        "content_note": "Say here what a reader may find hard to read.",
        "not_for": ["decisions about a person"],
        "template": {
            "texts": [
                {"id": f"text{k}", "values": {"vignette": text}}
                for k, text in enumerate(written, start=1)
            ],
            "factors": {
                name: {
                    "levels": {
                        level: {identifier(name): f"Here stand the words of {name}: {level}."}
                        for level in levels
                    }
                }
                for name, levels in factors.items()
            },
        },
    }
    text = "# yaml-language-server: $schema=schema.json\n" + yaml_of(content)
    try:
        parse_stimuli(text, name=f"{set_id}.yaml")
    except StimulusError as error:
        raise StimulusError(error.found, expected=error.expected, hint=error.hint) from None
    return text


def write_stimuli(path: Path, text: str) -> None:
    """Write a new file; one that is there already is left alone.

    Raises
    ------
    StimulusError
        The file exists or cannot be written.
    """
    try:
        write_new(path, text)
    except InstrumentError as error:
        raise StimulusError(error.found, hint=error.hint, path=error.path) from None
