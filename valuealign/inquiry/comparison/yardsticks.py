"""Yardsticks of a comparison: margins, and the normative profile."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from valuealign.errors import DataError
from valuealign.inquiry.comparison.people import People, people_of
from valuealign.instrument.load import human_data_of
from valuealign.population.load_population import load_population
from valuealign.population.norms import Norms, load_norms
from valuealign.population.population import Population

if TYPE_CHECKING:
    from valuealign.instrument.instrument import Instrument


@dataclass(frozen=True)
class Margins:
    """The smallest difference that matters, by scale.

    Parameters
    ----------
    values : mapping of str to float
        In scale points; empty where none are known.
    source : str
        Where they come from, or why there are none.
    centred : bool
        Whether they are of centred scores.
    """

    values: Mapping[str, float]
    source: str
    centred: bool


@dataclass(frozen=True, eq=False)
class Normative:
    """The average profile from which distinctive profiles differ.

    Parameters
    ----------
    means : dict of bool to dict of str to float
        Scale means, by whether they are centred; empty where there are none.
    source : str
        What it is the average of, or why there is none.
    """

    means: dict[bool, dict[str, float]]
    source: str


def margins_of(margins: float | Mapping[str, float] | None, instrument: Instrument) -> Margins:
    """Return the margins that are given, or those between countries.

    Parameters
    ----------
    margins : float, mapping of str to float, or None
    instrument : Instrument

    Returns
    -------
    Margins

    Raises
    ------
    DataError
        A scale that the instrument does not have, a margin that is not positive.

    Examples
    --------
    >>> import valuealign as va
    >>> margins_of(None, va.load_instrument("pvq-21")).values["HE"]
    0.266
    """
    centred = "mrat" in instrument.scoring.centring
    known = [s.id for s in instrument.scales]
    if margins is None:
        name = human_data_of(instrument).margins
        if name is None:
            why = f"no margin from people is known for {instrument.id}; give margins="
            return Margins({}, why, centred)
        return Margins(
            load_norms(name).between_country_sd, f"SD between countries ({name})", centred
        )
    values = dict(margins) if isinstance(margins, Mapping) else dict.fromkeys(known, float(margins))
    for name, value in values.items():
        if name not in known:
            raise DataError(
                f"margins name {name!r}, not a scale of {instrument.id} ({', '.join(known)})"
            )
        if not 0 < float(value) < float("inf"):
            raise DataError(f"the margin of {name} is {value!r}; expected a positive number")
    return Margins(values, "given by the user", centred)


def normative_of(
    named: str | Population | Norms | None, people: Sequence[People], instrument: Instrument
) -> Normative:
    """Return the average profile that is named, that between countries, or that of the people.

    Parameters
    ----------
    named : str, Population, Norms or None
    people : sequence of People
    instrument : Instrument

    Returns
    -------
    Normative

    Raises
    ------
    DataError
        Another instrument's, or neither a population nor norms.
    """
    between_countries = human_data_of(instrument).margins
    if named is None and between_countries is not None:
        named = load_norms(between_countries)
    if named is not None:
        source = population_or_norms(named) if isinstance(named, str) else named
        if isinstance(source, Norms):
            return Normative(norm_means(source, instrument), f"the average of {source.id}")
        return _averaged([people_of(source, instrument)])
    if len(people) > 2:
        return _averaged(people)
    return Normative(
        {},
        "there is no average profile to be distinctive from; give three or more populations, or "
        "normative=",
    )


def norm_means(norms: Norms, instrument: Instrument) -> dict[bool, dict[str, float]]:
    """Return the scale means of norms, by whether they are centred.

    Parameters
    ----------
    norms : Norms
        Of one group.
    instrument : Instrument

    Returns
    -------
    dict of bool to dict of str to float

    Raises
    ------
    DataError
        Norms of another instrument, of several groups, or without scale means.
    """
    if norms.instrument != instrument.id:
        raise DataError(f"{norms.id} is of {norms.instrument}, not of {instrument.id}")
    if len(norms.groups) != 1:
        raise DataError(
            f"{norms.id} is of {len(norms.groups)} groups; an average profile is of one"
        )
    there = {block.statistic for block in norms.source.groups[0].blocks}
    kinds = {False: "raw mean", True: "centred mean"}
    means = {
        centred: {str(scale): float(mean) for scale, mean in norms.of(kind)["mean"].items()}
        for centred, kind in kinds.items()
        if kind in there
    }
    if not means:
        raise DataError(f"{norms.id} has no scale means, it has {', '.join(sorted(there))}")
    return means


def population_or_norms(name: str) -> Population | Norms:
    """Return the sample of that name, or the norms of that name.

    Raises
    ------
    DataError
        There is neither.
    """
    try:
        return load_population(name)
    except DataError as no_population:
        try:
            return load_norms(name)
        except DataError:
            raise no_population from None


def _averaged(people: Sequence[People]) -> Normative:
    means = {}
    for centred in (False, True):
        theirs = [p.moments(centred=centred) for p in people]
        known = [dict(zip(m.names, m.mean, strict=True)) for m in theirs if m is not None]
        if len(known) == len(people):
            shared = [n for n in known[0] if all(n in k for k in known)]
            means[centred] = {n: float(sum(k[n] for k in known)) / len(known) for n in shared}
    return Normative(means, "the average of " + ", ".join(p.id for p in people))
