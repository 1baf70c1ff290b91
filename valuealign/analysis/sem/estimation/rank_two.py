"""Gradients, information and scores from rank-two derivatives.

Every parameter's derivative of sigma is ``c (u v' + v u')`` and of mu ``d u`` (see
`implied`), so all second-order quantities are products of a few gathered matrices: no
``p^2 x p^2`` weight, no duplication matrix, no Jacobian.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from valuealign.analysis.sem.estimation.implied import COVARIANCE, MEAN, PATH, State, Structure

FloatArray = NDArray[np.float64]

_PIECE = 16_000
"""Entries of a matrix that are worked on at once: larger temporaries cost page faults."""


def gradient(structure: Structure, state: State, Q: FloatArray, q: FloatArray) -> FloatArray:
    """Carry derivatives by sigma and mu back to the parameters.

    Parameters
    ----------
    structure, state
        One group's model at a point.
    Q : array, shape (p, p)
        Symmetric, such that the function changes by ``tr(Q dsigma) / 2``.
    q : array, shape (p,)
        Such that it changes by ``q' dmu``.

    Returns
    -------
    array, shape (len(structure.local),)
    """
    G = state.K[:, : len(state.means)]
    columns, _, v = structure.used
    P = (G.T @ Q) @ state.K.take(columns, axis=1)
    rows = structure.c * P[structure.u, v]
    rows += structure.d(state) * (q @ G)[structure.u]
    return gather(structure, rows)


def gather(structure: Structure, rows: FloatArray) -> FloatArray:
    """Add up the contributions of the rows of each parameter; the last axis is the rows'."""
    if structure.one_row_each:
        return rows
    if rows.ndim == 1:
        return np.asarray(np.bincount(structure.slot, rows, len(structure.local)), dtype=float)
    return rows @ _membership(structure)


def _membership(structure: Structure) -> FloatArray:
    out = np.zeros((len(structure.slot), len(structure.local)))
    out[np.arange(len(structure.slot)), structure.slot] = 1.0
    return out


def _gather_both(structure: Structure, matrix: FloatArray) -> FloatArray:
    if structure.one_row_each:
        return matrix
    return gather(structure, gather(structure, matrix).T).T


def _pick(B: FloatArray, rows: NDArray[np.intp], columns: NDArray[np.intp]) -> FloatArray:
    return B.take(rows, axis=0).take(columns, axis=1)


def information(structure: Structure, state: State, W: FloatArray) -> FloatArray:
    """Return the expected information of one observation under the normal weight ``W``.

    Parameters
    ----------
    W : array, shape (p, p)
        The inverse implied (ML) or sample (GLS) covariance.

    Returns
    -------
    array, shape (k, k), k = len(structure.local)
        ``tr(W dS W dT) / 2 + dm' W dn`` for each pair.
    """
    columns, u, v = structure.used
    K, c = state.K.take(columns, axis=1), structure.c
    B = K.T @ (W @ K)
    d = structure.d(state)
    moved = bool(d.any())
    out = np.empty((len(u), len(u)))
    for here, on in _pieces(len(u)):
        of_u, of_v = B.take(u[here], axis=0), B.take(v[here], axis=0)
        uu = of_u.take(u[on], axis=1)
        part = of_v.take(v[on], axis=1)
        part *= uu
        part += of_u.take(v[on], axis=1) * of_v.take(u[on], axis=1)
        part *= c[here, None]
        part *= c[on]
        if moved:
            uu *= d[here, None]
            uu *= d[on]
            part += uu
        out[here, on], out[on, here] = part, part.T
    return _gather_both(structure, out)


def _pieces(k: int) -> Iterator[tuple[slice, slice]]:
    """Cut the upper triangle of a matrix of `k` rows into pieces that stay in the cache."""
    step = max(1, _PIECE // max(k, 1))
    for start in range(0, k, step):
        yield slice(start, min(start + step, k)), slice(start, k)


def curvature(
    structure: Structure, state: State, parts: tuple[FloatArray, FloatArray, FloatArray]
) -> FloatArray:
    """Return the part of a Hessian that is quadratic in first derivatives (normal likelihood).

    Parameters
    ----------
    parts : (W, L, r)
        The inverse implied covariance, ``W T W - W / 2`` with ``T`` the second moments about
        mu, and ``W (mean - mu)``.
    """
    W, L, r = parts
    columns, u, v = structure.used
    K, c, d = state.K.take(columns, axis=1), structure.c, structure.d(state)
    BW, BL = K.T @ (W @ K), K.T @ (L @ K)
    moved, rk = bool(d.any()), r @ K
    out = np.empty((len(u), len(u)))
    for here, on in _pieces(len(u)):
        a, b, to_u, to_v = u[here], v[here], u[on], v[on]
        W_u, W_v, L_u, L_v = (B.take(x, axis=0) for B in (BW, BL) for x in (a, b))
        uu, uv, vu = W_u.take(to_u, axis=1), W_u.take(to_v, axis=1), W_v.take(to_u, axis=1)
        part = L_v.take(to_v, axis=1) * uu
        part += L_u.take(to_u, axis=1) * W_v.take(to_v, axis=1)
        part += L_u.take(to_v, axis=1) * vu
        part += L_v.take(to_u, axis=1) * uv
        part *= c[here, None]
        part *= c[on]
        if moved:
            part += (d[here, None] * c[on]) * (uu * rk[to_v] + uv * rk[to_u])
            part += (c[here, None] * d[on]) * (uu * rk[b][:, None] + vu * rk[a][:, None])
            part += d[here, None] * d[on] * uu
        out[here, on], out[on, here] = part, part.T
    return _gather_both(structure, out)


def bend(
    structure: Structure,
    state: State,
    Q: FloatArray,
    q: FloatArray,
    *,
    onto: FloatArray | None = None,
) -> FloatArray:
    """Return the part of a Hessian that comes from second derivatives of sigma and mu.

    The derivative of `gradient` by the parameters with ``Q`` and ``q`` held still; added to the
    other part where `onto` gives it, in its place.
    """
    t = len(state.means)
    G, E, C = state.K[:, :t], state.E, state.C
    P = (G.T @ Q) @ state.K
    PS, PA, b = P[:, :t], P[:, t:], q @ G
    kind, i, j = structure.kind, structure.row, structure.column
    here = onto is not None and structure.one_row_each
    out = onto if onto is not None and here else np.zeros((len(kind), len(kind)))
    a = np.flatnonzero(kind == PATH)
    ai, aj = i[a], j[a]
    turned = _pick(E, aj, ai)  # [s, r]: path s leads to where path r enters
    half = _pick(PA, ai, aj).T * turned.T
    block = half + half.T + _pick(C, aj, aj) * _pick(PS, ai, ai)
    half = turned.T * (b[ai] * state.means[aj][:, None])
    block += half + half.T
    out[np.ix_(a, a)] += block
    s = np.flatnonzero(kind == COVARIANCE)
    si, sj = i[s], j[s]
    cross = _pick(E, aj, sj) * _pick(PS, ai, si) + _pick(E, aj, si) * _pick(PS, ai, sj)
    cross *= structure.c[s]
    out[np.ix_(a, s)] += cross
    out[np.ix_(s, a)] += cross.T
    n = np.flatnonzero(kind == MEAN)
    cross = b[ai][:, None] * _pick(E, aj, i[n])
    out[np.ix_(a, n)] += cross
    out[np.ix_(n, a)] += cross.T
    if here or onto is None:
        return _gather_both(structure, out)
    onto += _gather_both(structure, out)
    return onto


def scores(structure: Structure, state: State, Z: FloatArray, W: FloatArray) -> FloatArray:
    """Return the casewise derivatives of the normal log-likelihood.

    Parameters
    ----------
    Z : array, shape (n, p)
        Observations about mu, times ``W``.
    W : array, shape (p, p)
        The inverse implied covariance.

    Returns
    -------
    array, shape (n, k)
    """
    u, v, c = structure.u, structure.v, structure.c
    ZK = Z @ state.K
    zu = ZK.take(u, axis=1)
    centre = np.einsum("pk,pk->k", state.K.take(u, axis=1), (W @ state.K).take(v, axis=1))
    out = ZK.take(v, axis=1)
    out *= c
    out += structure.d(state)
    out *= zu
    out -= c * centre
    return gather(structure, out)


def jacobian(structure: Structure, state: State, *, means: bool) -> FloatArray:
    """Return the derivatives of (mu,) vech(sigma), shape (statistics, k), as a dense matrix.

    The lower triangle goes column by column, as in lavaan.
    """
    U, V = state.K.take(structure.u, axis=1), state.K.take(structure.v, axis=1)
    columns, rows = np.triu_indices(structure.p)
    cov = U[rows] * V[columns]
    cov += V[rows] * U[columns]
    cov *= structure.c
    if means:
        cov = np.concatenate([U * structure.d(state), cov])
    return gather(structure, cov)


def vech(matrix: FloatArray) -> FloatArray:
    """Return the lower triangle, column by column."""
    return matrix[np.triu_indices(len(matrix))]
