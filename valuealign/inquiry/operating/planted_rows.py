"""Planted truths about many respondents: one row of answers each, such as personas."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from valuealign.inquiry.operating.planted_people import PlantedPeople

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Ground:
    """The population of rows.

    Attributes
    ----------
    people : PlantedPeople
    blocks : int array, shape (p,)
        Number of the block (magnifying-glass model) of each item.
    targets : sequence of int
        Items that a truth may change, those of the construct whose claim is judged: the first
        item of each factor, then the second of each, and so on. Two changed items so belong to
        different factors: where all loadings of a factor are weaker by the same share, its
        variance is smaller and measurement is the same.
    n_factors : int
        Factors of that construct.
    """

    people: PlantedPeople
    blocks: NDArray[np.intp]
    targets: Sequence[int]
    n_factors: int


PlantRows = Callable[[Ground, int, np.random.Generator], FloatArray]


def equivalent(ground: Ground, n: int, rng: np.random.Generator) -> FloatArray:
    """People themselves."""
    return ground.people.cut(ground.people.draw(n, rng))


def weaker(size: float, count: int | None) -> PlantRows:
    """The first targets share less with all others and keep their distributions.

    Without a count, one item of each factor.
    """

    def plant(ground: Ground, n: int, rng: np.random.Generator) -> FloatArray:
        z = ground.people.draw(n, rng)
        at = list(ground.targets[: count or ground.n_factors])
        fresh = rng.standard_normal((n, len(at)))
        z[:, at] = size * z[:, at] + np.sqrt(1 - size**2) * fresh
        return ground.people.cut(z)

    return plant


def weaker_everywhere(size: float) -> PlantRows:
    """All items share less with all others."""

    def plant(ground: Ground, n: int, rng: np.random.Generator) -> FloatArray:
        z = ground.people.draw(n, rng)
        return ground.people.cut(size * z + np.sqrt(1 - size**2) * rng.standard_normal(z.shape))

    return plant


def turned(count: int) -> PlantRows:
    """The first targets have the other sign."""

    def plant(ground: Ground, n: int, rng: np.random.Generator) -> FloatArray:
        z = ground.people.draw(n, rng)
        z[:, list(ground.targets[:count])] *= -1
        return ground.people.cut(z)

    return plant


def shifted(size: float, count: int) -> PlantRows:
    """The first targets have another intercept, in SD of the latent answers."""

    def plant(ground: Ground, n: int, rng: np.random.Generator) -> FloatArray:
        z = ground.people.draw(n, rng)
        z[:, list(ground.targets[:count])] += size
        return ground.people.cut(z)

    return plant


def higher(size: float) -> PlantRows:
    """All targets are shifted in proportion to what they share: the construct itself differs."""

    def plant(ground: Ground, n: int, rng: np.random.Generator) -> FloatArray:
        at = list(ground.targets)
        z = ground.people.draw(n, rng)
        values, vectors = np.linalg.eigh(ground.people.correlation[np.ix_(at, at)])
        loading = vectors[:, -1] * np.sqrt(max(values[-1] - 1, 0.0))
        z[:, at] += size * loading * np.sign(loading.sum())
        return ground.people.cut(z)

    return plant


def permuted(ground: Ground, n: int, rng: np.random.Generator) -> FloatArray:
    """Each item's answers stand under another item."""
    return equivalent(ground, n, rng)[:, rng.permutation(ground.people.n_items)]


def permuted_in_blocks(ground: Ground, n: int, rng: np.random.Generator) -> FloatArray:
    """Each item's answers stand under another item of its block."""
    order = np.arange(ground.people.n_items)
    for block in np.unique(ground.blocks):
        at = np.flatnonzero(ground.blocks == block)
        order[at] = rng.permutation(at)
    return equivalent(ground, n, rng)[:, order]


def independent(ground: Ground, n: int, rng: np.random.Generator) -> FloatArray:
    """Every item by itself, with people's distributions."""
    return ground.people.cut(rng.standard_normal((n, ground.people.n_items)))


def acquiescent(ground: Ground, n: int, rng: np.random.Generator) -> FloatArray:
    """Agreement alone: each respondent agrees to its own degree with everything."""
    person = rng.normal(0, 0.7, (n, 1))
    noise = rng.normal(0, np.sqrt(1 - 0.49), (n, ground.people.n_items))
    return ground.people.cut(person + noise)


def by_place(ground: Ground, n: int, rng: np.random.Generator) -> FloatArray:
    """Each respondent chooses one place, with 20 % random errors."""
    low, high = ground.people.low, ground.people.high
    place = rng.integers(low, high + 1, (n, 1)).astype(float)
    return _errors(ground, np.repeat(place, ground.people.n_items, axis=1), 0.2, rng)


def one_option(ground: Ground, n: int, rng: np.random.Generator) -> FloatArray:
    """All respondents choose one option, with 20 % random errors."""
    low, high = ground.people.low, ground.people.high
    values = np.full((n, ground.people.n_items), float(rng.integers(low, high + 1)))
    return _errors(ground, values, 0.2, rng)


def one_respondent(ground: Ground, n: int, rng: np.random.Generator) -> FloatArray:
    """Occasions of one respondent: its mind with noise for each."""
    mind = ground.people.draw(1, rng)
    return ground.people.cut(mind + rng.normal(0, 0.6, (n, ground.people.n_items)))


def collapsed(ground: Ground, n: int, rng: np.random.Generator) -> FloatArray:
    """Personas who all answer as the average person does, with noise of their own."""
    return ground.people.cut(rng.normal(0, 0.4, (n, ground.people.n_items)))


def _errors(
    ground: Ground, values: FloatArray, rate: float, rng: np.random.Generator
) -> FloatArray:
    low, high = ground.people.low, ground.people.high
    wrong = rng.random(values.shape) < rate
    return np.where(wrong, rng.integers(low, high + 1, values.shape), values)


ROWS: Mapping[str, PlantRows] = {
    "people": equivalent,
    "people, the construct higher by .5 SD": higher(0.5),
    "one loading x .6": weaker(0.6, 1),
    "one loading x .2": weaker(0.2, 1),
    "one loading of each factor x .6": weaker(0.6, None),
    "two loadings x .5": weaker(0.5, 2),
    "all loadings x .6": weaker_everywhere(0.6),
    "all loadings x .3": weaker_everywhere(0.3),
    "one sign reversed": turned(1),
    "two signs reversed": turned(2),
    "three signs reversed": turned(3),
    "one intercept +.3 SD": shifted(0.3, 1),
    "two intercepts +.2 SD": shifted(0.2, 2),
    "two intercepts +.3 SD": shifted(0.3, 2),
    "two intercepts +.5 SD": shifted(0.5, 2),
    "items permuted": permuted,
    "items permuted within blocks": permuted_in_blocks,
    "independent items": independent,
    "acquiescence alone": acquiescent,
    "position alone": by_place,
    "one option, 20 % errors": one_option,
    "occasions of one respondent": one_respondent,
    "collapsed personas": collapsed,
}
"""Name of a planted truth -> a function that draws its rows."""
