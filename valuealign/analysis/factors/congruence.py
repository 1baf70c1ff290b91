"""Similarity of factor solutions: congruence, matching of order and sign, Procrustes.

References
----------
Tucker, L. R. (1951). A method for synthesis of factor analysis studies (PRS Report 984).
Educational Testing Service. (No DOI.)
Lorenzo-Seva, U., & ten Berge, J. M. F. (2006). Tucker's congruence coefficient as a meaningful
index of factor similarity. Methodology, 2, 57-64. doi:10.1027/1614-2241.2.2.57
Schonemann, P. H. (1966). A generalized solution of the orthogonal Procrustes problem.
Psychometrika, 31, 1-10. doi:10.1007/BF02289451
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from valuealign.analysis.basic_interval import basic_interval
from valuealign.analysis.factors.extraction import extract, refit
from valuealign.analysis.factors.retention import correlations
from valuealign.analysis.matrix import Floats, matrix, numeric
from valuealign.analysis.result_display import Shown
from valuealign.arguments import checked
from valuealign.errors import DataError

if TYPE_CHECKING:
    import numpy.typing as npt
    import pandas as pd

    from valuealign.analysis.matrix import Data

CHANCE = 100
"""Permutations that say what congruence noise would have."""
SIMILAR, EQUAL = 0.85, 0.95
"""Lorenzo-Seva and ten Berge (2006): fair similarity; factors that can be considered equal."""


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Procrustes(Shown):
    """A configuration turned toward a target.

    Attributes
    ----------
    rotated : ndarray, shape (n_rows, n_columns)
    rotation : ndarray, shape (n_columns, n_columns)
        Orthogonal; ``rotated`` is ``scale * a @ rotation + shift``.
    scale : float
    shift : ndarray, shape (n_columns,)
    sum_of_squares : float
        What is left of the distance to the target.
    r_squared : float
        Share of the target's sum of squares (about its mean where shifted) that is reached.
    """

    rotated: Floats
    rotation: Floats
    scale: float
    shift: Floats
    sum_of_squares: float
    r_squared: float


@checked
def congruence(a: npt.ArrayLike, b: npt.ArrayLike) -> Floats | pd.DataFrame:
    """Tucker's congruence of every factor of one solution with every factor of another.

    Parameters
    ----------
    a : array_like or DataFrame, shape (n_items, n_factors_a)
        Loadings.
    b : array_like or DataFrame, shape (n_items, n_factors_b)
        Loadings of the same items; frames are matched by their index.

    Returns
    -------
    ndarray or DataFrame, shape (n_factors_a, n_factors_b)
        A frame where both are frames. .85 to .94 is fair similarity, .95 equality (Lorenzo-Seva
        and ten Berge 2006); as a cosine it does not see differences of size.

    Raises
    ------
    DataError
        Other items, missing loadings, a factor without loadings.

    Notes
    -----
    Agrees with ``psych::factor.congruence`` (its ``digits`` lifted) to 1e-10.

    Examples
    --------
    >>> a = np.array([[.8, 0], [.7, .1], [0, .6], [.1, .7]])
    >>> congruence(a, a[:, ::-1]).round(2).tolist()
    [[0.14, 1.0], [1.0, 0.14]]
    """
    import pandas as pd

    A, B = _same_items(a, b)
    lengths = np.outer(np.linalg.norm(A, axis=0), np.linalg.norm(B, axis=0))
    if (lengths == 0).any():
        raise DataError("a factor has only zero loadings, so its congruence is not defined")
    coefficients: Floats = A.T @ B / lengths
    if isinstance(a, pd.DataFrame) and isinstance(b, pd.DataFrame):
        return pd.DataFrame(coefficients, index=a.columns, columns=b.columns)
    return coefficients


def match(a: npt.ArrayLike, b: npt.ArrayLike) -> tuple[npt.NDArray[np.intp], Floats]:
    """Return the order and signs that make one solution most congruent with another.

    Parameters
    ----------
    a : array_like, shape (n_items, n_factors)
        To be matched.
    b : array_like, shape (n_items, n_factors)
        The order and signs to match.

    Returns
    -------
    order : ndarray of int, shape (n_factors,)
        ``a[:, order] * signs`` stands as ``b`` does.
    signs : ndarray, shape (n_factors,)

    Raises
    ------
    DataError
        Another number of items or factors.

    Notes
    -----
    The assignment with the greatest sum of absolute congruences, not the greedy one.

    Examples
    --------
    >>> a = np.array([[.8, 0], [.7, .1], [0, .6], [.1, .7]])
    >>> order, signs = match(-a[:, ::-1], a)
    >>> order.tolist(), signs.tolist()
    ([1, 0], [-1.0, -1.0])
    """
    from scipy.optimize import linear_sum_assignment

    A, B = _same_items(a, b)
    if A.shape != B.shape:
        raise DataError(f"{A.shape[1]} factors cannot be matched with {B.shape[1]}")
    coefficients = np.asarray(congruence(A, B))
    _, order = linear_sum_assignment(-np.abs(coefficients).T)
    signs = np.where(coefficients[order, np.arange(len(order))] < 0, -1.0, 1.0)
    return order, signs


@checked
def procrustes(
    a: npt.ArrayLike, target: npt.ArrayLike, *, scale: bool = False, shift: bool = False
) -> Procrustes:
    """Turn a configuration (or loadings) orthogonally toward a target.

    Parameters
    ----------
    a, target : array_like, shape (n_rows, n_columns)
        Of the same rows; frames are matched by their index.
    scale : bool
        Also stretch (configurations of MDS; not loadings).
    shift : bool
        Also move the centre.

    Returns
    -------
    Procrustes
        ``.rotated``, the ``.rotation`` and ``.r_squared``.

    Raises
    ------
    DataError
        Other rows or columns, missing values.

    Notes
    -----
    Least squares; reflections are allowed. The rotation agrees with R's (svd) to 1e-10.

    Examples
    --------
    >>> target = np.array([[.8, 0], [.7, .1], [0, .6]])
    >>> turn = np.array([[.6, -.8], [.8, .6]])
    >>> round(procrustes(target @ turn, target).sum_of_squares, 10)
    0.0
    """
    A, B = _same_items(a, target)
    if A.shape != B.shape:
        raise DataError(
            f"found {A.shape[1]} columns and a target of {B.shape[1]}; expected the same number"
        )
    center_a = A.mean(axis=0) if shift else np.zeros(A.shape[1])
    center_b = B.mean(axis=0) if shift else np.zeros(A.shape[1])
    X, Y = A - center_a, B - center_b
    U, values, Vt = np.linalg.svd(X.T @ Y)
    T = U @ Vt
    size = float((X**2).sum())
    if size == 0 or (Y**2).sum() == 0:
        raise DataError("a configuration of zeros has no direction")
    stretch = float(values.sum()) / size if scale else 1.0
    turned = stretch * X @ T
    left = float(((Y - turned) ** 2).sum())
    return Procrustes(
        rotated=turned + center_b,
        rotation=T,
        scale=stretch,
        shift=center_b - stretch * center_a @ T,
        sum_of_squares=left,
        r_squared=1 - left / float((Y**2).sum()),
    )


@checked
def congruence_interval(
    data: Data,
    target: npt.ArrayLike,
    *,
    method: str = "minres",
    draws: int = 1000,
    level: float = 0.95,
    seed: int = 0,
) -> pd.DataFrame:
    """Congruence of a sample's factors with a target, with bootstrap intervals.

    Parameters
    ----------
    data : DataFrame or array_like, shape (n_respondents, n_items)
        Complete rows are used.
    target : array_like or DataFrame, shape (n_items, n_factors)
        The other solution, people's for instance; the factors are turned toward it
        (orthogonally) in every draw.
    method : {"minres", "ml", "pa"}
    draws : int
        Of respondents.
    level : float
        Confidence level of the intervals.
    seed : int
        Of the random draws; the same seed gives the same result.

    Returns
    -------
    DataFrame
        By factor: ``congruence ci_lower ci_upper``; and ``total`` over all factors. The interval
        is the basic bootstrap's, which may lie above the congruence of the rows themselves: noise
        lowers it, and the interval is for the population.

    Raises
    ------
    DataError
        Other items than the target's.
    TooFewRows, ConstantItem
        No correlations can be had.

    Notes
    -----
    Rotation toward the target raises the congruence even of noise. ``chance`` is the value to
    compare with: the 95th percentile over at most 100 samples whose items were permuted.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> lam = np.kron(np.eye(2), np.full((4, 1), .8))
    >>> x = rng.normal(size=(500, 2)) @ lam.T + .6 * rng.normal(size=(500, 8))
    >>> congruence_interval(x, lam, draws=50)["congruence"].round(1).tolist()
    [1.0, 1.0, 1.0]
    """
    import pandas as pd
    from threadpoolctl import threadpool_limits

    checked = matrix(data).complete()
    target_loadings: Any = target
    if not isinstance(getattr(target, "index", None), pd.RangeIndex) and (
        hasattr(target, "reindex") and hasattr(data, "columns")
    ):  # a frame without row names, as polars has none, is in the items' order
        if not target_loadings.index.is_unique:
            raise DataError("the target has an item twice; give each item one row")
        target_loadings = target_loadings.reindex(list(checked.names))
    B = _loadings(target_loadings)
    if B.ndim != 2 or len(B) != len(checked.names) or not np.isfinite(B).all():
        raise DataError(
            f"the target has the shape {B.shape}; expected {len(checked.names)} rows of loadings, "
            "one an item, none missing"
        )
    rng = np.random.default_rng(seed)
    n, m = checked.n, B.shape[1]
    whole = extract(correlations(checked.values, checked.names), m, method=method)

    def of(values: Floats, *, near: bool = True) -> Floats:
        R = correlations(values, checked.names)
        loadings = (
            refit(R, m, whole.uniquenesses)
            if near and method == "minres"
            else extract(R, m, method=method).loadings
        )
        return _diagonal(procrustes(loadings, B).rotated, B)

    kept, chance = [], []
    with threadpool_limits(1):  # matrices this small only wait for threads
        for k in range(draws):
            kept.append(_or_missing(of, checked.values[rng.integers(n, size=n)], m))
            if k < CHANCE:
                permuted = rng.permuted(checked.values, axis=0)
                chance.append(_or_missing(partial(of, near=False), permuted, m))
    coefficients = of(checked.values)
    low, high = basic_interval(coefficients, kept, level=level)
    names = [str(c) for c in getattr(target, "columns", [f"F{k + 1}" for k in range(m)])]
    return pd.DataFrame(
        {
            "factor": [*names, "total"],
            "congruence": of(checked.values, near=False),
            "ci_lower": low,
            "ci_upper": high,
            "chance": np.nanquantile(np.array(chance), 0.95, axis=0),
        }
    )


def _diagonal(A: Floats, B: Floats) -> Floats:
    """Return the congruence of each factor with its own, and of all loadings together."""
    own = (A * B).sum(axis=0) / np.linalg.norm(A, axis=0) / np.linalg.norm(B, axis=0)
    return np.append(own, (A * B).sum() / np.linalg.norm(A) / np.linalg.norm(B))


def _or_missing(of: Any, values: Floats, m: int) -> Floats:
    """Return congruences of a resampled set; missing where it cannot be factored."""
    from valuealign.errors import AnalysisError

    try:
        return np.asarray(of(values))
    except AnalysisError:
        return np.full(m + 1, np.nan)


def _loadings(source: Any) -> Floats:
    if hasattr(source, "columns") and len(source.columns):
        return np.column_stack(
            [
                numeric(source.iloc[:, k], f"column {name!r}")
                for k, name in enumerate(source.columns)
            ]
        )
    return numeric(source, "a configuration")


def _same_items(a: Any, b: Any) -> tuple[Floats, Floats]:
    if hasattr(a, "index") and hasattr(b, "index") and hasattr(a, "columns"):
        if set(a.index) != set(b.index):
            odd = sorted(map(str, set(a.index) ^ set(b.index)))[0]
            raise DataError(f"the rows differ: only one of the two has {odd!r}")
        for matrix in (a, b):
            if not matrix.index.is_unique:
                again = matrix.index[matrix.index.duplicated()][0]
                raise DataError(f"row {again} occurs twice; rows are matched by their names")
        b = b.loc[a.index]
    A, B = _loadings(a), _loadings(b)
    if A.ndim != 2 or B.ndim != 2 or len(A) != len(B) or not A.size or not B.size:
        raise DataError(f"shapes {A.shape} and {B.shape}; expected the same rows in both")
    if not (np.isfinite(A).all() and np.isfinite(B).all()):
        raise DataError("loadings are missing or infinite")
    return A, B
