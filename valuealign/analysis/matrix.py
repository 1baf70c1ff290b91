"""Rows of responses as a numeric matrix, checked once for every analysis.

Frames are the usual input; a two-dimensional array works too. Invalid data raise an error that
names the column or the row; no value is dropped or repaired silently.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from valuealign.errors import ConstantItem, DataError, TooFewRows

if TYPE_CHECKING:
    import pandas as pd

    Data = pd.DataFrame | npt.ArrayLike

Floats = npt.NDArray[np.float64]

LARGEST = 1e100
"""Beyond it, or below its inverse, squares and their products are no longer numbers."""
ROUNDING = 1e-13
"""A standard deviation this small relative to an item's largest value is rounding, not variance."""


@dataclass(frozen=True, slots=True)
class Matrix:
    """Responses of people or models to items.

    Parameters
    ----------
    values : ndarray, shape (n_respondents, n_items)
        NaN where a response is missing.
    names : tuple of str
        The items.
    """

    values: Floats
    names: tuple[str, ...]

    @property
    def n(self) -> int:
        """Number of respondents."""
        return len(self.values)

    def complete(self) -> Matrix:
        """Only the respondents without a missing response."""
        return Matrix(self.values[~np.isnan(self.values).any(axis=1)], self.names)


def matrix(data: Data, *, items: Sequence[str] | None = None, empty: bool = False) -> Matrix:
    """Check responses and return them as a matrix.

    Parameters
    ----------
    data : DataFrame or array_like, shape (n_respondents, n_items)
    items : sequence of str, optional
        The columns to take from a frame; all of them otherwise.
    empty : bool
        Let items pass that are missing in every row.

    Returns
    -------
    Matrix

    Raises
    ------
    DataError
        A column is missing, duplicated or not numeric; infinite values; only missing values.

    Examples
    --------
    >>> matrix([[1, 2], [3, 4]]).names
    ('1', '2')
    """
    values, names = _columns(data, items)
    if values.ndim != 2 or values.shape[1] == 0:
        raise DataError(
            f"the data have {values.ndim} dimension(s) and shape {values.shape}; expected rows "
            "of respondents and columns of items"
        )
    _check_size(values, names)
    unanswered = np.isnan(values).all(axis=0)
    if unanswered.any() and not empty:
        raise DataError(
            f"item {names[int(unanswered.argmax())]!r} is missing in every row; leave it out, or "
            "look at its refusals and unreadable replies"
        )
    return Matrix(values, names)


def _check_size(values: Floats, names: tuple[str, ...]) -> None:
    """Raise an error for infinite values, and for magnitudes whose squares overflow or vanish."""
    if np.isinf(values).any():
        column = names[int(np.isinf(values).any(axis=0).argmax())]
        raise DataError(f"item {column!r} holds an infinite value; expected numbers or missing")
    largest = np.abs(np.nan_to_num(values)).max(axis=0, initial=0.0)
    odd = (largest > LARGEST) | ((largest > 0) & (largest < 1 / LARGEST))
    if odd.any():
        k = int(odd.argmax())
        raise DataError(
            f"item {names[k]!r} has values up to {largest[k]:.3g}; expected magnitudes between "
            f"{1 / LARGEST:g} and {LARGEST:g}: give the item another unit"
        )


def _columns(data: Data, items: Sequence[str] | None) -> tuple[Floats, tuple[str, ...]]:
    if not hasattr(data, "columns"):
        values = numeric(data, "the data")
        if values.ndim != 2:
            return values, ()
        return values, tuple(str(k + 1) for k in range(values.shape[1]))
    frame: Any = data
    there = [str(c) for c in frame.columns]
    wanted = there if items is None else list(items)
    absent = [name for name in wanted if name not in set(there)]
    if absent:
        raise DataError(
            f"the data have no column {absent[0]!r}; there are {list(frame.columns)[:8]}"
        )
    if len(set(wanted)) < len(wanted):
        doubled = next(name for name in wanted if wanted.count(name) > 1)
        raise DataError(f"item {doubled!r} has two columns; give each item one column")
    frame_with(frame, wanted)
    places = {name: k for k, name in enumerate(there)}
    picked = frame.iloc[:, [places[name] for name in wanted]]
    if all(isinstance(t, np.dtype) and t.kind in "fiub" for t in picked.dtypes):
        return picked.to_numpy(dtype=float), tuple(wanted)
    columns = [numeric(picked.iloc[:, k], f"item {name!r}") for k, name in enumerate(wanted)]
    return np.column_stack(columns) if columns else np.empty((len(frame), 0)), tuple(wanted)


def frame_with(data: Any, columns: Sequence[str]) -> None:
    """Raise an error unless the data are a frame with exactly one column of each name.

    Parameters
    ----------
    data : DataFrame
    columns : sequence of str

    Raises
    ------
    DataError

    Examples
    --------
    >>> import pandas as pd
    >>> frame_with(pd.DataFrame({"a": [1]}), ["a"])
    """
    if not hasattr(data, "columns"):
        raise DataError(f"expected a frame, found a {type(data).__name__}")
    there = [str(c) for c in data.columns]
    for name in columns:
        if there.count(name) != 1:
            raise DataError(
                f"two columns are named {name!r}; give each column its own name"
                if name in there
                else f"there is no column {name!r}; there are {', '.join(there[:10])}"
            )


def numeric(values: Any, what: str) -> Floats:
    """Return values as numbers; text, categories and dates raise an error that names them.

    Parameters
    ----------
    values : array_like
    what : str
        What they are, for the message.

    Returns
    -------
    ndarray

    Raises
    ------
    DataError
        They are not numbers.

    Examples
    --------
    >>> numeric([1, 2], "the data").tolist()
    [1.0, 2.0]
    """
    kind = getattr(values, "dtype", None)
    try:
        if kind is not None and (str(kind) == "category" or getattr(kind, "kind", "") in "mMcSU"):
            raise ValueError(f"its type is {kind}")
        if isinstance(values, np.ma.MaskedArray):
            return np.asarray(np.ma.filled(values.astype(float), np.nan))
        _refuse_text(values)
        return _sized(np.asarray(values, dtype=float))
    except (ValueError, TypeError, OverflowError) as error:
        if hasattr(values, "long") and hasattr(values, "wide"):
            raise DataError(
                f"{what} is a {type(values).__name__}; give the items' columns of its .wide, such "
                "as responses.wide[['item_1', 'item_2']], or call va.reliability or va.verdict"
            ) from None
        raise DataError(
            f"{what} is not numeric ({error}); expected codes such as 1 to 6 with missing as NaN"
        ) from None


def _sized(values: Floats) -> Floats:
    """Raise an error for numbers whose squares overflow."""
    size = np.abs(values)
    largest = float(np.nan_to_num(size, posinf=0.0).max(initial=0.0))
    if largest > LARGEST or 0 < largest < 1 / LARGEST:
        raise ValueError(f"its largest value is {largest:.3g}: give it another unit")
    return values


def _refuse_text(values: Any) -> None:
    """Raise an error for text, digits included, which may have been meant as labels."""
    plain = np.asarray(values)
    if plain.dtype.kind in "OSU":
        text = next((v for v in plain.ravel() if isinstance(v, str | bytes)), None)
        if text is not None:
            raise ValueError(f"it holds the text {text!r}; convert it with astype(float)")


def covariance(data: Matrix, *, minimum_rows: int = 3) -> Floats:
    """Covariance of complete rows (divisor n - 1); raises if an item is constant.

    Parameters
    ----------
    data : Matrix
    minimum_rows : int
        The fewest complete rows to accept.

    Returns
    -------
    ndarray, shape (n_items, n_items)

    Raises
    ------
    TooFewRows
        Fewer complete rows than ``minimum_rows``.
    ConstantItem
        An item does not vary.

    Examples
    --------
    >>> covariance(matrix([[1, 2], [2, 4], [3, 6]])).tolist()
    [[1.0, 2.0], [2.0, 4.0]]
    """
    complete = data.complete()
    if complete.n < minimum_rows:
        raise TooFewRows(
            f"{complete.n} complete rows of {data.n}; expected at least {minimum_rows}. "
            "Administer more occasions or personas, or look at what is missing"
        )
    covariance = np.atleast_2d(np.cov(complete.values, rowvar=False))
    constant = np.sqrt(np.diag(covariance)) <= ROUNDING * np.abs(complete.values).max(axis=0)
    if constant.any():
        names = [name for name, flat in zip(data.names, constant, strict=True) if flat]
        raise ConstantItem(
            f"item {names[0]!r} does not vary ({len(names)} such of {len(data.names)}): "
            "a constant item carries no information about a covariance"
        )
    return covariance
