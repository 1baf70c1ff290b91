"""Cluster-robust tests that stay correct with few clusters.

Residuals of each cluster are adjusted for their leverage (CR2, Bell and McCaffrey), and the degrees
of freedom are those of the variance estimate itself (Satterthwaite; of several effects at once
Hotelling's T squared as approximated by Pustejovsky and Tipton).

References
----------
Bell, R. M., & McCaffrey, D. F. (2002). Bias reduction in standard errors for linear regression with
multi-stage samples. Survey Methodology, 28(2), 169-181.
Pustejovsky, J. E., & Tipton, E. (2018). Small-sample methods for cluster-robust variance estimation
and hypothesis testing in fixed effects models. Journal of Business & Economic Statistics, 36(4),
672-683. doi:10.1080/07350015.2016.1247004
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]

NO_LEVERAGE = 1e-10
"""A direction of which a cluster leaves less than this share to the others adds no residual."""


@dataclass(frozen=True, eq=False)
class ClusterRobust:
    """Estimates with their cluster-robust covariance.

    Attributes
    ----------
    beta : ndarray, shape (p,)
    X : ndarray, shape (n, p)
        Columns times the root of the working weight.
    residual : ndarray, shape (n,)
        Pearson residuals.
    cluster : ndarray of int, shape (n,)
        Numbers from zero.
    """

    beta: FloatArray
    X: FloatArray
    residual: FloatArray
    cluster: IntArray

    @cached_property
    def bread(self) -> FloatArray:
        """Inverse of X'X, shape (p, p)."""
        return np.asarray(np.linalg.inv(self.X.T @ self.X))

    @cached_property
    def _adjusted(self) -> list[tuple[FloatArray, FloatArray]]:
        """For each cluster its rows of X, and these times the adjustment of leverage."""
        root = np.linalg.cholesky(self.bread)
        order = np.argsort(self.cluster, kind="stable")
        ends = np.cumsum(np.bincount(self.cluster))[:-1]
        out = []
        for rows in np.split(order, ends):
            X = self.X[rows]
            U, s, _ = np.linalg.svd(X @ root, full_matrices=False)
            left = 1 - s**2
            kept = left > NO_LEVERAGE
            factor = np.where(kept, 1 / np.sqrt(np.where(kept, left, 1.0)), 0.0) - 1
            out.append((X, X + (U * factor) @ (U.T @ X)))
        return out

    @cached_property
    def vcov(self) -> FloatArray:
        """Covariance of the estimates (CR2), shape (p, p)."""
        order = np.argsort(self.cluster, kind="stable")
        ends = np.cumsum(np.bincount(self.cluster))[:-1]
        parts = np.split(self.residual[order], ends)
        scores = np.array([AX.T @ e for (_, AX), e in zip(self._adjusted, parts, strict=True)])
        return np.asarray(self.bread @ scores.T @ scores @ self.bread)

    def t_tests(self, L: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return weighted sums of the estimates, their errors and degrees of freedom.

        Parameters
        ----------
        L : ndarray, shape (k, p)

        Returns
        -------
        estimate, se, df : ndarray, shape (k,)
        """
        se = np.sqrt(np.einsum("kp,pq,kq->k", L, self.vcov, L))
        df = np.array([self._moments(row[None])[1] for row in L])
        return L @ self.beta, se, df

    def f_test(self, L: FloatArray) -> tuple[float, int, float]:
        """Test several weighted sums at once.

        Parameters
        ----------
        L : ndarray, shape (k, p)

        Returns
        -------
        F : float
        df1 : int
        df2 : float
            NaN, with F, where the clusters are too few for so many effects.
        """
        q = len(L)
        effect = L @ self.beta
        V = L @ self.vcov @ L.T
        eta = self._moments(L)[1]
        df2 = eta - q + 1
        if df2 <= 0 or np.linalg.matrix_rank(V) < q:
            return float("nan"), q, float("nan")
        Q = float(effect @ np.linalg.solve(V, effect))
        return df2 / (eta * q) * Q, q, float(df2)

    def _moments(self, L: FloatArray) -> tuple[FloatArray, float]:
        """Return the expected covariance of L times the estimates, and its degrees of freedom.

        With independent errors the covariance estimate is a sum over clusters of u u', where the
        covariance of u in clusters i and j is ``S_i (i = j) - U_i' bread U_j``; its variance
        follows from sums over clusters alone.
        """
        G = self.bread @ L.T
        pieces = [(AX @ G, X) for X, AX in self._adjusted]
        S = np.array([a.T @ a for a, _ in pieces])
        U = np.array([X.T @ a for a, X in pieces])
        T = np.einsum("ipq,pr,irs->iqs", U, self.bread, U)
        expected = (S - T).sum(axis=0)
        values, vectors = np.linalg.eigh(expected)
        if values.min() <= 0:
            return expected, float("nan")
        root = vectors / np.sqrt(values) @ vectors.T
        S, T, U = root @ S @ root, root @ T @ root, U @ root
        W = np.einsum("ips,irt->stpr", U, U)
        MW = np.einsum("pr,strq->stpq", self.bread, W)
        q = len(L)
        total = 0.0
        for s in range(q):
            for t in range(q):
                own = S[:, s, s] * S[:, t, t] - S[:, s, s] * T[:, t, t] - T[:, s, s] * S[:, t, t]
                crossed = S[:, s, t] ** 2 - 2 * S[:, s, t] * T[:, s, t]
                both = np.trace(MW[s, t] @ MW[t, s]) + np.trace(MW[t, s] @ MW[t, s])
                total += float((own + crossed).sum() + both)
        return expected, q * (q + 1) / total
