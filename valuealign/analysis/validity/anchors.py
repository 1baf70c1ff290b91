"""Known groups: does a persona made of a value come out high on it? A manipulation check."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from valuealign.errors import DataError

if TYPE_CHECKING:
    import pandas as pd


def anchor_check(scores: pd.DataFrame, anchors: pd.Series[str]) -> pd.DataFrame:
    """Compare personas anchored in a value with all others, value by value.

    Parameters
    ----------
    scores : DataFrame, shape (n_rows, n_scales)
        Centred scores where the instrument's rules have a centring.
    anchors : Series of str
        The value each row's persona was made of, aligned with `scores`.

    Returns
    -------
    DataFrame
        By anchor: ``n``, ``d`` (standardised difference from the other rows, with
        ``ci_lower ci_upper``, normal, of these rows), ``highest`` (share of its rows whose own
        value is their highest score), ``rank`` (of its value in its mean profile, 1 the highest).

    Raises
    ------
    DataError
        An anchor that is no scale, or rows of one anchor only.

    Notes
    -----
    That a model can play a value when told to is a check of the manipulation, not evidence that
    it has the trait (measurement.md, section 9).

    References
    ----------
    Hedges, L. V. (1981). Distribution theory for Glass's estimator of effect size. Journal of
    Educational Statistics, 6, 107-128. doi:10.3102/10769986006002107

    Examples
    --------
    >>> import pandas as pd
    >>> scores = pd.DataFrame({"SD": [5.0, 5.2, 3.0, 3.1], "PO": [2.0, 2.5, 5.5, 5.0]})
    >>> anchor_check(scores, pd.Series(["SD", "SD", "PO", "PO"]))["highest"].tolist()
    [1.0, 1.0]
    """
    import pandas as pd

    given = anchors.reindex(scores.index).dropna().astype(str)
    strange = sorted(set(given) - set(map(str, scores.columns)))
    if strange:
        raise DataError(f"anchor {strange[0]!r} is no scale; there are {list(scores.columns)[:6]}")
    if given.nunique() < 2:
        raise DataError("rows of one anchor have nothing to be compared with")
    rows = []
    for anchor in dict.fromkeys(given):
        mine = scores.loc[given.index[given == anchor]]
        rest = scores.loc[given.index[given != anchor], anchor].dropna()
        own = mine[anchor].dropna()
        n, m = len(own), len(rest)
        pooled = np.sqrt(((n - 1) * own.var(ddof=1) + (m - 1) * rest.var(ddof=1)) / (n + m - 2)) \
            if n > 1 and m > 1 else np.nan  # fmt: skip
        d = float((own.mean() - rest.mean()) / pooled) if pooled and pooled > 0 else np.nan
        d *= 1 - 3 / (4 * (n + m) - 9)
        se = np.sqrt((n + m) / (n * m) + d**2 / (2 * (n + m)))
        profile = mine.mean().rank(ascending=False)
        rows.append(
            {"anchor": anchor, "n": n, "d": d, "ci_lower": d - 1.96 * se, "ci_upper": d + 1.96 * se,
             "highest": float((mine.idxmax(axis=1) == anchor).mean()),
             "rank": float(profile[anchor])}
        )  # fmt: skip
    return pd.DataFrame(rows).set_index("anchor")
