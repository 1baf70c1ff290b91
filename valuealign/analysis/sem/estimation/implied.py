"""Implied means and covariances, and the derivatives of both by each parameter.

Observed and latent variables together obey ``v = A v + u`` with ``cov(u) = S`` and
``mean(u) = m`` (McArdle & McDonald 1984): loadings and regressions are in ``A``. With
``E = (I - A)^-1`` and ``G`` its observed rows, ``sigma = G S G'`` and ``mu = G m``. Each
parameter's derivative of sigma has rank two, ``c (u v' + v u')``, where ``u`` and ``v`` are
columns of ``K = [G, G S E']``; its derivative of mu is ``d u``. Two column numbers and two
scalars therefore describe a parameter's derivatives.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from valuealign.analysis.sem.specification.parameter_table import ParameterTable
from valuealign.analysis.sem.specification.table_rows import Row

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]

PATH, COVARIANCE, MEAN = 0, 1, 2


@dataclass(frozen=True, eq=False)
class State:
    """The matrices of one group at one point.

    Attributes
    ----------
    E, C : array, shape (t, t)
        ``(I - A)^-1`` and the covariance ``E S E'`` of all variables.
    K : array, shape (p, 2t)
        ``[G, G S E']``: the columns that derivatives are made of.
    means : array, shape (t,)
        ``E m``.
    """

    E: FloatArray
    C: FloatArray
    K: FloatArray
    means: FloatArray
    p: int

    @property
    def sigma(self) -> FloatArray:
        """The implied covariance of the observed variables, shape (p, p)."""
        return self.C[: self.p, : self.p]

    @property
    def mu(self) -> FloatArray:
        """The implied means of the observed variables, shape (p,)."""
        return self.means[: self.p]


@dataclass(frozen=True, eq=False)
class Structure:
    """Positions of one group's free parameters in ``A``, ``S`` and ``m``.

    Attributes
    ----------
    kind, row, column : int array, shape (r,)
        ``PATH``, ``COVARIANCE`` or ``MEAN``, and the place, for each free row.
    place : int array, shape (r,)
        The row's parameter in ``x``.
    """

    p: int
    names: tuple[str, ...]
    A: FloatArray
    S: FloatArray
    m: FloatArray
    kind: IntArray
    row: IntArray
    column: IntArray
    place: IntArray

    @cached_property
    def local(self) -> IntArray:
        """The parameters of ``x`` that this group has, ascending."""
        return np.unique(self.place)

    @cached_property
    def slot(self) -> IntArray:
        """For each free row, its place in `local`."""
        return np.searchsorted(self.local, self.place)

    @cached_property
    def one_row_each(self) -> bool:
        """Whether rows and local parameters are the same thing in the same order."""
        return np.array_equal(self.slot, np.arange(len(self.local)))

    @cached_property
    def u(self) -> IntArray:
        """The column of ``K`` that is each row's ``u``."""
        return self.row

    @cached_property
    def v(self) -> IntArray:
        """The column of ``K`` that is each row's ``v``."""
        return np.where(self.kind == PATH, self.column + len(self.m), self.column)

    @cached_property
    def used(self) -> tuple[IntArray, IntArray, IntArray]:
        """The columns of ``K`` that derivatives are made of, and where among them ``u``, ``v`` are.

        Of a factor model, the covariances with the items are never among them.
        """
        columns = np.unique(np.concatenate([self.u, self.v]))
        return columns, np.searchsorted(columns, self.u), np.searchsorted(columns, self.v)

    @cached_property
    def c(self) -> FloatArray:
        """The scalar of each row's derivative of sigma."""
        out = np.where(self.kind == MEAN, 0.0, 1.0)
        out[(self.kind == COVARIANCE) & (self.row == self.column)] = 0.5
        return out

    def d(self, state: State) -> FloatArray:
        """Return the scalar of each row's derivative of mu."""
        out = np.where(self.kind == MEAN, 1.0, 0.0)
        paths = self.kind == PATH
        out[paths] = state.means[self.column[paths]]
        return out

    @cached_property
    def _writes(self) -> tuple[tuple[IntArray, ...], ...]:
        path, cov, mean = (np.flatnonzero(self.kind == k) for k in (PATH, COVARIANCE, MEAN))
        return tuple((self.row[i], self.column[i], self.place[i]) for i in (path, cov, mean))

    @cached_property
    def _two_level(self) -> bool:
        """Whether no variable both sends and receives paths, so that ``A`` squared is zero."""
        used = self.A != 0
        paths = self.kind == PATH
        used[self.row[paths], self.column[paths]] = True
        return not (used.any(axis=0) & used.any(axis=1)).any()

    def matrices(self, x: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return ``A``, ``S`` and ``m`` at ``x``."""
        A, S, m = (part.astype(x.dtype) for part in (self.A, self.S, self.m))
        (ar, ac, ap), (sr, sc, sp), (mr, _, mp) = self._writes
        A[ar, ac] = x[ap]
        S[sr, sc] = x[sp]
        S[sc, sr] = x[sp]
        m[mr] = x[mp]
        return A, S, m

    def total_paths(self, A: FloatArray) -> FloatArray:
        """Return ``(I - A)^-1``.

        Raises
        ------
        numpy.linalg.LinAlgError
            Where it does not exist.
        """
        identity = np.eye(len(A))
        return identity + A if self._two_level else np.asarray(np.linalg.inv(identity - A))

    @cached_property
    def _senders(self) -> IntArray:
        """The variables that paths leave."""
        used = (self.A != 0).any(axis=0)
        used[self.column[self.kind == PATH]] = True
        return np.flatnonzero(used)

    def _covariance(self, A: FloatArray, S: FloatArray, E: FloatArray) -> FloatArray:
        """Return ``E S E'``; where ``E`` is ``I + A``, by the columns of ``A`` that are used."""
        if not self._two_level:
            return np.asarray(E @ S @ E.T)
        s = self._senders
        B = A[:, s] @ S[s]
        return np.asarray(S + B + B.T + B[:, s] @ A[:, s].T)

    def state(self, x: FloatArray) -> State:
        """Evaluate the group at ``x``.

        Raises
        ------
        numpy.linalg.LinAlgError
            Where ``I - A`` has no inverse.
        """
        A, S, m = self.matrices(x)
        E = self.total_paths(A)
        C = self._covariance(A, S, E)
        K = np.concatenate([E[: self.p], C[: self.p]], axis=1)
        return State(E, C, K, E @ m, self.p)


def structures(
    table: ParameterTable,
    exogenous: list[tuple[FloatArray, FloatArray]],
    observed: tuple[str, ...] | None = None,
) -> list[Structure]:
    """Place a table's parameters in the matrices of each group.

    Parameters
    ----------
    table : ParameterTable
    exogenous : list of (covariance, mean)
        For each group the sample moments of the observed variables, which fixed
        covariates take their values from.
    observed : tuple of str, optional
        Order of the observed variables; the table's unless given.

    Returns
    -------
    list of Structure
    """
    kept = table.__dict__.get("_structures")
    if kept is not None and observed is None:
        return list(kept)
    names = (*(observed or table.names.observed), *table.names.latent)
    index = {name: i for i, name in enumerate(names)}
    p = len(names) - len(table.names.latent)
    out = []
    for g, (cov, mean) in enumerate(exogenous, start=1):
        t = len(names)
        A, S, m = np.zeros((t, t)), np.zeros((t, t)), np.zeros(t)
        places: list[tuple[int, int, int, int]] = []
        for row, place in zip(table.rows, table.free.tolist(), strict=True):
            if row.group != g or row.op in {"|", "~*~"}:
                continue
            kind, i, j = _locate(row, index)
            if place >= 0:
                places.append((kind, i, j, place))
                continue
            value = row.value if not row.exo else float(cov[i, j] if kind else 0.0)
            if kind == MEAN:
                m[i] = float(mean[i]) if row.exo else row.value
            elif kind == PATH:
                A[i, j] = value
            else:
                S[i, j] = S[j, i] = value
        entries = np.array(places, dtype=np.intp).reshape(-1, 4)
        entries = entries[np.argsort(entries[:, 3], kind="stable")]
        out.append(Structure(p, names, A, S, m, *np.ascontiguousarray(entries.T)))
    if observed is None and not any(row.exo for row in table.rows):  # the same for any data
        table.__dict__["_structures"] = tuple(out)
    return out


def _locate(row: Row, index: dict[str, int]) -> tuple[int, int, int]:
    """Return the matrix, row and column of a parameter."""
    if row.op == "=~":
        return PATH, index[row.rhs], index[row.lhs]
    if row.op in {"~", "<~"}:
        return PATH, index[row.lhs], index[row.rhs]
    if row.op == "~1":
        return MEAN, index[row.lhs], 0
    return COVARIANCE, index[row.lhs], index[row.rhs]
