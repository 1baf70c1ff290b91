"""Margins of people, with checks, and raking weights."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from valuealign.administration.plan.categories_of_people import category_of
from valuealign.arguments import checked
from valuealign.errors import PersonaError
from valuealign.suggestion import did_you_mean

if TYPE_CHECKING:
    import pandas as pd

Margins = Mapping[str, Mapping[str, float]]
ROUNDING = 0.005
"""How far shares may add up to another number than 1; they are then made to."""


def checked_margins(margins: Mapping[Any, Any]) -> dict[str, dict[str, float]]:
    """Margins whose shares add up to 1.

    Parameters
    ----------
    margins : mapping of str to mapping of str to float
        Attribute -> category -> share of the people.

    Raises
    ------
    PersonaError
        No attribute, no category, a share that is none, or shares that do not add up.

    Examples
    --------
    >>> checked_margins({"sex": {"female": 0.5, "male": 0.6}})
    Traceback (most recent call last):
    valuealign.errors.PersonaError: the shares of 'sex' add up to 1.1; expected 1
    """
    if not margins:
        raise PersonaError("there are no margins; expected attribute -> category -> share")
    return {str(name): _shares(str(name), margin) for name, margin in margins.items()}


def _shares(name: str, margin: Any) -> dict[str, float]:
    if not isinstance(margin, Mapping) or not margin:
        raise PersonaError(f"{name!r} has no categories; expected category -> share")
    shares = {str(category): share for category, share in margin.items()}
    for category, share in shares.items():
        plain = isinstance(share, int | float) and not isinstance(share, bool)
        if not plain or not 0 <= share < np.inf:
            raise PersonaError(
                f"the share of {category!r} in {name!r} is {share!r}; expected 0 to 1"
            )
    total = float(sum(shares.values()))
    if abs(total - 1) > ROUNDING:
        hint = "; write shares, not percentages" if abs(total - 100) < 1 else ""
        raise PersonaError(f"the shares of {name!r} add up to {total:.4g}; expected 1{hint}")
    return {category: share / total for category, share in shares.items()}


@checked
def raking_weights(
    people: pd.DataFrame, margins: Margins, *, weight: str | None = None, tolerance: float = 1e-10
) -> pd.Series[float]:
    """Return weights that bring a sample of people to given margins.

    Parameters
    ----------
    people : DataFrame
        One row a person, one column an attribute.
    margins : mapping of str to mapping of str to float
        Attribute -> category -> share. A category is a word, or a range such as "15-34".
    weight : str, optional
        The column with the weights to begin with.
    tolerance : float
        The largest distance from a margin at which raking ends.

    Returns
    -------
    Series, shape (n_people,)
        They add up to 1.

    Raises
    ------
    PersonaError
        An attribute or a category nobody has, a person in no category, shares that do not add
        up, or margins that no weights can meet.

    Notes
    -----
    Iterative proportional fitting: of all weights with these margins, the ones nearest to those
    it began with (in Kullback and Leibler's sense), so that odds ratios between the attributes
    stay what they were. The tests hold both properties to 1e-8.

    References
    ----------
    Deming, W. E., & Stephan, F. F. (1940). On a least squares adjustment of a sampled frequency
    table when the expected marginal totals are known. Annals of Mathematical Statistics, 11,
    427-444. doi:10.1214/aoms/1177731829

    Examples
    --------
    >>> import pandas as pd
    >>> people = pd.DataFrame({"sex": ["female", "female", "male"]})
    >>> raking_weights(people, {"sex": {"female": 0.5, "male": 0.5}}).tolist()
    [0.25, 0.25, 0.5]
    """
    import pandas as pd

    wanted = checked_margins(margins)
    weights = starting_weights(people, weight)
    groups = [(_indicator(people, name, shares), shares) for name, shares in wanted.items()]
    furthest = np.inf
    for _ in range(2000):
        for codes, shares in groups:
            have = np.bincount(codes, weights=weights, minlength=len(shares))
            ratio = np.divide(list(shares.values()), have, out=np.zeros(len(have)), where=have > 0)
            weights = weights * ratio[codes]
        furthest = max(
            float(
                np.abs(np.bincount(c, weights=weights, minlength=len(s)) - list(s.values())).max()
            )
            for c, s in groups
        )
        if furthest < tolerance:
            return pd.Series(weights / weights.sum(), index=people.index, name="weight")
    raise PersonaError(
        f"no weights of these {len(people)} people meet the margins (the nearest is "
        f"{furthest:.3g} off): some combination of categories has nobody in it"
    )


def starting_weights(people: pd.DataFrame, weight: str | None) -> np.ndarray[Any, Any]:
    """Return the people's own weights, which sum to 1; equal weights where they have none.

    Raises
    ------
    PersonaError
        Nobody, no such column, or a weight that is none.
    """
    import pandas as pd

    if people.empty:
        raise PersonaError("there are no people to take personas from")
    if weight is None:
        return np.full(len(people), 1.0 / len(people))
    column = pd.to_numeric(attribute(people, weight), errors="coerce").to_numpy(np.float64)
    bad = ~np.isfinite(column) | (column < 0)
    if bad.any() or column.sum() <= 0:
        raise PersonaError(
            f"{int(bad.sum())} of {len(people)} people have no weight in {weight!r}; expected a "
            "number from 0, and one above it"
        )
    shares: np.ndarray[Any, Any] = column / column.sum()
    return shares


def attribute(people: pd.DataFrame, name: str) -> pd.Series[Any]:
    """One attribute of the people, by name.

    Raises
    ------
    PersonaError
        There is none of that name.
    """
    columns = [str(column) for column in people.columns]
    if name not in columns:
        hint = did_you_mean(name, columns)
        raise PersonaError(f"the people have no attribute {name!r}; {hint}")
    return people.iloc[:, columns.index(name)]


def _indicator(
    people: pd.DataFrame, name: str, shares: Mapping[str, float]
) -> np.ndarray[Any, np.dtype[np.int64]]:
    categories = list(shares)
    person_categories = [category_of(value, categories) for value in attribute(people, name)]
    outside = [k for k, category in enumerate(person_categories) if category is None]
    if outside:
        value = attribute(people, name).iloc[outside[0]]
        raise PersonaError(
            f"{len(outside)} of {len(person_categories)} people are in no category of {name!r} "
            f"(one is {value!r}; the margins have {', '.join(categories[:6])})"
        )
    empty = [c for c in categories if shares[c] > 0 and c not in person_categories]
    if empty:
        raise PersonaError(
            f"none of the people is {empty[0]!r} in {name!r}, and the margin asks it"
        )
    return np.array(
        [categories.index(str(category)) for category in person_categories], dtype=np.int64
    )
