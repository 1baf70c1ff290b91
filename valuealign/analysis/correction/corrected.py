"""Means and proportions of a judge's ratings, corrected by people's ratings of a random part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from valuealign.analysis.correction.correction_tables import (
    difference_table,
    judge_table,
    means_table,
)
from valuealign.analysis.correction.doubts import doubts
from valuealign.analysis.correction.prediction_powered import estimates
from valuealign.analysis.correction.rated_rows import cluster_sums, rated_rows
from valuealign.analysis.result_display import Shown
from valuealign.arguments import checked
from valuealign.errors import DataError

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Corrected(Shown):
    """A judge's ratings, corrected by people's ratings of a random part.

    Attributes
    ----------
    table : DataFrame
        By group and method: ``group method value se df ci_lower ci_upper n``. ``uncorrected`` is
        the judge's mean, whose interval does not include the judge's bias; ``people`` is the mean
        of the rows that people rated; ``corrected`` combines both. Of ratings 0 and 1 also
        ``rogan_gladen``.
    differences : DataFrame
        By pair of groups and method: ``group other method difference se df t pvalue pvalue_holm
        ci_lower ci_upper``, with a margin also ``pvalue_equivalence standing``.
    judge : DataFrame
        By group: ``group n n_rated clusters_rated bias bias_lower bias_upper correlation sd icc
        tuning worth``. ``bias`` is the judge's mean less people's where both rated, ``sd`` and
        ``icc`` (of clusters) are those of people's ratings, ``tuning`` is the weight of the judge,
        and ``worth`` is how many ratings by people alone would give the corrected interval's
        width. Of ratings 0 and 1 also ``sensitivity specificity``.
    clustered : bool
        Whether clusters were declared.
    level : float
    flags : frozenset of str

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> import valuealign as va
    >>> rng = np.random.default_rng(1)
    >>> people = rng.normal(size=200)
    >>> rows = pd.DataFrame({"judge": people + 1 + 0.5 * rng.normal(size=200), "people": people})
    >>> rows.loc[40:, "people"] = np.nan
    >>> result = va.corrected(rows, judge="judge", people="people")
    >>> result.table.set_index("method")["value"].round(2).to_dict()
    {'uncorrected': 0.88, 'people': 0.0, 'corrected': -0.01}
    """

    table: pd.DataFrame
    differences: pd.DataFrame
    judge: pd.DataFrame
    clustered: bool
    level: float
    flags: frozenset[str]


@checked
def corrected(
    data: pd.DataFrame,
    *,
    judge: str,
    people: str,
    by: str | Sequence[str] | None = None,
    cluster: str | Sequence[str] | None = None,
    margin: float | None = None,
    level: float = 0.95,
) -> Corrected:
    """Estimate people's mean rating from a judge's ratings and people's ratings of a random part.

    Parameters
    ----------
    data : DataFrame
        One row a rated thing (a reply).
    judge : str
        The column of the judge's ratings: numbers, or 0 and 1.
    people : str
        The column of people's ratings (of several raters their mean); missing where people did
        not rate. Which rows people rate must be drawn at random within every group.
    by : str or sequence of str, optional
        The columns of groups, such as the model that wrote the reply.
    cluster : str or sequence of str, optional
        The columns of what several rows share, such as the scene or the respondent.
    margin : float, optional
        The smallest difference between groups that matters: adds a test of equivalence.
    level : float
        Confidence level of the intervals.

    Returns
    -------
    Corrected
        ``.table``, ``.differences``, ``.judge`` and ``.flags``.

    Raises
    ------
    DataError
        Columns that are absent or do not hold numbers; no row with a rating of the judge, or of
        people; a margin that is not positive.

    Notes
    -----
    Prediction-powered inference with power tuning (PPI++). Estimates and tuning equal those of
    ``ppi-python`` 0.2.3 to 1e-10. Standard errors leave out one cluster (or row) at a time and
    compute the tuning anew; without clusters they approach those of ``ppi-python`` as people rate
    more. Quantiles are those of t with one degree of freedom less than there are clusters with
    a rating by people. Differences between groups use the covariance that shared clusters cause.
    ``rogan_gladen`` has the interval of Lang and Reiczigel. The page on corrected ratings shows
    coverage and size.

    References
    ----------
    Angelopoulos, A. N., Duchi, J. C., & Zrnic, T. (2023). PPI++: Efficient prediction-powered
    inference. arXiv:2311.01453
    Lang, Z., & Reiczigel, J. (2014). Confidence limits for prevalence of disease adjusted for
    estimated sensitivity and specificity. Preventive Veterinary Medicine, 113, 13-22.
    doi:10.1016/j.prevetmed.2013.09.015

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> rng = np.random.default_rng(2)
    >>> rows = pd.DataFrame({"model": ["a", "b"] * 150, "people": rng.normal(size=300)})
    >>> rows["judge"] = rows["people"] + (rows["model"] == "b") + 0.5 * rng.normal(size=300)
    >>> rows.loc[80:, "people"] = np.nan
    >>> result = corrected(rows, judge="judge", people="people", by="model")
    >>> (result.differences.set_index("method")["pvalue"] < 0.05).to_dict()
    {'uncorrected': True, 'people': False, 'corrected': False}
    """
    if margin is not None and not margin > 0:
        raise DataError(f"the margin is {margin:g}; expected a positive number")
    rows = rated_rows(data, judge=judge, people=people, by=by, cluster=cluster)
    fitted = estimates(*cluster_sums(rows))
    table = means_table(rows, fitted, level)
    return Corrected(
        table=table,
        differences=difference_table(rows, fitted, level, margin),
        judge=judge_table(rows, fitted, level),
        clustered=rows.clustered,
        level=level,
        flags=doubts(rows, fitted, table),
    )
