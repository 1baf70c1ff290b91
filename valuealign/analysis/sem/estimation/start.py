"""Starting values from which Fisher scoring needs few steps.

Loadings by Spearman's one-factor formula on each factor's own indicators, factor covariances
from the covariances of Bartlett-weighted sums, regressions by least squares on the resulting
moments. Higher-order factors are treated as factors of their indicators, which are factors.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from valuealign.analysis.sem.estimation.implied import COVARIANCE, MEAN, PATH, Structure
from valuealign.analysis.sem.estimation.observed import Observed
from valuealign.analysis.sem.specification.parameter_table import ParameterTable

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]


def starting_values(
    table: ParameterTable, structures: list[Structure], observed: list[Observed]
) -> FloatArray:
    """Return starting values of the free parameters; the model's own ``start()`` wins.

    Parameters held equal across groups start at the mean of the groups' values, weighted by
    their sizes.
    """
    total, weight = np.zeros(table.n_free), np.zeros(table.n_free)
    for structure, group in zip(structures, observed, strict=True):
        values = _one_group(structure, group)
        np.add.at(total, structure.place, group.n * values)
        np.add.at(weight, structure.place, group.n)
    x = total / np.where(weight > 0, weight, 1.0)
    for row, place in zip(table.rows, table.free.tolist(), strict=True):
        if place >= 0 and not np.isnan(row.start):
            x[place] = row.start
    lower, upper = table.bounds
    return np.clip(x, lower, upper)


def _one_group(structure: Structure, observed: Observed) -> FloatArray:
    """Return a value for each free row of one group."""
    p, t = structure.p, len(structure.m)
    paths = structure.kind == PATH
    A = structure.A.copy()
    A[structure.row[paths], structure.column[paths]] = np.nan
    known = list(range(p))
    C = np.zeros((t, t))
    C[:p, :p] = observed.covariance
    loadings = _factors(structure, A, C, known)
    out = np.zeros(len(structure.kind))
    B = _regressions(A, C, loadings)
    disturbance = _disturbances(B, C)
    mean = np.zeros(t)
    mean[:p] = 0.0 if observed.mean is None else observed.mean
    moved = (np.isnan(A) | (A != 0)).any(axis=1)
    i, j = structure.row, structure.column
    cov, means = structure.kind == COVARIANCE, structure.kind == MEAN
    out[paths] = B[i[paths], j[paths]]
    out[means] = mean[i[means]]
    both = np.where(moved[i] | moved[j], 0.0, C[i, j])
    out[cov] = np.where(i == j, disturbance[i], both)[cov]
    return out


def _factors(
    structure: Structure, A: FloatArray, C: FloatArray, known: list[int]
) -> dict[int, tuple[IntArray, FloatArray]]:
    """Extend ``C`` by each factor, lowest first; return its indicators and loadings."""
    p, t = structure.p, len(structure.m)
    used = np.isnan(A) | (A != 0)
    latent = [j for j in range(p, t) if used[:, j].any() and _is_measured(used, j, p)]
    waiting = sorted(latent, key=lambda j: -int(used[:, j].sum()))
    free_variance = set(structure.row[(structure.kind == COVARIANCE)].tolist())
    loadings: dict[int, tuple[IntArray, FloatArray]] = {}
    while waiting:
        ready = [j for j in waiting if not used[[k for k in waiting if k >= p], j].any()]
        if not ready:
            break
        for j in ready:
            waiting.remove(j)
            items = np.flatnonzero(used[:, j])
            R = _deflated(C, items, j, loadings, structure)
            fixed = A[items, j]
            variance = None if j in free_variance else structure.S[j, j]
            lam, phi = _one_factor(R, fixed, variance)
            loadings[j] = (items, lam)
            C[j, j] = phi
            _append(C, j, (items, lam), known)
    for j in waiting + [j for j in range(p, t) if j not in known and j not in waiting]:
        C[j, j] = structure.S[j, j] or 1.0
    return loadings


def _is_measured(used: NDArray[np.bool_], j: int, p: int) -> bool:
    """Say whether a latent variable is measured: by observed ones, or by several latents."""
    return bool(used[:, j].any()) and (bool(used[:p, j].any()) or bool(used[p:, j].sum() > 1))


def _deflated(
    C: FloatArray,
    items: IntArray,
    factor: int,
    loadings: dict[int, tuple[IntArray, FloatArray]],
    structure: Structure,
) -> FloatArray:
    """Return the items' covariance without factors that are held uncorrelated with this one."""
    R = C[np.ix_(items, items)].copy()
    mine = set(items.tolist())
    rivals = [k for k, (theirs, _) in loadings.items() if len(mine & set(theirs.tolist())) > 1]
    if not rivals:
        return R
    cov = structure.kind == COVARIANCE
    free = set(zip(structure.row[cov].tolist(), structure.column[cov].tolist(), strict=True))
    for other in rivals:
        theirs, lam = loadings[other]
        if (factor, other) in free or (other, factor) in free:
            continue
        full = np.zeros(len(C))
        full[theirs] = lam
        part = full[items] * np.sqrt(C[other, other])
        off = np.outer(part, part)
        np.fill_diagonal(off, 0.0)
        R -= off
    return R


def _one_factor(
    R: FloatArray, fixed: FloatArray, variance: float | None
) -> tuple[FloatArray, float]:
    """Return loadings, on the scale of a marker or of a fixed variance, and the variance."""
    s = np.sqrt(np.diag(R))
    off = R / np.outer(s, s)
    np.fill_diagonal(off, 0.0)
    k = len(s)
    if k == 1:
        standard = np.array([0.9])
    elif k == 2:
        r = off[0, 1]
        standard = np.sqrt(np.clip(abs(r), 0.05, 0.9)) * np.array([1.0, 1.0 if r >= 0 else -1.0])
    else:
        sign = _signs(off)
        positive = off * np.outer(sign, sign)
        row, square = positive.sum(axis=1), (positive**2).sum(axis=1)
        rest = positive.sum() - 2 * row
        h = (row**2 - square) / np.where(np.abs(rest) < 1e-3, 1e-3, rest)
        standard = sign * np.sqrt(np.clip(h, 0.04, 0.9))
    raw = standard * s
    markers = np.flatnonzero(~np.isnan(fixed) & (fixed != 0))
    if len(markers):
        scale = raw[markers[0]] / fixed[markers[0]]
    else:  # raw is for a factor of variance 1; the first indicator points up, as in lavaan
        scale = (1.0 if raw[0] >= 0 else -1.0) * np.sqrt(variance or 1.0)
    lam = raw / scale
    lam[markers] = fixed[markers]
    return lam, float(scale**2) if len(markers) else float(variance or 1.0)


def _signs(off: FloatArray) -> FloatArray:
    """Return the signs of the leading eigenvector: which items point the same way."""
    if (off >= 0).all():
        return np.ones(len(off))
    vector = np.linalg.eigh(off)[1][:, -1]
    sign = np.where(vector >= 0, 1.0, -1.0)
    return sign if sign.sum() >= 0 else -sign


def _append(C: FloatArray, j: int, measured: tuple[IntArray, FloatArray], known: list[int]) -> None:
    """Add a factor's covariances with all variables placed so far to ``C``."""
    (items, lam), phi, before = measured, C[j, j], np.array(known)
    unique = np.maximum(np.diag(C)[items] - lam**2 * phi, 0.1 * np.diag(C)[items])
    weights = lam / unique
    weights /= max(float(weights @ lam), 1e-8)
    across = np.asarray(weights @ C[np.ix_(items, before)])
    limit = 0.9 * np.sqrt(phi * np.diag(C)[before])
    other = np.ones(len(C), dtype=bool)
    other[items] = False
    across = np.where(other[before], np.clip(across, -limit, limit), across)
    C[j, before] = C[before, j] = across
    known.append(j)


def _regressions(
    A: FloatArray, C: FloatArray, loadings: dict[int, tuple[IntArray, FloatArray]]
) -> FloatArray:
    """Return ``A`` with loadings filled in and other paths by least squares."""
    B = A.copy()
    for j, (items, lam) in loadings.items():
        free = np.isnan(B[items, j])
        B[items[free], j] = lam[free]
    for i in np.flatnonzero(np.isnan(B).any(axis=1)):
        free = np.flatnonzero(np.isnan(B[i]))
        held = np.flatnonzero(~np.isnan(B[i]) & (B[i] != 0))
        target = C[free, i] - C[np.ix_(free, held)] @ B[i, held]
        ridge = np.diag(0.05 * np.diag(C)[free] + 1e-8)
        B[i, free] = np.linalg.solve(C[np.ix_(free, free)] + ridge, target)
    return B


def _disturbances(B: FloatArray, C: FloatArray) -> FloatArray:
    """Return the variances that paths leave unexplained."""
    total = np.diag(C)
    explained = np.einsum("ij,ij->i", B @ C, B)
    return np.where(B.any(axis=1), np.clip(total - explained, 0.15 * total, total), total)
