"""The material of every chapter, from one set of responses or from two that are compared."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from valuealign.errors import DataError
from valuealign.inquiry.comparison.changes import changes
from valuealign.inquiry.evidence import Evidence
from valuealign.inquiry.results import or_unavailable
from valuealign.inquiry.verdict.rules import Rules
from valuealign.inquiry.verdict.verdict import judge
from valuealign.population.load_population import load_population
from valuealign.population.population import Population
from valuealign.report.administration_record import merged, record_of
from valuealign.report.formatting import listed
from valuealign.report.material import Material
from valuealign.store.responses.joined_source import joined

if TYPE_CHECKING:
    from valuealign.store.responses.responses import Responses

_TWO = 2


def gather(
    parts: Mapping[str, Responses],
    *,
    people: str | Path | Population | None,
    rules: Rules,
) -> list[Material]:
    """Return the material of one chapter an instrument.

    Parameters
    ----------
    parts : mapping of str to Responses
        By label; one set has an empty label.
    people : str, Path, Population or None
    rules : Rules

    Returns
    -------
    list of Material

    Raises
    ------
    DataError
        No responses, or people of another instrument.
    """
    if len(parts) > _TWO:
        raise DataError(f"{len(parts)} stores; a report compares two")
    given = {label: set(part.design["instrument"].astype(str)) for label, part in parts.items()}
    names = list(
        dict.fromkeys(
            name for part in parts.values() for name in part.design["instrument"].astype(str)
        )
    )
    if not names:
        raise DataError("there are no responses to report; administer an instrument first")
    sample = load_population(people) if isinstance(people, str | Path) else people
    if sample is not None and sample.instrument not in names:
        raise DataError(
            f"{sample.id} is of {sample.instrument}; these responses are to {listed(names)}"
        )
    return [
        _material(
            {label: part.only(name) for label, part in parts.items() if name in given[label]},
            sample if sample is not None and sample.instrument == name else None,
            rules,
            f"i{k}-",
        )
        for k, name in enumerate(names, start=1)
    ]


def _material(
    parts: dict[str, Responses], people: Population | None, rules: Rules, prefix: str
) -> Material:
    """Return the material of a chapter; stimuli that were rated are its objects."""
    named = {
        label: part.over_stimuli() if part.instrument.about else part
        for label, part in parts.items()
    }
    for part in named.values():
        if not len(part.long):
            raise DataError(
                f"there are no replies to {part.instrument.id} yet; administer it again to go on"
            )
    mine = joined(named) if len(named) > 1 else next(iter(named.values()))
    evidence = Evidence(mine, people=people)
    return Material(
        merged([record_of(part, part.design) for part in named.values()]),
        evidence,
        or_unavailable(lambda: judge(evidence, rules)),
        rules,
        prefix,
        labels=tuple(named),
        change=or_unavailable(lambda: changes(*named.values())) if len(named) > 1 else None,
    )
