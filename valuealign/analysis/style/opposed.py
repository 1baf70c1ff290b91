"""Acquiescence and consistency under stems of opposed content."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from valuealign.errors import DataError

if TYPE_CHECKING:
    import pandas as pd


def correlation_interval(r: float, n: int, *, level: float = 0.95) -> tuple[float, float]:
    """Fisher's interval of a correlation over items.

    Parameters
    ----------
    r : float
    n : int
    level : float

    Returns
    -------
    lower, upper : float
        ``r`` itself where it has none: fewer than four items, or a perfect correlation.

    Examples
    --------
    >>> [round(x, 3) for x in correlation_interval(0.5, 28)]
    [0.156, 0.736]
    """
    from scipy.stats import norm

    if n < 4 or not abs(r) < 1:
        return r, r
    z, reach = np.arctanh(r), float(norm.ppf(0.5 + level / 2)) / np.sqrt(n - 3)
    return float(np.tanh(z - reach)), float(np.tanh(z + reach))


def opposed_stems(
    long: pd.DataFrame,
    unit: str,
    item: str,
    *,
    content: str = "content",
    value: str = "value",
    minimum: float,
    maximum: float,
    level: float = 0.95,
) -> pd.DataFrame:
    """Compare answers to a stem with answers to its opposite.

    Parameters
    ----------
    long : DataFrame
        One row a response; values as answered, not turned round.
    unit, item : str
        Columns.
    content : str
        The column that says ``stem`` or ``opposed``.
    value : str
    minimum, maximum : float
        Of the response scale.
    level : float

    Returns
    -------
    DataFrame
        By unit: ``acquiescence`` (mean of stem and opposite over the scale's midpoint: 0 where
        answers mirror each other) with ``ci_lower ci_upper`` over items; ``both_agreed``,
        ``both_denied``, ``opposite_sides`` (shares of items); ``r``, the correlation of stem
        and opposite over items (-1: consistent) with ``r_ci_lower r_ci_upper`` (Fisher's, over
        items); ``n_items``.

    Raises
    ------
    DataError
        No item was given with both stems.

    Examples
    --------
    >>> import pandas as pd
    >>> long = pd.DataFrame({"model": "m", "item": list("abcabc"), "value": [6, 5, 2, 1, 2, 5],
    ...                      "content": ["stem"] * 3 + ["opposed"] * 3})
    >>> found = opposed_stems(long, "model", "item", minimum=1, maximum=6)
    >>> found.loc["m", ["acquiescence", "opposite_sides"]].tolist()
    [0.0, 1.0]
    """
    import pandas as pd
    from scipy.stats import t

    there = long[long[value].notna()]
    means = there.pivot_table(
        index=[unit, item], columns=content, values=value, aggfunc="mean", observed=True
    )
    if not {"stem", "opposed"} <= set(means.columns):
        raise DataError("no item was given with its stem and with the opposed stem")
    pairs = means[["stem", "opposed"]].dropna()
    if pairs.empty:
        raise DataError("no item was given with its stem and with the opposed stem")
    middle = (minimum + maximum) / 2
    rows = {}
    for name, part in pairs.groupby(level=0, observed=True, sort=False):
        a, b = part["stem"].to_numpy() - middle, part["opposed"].to_numpy() - middle
        both = (a + b) / 2
        n = len(both)
        reach, r = np.nan, np.nan
        if n > 1:
            reach = float(t.ppf(0.5 + level / 2, n - 1) * both.std(ddof=1) / np.sqrt(n))
        if n > 2 and a.std() > 0 and b.std() > 0:
            r = float(np.corrcoef(a, b)[0, 1])
        r_low, r_high = correlation_interval(r, n, level=level)
        rows[name] = {
            "acquiescence": float(both.mean()),
            "ci_lower": float(both.mean()) - reach,
            "ci_upper": float(both.mean()) + reach,
            "both_agreed": float(((a > 0) & (b > 0)).mean()),
            "both_denied": float(((a < 0) & (b < 0)).mean()),
            "opposite_sides": float((a * b < 0).mean()),
            "r": r,
            "r_ci_lower": r_low,
            "r_ci_upper": r_high,
            "n_items": n,
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis(unit)
