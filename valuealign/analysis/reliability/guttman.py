"""Guttman's lower bounds to reliability."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from valuealign.analysis.matrix import Floats, covariance, matrix
from valuealign.analysis.reliability.alpha import correlation_of
from valuealign.arguments import checked
from valuealign.errors import DataError, NotSupported, SingularCovariance

if TYPE_CHECKING:
    from valuealign.analysis.matrix import Data

SPLIT_LIMIT = 16
"""Items up to which every split half is tried for lambda 4 (6,435 splits)."""


@checked
def guttman(data: Data, *, items: Sequence[str] | None = None) -> dict[str, float]:
    """Guttman's six lower bounds to reliability, of standardised items.

    Parameters
    ----------
    data : DataFrame or array_like, shape (n_respondents, n_items)
        Responses; incomplete rows are left out.
    items : sequence of str, optional
        Columns to use; by default all.

    Returns
    -------
    dict
        ``lambda1`` to ``lambda6``. ``lambda3`` is standardised alpha; ``lambda4`` is the best
        split half, found by trying every split.

    Raises
    ------
    NotSupported
        More than 16 items: the splits for lambda 4 cannot all be tried.
    TooFewRows, ConstantItem, SingularCovariance
        No covariance can be had, or it has no inverse.

    Notes
    -----
    Agrees with ``psych::guttman`` to 1e-10, but for lambda 4 of an odd number of items, where
    psych tries only some of the halves and this function tries all.

    References
    ----------
    Guttman, L. (1945). doi:10.1007/BF02288892.

    Examples
    --------
    >>> round(guttman([[1, 2, 1], [2, 2, 3], [4, 5, 4], [5, 4, 5]])["lambda3"], 4)
    0.9461
    """
    checked = matrix(data, items=items).complete()
    k = len(checked.names)
    if k < 2:
        raise DataError("one item has no split half; Guttman's bounds need at least two items")
    if k > SPLIT_LIMIT:
        raise NotSupported(
            f"{k} items have too many split halves for lambda 4; give at most {SPLIT_LIMIT} items"
        )
    R = correlation_of(covariance(checked))
    if np.linalg.eigvalsh(R)[0] <= 1e-10:
        raise SingularCovariance(
            "lambda 6 needs each item's regression on the others; the correlation matrix is "
            "singular: an item repeats others, or there are fewer rows than items"
        )
    total = R.sum()
    off = R - np.diag(np.diag(R))
    lambda1 = 1 - k / total
    squares = (off**2).sum(axis=0)
    return {
        "lambda1": float(lambda1),
        "lambda2": float(lambda1 + np.sqrt(k / (k - 1) * squares.sum()) / total),
        "lambda3": float(k / (k - 1) * lambda1),
        "lambda4": _best_split(R),
        "lambda5": float(lambda1 + 2 * np.sqrt(squares.max()) / total),
        "lambda6": float(1 - (1 / np.diag(np.linalg.inv(R))).sum() / total),
    }


def _best_split(R: Floats) -> float:
    k = len(R)
    total = R.sum()
    halves = np.array(
        [
            [item in half for item in range(k)]
            for half in combinations(range(k), k // 2)
            if k % 2 or 0 in half
        ],
        dtype=float,
    )
    between = np.einsum("hi,ij,hj->h", halves, R, 1 - halves)
    return float(4 * between.max() / total)
