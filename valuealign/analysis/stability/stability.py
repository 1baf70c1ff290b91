"""Stability of answers over variants: shares of variance, flips, and the worst case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from valuealign.analysis.mixed.mixed import mixed
from valuealign.analysis.result_display import Shown
from valuealign.analysis.stability.decision_flips import disagreements, flipped
from valuealign.analysis.stability.variant_rows import VariantRows, variant_rows
from valuealign.analysis.stability.variant_tables import BOUNDS, unit_table, variant_table
from valuealign.analysis.unit_jackknife import jackknife_interval
from valuealign.arguments import checked
from valuealign.errors import AnalysisError, DataError

if TYPE_CHECKING:
    import pandas as pd

FloatArray = NDArray[np.float64]
Row = tuple[str, float, float, float]
NONE = (np.nan, np.nan)
FEW_UNITS = 10
"""With fewer units the intervals rest on very little."""


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Stability(Shown):
    """How far answers depend on the variant.

    Attributes
    ----------
    table : DataFrame
        By respondent: ``respondent measure value ci_lower ci_upper``. Of numbers ``mean_range`` (of
        a unit's means over variants), ``largest_range``, ``variant_share`` and
        ``unit_variant_share`` (of the variance). Of decisions ``flips`` (units whose most frequent
        decision is not the same under every variant), ``disagreement`` of two answers to one unit
        under different variants, ``disagreement_repeated`` under the same variant, and their
        difference ``disagreement_excess``. With a truth ``accuracy``, ``best_variant``,
        ``worst_variant`` (their accuracies) and ``worst_case`` (units that are right under every
        variant).
    variants : DataFrame
        By respondent and variant, in the order of the mean or accuracy: ``respondent variant n
        mean difference ci_lower ci_upper``, the difference from the reference over the same units,
        with its t interval. Of decisions also ``flips`` from the reference, and ``accuracy``.
    units : DataFrame
        By respondent and unit: ``respondent unit n_variants``, of numbers ``lowest highest range``,
        of decisions ``flips``, with a truth ``always_right``.
    reference : str
        The variant that the others are compared with.
    flags : frozenset of str

    Examples
    --------
    >>> import pandas as pd
    >>> import valuealign as va
    >>> rows = pd.DataFrame({"vignette": [1, 1, 2, 2, 3, 3], "wording": ["plain", "slang"] * 3,
    ...                      "rating": [4, 2, 5, 5, 1, 2]})
    >>> found = va.stability(rows, value="rating", unit="vignette", variant="wording", threshold=3)
    >>> round(found.table.set_index("measure").loc["flips", "value"].item(), 2)
    0.33
    """

    table: pd.DataFrame
    variants: pd.DataFrame
    units: pd.DataFrame
    reference: str
    flags: frozenset[str]


@checked
def stability(
    data: pd.DataFrame,
    *,
    unit: str | Sequence[str],
    variant: str | Sequence[str],
    value: str = "value",
    truth: str | None = None,
    threshold: float | None = None,
    reference: str | None = None,
    by: str | None = None,
    level: float = 0.95,
) -> Stability:
    """Say how far answers change when only the variant changes.

    Parameters
    ----------
    data : DataFrame
        One row an answer; a unit may be asked repeatedly under a variant.
    unit : str or sequence of str
        The columns of what was asked about (a vignette, an item).
    variant : str or sequence of str
        The columns of what should not matter: a wording, an order, a temperature. Several make
        every configuration a variant (a specification curve).
    value : str
        The column of answers: numbers, or decisions as texts.
    truth : str, optional
        The column of the true answer.
    threshold : float, optional
        A number at or above it is one decision, below it the other.
    reference : str, optional
        The variant that the others are compared with; by default the first in their order.
    by : str, optional
        The column of respondents (a model).
    level : float
        Confidence level of the intervals.

    Returns
    -------
    Stability
        Tables of measures, of variants and of units.

    Raises
    ------
    DataError
        Columns that are absent, one variant, a reference that is not a variant.
    TooFewRows
        Fewer than two units under two variants.

    Notes
    -----
    Shares of variance are those of a mixed model with random units, variants and, with repeated
    answers, their interaction (:func:`valuealign.mixed`). Intervals leave out one unit at a time;
    shares of units have exact intervals.

    A flip may be chance: with repeated answers ``disagreement_excess`` is what the variant adds to
    the disagreement of answers under one variant.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = pd.DataFrame({"item": ["a", "a", "b", "b"], "order": [1, 2, 1, 2],
    ...                      "value": ["yes", "no", "no", "no"]})
    >>> stability(rows, unit="item", variant="order").units["flips"].tolist()
    [True, False]
    """
    import pandas as pd

    respondents = variant_rows(
        data,
        value=value,
        unit=unit,
        variant=variant,
        truth=truth,
        threshold=threshold,
        by=by,
    )
    names = sorted({name for rows in respondents.values() for name in rows.variants})
    chosen = names[0] if reference is None else str(reference)
    if chosen not in names:
        raise DataError(f"reference is {chosen!r}; the variants are {', '.join(names[:10])}")
    table: list[tuple[Any, ...]] = []
    variants, units = [], []
    for name, rows in respondents.items():
        table += [(name, *row) for row in _measures(rows, level)]
        variants.append(variant_table(rows, chosen, level).assign(respondent=name))
        units.append(unit_table(rows).assign(respondent=name))
    return Stability(
        table=pd.DataFrame(table, columns=["respondent", "measure", "value", *BOUNDS]),
        variants=_first(pd.concat(variants, ignore_index=True)),
        units=_first(pd.concat(units, ignore_index=True)),
        reference=chosen,
        flags=_flags(respondents, chosen, table),
    )


def _first(table: pd.DataFrame) -> pd.DataFrame:
    return table[["respondent", *(c for c in table.columns if c != "respondent")]]


def _measures(rows: VariantRows, level: float) -> list[Row]:
    out: list[Row] = []
    if rows.value is not None:
        cells = _compared(rows, rows.cells(rows.value))
        ranges = np.nanmax(cells, axis=1) - np.nanmin(cells, axis=1)
        out.append(("mean_range", *_mean(ranges, level)))
        out.append(("largest_range", float(ranges.max()), *NONE))
        out += _variance_shares(rows)
    if rows.decision is not None:
        flips = _compared(rows, flipped(rows).astype(float))
        out.append(("flips", *_share(flips, level)))
        out += disagreements(rows, level)
    if rows.right is not None:
        right = rows.cells(rows.right)
        of_variant = np.nanmean(right, axis=0)
        out.append(("accuracy", *_mean(np.nanmean(right, axis=1), level)))
        out.append(("best_variant", float(of_variant.max()), *NONE))
        out.append(("worst_variant", float(of_variant.min()), *NONE))
        out.append(("worst_case", *_share(np.nanmin(right, axis=1) == 1, level)))
    return out


def _compared(rows: VariantRows, of: FloatArray) -> FloatArray:
    """Return the rows of units that were asked under two variants or more."""
    seen = np.isfinite(rows.cells(np.ones(len(rows.unit)))).sum(axis=1)
    return np.asarray(of[seen >= 2])


def _mean(values: FloatArray, level: float) -> tuple[float, float, float]:
    value, _, low, high = jackknife_interval(
        lambda w: w @ values / w.sum(axis=1), len(values), level=level
    )
    return value, low, high


def _share(hits: NDArray[np.bool_] | FloatArray, level: float) -> tuple[float, float, float]:
    from scipy.stats import binomtest

    n, k = len(hits), int(np.sum(hits))
    interval = binomtest(k, n).proportion_ci(level)
    return k / n, float(interval.low), float(interval.high)


def _variance_shares(rows: VariantRows) -> list[Row]:
    """Return the shares of variance of variants, and of units by variants where they repeat."""
    import pandas as pd

    frame = pd.DataFrame({"value": rows.value, "unit": rows.unit, "variant": rows.variant})
    repeated = bool(frame.duplicated(["unit", "variant"]).any())
    random = ["unit", "variant", *(["unit:variant"] if repeated else [])]
    try:
        shares = mixed("value", frame, random=random).random.set_index("term")["share"]
    except AnalysisError:  # no variance at all, or none within cells
        return [("variant_share", np.nan, *NONE)]
    out: list[Row] = [("variant_share", float(shares["variant"]), *NONE)]
    if repeated:
        out.append(("unit_variant_share", float(shares["unit:variant"]), *NONE))
    return out


def _flags(
    respondents: dict[str, VariantRows], reference: str, table: list[tuple[Any, ...]]
) -> frozenset[str]:
    flags = set()
    without = sorted({str(measure) for _, measure, value, *_ in table if np.isnan(value)})
    if without:
        flags.add(f"without a value, since the answers do not vary: {', '.join(without)}")
    for name, rows in respondents.items():
        who = f"{name}: " if name else ""
        cells = rows.cells(np.ones(len(rows.unit)))
        if np.isnan(cells).any():
            flags.add(
                f"{who}{int(np.isnan(cells).sum())} combinations of unit and variant are empty"
            )
        if len(rows.units) < FEW_UNITS:
            flags.add(f"{who}{len(rows.units)} units: intervals rest on very little")
        if reference not in rows.variants:
            flags.add(f"{who}the reference {reference!r} was not asked: no comparison with it")
        if rows.n_missing:
            flags.add(f"{who}{rows.n_missing} rows without a value, unit or variant left out")
        if rows.decision is not None and len(rows.unit) == np.isfinite(cells).sum():
            flags.add(
                f"{who}no repeated answers: flips by chance cannot be separated from variants"
            )
    return frozenset(flags)
