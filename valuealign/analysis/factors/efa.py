"""Exploratory factor analysis: extraction, rotation and how well it reproduces the correlations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from valuealign.analysis.factors.extraction import extract, is_singular
from valuealign.analysis.factors.retention import correlations
from valuealign.analysis.matrix import Floats, matrix
from valuealign.analysis.result_display import Shown
from valuealign.analysis.rotation.rotation import Rotation, rotate
from valuealign.arguments import checked
from valuealign.errors import NotSupported

if TYPE_CHECKING:
    import numpy.typing as npt
    import pandas as pd

    from valuealign.analysis.matrix import Data

PEER_ROTATIONS = ("none", "varimax", "quartimax", "promax", "oblimin")
"""What factor-analyzer 0.5.1 rotates right (its pattern matrices, never its ``phi_``)."""


@dataclass(frozen=True, repr=False, kw_only=True)
class Efa(Shown):
    """Results of an exploratory factor analysis.

    Attributes
    ----------
    loadings, structure : DataFrame, shape (n_items, n_factors)
        Pattern; correlations of items with factors. Factors by falling variance explained,
        each with a positive sum of loadings.
    factor_correlations : DataFrame, shape (n_factors, n_factors)
    communalities, uniquenesses : Series, shape (n_items,)
    measures : dict
        ``chisq df pvalue rmsea tli bic rmsr n``.
    flags : tuple of str
        Heywood cases, local minima of the rotation, few rows; singular correlations, of which
        the test, RMSEA, TLI and BIC are NaN.
    """

    loadings: pd.DataFrame
    structure: pd.DataFrame
    factor_correlations: pd.DataFrame
    communalities: pd.Series[float]
    uniquenesses: pd.Series[float]
    measures: dict[str, float]
    flags: tuple[str, ...]


@checked
def efa(
    data: Data,
    n_factors: int,
    *,
    method: Literal["minres", "ml", "pa"] = "minres",
    rotation: str = "oblimin",
    target: npt.ArrayLike | None = None,
    engine: Literal["valuealign", "factor-analyzer"] = "valuealign",
    starts: int = 30,
    seed: int = 0,
) -> Efa:
    """Extract and rotate factors.

    Parameters
    ----------
    data : DataFrame or array_like, shape (n_respondents, n_items)
        Complete rows are used.
    n_factors : int
        How many factors are extracted.
    method : {"minres", "ml", "pa"}
    rotation : str
        Any of :data:`valuealign.analysis.rotation.rotation.METHODS`.
    target : array_like, shape (n_items, n_factors), optional
        For target rotations; NaN leaves a loading free.
    engine : {"valuealign", "factor-analyzer"}
        The rotation code. factor-analyzer is used for the rotations that it gets right; others
        raise an error.
    starts, seed : int
        Random starts of the rotation.

    Returns
    -------
    Efa
        ``.loadings``, ``.structure``, ``.factor_correlations``, ``.communalities``, ``.measures``
        and ``.flags``.

    Raises
    ------
    DataError
        An unknown method or rotation, or more factors than the items can carry.
    TooFewRows, ConstantItem, SingularCovariance
        No correlations can be had.
    NotSupported
        A rotation that factor-analyzer gets wrong.
    NotConverged
        Extraction or rotation found no minimum.

    Notes
    -----
    Agrees with ``psych::fa`` to 1e-5 (fit, loadings) where psych's rotation has converged.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> lam = np.kron(np.eye(2), np.full((4, 1), .8))
    >>> x = rng.normal(size=(500, 2)) @ lam.T + .6 * rng.normal(size=(500, 8))
    >>> efa(x, 2).loadings.abs().round(0).sum().tolist()
    [4.0, 4.0]
    """
    import pandas as pd

    checked = matrix(data).complete()
    R = correlations(checked.values, checked.names)
    extraction = extract(R, n_factors, method=method)
    turned = (
        _peer_rotation(extraction.loadings, rotation)
        if engine == "factor-analyzer"
        else rotate(extraction.loadings, rotation, wanted=target, starts=starts, seed=seed)
    )
    order, signs = _by_variance(
        turned, keep="target" in rotation or rotation.startswith("bifactor")
    )
    L = turned.loadings[:, order] * signs
    phi = turned.factor_correlations[np.ix_(order, order)] * np.outer(signs, signs)
    items, factors = list(checked.names), [f"F{k + 1}" for k in range(n_factors)]
    flags = [*extraction.flags, *_flags(turned, checked.n, len(R), has_target="target" in rotation)]
    return Efa(
        loadings=pd.DataFrame(L, items, factors),
        structure=pd.DataFrame(L @ phi, items, factors),
        factor_correlations=pd.DataFrame(phi, factors, factors),
        communalities=pd.Series(1 - extraction.uniquenesses, items),
        uniquenesses=pd.Series(extraction.uniquenesses, items),
        measures=_measures(
            R,
            L @ phi @ L.T + np.diag(extraction.uniquenesses),
            extraction.objective,
            n=checked.n,
            n_factors=n_factors,
        ),
        flags=tuple(flags),
    )


def _by_variance(turned: Rotation, *, keep: bool) -> tuple[npt.NDArray[np.intp], Floats]:
    L, phi = turned.loadings, turned.factor_correlations
    if keep:
        return np.arange(L.shape[1]), np.ones(L.shape[1])
    signs = np.where(L.sum(axis=0) < 0, -1.0, 1.0)
    order = np.argsort(-np.diag(phi @ L.T @ L), kind="stable")
    return order, signs[order]


def _flags(turned: Rotation, n: int, p: int, *, has_target: bool) -> list[str]:
    flags = []
    if n <= p:
        flags.append(f"fewer rows ({n}) than items + 1 ({p + 1}): the correlations are singular")
    if turned.n_starts > 1 and turned.n_reached == 1 and not has_target:
        flags.append("rotation: only one start reached this minimum; raise starts")
    return flags


def _measures(
    R: Floats, implied: Floats, objective: float, *, n: int, n_factors: int
) -> dict[str, float]:
    from scipy.stats import chi2

    p = len(R)
    df = ((p - n_factors) ** 2 - p - n_factors) // 2
    residual = (R - implied)[np.triu_indices(p, 1)]
    null = np.nan if is_singular(R) else -np.linalg.slogdet(R)[1]
    null_df = p * (p - 1) / 2
    bartlett = (
        n - 1 - (2 * p + 5) / 6 - 2 * n_factors / 3
    )  # of both, so that TLI is a ratio of fits
    if np.isnan(null):
        objective = np.nan  # a likelihood ratio to correlations of full rank
    chisq, null_ratio = bartlett * objective, bartlett * null / null_df
    with np.errstate(invalid="ignore", divide="ignore"):
        rmsea = np.sqrt(max(chisq / (n * df) - 1 / (n - 1), 0)) if df else np.nan
        tli = (null_ratio - chisq / df) / (null_ratio - 1) if df else np.nan
    return {
        "chisq": float(chisq),
        "df": float(df),
        "pvalue": float(chi2.sf(chisq, df)) if df else float("nan"),
        "rmsea": float(rmsea),
        "tli": float(tli),
        "bic": float(chisq - df * np.log(n)),
        "rmsr": float(np.sqrt((residual**2).mean())),
        "n": float(n),
    }


def _peer_rotation(loadings: Floats, method: str) -> Rotation:
    """factor-analyzer's pattern matrix, with factor correlations recomputed from it."""
    if method not in PEER_ROTATIONS:
        raise NotSupported(
            f"factor-analyzer does not rotate {method!r} right; it is used for "
            f"{', '.join(PEER_ROTATIONS)}. Leave out engine= for the rest"
        )
    if method == "none":
        return rotate(loadings, "none")
    from factor_analyzer import Rotator

    pattern = np.asarray(Rotator(method=method).fit_transform(loadings), dtype=np.float64)
    T = np.linalg.inv(np.linalg.lstsq(loadings, pattern, rcond=None)[0]).T
    phi = T.T @ T
    if not np.allclose(pattern @ phi @ pattern.T, loadings @ loadings.T, atol=1e-6):
        raise NotSupported(f"factor-analyzer's {method} does not reproduce the correlations here")
    return Rotation(pattern, phi, T, float("nan"), 1, 1)
