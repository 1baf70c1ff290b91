"""Alignment of a configural model's factors, one by one."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from valuealign.analysis.invariance.alignment import Alignment, align
from valuealign.analysis.sem.estimation.implied import Structure
from valuealign.analysis.sem.fit import Fit
from valuealign.analysis.sem.standardize import complex_step
from valuealign.arguments import checked
from valuealign.errors import AnalysisError, NotSupported

AnyArray = NDArray[Any]


@checked
def alignment(
    fit: Fit, *, reference: str | None = None, free: bool = False, seed: int = 0
) -> dict[str, Alignment]:
    """Put many groups on one scale where exact invariance fails (alignment optimisation).

    Parameters
    ----------
    fit : Fit
        A configural model: several groups, nothing held equal, a mean structure; each item
        measures one factor.
    reference : str, optional
        The group whose factors have mean 0 and variance 1; by default the first.
    free : bool
        Whether the reference group's mean is free while aligning (needs clear non-invariance).
    seed : int
        Of the random starts.

    Returns
    -------
    dict of str to Alignment
        By factor: the groups' ``mean`` and ``variance`` with standard errors, aligned
        ``loadings`` and ``intercepts``, and which groups share each (``loading_invariant``,
        ``intercept_invariant``).

    Raises
    ------
    NotSupported
        Ordinal items; an item that measures two factors.
    AnalysisError
        One group, no means, parameters held equal across groups, an unknown reference, or a
        factor of negative variance.

    Notes
    -----
    Alignment does not test whether the groups may be compared: look at the share of groups in
    which each item is invariant, and at ``flags``, before a mean is believed. A factor of two
    items cannot tell which of them differs: both score tests are then identical.

    References
    ----------
    Asparouhov, T., & Muthen, B. (2014). Multiple-group factor analysis alignment. Structural
    Equation Modeling, 21, 495-508. doi:10.1080/10705511.2014.919210

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> import valuealign as va
    >>> rng = np.random.default_rng(1)
    >>> country = np.repeat(["a", "b", "c"], 600)
    >>> f = rng.normal(size=1800) + np.where(country == "b", 0.5, 0)
    >>> x = pd.DataFrame({k: 0.8 * f + 0.6 * rng.normal(size=1800) for k in "pqrs"})
    >>> configural = va.cfa("f =~ p + q + r + s", x.assign(country=country), group="country",
    ...                     std_lv=True)
    >>> found = va.alignment(configural)["f"]
    >>> bool(abs(found.groups.loc["b", "mean"] - 0.5) < 0.15)
    True
    """
    solution = fit.solution
    structures = solution.structures
    _refuse(fit)
    labels = [str(g) for g in fit.groups]
    if reference is not None and reference not in labels:
        raise AnalysisError(f"reference is {reference!r}; the groups are {', '.join(labels)}")
    p = structures[0].p
    A = structures[0].matrices(solution.x)[0]
    aligned: dict[str, Alignment] = {}
    for k in range(p, len(structures[0].names)):
        items = np.flatnonzero(A[:p, k])
        values = [_on_unit_factor(s, k, items, solution.x) for s in structures]
        m = len(items)
        steps = [
            complex_step(partial(_on_unit_factor, s, k, items), solution.x) for s in structures
        ]
        aligned[structures[0].names[k]] = align(
            np.column_stack([v[:m] for v in values]),
            np.column_stack([v[m:] for v in values]),
            [round(o.n) for o in solution.observed],
            covariances=[J @ fit.precision.vcov @ J.T for J in steps],
            items=[structures[0].names[i] for i in items],
            groups=labels,
            reference=0 if reference is None else labels.index(reference),
            free=free,
            seed=seed,
        )
    return aligned


def _refuse(fit: Fit) -> None:
    solution = fit.solution
    structure = solution.structures[0]
    table, p = solution.table, structure.p
    if solution.setup.ordinal:
        raise NotSupported("thresholds cannot be aligned; treat the categories as numbers")
    if len(solution.structures) < 2 or not any(row.op == "~1" for row in table.rows):
        raise AnalysisError("expected a configural model of several groups with means: group=...")
    across = [
        np.unique(table.free[(table.group == g + 1) & (table.free >= 0)])
        for g in range(len(solution.structures))
    ]
    if sum(map(len, across)) != len(np.unique(np.concatenate(across))):
        raise AnalysisError("parameters are held equal across groups; fit it without group_equal")
    A, S, _ = structure.matrices(solution.x)
    if (np.count_nonzero(A[:p, p:], axis=1) != 1).any() or A[p:, :].any() or A[:, :p].any():
        raise NotSupported(
            "alignment is of items that measure one factor each, without regressions"
        )
    for s, label in zip(solution.structures, fit.groups, strict=True):
        S = s.matrices(solution.x)[1]
        for k in range(p, len(s.names)):
            if S[k, k] <= 0:
                raise AnalysisError(
                    f"factor {s.names[k]} has variance {S[k, k]:.3g} in group {label}: "
                    "it has no scale to align"
                )


def _on_unit_factor(structure: Structure, k: int, items: NDArray[np.intp], x: AnyArray) -> AnyArray:
    """Return loadings, then intercepts, as of a factor with mean 0 and variance 1."""
    A, S, m = structure.matrices(x)
    loadings = A[items, k]
    return np.concatenate([loadings * np.sqrt(S[k, k]), m[items] + loadings * m[k]])
