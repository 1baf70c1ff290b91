"""Intervals of response style indices."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from valuealign.analysis.style.cluster_mean import cluster_mean
from valuealign.analysis.style.style_indices import RESPONSE_INDICES, response_values

if TYPE_CHECKING:
    import pandas as pd


def index_intervals(
    long: pd.DataFrame,
    unit: str,
    item: str,
    sheet: str | Sequence[str],
    *,
    minimum: float,
    maximum: float,
    cluster: str | None = None,
    value: str = "value",
    level: float = 0.95,
) -> pd.DataFrame:
    """Return each style index with its interval.

    Parameters
    ----------
    long : DataFrame
        One row a response.
    unit, item : str
        Columns.
    sheet : str or sequence of str
        Columns that make one sheet of answers.
    minimum, maximum : float
        Of the response scale.
    cluster : str, optional
        Items that share a stem or query.
    value : str
    level : float

    Returns
    -------
    DataFrame
        ``unit index value ci_lower ci_upper over``: over items (or their clusters) for elevation,
        extremity, midpoint and agreement, each item's mean being one value; over sheets for the SD
        within them, where there are two or more.

    Examples
    --------
    >>> import pandas as pd
    >>> long = pd.DataFrame({"model": "m", "item": list("abab"), "sheet": [1, 1, 2, 2],
    ...                      "value": [1, 6, 3, 4]})
    >>> found = index_intervals(long, "model", "item", "sheet", minimum=1, maximum=6)
    >>> found.set_index("index").loc["extremity", "value"].item()
    0.5
    """
    import pandas as pd

    there = long[long[value].notna()]
    y = there[value].to_numpy(float)
    marked = there.assign(**response_values(y, minimum, maximum))
    keys = [sheet] if isinstance(sheet, str) else list(sheet)
    rows = []
    for name, part in marked.groupby(unit, observed=True, sort=False):
        by = [cluster] if cluster and cluster != item else []
        means = part.groupby([*by, item], observed=True, sort=False)[list(RESPONSE_INDICES)].mean()
        groups = means.index.get_level_values(0).factorize()[0]
        for index in RESPONSE_INDICES:
            estimate = cluster_mean(means[index].to_numpy(float), groups, level=level)
            rows.append((name, index, estimate[0], *estimate[2:], cluster or "items"))
        spread = part.groupby(keys, observed=True, sort=False)[value].std(ddof=1).dropna()
        if len(spread):
            values = np.asarray(spread, dtype=float)
            estimate = cluster_mean(values, np.arange(len(values)), level=level)
            rows.append((name, "sd_within", estimate[0], *estimate[2:], "sheets"))
    return pd.DataFrame(rows, columns=[unit, "index", "value", "ci_lower", "ci_upper", "over"])
