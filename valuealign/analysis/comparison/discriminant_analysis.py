"""Linear discriminant analysis: weighted sums of scales that separate groups.

References
----------
Fisher, R. A. (1936). The use of multiple measurements in taxonomic problems. Annals of Eugenics,
7, 179-188. doi:10.1111/j.1469-1809.1936.tb02137.x
Venables, W. N., & Ripley, B. D. (2002). Modern applied statistics with S. Springer.
doi:10.1007/978-0-387-21706-2
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from valuealign.errors import ConstantItem, DataError, SingularCovariance, TooFewRows

Floats = npt.NDArray[np.float64]
SMALLEST_EIGENVALUE = 1e-10
"""Of the within-group correlations; below it they have no inverse."""


@dataclass(frozen=True, eq=False)
class Lda:
    """Groups, and the discriminant functions that separate them.

    Attributes
    ----------
    groups : tuple of str
    prior : ndarray, shape (g,)
    means : ndarray, shape (g, p)
    within : ndarray, shape (p, p)
        Pooled covariance within groups, divisor n - g.
    scaling : ndarray, shape (p, m)
        Discriminant coefficients, m the lesser of g - 1 and p; within groups the discriminant
        scores have variance 1.
    proportion : ndarray, shape (m,)
        Share of the between-group variance that each direction holds.
    """

    groups: tuple[str, ...]
    prior: Floats
    means: Floats
    within: Floats
    scaling: Floats
    proportion: Floats

    def scores(self, X: npt.ArrayLike) -> Floats:
        """Return discriminant scores about the grand mean, shape (n, m)."""
        return np.asarray((np.asarray(X, dtype=float) - self.prior @ self.means) @ self.scaling)

    def posterior(self, X: npt.ArrayLike) -> Floats:
        """Return the probability of each group, shape (n, g)."""
        Z = np.asarray(X, dtype=float)
        W = np.linalg.inv(self.within)
        gaps = Z[:, None, :] - self.means[None]
        log = np.log(self.prior) - np.einsum("ngp,pq,ngq->ng", gaps, W, gaps) / 2
        weight = np.exp(log - log.max(axis=1, keepdims=True))
        return np.asarray(weight / weight.sum(axis=1, keepdims=True))

    def predict(self, X: npt.ArrayLike) -> npt.NDArray[np.intp]:
        """Return the index of each row's most probable group in ``groups``."""
        return np.asarray(self.posterior(X).argmax(axis=1))


def lda(
    X: npt.ArrayLike,
    groups: Sequence[Any],
    *,
    prior: npt.ArrayLike | None = None,
    shrink: float = 0.0,
    names: Sequence[str] = (),
) -> Lda:
    """Fit a linear discriminant analysis.

    Parameters
    ----------
    X : array_like, shape (n, p)
        Raw scores, complete.
    groups : sequence, length n
    prior : array_like, shape (g,), optional
        In the order of first appearance; by default the groups' shares.
    shrink : float
        From 0 to 1: how far the within-group covariance is drawn to its diagonal.
    names : sequence of str
        Of the scales, for the messages.

    Returns
    -------
    Lda

    Raises
    ------
    TooFewRows
        One group only, or no more rows than groups.
    ConstantItem
        A scale that never varies within a group, which would separate groups without error.
    SingularCovariance
        A within-group covariance without an inverse, and no shrinking.

    Notes
    -----
    Coefficients (up to sign), proportions and posteriors equal R's ``MASS::lda`` to 1e-8 (its
    own singular values are of the scaled data).

    Examples
    --------
    >>> x = [[1.0, 2.0], [2.0, 1.0], [2.0, 3.0], [6.0, 2.0], [7.0, 4.0], [8.0, 3.0]]
    >>> found = lda(x, list("aaabbb"))
    >>> found.predict(x).tolist()
    [0, 0, 0, 1, 1, 1]
    """
    Z, labels = np.asarray(X, dtype=float), [str(g) for g in groups]
    levels = tuple(dict.fromkeys(labels))
    _check(Z, labels, levels)
    at = np.array([levels.index(label) for label in labels])
    counts = np.bincount(at).astype(float)
    means = np.array([Z[at == k].mean(axis=0) for k in range(len(levels))])
    left = Z - means[at]
    W = left.T @ left / (len(Z) - len(levels))
    W = _shrunken(W, shrink, tuple(names))
    pi = counts / len(Z) if prior is None else np.asarray(prior, dtype=float)
    L = np.linalg.cholesky(np.linalg.inv(W))
    centre = pi @ means
    between = np.sqrt(len(Z) * pi / (len(levels) - 1))[:, None] * ((means - centre) @ L)
    _, values, Vt = np.linalg.svd(between, full_matrices=False)
    m = min(len(levels) - 1, Z.shape[1])
    squares = values[:m] ** 2
    share = squares / squares.sum() if squares.sum() else np.full(m, np.nan)
    return Lda(levels, pi, means, W, L @ Vt[:m].T, share)


def cross_validated(
    X: npt.ArrayLike,
    groups: Sequence[Any],
    folds: Sequence[Any],
    *,
    shrink: float = 0.0,
) -> Floats:
    """Return for each row whether the other folds classify it correctly.

    Parameters
    ----------
    X : array_like, shape (n, p)
    groups, folds : sequence, length n
        Rows of one fold are left out together.
    shrink : float

    Returns
    -------
    ndarray, shape (n,)
        1 where right, 0 where wrong; groups count alike, however many rows they have.

    Raises
    ------
    TooFewRows
        One fold, or a fold without which a group has no row.
    """
    Z, labels = np.asarray(X, dtype=float), np.asarray([str(g) for g in groups], dtype=object)
    parts = np.asarray([str(f) for f in folds], dtype=object)
    every = list(dict.fromkeys(parts.tolist()))
    if len(every) < 2:
        raise TooFewRows("one fold cannot be left out; give more forms or occasions")
    right = np.zeros(len(Z))
    whole = set(labels.tolist())
    for fold in every:
        out = parts == fold
        if set(labels[~out].tolist()) != whole:
            raise TooFewRows(f"without {fold} a group has no row; give every one several")
        fit = lda(
            Z[~out], labels[~out].tolist(), prior=np.full(len(whole), 1 / len(whole)), shrink=shrink
        )
        predicted = np.array(fit.groups, dtype=object)[fit.predict(Z[out])]
        right[out] = predicted == labels[out]
    return right


def needs_shrinking(
    X: npt.ArrayLike,
    groups: Sequence[Any],
    folds: Sequence[Any],
) -> bool:
    """Say whether some fold leaves a within-group covariance without an inverse.

    Parameters
    ----------
    X : array_like, shape (n, p)
    groups, folds : sequence, length n

    Returns
    -------
    bool
    """
    Z = np.asarray(X, dtype=float)
    parts = np.asarray([str(f) for f in folds], dtype=object)
    for fold in [None, *dict.fromkeys(parts.tolist())]:
        keep = parts != fold
        try:
            lda(Z[keep], [g for g, k in zip(groups, keep, strict=True) if k])
        except SingularCovariance:
            return True
    return False


def _check(Z: Floats, labels: list[str], levels: tuple[str, ...]) -> None:
    if Z.ndim != 2 or len(Z) != len(labels):
        raise DataError(f"{len(labels)} groups for scores of shape {Z.shape}")
    if np.isnan(Z).any():
        raise DataError("scores are missing; give complete rows")
    if len(levels) < 2:
        raise TooFewRows("there is one group; discrimination needs two or more models")
    if len(Z) <= len(levels):
        raise TooFewRows(
            f"{len(Z)} rows of {len(levels)} groups have no spread within groups; give more "
            "occasions or forms"
        )


def _shrunken(W: Floats, shrink: float, names: tuple[str, ...]) -> Floats:
    if not 0 <= shrink <= 1:
        raise DataError(f"shrink is {shrink!r}; expected a number from 0 to 1")
    sd = np.sqrt(np.diag(W))
    if (sd < 1e-12).any():
        k = int(np.flatnonzero(sd < 1e-12)[0])
        raise ConstantItem(
            f"scale {names[k] if names else k + 1} never varies within a group, so it would "
            "separate groups without error; leave it out, or give more occasions or forms"
        )
    W = (1 - shrink) * W + shrink * np.diag(np.diag(W))
    least = float(np.linalg.eigvalsh(W / np.outer(sd, sd))[0])
    if least < SMALLEST_EIGENVALUE:
        raise SingularCovariance(
            f"the covariance within groups has no inverse (smallest eigenvalue {least:.1e}): fewer "
            "rows than scales, or scores that add up, as centred ones do"
        )
    return W
