"""People as latent normal variables cut at thresholds: where planted truths are drawn from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from valuealign.errors import DataError

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class PlantedPeople:
    """Correlations of latent answers, and the thresholds that cut them into options.

    Parameters
    ----------
    correlation : array_like, shape (p, p)
        Polychoric correlations. A matrix that is not positive definite is moved to the nearest
        by its eigenvalues.
    thresholds : array_like, shape (p, n_options - 1)
        Increasing along each row; infinite where nobody uses an option.
    low : int
        Code of the lowest option.

    Examples
    --------
    >>> people = PlantedPeople([[1, 0.5], [0.5, 1]], [[-1, 0, 1], [-1, 0, 1]])
    >>> people.cut(np.array([[-2.0, 0.5]])).tolist()
    [[1.0, 3.0]]
    >>> people.high
    4
    """

    correlation: FloatArray
    thresholds: FloatArray
    low: int = 1

    def __init__(self, correlation: ArrayLike, thresholds: ArrayLike, *, low: int = 1) -> None:
        R, cuts = np.asarray(correlation, dtype=float), np.asarray(thresholds, dtype=float)
        if R.ndim != 2 or R.shape[0] != R.shape[1] or cuts.ndim != 2 or len(cuts) != len(R):
            raise DataError(
                f"correlations have shape {R.shape} and thresholds {cuts.shape}; expected (p, p) "
                "and (p, options - 1)"
            )
        values, vectors = np.linalg.eigh(R)
        R = (vectors * np.clip(values, 1e-4, None)) @ vectors.T
        sd = np.sqrt(np.diag(R))
        object.__setattr__(self, "correlation", R / np.outer(sd, sd))
        object.__setattr__(self, "thresholds", cuts)
        object.__setattr__(self, "low", low)

    @property
    def n_items(self) -> int:
        """Number of items."""
        return len(self.correlation)

    @property
    def high(self) -> int:
        """Code of the highest option."""
        return int(self.low + self.thresholds.shape[1])

    @property
    def root(self) -> FloatArray:
        """The symmetric square root of the correlations, which is unique."""
        values, vectors = np.linalg.eigh(self.correlation)
        return np.asarray((vectors * np.sqrt(values)) @ vectors.T)

    def draw(self, n: int, rng: np.random.Generator) -> FloatArray:
        """Return latent answers of `n` people, shape (n, p)."""
        return np.asarray(rng.standard_normal((n, self.n_items)) @ self.root)

    def cut(self, latent: FloatArray) -> FloatArray:
        """Return the codes of latent answers, in the same shape."""
        return np.asarray((latent[..., None] > self.thresholds).sum(axis=-1) + float(self.low))

    def correlations(self) -> FloatArray:
        """Return the product-moment correlations of the codes of a very large sample.

        Examples
        --------
        >>> people = PlantedPeople([[1, 0.5], [0.5, 1]], [[0.0], [0.0]])
        >>> people.correlations().round(2).tolist()
        [[1.0, 0.33], [0.33, 1.0]]
        """
        x = self.cut(self.draw(200_000, np.random.default_rng(0)))
        return np.asarray(np.corrcoef(x, rowvar=False))
