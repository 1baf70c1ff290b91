"""Scores of forced choices: how often each scale's option was chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from valuealign.instrument.instrument import Instrument
from valuealign.scoring.recode import Array

if TYPE_CHECKING:
    import pandas as pd


def choice_scores(values: Array, instrument: Instrument) -> pd.DataFrame:
    """Share of a scale's items in which its option was chosen.

    Parameters
    ----------
    values : array, shape (n_rows, n_items)
        Codes of the chosen options; NaN is missing and is not counted.
    instrument : Instrument

    Returns
    -------
    DataFrame
        A column a scale (0 to 1), and ``n_missing``. Where each item sets two scales against
        each other the shares add up to a constant: they rank the scales of one respondent.

    Examples
    --------
    >>> import valuealign as va
    >>> dilemmas = va.load_instrument("value-dilemmas")
    >>> first = choice_scores(np.ones((1, len(dilemmas.items))), dilemmas)
    >>> float(first[[scale.id for scale in dilemmas.scales]].to_numpy().mean())
    0.5
    """
    import pandas as pd

    place = {item_id: k for k, item_id in enumerate(instrument.item_ids)}
    shares: dict[str, Array] = {}
    for scale in instrument.scales:
        codes = {
            item_id: [o.code for o in instrument.item(item_id).options if o.stands_for == scale.id]
            for item_id in scale.items
        }
        mine = values[:, [place[item_id] for item_id in scale.items]]
        missing = np.isnan(mine)
        taken = np.column_stack([np.isin(mine[:, k], codes[i]) for k, i in enumerate(scale.items)])
        known = (~missing).sum(axis=1)
        share = np.divide(taken.sum(axis=1), known, out=np.full(len(mine), np.nan), where=known > 0)
        shares[scale.id] = np.where(
            missing.mean(axis=1) > instrument.scoring.missing.max_share, np.nan, share
        )
    return pd.DataFrame({**shares, "n_missing": np.isnan(values).sum(axis=1)})
