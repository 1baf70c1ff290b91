"""Indices of response style that do not depend on the items' content."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from valuealign.errors import DataError

if TYPE_CHECKING:
    import pandas as pd

FloatArray = NDArray[np.float64]

STRAIGHT = 0.5
"""Within-administration SD below which an administration does not tell its items apart."""


@dataclass(frozen=True, slots=True)
class StyleIndex:
    """An index that is the mean of a value of each response.

    Parameters
    ----------
    label : str
        The head of its column in the report.
    of : callable
        Takes responses and the two ends of the scale, returns a value for each response.
    """

    label: str
    of: Callable[[FloatArray, float, float], NDArray[Any]]


RESPONSE_INDICES = {
    "elevation": StyleIndex("mean", lambda y, *_: y),
    "extremity": StyleIndex("share at an end", lambda y, low, high: (y == low) | (y == high)),
    "midpoint": StyleIndex(
        "share at the middle", lambda y, low, high: abs(y - (low + high) / 2) <= 0.5
    ),
    "agreement": StyleIndex("share above the middle", lambda y, low, high: y > (low + high) / 2),
}
"""Every such index; intervals, the same index in people, and the report's columns follow."""
INDEX_LABELS = {name: index.label for name, index in RESPONSE_INDICES.items()} | {
    "sd_within": "SD within a sheet",
    "non_differentiation": "sheets all alike",
    "codes_used": "codes used",
}
"""Index -> the head of its column; the last three describe a whole sheet."""


def response_values(y: FloatArray, low: float, high: float) -> dict[str, FloatArray]:
    """Return the value of each response for every index of responses.

    Parameters
    ----------
    y : ndarray, shape (n,)
    low, high : float
        Ends of the scale.

    Examples
    --------
    >>> response_values(np.array([1.0, 4.0]), 1, 6)["extremity"].tolist()
    [1.0, 0.0]
    """
    return {
        name: np.asarray(index.of(y, low, high), dtype=float)
        for name, index in RESPONSE_INDICES.items()
    }


def style_indices(
    long: pd.DataFrame,
    unit: str,
    sheet: str | Sequence[str],
    *,
    value: str = "value",
    minimum: float,
    maximum: float,
) -> pd.DataFrame:
    """Describe each unit's use of the response scale.

    Parameters
    ----------
    long : DataFrame
        One row a response.
    unit : str
        Column of respondents: models.
    sheet : str or sequence of str
        Columns that make one sheet of answers: an administration.
    value : str
    minimum, maximum : float
        Of the response scale.

    Returns
    -------
    DataFrame
        By unit: ``responses``, ``sheets``, ``elevation`` (mean), ``sd_within`` (mean SD within a
        sheet), ``extremity`` (share at either end), ``midpoint`` (share at the middle, or the
        two middle codes of an even scale), ``agreement`` (share above the midpoint),
        ``non_differentiation`` (share of sheets with an SD under 0.5), ``codes_used``.

    Raises
    ------
    DataError
        A value outside the scale.

    Examples
    --------
    >>> import pandas as pd
    >>> long = pd.DataFrame({"model": "m", "sheet": [1, 1, 2, 2], "value": [1, 6, 3, 4]})
    >>> found = style_indices(long, "model", "sheet", minimum=1, maximum=6)
    >>> found.loc["m", ["extremity", "midpoint", "non_differentiation"]].tolist()
    [0.5, 0.5, 0.0]
    """
    import pandas as pd

    keys = [sheet] if isinstance(sheet, str) else list(sheet)
    there = long.loc[long[value].notna(), list(dict.fromkeys([unit, *keys, value]))]
    wrong = there[(there[value] < minimum) | (there[value] > maximum)]
    if len(wrong):
        raise DataError(
            f"found the value {wrong[value].iloc[0]:g}; the scale goes from {minimum:g} to "
            f"{maximum:g}"
        )
    y = there[value].to_numpy(float)
    marked = there.assign(**response_values(y, minimum, maximum))
    by = marked.groupby(unit, observed=True, sort=False)
    sheets = marked.groupby(list(dict.fromkeys([unit, *keys])), observed=True, sort=False)[value]
    spread = sheets.std(ddof=1).rename("sd").reset_index().groupby(unit, observed=True, sort=False)
    return pd.DataFrame(
        {
            "responses": by.size(),
            "sheets": spread.size(),
            **{name: by[name].mean() for name in RESPONSE_INDICES},
            "sd_within": spread["sd"].mean(),
            "non_differentiation": spread["sd"].agg(
                lambda s: float((s.dropna() < STRAIGHT).mean())
            ),
            "codes_used": by[value].nunique(),
        }
    )


def elevation_share(covariance: FloatArray) -> float:
    """Return the share of between-person variance of scale scores that is elevation.

    Parameters
    ----------
    covariance : ndarray, shape (n_scales, n_scales)
        Of scale scores over respondents.

    Returns
    -------
    float
        Variance of the respondents' means over the mean variance: 1 where all scales move
        together, 0 where only profiles differ. People's value scores give .22 to .40.

    Raises
    ------
    DataError
        Nothing varies.

    Examples
    --------
    >>> elevation_share(np.array([[1.0, 0.5], [0.5, 1.0]]))
    0.75
    """
    S = np.asarray(covariance, dtype=float)
    total = float(np.trace(S)) / len(S)
    if not total > 0:
        raise DataError("the scale scores do not vary between respondents")
    return float(S.mean()) / total
