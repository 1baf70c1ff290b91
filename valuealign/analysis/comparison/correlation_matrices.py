"""Tests that two correlation matrices are equal, and measures of overall dependence.

References
----------
Jennrich, R. I. (1970). An asymptotic chi-square test for the equality of two correlation
matrices. Journal of the American Statistical Association, 65, 904-912.
doi:10.1080/01621459.1970.10481133
Steiger, J. H. (1980). Testing pattern hypotheses on correlation matrices: Alternative
statistics and some empirical results. Multivariate Behavioral Research, 15, 335-352.
doi:10.1207/s15327906mbr1503_7
Pena, D., & Rodriguez, J. (2003). Descriptive measures of multivariate scatter and linear
dependence. Journal of Multivariate Analysis, 85, 361-374. doi:10.1016/S0047-259X(02)00061-1
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from valuealign.errors import ConstantItem, DataError, SingularCovariance, TooFewRows

Floats = npt.NDArray[np.float64]

SMALLEST_EIGENVALUE = 1e-8
"""A correlation matrix with a smaller one counts as singular."""


@dataclass(frozen=True)
class MatrixTest:
    """A chi-square test of two matrices.

    Attributes
    ----------
    chisq : float
    df : int
    pvalue : float
    """

    chisq: float
    df: int
    pvalue: float


def correlation(covariance: npt.ArrayLike, names: tuple[str, ...] = ()) -> Floats:
    """Return the correlations of a covariance, which must have an inverse.

    Parameters
    ----------
    covariance : array_like, shape (p, p)
    names : tuple of str
        For the messages.

    Returns
    -------
    ndarray, shape (p, p)

    Raises
    ------
    ConstantItem
        A variable without variance.
    SingularCovariance
        Linearly dependent variables, such as scores centred within persons.

    Examples
    --------
    >>> correlation([[4.0, 1.0], [1.0, 1.0]]).tolist()
    [[1.0, 0.5], [0.5, 1.0]]
    """
    S = np.asarray(covariance, dtype=float)
    sd = np.sqrt(np.diag(S))
    if not (sd > 0).all():
        k = int(np.flatnonzero(~(sd > 0))[0])
        raise ConstantItem(
            f"{names[k] if names else k + 1} never varies; it correlates with nothing"
        )
    R: Floats = S / np.outer(sd, sd)
    np.fill_diagonal(R, 1.0)
    least = float(np.linalg.eigvalsh(R)[0])
    if least < SMALLEST_EIGENVALUE:
        raise SingularCovariance(
            f"the correlation matrix is singular (smallest eigenvalue {least:.1e}); scores centred "
            "within persons always are: give raw scores, or more rows than scales"
        )
    return R


def jennrich(R1: npt.ArrayLike, R2: npt.ArrayLike, n: tuple[int, int]) -> MatrixTest:
    """Test that two correlation matrices are of one population.

    Parameters
    ----------
    R1, R2 : array_like, shape (p, p)
        Correlations of raw scores.
    n : tuple of int
        Rows behind each.

    Returns
    -------
    MatrixTest

    Raises
    ------
    TooFewRows, DataError
        Fewer rows than variables + 1; other shapes.

    Notes
    -----
    ``1/2 tr(Z^2) - dg(Z)' (I + R o R^-1)^-1 dg(Z)`` with ``Z = sqrt(c) R^-1 (R1 - R2)``,
    ``c = n1 n2 / (n1 + n2)`` and R the pooled correlations. It equals the quadratic form of the
    differences in their covariance under normality (Olkin and Siotani), computed in R, to 1e-10.
    ``psych::cortest.jennrich`` (2.2.9) gives another number: it has R o R where Jennrich has
    I + R o R^-1, and tr(ZZ') for tr(Z^2).

    Examples
    --------
    >>> A, B = [[1, 0.5], [0.5, 1]], [[1, 0.3], [0.3, 1]]
    >>> round(jennrich(A, B, (200, 200)).chisq, 3)
    5.669
    """
    A, B = _pair(R1, R2, n)
    c = n[0] * n[1] / (n[0] + n[1])
    R = (n[0] * A + n[1] * B) / (n[0] + n[1])
    inverse = np.linalg.inv(R)
    Z = np.sqrt(c) * inverse @ (A - B)
    z = np.diag(Z)
    G = np.eye(len(R)) + R * inverse
    return _test(float(np.trace(Z @ Z) / 2 - z @ np.linalg.solve(G, z)), len(R))


def steiger(R1: npt.ArrayLike, R2: npt.ArrayLike, n: tuple[int, int]) -> MatrixTest:
    """Test the same on Fisher's z of the correlations, with their covariance.

    Parameters
    ----------
    R1, R2 : array_like, shape (p, p)
    n : tuple of int

    Returns
    -------
    MatrixTest

    Raises
    ------
    TooFewRows, DataError
        As :func:`jennrich`.

    Notes
    -----
    ``e' [Psi (1/(n1 - 3) + 1/(n2 - 3))]^-1 e``, e the differences of z, Psi their covariance under
    normality at the pooled correlations. The plain sum of squared differences that
    ``psych::cortest`` gives takes the z as independent, which they are only where all
    correlations are 0. Equals an independent R computation to 1e-10.

    Examples
    --------
    >>> A, B = [[1, 0.5], [0.5, 1]], [[1, 0.3], [0.3, 1]]
    >>> round(steiger(A, B, (200, 200)).chisq, 3)
    5.664
    """
    A, B = _pair(R1, R2, n)
    R = (n[0] * A + n[1] * B) / (n[0] + n[1])
    low = np.tril_indices(len(R), -1)
    e = np.arctanh(A[low]) - np.arctanh(B[low])
    scale = 1 - R[low] ** 2
    psi = correlation_covariance(R) / np.outer(scale, scale)
    value = e @ np.linalg.solve(psi * (1 / (n[0] - 3) + 1 / (n[1] - 3)), e)
    return _test(float(value), len(R))


def correlation_covariance(R: npt.ArrayLike) -> Floats:
    """Return n times the covariance of sample correlations under normality.

    Parameters
    ----------
    R : array_like, shape (p, p)

    Returns
    -------
    ndarray, shape (p(p-1)/2, p(p-1)/2)
        In the order of ``numpy.tril_indices(p, -1)``.

    References
    ----------
    Olkin, I., & Finn, J. (1990). Testing correlated correlations. Psychological Bulletin, 108,
    330-333. doi:10.1037/0033-2909.108.2.330

    Examples
    --------
    >>> correlation_covariance([[1, 0.5], [0.5, 1]]).tolist()
    [[0.5625]]
    """
    P = np.asarray(R, dtype=float)
    s, t = np.tril_indices(len(P), -1)
    r = P[s, t]

    def at(a: npt.NDArray[np.intp], b: npt.NDArray[np.intp]) -> Floats:
        return np.asarray(P[np.ix_(a, b)])

    su, tv, sv, tu = at(s, s), at(t, t), at(s, t), at(t, s)
    squares = su**2 + sv**2 + tu**2 + tv**2
    mixed = r[:, None] * (su * sv + tu * tv) + r[None, :] * (su * tu + sv * tv)
    return np.asarray(np.outer(r, r) * squares / 2 + su * tv + sv * tu - mixed)


def effective_dependence(R: npt.ArrayLike) -> float:
    """Share of variation that variables share: 0 if independent, 1 for copies.

    Parameters
    ----------
    R : array_like, shape (p, p)

    Returns
    -------
    float
        ``1 - |R|^(1/p)``.

    Examples
    --------
    >>> effective_dependence([[1, 0.6], [0.6, 1]]).__round__(2)
    0.2
    """
    values = np.clip(np.linalg.eigvalsh(np.asarray(R, dtype=float)), 0.0, None)
    return float(1 - np.exp(np.mean(np.log(values)))) if values[0] > 0 else 1.0


def first_component_share(R: npt.ArrayLike) -> float:
    """Share of the first principal component.

    Parameters
    ----------
    R : array_like, shape (p, p)

    Returns
    -------
    float

    Examples
    --------
    >>> first_component_share([[1, 0.6], [0.6, 1]]).__round__(2)
    0.8
    """
    return float(np.linalg.eigvalsh(np.asarray(R, dtype=float))[-1] / len(np.asarray(R)))


def rmsr(R1: npt.ArrayLike, R2: npt.ArrayLike, n: tuple[int, int]) -> tuple[float, float]:
    """Root mean squared difference of correlations, and what sampling alone would give.

    Parameters
    ----------
    R1, R2 : array_like, shape (p, p)
    n : tuple of int

    Returns
    -------
    observed, by_chance : float
        Chance: both samples of the pooled population, under normality, to first order.

    Examples
    --------
    >>> [round(v, 3) for v in rmsr([[1, .5], [.5, 1]], [[1, .3], [.3, 1]], (200, 200))]
    [0.2, 0.084]
    """
    A, B = np.asarray(R1, dtype=float), np.asarray(R2, dtype=float)
    low = np.tril_indices(len(A), -1)
    pooled = ((n[0] * A + n[1] * B) / (n[0] + n[1]))[low]
    chance = np.mean((1 - pooled**2) ** 2) * (1 / n[0] + 1 / n[1])
    return float(np.sqrt(np.mean((A - B)[low] ** 2))), float(np.sqrt(chance))


def _pair(R1: npt.ArrayLike, R2: npt.ArrayLike, n: tuple[int, int]) -> tuple[Floats, Floats]:
    A, B = np.asarray(R1, dtype=float), np.asarray(R2, dtype=float)
    if A.shape != B.shape or A.ndim != 2 or A.shape[0] != A.shape[1]:
        raise DataError(f"matrices of {A.shape} and {B.shape}; expected two of the same variables")
    if min(n) < len(A) + 1:
        raise TooFewRows(
            f"{min(n)} rows of {len(A)} variables have a singular matrix; needs {len(A) + 1} "
            "or more"
        )
    return A, B


def _test(chisq: float, p: int) -> MatrixTest:
    from scipy.stats import chi2

    df = p * (p - 1) // 2
    return MatrixTest(chisq, df, float(chi2.sf(chisq, df)))
