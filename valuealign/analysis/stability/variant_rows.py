"""Answers about the same units under several variants, read from a frame and checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from valuealign.analysis.frame_columns import check_scalars, combined, listed
from valuealign.analysis.matrix import frame_with, numeric
from valuealign.errors import DataError, TooFewRows

if TYPE_CHECKING:
    import pandas as pd

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class VariantRows:
    """One respondent's answers.

    Attributes
    ----------
    unit, variant : ndarray of int, shape (n,)
    units, variants : tuple of str
    value : ndarray, shape (n,), or None
        Numbers; None where the answers are texts.
    decision : ndarray of int, shape (n,), or None
        Which decision the answer is; None of numbers without a threshold or a truth.
    right : ndarray of float, shape (n,), or None
        1 where the decision is the true one.
    n_missing : int
    """

    unit: IntArray
    variant: IntArray
    units: tuple[str, ...]
    variants: tuple[str, ...]
    value: FloatArray | None
    decision: IntArray | None
    right: FloatArray | None
    n_missing: int

    def cells(self, of: FloatArray) -> FloatArray:
        """Return the mean of something by unit and variant, shape (n_units, n_variants)."""
        shape = (len(self.units), len(self.variants))
        flat = self.unit * shape[1] + self.variant
        n_cells = shape[0] * shape[1]
        size = np.bincount(flat, minlength=n_cells)
        out = np.full(n_cells, np.nan)
        np.divide(np.bincount(flat, of, n_cells), size, out=out, where=size > 0)
        return out.reshape(shape)


def variant_rows(
    data: pd.DataFrame,
    *,
    value: str,
    unit: str | Sequence[str],
    variant: str | Sequence[str],
    truth: str | None,
    threshold: float | None,
    by: str | None,
) -> dict[str, VariantRows]:
    """Read every respondent's answers.

    Parameters
    ----------
    data : DataFrame
    value : str
    unit, variant : str or sequence of str
        Columns; several are combined.
    truth : str or None
    threshold : float or None
    by : str or None

    Returns
    -------
    dict of str to VariantRows

    Raises
    ------
    DataError
        Columns that are absent; a threshold for texts; one variant.
    TooFewRows
        Fewer than two units under two variants.
    """
    units, variants = listed(unit), listed(variant)
    columns = [value, *units, *variants, *(c for c in (truth, by) if c is not None)]
    frame_with(data, columns)
    check_scalars(data[columns])
    there = data[columns].notna().all(axis=1)
    rows = data[there].assign(
        **{_UNIT: combined(data[there], units), _VARIANT: combined(data[there], variants)}
    )
    if rows.empty:
        raise DataError("no row has a value, a unit and a variant")
    if by is None:
        return {"": _read(rows, value, truth, threshold, int((~there).sum()))}
    lost = (~there).groupby(data[by].astype(str)).sum()
    return {
        name: _read(part, value, truth, threshold, int(lost[name]))
        for name, part in ((str(k), p) for k, p in rows.groupby(by, sort=False))
    }


_UNIT, _VARIANT = "_unit", "_variant"


def _read(
    rows: pd.DataFrame, value: str, truth: str | None, threshold: float | None, n_missing: int
) -> VariantRows:
    import pandas as pd

    unit, units = pd.factorize(rows[_UNIT])
    variant, variants = pd.factorize(rows[_VARIANT], sort=True)
    if len(variants) < 2:
        raise DataError(f"there is the one variant {variants[0]!r}; expected two or more")
    numbers = pd.api.types.is_numeric_dtype(rows[value])
    numbers = numbers and not pd.api.types.is_bool_dtype(rows[value])
    if threshold is not None and not numbers:
        raise DataError(f"a threshold needs numbers; {value!r} holds {rows[value].iloc[0]!r}")
    as_numbers = numeric(rows[value], f"the value {value!r}") if numbers else None
    if as_numbers is not None and not np.isfinite(as_numbers).all():
        raise DataError(f"the value {value!r} is infinite in some row")
    decision, right = _decisions(rows, value, truth, threshold, as_numbers)
    made = VariantRows(
        unit=unit.astype(np.intp),
        variant=variant.astype(np.intp),
        units=tuple(map(str, units)),
        variants=tuple(map(str, variants)),
        value=as_numbers,
        decision=decision,
        right=right,
        n_missing=n_missing,
    )
    seen = np.isfinite(made.cells(np.ones(len(rows)))).sum(axis=1)
    if (seen >= 2).sum() < 2:
        raise TooFewRows(f"{(seen >= 2).sum()} units have two variants; expected at least two")
    return made


def _decisions(
    rows: pd.DataFrame,
    value: str,
    truth: str | None,
    threshold: float | None,
    numbers: FloatArray | None,
) -> tuple[IntArray | None, FloatArray | None]:
    """Return which decision each answer is, and whether it is the true one."""
    import pandas as pd

    if numbers is not None and threshold is None and truth is None:
        return None, None
    if numbers is not None and threshold is not None:
        decision = (numbers >= threshold).astype(np.intp)
        if truth is None:
            return decision, None
        true = numeric(rows[truth], f"the truth {truth!r}") >= threshold
        return decision, (decision == true).astype(float)
    decision = pd.factorize(rows[value])[0].astype(np.intp)
    right = None
    if truth is not None:
        right = np.asarray(rows[value] == rows[truth], dtype=float)
    return decision, right
