"""Alignment of many groups: means and variances that minimise non-invariance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from valuealign.analysis.invariance.alignment_problem import Problem, minima, on_reference, report
from valuealign.analysis.result_display import Shown
from valuealign.errors import DataError

if TYPE_CHECKING:
    import pandas as pd

FloatArray = NDArray[np.float64]

_PAIRWISE, _AGAINST_MEAN = 0.01, 0.001
"""Levels of Asparouhov and Muthen's tests: groups against each other, then against their set."""


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Alignment(Shown):
    """Many groups on one scale, without exact invariance.

    Attributes
    ----------
    groups : DataFrame
        By group: ``mean``, ``variance`` of the factor, and ``mean_se``, ``variance_se`` where
        `covariances` were given. The reference group has mean 0 and variance 1.
    loadings, intercepts : DataFrame, shape (n_items, n_groups)
        On the aligned scale.
    items : DataFrame
        By item: ``r2_loading`` and ``r2_intercept``, the share of the configural variation that
        the aligned means and variances explain (1: invariant), and its ``contribution`` to the
        simplicity function.
    loading_invariant, intercept_invariant : DataFrame of bool, or None
        Which groups share an item's loading or intercept; None without `covariances`.
    simplicity : float
        The minimum of the alignment loss.
    flags : frozenset of str
        Whether there is a second minimum, almost as low, with other means.
    """

    groups: pd.DataFrame
    loadings: pd.DataFrame
    intercepts: pd.DataFrame
    items: pd.DataFrame
    loading_invariant: pd.DataFrame | None
    intercept_invariant: pd.DataFrame | None
    simplicity: float
    flags: frozenset[str] = field(default=frozenset())


def align(
    loadings: Any,
    intercepts: Any,
    n: Sequence[int],
    *,
    covariances: Sequence[Any] | None = None,
    items: Sequence[str] | None = None,
    groups: Sequence[str] | None = None,
    reference: int = 0,
    free: bool = False,
    epsilon: float = 0.01,
    starts: int = 10,
    seed: int = 0,
) -> Alignment:
    """Align groups on one factor.

    Parameters
    ----------
    loadings, intercepts : array_like, shape (n_items, n_groups)
        Of a configural model whose factor has mean 0 and variance 1 in every group; NaN where a
        group did not have an item.
    n : sequence of int
        Respondents by group.
    covariances : sequence of array_like, shape (2 n_items, 2 n_items), optional
        Of each group's loadings and then intercepts; with them, standard errors and the sets of
        invariant groups are given.
    items, groups : sequence of str, optional
        Names.
    reference : int
        The group with mean 0 and variance 1.
    free : bool
        Whether the reference group's mean is free while aligning, which needs clear
        non-invariance to be identified; it is set to 0 afterwards.
    epsilon : float
        How sharply zero differences are sought.
    starts : int
        Random starts in addition to the plain one: the function has many minima.
    seed : int
        Of the starts.

    Returns
    -------
    Alignment

    Raises
    ------
    DataError
        Shapes that do not fit; fewer than two groups or items.
    NotConverged
        No start led to a minimum.

    Notes
    -----
    No oracle could be installed: the tests plant truths (a majority of invariant items) and
    recover means and variances. The product of variances is held at 1, so that the metric does not
    favour a group. Standard errors follow from the implicit function theorem.

    References
    ----------
    Asparouhov, T., & Muthen, B. (2014). Multiple-group factor analysis alignment. Structural
    Equation Modeling, 21, 495-508. https://doi.org/10.1080/10705511.2014.919210

    Examples
    --------
    >>> loading, intercept = np.array([0.7, 0.8, 0.6, 0.9]), np.array([3.0, 2.5, 3.2, 2.8])
    >>> means, sds = np.array([0, 0.5, -0.3]), np.array([1, 1.2, 0.9])
    >>> found = align(np.outer(loading, sds), intercept[:, None] + np.outer(loading, means),
    ...               [500, 400, 600])
    >>> found.groups.round(3).to_numpy().tolist()
    [[0.0, 1.0], [0.5, 1.44], [-0.3, 0.81]]
    """
    problem = _problem(loadings, intercepts, n, options=(epsilon, reference, free))
    p, g = problem.loadings.shape
    item_names = [f"item {k + 1}" for k in range(p)] if items is None else [str(i) for i in items]
    group_names = (
        [f"group {k + 1}" for k in range(g)] if groups is None else [str(k) for k in groups]
    )
    if len(item_names) != p or len(group_names) != g:
        raise DataError(f"found {p} items in {g} groups; expected a name for each")
    optima = minima(problem, starts, seed)
    theta = optima[0][1]
    spread = None if covariances is None else _spread(problem, theta, covariances)
    return _result(problem, theta, (item_names, group_names), spread, _flags(problem, optima))


def _problem(
    loadings: Any, intercepts: Any, n: Sequence[int], *, options: tuple[float, int, bool]
) -> Problem:
    first, second = np.asarray(loadings, dtype=float), np.asarray(intercepts, dtype=float)
    if first.ndim != 2 or first.shape != second.shape:
        raise DataError(
            f"loadings have shape {first.shape}, intercepts {second.shape}; expected (items, "
            "groups) of both"
        )
    p, g = first.shape
    if p < 2 or g < 2 or len(n) != g:
        raise DataError(f"found {p} items, {g} groups, {len(n)} sizes; expected at least 2 of each")
    if (np.isnan(first) != np.isnan(second)).any() or np.isinf(first).any():
        raise DataError("a loading and its intercept must both be there, finite, or both be NaN")
    epsilon, reference, free = options
    if not 0 <= reference < g:
        raise DataError(f"reference is {reference}; expected the place of a group, 0 to {g - 1}")
    if min(n) < 1 or epsilon <= 0:
        raise DataError("sizes and epsilon must be positive")
    size = np.sqrt(np.asarray(n, dtype=float))
    weights = np.outer(size, size)
    np.fill_diagonal(weights, 0.0)
    # Relative to the mean weight, so that the size of the samples does not change the scale.
    return Problem(first, second, weights / weights[weights > 0].mean(), epsilon, reference, free)


def _flags(problem: Problem, optima: list[tuple[float, FloatArray]]) -> frozenset[str]:
    """Say whether another minimum, within a thousandth, puts the groups elsewhere."""
    value, best = optima[0]
    means = problem.unpack(best)[1]
    for other, theta in optima[1:]:
        if 1e-9 < other - value < 1e-3 * abs(value):
            apart = np.abs(problem.unpack(theta)[1] - means).max()
            if apart > 0.05:
                return frozenset({f"another minimum almost as low has a mean {apart:.2f} away"})
    return frozenset()


@dataclass(frozen=True, eq=False)
class _Spread:
    """Standard errors of aligned parameters, and covariances of the aligned values by item."""

    means: FloatArray
    variances: FloatArray
    loadings: FloatArray
    intercepts: FloatArray


def _spread(problem: Problem, theta: FloatArray, covariances: Sequence[Any]) -> _Spread:
    """Propagate the configural covariances: theta solves gradient(theta, input) = 0."""
    p, g = problem.loadings.shape
    inputs = np.zeros((2, p, g, 2, p, g))
    for k, matrix in enumerate(covariances):
        block = np.asarray(matrix, dtype=float)
        if block.shape != (2 * p, 2 * p):
            raise DataError(f"covariance {k} has shape {block.shape}; expected ({2 * p}, {2 * p})")
        inputs[:, :, k, :, :, k] = np.nan_to_num(block).reshape(2, p, 2, p)
    whole = inputs.reshape(2 * p * g, 2 * p * g)
    moves = -np.linalg.solve(problem.hessian(theta), problem.slopes_by_input(theta))
    scale, center = on_reference(problem, theta)
    by_theta = _jacobian(lambda t: report(problem, t), theta)
    direct = np.zeros((by_theta.shape[0], 2 * p * g))
    at = np.arange(p * g)  # an item's values over groups stand together
    sds = np.tile(np.exp(problem.unpack(theta)[0]), p)
    direct[2 * g + at, at] = scale / sds
    direct[2 * g + p * g + at, at] = -np.tile(center, p) / sds
    direct[2 * g + p * g + at, p * g + at] = 1.0
    total = by_theta @ moves + direct
    covariance = total @ whole @ total.T
    errors = np.sqrt(np.maximum(np.diag(covariance), 0))
    by_item = covariance[2 * g :, 2 * g :].reshape(2 * p, g, 2 * p, g)
    blocks = np.array([by_item[i, :, i] for i in range(2 * p)])
    return _Spread(errors[:g], errors[g : 2 * g], blocks[:p], blocks[p:])


def _jacobian(function: Any, x: FloatArray) -> FloatArray:
    """Differentiate by complex steps; a column for each entry of ``x``."""
    return np.column_stack(
        [np.imag(function(step)) / 1e-30 for step in x + 1e-30j * np.eye(len(x))]
    )


def _result(
    problem: Problem,
    theta: FloatArray,
    names: tuple[list[str], list[str]],
    spread: _Spread | None,
    flags: frozenset[str],
) -> Alignment:
    import pandas as pd

    items, groups = names
    p, g = problem.loadings.shape
    values = np.asarray(report(problem, theta))
    means, variances = values[:g], values[g : 2 * g]
    loadings = values[2 * g : 2 * g + p * g].reshape(p, g)
    intercepts = values[2 * g + p * g :].reshape(p, g)
    frame: dict[str, FloatArray] = {"mean": means, "variance": variances}
    if spread is not None:
        frame |= {"mean_se": spread.means, "variance_se": spread.variances}
    left_l = problem.loadings - np.sqrt(variances) * np.nanmean(loadings, axis=1, keepdims=True)
    average = np.nanmean(loadings, axis=1, keepdims=True)
    left_i = problem.intercepts - np.nanmean(intercepts, axis=1, keepdims=True) - means * average
    quality = pd.DataFrame(
        {
            "r2_loading": _explained(left_l, problem.loadings),
            "r2_intercept": _explained(left_i, problem.intercepts),
            "contribution": problem.contributions(theta),
        },
        index=items,
    )
    return Alignment(
        groups=pd.DataFrame(frame, index=groups),
        loadings=pd.DataFrame(loadings, index=items, columns=groups),
        intercepts=pd.DataFrame(intercepts, index=items, columns=groups),
        items=quality,
        loading_invariant=None if spread is None else _sets(loadings, spread.loadings, names),
        intercept_invariant=None if spread is None else _sets(intercepts, spread.intercepts, names),
        simplicity=float(problem.contributions(theta).sum()),
        flags=flags,
    )


def _sets(
    values: FloatArray, covariances: FloatArray, names: tuple[list[str], list[str]]
) -> pd.DataFrame:
    """Return which groups share each item's value."""
    import pandas as pd

    sets = [_invariant_set(row, cov) for row, cov in zip(values, covariances, strict=True)]
    return pd.DataFrame(sets, index=names[0], columns=names[1])


def _explained(left: FloatArray, whole: FloatArray) -> FloatArray:
    """Return the share of the variation over groups that is explained; 1 where there is none."""
    total = np.nanvar(whole, axis=1)
    rest = np.nanvar(left, axis=1)
    return np.where(total > 1e-20, 1 - rest / np.maximum(total, 1e-20), 1.0)


def _invariant_set(values: FloatArray, covariance: FloatArray) -> NDArray[np.bool_]:
    """Return the largest set of groups whose values do not differ.

    A set grows from each group with those it does not differ from at .01; then groups leave that
    differ from the set's mean at .001, and others enter that do not, until nothing changes.
    """
    there = ~np.isnan(values)
    x, cov = np.where(there, values, 0.0), covariance
    spread = np.diag(cov)[:, None] + np.diag(cov)[None, :] - 2 * cov
    alike = _pvalue(x[:, None] - x[None, :], spread) > _PAIRWISE
    best = np.zeros(len(x), dtype=bool)
    for k in np.flatnonzero(there):
        kept = alike[k] & there
        for _ in range(50):
            share = kept / kept.sum()
            gaps = np.eye(len(x)) - share
            now = (
                _pvalue(gaps @ x, np.einsum("ij,jk,ik->i", gaps, cov, gaps)) > _AGAINST_MEAN
            ) & there
            if (now == kept).all() or not now.any():
                break
            kept = now
        if kept.sum() > best.sum():
            best = kept
    return best


def _pvalue(gap: FloatArray, variance: FloatArray) -> FloatArray:
    z = np.abs(gap) / np.sqrt(np.maximum(variance, 1e-300))
    return np.asarray(2 * ndtr(-np.where(np.abs(gap) < 1e-12, 0.0, z)))
