"""Can groups be told apart beyond the rows they were fitted to, and beyond chance?"""

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
class ToldApart:
    """A discriminant analysis with honest accuracies.

    Attributes
    ----------
    fit : Lda
        Of all rows.
    accuracy : float
        Of the rows it was fitted to: too good by construction.
    cross_validated : float
        Of rows left out, block by block; groups count alike.
    chance : float
        One over the number of groups.
    pvalue : float
        Of the cross-validated accuracy, were the labels exchangeable between blocks.
    smallest_p : float
        What the best possible separation would give with these blocks.
    draws : int
    shrink : float
        0, or how far the covariance within groups was drawn to its diagonal.
    by_group : dict of str to float
        Cross-validated share of each group's rows that were told right.
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


def tell_apart(
    X: npt.ArrayLike,
    groups: Sequence[Any],
    folds: Sequence[Any],
    *,
    blocks: Sequence[Any] | None = None,
    names: Sequence[str] = (),
    draws: int = 499,
    seed: int = 0,
) -> ToldApart:
    """Discriminate groups, with cross-validation and a permutation test that keep blocks whole.

    Parameters
    ----------
    X : array_like, shape (n, p)
        Raw scores, complete.
    groups : sequence, length n
        Whose row it is.
    folds : sequence, length n
        What is left out together: the form, or with one form the occasion.
    blocks : sequence, length n, optional
        What keeps its label together when labels are permuted (within a fold): occasions of one
        group under one form share that form's accident. By default a group's rows of a fold.
    names : sequence of str
    draws : int
        Permutations.
    seed : int

    Returns
    -------
    ToldApart

    Raises
    ------
    TooFewRows, ConstantItem, SingularCovariance
        As :func:`~valuealign.analysis.comparison.discriminant_analysis.lda`.

    Notes
    -----
    Permuting single rows would call the accidents of forms a difference between models; whole
    blocks change labels within their fold. With two models and two forms there are two ways to
    do so, and no separation can have p below .5: ``smallest_p`` says so.

    References
    ----------
    Ojala, M., & Garriga, G. C. (2010). Permutation tests for studying classifier performance.
    Journal of Machine Learning Research, 11, 1833-1863. (No DOI.)

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> g, f = np.repeat([0, 1], 40), np.tile(np.repeat(np.arange(8), 5), 2)
    >>> x = rng.normal(size=(80, 3)) + 2.0 * g[:, None]
    >>> found = tell_apart(x, g, f, draws=99)
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
    found = float(np.mean(list(by_group.values())))
    rng = np.random.default_rng(seed)
    at_least = 0
    for _ in range(draws):
        mixed = _permuted(labels, parts, held, rng)
        told = cross_validated(Z, mixed.tolist(), parts.tolist(), shrink=shrink)
        at_least += float(np.mean([told[mixed == g].mean() for g in fit.groups])) >= found - 1e-12
    return ToldApart(
        fit,
        float(own.mean()),
        found,
        1 / len(fit.groups),
        (1 + at_least) / (1 + draws),
        _smallest(labels, parts, held),
        draws,
        shrink,
        by_group,
    )


def _permuted(labels: Any, parts: Any, held: Any, rng: np.random.Generator) -> Any:
    """Return labels that whole blocks have exchanged within their fold."""
    out = labels.copy()
    for fold in dict.fromkeys(parts.tolist()):
        here = np.flatnonzero(parts == fold)
        pairs = [(held[i], labels[i]) for i in here]
        blocks = list(dict.fromkeys(pairs))
        new = rng.permutation(len(blocks))
        given = {pair: blocks[k][1] for pair, k in zip(blocks, new, strict=True)}
        out[here] = [given[pair] for pair in pairs]
    return out


def _smallest(labels: Any, parts: Any, held: Any) -> float:
    """Return one over the number of labellings that differ by more than names."""
    log = 0.0
    for fold in dict.fromkeys(parts.tolist()):
        here = parts == fold
        blocks = dict.fromkeys(zip(held[here].tolist(), labels[here].tolist(), strict=True))
        log += lgamma(len(blocks) + 1)
        for group in set(labels[here].tolist()):
            log -= lgamma(sum(one == group for _, one in blocks) + 1)
    return float(min(1.0, exp(lgamma(len(set(labels.tolist())) + 1) - log)))
