"""The structural summary: a cosine curve fitted to a profile round the circle."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from valuealign.errors import DataError

if TYPE_CHECKING:
    import pandas as pd

FloatArray = NDArray[np.float64]

PROTOTYPICAL = 0.8
"""Goodness of fit above which a profile may be read as its cosine (Zimmermann & Wright 2017)."""


def cosine_profile(scores: Any, angles: FloatArray) -> pd.DataFrame:
    """Fit ``elevation + amplitude cos(angle - displacement)`` to each profile.

    Parameters
    ----------
    scores : DataFrame or array_like, shape (n_profiles, n_scales)
        NaN where a scale has no score: the others carry the fit.
    angles : ndarray, shape (n_scales,)
        Radians.

    Returns
    -------
    DataFrame
        By profile: ``elevation``, ``amplitude``, ``displacement`` (degrees), ``r_squared``: below
        .70 to .80 the amplitude and displacement do not describe the profile.

    Raises
    ------
    DataError
        Another number of angles than scales.

    Notes
    -----
    Least squares, so angles may be uneven; with even ones it is Gurtman's closed form.

    References
    ----------
    Gurtman, M. B. (1994). The circumplex as a tool for studying normal and abnormal personality.
    In S. Strack & M. Lorr (Eds.), Differentiating normal and abnormal personality (pp. 243-263).
    Springer. (No DOI.)
    Zimmermann, J., & Wright, A. G. C. (2017). Beyond description in interpersonal construct
    validation. Assessment, 24, 3-23. doi:10.1177/1073191115621795

    Examples
    --------
    >>> t = np.arange(8) * np.pi / 4
    >>> found = cosine_profile([2 + np.cos(t - np.pi / 2)], t)
    >>> found.round(6).iloc[0].tolist()
    [2.0, 1.0, 90.0, 1.0]
    """
    import pandas as pd

    Y = np.atleast_2d(np.asarray(scores, dtype=float))
    if Y.shape[1] != len(angles):
        raise DataError(f"{Y.shape[1]} scales and {len(angles)} angles; expected one for each")
    X = np.column_stack([np.ones(len(angles)), np.cos(angles), np.sin(angles)])
    rows = []
    for y in Y:
        there = np.isfinite(y)
        if there.sum() < 4:
            rows.append((np.nan,) * 4)
            continue
        b, *_ = np.linalg.lstsq(X[there], y[there], rcond=None)
        total = float(((y[there] - y[there].mean()) ** 2).sum())
        left = float(((y[there] - X[there] @ b) ** 2).sum())
        rows.append(
            (
                b[0],
                np.hypot(b[1], b[2]),
                np.degrees(np.arctan2(b[2], b[1])) % 360,
                1 - left / total if total > 1e-20 else np.nan,
            )
        )
    index = scores.index if isinstance(scores, pd.DataFrame) else None
    return pd.DataFrame(
        rows, columns=["elevation", "amplitude", "displacement", "r_squared"], index=index
    )
