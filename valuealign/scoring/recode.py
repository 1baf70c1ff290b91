"""Responses as numeric codes, checked against the response scale, and keyed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from valuealign.errors import DataError
from valuealign.instrument.instrument import Instrument
from valuealign.instrument.response_scale import Keyed, Labelled, YesNoConfidence

if TYPE_CHECKING:
    import pandas as pd

Array = np.ndarray[Any, np.dtype[np.float64]]


def coded(items: pd.DataFrame, instrument: Instrument) -> Array:
    """Return the items as an array of codes; NaN is missing.

    Parameters
    ----------
    items : DataFrame
        One column an item, in the instrument's order.
    instrument : Instrument

    Returns
    -------
    array, shape (n_rows, n_items)

    Raises
    ------
    DataError
        A value the item's response scale does not have; names row, item and value.
    """

    columns = []
    for name in items.columns:
        texts = np.array([isinstance(v, str | bytes) for v in items[name]], dtype=bool)
        values = _numbers(items[name].mask(texts), str(name))
        lost = np.isnan(values) & items[name].notna().to_numpy()
        allowed = _allowed(instrument, str(name))
        wrong = lost | (~np.isnan(values) & ~_within(values, allowed))
        if wrong.any():
            row = int(np.flatnonzero(wrong)[0])
            raise DataError(
                f"row {items.index[row]}: item {name} is {items[name].iloc[row]}; expected "
                f"{_said(allowed)}, or nothing where the answer is missing"
            )
        columns.append(values)
    return np.column_stack(columns) if columns else np.zeros((len(items), 0))


def _numbers(column: pd.Series[Any], name: str) -> Array:
    """Return a column as numbers; raise an error if it is not numeric."""
    import pandas as pd

    try:
        numbers = pd.to_numeric(column, errors="coerce")
        if getattr(numbers.dtype, "kind", "") == "c":
            raise TypeError("complex numbers")
        return numbers.to_numpy(dtype=np.float64, na_value=np.nan)
    except (TypeError, ValueError, OverflowError) as error:
        raise DataError(f"item {name} is not numeric ({error}); expected its codes") from None


def _allowed(instrument: Instrument, item_id: str) -> tuple[list[float], bool]:
    """Return the codes that an item may have, or its two bounds, and which of these they are."""
    scale = instrument.scale_of(item_id)
    if isinstance(scale, Labelled):
        return [float(point.code) for point in scale.points], True
    if isinstance(scale, Keyed):
        return [float(option.code) for option in instrument.item(item_id).options], True
    if isinstance(scale, YesNoConfidence):
        return [0.0, 1.0], True
    low, high = getattr(scale, "minimum", -np.inf), getattr(scale, "maximum", np.inf)
    return [float(low), float(high)], False


def _within(values: Array, allowed: tuple[list[float], bool]) -> np.ndarray[Any, Any]:
    numbers, are_codes = allowed
    if are_codes:
        return np.isin(values, numbers)
    within: np.ndarray[Any, Any] = (values >= numbers[0]) & (values <= numbers[1])
    return within


def _said(allowed: tuple[list[float], bool]) -> str:
    numbers, are_codes = allowed
    if are_codes:
        return ", ".join(f"{number:g}" for number in numbers)
    return f"{numbers[0]:g} to {numbers[1]:g}"


def straightened(values: Array, instrument: Instrument, opposed: np.ndarray[Any, Any]) -> Array:
    """Reverse answers to stems of opposed content, so that they describe the stems.

    Parameters
    ----------
    values : array, shape (n_rows, n_items)
    instrument : Instrument
    opposed : array of bool, shape (n_rows,)
        Which rows answered the opposed stems.
    """
    low = getattr(instrument.response_scale, "minimum", None)
    high = getattr(instrument.response_scale, "maximum", None)
    if not opposed.any() or low is None or high is None:
        return values
    return np.where(opposed[:, None], low + high - values, values)


def turned(values: Array, instrument: Instrument) -> Array:
    """Reverse items keyed -1 about the middle of the response scale.

    Parameters
    ----------
    values : array, shape (n_rows, n_items)
    instrument : Instrument

    Raises
    ------
    DataError
        An item keyed -1 on a scale without ends.

    Examples
    --------
    >>> import numpy as np
    >>> import valuealign as va
    >>> pvq = va.load_instrument("pvq-21")
    >>> bool((turned(np.full((1, 21), 2.0), pvq) == 2.0).all())
    True
    """
    keyed = np.array([item.keyed for item in instrument.items])
    if (keyed == 1).all():
        return values
    low = getattr(instrument.response_scale, "minimum", None)
    high = getattr(instrument.response_scale, "maximum", None)
    if low is None or high is None:
        raise DataError(f"{instrument.id} keys items -1 on a scale without two ends")
    return np.where(keyed == -1, low + high - values, values)
