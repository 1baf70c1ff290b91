"""Multitrait-multimethod analysis: convergent and discriminant correlations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from valuealign.analysis.matrix import Floats, matrix
from valuealign.analysis.result_display import Shown
from valuealign.arguments import checked
from valuealign.errors import DataError, TooFewRows

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Mtmm(Shown):
    """Correlations of traits measured by two methods.

    Attributes
    ----------
    table : DataFrame
        By trait: ``convergent`` (its correlation with itself across methods), ``discriminant``
        (mean with the others across methods), ``gap`` with ``ci_lower ci_upper``.
    convergent, discriminant, gap : float
        Means over traits.
    ci_lower, ci_upper : float
        Of the mean gap, over respondents.
    correlations : DataFrame, shape (n_traits, n_traits)
        First method by row, second by column.
    n : int
    flags : frozenset of str
        Traits that do not vary.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> import valuealign as va
    >>> x = pd.DataFrame(np.random.default_rng(1).normal(size=(50, 3)), columns=list("abc"))
    >>> round(va.mtmm(x, x, draws=20).convergent, 6)
    1.0
    """

    table: pd.DataFrame
    convergent: float
    discriminant: float
    gap: float
    ci_lower: float
    ci_upper: float
    correlations: pd.DataFrame
    n: int
    flags: frozenset[str] = frozenset()


@checked
def mtmm(
    first: pd.DataFrame,
    second: pd.DataFrame,
    *,
    draws: int = 1000,
    level: float = 0.95,
    seed: int = 0,
) -> Mtmm:
    """Compare convergent with discriminant correlations.

    Parameters
    ----------
    first, second : DataFrame, shape (n_respondents, n_traits)
        The same traits by two instruments or two elicitations; respondents are matched by index.
    draws : int
        Resamplings of respondents for the intervals.
    level : float
        Confidence level of the interval.
    seed : int
        Of the random draws; the same seed gives the same result.

    Returns
    -------
    Mtmm
        Serapio-Garcia et al. ask for a mean gap of .40 or more of a model's personas.

    Raises
    ------
    DataError
        Other traits, or no respondent in both.
    TooFewRows
        Fewer than four respondents in both.

    References
    ----------
    Campbell, D. T., & Fiske, D. W. (1959). Convergent and discriminant validation by the
    multitrait-multimethod matrix. Psychological Bulletin, 56, 81-105. doi:10.1037/h0046016
    Serapio-Garcia, G., et al. (2025). A psychometric framework for evaluating and shaping
    personality traits in large language models. Nature Machine Intelligence.
    doi:10.1038/s42256-025-01115-6

    Examples
    --------
    >>> import pandas as pd
    >>> rng = np.random.default_rng(1)
    >>> traits = rng.normal(size=(200, 3))
    >>> a, b = (pd.DataFrame(traits + 0.5 * rng.normal(size=(200, 3)), columns=list("xyz"))
    ...         for _ in range(2))
    >>> bool(mtmm(a, b, draws=50).gap > 0.6)
    True
    """
    import pandas as pd

    names, a, b = _matched(first, second)
    R = _across(a, b)
    gaps = _gaps(R)
    resampled = _resampled_gaps(a, b, draws, seed)
    tail = (1 - level) / 2
    low, high = np.nanquantile(resampled, [tail, 1 - tail], axis=0)
    mean_low, mean_high = np.nanquantile(np.nanmean(resampled, axis=1), [tail, 1 - tail])
    others = _discriminant(R)
    table = pd.DataFrame(
        {
            "convergent": np.diag(R),
            "discriminant": others,
            "gap": gaps,
            "ci_lower": low,
            "ci_upper": high,
        },
        index=pd.Index(names, name="trait"),
    )
    return Mtmm(
        table=table,
        convergent=float(np.diag(R).mean()),
        discriminant=float(others.mean()),
        gap=float(gaps.mean()),
        ci_lower=float(mean_low),
        ci_upper=float(mean_high),
        correlations=pd.DataFrame(R, names, names),
        n=len(a),
        flags=_flags(names, a, b),
    )


def _matched(first: pd.DataFrame, second: pd.DataFrame) -> tuple[list[str], Floats, Floats]:
    """Return the traits, and the rows of the respondents that have all of them by both methods."""
    for frame in (first, second):
        if not hasattr(frame, "columns"):
            raise DataError("expected two frames of respondents by traits, matched by their index")
        if not frame.index.is_unique:
            again = frame.index[frame.index.duplicated()][0]
            raise DataError(f"two rows belong to respondent {again}; give each respondent one row")
    names = [str(c) for c in first.columns]
    if len(names) < 2 or set(names) != {str(c) for c in second.columns}:
        odd = sorted(set(names) ^ {str(c) for c in second.columns})
        raise DataError(f"expected two or more traits by both methods; odd ones: {odd[:4]}")
    both = first.index.intersection(second.index)
    a = matrix(first.loc[both]).values
    b = matrix(second.loc[both], items=names).values
    complete = ~np.isnan(np.hstack([a, b])).any(axis=1)
    if complete.sum() < 4:
        raise TooFewRows(f"{complete.sum()} respondents have both methods; expected at least 4")
    return names, a[complete], b[complete]


def _resampled_gaps(a: Floats, b: Floats, draws: int, seed: int) -> Floats:
    """Return the gaps of resampled respondents, a row a draw."""
    rng = np.random.default_rng(seed)
    chosen = (rng.integers(len(a), size=len(a)) for _ in range(draws))
    return np.array([_gaps(_across(a[k], b[k])) for k in chosen])


def _flags(names: list[str], a: Floats, b: Floats) -> frozenset[str]:
    """Return the traits that one of the methods does not tell apart."""
    flat = [(np.ptp(values, axis=0) == 0) for values in (a, b)]
    return frozenset(
        f"{name} does not vary by the {method} method: its correlations count as 0"
        for method, constant in zip(("first", "second"), flat, strict=True)
        for name, yes in zip(names, constant, strict=True)
        if yes
    )


def _across(a: Floats, b: Floats) -> Floats:
    """Return correlations of the first method's columns with the second's; 0 where constant."""
    A, B = a - a.mean(axis=0), b - b.mean(axis=0)
    size = np.outer(np.linalg.norm(A, axis=0), np.linalg.norm(B, axis=0))
    return np.asarray(np.divide(A.T @ B, size, out=np.zeros_like(size), where=size > 0))


def _discriminant(R: Floats) -> Floats:
    """Return each trait's mean correlation with the other traits across methods."""
    return np.asarray((R.sum(axis=1) + R.sum(axis=0) - 2 * np.diag(R)) / (2 * (len(R) - 1)))


def _gaps(R: Floats) -> Floats:
    return np.asarray(np.diag(R) - _discriminant(R))
