"""Decisions that change with the variant, and those that change without it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from valuealign.analysis.stability.variant_rows import VariantRows
from valuealign.analysis.unit_jackknife import jackknife_interval

FloatArray = NDArray[np.float64]
Row = tuple[str, float, float, float]
Pairs = tuple[FloatArray, FloatArray]
"""By unit: pairs of answers that differ, and all pairs."""


def frequent_decisions(rows: VariantRows) -> FloatArray:
    """Return the most frequent decision by unit and variant; NaN where there is no answer."""
    assert rows.decision is not None  # noqa: S101  # callers have checked it
    kinds = int(rows.decision.max()) + 1
    counts = np.stack(
        [np.nan_to_num(rows.cells((rows.decision == k).astype(float))) for k in range(kinds)]
    )
    seen = np.isfinite(rows.cells(np.ones(len(rows.unit))))
    return np.where(seen, counts.argmax(axis=0), np.nan)


def flipped(rows: VariantRows) -> NDArray[np.bool_]:
    """Say of every unit whether its decision differs between variants."""
    frequent = frequent_decisions(rows)
    return np.asarray(np.nanmax(frequent, axis=1) > np.nanmin(frequent, axis=1))


def disagreements(rows: VariantRows, level: float) -> list[Row]:
    """Return how often two answers to a unit differ, between variants and within one."""
    between, within = _pairs_apart(rows)
    out: list[Row] = []
    parts: dict[str, Callable[[FloatArray], FloatArray]] = {
        "disagreement": lambda w: _ratio(w, between)
    }
    if within[1].sum() > 0:
        parts["disagreement_repeated"] = lambda w: _ratio(w, within)
        parts["disagreement_excess"] = lambda w: _ratio(w, between) - _ratio(w, within)
    for name, statistic in parts.items():
        value, _, low, high = jackknife_interval(statistic, len(rows.units), level=level)
        least = -1.0 if name.endswith("excess") else 0.0
        out.append((name, value, max(low, least), min(high, 1.0)))
    return out


def _ratio(w: FloatArray, pairs: Pairs) -> FloatArray:
    """Return the share of pairs that differ, each unit with the same weight."""
    differing, size = pairs
    there = size > 0
    share = differing[there] / size[there]
    total = w[:, there].sum(axis=1)
    out = np.full(len(w), np.nan)
    np.divide(w[:, there] @ share, total, out=out, where=total > 0)
    return out


def _pairs_apart(
    rows: VariantRows,
) -> tuple[Pairs, Pairs]:
    """Return by unit the pairs of answers that differ and all pairs: between variants, within."""
    assert rows.decision is not None  # noqa: S101  # callers have checked it
    kinds = int(rows.decision.max()) + 1
    shape = (len(rows.units), len(rows.variants), kinds)
    flat = np.ravel_multi_index((rows.unit, rows.variant, rows.decision), shape)
    counts = np.bincount(flat, minlength=int(np.prod(shape))).reshape(shape).astype(float)

    def pairs(of: FloatArray) -> Pairs:
        """Return pairs that differ and all pairs, from counts by decision."""
        n = of.sum(axis=-1)
        return (n**2 - (of**2).sum(axis=-1)) / 2, n * (n - 1) / 2

    whole, inside = pairs(counts.sum(axis=1)), pairs(counts)
    within = inside[0].sum(axis=1), inside[1].sum(axis=1)
    return (whole[0] - within[0], whole[1] - within[1]), within
