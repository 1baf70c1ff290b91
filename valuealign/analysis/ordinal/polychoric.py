"""Polychoric correlations: correlations of the normal variables that underlie responses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from valuealign.analysis.matrix import matrix
from valuealign.analysis.moments import Moments
from valuealign.analysis.ordinal.ordinal_statistics import (
    OrdinalStatistics,
    ordinal_statistics,
    statistics_from_tables,
)
from valuealign.analysis.result_display import Shown
from valuealign.arguments import checked
from valuealign.errors import DataError

if TYPE_CHECKING:
    import pandas as pd

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Polychoric(Shown):
    """Polychoric correlations of ordered items.

    ``numpy.asarray(result)`` is the matrix of correlations.

    Attributes
    ----------
    correlations : DataFrame, shape (p, p)
    standard_errors : DataFrame, shape (p, p)
        Two-step standard errors, which allow for the thresholds having been estimated; 0 on the
        diagonal.
    thresholds : DataFrame
        Item, threshold (``t1``, ``t2``, ...), estimate, standard error.
    n : int
        Respondents used.
    flags : frozenset of str
        Empty cells, correlations at their bound, a matrix that is not positive definite.
    statistics : OrdinalStatistics
        The same in lavaan's order, with the full asymptotic covariance.
    """

    correlations: pd.DataFrame
    standard_errors: pd.DataFrame
    thresholds: pd.DataFrame
    n: int
    flags: frozenset[str]
    statistics: OrdinalStatistics = field(repr=False)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        """Return the correlations as an array."""
        return np.array(self.correlations, dtype=dtype)


@checked
def polychoric(data: Any, *, missing: str = "pairwise") -> Polychoric:
    """Estimate polychoric correlations in two steps: thresholds, then each pair's correlation.

    Parameters
    ----------
    data : DataFrame, array_like, Moments or mapping
        Rows of ordered responses; or `Moments` with `tables`; or a mapping of pairs of names to
        bivariate tables of counts.
    missing : {"pairwise", "listwise"}
        Whether a respondent with a missing response counts where both responses are there, or
        not at all.

    Returns
    -------
    Polychoric
        ``.correlations``, ``.standard_errors``, ``.thresholds`` and ``.flags``.

    Raises
    ------
    ConstantItem
        An item has one category.
    DataError
        Responses that are not numbers; more than 50 categories, or fractions that are mostly
        different, which are a continuous variable; or a pair without a table.

    Notes
    -----
    Agrees with ``lavaan::lavCor(data, ordered = names(data))`` to 4e-8, the precision of its
    optimiser. ``psych::polychoric`` stops earlier and is accurate to 4e-5. A table of two
    binary items with one empty cell has half a count moved into it (its margins kept), as in
    lavaan; no other table is touched.

    References
    ----------
    Olsson, U. (1979). Maximum likelihood estimation of the polychoric correlation coefficient.
    Psychometrika, 44, 443-460. https://doi.org/10.1007/BF02296207

    Examples
    --------
    >>> import pandas as pd
    >>> rows = pd.DataFrame({"a": [1, 1, 2, 2] * 25, "b": [1, 1, 2, 1] * 25})
    >>> found = polychoric(rows)
    >>> found.thresholds.round(3).values.tolist()[1][:3]
    ['b', 't1', 0.674]
    >>> sorted(found.flags)
    ['empty category cells', 'the correlation of a and b is at its bound']
    """
    statistics = _statistics(data, missing)
    p = len(statistics.names)
    errors = np.sqrt(statistics.gamma_diagonal / statistics.n)
    deviations = np.zeros((p, p))
    i, j = np.triu_indices(p, 1)
    deviations[i, j] = deviations[j, i] = errors[len(statistics.thresholds) :]
    flags = set(statistics.flags)
    if np.linalg.eigvalsh(statistics.covariance)[0] <= 0:
        flags.add("the correlations are not positive definite")
    return Polychoric(
        correlations=_frame(statistics.covariance, statistics.names),
        standard_errors=_frame(deviations, statistics.names),
        thresholds=_thresholds(statistics, errors),
        n=statistics.n,
        flags=frozenset(flags),
        statistics=statistics,
    )


def _statistics(data: Any, missing: str) -> OrdinalStatistics:
    if isinstance(data, Moments):
        if data.tables is None:
            raise DataError("polychoric correlations need the moments' bivariate tables (tables=)")
        return statistics_from_tables(data.tables, data.names, n=data.n)
    if isinstance(data, Mapping) and not hasattr(data, "columns"):
        names = list(dict.fromkeys(name for pair in data for name in pair))
        return statistics_from_tables(data, names)
    rows = matrix(data)
    if rows.values.shape[1] < 2:
        raise DataError("a correlation needs at least two items")
    return ordinal_statistics(rows.values, rows.names, missing=missing)


def _frame(values: FloatArray, names: tuple[str, ...]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(values, index=list(names), columns=list(names))


def _thresholds(statistics: OrdinalStatistics, errors: FloatArray) -> pd.DataFrame:
    import pandas as pd

    labels = [label.rpartition("|") for label in statistics.labels[: len(statistics.thresholds)]]
    return pd.DataFrame(
        {
            "item": [item for item, _, _ in labels],
            "threshold": [threshold for _, _, threshold in labels],
            "estimate": statistics.thresholds,
            "se": errors[: len(statistics.thresholds)],
        }
    )
