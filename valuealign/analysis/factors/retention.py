"""Factorability and number of factors: KMO, Bartlett, parallel analysis, MAP, EKC.

References
----------
Kaiser, H. F. (1974). doi:10.1007/BF02291575 (sampling adequacy).
Horn, J. L. (1965). doi:10.1007/BF02289447 (parallel analysis).
Velicer, W. F. (1976). doi:10.1007/BF02293557 (minimum average partial).
Braeken, J., & van Assen, M. A. L. M. (2017). doi:10.1037/met0000074 (empirical Kaiser criterion).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from valuealign.analysis.factors.extraction import squared_multiple_correlations
from valuealign.analysis.matrix import Floats, covariance, matrix
from valuealign.analysis.result_display import Shown
from valuealign.arguments import checked
from valuealign.errors import DataError, SingularCovariance, TooFewRows

if TYPE_CHECKING:
    import pandas as pd

    from valuealign.analysis.matrix import Data

Basis = Literal["components", "factors"]


@dataclass(frozen=True, repr=False, kw_only=True)
class Adequacy(Shown):
    """Measures of whether correlations are suitable for factor analysis.

    Attributes
    ----------
    kmo : float
        Kaiser's measure of sampling adequacy.
    kmo_items : dict
        The same for each item.
    bartlett_chisq, bartlett_df, bartlett_pvalue : float
        Test that the correlation matrix is an identity.
    n : int
    """

    kmo: float
    kmo_items: dict[str, float]
    bartlett_chisq: float
    bartlett_df: int
    bartlett_pvalue: float
    n: int


@dataclass(frozen=True, repr=False, kw_only=True)
class ParallelAnalysis(Shown):
    """Eigenvalues of the data compared with those of data without factors.

    Attributes
    ----------
    n_factors : int
        How many eigenvalues in a row exceed the quantile of the simulated ones.
    table : DataFrame
        Columns ``factor observed mean quantile``.
    basis : {"components", "factors"}
    draws, seed : int
    """

    n_factors: int
    table: pd.DataFrame
    basis: Basis
    draws: int
    seed: int


@checked
def adequacy(data: Data) -> Adequacy:
    """Kaiser-Meyer-Olkin measure and Bartlett's test of sphericity.

    Parameters
    ----------
    data : DataFrame or array_like, shape (n_respondents, n_items)
        Complete rows are used.

    Returns
    -------
    Adequacy
        ``.kmo``, ``.kmo_items`` and Bartlett's test.

    Raises
    ------
    SingularCovariance
        Partial correlations need an inverse.
    TooFewRows, ConstantItem
        No correlations can be had.

    Notes
    -----
    Agrees with ``psych::KMO`` and ``psych::cortest.bartlett`` to 1e-10.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> x = rng.normal(size=(200, 1)) + rng.normal(size=(200, 4))
    >>> adequacy(x).kmo > 0.7
    True
    """
    from scipy.stats import chi2

    checked = matrix(data).complete()
    R = correlations(checked.values, checked.names)
    n, p = checked.n, len(R)
    kmo, items = _kmo(R)
    chisq = -(n - 1 - (2 * p + 5) / 6) * np.linalg.slogdet(R)[1]
    df = p * (p - 1) // 2
    return Adequacy(
        kmo=kmo,
        kmo_items=dict(zip(checked.names, items.tolist(), strict=True)),
        bartlett_chisq=float(chisq),
        bartlett_df=df,
        bartlett_pvalue=float(chi2.sf(chisq, df)),
        n=n,
    )


@checked
def parallel_analysis(
    data: Data,
    *,
    draws: int = 100,
    seed: int = 0,
    kind: Literal["normal", "permutation", "polychoric"] = "normal",
    basis: Basis = "factors",
    quantile: float = 0.95,
) -> ParallelAnalysis:
    """Horn's parallel analysis.

    Parameters
    ----------
    data : DataFrame or array_like, shape (n_respondents, n_items)
        Complete rows are used.
    draws : int
        Data sets without factors to compare with.
    seed : int
        Of the random draws; the same seed gives the same result.
    kind : {"normal", "permutation", "polychoric"}
        Where the comparison comes from: independent normal variables; the responses with each
        item's column permuted (which keeps every item's distribution); or polychoric
        correlations of the responses beside those of permuted ones.
    basis : {"components", "factors"}
        Eigenvalues of the correlation matrix, or with squared multiple correlations in its
        diagonal.
    quantile : float
        An eigenvalue must exceed this quantile of the simulated ones.

    Returns
    -------
    ParallelAnalysis
        ``.n_factors``, and ``.table`` with one row a factor.

    Raises
    ------
    DataError
        An unknown kind or basis, or fewer than one draw.
    TooFewRows, ConstantItem, SingularCovariance
        No correlations can be had.

    Notes
    -----
    Normal comparisons are drawn as correlation matrices (Bartlett's decomposition of a Wishart
    matrix), not as rows, so the cost does not grow with n. Eigenvalues of the data agree with
    ``psych::fa.parallel`` to 1e-10 (components), simulated means to Monte-Carlo error.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> x = rng.normal(size=(300, 1)) + rng.normal(size=(300, 6))
    >>> parallel_analysis(x, draws=50, seed=1).n_factors
    1
    """
    import pandas as pd

    if (
        kind not in ("normal", "permutation", "polychoric")
        or basis not in ("components", "factors")
        or draws < 1
    ):
        raise DataError(f"kind {kind!r}, basis {basis!r}, {draws} draws: see the docstring")
    checked = matrix(data).complete()
    plain = correlations(checked.values, checked.names)
    if kind == "normal" and checked.n <= len(plain):
        raise TooFewRows(
            f"{checked.n} complete rows of {len(plain)} items; the normal comparison needs more "
            "rows than items. Use kind='permutation', or more rows"
        )
    observed = eigenvalues(_polychoric(checked.values) if kind == "polychoric" else plain, basis)
    rng = np.random.default_rng(seed)
    p = checked.values.shape[1]
    random_eigenvalues = np.empty((draws, p))
    for row in random_eigenvalues:
        row[:] = eigenvalues(_null(rng, checked.values, kind), basis)
    above = observed > np.quantile(random_eigenvalues, quantile, axis=0)
    table = pd.DataFrame(
        {
            "factor": np.arange(1, p + 1),
            "observed": observed,
            "mean": random_eigenvalues.mean(axis=0),
            "quantile": np.quantile(random_eigenvalues, quantile, axis=0),
        }
    )
    return ParallelAnalysis(
        n_factors=int(np.argmin(np.append(above, False))),
        table=table,
        basis=basis,
        draws=draws,
        seed=seed,
    )


def minimum_average_partial(R: Floats) -> Floats:
    """Velicer's criterion: mean squared partial correlation after 1, 2, ... components.

    Parameters
    ----------
    R : ndarray, shape (n_items, n_items)

    Returns
    -------
    ndarray, shape (n_items - 1,)
        The number of factors is the position of the smallest value.

    Notes
    -----
    Agrees with ``psych::vss`` to 1e-10.

    Examples
    --------
    >>> R = np.full((6, 6), 0.5) + 0.5 * np.eye(6)
    >>> int(np.argmin(minimum_average_partial(R)) + 1)
    1
    """
    values, vectors = np.linalg.eigh(R)
    loadings = (vectors * np.sqrt(np.maximum(values, 0)))[:, ::-1]
    p = len(R)
    averages = []
    for m in range(1, p):
        partial = R - loadings[:, :m] @ loadings[:, :m].T
        spread = np.sqrt(np.clip(np.diag(partial), 1e-12, None))
        partial = partial / np.outer(spread, spread)
        averages.append(((partial**2).sum() - p) / (p * (p - 1)))
    return np.array(averages)


def empirical_kaiser(R: Floats, n: int) -> int:
    """Braeken and van Assen's empirical Kaiser criterion.

    Parameters
    ----------
    R : ndarray, shape (n_items, n_items)
    n : int
        Respondents.

    Returns
    -------
    int
        How many eigenvalues in a row exceed their reference.

    Notes
    -----
    No oracle can be installed for this one; it is tested on planted truth.

    Examples
    --------
    >>> R = np.full((6, 6), 0.5) + 0.5 * np.eye(6)
    >>> empirical_kaiser(R, 300)
    1
    """
    values = np.linalg.eigvalsh(R)[::-1]
    p = len(R)
    before = np.concatenate([[0.0], np.cumsum(values)[:-1]])
    reference = (p - before) / (p - np.arange(p)) * (1 + np.sqrt(p / n)) ** 2
    above = values > np.maximum(reference, 1.0)
    return int(np.argmin(np.append(above, False)))


def correlations(values: Floats, names: tuple[str, ...]) -> Floats:
    """Correlations of complete rows; one item, a constant item or too few rows is an error.

    Parameters
    ----------
    values : ndarray, shape (n_respondents, n_items)
    names : tuple of str

    Returns
    -------
    ndarray, shape (n_items, n_items)

    Examples
    --------
    >>> correlations(np.array([[1., 2], [2, 1], [3, 3]]), ("a", "b"))[0, 1]
    np.float64(0.5)
    """
    from valuealign.analysis.matrix import Matrix

    if values.shape[1] < 2:
        raise DataError("there is one item; correlations need at least two")
    S = covariance(Matrix(values, names))
    scale = 1 / np.sqrt(np.diag(S))
    R: Floats = S * np.outer(scale, scale)
    return R


def eigenvalues(R: Floats, basis: Basis) -> Floats:
    """Eigenvalues from the largest, of components or of common factors.

    Parameters
    ----------
    R : ndarray, shape (n_items, n_items)
    basis : {"components", "factors"}

    Returns
    -------
    ndarray, shape (n_items,)

    Examples
    --------
    >>> eigenvalues(np.array([[1, .5], [.5, 1]]), "components").tolist()
    [1.5, 0.5]
    """
    if basis == "factors":
        R = R + np.diag(squared_multiple_correlations(R) - 1)
    values: Floats = np.asarray(np.linalg.eigvalsh(R)[::-1], dtype=np.float64)
    return values


def _kmo(R: Floats) -> tuple[float, Floats]:
    if np.linalg.eigvalsh(R)[0] <= 1e-10:
        raise SingularCovariance(
            "KMO needs partial correlations; the correlation matrix is singular"
        )
    inverse = np.linalg.inv(R)
    scale = 1 / np.sqrt(np.diag(inverse))
    partial = (inverse * np.outer(scale, scale)) ** 2
    squares = R**2
    np.fill_diagonal(partial, 0)
    np.fill_diagonal(squares, 0)
    items = squares.sum(axis=0) / (squares.sum(axis=0) + partial.sum(axis=0))
    return float(squares.sum() / (squares.sum() + partial.sum())), items


def _null(rng: np.random.Generator, values: Floats, kind: str) -> Floats:
    """Return correlations of one data set without factors."""
    if kind == "normal":
        return _null_correlation(rng, *values.shape)
    permuted = rng.permuted(values, axis=0)
    if kind == "polychoric":
        return _polychoric(permuted)
    return np.asarray(np.corrcoef(permuted, rowvar=False), dtype=np.float64)


def _polychoric(values: Floats) -> Floats:
    from valuealign.analysis.ordinal.polychoric import polychoric

    return np.asarray(polychoric(values).correlations, dtype=np.float64)


def _null_correlation(rng: np.random.Generator, n: int, p: int) -> Floats:
    lower = np.tril(rng.normal(size=(p, p)), -1)
    np.fill_diagonal(lower, np.sqrt(rng.chisquare(n - 1 - np.arange(p))))
    W = lower @ lower.T
    scale = 1 / np.sqrt(np.diag(W))
    R: Floats = W * np.outer(scale, scale)
    return R
