"""An instrument and a human sample, as the input of simulations and rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from valuealign.analysis.ordinal.polychoric import polychoric
from valuealign.errors import DataError
from valuealign.inquiry.item_homes import (
    blocks_of,
    composites_of,
    correlation_of,
    keys_of,
    scales_of,
)
from valuealign.inquiry.operating.planted_answers import Setting
from valuealign.inquiry.operating.planted_people import PlantedPeople
from valuealign.inquiry.operating.planted_rows import Ground
from valuealign.instrument.instrument import Instrument
from valuealign.population.population import Population

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Measure:
    """An instrument beside a human sample, as plain values.

    Attributes
    ----------
    id : str
        Instrument and population.
    items : tuple of str
    scales, composites : tuple of str or None
        Of each item, its scale and its highest composite; composites are all None where the
        instrument has fewer than two that do not overlap.
    keys : tuple of int
    norms : array, shape (p,)
        People's item means.
    correlation : array, shape (p, p)
        People's correlations of codes.
    blocks : tuple of str
        Of each item, the magnifying-glass model or the scale.
    models : dict of str to str
        Constructs of latent means in lavaan syntax.
    people : PlantedPeople
    population : Population
    """

    id: str
    items: tuple[str, ...]
    scales: tuple[str | None, ...]
    composites: tuple[str | None, ...]
    keys: tuple[int, ...]
    norms: FloatArray
    correlation: FloatArray
    blocks: tuple[str, ...]
    models: Mapping[str, str]
    people: PlantedPeople
    population: Population

    def setting(self, occasions: int) -> Setting:
        """Return what planted respondents are drawn from."""
        homes = np.array([scale or "" for scale in self.scales])
        return Setting(
            self.people, np.unique(homes, return_inverse=True)[1], np.array(self.keys), occasions
        )

    def ground(self, construct: str) -> Ground:
        """Return what planted rows are drawn from when a construct's claim is judged."""
        factors = _factors(self.models[construct], self.items)
        rounds = max(map(len, factors))
        targets = [f[r] for r in range(rounds) for f in factors if r < len(f)]
        blocks = np.unique(np.array(self.blocks), return_inverse=True)[1]
        return Ground(self.people, blocks, targets, len(factors))


def measure(instrument: Instrument, population: Population) -> Measure:
    """Return an instrument beside a human sample.

    Parameters
    ----------
    instrument : Instrument
    population : Population
        With bivariate tables, from which thresholds and polychoric correlations come.

    Returns
    -------
    Measure

    Raises
    ------
    DataError
        A sample without tables or rows, or scales that fewer than two items make.

    Examples
    --------
    >>> import valuealign as va
    >>> given = measure(va.load_instrument("pvq-21"), va.load_population("pvq21-de-ess9"))
    >>> given.people.n_items, sorted(given.models)[:2], sorted(set(given.composites))[:2]
    (21, ['conservation', 'enhancement'], ['CONSERVATION', 'ENHANCEMENT'])
    """
    items = tuple(i for i in instrument.item_ids if i in population.source.items)
    if len(items) < 4:
        raise DataError(f"{population.id} has {len(items)} items of {instrument.id}; expected 4")
    moments = population.of(items)
    models = dict(instrument.default_lavaan)
    return Measure(
        id=f"{instrument.id} with {population.id}",
        items=items,
        scales=scales_of(instrument, items),
        composites=composites_of(instrument, items),
        keys=keys_of(instrument, items),
        norms=np.asarray(moments.mean),
        correlation=correlation_of(moments),
        blocks=blocks_of(instrument, items),
        models=models,
        people=_planted(population, items),
        population=population,
    )


def _planted(population: Population, items: tuple[str, ...]) -> PlantedPeople:
    source = population.of(items)
    if source.tables is None and population.rows is None:
        raise DataError(
            f"{population.id} has neither bivariate tables nor rows; planted truths need people's "
            "polychoric correlations"
        )
    rows = population.rows
    polychorics = polychoric(source if rows is None else rows[list(items)])
    wide = polychorics.thresholds.pivot(index="item", columns="threshold", values="estimate")
    cuts = wide.loc[list(items)].to_numpy(float)
    low = int(population.source.response_range[0])
    return PlantedPeople(
        polychorics.correlations.to_numpy(float), np.where(np.isnan(cuts), np.inf, cuts), low=low
    )


def _factors(text: str, items: tuple[str, ...]) -> list[list[int]]:
    """Return the places of each factor's items, in the order of the syntax."""
    item_places: list[list[int]] = []
    for line in text.splitlines():
        _, loads, rest = line.partition("=~")
        members = [word.strip() for word in rest.split("+")] if loads else []
        places = [items.index(name) for name in members if name in items]
        if places:
            item_places.append(places)
    return item_places
