"""Effects of a change of form on a respondent's answers: mean shifts and consistency.

Units are never pooled: a mean effect near zero can hide effects of -.8 and +.5.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from valuealign.analysis.matrix import frame_with, numeric
from valuealign.analysis.style.item_balanced import item_balanced
from valuealign.errors import DataError

if TYPE_CHECKING:
    import pandas as pd

FloatArray = NDArray[np.float64]


def form_effects(
    long: pd.DataFrame,
    unit: str,
    item: str,
    factor: str,
    *,
    reference: Any = None,
    others: tuple[str, ...] = (),
    cluster: str | None = None,
    value: str = "value",
    level: float = 0.95,
) -> pd.DataFrame:
    """Compare a factor's levels within units and items.

    Parameters
    ----------
    long : DataFrame
        One row a response.
    unit, item : str
        Columns.
    factor : str
        The column whose levels are compared: direction, labels, order, a prompt's version.
    reference : object, optional
        The level that the others are compared with; by default ``published``, or the first.
    others : tuple of str
        Other design columns: levels are compared where these are the same.
    cluster : str, optional
        Items that share a stem or query; by default each item is its own.
    value : str
    level : float
        Of the intervals.

    Returns
    -------
    DataFrame
        By unit and level: ``effect`` (level minus reference, in the unit of the responses),
        ``se``, ``ci_lower``, ``ci_upper`` (over clusters of items: another set of items, these
        forms), ``pvalue``, ``n_items``, ``n_clusters``, ``naive_se`` (items as if independent),
        and ``r``, ``r_ci_lower``, ``r_ci_upper``: the correlation of the items' means under
        the two levels, with a cluster-bootstrap interval (500 draws, seed 0).

    Raises
    ------
    DataError
        A factor with one level, an unknown reference, or no item under two levels.

    Notes
    -----
    The effect is a mixed model's with a random intercept for each item, the other design columns
    held the same (:func:`valuealign.analysis.style.item_balanced.item_balanced`): without missing
    responses the mean of the items' differences; with them, no item counts for forms it lacks.
    Errors are robust to clusters, with as many degrees of freedom as clusters less one.

    References
    ----------
    Cameron, A. C., & Miller, D. L. (2015). A practitioner's guide to cluster-robust inference.
    Journal of Human Resources, 50, 317-372. doi:10.3368/jhr.50.2.317

    Examples
    --------
    >>> import pandas as pd
    >>> long = pd.DataFrame({"model": "m", "item": list("abcabc"),
    ...                      "direction": ["published"] * 3 + ["reversed"] * 3,
    ...                      "value": [1, 3, 5, 2, 4, 6.5]})
    >>> float(form_effects(long, "model", "item", "direction")["effect"].round(3).item())
    1.167
    """
    import pandas as pd

    frame_with(long, list(dict.fromkeys([unit, item, factor, value, *others])))
    numeric(long[value], f"column {value!r}")
    there = long[np.isfinite(long[value].astype(float)) & long[factor].notna()]
    levels = list(pd.unique(there[factor]))
    if len(levels) < 2:
        raise DataError(f"{factor} has one level; there is nothing to compare")
    base = reference if reference is not None else _reference(levels)
    if base not in levels:
        raise DataError(f"{factor} has no level {base!r}; there are {levels}")
    within = {"item": item, "cluster": cluster or item, "value": value}
    there = there.assign(**{value: numeric(there[value], f"column {value!r}")})
    rows = []
    for at in [level_name for level_name in levels if level_name != base]:
        two = there[there[factor].isin([base, at])]
        for name, part in two.groupby(unit, observed=True, sort=False):
            pairs = _both_levels(part, factor, others, item)
            if len(pairs):
                effect = _compare(pairs, (factor, base, at), others, within, level)
                rows.append({unit: name, "factor": factor, "level": at, "reference": base} | effect)
    if not rows:
        raise DataError(f"no item was given under two levels of {factor}")
    return pd.DataFrame(rows)


def _reference(levels: list[Any]) -> Any:
    for name in ("published", "stem", "numbers", "choice", 0, 1):
        if name in levels:
            return name
    return sorted(levels, key=str)[0]


def _both_levels(part: Any, factor: str, others: tuple[str, ...], item: str) -> Any:
    """Keep the conditions, and then the items, that stand under both levels."""
    for keys in ([name for name in others if name != factor], [item]):
        if keys:
            both = part.groupby(keys, observed=True, dropna=False)[factor].transform("nunique")
            part = part[both == 2]
    return part


def _compare(
    part: Any,
    levels: tuple[str, Any, Any],
    others: tuple[str, ...],
    of: dict[str, str],
    confidence: float,
) -> dict[str, float]:
    import pandas as pd
    from scipy.stats import t

    factor, base, at = levels
    items = part[of["item"]].factorize()[0]
    groups = part[of["cluster"]].factorize()[0]
    moved = (part[factor] == at).to_numpy(float)
    conditions = part.groupby(list(others), observed=True, dropna=False).ngroup() if others else 0
    held = pd.get_dummies(pd.Series(conditions, index=part.index)).to_numpy(float)[:, 1:]
    design = np.column_stack([np.ones(len(part)), moved, held])
    effect, se = item_balanced(part[of["value"]].to_numpy(float), design, items, groups)
    means = part.groupby([items, factor], observed=True)[of["value"]].mean().unstack()
    a, b = means[base].to_numpy(float), means[at].to_numpy(float)
    of_item = np.zeros(len(a), dtype=np.intp)
    of_item[items] = groups
    n, g = len(a), int(groups.max()) + 1
    reach = float(t.ppf(0.5 + confidence / 2, g - 1)) * se if g > 1 else np.nan
    r, low, high = _correlation(a, b, of_item)
    p = float(2 * t.sf(abs(effect) / se, g - 1)) if g > 1 and se > 0 else float(effect == 0)
    return {
        "effect": effect,
        "se": se,
        "ci_lower": effect - reach,
        "ci_upper": effect + reach,
        "pvalue": p,
        "n_items": n,
        "n_clusters": g,
        "naive_se": float((b - a).std(ddof=1) / np.sqrt(n)) if n > 1 else np.nan,
        "r": r,
        "r_ci_lower": low,
        "r_ci_upper": high,
    }


def _correlation(
    a: FloatArray, b: FloatArray, groups: NDArray[np.intp], draws: int = 500
) -> tuple[float, float, float]:
    """Correlate two profiles; resample clusters for the interval."""
    if len(a) < 3 or a.std() == 0 or b.std() == 0:
        return np.nan, np.nan, np.nan
    rng = np.random.default_rng(0)
    g = int(groups.max()) + 1
    weights = rng.multinomial(g, np.full(g, 1 / g), size=draws)[:, groups].astype(float)
    weights = weights[weights.sum(axis=1) > 0]
    weights /= weights.sum(axis=1, keepdims=True)
    da = a - (weights @ a)[:, None]
    db = b - (weights @ b)[:, None]
    with np.errstate(invalid="ignore", divide="ignore"):
        resampled = (weights * da * db).sum(axis=1) / np.sqrt(
            (weights * da**2).sum(axis=1) * (weights * db**2).sum(axis=1)
        )
    low, high = (
        np.nanquantile(resampled, [0.025, 0.975]) if np.isfinite(resampled).any() else (np.nan,) * 2
    )
    return float(np.corrcoef(a, b)[0, 1]), float(low), float(high)
