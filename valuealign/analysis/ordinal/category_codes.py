"""Ordered responses as category codes, and the bivariate counts of all pairs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from valuealign.errors import ConstantItem, DataError

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]

MANY, MOST = 20, 50
"""More categories than a response scale has, which are flagged; and more than are tried."""
_BLOCK = 8192
"""Rows whose indicators are held at once."""


@dataclass(frozen=True, eq=False)
class Categories:
    """Ordered variables, coded.

    Attributes
    ----------
    names : tuple of str
    codes : int array, shape (p, n)
        The category of each response, from 0; the number of categories of the longest variable
        where it is missing.
    levels : tuple of float arrays
        The values that stand for the categories of each variable, ascending.
    """

    names: tuple[str, ...]
    codes: NDArray[np.int16]
    levels: tuple[FloatArray, ...]

    @property
    def width(self) -> int:
        """Categories of the longest variable."""
        return max((len(v) for v in self.levels), default=0)

    @property
    def holes(self) -> bool:
        """Whether a response is missing."""
        return bool(self.codes.size) and int(self.codes.max()) == self.width

    def counts(self, weights: FloatArray | None = None) -> FloatArray:
        """Return the table of every pair ``i < j``, row by row of the upper triangle.

        Parameters
        ----------
        weights : ndarray, shape (n,), optional

        Returns
        -------
        ndarray, shape (n_pairs, width + 1, width + 1)
            The last row and column count responses whose partner is missing; categories that a
            variable does not have are 0.
        """
        p, n = self.codes.shape
        k = self.width
        kept = k if self.holes else k - 1
        gram = _gram(self.codes, kept, weights)
        total = float(n if weights is None else weights.sum())
        margins = np.diag(gram).reshape(p, kept)
        i, j = np.triu_indices(p, 1)
        table = np.zeros((len(i), k + 1, k + 1))
        table[:, :kept, :kept] = gram.reshape(p, kept, p, kept)[i, :, j, :]
        last = k if self.holes else k - 1  # what was left out is what remains of the margins
        table[:, :kept, last] = margins[i] - table[:, :kept, :kept].sum(axis=2)
        table[:, last, :kept] = margins[j] - table[:, :kept, :kept].sum(axis=1)
        table[:, last, last] = total - table.sum(axis=(1, 2))
        return table if weights is None else np.maximum(table, 0.0)  # no -1e-13 from rounding

    def margins(self, weights: FloatArray | None = None) -> FloatArray:
        """Return how many responses each category has, shape (p, width)."""
        k = self.width + 1
        counted = [np.bincount(code, weights, minlength=k)[:-1] for code in self.codes]
        return np.array(counted, dtype=float).reshape(len(self.names), k - 1)


def _gram(codes: NDArray[np.int16], kept: int, weights: FloatArray | None) -> NDArray[np.float64]:
    """Return the products of the indicators of the first categories."""
    p, n = codes.shape
    if weights is not None:
        gram = np.zeros((p * kept, p * kept))
        for start in range(0, n, _BLOCK):
            part = codes[:, start : start + _BLOCK]
            marks = (part[:, None, :] == np.arange(kept)[:, None]).reshape(p * kept, -1)
            gram += (marks * weights[start : start + _BLOCK]) @ marks.T
        return gram
    bits = np.zeros((p, kept, -(-n // 64) * 8), dtype=np.uint8)
    for c in range(kept):
        bits[:, c, : -(-n // 8)] = np.packbits(codes == c, axis=1)
    return _shared(bits.reshape(p * kept, -1).view(np.uint64))


def _shared(bits: NDArray[np.uint64]) -> FloatArray:
    """Count the bits every two rows share: half the time of a product of indicators."""
    gram = np.zeros((len(bits), len(bits)))
    for k, row in enumerate(bits):
        gram[k, k:] = np.bitwise_count(bits[k:] & row).sum(axis=1, dtype=np.uint32)
        gram[k:, k] = gram[k, k:]
    return gram


def categorise(
    rows: Any, names: Sequence[str], *, levels: Mapping[str, Sequence[float]] | None = None
) -> Categories:
    """Code ordered responses.

    Parameters
    ----------
    rows : array_like, shape (n, p)
        NaN where a response is missing.
    names : sequence of str
    levels : mapping of name to values, optional
        The categories every variable must have, for groups that have to have the same ones;
        otherwise the values that occur.

    Returns
    -------
    Categories

    Raises
    ------
    ConstantItem
        A variable has one category.
    DataError
        A value is none of the declared categories, or a declared category is empty.

    Examples
    --------
    >>> coded = categorise([[1, 2], [4, 5], [4, 2]], ["a", "b"])
    >>> coded.codes.tolist(), [v.tolist() for v in coded.levels]
    ([[0, 1, 1], [0, 1, 0]], [[1.0, 4.0], [2.0, 5.0]])
    """
    table = np.ascontiguousarray(np.asarray(rows, dtype=float).T)
    names = tuple(str(n) for n in names)
    if table.ndim != 2 or len(table) != len(names):
        raise DataError(f"found {len(table)} columns; expected {len(names)}, one a name")
    coded = [
        _values(name, row, None if levels is None else levels.get(name))
        for name, row in zip(names, table, strict=True)
    ]
    for name, (values, code) in zip(names, coded, strict=True):
        if levels is None:
            _refuse_continuous(name, values, int((code >= 0).sum()))
    width = max((len(v) for v, _ in coded), default=0)
    codes = np.empty(table.shape, dtype=np.int16)
    for row, (_, code) in zip(codes, coded, strict=True):
        row[:] = np.where(code < 0, width, code)
    return Categories(names, codes, tuple(v for v, _ in coded))


def _refuse_continuous(name: str, values: FloatArray, n: int) -> None:
    """Raise an error for a variable most of whose values are distinct: it has no thresholds."""
    fractions = len(values) > MANY and bool((values != np.floor(values)).any())
    if len(values) > MOST or (fractions and len(values) > n / 2):
        raise DataError(
            f"item {name!r} has {len(values)} distinct values in {n} responses; expected at most "
            f"{MOST} ordered categories. Is it continuous? Leave it out here, or name the others "
            "in cfa(..., ordered=[...]), which gives its polyserial correlations with them"
        )


def _values(
    name: str, row: FloatArray, declared: Sequence[float] | None
) -> tuple[FloatArray, NDArray[np.int16]]:
    """Return a variable's categories and the place of each response among them, -1 if missing."""
    values, code = _small_whole(row) or _any(row)
    if len(values) < 2 and declared is None:
        raise ConstantItem(
            f"item {name!r} has {len(values)} category; an ordered variable needs at least 2"
        )
    if declared is None:
        return values, code
    wanted = np.unique(np.asarray(declared, dtype=float))
    strange = np.setdiff1d(values, wanted)
    if len(strange):
        raise DataError(f"item {name!r} holds {strange[0]:g}; its categories are {wanted.tolist()}")
    empty = np.setdiff1d(wanted, values)
    if len(empty):
        raise DataError(
            f"category {empty[0]:g} of item {name!r} is empty here and used elsewhere; collapse it "
            "with a neighbour in every group by one rule, as collapse_categories does, or leave "
            "the item out"
        )
    return values, code


def _small_whole(row: FloatArray) -> tuple[FloatArray, NDArray[np.int16]] | None:
    """Code small whole numbers without sorting; None where they are not."""
    missing = np.isnan(row)
    holes = bool(missing.any())
    seen = row[~missing] if holes else row
    if not len(seen):
        return np.empty(0), np.full(len(row), -1, dtype=np.int16)
    low, high = seen.min(), seen.max()
    if not (np.isfinite(low) and high - low < 250 and low == np.floor(low)):
        return None
    shifted = (np.where(missing, low, row) if holes else row) - low
    whole = shifted.astype(np.int16)
    if (whole != shifted).any():
        return None
    used = np.bincount(whole[~missing] if holes else whole, minlength=int(high - low) + 1) > 0
    place = (np.cumsum(used) - 1).astype(np.int16)
    code = whole if used.all() else place[whole]
    return np.flatnonzero(used) + low, np.where(missing, np.int16(-1), code) if holes else code


def _any(row: FloatArray) -> tuple[FloatArray, NDArray[np.int16]]:
    """Code any values."""
    missing = np.isnan(row)
    values, inverse = np.unique(row[~missing], return_inverse=True)
    code = np.full(len(row), -1, dtype=np.int16)
    code[~missing] = inverse
    return values, code
