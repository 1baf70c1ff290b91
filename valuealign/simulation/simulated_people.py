"""The populations of simulated people: a human sample's moments, or a factor model."""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from valuealign.errors import PlanError
from valuealign.instrument.human_data import SimulatedPeople
from valuealign.instrument.instrument import Instrument
from valuealign.instrument.load import human_data_of
from valuealign.shipped import shipped
from valuealign.square_root import square_root

LOADING = 0.7
CORRELATION = 0.3
Array = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True)
class Truth:
    """The population that simulated people are drawn from.

    Parameters
    ----------
    mean : array, shape (n_items,)
        In the response scale's unit.
    stable, passing : array, shape (n_items, n_items) and (n_items,)
        Covariance of stable values, and variances of changes from occasion to occasion. Their sum
        is the covariance of one occasion's answers before rounding.
    source : str
    """

    mean: Array
    stable: Array
    passing: Array
    source: str

    @property
    def covariance(self) -> Array:
        """Covariance of one occasion's answers over persons, before rounding."""
        return self.stable + np.diag(self.passing)

    @property
    def root(self) -> Array:
        """The symmetric square root of ``stable``, by which a person's deviates are multiplied."""
        return square_root(self.stable)


def simulated_people(instrument: Instrument) -> SimulatedPeople:
    """Return whose answers simulated people give to an instrument.

    Parameters
    ----------
    instrument : Instrument

    Raises
    ------
    PlanError
        The instrument names no human sample for it, or one that is of other items.
    """
    people = human_data_of(instrument).simulated
    if people is None:
        raise PlanError(
            f"no human sample of {instrument.id} is shipped, so sim:human cannot answer it; "
            "use sim:factor"
        )
    for name in (people.population, *people.groups.values()):
        if tuple(_sample(name)["items"]) != instrument.item_ids:
            raise PlanError(
                f"{instrument.id} is to be answered like the sample {name}, whose items are "
                f"others; name a sample of its {len(instrument.items)} items under "
                "people: simulated:"
            )
    return people


@lru_cache(maxsize=16)
def human_truth(population: str) -> Truth:
    """People of a shipped human sample.

    Half of each item's unique variance (given all other items) changes from occasion to occasion;
    the covariance of one occasion is the sample's own.

    Parameters
    ----------
    population : str
        The sample's id.

    Raises
    ------
    PlanError
        No sample of this id is shipped.
    """
    data = _sample(population)
    covariance = np.array(data["covariance"], dtype=np.float64)
    unique = 1.0 / np.diag(np.linalg.inv(covariance))
    # S - c diag(u) stays positive definite while c is below 1 over the largest eigenvalue of
    # diag(u)^1/2 S^-1 diag(u)^1/2.
    scaled = np.sqrt(unique)[:, None] * np.linalg.inv(covariance) * np.sqrt(unique)[None, :]
    passing = 0.5 * unique / np.linalg.eigvalsh(scaled)[-1]
    mean = np.array(data["mean"], dtype=np.float64)
    return Truth(mean, covariance - np.diag(passing), passing, data["source"])


def group_shift(people: SimulatedPeople, person: str) -> Array:
    """How far the samples of a person's sex and age stand from the whole sample, item by item.

    Parameters
    ----------
    people : SimulatedPeople
    person : str
        The persona's text, from which sex and age are read.

    Returns
    -------
    array, shape (n_items,)
        Zero where nothing is said, or no sample of the group is shipped.
    """
    whole = np.array(_sample(people.population)["mean"], dtype=np.float64)
    shift = np.zeros(len(whole))
    for group, name in people.groups.items():
        if _belongs(group, person):
            shift += np.array(_sample(name)["mean"], dtype=np.float64) - whole
    return shift


def _belongs(group: str, person: str) -> bool:
    low, _, high = group.partition("-")
    if not high:
        return re.search(rf"\b{re.escape(group)}\b", person.casefold()) is not None
    age = re.search(r"\b(\d{1,3})-year-old", person)
    return age is not None and int(low) <= int(age[1]) <= int(high)


@lru_cache(maxsize=32)
def _sample(name: str) -> dict[str, Any]:
    path = shipped("populations") / f"{name}.json"
    if not path.is_file():
        raise PlanError(
            f"no human sample {name!r} is shipped, so sim:human cannot answer like it; "
            "valuealign populations list names those that are"
        )
    sample: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return sample


def factor_truth(instrument: Instrument) -> Truth:
    """Return a stated factor model: one factor a scale, loadings .7, correlations .3.

    An item in no scale has a factor of its own; a keyed item loads with its sign. Standard
    deviations are a quarter of the response scale's width, a fifth of each item's uniqueness
    passes from occasion to occasion.

    Parameters
    ----------
    instrument : Instrument
    """
    low, high = bounds(instrument)
    n = len(instrument.items)
    names = [scale.id for scale in instrument.scales] + ["own"]
    loadings = np.zeros((n, len(names)))
    place = {item.id: k for k, item in enumerate(instrument.items)}
    for column, scale in enumerate(instrument.scales):
        for item_id in scale.items:
            if not loadings[place[item_id]].any():
                loadings[place[item_id], column] = LOADING * instrument.item(item_id).keyed
    phi = np.full((len(names), len(names)), CORRELATION)
    np.fill_diagonal(phi, 1.0)
    common = loadings @ phi @ loadings.T
    unique = 1.0 - np.diag(common)
    scale_sd = (high - low) / 4
    stable = (common + np.diag(0.8 * unique)) * scale_sd**2
    mean = np.full(n, (low + high) / 2)
    return Truth(mean, stable, 0.2 * unique * scale_sd**2, "stated factor model")


def bounds(instrument: Instrument) -> tuple[float, float]:
    """Lowest and highest code of an instrument; a keyed choice counts as 0 and 1."""
    scale = instrument.response_scale
    low = getattr(scale, "minimum", 0.0)
    high = getattr(scale, "maximum", 1.0)
    return float(low), float(high)


def ends_only(z: float, ends: tuple[float, float], codes: list[float | None]) -> list[float]:
    """Return choice shares of a person who only uses the ends, the nearer one more often."""
    upper = 0.5 * (1.0 + math.erf(z / math.sqrt(2.0)))
    return [upper if code == ends[1] else 1 - upper if code == ends[0] else 0.0 for code in codes]
