"""Tables and findings of stability over ways of writing."""

from __future__ import annotations

from collections.abc import Iterator
from math import isnan
from typing import TYPE_CHECKING, Any

from valuealign.instrument.instrument import Instrument
from valuealign.study.expectations import Stable
from valuealign.study.judgement_findings import Finding, limited, open_finding
from valuealign.study.study_evidence import StudyEvidence
from valuealign.study.study_result import Section
from valuealign.study.written_ways import WAYS, OverWays

if TYPE_CHECKING:
    from valuealign.analysis.stability.stability import Stability

_SHOWN = {
    "mean_range": "range of means",
    "flips": "units that flip",
    "disagreement_excess": "disagreement beyond chance",
    "worst_case": "right under all",
}


def stability_section(evidence: StudyEvidence, instrument: Instrument) -> Section:
    """How far answers depend on the way of writing, for each item and respondent."""
    import pandas as pd

    found = evidence.over_ways(instrument)
    rows = [row for each in found for row in _rows(each)]
    data = {
        f"{name} {each.item}, {each.way}": getattr(each.stability, name)
        for each in found
        if each.stability is not None
        for name in ("table", "variants", "units")
    }
    flags = {flag for each in found if each.stability for flag in each.stability.flags}
    notes = [
        "a unit is what was asked about; a decision is an answer above the middle of the scale; "
        "a unit flips where its most frequent decision is not the same in every way of writing",
        "disagreement beyond chance: of two answers to a unit in different ways of writing, less "
        "that of two answers in the same way; 0 if the way does nothing",
        "largest shift: the way of writing whose mean differs most from the original's, with an "
        "interval that is widened for the number of ways; in every configuration, the lowest and "
        "the highest mean, from the middle of the scale",
        *sorted(flags),
        *dict.fromkeys(
            f"{each.item}: not available: {each.reason}" for each in found if each.reason
        ),
    ]
    title = f"{instrument.id}: stability over ways of writing"
    shown = pd.DataFrame(rows)
    empty = [name for name in shown.columns if (shown[name] == "-").all()]
    return Section("stability", title, shown.drop(columns=empty), tuple(notes), data)


def _rows(each: OverWays) -> Iterator[dict[str, Any]]:
    if each.stability is None:
        return
    table = each.stability.table
    for respondent, mine in table.groupby("respondent", sort=False):
        of = {
            str(row["measure"]): (row["value"], row["ci_lower"], row["ci_upper"])
            for row in mine.to_dict("records")
        }
        yield {
            "respondent": respondent,
            "item": each.item,
            "varies": each.way,
            **{title: _shown(of.get(name)) for name, title in _SHOWN.items()},
            "largest shift": _shift(each.stability, str(respondent), each.way),
        }


def _shown(row: tuple[float, float, float] | None) -> str:
    if row is None or isnan(row[0]):
        return "-"
    if isnan(row[1]):
        return f"{row[0]:.2f}"
    return f"{row[0]:.2f} [{row[1]:.2f}, {row[2]:.2f}]"


def largest_shift(
    found: Stability, respondent: str
) -> tuple[str, tuple[float, float, float]] | None:
    """The way of writing whose mean differs most from the original's.

    Returns
    -------
    tuple of str and tuple of float, or None
        Its name, and the difference with its interval. The interval is widened (Bonferroni) for
        the number of ways, because the largest of several differences was chosen.
    """
    from scipy.stats import t

    rows = found.variants[found.variants["respondent"] == respondent]
    others = rows[rows["variant"] != found.reference].dropna(subset=["difference", "ci_lower"])
    if others.empty:
        return None
    row = max(others.to_dict("records"), key=lambda each: abs(each["difference"]))
    df = int((found.units["respondent"] == respondent).sum()) - 1
    wider = float(t.ppf(1 - 0.025 / len(others), df) / t.ppf(0.975, df))
    value, half = float(row["difference"]), float(row["difference"] - row["ci_lower"]) * wider
    return str(row["variant"]), (value, value - half, value + half)


def _shift(found: Stability, respondent: str, way: str) -> str:
    if way not in WAYS.values():
        means = found.variants.loc[found.variants["respondent"] == respondent, "mean"]
        return f"{means.min():+.2f} to {means.max():+.2f} in {len(means)}"
    shift = largest_shift(found, respondent)
    if shift is None:
        return "-"
    name, (value, low, high) = shift
    return f"{name} {value:+.2f} [{low:+.2f}, {high:+.2f}]"


def stable_findings(expects: Stable, evidence: StudyEvidence) -> Iterator[Finding]:
    """Judge a measure of stability of each respondent by its interval."""
    instrument = evidence.study.instruments[expects.instrument]
    wanted = expects.item or "all items"
    for each in evidence.over_ways(instrument):
        if (each.item, each.way) != (wanted, WAYS[expects.of]):
            continue
        if each.stability is None:
            yield open_finding("all", None, each.reason)
            continue
        for who, numbers in _measured(expects, each.stability):
            yield limited(
                who,
                None,
                numbers,
                limit=expects.than,
                direction=expects.direction,
                named=f"{expects.than:g}",
            )


def _measured(
    expects: Stable, found: Stability
) -> Iterator[tuple[str, tuple[float, float, float]]]:
    """A measure of each respondent, with its interval; a shift without its sign."""
    for who in dict.fromkeys(found.table["respondent"].astype(str)):
        if expects.measure == "largest_shift":
            shift = largest_shift(found, who)
            value, low, high = (float("nan"),) * 3 if shift is None else shift[1]
            if value < 0:
                value, low, high = -value, -high, -low
            yield who, (value, max(low, 0.0), high)
            continue
        mine = found.table[
            (found.table["respondent"] == who) & (found.table["measure"] == expects.measure)
        ]
        none = (float("nan"),) * 3
        names = ("value", "ci_lower", "ci_upper")
        values = [tuple(float(row[n]) for n in names) for row in mine.to_dict("records")]
        yield who, (values[0][0], values[0][1], values[0][2]) if values else none
