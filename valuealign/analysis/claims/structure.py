"""Comparison of the correlations of items among respondents with people's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from valuealign.analysis.claims.criterion import Claim, Criterion, Sense, unavailable
from valuealign.analysis.result_display import Shown
from valuealign.errors import DataError

if TYPE_CHECKING:
    import pandas as pd

FloatArray = NDArray[np.float64]

PATTERN, PROFILE, WITHIN = 0.80, 0.0, 1 / 3
"""Least pattern correlation, item profile correlation and share of people's correlation."""
NAMES = ("pattern_r", "item_profile_r", "within_block_ratio")
SENSES: tuple[Sense, ...] = ("at least", "above", "at least")


@dataclass(frozen=True, eq=False, repr=False)
class Structure(Shown):
    """The pattern of correlations compared with people's.

    Attributes
    ----------
    claim : Claim
        Criteria ``pattern_r`` (correlation of all off-diagonal correlations with people's),
        ``item_profile_r`` (the item whose correlations with the others agree least with people's)
        and ``within_block_ratio`` (the item whose correlations within its block are the smallest
        share of people's).
    items : DataFrame
        ``item block profile_r profile_r_lower within_ratio within_ratio_lower``.
    n : int
        Complete rows.
    """

    claim: Claim
    items: pd.DataFrame
    n: int

    def at(self, pattern: float) -> Claim:
        """Return the claim with another threshold of the pattern correlation.

        Examples
        --------
        >>> rng = np.random.default_rng(1)
        >>> x = rng.normal(size=(400, 1)) + rng.normal(size=(400, 4))
        >>> result = structure(x, np.full((4, 4), 0.5) + 0.5 * np.eye(4), ["f"] * 4)
        >>> result.at(-1.0)["pattern_r"].threshold
        -1.0
        """
        first, *others = self.claim.criteria
        changed = Criterion(
            first.name,
            first.value,
            first.sense,
            pattern,
            lower=first.lower,
            upper=first.upper,
            bound=first.bound,
            reason=first.reason,
        )
        return Claim(self.claim.id, (changed, *others))


def structure(
    rows: ArrayLike,
    people: ArrayLike,
    blocks: Sequence[str],
    *,
    keys: Sequence[int] | None = None,
    items: Sequence[str] | None = None,
    independent: bool = True,
    pattern: float = PATTERN,
    profile: float = PROFILE,
    within: float = WITHIN,
    draws: int = 400,
    seed: int = 1,
    level: float = 0.95,
) -> Structure:
    """Compare the correlations of items among respondents with people's.

    Parameters
    ----------
    rows : array_like, shape (n, p)
        One row a respondent; rows with a missing value are left out.
    people : array_like, shape (p, p)
        People's correlations of the same items, in the same coding.
    blocks : sequence of str, length p
        The block of each item: items that belong together, such as those of a magnifying-glass
        model.
    keys : sequence of {1, -1}, optional
        Direction of each item; correlations are compared after keying.
    items : sequence of str, optional
        Names.
    independent : bool
        Whether rows are respondents. Repeated administrations of one respondent are not, and
        then no criterion is available.
    pattern, profile, within : float
        Thresholds; ours by convention, chosen for the error rates that are documented with them.
    draws, seed : int
        Bootstrap samples of rows, and their seed.
    level : float
        Of the one-sided bounds.

    Returns
    -------
    Structure

    Raises
    ------
    DataError
        Shapes that do not fit, or people's correlations that are not a correlation matrix.

    Notes
    -----
    Sampling error lowers a correlation of correlations, in the rows as in the draws, so its bound
    is the basic one, ``2 r - quantile``. The other two bounds are percentiles. An item that is
    constant in a draw correlates 0 there.

    References
    ----------
    Berger, R. L. (1982). Multiparameter hypothesis testing and acceptance sampling. Technometrics,
    24, 295-300.

    Davison, A. C., & Hinkley, D. V. (1997). Bootstrap Methods and their Application. Cambridge
    University Press. doi:10.1017/CBO9780511802843

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> people = np.array([[1, .6, .1, .1], [.6, 1, .1, .1], [.1, .1, 1, .6], [.1, .1, .6, 1]])
    >>> x = rng.multivariate_normal(np.zeros(4), people, size=500, method="cholesky")
    >>> structure(x, people, ["f", "f", "g", "g"]).claim.standing
    'permitted'
    >>> structure(x[:, [0, 2, 1, 3]], people, ["f", "f", "g", "g"]).claim.standing
    'not permitted'
    """
    import pandas as pd

    x, R, block = _check(rows, people, blocks, keys)
    names = list(items) if items is not None else [f"item {k + 1}" for k in range(len(R))]
    limits = (pattern, profile, within)
    if len(names) != len(R):
        raise DataError(f"found {len(names)} names; expected one for each of the {len(R)} items")
    why = _why_not(x, names, independent=independent)
    if why:
        absent = tuple(map(unavailable, NAMES, SENSES, limits, [why] * 3))
        return Structure(
            Claim("structure", absent), pd.DataFrame({"item": names, "block": block}), len(x)
        )
    own, resampled = _correlations(x, draws, np.random.default_rng(seed))
    estimates, sampled = (_statistics(C, R, block) for C in (own[None], resampled))
    r, r_drawn = float(estimates[0][0]), sampled[0]
    low, high = np.clip(2 * r - np.quantile(r_drawn, [level, 1 - level]), -1, 1)
    table = pd.DataFrame(
        {
            "item": names,
            "block": block,
            "profile_r": estimates[1][0],
            "profile_r_lower": np.quantile(sampled[1], 1 - level, axis=0),
            "within_ratio": estimates[2][0],
            "within_ratio_lower": np.quantile(sampled[2], 1 - level, axis=0),
        }
    )
    return Structure(
        Claim(
            "structure",
            (
                Criterion(
                    NAMES[0],
                    r,
                    "at least",
                    pattern,
                    lower=float(low),
                    upper=float(high),
                    bound="lower",
                    reason=f"{len(x)} rows, {len(R) * (len(R) - 1) // 2} pairs",
                ),
                _worst(NAMES[1], table, "profile_r", "above", profile),
                _worst(NAMES[2], table, "within_ratio", "at least", within),
            ),
        ),
        table,
        len(x),
    )


def _check(
    rows: ArrayLike, people: ArrayLike, blocks: Sequence[str], keys: Sequence[int] | None
) -> tuple[FloatArray, FloatArray, NDArray[np.str_]]:
    """Return complete rows and people's correlations, both keyed, and the blocks."""
    x, R = np.asarray(rows, dtype=float), np.asarray(people, dtype=float)
    block = np.asarray([str(name) for name in blocks])
    if x.ndim != 2 or R.shape != (x.shape[1],) * 2 or block.shape != (x.shape[1],):
        raise DataError(
            f"rows have shape {x.shape}, people's correlations {R.shape}, blocks {block.shape}; "
            "expected (n, p), (p, p) and (p,)"
        )
    if not np.allclose(np.diag(R), 1) or not np.allclose(R, R.T) or np.abs(R).max() > 1 + 1e-9:
        raise DataError("people's correlations are not a correlation matrix")
    sign = np.ones(len(R)) if keys is None else np.asarray(keys)
    if sign.shape != (len(R),) or not np.isin(sign, (-1, 1)).all():
        raise DataError(f"keys are {keys}; expected 1 or -1 for each of the {len(R)} items")
    alone = [str(b) for b in np.unique(block) if (block == b).sum() < 2]
    if alone:
        raise DataError(f"block {alone[0]!r} has one item; expected at least two in each block")
    return x[np.isfinite(x).all(axis=1)] * sign, R * np.outer(sign, sign), block


def _why_not(x: FloatArray, names: Sequence[str], *, independent: bool) -> str:
    if not independent:
        return (
            "the rows are repeated administrations of one respondent, not independent "
            "respondents; administer personas"
        )
    if len(x) <= len(names):
        return f"{len(x)} complete rows of {len(names)} items; expected at least {len(names) + 1}"
    same = [name for name, spread in zip(names, np.ptp(x, axis=0), strict=True) if spread == 0]
    if same:
        return f"{len(same)} items have one answer in all rows ({', '.join(same[:3])})"
    return ""


def _correlations(
    x: FloatArray, draws: int, rng: np.random.Generator
) -> tuple[FloatArray, FloatArray]:
    """Return the correlations of the rows, and those of bootstrap samples of them.

    All samples at once: how often each row is drawn, times the products of each row's items.
    """
    n, p = x.shape
    z = x - x.mean(axis=0)
    i, j = np.triu_indices(p)
    weights = rng.multinomial(n, np.full(n, 1 / n), size=draws) / n
    weights = np.vstack([np.full(n, 1 / n), weights])
    means, products = weights @ z, weights @ (z[:, i] * z[:, j])
    S = np.empty((draws + 1, p, p))
    S[:, i, j] = S[:, j, i] = products - means[:, i] * means[:, j]
    variance = np.diagonal(S, axis1=1, axis2=2)
    flat = variance <= 1e-12 * variance[0]
    sd = np.sqrt(np.where(flat, np.inf, variance))
    R = S / (sd[:, :, None] * sd[:, None, :])
    return R[0], R[1:]


def _statistics(
    C: FloatArray, R: FloatArray, block: NDArray[np.str_]
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the three statistics of several correlation matrices (b, p, p) against people's."""
    p = len(R)
    at = np.triu_indices(p, 1)
    others = ~np.eye(p, dtype=bool)
    same = (block[:, None] == block) & others
    own, people = (M[..., others].reshape(*M.shape[:-2], p, p - 1) for M in (C, R))
    within = (C * same).sum(axis=-1) / (R * same).sum(axis=-1)
    return _pearson(C[:, at[0], at[1]], R[at]), _pearson(own, people), within


def _pearson(a: FloatArray, b: FloatArray) -> FloatArray:
    """Correlate along the last axis; 0 where one side does not vary."""
    a, b = a - a.mean(axis=-1, keepdims=True), b - b.mean(axis=-1, keepdims=True)
    size = np.sqrt((a * a).sum(axis=-1) * (b * b).sum(axis=-1))
    return np.asarray(
        np.divide((a * b).sum(axis=-1), size, out=np.zeros_like(size), where=size > 1e-12)
    )


def _worst(
    name: str, table: pd.DataFrame, column: str, sense: Literal["at least", "above"], limit: float
) -> Criterion:
    lower = table[f"{column}_lower"].to_numpy(float)
    at = int(lower.argmin())
    return Criterion(
        name,
        float(table[column].iloc[at]),
        sense,
        limit,
        lower=float(lower[at]),
        bound="lower",
        reason=f"item {table['item'].iloc[at]}",
    )
