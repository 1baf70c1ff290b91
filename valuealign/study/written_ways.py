"""Stability of a study's answers over ways of writing and asking."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from valuealign.analysis.stability.stability import Stability, stability
from valuealign.errors import AnalysisError, DataError
from valuealign.instrument.instrument import Instrument
from valuealign.study.study_file import Judged

if TYPE_CHECKING:
    import pandas as pd

WAYS = {"stimulus_variant": "writing of the stimuli", "variant": "writing of the stems"}
"""Columns of ways of writing, which are compared with "original", and what they are called."""
CONFIGURATION = (*WAYS, "instruction", "order", "direction", "labels", "context")
"""Columns that together make a configuration, where they vary."""
_VALUE, _TRUTH = "_value", "_truth"


@dataclass(frozen=True, eq=False)
class OverWays:
    """How far the answers to one item depend on a way of writing.

    Attributes
    ----------
    item : str
        The item; "all items" where the items themselves are the units.
    way : str
        What varies: one of the names of :data:`WAYS`, or "every configuration".
    stability : Stability or None
    reason : str
        Why there is none.
    """

    item: str
    way: str
    stability: Stability | None
    reason: str = ""


def over_ways(
    long: pd.DataFrame, instrument: Instrument, judged: Sequence[Judged] = ()
) -> list[OverWays]:
    """How far the answers to each item depend on ways of writing, and on the configuration.

    Parameters
    ----------
    long : DataFrame
        One row a response.
    instrument : Instrument
    judged : sequence of Judged
        Items whose right answer is known.

    Raises
    ------
    DataError
        Nothing varies: there is one way of writing.

    Notes
    -----
    What is asked about is the unit: a stimulus, or an item where there are no stimuli. A decision
    is an answer above the middle of the response scale. Answers under one way of writing, in
    another direction of the scale or on another occasion, are repetitions.
    """
    ways = {c: title for c, title in WAYS.items() if _varies(long, c)}
    if not ways:
        raise DataError(
            f"{instrument.id} was asked in one way of writing; name 'variants' of the stimuli, or "
            "forms with 'variant=original,misspelt'"
        )
    kept = _prepared(long, instrument, judged)
    configuration = [c for c in CONFIGURATION if _varies(kept, c)]
    found: list[OverWays] = []
    for item, unit, rows in _items(kept, instrument):
        for column, title in ways.items():
            found.append(_one(item, title, rows, unit=unit, variant=[column]))
        if len(configuration) > 1:
            every = _one(item, "every configuration", rows, unit=unit, variant=configuration)
            found.append(every)
    return found


def varies(long: pd.DataFrame) -> bool:
    """Whether anything was asked in several ways of writing."""
    return any(_varies(long, column) for column in WAYS)


def _varies(long: pd.DataFrame, column: str) -> bool:
    return column in long.columns and long[column].nunique() > 1


def _items(rows: pd.DataFrame, instrument: Instrument) -> Iterator[tuple[str, str, pd.DataFrame]]:
    if instrument.about:
        for item in instrument.item_ids:
            yield item, "stimulus", rows[rows["item_id"] == item]
    else:
        yield "all items", "item_id", rows


def _prepared(long: pd.DataFrame, instrument: Instrument, judged: Sequence[Judged]) -> pd.DataFrame:
    """Answers in plain columns, with the truth of judged items on the scale of the answers."""
    rows = long[long["value"].notna()].copy()
    for column in (*CONFIGURATION, "stimulus", "item_id", "model"):
        if column in rows.columns:
            rows[column] = rows[column].astype(object).astype(str)
    rows[_VALUE] = rows["value"].astype(float) - _middle(instrument)
    rows[_TRUTH] = float("nan")
    for each in judged:
        truth = rows[f"stimulus_truth_{each.truth}"].astype(str).str.casefold()
        mine = rows["item_id"] == each.item
        rows.loc[mine, _TRUTH] = (truth[mine] == each.positive.casefold()).astype(float) - 0.5
    return rows


def _middle(instrument: Instrument) -> float:
    """The middle of the response scale."""
    shown = instrument.presented(instrument.item_ids[0])
    codes = [option.code for option in shown.options if option.code is not None]
    if codes and shown.kind != "keyed":
        return (min(codes) + max(codes)) / 2
    if shown.minimum is not None and shown.maximum is not None:
        return (shown.minimum + shown.maximum) / 2
    raise DataError(f"the answers to {instrument.id} are not points on a scale with a middle")


def _one(item: str, way: str, rows: pd.DataFrame, *, unit: str, variant: list[str]) -> OverWays:
    known = bool(rows[_TRUTH].notna().all()) and len(rows) > 0
    options: dict[str, Any] = {"truth": _TRUTH} if known else {}
    if len(variant) == 1:
        options["reference"] = "original"
    above = math.nextafter(0.0, 1.0)  # above the middle, not at it
    try:
        found = stability(
            rows, unit=unit, variant=variant, value=_VALUE, threshold=above, by="model", **options
        )
    except AnalysisError as error:
        return OverWays(item, way, None, str(error))
    return OverWays(item, way, found)
