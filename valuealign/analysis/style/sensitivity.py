"""Agreement of answers to the same item between prompts and within one prompt."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from valuealign.analysis.style.cluster_mean import cluster_mean
from valuealign.errors import DataError

if TYPE_CHECKING:
    import pandas as pd

FloatArray = NDArray[np.float64]


def prompt_sensitivity(
    long: pd.DataFrame,
    unit: str,
    item: str,
    form: str | Sequence[str],
    *,
    cluster: str | None = None,
    value: str = "value",
    level: float = 0.95,
) -> pd.DataFrame:
    """Estimate how often two answers to an item agree, between forms and within one form.

    Parameters
    ----------
    long : DataFrame
        One row a response.
    unit, item : str
        Columns.
    form : str or sequence of str
        Columns that make a form.
    cluster : str, optional
        Items that share a stem or query.
    value : str
    level : float

    Returns
    -------
    DataFrame
        By unit: ``same_between`` (probability that answers to an item under two forms are the
        same) with ``ci_lower ci_upper`` (over items or their clusters), ``same_within`` (the same
        of two answers under one form; NaN where each form was given once), ``distance`` (mean
        absolute difference between forms, scale points) with ``distance_lower distance_upper``,
        ``n_forms``, ``n_items``.

    Raises
    ------
    DataError
        No item was given under two forms.

    Notes
    -----
    Compare ``same_between`` with ``same_within``: a respondent that answers at random agrees as
    little within a form as between forms, which does not show sensitivity to the prompt.

    References
    ----------
    Gupta, A., Song, X., & Anumanchipalli, G. (2023). arXiv 2309.08163.

    Examples
    --------
    >>> import pandas as pd
    >>> long = pd.DataFrame({"model": "m", "item": list("aabb"), "form": [1, 2, 1, 2],
    ...                      "value": [3, 3, 2, 5]})
    >>> found = prompt_sensitivity(long, "model", "item", "form")
    >>> found.loc["m", ["same_between", "distance"]].tolist()
    [0.5, 1.5]
    """
    import pandas as pd

    names = [form] if isinstance(form, str) else list(form)
    there = long[long[value].notna()]
    key = there.groupby(names, observed=True, dropna=False).ngroup()
    rows = {}
    for name, part in there.assign(_form=key).groupby(unit, observed=True, sort=False):
        item_means = _items(part, (item, cluster or item, value))
        if len(item_means):
            rows[name] = _summary(item_means, level) | {"n_forms": int(part["_form"].nunique())}
    if not rows:
        raise DataError("no item was given under two forms; give several with --form")
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis(unit)


def _items(part: pd.DataFrame, names: tuple[str, str, str]) -> pd.DataFrame:
    """Return agreement between and within forms, item by item.

    All sums run over ordered pairs of answers to an item; a pair between forms is a pair that is
    not within one form.
    """
    import pandas as pd

    item, cluster, value = names
    items, labels = part[item].factorize()
    sheets, _ = pd.MultiIndex.from_arrays([items, part["_form"]]).factorize()
    first_of_sheet = np.unique(sheets, return_index=True)[1]
    item_of_sheet = items[first_of_sheet]
    y = part[value].to_numpy(float)

    def of_items(per_sheet: FloatArray) -> FloatArray:
        return _sums(item_of_sheet, per_sheet)

    n, n_in_sheet = np.bincount(items).astype(float), np.bincount(sheets).astype(float)
    between = n**2 - of_items(n_in_sheet**2)
    within = of_items(n_in_sheet * (n_in_sheet - 1))
    same, same_in_sheet = _equal_pairs(y, items), _equal_pairs(y, sheets)
    apart = _distances(y, items) - of_items(_distances(y, sheets))
    with np.errstate(invalid="ignore", divide="ignore"):  # an item under one form is left out
        found = pd.DataFrame(
            {
                "cluster": part[cluster].to_numpy()[np.unique(items, return_index=True)[1]],
                "between": (same - of_items(same_in_sheet)) / between,
                "within": of_items(same_in_sheet - n_in_sheet) / within,
                "distance": apart / between,
            },
            index=labels,
        )
    return found[between > 0]


def _equal_pairs(y: FloatArray, groups: NDArray[np.intp]) -> FloatArray:
    """Ordered pairs of equal values in each group, a value with itself included."""
    values, codes = np.unique(y, return_inverse=True)
    pairs, counts = np.unique(groups * len(values) + codes, return_counts=True)
    return _sums(pairs // len(values), counts.astype(float) ** 2)


def _distances(y: FloatArray, groups: NDArray[np.intp]) -> FloatArray:
    """Sum of absolute differences over the ordered pairs of each group.

    With values in order of size, the k-th of n is subtracted n - k times and added k - 1 times.
    """
    order = np.lexsort((y, groups))
    n = np.bincount(groups)
    rank = np.arange(len(y)) - np.repeat(np.cumsum(n) - n, n)
    weights = 2.0 * (2 * rank + 1 - np.repeat(n, n)) * y[order]
    return _sums(groups[order], weights)


def _sums(groups: NDArray[np.intp], values: FloatArray) -> FloatArray:
    return np.asarray(np.bincount(groups, weights=values), dtype=np.float64)


def _summary(item_means: pd.DataFrame, level: float) -> dict[str, float]:
    groups = item_means["cluster"].factorize()[0]
    same = cluster_mean(item_means["between"].to_numpy(float), groups, level=level)
    far = cluster_mean(item_means["distance"].to_numpy(float), groups, level=level)
    return {
        "same_between": same[0],
        "ci_lower": max(same[2], 0.0),
        "ci_upper": min(same[3], 1.0),
        "same_within": float(item_means["within"].mean()),
        "distance": far[0],
        "distance_lower": max(far[2], 0.0),
        "distance_upper": far[3],
        "n_items": len(item_means),
    }
