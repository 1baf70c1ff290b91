"""The table of agreement as it is printed, and what a study may expect of it."""

from __future__ import annotations

from collections.abc import Iterator
from math import isnan
from typing import TYPE_CHECKING

from valuealign.instrument.instrument import Instrument
from valuealign.study.expectations import RatersAgree
from valuealign.study.finding_row import NO, UNKNOWN, YES, Row, finding_row
from valuealign.study.rater_agreement import agreement_table, ratings_by_rater
from valuealign.study.study_evidence import StudyEvidence
from valuealign.study.study_result import Section

if TYPE_CHECKING:
    import pandas as pd


def agreement_section(evidence: StudyEvidence, instrument: Instrument) -> Section:
    """How far raters agree about each item, with intervals over stimuli."""
    table = _table(evidence, instrument)
    shown = table[["item", "among", "n_units", "n_raters"]].rename(
        columns={"n_units": "stimuli", "n_raters": "raters"}
    )
    known = table["value"].notna()
    shown["alpha"] = table["value"].map("{:.2f}".format).where(known, "not available")
    ends = zip(table["ci_lower"], table["ci_upper"], strict=True)
    shown["95 % interval"] = ["" if isnan(a) else f"[{a:.2f}, {b:.2f}]" for a, b in ends]
    for name in ("stimuli", "raters"):
        shown[name] = ["" if isnan(v) else f"{v:.0f}" for v in shown[name].astype(float)]
    kinds = sorted(set(table["kind"].dropna()))
    notes = (
        f"Krippendorff's alpha of {' and '.join(kinds) or 'no'} ratings; intervals over stimuli, "
        "with the raters as they are",
        *dict.fromkeys(reason for reason in table["reason"] if reason),
    )
    title = f"{instrument.id}: agreement of raters"
    return Section("agreement", title, shown, notes, {"agreement": table})


def agreement_findings(expects: RatersAgree, evidence: StudyEvidence) -> Iterator[Row]:
    """Whether raters agree at least as far as expected, by the interval.

    Parameters
    ----------
    expects : RatersAgree
    evidence : StudyEvidence
    """
    instrument = evidence.study.instruments[expects.instrument]
    table = _table(evidence, instrument)
    rows = table[(table["item"] == expects.item) & (table["among"] == expects.among)]
    if rows.empty or isnan(rows.iloc[0]["value"]):
        why = rows.iloc[0]["reason"] if len(rows) else f"fewer than two of the {expects.among}"
        yield finding_row(expects.among, None, None, UNKNOWN, str(why))
        return
    row = rows.iloc[0]
    numbers = (float(row["value"]), float(row["ci_lower"]), float(row["ci_upper"]))
    yours = f"alpha {numbers[0]:.2f} [{numbers[1]:.2f}, {numbers[2]:.2f}]"
    agrees, because = stands(numbers, expects.at_least)
    yield finding_row(expects.among, None, yours, agrees, because, numbers=numbers)


def stands(numbers: tuple[float, float, float], at_least: float) -> tuple[str, str]:
    """Whether an interval lies at or above a limit, below it, or on both sides.

    Examples
    --------
    >>> stands((0.6, 0.4, 0.8), 0.4)[0], stands((0.3, 0.1, 0.39), 0.4)[0]
    ('yes', 'no')
    >>> stands((0.5, 0.39, 0.8), 0.4)
    ('inconclusive', 'the interval leaves both sides open')
    """
    _, low, high = numbers
    if low >= at_least:
        return YES, ""
    return (NO, "") if high < at_least else (UNKNOWN, "the interval leaves both sides open")


def _table(evidence: StudyEvidence, instrument: Instrument) -> pd.DataFrame:
    return agreement_table(ratings_by_rater(evidence.responses[instrument.id].long), instrument)
