"""Cross-validated discrimination of groups, with a permutation test against chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, lgamma
from typing import Any

import numpy as np
import numpy.typing as npt

from valuealign.analysis.comparison.discriminant_analysis import (
    Lda,
    cross_validated,
    lda,
    needs_shrinking,
)

SHRINK = 0.1
"""How far a covariance without an inverse is drawn to its diagonal."""


@dataclass(frozen=True, eq=False)
class Discrimination:
    """A discriminant analysis with cross-validated accuracy.

    Attributes
    ----------
    fit : Lda
        Of all rows.
    accuracy : float
        Of the rows that it was fitted to, so it is biased upwards.
    cross_validated : float
        Of rows left out, block by block; groups count alike.
    chance : float
        One over the number of groups.
    pvalue : float
        Of the cross-validated accuracy, were the labels exchangeable between blocks.
    smallest_p : float
        The smallest p that these blocks allow.
    draws : int
    shrink : float
        0, or how far the covariance within groups was drawn to its diagonal.
    by_group : dict of str to float
        Cross-validated share of each group's rows that were classified correctly.
    """

    fit: Lda
    accuracy: float
    cross_validated: float
    chance: float
    pvalue: float
    smallest_p: float
    draws: int
    shrink: float
    by_group: dict[str, float]


def discriminate(
    X: npt.ArrayLike,
    groups: Sequence[Any],
    folds: Sequence[Any],
    *,
    blocks: Sequence[Any] | None = None,
    names: Sequence[str] = (),
    draws: int = 499,
    seed: int = 0,
) -> Discrimination:
    """Discriminate groups by cross-validation and a permutation test that keep blocks whole.

    Parameters
    ----------
    X : array_like, shape (n, p)
        Raw scores, complete.
    groups : sequence, length n
        Whose row it is.
    folds : sequence, length n
        Rows that are left out together: the form, or with one form the occasion.
    blocks : sequence, length n, optional
        Rows that keep a common label when labels are permuted within a fold: occasions of one
        group under one form share that form's effect. By default a group's rows of a fold.
    names : sequence of str
    draws : int
        Permutations.
    seed : int

    Returns
    -------
    Discrimination

    Raises
    ------
    TooFewRows, ConstantItem, SingularCovariance
        As :func:`~valuealign.analysis.comparison.discriminant_analysis.lda`.

    Notes
    -----
    Permuting single rows would count effects of forms as differences between models, so whole
    blocks exchange labels within their fold. With two models and two forms there are two ways to
    do so, and no separation can have a p below .5; ``smallest_p`` reports this limit.

    References
    ----------
    Ojala, M., & Garriga, G. C. (2010). Permutation tests for studying classifier performance.
    Journal of Machine Learning Research, 11, 1833-1863. (No DOI.)

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> g, f = np.repeat([0, 1], 40), np.tile(np.repeat(np.arange(8), 5), 2)
    >>> x = rng.normal(size=(80, 3)) + 2.0 * g[:, None]
    >>> found = discriminate(x, g, f, draws=99)
    >>> found.cross_validated > 0.9, found.pvalue <= 0.05
    (True, True)
    """
    Z, labels = np.asarray(X, dtype=float), np.asarray([str(g) for g in groups], dtype=object)
    parts = np.asarray([str(f) for f in folds], dtype=object)
    held = labels if blocks is None else np.asarray([str(b) for b in blocks], dtype=object)
    shrink = SHRINK if needs_shrinking(Z, labels.tolist(), parts.tolist()) else 0.0
    fit = lda(Z, labels.tolist(), shrink=shrink, names=names)
    own = np.array(fit.groups, dtype=object)[fit.predict(Z)] == labels
    right = cross_validated(Z, labels.tolist(), parts.tolist(), shrink=shrink)
    by_group = {g: float(right[labels == g].mean()) for g in fit.groups}
    accuracy = float(np.mean(list(by_group.values())))
    rng = np.random.default_rng(seed)
    at_least = 0
    for _ in range(draws):
        mixed = _permuted(labels, parts, held, rng)
        predicted = cross_validated(Z, mixed.tolist(), parts.tolist(), shrink=shrink)
        at_least += (
            float(np.mean([predicted[mixed == g].mean() for g in fit.groups])) >= accuracy - 1e-12
        )
    return Discrimination(
        fit,
        float(own.mean()),
        accuracy,
        1 / len(fit.groups),
        (1 + at_least) / (1 + draws),
        _smallest(labels, parts, held),
        draws,
        shrink,
        by_group,
    )


def _permuted(labels: Any, parts: Any, held: Any, rng: np.random.Generator) -> Any:
    """Return labels after whole blocks have exchanged them within their fold."""
    out = labels.copy()
    for fold in dict.fromkeys(parts.tolist()):
        here = np.flatnonzero(parts == fold)
        pairs = [(held[i], labels[i]) for i in here]
        blocks = list(dict.fromkeys(pairs))
        new = rng.permutation(len(blocks))
        exchanged = {pair: blocks[k][1] for pair, k in zip(blocks, new, strict=True)}
        out[here] = [exchanged[pair] for pair in pairs]
    return out


def _smallest(labels: Any, parts: Any, held: Any) -> float:
    """Return one over the number of distinct labellings, ignoring the groups' names."""
    log = 0.0
    for fold in dict.fromkeys(parts.tolist()):
        here = parts == fold
        blocks = dict.fromkeys(zip(held[here].tolist(), labels[here].tolist(), strict=True))
        log += lgamma(len(blocks) + 1)
        for group in set(labels[here].tolist()):
            log -= lgamma(sum(block_group == group for _, block_group in blocks) + 1)
    return float(min(1.0, exp(lgamma(len(set(labels.tolist())) + 1) - log)))
