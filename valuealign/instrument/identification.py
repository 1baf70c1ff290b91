"""Whether a measurement model can be identified: the rank of what its parameters move.

A model is locally identified where the derivative of the implied covariance by its free
parameters has full column rank; a generic point shows it (Bekker, Merckens & Wansbeek, 1994).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Matrix = NDArray[np.float64]


def degrees_short(
    factors: Mapping[str, Sequence[str]], higher: Mapping[str, Sequence[str]] | None = None
) -> int:
    """How many parameters of a measurement model its covariances leave undetermined.

    Parameters
    ----------
    factors : mapping
        Factor to its indicators.
    higher : mapping, optional
        Second-order factor to the factors that measure it.

    Returns
    -------
    int
        0 where the model is identified. Factors without a higher one covary freely, each
        scaled by its first loading; uniquenesses are free.

    Notes
    -----
    Checked against counts that are known: one factor with two indicators is short by 1, with
    three by 0; two correlated factors with two each by 0; one second-order factor over two
    first-order ones is short by 1.

    Examples
    --------
    >>> degrees_short({"F": ["a", "b"]}), degrees_short({"F": ["a", "b", "c"]})
    (1, 0)
    """
    import numpy as np

    model = _Pattern(factors, higher or {})
    rng = np.random.default_rng(20260101)
    theta = rng.uniform(0.5, 1.5, model.n_parameters)
    rows = np.array([model.derivative(theta, k) for k in range(model.n_parameters)])
    scaled = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-300)
    gram = scaled @ scaled.T
    return model.n_parameters - int(np.linalg.matrix_rank(gram, tol=1e-10, hermitian=True))


class _Pattern:
    """Lambda (items x factors), B (factors x higher) and the free covariances, by position."""

    def __init__(
        self, factors: Mapping[str, Sequence[str]], higher: Mapping[str, Sequence[str]]
    ) -> None:
        self.items = list(dict.fromkeys(item for items in factors.values() for item in items))
        self.first = list(factors)
        self.second = list(higher)
        below = {factor for parts in higher.values() for factor in parts}
        self.free = [*(f for f in self.first if f not in below), *self.second]
        self.lambda_at = self._loadings(factors, self.items, self.first)
        self.beta_at = self._loadings(higher, self.first, self.second)
        n_free = len(self.free)
        self.phi_at = [(i, j) for i in range(n_free) for j in range(i + 1)]
        self.disturbed = [f for f in self.first if f in below]
        self.sizes = [
            sum(not fixed for *_, fixed in self.lambda_at),
            sum(not fixed for *_, fixed in self.beta_at),
            len(self.phi_at),
            len(self.disturbed),
            len(self.items),
        ]

    @property
    def n_parameters(self) -> int:
        return sum(self.sizes)

    @staticmethod
    def _loadings(
        groups: Mapping[str, Sequence[str]], rows: Sequence[str], columns: Sequence[str]
    ) -> list[tuple[int, int, bool]]:
        return [
            (rows.index(part), columns.index(name), k == 0)
            for name, parts in groups.items()
            for k, part in enumerate(parts)
        ]

    def derivative(self, theta: Matrix, k: int) -> Matrix:
        """The covariance's derivative by parameter k: an exact complex step."""
        import numpy as np

        step = theta.astype(np.complex128)
        step[k] += 1e-30j
        sigma = self._implied(step)
        found: Matrix = sigma[np.tril_indices(len(self.items))].imag / 1e-30
        return found

    def _implied(self, theta: NDArray[np.complex128]) -> NDArray[np.complex128]:
        import numpy as np

        loads, regress, phi, disturb, unique = np.split(theta, np.cumsum(self.sizes)[:-1])
        lam = _filled(self.lambda_at, loads, (len(self.items), len(self.first)))
        beta = _filled(self.beta_at, regress, (len(self.first), len(self.second)))
        psi = np.zeros((len(self.free), len(self.free)), complex)
        for (i, j), value in zip(self.phi_at, phi, strict=True):
            psi[i, j] = psi[j, i] = value + (3.0 if i == j else 0.0)
        reach = np.zeros((len(self.first), len(self.free)), complex)
        for i, name in enumerate(self.first):
            if name in self.free:
                reach[i, self.free.index(name)] = 1
        for j, name in enumerate(self.second):
            reach[:, self.free.index(name)] += beta[:, j]
        eta = reach @ psi @ reach.T
        for name, value in zip(self.disturbed, disturb, strict=True):
            eta[self.first.index(name), self.first.index(name)] += value
        sigma: NDArray[np.complex128] = lam @ eta @ lam.T + np.diag(unique)
        return sigma


def _filled(
    places: Sequence[tuple[int, int, bool]],
    values: NDArray[np.complex128],
    shape: tuple[int, int],
) -> NDArray[np.complex128]:
    import numpy as np

    matrix = np.zeros(shape, complex)
    free = iter(values)
    for i, j, fixed in places:
        matrix[i, j] = 1.0 if fixed else next(free)
    return matrix
