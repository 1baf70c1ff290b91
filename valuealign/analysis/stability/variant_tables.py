"""Variants and units, one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from valuealign.analysis.stability.decision_flips import flipped, frequent_decisions
from valuealign.analysis.stability.variant_rows import VariantRows

if TYPE_CHECKING:
    import pandas as pd

FloatArray = NDArray[np.float64]
BOUNDS = ("ci_lower", "ci_upper")


def variant_table(rows: VariantRows, reference: str, level: float) -> pd.DataFrame:
    """Return every variant, compared with the reference over the same units."""
    import pandas as pd

    size = np.bincount(rows.variant, minlength=len(rows.variants))
    table = pd.DataFrame({"variant": rows.variants, "n": size})
    base = rows.variants.index(reference) if reference in rows.variants else None
    measured = rows.value if rows.value is not None else rows.right
    if measured is not None:
        cells = rows.cells(measured)
        table["mean" if rows.value is not None else "accuracy"] = np.nanmean(cells, axis=0)
        if base is not None:
            apart = [_paired(cells[:, k] - cells[:, base], level) for k in range(cells.shape[1])]
            table[["difference", *BOUNDS]] = apart
    if rows.value is not None and rows.right is not None:
        table["accuracy"] = np.nanmean(rows.cells(rows.right), axis=0)
    if rows.decision is not None and base is not None:
        frequent = frequent_decisions(rows)
        both = np.isfinite(frequent) & np.isfinite(frequent[:, [base]])
        differs = (frequent != frequent[:, [base]]) & both
        table["flips"] = differs.sum(axis=0) / np.maximum(both.sum(axis=0), 1)
    order = next((c for c in ("mean", "accuracy") if c in table), "variant")
    return table.sort_values(order, kind="stable", ignore_index=True)


def _paired(difference: FloatArray, level: float) -> tuple[float, float, float]:
    from scipy.stats import t

    known = difference[np.isfinite(difference)]
    if len(known) < 2:
        return np.nan, np.nan, np.nan
    half = float(t.ppf((1 + level) / 2, len(known) - 1)) * known.std(ddof=1) / np.sqrt(len(known))
    return float(known.mean()), float(known.mean() - half), float(known.mean() + half)


def unit_table(rows: VariantRows) -> pd.DataFrame:
    import pandas as pd

    seen = np.isfinite(rows.cells(np.ones(len(rows.unit)))).sum(axis=1)
    table = pd.DataFrame({"unit": rows.units, "n_variants": seen})
    if rows.value is not None:
        cells = rows.cells(rows.value)
        table["lowest"], table["highest"] = np.nanmin(cells, axis=1), np.nanmax(cells, axis=1)
        table["range"] = table["highest"] - table["lowest"]
    if rows.decision is not None:
        table["flips"] = flipped(rows)
    if rows.right is not None:
        table["always_right"] = np.nanmin(rows.cells(rows.right), axis=1) == 1
    return table
