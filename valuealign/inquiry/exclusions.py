"""Declared exclusion rules, applied equally to models and people, and counted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from valuealign.population.readers.exclusion import Exclusion
from valuealign.store.responses.respondent_names import RESPONDENT, with_respondents

if TYPE_CHECKING:
    import pandas as pd

    from valuealign.instrument.instrument import Instrument


def apply_exclusions(
    rows: pd.DataFrame, instrument: Instrument, rules: Exclusion | None
) -> tuple[Any, pd.DataFrame]:
    """Apply exclusion rules to rows of models or people.

    Parameters
    ----------
    rows : DataFrame
        One row an administration or a person, one column an item.
    instrument : Instrument
    rules : Exclusion or None
        Declared before you look at results; without rules every row is kept.

    Returns
    -------
    kept : ndarray of bool, shape (n_rows,)
    counts : DataFrame
        By respondent (``people`` where there is no column ``model``) and rule: ``n`` left out,
        ``of`` how many. Empty without rules.

    Examples
    --------
    >>> import pandas as pd
    >>> import valuealign as va
    >>> pvq = va.load_instrument("pvq-21")
    >>> rows = pd.DataFrame([[3] * 21, [1, 6, 4] * 7], columns=pvq.item_ids)
    >>> kept, counts = apply_exclusions(rows, pvq, Exclusion(within_sd=0.5))
    >>> kept.tolist(), counts["n"].tolist()
    ([False, True], [1])
    """
    import pandas as pd

    columns = ["respondent", "rule", "n", "of"]
    if rules is None:
        return np.ones(len(rows), dtype=bool), pd.DataFrame(columns=columns)
    items = [i for i in instrument.item_ids if i in rows.columns]
    met = rules.apply(rows[items].to_numpy(float))
    who = (
        with_respondents(rows)[RESPONDENT].astype(str)
        if "model" in rows.columns
        else pd.Series("people", rows.index)
    )
    counts = []
    for name in dict.fromkeys(who):
        mine = met[(who == name).to_numpy()]
        counts += [
            (name, w, int((mine == k).sum()), len(mine)) for k, w in enumerate(rules.words, 1)
        ]
    return met == 0, pd.DataFrame(counts, columns=columns)
