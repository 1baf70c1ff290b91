"""A test whether a model knows an instrument: its published order against shuffled ones.

A model that was trained on an instrument gives the items a higher likelihood in their published
order than in other orders; for other models the order makes no systematic difference.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from valuealign.analysis.matrix import numeric
from valuealign.analysis.result_display import Shown
from valuealign.arguments import checked
from valuealign.errors import DataError


@dataclass(frozen=True, repr=False, kw_only=True)
class OrderLikelihood(Shown):
    """The likelihood of the published order compared with shuffled orders.

    Attributes
    ----------
    pvalue : float
        One-sided, over shards (t test) where there are several; else the permutation's.
    permutation_pvalue : float
        Share of shuffles, all shards together, that are as likely.
    advantage : float
        Mean log-likelihood of the published order over the mean of shuffles, a shard, in nats.
    n_shards, n_shuffles : int

    Examples
    --------
    >>> shuffled = np.random.default_rng(1).normal(size=(6, 50))
    >>> order_likelihood(shuffled.mean(axis=1), shuffled).n_shuffles
    50
    """

    pvalue: float
    permutation_pvalue: float
    advantage: float
    n_shards: int
    n_shuffles: int


@checked
def order_likelihood(published: Sequence[float], shuffled: npt.ArrayLike) -> OrderLikelihood:
    """Test whether the published order is likelier than shuffles.

    Parameters
    ----------
    published : sequence of float, length n_shards
        Log-likelihood of each shard (a run of the instrument's items) in its published order.
    shuffled : array_like, shape (n_shards, n_shuffles)
        The same of shuffles of each shard.

    Returns
    -------
    OrderLikelihood
        ``.permutation_pvalue``, ``.pvalue`` and the ``.advantage`` of the published order.

    Raises
    ------
    DataError
        Other shapes, missing values, fewer than nine shuffles.

    Notes
    -----
    Under the null the published order is exchangeable with its shuffles, so the test needs no
    other instrument as a control. It needs log-probabilities of a prompt's own tokens, which
    few endpoints give (``/completions`` with ``echo``).

    References
    ----------
    Oren, Y., Meister, N., Chatterji, N., Ladhak, F., & Hashimoto, T. (2023). Proving test set
    contamination in black box language models. arXiv 2310.17623.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> shuffled = rng.normal(size=(6, 50))
    >>> order_likelihood(shuffled.mean(axis=1) + 3, shuffled).permutation_pvalue < 0.05
    True
    """
    from scipy.stats import ttest_1samp

    own, others = numeric(published, "published"), numeric(shuffled, "shuffled")
    if own.ndim != 1 or others.ndim != 2 or len(own) != len(others) or not len(own):
        raise DataError(
            f"shapes {own.shape} and {others.shape}; expected (shards,) and (shards, shuffles)"
        )
    if not (np.isfinite(own).all() and np.isfinite(others).all()):
        raise DataError("a log-likelihood is missing: the endpoint did not give all of them")
    if others.shape[1] < 9:
        raise DataError(f"{others.shape[1]} shuffles; expected at least 9 for a p value of .1")
    together = others.sum(axis=0)
    permutation = (1 + int((together >= own.sum()).sum())) / (1 + len(together))
    gains = own - others.mean(axis=1)
    several = len(own) > 1 and gains.std() > 0
    p = float(ttest_1samp(gains, 0, alternative="greater").pvalue) if several else permutation
    return OrderLikelihood(
        pvalue=p,
        permutation_pvalue=permutation,
        advantage=float(gains.mean()),
        n_shards=len(own),
        n_shuffles=others.shape[1],
    )
