"""The equations of a mixed model at given variances, factored."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from valuealign.analysis.mixed.bordered import Bordered, Vectors

FloatArray = NDArray[np.float64]


class System:
    """Mixed-model equations scaled by the terms' standard deviations, factored.

    With W = [X, Z L] and L the relative standard deviations, C = W'W + diag(0, ..., 0, 1, ..., 1),
    and P = (I - W C^-1 W') / residual is the projection that the restricted likelihood is
    written in.

    Parameters
    ----------
    equations : Bordered
    sigma : ndarray, shape (n_terms + 1,)
        Variances, the residual's last and positive; those at zero take no part.
    """

    def __init__(self, equations: Bordered, sigma: FloatArray) -> None:
        self.equations = equations
        self.sigma = sigma
        p = equations.n_fixed
        ratio = np.append(np.sqrt(sigma[:-1] / sigma[-1]), 0.0)  # the last is padding's
        self.inner = ratio[equations.block_term]
        self.outer = ratio[equations.border_term]
        self.outer[:p] = 1.0
        s, t = self.inner.shape[1], len(self.outer)
        A = equations.blocks * self.inner[:, :, None] * self.inner[:, None, :]
        A[:, np.arange(s), np.arange(s)] += 1.0
        B = equations.sides * self.inner[:, :, None] * self.outer
        D = equations.border * np.outer(self.outer, self.outer)
        D[np.arange(p, t), np.arange(p, t)] += 1.0
        self.inverse = np.linalg.inv(A)
        self.half = self.inverse @ B  # A^-1 B, a block at a time
        schur = D - np.einsum("bst,bsu->tu", B, self.half, optimize=True)
        self.schur_inverse = np.linalg.inv(schur)
        self.log_det = float(np.linalg.slogdet(A)[1].sum() + np.linalg.slogdet(schur)[1])

    @property
    def fixed_covariance(self) -> FloatArray:
        """Covariance of the fixed effects, (X'V^-1 X)^-1, shape (p, p)."""
        p = self.equations.n_fixed
        return np.asarray(self.schur_inverse[:p, :p] * self.sigma[-1])

    def solve(self, inner: FloatArray, outer: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return C^-1 applied to vectors given by blocks and border."""
        half = np.einsum("bst,bsm->tm", self.half, inner, optimize=True)
        border = self.schur_inverse @ (outer - half)
        return self.inverse @ inner - self.half @ border, border

    def project(self, v: Vectors) -> Vectors:
        """Return P v."""
        inner, outer = self.equations.gather(v)
        a, b = self.solve(inner * self.inner[:, :, None], outer * self.outer[:, None])
        scale = 1 / self.sigma[-1]
        return Vectors(
            v.alpha * scale,
            (v.inner - a * self.inner[:, :, None]) * scale,
            (v.outer - b * self.outer[:, None]) * scale,
        )

    def projected_responses(self) -> Vectors:
        """Return P y, which is V^-1 times the residuals from the fixed part."""
        n_blocks, s, t = self.equations.sides.shape
        return self.project(Vectors(np.ones(1), np.zeros((n_blocks, s, 1)), np.zeros((t, 1))))

    def fixed_columns(self) -> tuple[FloatArray, FloatArray]:
        """Return the fixed columns of C^-1, by blocks and border."""
        columns = self.schur_inverse[:, : self.equations.n_fixed]
        return -self.half @ columns, columns

    def log_determinant(self, *, restricted: bool) -> float:
        """Return log |V| + log |X'V^-1 X|, or log |V| alone."""
        n, p = self.equations.n, self.equations.n_fixed
        if restricted:
            return float((n - p) * np.log(self.sigma[-1]) + self.log_det)
        fixed = np.linalg.slogdet(self.schur_inverse[:p, :p])[1]
        return float(n * np.log(self.sigma[-1]) + self.log_det + fixed)

    def traces(self, *, restricted: bool) -> FloatArray:
        """Return tr(P Z_k Z_k') for every term with a variance, and tr(P) for the residual.

        Without ``restricted`` V^-1 takes the place of P.
        """
        equations, p = self.equations, self.equations.n_fixed
        through = np.einsum(
            "bst,tu,bsu->bs", self.half, self.schur_inverse, self.half, optimize=True
        )
        block = np.einsum("bss->bs", self.inverse) + through
        border = np.diag(self.schur_inverse).copy()
        rank = equations.n - p
        if not restricted:
            inner, outer = self.fixed_columns()
            weight = np.linalg.inv(self.schur_inverse[:p, :p])
            block -= np.einsum("bsp,pq,bsq->bs", inner, weight, inner, optimize=True)
            border -= np.einsum("tp,pq,tq->t", outer, weight, outer, optimize=True)
            rank = equations.n
        out = np.zeros(len(self.sigma))
        for k in np.flatnonzero(self.sigma[:-1] > 0):
            mine, outer_mine = equations.block_term == k, equations.border_term == k
            kept = (1 - block[mine]).sum() + (1 - border[outer_mine]).sum()
            out[k] = kept / self.sigma[k]
        effective = (1 - block[equations.block_term >= 0]).sum() + (1 - border[p:]).sum()
        out[-1] = (rank - effective) / self.sigma[-1]
        return out
