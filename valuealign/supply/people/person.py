"""A person as a respondent: a group of people is the respondent, a person one of its personas.

Analyses whose rows are personas therefore take people as they take the personas of a model, and
a rater is the group together with the person.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from valuealign.errors import PersonaError
from valuealign.respondent import Persona, Respondent

ELICITATION = "person"
"""How the answers of people were elicited, where those of models have "choice" or "text"."""
PEOPLE = "people:"
"""How the name of a group of people begins, in the column ``model``."""
GROUP = "sample"
"""The group of people unless another is named."""
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


def person(
    person_id: str, group: str = GROUP, attributes: Mapping[str, Any] | None = None
) -> Respondent:
    """Return a person as a respondent.

    Parameters
    ----------
    person_id : str
        A pseudonym: letters, digits, dots, hyphens and underscores.
    group : str
        The group that the person belongs to ("clinicians").
    attributes : mapping, optional
        What is kept beside the answers as data (``persona_*``).

    Returns
    -------
    Respondent

    Raises
    ------
    PersonaError
        A name that may identify somebody (an address), or that is none.

    Examples
    --------
    >>> who = person("r1", "clinicians")
    >>> who.model, who.persona.id
    ('people:clinicians', 'r1')
    >>> person("a@b.org")
    Traceback (most recent call last):
    valuealign.errors.PersonaError: the id of a person is 'a@b.org'; expected a pseudonym of \
letters, digits, '.', '-' and '_', at most 64
    """
    for what, name in (("id of a person", person_id), ("name of a group", group)):
        if not _NAME.fullmatch(name):
            raise PersonaError(
                f"the {what} is {name[:80]!r}; expected a pseudonym of letters, digits, '.', '-' "
                "and '_', at most 64"
            )
    return Respondent(f"{PEOPLE}{group}", PEOPLE, Persona(person_id, "", "text", attributes or {}))


def is_group(model: str) -> bool:
    """Whether a respondent's model is a group of people.

    Examples
    --------
    >>> is_group("people:sample"), is_group("gpt-4o")
    (True, False)
    """
    return model.startswith(PEOPLE)
