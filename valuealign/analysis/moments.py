"""Sufficient statistics of one sample, for analyses without access to the rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from valuealign.analysis.matrix import numeric
from valuealign.arguments import checked_class
from valuealign.errors import DataError
from valuealign.escape import for_html
from valuealign.expected import accepts

FloatArray = NDArray[np.float64]


@checked_class
@dataclass(frozen=True, eq=False, repr=False)
class Moments:
    """Covariances, means and size of one sample.

    Parameters
    ----------
    covariance : array_like, shape (p, p), or DataFrame
        Covariance matrix; a frame brings its names.
    mean : array_like, shape (p,), optional
        Means.
    n : int
        Number of respondents.
    names : sequence of str, optional
        Variable names; needed unless `covariance` is a frame.
    divisor : {"n-1", "n"}
        What the sums of squares were divided by.
    gamma : array_like, shape (p + p(p+1)/2,) * 2, optional
        ``n`` times the asymptotic covariance of the means and then the covariances
        (lower triangle, column by column; divisor n), which robust tests need.
    tables : mapping of (name, name) to array, or sequence of arrays, optional
        Bivariate category counts (rows: the first variable's categories), which ordinal
        estimates need; a sequence holds the pairs ``i < j`` in order.

    Raises
    ------
    DataError
        For shapes that do not fit, values that are not finite, or no covariance matrix.

    Examples
    --------
    >>> m = Moments([[2.0, 0.5], [0.5, 1.0]], [0.0, 1.0], n=101, names=["a", "b"])
    >>> m.ml_covariance[0, 0].round(4)
    np.float64(1.9802)
    >>> m.select(["b"]).names
    ('b',)
    """

    covariance: Any
    mean: Any = None
    n: int = field(kw_only=True)
    names: Any = field(default=None, kw_only=True)
    divisor: str = field(default="n-1", kw_only=True)
    gamma: Any = field(default=None, kw_only=True)
    tables: Any = field(default=None, kw_only=True)

    def __repr__(self) -> str:
        parts = [name for name in ("mean", "gamma", "tables") if getattr(self, name) is not None]
        more = f", with {', '.join(parts)}" if parts else ""
        names = ", ".join(self.names[:6]) + (", ..." if len(self.names) > 6 else "")
        return f"<Moments of {len(self.names)} variables ({names}), n = {self.n}{more}>"

    def _repr_html_(self) -> str:
        import pandas as pd

        table = pd.DataFrame(self.covariance, index=self.names, columns=self.names)
        return f"<p>{for_html(repr(self))}</p>{table.round(3).to_html(max_rows=12, max_cols=12)}"

    def __post_init__(self) -> None:
        names = self.names if self.names is not None else getattr(self.covariance, "columns", None)
        if names is None:
            raise DataError("the covariance has no names; give names=[...] or a frame")
        if not accepts(Sequence, names):
            raise DataError(f"names is a {type(names).__name__}; expected a sequence of names")
        names = tuple(str(n) for n in names)
        matrix = _square(self.covariance, len(names), "covariance")
        if not np.allclose(matrix, matrix.T, rtol=1e-6, atol=1e-8 * np.abs(matrix).max()):
            raise DataError("the covariance is not symmetric")
        if not accepts(Literal["n", "n-1"], self.divisor):
            raise DataError(f"divisor is {self.divisor!r}; expected 'n-1' or 'n'")
        if not isinstance(self.n, (int, np.integer)) or self.n < 2:
            raise DataError(f"n is {self.n!r}; expected a whole number of respondents above 1")
        if len(set(names)) < len(names):
            raise DataError("two variables have the same name; give each its own name")
        object.__setattr__(self, "names", names)
        object.__setattr__(self, "n", int(self.n))
        object.__setattr__(self, "covariance", (matrix + matrix.T) / 2)
        if self.mean is not None:
            mean = numeric(self.mean, "mean").ravel()
            if len(mean) != len(names) or not np.isfinite(mean).all():
                raise DataError(f"found {len(mean)} means; expected {len(names)}, all finite")
            object.__setattr__(self, "mean", mean)
        if self.gamma is not None:
            p = len(names)
            gamma = _square(self.gamma, p + p * (p + 1) // 2, "gamma")
            object.__setattr__(self, "gamma", gamma)
        if self.tables is not None:
            object.__setattr__(self, "tables", _by_pair(self.tables, names))

    @property
    def ml_covariance(self) -> FloatArray:
        """The covariance with divisor ``n``, as likelihood estimation uses it."""
        factor = (self.n - 1) / self.n if self.divisor == "n-1" else 1.0
        return np.asarray(self.covariance) * factor

    def select(self, names: Sequence[str]) -> Moments:
        """Return the moments of some of the variables, in the order given."""
        missing = [n for n in names if n not in self.names]
        if missing:
            raise DataError(f"the moments have no variable {missing[0]!r}; they have {self.names}")
        places = np.array([self.names.index(n) for n in names])
        gamma = None
        if self.gamma is not None:
            kept = np.concatenate([places, len(self.names) + _vech_places(places, len(self.names))])
            gamma = self.gamma[np.ix_(kept, kept)]
        return Moments(
            self.covariance[np.ix_(places, places)],
            None if self.mean is None else self.mean[places],
            n=self.n,
            names=tuple(names),
            divisor=self.divisor,
            gamma=gamma,
            tables=None if self.tables is None else _tables_of(self.tables, names),
        )


def _square(matrix: ArrayLike, size: int, what: str) -> FloatArray:
    array = numeric(matrix, f"the {what}")
    if array.shape != (size, size) or not size:
        raise DataError(f"the {what} has shape {array.shape}; expected ({size}, {size})")
    if not np.isfinite(array).all():
        raise DataError(f"the {what} holds a value that is not finite")
    return array


def _vech_places(places: NDArray[np.intp], p: int) -> NDArray[np.intp]:
    """Return where the pairs of some variables stand in the whole column-wise lower triangle."""
    size = len(places)
    columns = np.concatenate([np.full(size - j, j) for j in range(size)])
    rows = np.concatenate([np.arange(j, size) for j in range(size)])
    high = np.maximum(places[rows], places[columns])
    low = np.minimum(places[rows], places[columns])
    return np.asarray(low * p - low * (low - 1) // 2 + high - low, dtype=np.intp)


def _by_pair(tables: Any, names: tuple[str, ...]) -> dict[tuple[str, str], FloatArray]:
    pairs = [(a, b) for i, a in enumerate(names) for b in names[i + 1 :]]
    if not isinstance(tables, Mapping):
        if not accepts(Sequence, tables):
            raise DataError(f"tables is a {type(tables).__name__}; expected a sequence or mapping")
        if len(tables) != len(pairs):
            raise DataError(f"found {len(tables)} tables; expected {len(pairs)}, one a pair")
        tables = dict(zip(pairs, tables, strict=True))
    out = {}
    for pair, table in tables.items():
        if not accepts(tuple[Any, Any], pair):
            raise DataError(f"tables has the key {pair!r}; expected pairs of names")
        a, b = pair
        counts = numeric(table, f"the table of {a!r} and {b!r}")
        if counts.ndim != 2 or not np.isfinite(counts).all() or (counts < 0).any():
            raise DataError(f"the table of {a!r} and {b!r} is not a matrix of counts")
        out[str(a), str(b)] = counts
    return out


def _tables_of(
    tables: dict[tuple[str, str], FloatArray], names: Sequence[str]
) -> dict[tuple[str, str], FloatArray]:
    out = {}
    for i, a in enumerate(names):
        for b in names[i + 1 :]:
            if (a, b) in tables:
                out[a, b] = tables[a, b]
            elif (b, a) in tables:
                out[a, b] = tables[b, a].T
    return out
