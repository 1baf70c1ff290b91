"""Personas sampled so that together they resemble people."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from valuealign.administration.plan.categories_of_people import bounds_of
from valuealign.administration.plan.personas import written
from valuealign.administration.plan.personas_raking import (
    Margins,
    checked_margins,
    raking_weights,
    starting_weights,
)
from valuealign.arguments import checked
from valuealign.errors import PersonaError
from valuealign.respondent import Persona
from valuealign.suggestion import did_you_mean

if TYPE_CHECKING:
    import pandas as pd

MOST = 100_000
_PLACE = re.compile(r"\{([^{}]*)\}")
_TOLD = ("sex", "age", "country", "occupation", "value")
_Draw = np.random.Generator
Facts = dict[str, Any]


@checked
def sample_personas(
    margins: Margins | pd.DataFrame | pd.Series[float],
    n: int,
    *,
    seed: int = 0,
    rake: Margins | None = None,
    weight: str | None = None,
    constant: Mapping[str, Any] | None = None,
    template: str | None = None,
) -> tuple[Persona, ...]:
    """Sample personas whose demographics together match those of people.

    Parameters
    ----------
    margins : mapping, DataFrame or Series
        Attribute -> category -> share (attributes are then independent); or a frame of people
        to take persons from, one row a person; or a joint table, a Series of shares whose index
        levels are the attributes. Ages are ranges ("18-34"), from which a year is drawn, or years.
    n : int
        How many.
    seed : int
        Of the random draws; the same seed gives the same result.
    rake : mapping, optional
        Margins that a frame or joint table is brought to (see :func:`valuealign.raking_weights`).
    weight : str, optional
        The column of a frame with the people's weights.
    constant : mapping, optional
        Attributes that all share (``{"country": "Germany"}``).
    template : str, optional
        Text of each persona, with attributes in braces: ``"You are {age} and live in {country}."``
        By default a sentence is made, as for personas from a file.

    Returns
    -------
    tuple of Persona
        With ids ``p1`` and on, and their attributes as data.

    Raises
    ------
    PersonaError
        Shares that do not add up, an attribute nobody has, a person with a gap, a template that
        names what there is not.

    Notes
    -----
    Systematic sampling with a random start: each category of a margin gets its share of ``n``
    to within one persona, and so does each cell of a joint table. Two personas with the same
    facts have the same text, and a model cannot tell them apart: they are one respondent asked
    twice, so give enough attributes for the number you draw.

    References
    ----------
    Madow, W. G., & Madow, L. H. (1944). On the theory of systematic sampling. Annals of
    Mathematical Statistics, 15, 1-24. doi:10.1214/aoms/1177731312

    Examples
    --------
    >>> people = sample_personas({"sex": {"female": 0.5, "male": 0.5}, "age": {"20-20": 1}}, 4)
    >>> sorted({person.text for person in people})
    ['You are a 20-year-old man.', 'You are a 20-year-old woman.']
    """
    if isinstance(n, bool) or not isinstance(n, int) or not 1 <= n <= MOST:
        raise PersonaError(f"n is {n!r}; expected a whole number from 1 to {MOST:,}")
    draw = np.random.default_rng(seed)
    sampled = _drawn(margins, n, draw, rake, weight)
    facts = [{**(constant or {}), **facts_of_person} for facts_of_person in sampled]
    names = tuple(facts[0])
    wide = len(str(n))
    return tuple(
        Persona(
            f"p{k:0{wide}}", _told(facts_of_person, names, template), "demographic", facts_of_person
        )
        for k, facts_of_person in enumerate(facts, start=1)
    )


def persona_shares(
    personas: Sequence[Persona], margins: Mapping[str, Iterable[str]]
) -> dict[str, dict[str, float]]:
    """Return the shares of personas in each category of the margins.

    Parameters
    ----------
    personas : sequence of Persona
    margins : mapping of str to iterable of str
        Attribute -> its categories.

    Examples
    --------
    >>> people = sample_personas({"sex": {"female": 0.25, "male": 0.75}}, 8)
    >>> persona_shares(people, {"sex": ["female", "male"]})
    {'sex': {'female': 0.25, 'male': 0.75}}
    """
    from valuealign.administration.plan.categories_of_people import category_of

    shares: dict[str, dict[str, float]] = {}
    for name, categories in margins.items():
        listed = list(categories)
        persona_categories = [
            category_of(person.attributes.get(name), listed) for person in personas
        ]
        shares[name] = {
            c: persona_categories.count(c) / max(len(persona_categories), 1) for c in listed
        }
    return shares


def _drawn(
    margins: Any, n: int, draw: _Draw, rake: Margins | None, weight: str | None
) -> list[Facts]:
    if isinstance(margins, Mapping):
        if rake is not None or weight is not None:
            raise PersonaError("margins alone have nothing to rake; give people or a joint table")
        return _independent(checked_margins(margins), n, draw)
    people, weights = _people(margins, weight)
    if rake is not None:
        weights = raking_weights(people.assign(_w=weights), rake, weight="_w").to_numpy()
    order = np.lexsort([people[c].astype(str) for c in reversed(list(people.columns))])
    rows = draw.permutation(order[_systematic(weights[order], n, draw)])
    columns = [str(column) for column in people.columns]
    return [
        {name: _value(name, value, draw) for name, value in zip(columns, row, strict=True)}
        for row in people.iloc[rows].astype(object).itertuples(index=False, name=None)
    ]


def _independent(margins: dict[str, dict[str, float]], n: int, draw: _Draw) -> list[Facts]:
    columns = {}
    for name, shares in margins.items():
        categories = list(shares)
        places = draw.permutation(_systematic(np.array(list(shares.values())), n, draw))
        columns[name] = [_value(name, categories[k], draw) for k in places]
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _systematic(shares: np.ndarray[Any, Any], n: int, draw: _Draw) -> np.ndarray[Any, Any]:
    """Return n places, each as often as its share of n, to within one."""
    edges = np.cumsum(shares) / shares.sum()
    points = (draw.random() + np.arange(n)) / n
    return np.minimum(np.searchsorted(edges, points, side="right"), len(shares) - 1)


def _people(source: Any, weight: str | None) -> tuple[pd.DataFrame, np.ndarray[Any, Any]]:
    """Return the people, or the cells of a joint table, and the weight of each."""
    import pandas as pd

    if isinstance(source, pd.Series):
        names = list(source.index.names)
        if any(name is None for name in names):
            raise PersonaError("a level of the joint table has no name; name it as the attribute")
        shares = checked_margins({"joint table": dict(enumerate(source.tolist()))})["joint table"]
        cells = source.index.to_frame(index=False)
        return cells, np.array(list(shares.values()))
    if not isinstance(source, pd.DataFrame):
        raise PersonaError(f"margins is a {type(source).__name__}; expected a mapping or a frame")
    _check_columns(source)
    weights = starting_weights(source, weight)
    people = source.drop(columns=[c for c in source.columns if str(c) == weight])
    for name in people.columns:
        if gaps := int(people[name].isna().sum()):
            raise PersonaError(
                f"{gaps} of {len(people)} people have no {name!r}; leave them out or fill it in"
            )
    if not len(people.columns):
        raise PersonaError("the people have no attributes")
    return people, weights


def _check_columns(people: Any) -> None:
    """Raise an error for an attribute in two columns, and for an infinite one."""
    if people.columns.has_duplicates:
        twice = people.columns[people.columns.duplicated()][0]
        raise PersonaError(f"two columns hold attribute {twice!r}; give each attribute one column")
    for name in people.columns:
        column = people[name]
        if getattr(column.dtype, "kind", "") == "f" and np.isinf(column.to_numpy(float)).any():
            raise PersonaError(f"attribute {name!r} holds an infinite value")


def _value(name: str, value: Any, draw: _Draw) -> str | int | float | bool:
    """Return a plain value; for a range of ages, an age from it."""
    plain = value.item() if hasattr(value, "item") else value
    if name == "age":
        return _age(plain, draw)
    return plain if isinstance(plain, str | int | float | bool) else str(plain)


def _age(value: Any, draw: _Draw) -> int:
    ends = bounds_of(str(value))
    if ends is not None:
        low, high = ends
        if low > high:
            raise PersonaError(f"the ages {value!r} run backwards; write the lower one first")
        return int(draw.integers(low, high + 1))
    try:
        return int(float(value))
    except (TypeError, ValueError, OverflowError):
        raise PersonaError(
            f"the age {value!r} is neither a range nor a number of years; write for example '65-90'"
        ) from None


def _told(facts: Facts, names: Sequence[str], template: str | None) -> str:
    if template is None:
        others = [f"Your {k.replace('_', ' ')}: {facts[k]}." for k in names if k not in _TOLD]
        return " ".join(part for part in (written(facts), *others) if part)

    def put(match: re.Match[str]) -> str:
        if match[1] not in facts:
            hint = did_you_mean(match[1], names)
            raise PersonaError(f"the template names {match[1]!r}, which no persona has; {hint}")
        return str(facts[match[1]])

    return _PLACE.sub(put, template)
