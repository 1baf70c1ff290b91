"""Reliability of optimally weighted composites and of second-order factors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from valuealign.analysis.sem.after.ordinal_composite import category_covariances
from valuealign.analysis.sem.estimation.ordinal import OrdinalPoint
from valuealign.analysis.sem.fit import Fit
from valuealign.arguments import checked
from valuealign.errors import AnalysisError, NotSupported, SingularCovariance

if TYPE_CHECKING:
    import pandas as pd

FloatArray = NDArray[np.float64]


@checked
def maximal_reliability(fit: Fit) -> pd.DataFrame:
    """Reliability of the weighted sum of items with the highest possible reliability.

    Parameters
    ----------
    fit : Fit
        A factor model.

    Returns
    -------
    DataFrame
        One row a group: ``group`` where there are several, ``maximal`` (of the observed
        variance, as semTools' ``maximalRelia``) and ``maximal_implied`` (of the model's: for one
        factor without residual covariances coefficient H). Of ordinal items both are of their
        categories (Green and Yang).

    Raises
    ------
    SingularCovariance
        The items' covariance has no inverse.

    Notes
    -----
    The largest eigenvalue of the true covariance relative to the total covariance. Agrees with
    semTools 0.5-6 to 1e-6. The weights are optimised on the same sample, so the coefficient is
    too high: a model that misfits can have a ``maximal`` above 1.

    References
    ----------
    Li, H. (1997). A unifying expression for the maximal reliability of a linear composite.
    Psychometrika, 62, 245-249. doi:10.1007/BF02295278
    Hancock, G. R., & Mueller, R. O. (2001). Rethinking construct reliability within latent
    variable systems. In Structural equation modeling: Present and future (pp. 195-216).
    Scientific Software International. (No DOI.)

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> import valuealign as va
    >>> rng = np.random.default_rng(1)
    >>> x = rng.normal(size=(500, 1)) + rng.normal(size=(500, 4)) * [0.5, 1, 1, 1]
    >>> fit = va.cfa("f =~ a + b + c + d", pd.DataFrame(x, columns=list("abcd")))
    >>> best = va.maximal_reliability(fit)["maximal"].item()
    >>> bool(best > va.composite_reliability(fit)["omega3"].item())
    True
    """
    import pandas as pd

    solution = fit.solution
    rows: list[dict[str, Any]] = []
    for structure, group, point in zip(
        solution.structures, solution.observed, solution.optimum.at.points, strict=True
    ):
        row: dict[str, Any] = {"group": group.label} if len(solution.observed) > 1 else {}
        state = structure.state(solution.x)
        p = structure.p
        _, S, _ = structure.matrices(solution.x)
        common = state.C[:p, :p] - S[:p, :p]
        if isinstance(point, OrdinalPoint):
            true, observed, implied = _of_categories(point, common)
        else:
            true, observed, implied = common, group.covariance, state.C[:p, :p]
        row |= {"maximal": _largest(true, observed), "maximal_implied": _largest(true, implied)}
        rows.append(row)
    return pd.DataFrame(rows)


def _of_categories(
    point: OrdinalPoint, common: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the true, observed and implied covariances of the categories."""
    structure = point.of.structure
    if not structure.ordered.all():
        raise NotSupported("the model has ordinal and continuous items; their sum has no scale")
    cuts = [point.thresholds[structure.cut_of == i] for i in range(structure.p)]
    scaled = point.delta[:, None] * common * point.delta
    sample = point.of.observed.covariance
    polychoric = sample - np.diag(np.diag(sample)) + np.eye(len(sample))
    return (
        category_covariances(cuts, scaled, own=True),
        category_covariances(cuts, polychoric, own=False),
        category_covariances(cuts, point.sigma, own=False),
    )


def _largest(true: FloatArray, whole: FloatArray) -> float:
    from scipy.linalg import LinAlgError, eigh

    try:
        return float(eigh(true, whole, eigvals_only=True)[-1])
    except (LinAlgError, ValueError):
        raise SingularCovariance(
            "the items' covariance has no inverse, so that no weights are the best ones"
        ) from None


@checked
def second_order_reliability(fit: Fit, factor: str) -> pd.DataFrame:
    """Omega of a second-order factor: in the sum of all items, and in the first-order factors.

    Parameters
    ----------
    fit : Fit
        A model in which `factor` is measured by factors.
    factor : str
        The second-order factor.

    Returns
    -------
    DataFrame
        One row a group: ``group`` where there are several, ``omega_l1`` (the share of the items'
        sum that the factor explains, of the implied variance), ``omega_l2`` (of the sum of the
        first-order factors) and ``partial_omega_l1`` (of the items' sum without what the
        first-order factors do not share).

    Raises
    ------
    AnalysisError
        The model has no such factor, or the factor is not measured by factors.
    NotSupported
        Ordinal items: the variance that the factor explains in the sum of their categories is
        not known.

    Notes
    -----
    Agrees with semTools' ``reliabilityL2`` (0.5-6) to 1e-5.

    References
    ----------
    Cho, E. (2016). Making reliability reliable: A systematic approach to reliability
    coefficients. Organizational Research Methods, 19, 651-682. doi:10.1177/1094428116656239

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> import valuealign as va
    >>> rng = np.random.default_rng(1)
    >>> g = rng.normal(size=(800, 1)) + 0.7 * rng.normal(size=(800, 3))
    >>> x = pd.DataFrame(np.repeat(g, 3, axis=1) + rng.normal(size=(800, 9)),
    ...                  columns=[f"x{k}" for k in range(9)])
    >>> fit = va.cfa("a =~ x0 + x1 + x2\\nb =~ x3 + x4 + x5\\nc =~ x6 + x7 + x8\\ng =~ a + b + c",
    ...              x)
    >>> bool(0.7 < va.second_order_reliability(fit, "g")["omega_l1"].item() < 0.9)
    True
    """
    import pandas as pd

    solution = fit.solution
    rows: list[dict[str, Any]] = []
    for structure, group, point in zip(
        solution.structures, solution.observed, solution.optimum.at.points, strict=True
    ):
        if isinstance(point, OrdinalPoint):
            raise NotSupported("second-order omega is of continuous items")
        row: dict[str, Any] = {"group": group.label} if len(solution.observed) > 1 else {}
        A, S, _ = structure.matrices(solution.x)
        rows.append(row | _second_order(structure.names, structure.p, factor, (A, S)))
    return pd.DataFrame(rows)


def _second_order(
    names: Any, p: int, factor: str, matrices: tuple[FloatArray, FloatArray]
) -> dict[str, float]:
    A, S = matrices
    latent = list(names[p:])
    if factor not in latent:
        raise AnalysisError(f"the model has no factor {factor!r}; there are {latent}")
    k = p + latent.index(factor)
    first = p + np.flatnonzero((A[p:, k] != 0) & (A[:p, p:] != 0).any(axis=0))
    if not len(first):
        raise AnalysisError(f"{factor!r} is not measured by factors that have items")
    paths = np.linalg.inv(np.eye(len(names)) - A)
    variance = float((paths @ S @ paths.T)[k, k])
    items = np.flatnonzero(A[:p][:, first].any(axis=1))
    of_factor = A[np.ix_(items, first)] @ A[first, k]
    among = np.outer(A[first, k], A[first, k]) * variance + S[np.ix_(first, first)]
    explained = float(of_factor.sum() ** 2 * variance)
    residual = float(S[np.ix_(items, items)].sum())
    loadings = A[np.ix_(items, first)]
    whole = float((loadings @ among @ loadings.T).sum()) + residual
    return {
        "omega_l1": explained / whole,
        "omega_l2": float(A[first, k].sum() ** 2 * variance / among.sum()),
        "partial_omega_l1": explained / (explained + residual),
    }
