"""Number of factors by several criteria."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from valuealign.analysis.factors.comparison_data import comparison_data
from valuealign.analysis.factors.retention import (
    ParallelAnalysis,
    correlations,
    empirical_kaiser,
    minimum_average_partial,
    parallel_analysis,
)
from valuealign.analysis.matrix import matrix
from valuealign.analysis.result_display import Shown
from valuealign.arguments import checked

if TYPE_CHECKING:
    import pandas as pd

    from valuealign.analysis.matrix import Data


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class FactorNumber(Shown):
    """The number of factors by each criterion.

    Attributes
    ----------
    table : DataFrame
        ``criterion n_factors source``.
    parallel : ParallelAnalysis
        Of common factors, for its figure.
    average_partial : ndarray
        Velicer's criterion after 1, 2, ... components.
    """

    table: pd.DataFrame
    parallel: ParallelAnalysis
    average_partial: np.ndarray[tuple[int], np.dtype[np.float64]]

    @property
    def agreed(self) -> int | None:
        """The number that a majority of criteria give, or None."""
        counts = self.table["n_factors"].value_counts()
        top = int(counts.iloc[0])
        return int(counts.index[0]) if top > len(self.table) / 2 else None


@checked
def factor_number(
    data: Data, *, draws: int = 100, most: int = 8, ordinal: bool = False, seed: int = 0
) -> FactorNumber:
    """Number of factors by parallel analysis, MAP, the empirical Kaiser criterion and others.

    Parameters
    ----------
    data : DataFrame or array_like, shape (n_respondents, n_items)
        Complete rows are used.
    draws : int
        Of parallel analysis and of comparison data.
    most : int
        The most factors comparison data tries.
    ordinal : bool
        Also parallel analysis of polychoric correlations.
    seed : int
        Of the random draws; the same seed gives the same result.

    Returns
    -------
    FactorNumber
        ``.table`` with one row a criterion.

    Raises
    ------
    TooFewRows, ConstantItem, SingularCovariance
        No correlations can be had.

    Notes
    -----
    The criteria answer different questions and disagree where factors are weak; report them all.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> lam = np.kron(np.eye(2), np.full((4, 1), .8))
    >>> x = rng.normal(size=(400, 2)) @ lam.T + .6 * rng.normal(size=(400, 8))
    >>> factor_number(x, draws=40, most=3).agreed
    2
    """
    import pandas as pd

    checked = matrix(data).complete()
    R = correlations(checked.values, checked.names)
    factors = parallel_analysis(checked.values, draws=draws, seed=seed)
    partials = minimum_average_partial(R)
    rows = [
        ("parallel analysis, factors", factors.n_factors, "10.1007/BF02289447"),
        (
            "parallel analysis, components",
            parallel_analysis(checked.values, draws=draws, seed=seed, basis="components").n_factors,
            "10.1007/BF02289447",
        ),
        ("minimum average partial", int(partials.argmin()) + 1, "10.1007/BF02293557"),
        ("empirical Kaiser", empirical_kaiser(R, checked.n), "10.1037/met0000074"),
        (
            "comparison data",
            comparison_data(checked.values, most=most, draws=max(draws, 10), seed=seed)[0],
            "10.1037/a0025697",
        ),
    ]
    if ordinal:
        parallel = parallel_analysis(checked.values, draws=draws, seed=seed, kind="polychoric")
        rows.insert(2, ("parallel analysis, polychoric", parallel.n_factors, "10.1037/a0023353"))
    table = pd.DataFrame(rows, columns=["criterion", "n_factors", "source"])
    return FactorNumber(table=table, parallel=factors, average_partial=partials)
