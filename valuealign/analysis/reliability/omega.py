"""Omega: the reliable share of a sum's variance, and the general factor's share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from valuealign.analysis.factors.retention import correlations
from valuealign.analysis.matrix import Floats, matrix
from valuealign.analysis.reliability.general_factor import (
    GeneralFactor,
    group_shares,
    item_signs,
    loading_table,
    omega_of_sum,
    omega_variants,
    schmid_leiman,
)
from valuealign.analysis.result_display import Shown
from valuealign.arguments import checked
from valuealign.errors import AnalysisError, DataError

if TYPE_CHECKING:
    import pandas as pd

    from valuealign.analysis.matrix import Data
    from valuealign.analysis.sem.fit import Fit


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Omega(Shown):
    """Omega of a sum of items.

    Attributes
    ----------
    total : float
        Share of the sum's variance that is common: one less the uniquenesses over the observed
        variance of the standardised sum (``omega.tot`` of ``psych::omega``).
    hierarchical : float
        Share that is the general factor's; NaN where one factor was asked for.
    limit : float
        ``hierarchical / total``: how much of what is reliable is general.
    alpha, lambda6 : float
        Other coefficients of the same items (standardised).
    ecv : float
        Explained common variance: the general factor's share of what is common.
    loadings : DataFrame, shape (n_items, n_factors + 3)
        ``g``, the group factors, ``h2`` and ``u2`` (Schmid and Leiman).
    groups : DataFrame
        By group of items: ``general`` and ``group`` shares of its sum's variance, and their sum.
    general_loadings : Series
        Of the factors on the general one.
    interval, interval_hierarchical : tuple of float or None
        Percentile bootstrap of ``total`` and of ``hierarchical``.
    variants : dict of str to float
        The same question by other estimators, each under its name: ``omega.tot`` and
        ``omega_h`` as psych computes them (of one factor too, where ``hierarchical`` is NaN);
        ``model``, the squared sum of loadings over itself and the uniquenesses (McDonald's omega
        of the implied variance); and for one factor ``H``, the reliability of the best-weighted
        sum.
    keyed : dict of str to int
        The sign with which each item entered the sum.
    fit : Fit or None
        The bifactor model, where the groups were named.
    flags : frozenset of str
    n : int

    Examples
    --------
    >>> import valuealign as va
    >>> x = np.random.default_rng(1).normal(size=(200, 1)) + np.random.default_rng(2).normal(
    ...     size=(200, 4))
    >>> bool(0.7 < va.omega(x, 1).total < 0.9)
    True
    """

    total: float
    hierarchical: float
    limit: float
    alpha: float
    lambda6: float
    ecv: float
    loadings: pd.DataFrame
    groups: pd.DataFrame
    general_loadings: pd.Series[float]
    keyed: dict[str, int]
    n: int
    interval: tuple[float, float] | None = None
    interval_hierarchical: tuple[float, float] | None = None
    fit: Fit | None = None
    flags: frozenset[str] = field(default=frozenset())
    variants: dict[str, float] = field(default_factory=dict)


@checked
def omega(
    data: Data,
    n_factors: int = 3,
    *,
    groups: Mapping[str, Sequence[str]] | None = None,
    keyed: Mapping[str, int] | None = None,
    method: str = "minres",
    rotation: str = "oblimin",
    bootstrap: int = 0,
    level: float = 0.95,
    seed: int = 0,
) -> Omega:
    """Omega total and hierarchical, from exploratory factors or a bifactor model.

    Parameters
    ----------
    data : DataFrame or array_like, shape (n_respondents, n_items)
        Complete rows are used.
    n_factors : int
        Group factors to extract; with one there is no general factor.
    groups : mapping of str to sequence of str, optional
        Which items make which group: a confirmatory bifactor model is fitted in place of
        exploratory factors.
    keyed : mapping of str to {1, -1}, optional
        Signs of the items in the sum; by default those of their general loadings.
    method : {"minres", "ml", "pa"}
        Extraction.
    rotation : str
        An oblique rotation.
    bootstrap : int
        Draws of respondents for intervals; 0 gives none.
    level : float
        Confidence level of the intervals.
    seed : int
        Of the random draws; the same seed gives the same result.

    Returns
    -------
    Omega
        ``.total``, ``.hierarchical``, ``.loadings``, their intervals and ``.flags``.

    Raises
    ------
    DataError
        Fewer items than the factors need, keys that are not +1 or -1, unknown items, or a sum
        that does not vary.
    TooFewRows, ConstantItem
        No correlations can be had.

    Notes
    -----
    The exploratory way is Schmid and Leiman's transformation of oblique factors, whose general
    factor is extracted from their correlations; two factors get equal general loadings, which one
    correlation cannot separate. Agrees with ``psych::omega`` to 1e-4 where psych's rotation has
    converged (one factor: to 1e-6, in ``omega.tot`` and ``omega_h``). Of ordinal items and with
    standard errors, fit a model: :func:`valuealign.composite_reliability`. A high omega does not
    show validity, because response style is common variance too.

    References
    ----------
    Zinbarg, R. E., Revelle, W., Yovel, I., & Li, W. (2005). Cronbach's alpha, Revelle's beta,
    and McDonald's omega H. Psychometrika, 70, 123-133. doi:10.1007/s11336-003-0974-7
    Schmid, J., & Leiman, J. M. (1957). The development of hierarchical factor solutions.
    Psychometrika, 22, 53-61. doi:10.1007/BF02289209

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> g, s = rng.normal(size=(800, 1)), np.repeat(rng.normal(size=(800, 3)), 3, axis=1)
    >>> solution = omega(0.6 * g + 0.5 * s + 0.6 * rng.normal(size=(800, 9)))
    >>> bool(solution.hierarchical < solution.total < 1)
    True
    """
    import pandas as pd

    checked = matrix(data).complete()
    _check(checked.names, n_factors, groups, keyed)
    if groups is not None:
        return _confirmatory(pd.DataFrame(checked.values, columns=checked.names), groups, keyed)
    R = correlations(checked.values, checked.names)
    solution, general, flags = schmid_leiman(R, n_factors, (method, rotation), starts=30)
    sign = item_signs(checked.names, solution.g, keyed)
    draws = _resampled(checked.values, n_factors, (method, rotation), sign, (bootstrap, seed))
    if checked.n <= len(R):
        flags.append(f"fewer rows ({checked.n}) than items + 1 ({len(R) + 1})")
    names = [f"F{k + 1}" for k in range(n_factors if n_factors > 1 else 0)]
    return _result(
        (checked.names, names),
        R,
        solution,
        sign,
        general=pd.Series(general, names, dtype=float),
        n=checked.n,
        interval=_interval(draws, 0, level),
        interval_hierarchical=_interval(draws, 1, level),
        flags=frozenset(flags),
    )


def _result(
    names: tuple[Sequence[str], Sequence[str]],
    R: Floats,
    solution: GeneralFactor,
    sign: Floats,
    *,
    general: pd.Series[float],
    **rest: Any,
) -> Omega:
    items, groups = names
    sums = omega_of_sum(R, solution, sign)
    return Omega(
        **sums,  # type: ignore[arg-type]  # only floats, of Omega's names
        variants=omega_variants(R, solution, sign),
        loadings=loading_table(items, groups, solution),
        groups=group_shares(R, solution, sign, groups),
        general_loadings=general,
        keyed=dict(zip(items, sign.astype(int).tolist(), strict=True)),
        **rest,
    )


def _check(
    names: tuple[str, ...],
    n_factors: int,
    groups: Mapping[str, Sequence[str]] | None,
    keyed: Mapping[str, int] | None,
) -> None:
    for name, key in (keyed or {}).items():
        if name not in names or key not in (1, -1):
            raise DataError(f"keyed gives {name!r} the key {key}; expected items with +1 or -1")
    if groups is None and (n_factors < 1 or len(names) < 2 * n_factors + 1):
        raise DataError(
            f"{n_factors} factors of {len(names)} items; expected at least "
            f"{2 * n_factors + 1} items, or fewer factors"
        )
    for group, items in (groups or {}).items():
        strange = [i for i in items if i not in names]
        if strange:
            raise DataError(f"group {group!r} names {strange[0]!r}, not an item of the data")


def _resampled(
    values: Floats, m: int, how: tuple[str, str], sign: Floats, draws: tuple[int, int]
) -> Floats:
    """Return omega total and hierarchical of resampled respondents, a row a draw."""
    n_draws, seed = draws
    rng = np.random.default_rng(seed)
    kept = []
    for _ in range(n_draws):
        chosen = values[rng.integers(len(values), size=len(values))]
        if (chosen.std(axis=0) == 0).any():
            continue
        R = np.atleast_2d(np.corrcoef(chosen, rowvar=False))
        try:
            sums = omega_of_sum(R, schmid_leiman(R, m, how, starts=2)[0], sign)
        except AnalysisError:
            continue
        kept.append((sums["total"], sums["hierarchical"]))
    if len(kept) < n_draws / 2:
        raise DataError(f"only {len(kept)} of {n_draws} resampled sets could be factored")
    return np.array(kept)


def _interval(draws: Floats, column: int, level: float) -> tuple[float, float] | None:
    if not len(draws) or np.isnan(draws[:, column]).any():
        return None
    low, high = np.quantile(draws[:, column], [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def _confirmatory(
    data: pd.DataFrame, groups: Mapping[str, Sequence[str]], keyed: Mapping[str, int] | None
) -> Omega:
    """Fit a general factor and orthogonal group factors."""
    import pandas as pd

    from valuealign.analysis.sem.model import cfa

    items = list(dict.fromkeys(i for members in groups.values() for i in members))
    names = [f"group{k + 1}" for k in range(len(groups))]
    text = "\n".join(
        [f"general_ =~ {' + '.join(items)}"]
        + [f"{n} =~ {' + '.join(m)}" for n, m in zip(names, groups.values(), strict=True)]
    )
    fit = cfa(text, data[items], std_lv=True, orthogonal=True)
    frame = fit.parameters
    loading = {
        (a, b): v
        for a, o, b, v in zip(*(frame[c] for c in ("lhs", "op", "rhs", "std_all")), strict=True)
        if o == "=~"
    }
    g = np.array([loading[("general_", i)] for i in items])
    factors = np.array([[loading.get((n, i), 0.0) for n in names] for i in items])
    flip = np.where(factors.sum(axis=0) < 0, -1.0, 1.0)
    g, factors = g * (np.sign(g.sum()) or 1.0), factors * flip
    R = np.asarray(np.corrcoef(data[items].to_numpy(float), rowvar=False))
    solution = GeneralFactor(g, factors, 1 - g**2 - (factors**2).sum(axis=1))
    return _result(
        (items, list(groups)),
        R,
        solution,
        item_signs(items, g, keyed),
        general=pd.Series(dtype=float),
        n=len(data),
        fit=fit,
        flags=fit.flags,
    )
