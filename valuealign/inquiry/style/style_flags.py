"""Flags of a style analysis: constant answers, and numbers that do not exist."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


def constant_answers(frame: pd.DataFrame, names: tuple[str, str, str]) -> frozenset[str]:
    unit, item, value = names
    flags = set()
    spread = frame.groupby([unit, item], observed=True)[value].nunique()
    for name, part in spread.groupby(level=0, observed=True):
        by_item = frame[frame[unit] == name].groupby(item, observed=True)[value].mean()
        if by_item.nunique() == 1:
            flags.add(f"{name} gives every item the same answer")
        elif part.max() == 1 and len(frame[frame[unit] == name]) > len(part):
            flags.add(f"{name} answers each item always alike")
    return frozenset(flags)


def without_interval(intervals: pd.DataFrame, unit: str) -> set[str]:
    alone = intervals[intervals["ci_lower"].isna()]
    return {
        f"{row[unit]}: no interval of {row['index']}, for which two {row['over']} are needed"
        for _, row in alone.iterrows()
    }


def without_correlation(effects: pd.DataFrame, unit: str) -> set[str]:
    if effects.empty:
        return set()
    flat = effects[effects["r"].isna()]
    return {
        f"{row[unit]}: no correlation of item means under {row['factor']} {row['level']}: fewer "
        "than three items, or means that are all the same"
        for _, row in flat.iterrows()
    }


def without_elevation(raised: pd.Series[float]) -> set[str]:
    return {
        f"no elevation of {name}: a scale has no scores, or they do not vary"
        for name in raised.index[raised.isna()]
    }


def without_repeats(sensitivity: pd.DataFrame | None, unit: str) -> set[str]:
    if sensitivity is None or "same_within" not in sensitivity:
        return set()
    alone = sensitivity.reset_index()
    alone = alone[alone["same_within"].isna()]
    names = alone[unit] if unit in alone else alone.iloc[:, 0]
    return {f"{name}: no two answers to an item under one form" for name in names}
