"""People's scale scores for a comparison, from the moments of items."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from valuealign.analysis.comparison.combine import combine
from valuealign.analysis.moments import Moments
from valuealign.errors import DataError
from valuealign.population.load_population import load_population
from valuealign.population.population import Population

if TYPE_CHECKING:
    from valuealign.instrument.instrument import Instrument


@dataclass(frozen=True, eq=False)
class People:
    """A human sample's scale scores.

    Parameters
    ----------
    population : Population
    raw : Moments
        Of the scales all of whose items the sample was given.
    centred : Moments or None
        The same less each person's mean rating; None where it cannot be had.
    why_not : str
        Why there are no centred scores.
    rows : dict of bool to DataFrame
        Scale scores of persons, by whether they are centred; empty where there are no rows.
    """

    population: Population
    raw: Moments
    centred: Moments | None
    why_not: str = ""
    rows: dict[bool, Any] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """The sample's name."""
        return self.population.id

    def moments(self, *, centred: bool) -> Moments | None:
        """Return the moments of centred or of raw scores."""
        return self.centred if centred else self.raw


def chosen_populations(choice: Any) -> list[Population]:
    """Return the populations given by name, as objects, or in a list.

    Parameters
    ----------
    choice : str, Path, Population, or a sequence of them

    Returns
    -------
    list of Population

    Raises
    ------
    DataError
        None, one that is twice there, or something else.
    """
    several: Iterable[Any] = [choice] if isinstance(choice, str | Path | Population) else choice
    populations = []
    for population in several:
        if not isinstance(population, str | Path | Population):
            raise DataError(
                f"people are a population or its name, found {type(population).__name__}; "
                "valuealign populations list"
            )
        populations.append(
            population if isinstance(population, Population) else load_population(population)
        )
    names = [population.id for population in populations]
    if not names:
        raise DataError("no people were named; give the name of a population")
    if len(set(names)) < len(names):
        raise DataError(f"{max(names, key=names.count)} is named twice")
    return populations


def people_of(population: Population, instrument: Instrument) -> People:
    """Turn a sample's item moments into moments of scale scores.

    Parameters
    ----------
    population : Population
    instrument : Instrument

    Returns
    -------
    People

    Raises
    ------
    DataError
        Another instrument's sample, or one without a whole scale.

    Notes
    -----
    Keying and centring are linear in the items, so that the moments are exact: the same as of
    scores of complete rows (checked to 1e-10).

    Examples
    --------
    >>> import valuealign as va
    >>> pvq = va.load_instrument("pvq-21")
    >>> found = people_of(va.load_population("pvq21-de-ess9"), pvq)
    >>> found.raw.names[:3], found.centred.mean.round(2)[:3].tolist()
    (('SD', 'ST', 'HE'), [0.61, -0.84, -0.01])
    """
    if population.instrument != instrument.id:
        raise DataError(
            f"{population.id} is of {population.instrument}, not of {instrument.id}; compare with "
            "people who were given the same instrument"
        )
    moments = population.moments
    scales = tuple(s.id for s in instrument.scales if set(s.items) <= set(moments.names))
    if not scales:
        raise DataError(f"{population.id} has no whole scale of {instrument.id}")
    W, shift = score_weights(instrument, moments.names, scales)
    raw = combine(moments, W, scales, shift=shift)
    rows = _rows(population, instrument, scales)
    if "mrat" not in instrument.scoring.centring:
        return People(population, raw, None, f"{instrument.id} has no rule of centring", rows)
    if set(instrument.item_ids) - set(moments.names):
        return People(population, raw, None, f"{population.id} was not given every item", rows)
    # The mean rating is over what was answered as it was answered, not as it is keyed.
    own = np.isin(moments.names, instrument.item_ids) / len(instrument.item_ids)
    return People(population, raw, combine(moments, W - own, scales, shift=shift), rows=rows)


def score_weights(
    instrument: Instrument, items: Sequence[str], scales: Sequence[str]
) -> tuple[Any, Any]:
    """Return the weights and constants that turn items into scale scores.

    Parameters
    ----------
    instrument : Instrument
    items : sequence of str, length p
    scales : sequence of str, length k

    Returns
    -------
    weights : ndarray, shape (k, p)
    shift : ndarray, shape (k,)
        What turning items keyed -1 about the middle of their scale adds.
    """
    place = {name: k for k, name in enumerate(items)}
    weights, shift = np.zeros((len(scales), len(items))), np.zeros(len(scales))
    by_id = {scale.id: scale for scale in instrument.scales}
    turn = 0.0
    if any(item.keyed == -1 for item in instrument.items):
        low = getattr(instrument.response_scale, "minimum", None)
        high = getattr(instrument.response_scale, "maximum", None)
        if low is None or high is None:
            raise DataError(f"{instrument.id} keys items -1 on a scale without two ends")
        turn = float(low + high)
    for row, name in enumerate(scales):
        share = 1.0 if instrument.scoring.rule == "sum" else 1 / len(by_id[name].items)
        for item in by_id[name].items:
            sign = instrument.item(item).keyed
            weights[row, place[item]] = sign * share
            shift[row] += share * turn if sign == -1 else 0.0
    return weights, shift


def _rows(
    population: Population, instrument: Instrument, scales: tuple[str, ...]
) -> dict[bool, Any]:
    from valuealign.scoring.scale_scores import score

    if population.rows is None:
        return {}
    scores = {False: score(population.rows, instrument)[list(scales)]}
    if "mrat" in instrument.scoring.centring:
        scores[True] = score(population.rows, instrument, centre="mrat")[list(scales)]
    return scores
