"""Identification of measurement models, by the rank of the parameters' derivatives.

A model is locally identified where the derivative of the implied covariance by its free
parameters has full column rank, and a generic point shows whether it has. Uniquenesses move
the diagonal alone, so the rest must be determined by what lies off it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


def degrees_short(
    factors: Mapping[str, Sequence[str]], higher: Mapping[str, Sequence[str]] | None = None
) -> int:
    """Return how many parameters of a model its covariances do not determine.

    Parameters
    ----------
    factors : mapping
        Factor to its indicators.
    higher : mapping, optional
        Second-order factor to the factors that measure it.

    Returns
    -------
    int
        0 where the model is identified. Factors without a higher one covary freely, each
        scaled by its first loading; uniquenesses are free.

    Notes
    -----
    Checked against counts that are known: one factor with two indicators is short by 1, with
    three by 0; two correlated factors with two each by 0; one second-order factor over two
    first-order ones is short by 1. The implied covariance is L R P R' L' + uniquenesses, and
    its derivative by any parameter is a symmetric product u v' + v u'.

    Examples
    --------
    >>> degrees_short({"F": ["a", "b"]}), degrees_short({"F": ["a", "b", "c"]})
    (1, 0)
    """
    import numpy as np

    pairs = list(_moves(factors, higher or {}))
    u = np.array([left for left, _ in pairs])
    v = np.array([right for _, right in pairs])
    rows, columns = np.tril_indices(u.shape[1], -1)
    moved = u[:, rows] * v[:, columns] + v[:, rows] * u[:, columns]
    moved /= np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-300)
    rank = np.linalg.matrix_rank(moved @ moved.T, tol=1e-10, hermitian=True)
    return len(pairs) - int(rank)


def _moves(
    factors: Mapping[str, Sequence[str]], higher: Mapping[str, Sequence[str]]
) -> Iterator[tuple[Array, Array]]:
    """For each free parameter the vectors u, v of its derivative, at a generic point."""
    import numpy as np

    rng = np.random.default_rng(20260101)
    items = list(dict.fromkeys(item for group in factors.values() for item in group))
    first = list(factors)
    below = {factor for group in higher.values() for factor in group}
    top = [*(factor for factor in first if factor not in below), *higher]
    loading = _loadings(factors, items, first, rng)
    reach = np.zeros((len(first), len(top)))
    for factor in set(first) - below:
        reach[first.index(factor), top.index(factor)] = 1.0
    reach[:, len(top) - len(higher) :] = _loadings(higher, first, list(higher), rng)
    root = rng.uniform(-1, 1, (len(top), len(top)))
    psi = root @ root.T + np.eye(len(top))
    disturbed = np.diag([rng.uniform(0.5, 1.5) if factor in below else 0.0 for factor in first])
    eta = reach @ psi @ reach.T + disturbed
    through = loading @ reach
    for factor, group in factors.items():
        for item in group[1:]:  # the first loading scales the factor
            yield np.eye(len(items))[items.index(item)], loading @ eta[first.index(factor)]
    for name, group in higher.items():
        for factor in group[1:]:
            yield loading[:, first.index(factor)], through @ psi[top.index(name)]
    for factor in first:
        if factor in below:
            yield loading[:, first.index(factor)], loading[:, first.index(factor)]
    for i in range(len(top)):
        for j in range(i + 1):
            yield through[:, i], through[:, j]


def _loadings(
    groups: Mapping[str, Sequence[str]],
    rows: Sequence[str],
    columns: Sequence[str],
    rng: np.random.Generator,
) -> Array:
    import numpy as np

    matrix = np.zeros((len(rows), len(columns)))
    for name, group in groups.items():
        for part in group:
            matrix[rows.index(part), columns.index(name)] = rng.uniform(0.5, 1.5)
    return matrix
