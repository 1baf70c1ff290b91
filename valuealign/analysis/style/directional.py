"""Directional bias: the share of between-respondent variance that is acquiescence.

After Meyer, Garcia & Wulff (2026, arXiv 2606.20205): with items keyed both ways, agreeing with
everything raises one half and lowers the other, which separates a respondent's acquiescence (lean)
from the trait. The share of items on which the two have opposite signs is the key's response
orthogonality. It is 0 where all items are keyed one way, and the two cannot be separated.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from valuealign.analysis.matrix import matrix
from valuealign.arguments import checked
from valuealign.errors import DataError

if TYPE_CHECKING:
    import pandas as pd

FloatArray = NDArray[np.float64]


@checked
def directional_share(
    data: pd.DataFrame,
    keys: Mapping[str, Mapping[str, int]],
    *,
    draws: int = 1000,
    level: float = 0.95,
    seed: int = 0,
) -> pd.DataFrame:
    """Split between-respondent variance into trait and acquiescence, scale by scale.

    Parameters
    ----------
    data : DataFrame, shape (n_respondents, n_items)
        Values as answered, not turned round; NaN where missing.
    keys : mapping of str to mapping of str to {1, -1}
        Scale -> item -> key.
    draws : int
        Resamplings of respondents for the interval.
    level : float
        Confidence level of the intervals.
    seed : int
        Of the random draws; the same seed gives the same result.

    Returns
    -------
    DataFrame
        By scale: ``orthogonality`` (share of items keyed -1), ``bias_variance`` and
        ``trait_variance`` between respondents (sampling error over items taken out),
        ``directional_share`` = bias / (bias + trait), ``ci_lower ci_upper`` (respondents
        resampled), ``n_items``, ``n_respondents``, and ``reason``: why there is no number (the
        key points one way, no variance), or empty.

    Raises
    ------
    DataError
        Unknown items, keys that are not +1 or -1, fewer than three respondents.

    Notes
    -----
    Item means over respondents are subtracted first, because they do not contribute to differences
    between respondents. With P and N a respondent's means on the items keyed +1 and -1, lean is
    (P + N) / 2 and trait (P - N) / 2.

    Examples
    --------
    >>> import pandas as pd
    >>> rng = np.random.default_rng(1)
    >>> lean, trait = rng.normal(size=(2, 200, 1))
    >>> x = 3 * lean + np.array([1, 1, -1, -1]) * trait + 0.1 * rng.normal(size=(200, 4))
    >>> found = directional_share(pd.DataFrame(x, columns=list("abcd")),
    ...                           {"f": {"a": 1, "b": 1, "c": -1, "d": -1}}, draws=50)
    >>> bool(abs(found.loc["f", "directional_share"] - 0.9) < 0.05)
    True
    """
    import pandas as pd

    if not hasattr(data, "columns"):
        raise DataError("expected a frame of respondents by items; its columns are named in keys")
    if len(data) < 3:
        raise DataError(f"{len(data)} respondents; a variance between them needs at least three")
    rng = np.random.default_rng(seed)
    rows = {}
    for scale, key in keys.items():
        strange = [name for name in key if name not in data.columns]
        if strange:
            raise DataError(f"scale {scale!r} names {strange[0]!r}, which is not a column")
        sign = np.array(list(key.values()))
        if not np.isin(sign, (1, -1)).all():
            raise DataError(f"scale {scale!r} has keys that are not +1 or -1")
        values = matrix(data, items=list(key)).values
        row: dict[str, Any] = {
            "n_items": len(key),
            "n_respondents": len(data),
            "orthogonality": float((sign == -1).mean()),
        }
        rows[scale] = row | _split(values, sign, draws, level, rng)
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("scale")


def _split(
    values: FloatArray, sign: NDArray[np.int64], draws: int, level: float, rng: np.random.Generator
) -> dict[str, Any]:
    names = ("bias_variance", "trait_variance", "directional_share", "ci_lower", "ci_upper")
    up, down = values[:, sign == 1], values[:, sign == -1]
    if not up.shape[1] or not down.shape[1]:
        return _without(names, "the key points one way: lean and trait cannot be separated")
    P, vp = _means(up)
    N, vn = _means(down)
    there = np.isfinite(P + N)
    if there.sum() < 3:
        return _without(names, f"{there.sum()} respondents answered items of both keys")
    lean, trait, noise = (P + N)[there] / 2, (P - N)[there] / 2, ((vp + vn) / 4)[there]
    bias, own = _variances(lean, trait, noise)
    n = len(lean)
    halves = []
    for _ in range(draws):
        k = rng.integers(n, size=n)
        b, t = _variances(lean[k], trait[k], noise[k])
        halves.append(b / (b + t) if b + t > 0 else np.nan)
    tail = (1 - level) / 2
    known = np.array(halves)[np.isfinite(halves)]
    low, high = np.quantile(known, [tail, 1 - tail]) if len(known) else (np.nan, np.nan)
    if bias + own <= 0:
        return _without(names, "respondents differ no more than items' errors would make them")
    reason = "" if len(known) == draws else f"{draws - len(known)} of {draws} draws had no variance"
    numbers = (bias, own, bias / (bias + own), float(low), float(high))
    return dict(zip(names, numbers, strict=True)) | {"reason": reason}


def _without(names: Sequence[str], reason: str) -> dict[str, Any]:
    return dict.fromkeys(names, float("nan")) | {"reason": reason}


def _means(values: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return each respondent's mean over items, and the error variance of that mean."""
    centred = values - np.nanmean(values, axis=0)
    k = np.isfinite(centred).sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.nansum(centred, axis=1) / k
        spread = np.nansum((centred - mean[:, None]) ** 2, axis=1) / (k - 1)
    # One item has no spread of its own: nothing is taken out for it.
    return np.where(k > 0, mean, np.nan), np.where(k > 1, spread / np.maximum(k, 1), 0.0)


def _variances(lean: FloatArray, trait: FloatArray, noise: FloatArray) -> tuple[float, float]:
    error = float(noise.mean())
    return max(float(lean.var(ddof=1)) - error, 0.0), max(float(trait.var(ddof=1)) - error, 0.0)
