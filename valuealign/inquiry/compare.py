"""Models beside people: what differs, what is the same, and what cannot be told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from valuealign.errors import DataError
from valuealign.inquiry.compare_people import People, chosen_populations, people_of
from valuealign.inquiry.compare_profiles import Drawing, profiles_table
from valuealign.inquiry.compare_samples import Sample, samples_of
from valuealign.inquiry.compare_scales import FLAT, scales_table
from valuealign.inquiry.compare_yardsticks import Margins, margins_of, normative_of
from valuealign.inquiry.rows import UNITS, Unit
from valuealign.inquiry.with_people import wording_match
from valuealign.instrument.instrument import Instrument
from valuealign.instrument.load import load_instrument
from valuealign.population.load import load_population
from valuealign.population.norms import Norms
from valuealign.population.population import Population

if TYPE_CHECKING:
    import pandas as pd

    from valuealign.store.responses import Responses


class SameWording(NamedTuple):
    """Whether a model was given the words that people were given.

    Attributes
    ----------
    same : bool
    told : str
        What decides it, and what follows.
    """

    same: bool
    told: str


@dataclass(frozen=True, eq=False)
class Comparison:
    """A comparison with people.

    Attributes
    ----------
    scales : DataFrame
        A row a respondent, population, scale and kind of score (``centred``): ``mean`` with
        its interval, ``lowest`` and ``highest`` (the mean if all that is missing were at one
        end), ``people_mean people_sd``, ``difference`` with its interval, ``d`` (the same in
        people's SD), ``margin margin_source equivalence_p standing reason`` (equivalent,
        different, or cannot be told), ``pvalue pvalue_fdr``, ``percentile`` among people,
        ``variance_ratio`` with its interval.
    profiles : DataFrame
        A row a respondent and population: ``pearson`` and ``spearman`` over scales,
        ``distance_squared`` and its parts ``elevation scatter shape``, ``normative_r`` with
        the average profile, ``distinctive_r`` beyond it, and the correlations that the middle
        nine tenths of people have with this profile (``people_r_*``), or half of them with
        their own average (``typical_r_median``).
    unit : str
        Who is a row, and what the intervals are over.
    wording : SameWording
    flags : frozenset of str
        What is doubtful.
    unavailable : dict of str to str
        What is not there, and why.
    instrument, populations : str and tuple of str
    level : float

    Examples
    --------
    >>> import valuealign as va
    >>> found = va.compare("pvq21-us-gss2012", "pvq21-de-ess9")
    >>> found.wording.same
    False
    """

    scales: pd.DataFrame
    profiles: pd.DataFrame
    unit: str
    wording: SameWording
    flags: frozenset[str]
    unavailable: dict[str, str]
    instrument: str
    populations: tuple[str, ...]
    level: float
    order: tuple[str, ...] = field(default=(), repr=False)


def compare(
    scores: Responses | pd.DataFrame | Population | str,
    population: str | Path | Population | Sequence[str | Path | Population],
    *,
    instrument: str | Instrument | None = None,
    unit: Unit = "administrations",
    margins: float | Mapping[str, float] | None = None,
    normative: str | Population | Norms | None = None,
    level: float = 0.95,
    draws: int = 2000,
    seed: int = 0,
) -> Comparison:
    """Compare models (or people) with a human sample.

    Parameters
    ----------
    scores : Responses, DataFrame, Population or str
        What was answered; a frame of :func:`~valuealign.score` or of items (a column ``model``
        says whose row it is); or another human sample.
    population : str, Path, Population, or several
        The people.
    instrument : str or Instrument, optional
        By default the population's.
    unit : {"administrations", "personas", "models"}
        Who is a row.
    margins : float or mapping of str to float, optional
        The smallest difference that matters, in scale points: of centred scores where the
        instrument has a centring. By default from people, where such a norm is shipped.
    normative : str, Population or Norms, optional
        Whose average profile is taken off for ``distinctive_r``; by default the average of
        countries where it is shipped, else of the populations, where there are three or more.
    level : float
        Of intervals; tests are at 1 - level.
    draws : int
        For intervals of correlations.
    seed : int

    Returns
    -------
    Comparison

    Raises
    ------
    DataError
        Another instrument's people or responses, no scale in common, no answers, margins that
        are none.

    Notes
    -----
    Administrations are no people: a model's mean is over forms, which are random, with
    occasions nested in them; with one form the interval is of this form only. Without a margin
    nothing is equivalent or different here: not rejecting is no evidence, and with people by
    the thousand every difference is significant.

    Differences between two samples equal R's ``t.test`` to 1e-10, adjusted values ``p.adjust``.

    Examples
    --------
    >>> import valuealign as va
    >>> found = va.compare("pvq21-us-gss2012", "pvq21-de-ess9", margins=0.2)
    >>> centred = found.scales[found.scales["centred"]].set_index("scale")
    >>> centred.loc[["SD", "HE"], "standing"].tolist()
    ['equivalent', 'different']
    """
    if not 0.5 <= level < 1:
        raise DataError(f"level is {level!r}; expected a number from 0.5 and below 1, such as 0.95")
    given = load_population(scores) if isinstance(scores, str | Path) else scores
    chosen = chosen_populations(population)
    loaded = _instrument(given, chosen, instrument)
    people = [people_of(one, loaded) for one in chosen]
    samples = samples_of(given, loaded, unit)
    why: dict[str, str] = {}
    known = margins_of(margins, loaded)
    average = normative_of(normative, people, loaded)
    scales = scales_table(samples, people, known, level=level)
    profiles = profiles_table(samples, people, average, Drawing(draws, level, seed), why=why)
    _what_is_missing(samples, known, why)
    return Comparison(
        scales, profiles, _unit(samples, unit, given), _wording(samples, people),
        _flags(samples, people, profiles), why, loaded.id, tuple(p.id for p in people), level,
        _order(loaded),
    )  # fmt: skip


def _instrument(given: Any, people: list[Population], named: str | Instrument | None) -> Instrument:
    if named is not None:
        return named if isinstance(named, Instrument) else load_instrument(named)
    own = sorted({one.instrument for one in people})
    if len(own) > 1:
        raise DataError(f"the people were given {' and '.join(own)}; say which: instrument=")
    if isinstance(given, Population) and given.instrument != own[0]:
        raise DataError(f"{given.id} is of {given.instrument}, {people[0].id} of {own[0]}")
    return load_instrument(own[0])


def _unit(samples: list[Sample], unit: Unit, given: Any) -> str:
    if isinstance(given, Population):
        return f"{samples[0].n} people of {samples[0].id}; intervals are over people"
    whose = UNITS[unit][1] if samples[0].id != "rows" else "as they were given"
    told = [f"rows are {whose}"]
    for sample in samples:
        basis = next(iter(sample.averages.values())).basis
        forms = len(set(sample.forms)) if sample.forms is not None else 0
        of = f" of {forms} form{'s' if forms > 1 else ''}" if forms else ""
        told.append(
            f"{sample.id}: {sample.n} row{'s' if sample.n > 1 else ''}{of}, intervals {basis}"
        )
    return "; ".join(told)


def _wording(samples: list[Sample], people: list[People]) -> SameWording:
    told: dict[str, list[str]] = {}
    all_same = True
    for sample in samples:
        for one in people:
            same, why = wording_match(sample.sheets, one.population)
            all_same = all_same and same
            told.setdefault(why, []).append(f"{sample.id} and {one.id}")
    said = (
        next(iter(told)) if len(told) == 1
        else "; ".join(f"{', '.join(who)}: {why}" for why, who in told.items())
    )  # fmt: skip
    reach = "items may be compared" if all_same else "scales are compared as constructs, items not"
    return SameWording(all_same, f"{said}. So {reach}.")


def _flags(samples: list[Sample], people: list[People], profiles: pd.DataFrame) -> frozenset[str]:
    flags = set()
    for sample in samples:
        for rows in sample.rows.values():
            lost = int(rows[list(sample.names)].isna().to_numpy().sum())
            if lost:
                flags.add(
                    f"{sample.id}: {lost} of {rows[list(sample.names)].size} scores are missing; "
                    "refusals are not missing at random (see lowest and highest)"
                )
        if sample.flat:
            flags.add(f"{sample.id}: {FLAT}")
        forms = len(set(sample.forms)) if sample.forms is not None else 0
        if forms == 1:
            flags.add(f"{sample.id}: one form; intervals are of this form only")
        elif 1 < forms < 5:
            flags.add(f"{sample.id}: {forms} forms; intervals over so few are wide")
    for row in profiles.to_dict("records"):
        if row["pearson"] < -0.5:
            flags.add(
                f"{row['respondent']}: the profile is nearly the reverse of {row['population']}'s "
                f"(r {row['pearson']:.2f}); is the high code the same end in both?"
            )
    flags |= {
        f"{one.id}: {one.population.source.weights or 'unweighted'}; its n is of people, not of "
        "independent ones" for one in people if one.population.source.weights
    }  # fmt: skip
    return frozenset(flags)


def _what_is_missing(samples: list[Sample], margins: Margins, why: dict[str, str]) -> None:
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


def _order(instrument: Instrument) -> tuple[str, ...]:
    """Return the scales around the circle, where there is one."""
    names = [s.id for s in instrument.scales]
    if not instrument.circle:
        return tuple(names)
    around = [name for place in instrument.circle[0].order for name in place if name in names]
    return (*around, *(n for n in names if n not in around))
