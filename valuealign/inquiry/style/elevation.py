"""Elevation: the share of between-respondent variance that is level."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from valuealign.analysis.style.style_indices import elevation_share
from valuealign.errors import DataError

if TYPE_CHECKING:
    import pandas as pd


def elevation(
    frame: pd.DataFrame,
    names: tuple[str, str, str],
    keys: Mapping[str, Mapping[str, int]],
    people: Any,
    why: dict[str, str],
) -> pd.Series[float]:
    """Return the share of elevation between models, and between people.

    Parameters
    ----------
    frame : DataFrame
        One row a response.
    names : tuple of str
        Columns of the unit, the item and the value.
    keys : mapping of str to mapping of str to {1, -1}
        Scale -> item -> key.
    people : DataFrame, Moments or None
    why : dict of str to str
        Takes the reasons for what is not available.

    Returns
    -------
    Series
        ``models`` and ``people``.
    """
    import pandas as pd

    unit, item, value = names
    shares = {"models": np.nan, "people": np.nan}
    if not keys:
        why["elevation"] = "no scales; name an instrument, or give keys="
        return pd.Series(shares)
    wide = frame.pivot_table(index=unit, columns=item, values=value, aggfunc="mean", observed=True)
    for name, S in (("models", _item_covariance(wide)), ("people", _item_covariance(people))):
        if S is None:
            why[f"elevation of {name}"] = (
                "needs at least three models" if name == "models" else "no human sample was given"
            )
            continue
        try:
            shares[name] = elevation_share(_scale_covariance(S, keys))
        except DataError as error:
            why[f"elevation of {name}"] = str(error)
    return pd.Series(shares)


def _item_covariance(source: Any) -> pd.DataFrame | None:
    import pandas as pd

    if source is None:
        return None
    if hasattr(source, "covariance"):
        return pd.DataFrame(source.covariance, index=list(source.names), columns=list(source.names))
    if len(source) < 3:
        return None
    covariance: pd.DataFrame = source.select_dtypes("number").cov()
    return covariance


def _scale_covariance(S: pd.DataFrame, keys: Mapping[str, Mapping[str, int]]) -> Any:
    """Return the covariance of the scales' means from that of the items."""
    absent = [i for key in keys.values() for i in key if i not in S.columns]
    if absent:
        raise DataError(f"item {absent[0]!r} is not among these responses")
    W = np.zeros((len(keys), len(S)))
    place = {name: k for k, name in enumerate(S.columns)}
    for row, key in enumerate(keys.values()):
        for name, sign in key.items():
            W[row, place[name]] = sign / len(key)
    return W @ S.to_numpy() @ W.T
