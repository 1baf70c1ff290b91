"""Manipulation check: do personas anchored in a value score high on that value?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from valuealign.analysis.matrix import ROUNDING, Floats, matrix
from valuealign.arguments import checked
from valuealign.errors import DataError

if TYPE_CHECKING:
    import pandas as pd


@checked
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
        value is their highest score), ``rank`` (of its value in its mean profile, 1 the highest),
        and ``reason``: why there is no ``d``, or empty.

    Raises
    ------
    DataError
        An anchor that is not a scale, or rows of one anchor only.

    Notes
    -----
    This checks the manipulation. A model that can play a value on request does not thereby have
    the trait.

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

    rows_of = matrix(scores)
    names, values = rows_of.names, rows_of.values
    anchored = _aligned(anchors, scores.index)
    anchor_names = [str(a) for a in anchored[anchored.notna()]]
    strange = sorted(set(anchor_names) - set(names))
    if strange:
        raise DataError(f"anchor {strange[0]!r} is not a scale; there are {list(names)[:6]}")
    if len(set(anchor_names)) < 2:
        raise DataError("all rows have the same anchor; a comparison needs at least two anchors")
    labels, there = anchored.astype(str).to_numpy(), anchored.notna().to_numpy()
    rows = []
    for anchor in dict.fromkeys(anchor_names):
        k, mine = names.index(anchor), there & (labels == anchor)
        own, rest = values[mine, k], values[there & ~mine, k]
        rows.append(
            {"anchor": anchor}
            | _difference(own[~np.isnan(own)], rest[~np.isnan(rest)])
            | _standing(values[mine], k)
        )
    columns = ["anchor", "n", "d", "ci_lower", "ci_upper", "highest", "rank", "reason"]
    return pd.DataFrame(rows)[columns].set_index("anchor")


def _aligned(anchors: pd.Series[str], index: pd.Index[Any]) -> pd.Series[str]:
    """Return the anchor of each row of the scores."""
    if anchors.index.equals(index):
        return anchors
    if not (anchors.index.is_unique and index.is_unique):
        raise DataError(
            "a row stands twice in the index of the scores or the anchors; give both one index"
        )
    return anchors.reindex(index)


def _difference(own: Floats, rest: Floats) -> dict[str, Any]:
    """Return Hedges' difference of two groups with its interval, or why there is none."""
    n, m = len(own), len(rest)
    none: dict[str, Any] = {"n": n} | dict.fromkeys(("d", "ci_lower", "ci_upper"), np.nan)
    if n < 2 or m < 2:
        return none | {"reason": f"{n} rows of the anchor and {m} others have a score"}
    pooled = np.sqrt(((n - 1) * own.var(ddof=1) + (m - 1) * rest.var(ddof=1)) / (n + m - 2))
    if pooled <= ROUNDING * max(np.abs(own).max(), np.abs(rest).max()):
        return none | {"reason": "the score does not vary within the groups"}
    d = float((own.mean() - rest.mean()) / pooled) * (1 - 3 / (4 * (n + m) - 9))
    se = np.sqrt((n + m) / (n * m) + d**2 / (2 * (n + m)))
    return {"n": n, "d": d, "ci_lower": d - 1.96 * se, "ci_upper": d + 1.96 * se, "reason": ""}


def _standing(values: Floats, k: int) -> dict[str, float]:
    """Return how often a row's own value scores highest, and its rank in the mean profile."""
    seen = values[~np.isnan(values).all(axis=1)]
    if not len(seen):
        return {"highest": np.nan, "rank": np.nan}
    highest = np.nanargmax(seen, axis=1) == k
    known = (~np.isnan(seen)).sum(axis=0)
    mean = np.divide(
        np.nansum(seen, axis=0), known, out=np.full(len(known), np.nan), where=known > 0
    )
    above, same = (mean > mean[k]).sum(), (mean == mean[k]).sum()
    return {"highest": float(highest.mean()), "rank": float(above + (same + 1) / 2)}
