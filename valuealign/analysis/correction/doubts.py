"""What makes corrected ratings doubtful."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from valuealign.analysis.correction.prediction_powered import Estimates
from valuealign.analysis.correction.rated_rows import RatedRows
from valuealign.analysis.correction.rogan_gladen import error_rates, tells_apart

if TYPE_CHECKING:
    import pandas as pd

FEW_CLUSTERS = 10
"""With fewer rated clusters (or rows) an interval rests on very little."""
FEW_OF_A_KIND = 10
"""With fewer ratings of 0 or of 1 by people an error rate of the judge is hardly known."""
CHANCE = 0.01
"""A difference between rated and other rows that is less likely than this is not random."""


def doubts(rows: RatedRows, fitted: Estimates, table: pd.DataFrame) -> frozenset[str]:
    """Return the flags of corrected ratings.

    Parameters
    ----------
    rows : RatedRows
    fitted : Estimates
    table : DataFrame

    Returns
    -------
    frozenset of str
    """
    flags = set()
    if rows.n_missing:
        flags.add(f"{rows.n_missing} rows without a rating of the judge or a group left out")
    for k, group in enumerate(rows.groups):
        who = f"{group}: " if group else ""
        flags |= {who + flag for flag in _of_group(rows, fitted, k)}
        if rows.binary:
            flags |= {who + flag for flag in _of_shares(table[table["group"] == group], rows, k)}
    return frozenset(flags)


def _of_group(rows: RatedRows, fitted: Estimates, k: int) -> Iterator[str]:
    clusters = rows.clusters_of(k, rated=True)
    if not clusters:
        yield "people rated no row, so there is no corrected value"
        return
    unit = "clusters" if rows.clustered else "rows"
    if clusters < FEW_CLUSTERS:
        yield f"people rated {clusters} {unit}: the interval rests on very little"
    if not (~rows.rated[rows.group == k]).any():
        yield "people rated every row: the corrected value is theirs"
        return
    if fitted.value.tuning[k] == 0:
        yield "the judge's ratings do not follow people's: the corrected value is people's alone"
    if imbalance_pvalue(fitted, k, clusters) < CHANCE:
        yield (
            "the judge rates the rows that people rated differently from the others: were they "
            "drawn at random?"
        )


def imbalance_pvalue(fitted: Estimates, k: int, clusters: int) -> float:
    """Return how likely chance alone makes the rated rows differ so much in the judge's eyes."""
    from scipy.stats import t

    variance = float(fitted.covariance.imbalance[k, k])
    if clusters < 2 or not variance > 0:
        return 1.0
    return float(2 * t.sf(abs(fitted.value.imbalance[k]) / np.sqrt(variance), clusters - 1))


def _of_shares(table: pd.DataFrame, rows: RatedRows, k: int) -> Iterator[str]:
    """Yield the flags of ratings 0 and 1."""
    said = rows.people[(rows.group == k) & rows.rated]
    for kind in (0, 1):
        n = int((said == kind).sum())
        if len(said) and n < FEW_OF_A_KIND:
            yield f"people said {kind} to {n} rows: the judge's error rate there is hardly known"
    methods = set(table["method"])
    if "rogan_gladen" in methods and not tells_apart(*error_rates(rows, k)):
        yield "rogan_gladen: the judge is not shown to be better than chance; use corrected"
    for method, value in zip(table["method"], table["value"], strict=True):
        if method == "rogan_gladen" and np.isnan(value):
            yield "rogan_gladen has no value: the judge is no better than chance, or errors unknown"
        elif value < 0 or value > 1:
            yield f"{method} is {value:.3g}, outside 0 to 1: the errors are larger than the share"
