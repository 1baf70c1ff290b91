"""Planted truths about one respondent: its answers under four forms and several occasions.

Nothing of the rules or of the simulated respondents is used here: a rule that is judged by its own
code would share its errors.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from valuealign.inquiry.operating.planted_people import PlantedPeople

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

FORM_NOISE, OCCASION_NOISE = 0.4, 0.5
"""Standard deviations of what an item's answer owes to the form and to the occasion, where
people's answers have 1."""
LEVEL_NOISE = 0.1
"""The same of a form's effect on all items at once."""


@dataclass(frozen=True, eq=False)
class Sheets:
    """Answers as given: codes by administration and item, with each administration's form.

    Attributes
    ----------
    values : array, shape (n, p)
    reversed_scale, opposed : bool array, shape (n,)
    """

    values: FloatArray
    reversed_scale: BoolArray
    opposed: BoolArray


@dataclass(frozen=True, eq=False)
class Setting:
    """The population of a respondent.

    Attributes
    ----------
    people : PlantedPeople
    scales : int array, shape (p,)
        Number of the scale of each item.
    keys : int array, shape (p,)
        1 or -1.
    occasions : int
        Of each form.
    """

    people: PlantedPeople
    scales: NDArray[np.intp]
    keys: NDArray[np.intp]
    occasions: int = 3


Plant = Callable[[Setting, np.random.Generator], Sheets]
PlantPair = Callable[[Setting, np.random.Generator], tuple[Sheets, Sheets]]


def _forms(setting: Setting) -> tuple[BoolArray, BoolArray]:
    form = np.tile(np.arange(4), setting.occasions)
    return form >= 2, form % 2 == 1


def content(
    setting: Setting,
    rng: np.random.Generator,
    mind: FloatArray,
    *,
    agreement: float = 0.0,
    people: PlantedPeople | None = None,
) -> Sheets:
    """Return the answers of a respondent that answers by content.

    Parameters
    ----------
    setting : Setting
    rng : Generator
    mind : array, shape (p,)
        Latent position on each item.
    agreement : float
        What acquiescence adds to every stem, opposed or not, in SD.
    people : PlantedPeople, optional
        Whose thresholds cut the answers; the setting's by default.
    """
    back, opposed = _forms(setting)
    form = back * 2 + opposed
    p = setting.people.n_items
    effects = rng.normal(0, FORM_NOISE, (4, p)) + rng.normal(0, LEVEL_NOISE, (4, 1))
    shift = agreement * np.where(opposed, -1, 1)[:, None]  # scored by content
    noise = rng.normal(0, OCCASION_NOISE, (len(form), p))
    codes = (people or setting.people).cut(mind + effects[form] + shift + noise)
    return _turned(setting, codes, back, opposed)


def _turned(setting: Setting, scored: FloatArray, back: BoolArray, opposed: BoolArray) -> Sheets:
    top = setting.people.low + setting.people.high
    return Sheets(np.where(opposed[:, None], top - scored, scored), back, opposed)


def _mind(setting: Setting, rng: np.random.Generator) -> FloatArray:
    return np.asarray(setting.people.draw(1, rng)[0])


def _strong(setting: Setting, rng: np.random.Generator) -> FloatArray:
    """A person whose scales differ twice as much."""
    mind = _mind(setting, rng) * setting.keys
    sizes = np.bincount(setting.scales)
    scale = (np.bincount(setting.scales, mind) / sizes)[setting.scales]
    return np.asarray((mind + scale - mind.mean()) * setting.keys)


def accidents(setting: Setting, rng: np.random.Generator) -> Sheets:
    """Stable effects of single items, on thresholds that are the same for all of them.

    People's own thresholds would lend the respondent people's average scale profile.
    """
    people = setting.people
    finite = np.where(np.isfinite(people.thresholds), people.thresholds, np.nan)
    same = np.tile(np.nanmean(finite, axis=0), (people.n_items, 1))
    plain = PlantedPeople(people.correlation, same, low=people.low)
    return content(setting, rng, rng.standard_normal(people.n_items), people=plain)


def permuted(setting: Setting, rng: np.random.Generator) -> Sheets:
    """A person's answers, each recorded for another item."""
    sheets = content(setting, rng, _mind(setting, rng))
    order = rng.permutation(setting.people.n_items)
    return Sheets(sheets.values[:, order], sheets.reversed_scale, sheets.opposed)


def _uniform(setting: Setting, rng: np.random.Generator, shape: tuple[int, ...]) -> FloatArray:
    return rng.integers(setting.people.low, setting.people.high + 1, shape).astype(float)


def _with_errors(
    setting: Setting, rng: np.random.Generator, values: FloatArray, rate: float
) -> Sheets:
    wrong = rng.random(values.shape) < rate
    return Sheets(np.where(wrong, _uniform(setting, rng, values.shape), values), *_forms(setting))


def constant(rate: float) -> Plant:
    """One option throughout, the same in both directions, with random errors."""

    def plant(setting: Setting, rng: np.random.Generator) -> Sheets:
        option = float(rng.integers(setting.people.low, setting.people.high + 1))
        n = 4 * setting.occasions
        values = np.full((n, setting.people.n_items), option)
        return _with_errors(setting, rng, values, rate)

    return plant


def position(*, by_item: bool, rate: float = 0.1) -> Plant:
    """One place on the page throughout, or one for each item, with random errors."""

    def plant(setting: Setting, rng: np.random.Generator) -> Sheets:
        return _with_errors(setting, rng, _by_place(setting, rng, by_item=by_item), rate)

    return plant


def _by_place(setting: Setting, rng: np.random.Generator, *, by_item: bool) -> FloatArray:
    back, _ = _forms(setting)
    place = _uniform(setting, rng, (setting.people.n_items if by_item else 1,))
    if not by_item:
        place = np.repeat(place, setting.people.n_items)
    top = setting.people.low + setting.people.high
    return np.where(back[:, None], top - place, place)


def half_position(*, by_item: bool) -> Plant:
    """Half by content, half by one place, reply by reply or item by item."""

    def plant(setting: Setting, rng: np.random.Generator) -> Sheets:
        return mixed_with_position(setting, rng, _mind(setting, rng), by_item=by_item)

    return plant


def mixed_with_position(
    setting: Setting,
    rng: np.random.Generator,
    mind: FloatArray,
    *,
    by_item: bool,
    share: float = 0.5,
) -> Sheets:
    """Return answers of which a share is chosen by place."""
    meant = content(setting, rng, mind)
    placed = _by_place(setting, rng, by_item=False)
    shape = (1, meant.values.shape[1]) if by_item else meant.values.shape
    where = np.broadcast_to(rng.random(shape) < share, meant.values.shape)
    return Sheets(np.where(where, placed, meant.values), meant.reversed_scale, meant.opposed)


def place_and_agreement(setting: Setting, rng: np.random.Generator) -> Sheets:
    """Half of the replies by one place, the other half agreement with whatever is said."""
    agreed, placed = (
        acquiescence(by_item=True)(setting, rng),
        _by_place(setting, rng, by_item=False),
    )
    where = rng.random(agreed.values.shape) < 0.5
    return Sheets(np.where(where, placed, agreed.values), agreed.reversed_scale, agreed.opposed)


def noise(setting: Setting, rng: np.random.Generator) -> Sheets:
    """Every option equally often."""
    n = 4 * setting.occasions
    return Sheets(_uniform(setting, rng, (n, setting.people.n_items)), *_forms(setting))


def acquiescence(*, by_item: bool) -> Plant:
    """Agreement with whatever is said, more with some items than with others if `by_item`."""

    def plant(setting: Setting, rng: np.random.Generator) -> Sheets:
        back, opposed = _forms(setting)
        p = setting.people.n_items
        level = 1.0 + by_item * rng.standard_normal(p)
        latent = level + rng.normal(0, OCCASION_NOISE, (len(back), p))
        even = np.linspace(-1.5, 1.5, setting.people.thresholds.shape[1])
        codes = (latent[..., None] > even).sum(axis=-1) + float(setting.people.low)
        return Sheets(codes, back, opposed)

    return plant


def harmless_only(setting: Setting, rng: np.random.Generator) -> Sheets:
    """A person's answers to 60 % of the items; the others are refused 19 times in 20."""
    sheets = content(setting, rng, _mind(setting, rng))
    p = setting.people.n_items
    refused = np.argsort(rng.random(p)) < round(0.4 * p)
    gone = refused & (rng.random(sheets.values.shape) < 0.95)
    return Sheets(np.where(gone, np.nan, sheets.values), sheets.reversed_scale, sheets.opposed)


def _meaning(
    mind: Callable[[Setting, np.random.Generator], FloatArray], *, agreement: float = 0.0
) -> Plant:
    return lambda setting, rng: content(setting, rng, mind(setting, rng), agreement=agreement)


RESPONDENTS: Mapping[str, Plant] = {
    "a person": _meaning(_mind),
    "the average person": _meaning(lambda setting, _: np.zeros(setting.people.n_items)),
    "a person with strong values": _meaning(_strong),
    "a person who acquiesces": _meaning(_mind, agreement=0.8),
    "item accidents": accidents,
    "a person with items permuted": permuted,
    "one option, 5 % errors": constant(0.05),
    "one option, 20 % errors": constant(0.2),
    "uniform noise": noise,
    "acquiescence alone": acquiescence(by_item=False),
    "acquiescence alone, by item": acquiescence(by_item=True),
    "position alone": position(by_item=False),
    "position alone, by item": position(by_item=True),
    "half position, by reply": half_position(by_item=False),
    "half position, half acquiescence": place_and_agreement,
    "half position, by item": half_position(by_item=True),
    "harmless items only": harmless_only,
}
"""Name of a planted truth -> a function that draws its answers."""


def _identical(setting: Setting, rng: np.random.Generator) -> tuple[Sheets, Sheets]:
    mind = _mind(setting, rng)
    return content(setting, rng, mind), content(setting, rng, mind)


def _other_acquiescence(setting: Setting, rng: np.random.Generator) -> tuple[Sheets, Sheets]:
    mind = _mind(setting, rng)
    return content(setting, rng, mind), content(setting, rng, mind, agreement=0.8)


def _far_acquiescence(setting: Setting, rng: np.random.Generator) -> tuple[Sheets, Sheets]:
    mind = _strong(setting, rng)
    return content(setting, rng, mind), content(setting, rng, mind, agreement=1.5)


def _other_accidents(setting: Setting, rng: np.random.Generator) -> tuple[Sheets, Sheets]:
    mind = _mind(setting, rng)
    first, second = 0.7 * rng.standard_normal((2, setting.people.n_items))
    return content(setting, rng, mind + first), content(setting, rng, mind + second)


def _one_by_place(*, by_item: bool) -> PlantPair:
    def plant(setting: Setting, rng: np.random.Generator) -> tuple[Sheets, Sheets]:
        mind = _mind(setting, rng)
        other = mixed_with_position(setting, rng, mind, by_item=by_item)
        return content(setting, rng, mind), other

    return plant


def _pair(first: Plant, second: Plant) -> PlantPair:
    return lambda setting, rng: (first(setting, rng), second(setting, rng))


PAIRS: Mapping[str, PlantPair] = {
    "two persons": _pair(RESPONDENTS["a person"], RESPONDENTS["a person"]),
    "two persons with strong values": _pair(
        RESPONDENTS["a person with strong values"], RESPONDENTS["a person with strong values"]
    ),
    "identical": _identical,
    "same values, another acquiescence": _other_acquiescence,
    "same strong values, much more acquiescence": _far_acquiescence,
    "same values, other item accidents": _other_accidents,
    "two respondents of item accidents": _pair(
        RESPONDENTS["item accidents"], RESPONDENTS["item accidents"]
    ),
    "same values, one half by position": _one_by_place(by_item=False),
    "same values, one half of the items by position": _one_by_place(by_item=True),
    "one answers with one option": _pair(
        RESPONDENTS["a person"], RESPONDENTS["one option, 20 % errors"]
    ),
}
"""Name of a planted truth about two respondents -> a function that draws both."""
