"""Notes on a comparison: units, wording and flags."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from valuealign.inquiry.comparison.people import People
from valuealign.inquiry.comparison.profiles import shapeless
from valuealign.inquiry.comparison.samples import Sample
from valuealign.inquiry.comparison.scales import FLAT
from valuealign.inquiry.comparison.yardsticks import Margins
from valuealign.inquiry.respondents import UNITS, Unit
from valuealign.inquiry.wording_match import wording_match
from valuealign.instrument.instrument import Instrument
from valuealign.population.population import Population

if TYPE_CHECKING:
    import pandas as pd


class SameWording(NamedTuple):
    """Whether a model was given the words that people were given.

    Attributes
    ----------
    same : bool
    explanation : str
        What decides it, and what follows.
    """

    same: bool
    explanation: str


def unit_told(samples: Sequence[Sample], unit: Unit, source: Any) -> str:
    if isinstance(source, Population):
        return f"{samples[0].n} people of {samples[0].id}; intervals are over people"
    whose = UNITS[unit][1] if samples[0].id != "rows" else "as they were given"
    parts = [f"rows are {whose}"]
    for sample in samples:
        basis = next(iter(sample.averages.values())).basis
        forms = len(set(sample.forms)) if sample.forms is not None else 0
        of = f" of {forms} form{'s' if forms > 1 else ''}" if forms else ""
        parts.append(
            f"{sample.id}: {sample.n} row{'s' if sample.n > 1 else ''}{of}, intervals {basis}"
        )
    return "; ".join(parts)


def wordings(
    samples: Sequence[Sample], people: Sequence[People], declared: str | None
) -> dict[tuple[str, str], tuple[bool, str]]:
    """Return for each respondent and sample whether the wording is the same, and why.

    Parameters
    ----------
    samples : sequence of Sample
    people : sequence of People
    declared : str or None
        What the user declares of a translation.

    Returns
    -------
    dict of (respondent, population) to (bool, str)
    """
    return {
        (sample.id, population.id): wording_match(
            sample.sheets, population.population, declared=declared
        )
        for sample in samples
        for population in people
    }


def same_wording(matches: dict[tuple[str, str], tuple[bool, str]]) -> SameWording:
    """Summarise the wording matches in one sentence, with their consequence."""
    reasons: dict[str, list[str]] = {}
    for (respondent, population), (_, why) in matches.items():
        reasons.setdefault(why, []).append(f"{respondent} and {population}")
    said = (
        next(iter(reasons))
        if len(reasons) == 1
        else "; ".join(f"{', '.join(who)}: {why}" for why, who in reasons.items())
    )
    same = all(alike for alike, _ in matches.values())
    reach = "items may be compared" if same else "scales are compared as constructs, items not"
    return SameWording(same, f"{said}. So {reach}.")


def flags_of(
    samples: Sequence[Sample], people: Sequence[People], profiles: pd.DataFrame
) -> frozenset[str]:
    flags = set()
    for sample in samples:
        for rows in sample.rows.values():
            lost = int(rows[list(sample.names)].isna().to_numpy().sum())
            if lost:
                flags.add(
                    f"{sample.id}: {lost} of {rows[list(sample.names)].size} scores are missing; "
                    "refusals are not missing at random (see lowest and highest)"
                )
        population = next(iter(sample.averages.values()))
        if sample.flat:
            flags.add(f"{sample.id}: {FLAT}")
        elif shapeless(population.mean, population.error, float(population.df.min())):
            flags.add(
                f"{sample.id}: its scales differ no more than its error (of forms, or rows) makes "
                "them; there is no profile to compare, and nothing distinctive in it"
            )
        forms = len(set(sample.forms)) if sample.forms is not None else 0
        if forms == 1:
            flags.add(f"{sample.id}: one form; intervals are of this form only")
        elif 1 < forms < 5:
            flags.add(
                f"{sample.id}: {forms} forms; intervals over so few are wide, give five or more"
            )
    for row in profiles.to_dict("records"):
        if row["pearson"] < -0.5:
            flags.add(
                f"{row['respondent']}: the profile is nearly the reverse of {row['population']}'s "
                f"(r {row['pearson']:.2f}); is the high code the same end in both?"
            )
    flags |= {
        f"{population.id}: {population.population.source.weights or 'unweighted'}; its n is of "
        "people, not of independent ones"
        for population in people
        if population.population.source.weights
    }
    return frozenset(flags)


def what_is_missing(samples: Sequence[Sample], margins: Margins, why: dict[str, str]) -> None:
    if not margins.values:
        why["equivalence"] = margins.source
    for sample in samples:
        if sample.why_not:
            kind = "centred scores" if False in sample.averages else "raw scores"
            why[kind] = sample.why_not
        some = next(iter(sample.averages.values()))
        lone = {name for name, df in zip(sample.names, some.df, strict=True) if df < 1}
        if lone:
            why[f"intervals of {sample.id}"] = (
                f"one form, or one row, has a score of {', '.join(sorted(lone))}; give more "
                "occasions or forms"
            )


def around_the_circle(instrument: Instrument) -> tuple[str, ...]:
    """Return the scales in the order of the circle, if there is one."""
    names = [s.id for s in instrument.scales]
    if not instrument.circle:
        return tuple(names)
    around = [name for place in instrument.circle[0].order for name in place if name in names]
    return (*around, *(n for n in names if n not in around))
