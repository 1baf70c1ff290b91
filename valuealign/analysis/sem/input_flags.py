"""Flags that are raised before anything is fitted: names, scales and markers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from valuealign.analysis.moments import Moments
from valuealign.analysis.sem.estimation.observed import Observed
from valuealign.analysis.sem.specification.parameter_table import ParameterTable
from valuealign.analysis.sem.specification.table_rows import Row
from valuealign.errors import DataError

FloatArray = NDArray[np.float64]

SCALES = 1000.0
"""Ratio of variances from which numerical precision suffers; lavaan's bound."""
POOR = 0.1
"""Corrected item-total correlation below which a marker is poor; lavaan 0.7's bound."""


def namesakes(data: Any, latent: Sequence[str], items: Sequence[str]) -> frozenset[str]:
    """Return a flag for each factor that has the same name as a column of the data.

    Parameters
    ----------
    data : DataFrame, Moments, or mapping of group to either
    latent : sequence of str
        The model's factors.
    items : sequence of str
        What the model's factors are measured by.

    Raises
    ------
    DataError
        If such a factor is also an indicator of another: the column may be meant.
    """
    parts = data.values() if isinstance(data, Mapping) else (data,)
    columns = {
        str(name)
        for part in parts
        for name in (part.names if isinstance(part, Moments) else getattr(part, "columns", ()))
    }
    both = [name for name in latent if name in columns]
    unclear = [name for name in both if name in items]
    if unclear:
        raise DataError(
            f"{unclear[0]!r} is a factor of the model, an indicator of another, and a column of "
            "the data; which of them is meant? Give the factor another name, or drop the column"
        )
    return frozenset(
        f"factor {name} bears the name of a column, which is not used" for name in both
    )


def doubts(table: ParameterTable, observed: Sequence[Observed]) -> frozenset[str]:
    """Return flags of a model and its data, in words.

    Parameters
    ----------
    table : ParameterTable
    observed : sequence of Observed

    Returns
    -------
    frozenset of str
        Labels that hold a parameter equal in all groups, variances on different scales, markers
        that hardly correlate with their factor's other items.
    """
    return frozenset(
        [*_shared_labels(table), *_scales(table, observed), *_markers(table, observed)]
    )


def _shared_labels(table: ParameterTable) -> Iterator[str]:
    if table.options.n_groups < 2:
        return
    for row in table.rows:
        alone = row.modifiers is not None and len(row.modifiers.label) == 1
        if alone and row.group == 1 and row.label and row.free:
            each = ", ".join(f"{row.label}{g}" for g in range(1, table.options.n_groups + 1))
            yield (
                f"the label {row.label} holds {row.lhs} {row.op} {row.rhs} equal in all groups; "
                f"for a parameter in each write c({each})*"
            )


def _scales(table: ParameterTable, observed: Sequence[Observed]) -> Iterator[str]:
    """Compare the variances of the variables that are not ordered."""
    ordered = set(table.options.thresholds)
    for group in observed:
        own = [i for i, n in enumerate(group.names) if n not in ordered]
        variance = np.diag(group.covariance)[own]
        if len(own) > 1 and variance.max() > SCALES * variance.min():
            big, small = own[int(variance.argmax())], own[int(variance.argmin())]
            yield (
                f"{group.place}variances differ more than {SCALES:,.0f}-fold ({group.names[big]} "
                f"{variance.max():.4g}, {group.names[small]} {variance.min():.4g}); "
                f"divide {group.names[big]} by a constant"
            )


def _markers(table: ParameterTable, observed: Sequence[Observed]) -> Iterator[str]:
    index = {name: i for i, name in enumerate(table.names.observed)}
    measured: dict[str, list[Row]] = {}
    for row in table.rows:
        if row.op == "=~" and row.group == 1 and row.rhs in index:
            measured.setdefault(row.lhs, []).append(row)
    for factor, rows in measured.items():
        fixed = [k for k, row in enumerate(rows) if not row.free]
        if len(rows) < 2 or fixed != [0] or rows[0].value != 1:
            continue
        places = [index[row.rhs] for row in rows]
        sizes = [_item_total(group.covariance[np.ix_(places, places)]) for group in observed]
        r = np.abs(np.mean(sizes, axis=0))
        if r[0] < POOR <= r.max():
            best = rows[int(r.argmax())].rhs
            yield (
                f"the marker {rows[0].rhs} of {factor} hardly correlates with the other items "
                f"({r[0]:.2f}); write {best} first, or std_lv=True"
            )


def _item_total(S: FloatArray) -> FloatArray:
    """Return each item's correlation with the sum of the others, items turned to one direction."""
    sd = np.sqrt(np.diag(S))
    first = np.linalg.eigh(S / np.outer(sd, sd))[1][:, -1]
    sign = np.where(first < 0, -1.0, 1.0)
    sign *= np.sign(sign.sum()) or sign[0]  # the vector's own sign is LAPACK's choice
    C = S * np.outer(sign, sign)
    rest = C.sum(axis=0) - np.diag(C)
    variance = C.sum() - 2 * C.sum(axis=0) + np.diag(C)
    return np.asarray(sign * rest / (sd * np.sqrt(np.maximum(variance, 1e-300))))
