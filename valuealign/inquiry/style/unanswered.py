"""Missing answers by condition and item, and the certainty of answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from valuealign.analysis.style.cluster_mean import cluster_mean
from valuealign.store.outcome import WITHOUT_ANSWER

if TYPE_CHECKING:
    import pandas as pd

    from valuealign.analysis.style.cluster_mean import FloatArray

KINDS = list(WITHOUT_ANSWER)


def shares_missing(
    frame: pd.DataFrame, names: tuple[str, str, str], ends: tuple[float, float]
) -> pd.DataFrame:
    """Return what share of each condition's responses is not an answer, with bounds of the mean.

    Parameters
    ----------
    frame : DataFrame
        One row a response, with the column ``outcome``; without it the frame is empty.
    names : tuple of str
        Columns of the unit, the item and the value.
    ends : tuple of float
        Lowest and highest code.

    Returns
    -------
    DataFrame
        ``refusal unreadable failed n``, ``missing_lower missing_upper`` (Wilson's 95 % interval of
        the three together, over responses), ``mean lowest highest``.
    """
    import pandas as pd
    from scipy.stats import binomtest

    unit, _, value = names
    if "outcome" not in frame.columns:
        return pd.DataFrame()
    conditions = [unit, *[c for c in ("form",) if c in frame.columns]]
    shares = _shares(frame, conditions)
    by = frame.groupby(conditions, observed=True, sort=False)[value]
    n, answered, mean = by.size(), by.count(), by.mean()
    gone = 1 - answered / n
    spans = [
        binomtest(int(total - known), int(total)).proportion_ci(method="wilson")
        for total, known in zip(n, answered, strict=True)
    ]
    filled = mean.fillna(0) * (1 - gone)
    return shares.assign(
        n=n,
        missing_lower=[s.low for s in spans],
        missing_upper=[s.high for s in spans],
        mean=mean,
        lowest=filled + gone * ends[0],
        highest=filled + gone * ends[1],
    ).reset_index()


def missing_by_item(frame: pd.DataFrame, names: tuple[str, str, str]) -> pd.DataFrame:
    """Return the items that were not always answered, model by model.

    Parameters
    ----------
    frame : DataFrame
    names : tuple of str

    Returns
    -------
    DataFrame
        ``refusal unreadable failed n`` by unit and item.
    """
    import pandas as pd

    unit, item, _ = names
    if "outcome" not in frame.columns:
        return pd.DataFrame()
    shares = _shares(frame, [unit, item])
    shares["n"] = frame.groupby([unit, item], observed=True, sort=False).size()
    return shares[shares[KINDS].sum(axis=1) > 0].reset_index()


def uncertainty(
    frame: pd.DataFrame, names: tuple[str, str, str], cluster: str | None, why: dict[str, str]
) -> pd.DataFrame | None:
    """Return the entropy of the options and their probability mass, from log-probabilities.

    Parameters
    ----------
    frame : DataFrame
    names : tuple of str
    cluster : str or None
        Items that share a stem or query.
    why : dict of str to str
        Takes the reason why there is none.

    Returns
    -------
    DataFrame or None
        By unit: ``entropy`` and ``option_mass``, each with ``_lower`` and ``_upper`` over items.
    """
    import pandas as pd

    unit, item, _ = names
    if "entropy" not in frame.columns or frame["entropy"].isna().all():
        why["entropy and option mass"] = "no log-probabilities; administer --elicitation logprobs"
        return None
    rows: dict[Any, dict[str, float]] = {}
    for name, part in frame.groupby(unit, observed=True, sort=False):
        rows[name] = {}
        for column in ("entropy", "option_mass"):
            mean, _, low, high = _over_items(part, item, cluster, column)
            rows[name] |= {column: mean, f"{column}_lower": low, f"{column}_upper": high}
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis(unit)


def _over_items(
    part: pd.DataFrame, item: str, cluster: str | None, column: str
) -> tuple[float, float, float, float]:
    by = [cluster] if cluster and cluster != item else []
    means = part.groupby([*by, item], observed=True, sort=False)[column].mean().dropna()
    if means.empty:
        return (float("nan"),) * 4
    values: FloatArray = np.asarray(means, dtype=float)
    return cluster_mean(values, means.index.get_level_values(0).factorize()[0])


def _shares(frame: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    shares: pd.DataFrame = (
        frame.groupby(keys, observed=True, sort=False)["outcome"]
        .value_counts(normalize=True)
        .unstack(fill_value=0)
    )
    shares.columns = [str(c) for c in shares.columns]
    return shares.reindex(columns=KINDS, fill_value=0.0).astype(float)
