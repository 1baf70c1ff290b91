"""The form's own words in each language, read from a file."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from valuealign.errors import PlanError
from valuealign.instrument.yaml_text import read_yaml


@cache
def _every_language() -> dict[str, dict[str, str]]:
    text = (files("valuealign.serve") / "phrases.yaml").read_text(encoding="utf-8")
    words: dict[str, dict[str, str]] = read_yaml(text, name="phrases.yaml").value
    return words


def words_of(language: str) -> dict[str, str]:
    """The form's words in a language, or in the language that it is a variety of.

    Raises
    ------
    PlanError
        There are none in this language.

    Examples
    --------
    >>> words_of("de-AT")["next"], words_of("en")["next"]
    ('Weiter', 'Continue')
    """
    every = _every_language()
    words = every.get(language) or every.get(language.partition("-")[0])
    if words is None:
        raise PlanError(
            f"the form's own words are not written in language {language!r}, only in "
            f"{', '.join(every)}; use --form language=en, or add them to "
            "valuealign/serve/phrases.yaml"
        )
    return words
