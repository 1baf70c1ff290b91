"""Levels that raters gave open answers: from ratings to item and total scores."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from valuealign.errors import DataError
from valuealign.instrument.instrument import Instrument
from valuealign.scoring.recode import Array

if TYPE_CHECKING:
    import pandas as pd

MAJORITY = 0.5
"""Share of raters beyond which two persons' feelings count as distinct."""
_PARTS = ("self", "other", "distinct")


def level_columns(instrument: Instrument) -> list[str]:
    """The columns of LEAS ratings: ``ITEM_self ITEM_other ITEM_distinct``."""
    return [f"{item_id}_{part}" for item_id in instrument.item_ids for part in _PARTS]


def level_scores(items: pd.DataFrame, instrument: Instrument) -> pd.DataFrame:
    """Self, other and total scores.

    An item's total is the higher of self and other (0 to 4). Where both are 4 it is 5 if the
    two are distinct, else 4. Ratings that were combined over raters may lie between levels;
    "distinct" then holds where more than half of the raters say so.

    Parameters
    ----------
    items : DataFrame
        Columns of :func:`level_columns`: levels 0 to 4, and 1 or 0 for distinct; or
        their means over raters.
    instrument : Instrument

    Returns
    -------
    DataFrame
        ``SELF`` and ``OTHER`` (at most 80 for 20 scenes), ``TOTAL`` (at most 100),
        ``n_missing``. A sum is prorated for missing scenes, or missing where more are missing
        than the instrument allows.

    Raises
    ------
    DataError
        A level outside 0 to 4.

    References
    ----------
    Lane, R. D., Quinlan, D. M., Schwartz, G. E., Walker, P. A., & Zeitlin, S. B. (1990). The
    Levels of Emotional Awareness Scale. Journal of Personality Assessment, 55, 124-134.
    doi:10.1080/00223891.1990.9674052
    """
    import pandas as pd

    parts = {part: _levels(items, instrument, part) for part in _PARTS}
    total = item_totals(parts["self"], parts["other"], parts["distinct"])
    share = instrument.scoring.missing.max_share
    columns: dict[str, Any] = {
        "SELF": _sum(parts["self"], share),
        "OTHER": _sum(parts["other"], share),
        "TOTAL": _sum(total, share),
        "n_missing": np.isnan(total).sum(axis=1),
    }
    return pd.DataFrame(columns, index=items.index)


def item_totals(self_: Array, other: Array, distinct: Array) -> Array:
    """Item totals of self and other levels.

    Examples
    --------
    >>> import numpy as np
    >>> s, o, d = np.array([[4.0, 4.0, 3.0]]), np.array([[4.0, 4.0, 4.0]]), np.array([[1, 0, 1.0]])
    >>> item_totals(s, o, d).tolist()
    [[5.0, 4.0, 4.0]]
    """
    both = (self_ == 4) & (other == 4)
    five = both & (distinct > MAJORITY)
    unknown = (both & np.isnan(distinct)) | np.isnan(self_) | np.isnan(other)
    total: Array = np.where(unknown, np.nan, np.where(five, 5.0, np.fmax(self_, other)))
    return total


def _levels(items: pd.DataFrame, instrument: Instrument, part: str) -> Array:
    names = [f"{item_id}_{part}" for item_id in instrument.item_ids]
    values = items[names].to_numpy(dtype=np.float64)
    most = 1 if part == "distinct" else 4
    wrong = ~np.isnan(values) & ~((values >= 0) & (values <= most))
    if wrong.any():
        row, column = (int(k) for k in np.argwhere(wrong)[0])
        raise DataError(
            f"row {items.index[row]}: {names[column]} is {values[row, column]:g}; "
            f"expected 0 to {most}"
        )
    return values


def _sum(values: Array, max_share: float) -> Array:
    missing = np.isnan(values)
    n = (~missing).sum(axis=1)
    total = np.where(missing, 0.0, values).sum(axis=1) * values.shape[1]
    mean: Array = np.divide(total, n, out=np.full(len(n), np.nan), where=n > 0)
    return np.where(missing.mean(axis=1) > max_share, np.nan, mean)
