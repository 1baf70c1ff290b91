"""Factor scores from ordinal items: the most probable factor values given the responses."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from valuealign.analysis.sem.estimation.observed import Observed
from valuealign.analysis.sem.estimation.ordinal_structure import OrdinalStructure
from valuealign.errors import NotSupported

FloatArray = NDArray[np.float64]
_FAR = 38.0
"""Beyond this the normal distribution is 0 or 1 in double precision."""
_LEAST = 1e-300
_FLAT = 1e-6
_STEPS = 200


def mode_scores(
    structure: OrdinalStructure, group: Observed, x: FloatArray, *, prior: bool
) -> FloatArray:
    """Return the most probable factor values of each respondent.

    Parameters
    ----------
    structure : OrdinalStructure
    group : Observed
        With rows; NaN where a respondent did not answer.
    x : array
        The estimates.
    prior : bool
        With the factors' distribution (empirical Bayes modal), or the likelihood alone, which
        has no maximum where a respondent chose only extreme categories.

    Returns
    -------
    array, shape (n, n_factors)
        NaN where there is no maximum.

    Raises
    ------
    NotSupported
        Moments; residual covariances.
    """
    if group.rows is None:
        raise NotSupported(f"{group.place}factor scores need rows; only moments were given")
    p = structure.p
    A, S, m = structure.matrices(x)
    residual = S[:p, :p]
    if (residual - np.diag(np.diag(residual))).any():
        raise NotSupported("scores of ordinal items need uncorrelated residuals")
    state = structure.state(x)
    model = _Model(
        A[:p, p:],
        m[:p],
        np.sqrt(np.diag(residual)),
        state.means[p:],
        np.asarray(np.linalg.pinv(state.C[p:, p:])) if prior else None,
        _edges(structure, x),
        structure.ordered,
    )
    codes = _codes(group, structure)
    patterns, which = np.unique(codes, axis=0, return_inverse=True)
    modes = np.array([model.mode(pattern) for pattern in patterns])
    return np.asarray(modes[which.ravel()])


def _edges(structure: OrdinalStructure, x: FloatArray) -> list[FloatArray]:
    cuts = structure.cuts(x)
    return [
        np.concatenate([[-np.inf], cuts[structure.cut_of == i], [np.inf]])
        for i in range(structure.p)
    ]


def _codes(group: Observed, structure: OrdinalStructure) -> FloatArray:
    """Rows with ordinal values as numbers of their categories, from 0."""
    assert group.rows is not None  # noqa: S101  # checked by the caller
    out = np.array(group.rows, dtype=float)
    for i in np.flatnonzero(structure.ordered):
        seen = ~np.isnan(out[:, i])
        out[seen, i] = np.searchsorted(group.ordinal.levels[i], out[seen, i])
    return out


@dataclass(frozen=True, eq=False)
class _Model:
    """A group's parameters, arranged to score one respondent at a time."""

    loadings: FloatArray
    intercepts: FloatArray
    sd: FloatArray
    mean: FloatArray
    precision: FloatArray | None
    edges: list[FloatArray]
    ordered: NDArray[np.bool_]

    def mode(self, row: FloatArray) -> FloatArray:
        """Return the maximum, found by scoring with halved steps."""
        eta = self.mean.copy()
        value, gradient, information = self._at(eta, row)
        for _ in range(_STEPS):
            try:
                step = np.linalg.solve(information, gradient)
            except np.linalg.LinAlgError:
                break
            if float(gradient @ step) < 1e-14:
                break
            length = 1.0
            while length > 1e-8:
                there = eta + length * step
                new = self._at(there, row)
                if new[0] > value:
                    break
                length /= 2
            else:
                break
            eta, (value, gradient, information) = there, new
        # Where the likelihood has no maximum it becomes flat, and the score is not defined.
        held = np.linalg.eigvalsh(information)[0] > _FLAT
        return eta if held else np.full(len(eta), np.nan)

    def _at(self, eta: FloatArray, row: FloatArray) -> tuple[float, FloatArray, FloatArray]:
        """The log-density, its gradient, and the expected information."""
        k = len(eta)
        value, gradient, information = 0.0, np.zeros(k), np.zeros((k, k))
        for i in np.flatnonzero(~np.isnan(row)):
            loading, sd = self.loadings[i], self.sd[i]
            expected = self.intercepts[i] + loading @ eta
            if not self.ordered[i]:
                z = (row[i] - expected) / sd
                value -= z * z / 2
                gradient += z / sd * loading
                information += np.outer(loading, loading) / sd**2
                continue
            z = np.clip((self.edges[i] - expected) / sd, -_FAR, _FAR)
            share = np.maximum(_between(z), _LEAST)
            density = np.exp(-z * z / 2) / np.sqrt(2 * np.pi)
            slope = (density[:-1] - density[1:]) / sd
            chosen = int(row[i])
            value += float(np.log(share[chosen]))
            gradient += slope[chosen] / share[chosen] * loading
            information += float((slope**2 / share).sum()) * np.outer(loading, loading)
        if self.precision is not None:
            away = self.precision @ (eta - self.mean)
            value -= float((eta - self.mean) @ away) / 2
            gradient -= away
            information += self.precision
        return value, gradient, information


def _between(z: FloatArray) -> FloatArray:
    """Probabilities between neighbouring edges, from the tail they are in."""
    low, high = z[:-1], z[1:]
    right = low > 0
    return np.where(right, ndtr(-low) - ndtr(-high), ndtr(high) - ndtr(low))
