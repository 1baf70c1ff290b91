"""Plausibility checks of a sample: direction, order of items, keys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from valuealign.instrument.instrument import Instrument
from valuealign.instrument.load import human_data_of

Array = np.ndarray[Any, np.dtype[np.float64]]
CHANCE = 0.01
"""Share of random orders of the items that may look as good before the order is doubted."""
DRAWS = 500


@dataclass(frozen=True)
class Look:
    """The result of the plausibility checks.

    Parameters
    ----------
    wrong : tuple of str
        Contradictions between the sample and its description.
    untested : tuple of str
        Checks that were not possible, and why.
    """

    wrong: tuple[str, ...] = ()
    untested: tuple[str, ...] = ()


def look_at(mean: Array, covariance: Array, items: tuple[str, ...], instrument: Instrument) -> Look:
    """Check whether means and covariances agree with the instrument and its direction.

    Direction is tested where the instrument says which scales people rate highest and lowest
    (of values, people everywhere rate benevolence and universalism above power). Order is tested
    by correlations: items of one scale go together more than items put together at random. An
    item that is keyed -1 must go with its scale once it is turned.

    Parameters
    ----------
    mean : array, shape (p,)
    covariance : array, shape (p, p)
    items : tuple of str
        Their names, in that order.
    instrument : Instrument

    Returns
    -------
    Look

    Notes
    -----
    The order test permutes the items 500 times (seeded) and compares the mean correlation within
    scales; an order is doubted where more than 1 % of random orders reach the same mean.

    References
    ----------
    Schwartz, S. H., & Bardi, A. (2001). Value hierarchies across cultures. Journal of
    Cross-Cultural Psychology, 32, 268-290. doi:10.1177/0022022101032003002

    Examples
    --------
    >>> import valuealign as va
    >>> people = va.load_population("pvq21-de-ess9")
    >>> pvq = va.load_instrument("pvq-21")
    >>> m = people.moments
    >>> look_at(m.mean, m.covariance, m.names, pvq)
    Look(wrong=(), untested=())
    >>> look_at(7 - m.mean, m.covariance, m.names, pvq).wrong[0].split(":")[0]
    'the direction looks reversed'
    """
    checks = [
        _order(covariance, items, instrument),
        _direction(mean, items, instrument),
        _keys(covariance, items, instrument),
    ]
    return Look(
        tuple(text for wrong, text in checks if wrong and text),
        tuple(text for wrong, text in checks if not wrong and text),
    )


def _direction(mean: Array, items: tuple[str, ...], instrument: Instrument) -> tuple[bool, str]:
    known = human_data_of(instrument).direction
    if known is None:
        return False, (
            f"direction not tested: {instrument.id} does not say which scales people rate highest"
        )
    of = dict(zip(items, mean, strict=True))
    higher, lower = (_means(groups, of, instrument) for groups in (known.higher, known.lower))
    if not higher or not lower:
        names = " or ".join(known.higher), " or ".join(known.lower)
        return False, f"direction not tested: no items of {names[0]} beside {names[1]}"
    if min(higher.values()) > max(lower.values()):
        return False, ""
    reversed_ = max(higher.values()) < min(lower.values())
    way = "the direction looks reversed" if reversed_ else "the direction is unclear"
    means = ", ".join(f"{name} {value:.2f}" for name, value in {**higher, **lower}.items())
    return True, f"{way}: {means}, where people rate {' and '.join(lower)} lowest"


def _means(
    groups: Mapping[str, tuple[str, ...]], of: dict[str, float], instrument: Instrument
) -> dict[str, float]:
    """Return the means of the groups of scales that have items here."""
    means = {name: _mean_of(scales, of, instrument) for name, scales in groups.items()}
    return {name: value for name, value in means.items() if value is not None}


def _mean_of(scales: tuple[str, ...], of: dict[str, float], instrument: Instrument) -> float | None:
    chosen = {i for s in instrument.scales if s.id in scales for i in s.items if i in of}
    return float(np.mean([of[i] for i in sorted(chosen)])) if chosen else None


def _order(covariance: Array, items: tuple[str, ...], instrument: Instrument) -> tuple[bool, str]:
    place = {name: k for k, name in enumerate(items)}
    groups = [[place[i] for i in scale.items if i in place] for scale in instrument.scales]
    pairs = np.array([(a, b) for g in groups for n, a in enumerate(g) for b in g[n + 1 :]])
    if len([g for g in groups if len(g) > 1]) < 2:
        return False, "order of items not tested: fewer than two scales have two items here"
    key = np.array([instrument.item(name).keyed for name in items], dtype=float)
    r = np.abs(_correlations(covariance * np.outer(key, key)))
    right = r[pairs[:, 0], pairs[:, 1]].mean()
    straight = np.tile(np.arange(len(items)), (DRAWS, 1))
    orders = np.random.default_rng(20261124).permuted(straight, axis=1)
    random = r[orders[:, pairs[:, 0]], orders[:, pairs[:, 1]]].mean(axis=1)
    as_good = float((random >= right).mean())
    if as_good <= CHANCE:
        return False, ""
    return True, (
        f"the items look like those of another order or instrument: items of one scale correlate "
        f"{right:.2f} on average, no more than items put together at random "
        f"({random.mean():.2f}; {100 * as_good:.0f} % of random orders do as well)"
    )


def _keys(covariance: Array, items: tuple[str, ...], instrument: Instrument) -> tuple[bool, str]:
    keyed = {name: instrument.item(name).keyed for name in items}
    if all(key == 1 for key in keyed.values()):
        return False, ""
    place = {name: k for k, name in enumerate(items)}
    signs = np.array([keyed[name] for name in items], dtype=float)
    r = _correlations(covariance * np.outer(signs, signs))
    against = []
    for scale in instrument.scales:
        mine = [i for i in scale.items if i in place]
        for name in mine:
            others = [place[i] for i in mine if i != name]
            if keyed[name] == -1 and others and r[place[name], others].mean() < 0:
                against.append(name)
    if not against:
        return False, ""
    return True, (
        f"{', '.join(against[:6])}: keyed -1, and against the scale once turned; were they turned "
        "in the file already? This file must hold answers as given"
    )


def _correlations(covariance: Array) -> Array:
    sd = np.sqrt(np.diag(covariance))
    out: Array = covariance / np.outer(sd, sd)
    return out
