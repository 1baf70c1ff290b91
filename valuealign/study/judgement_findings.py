"""Findings about judgements of stimuli whose truth is known."""

from __future__ import annotations

from collections.abc import Iterator
from math import isnan

from valuealign.study.expectations import JudgedChange, JudgedMeasure
from valuealign.study.judged import JudgedStimuli
from valuealign.study.study_evidence import StudyEvidence
from valuealign.study.study_file import Judged

Finding = tuple[str, str | None, str | None, str, str, tuple[float, float, float]]
"""Respondent, people, yours, whether it agrees, why that is open, and the numbers."""


def judged_findings(
    expects: JudgedMeasure | JudgedChange, evidence: StudyEvidence
) -> Iterator[Finding]:
    """Judge a measure of each respondent by its interval.

    Parameters
    ----------
    expects : JudgedMeasure or JudgedChange
    evidence : StudyEvidence
    """
    each = declared(evidence.study.file.judgements, expects.instrument, expects.item)
    assert each is not None  # noqa: S101  # the file was checked
    found = evidence.judged(each)
    if isinstance(expects, JudgedChange):
        yield from _changes(expects, found)
    else:
        yield from _measures(expects, found)


def declared(judgements: tuple[Judged, ...], instrument: str, item: str) -> Judged | None:
    """The declaration of a judgement, or None."""
    named = (each for each in judgements if (each.instrument, each.item) == (instrument, item))
    return next(named, None)


def _measures(expects: JudgedMeasure, found: JudgedStimuli) -> Iterator[Finding]:
    levels = found.rows.drop_duplicates("judge").set_index("judge")
    for name, level in expects.levels.items():
        levels = levels[levels[name] == level]
    tables = [found.decisions.table]
    if found.probabilities is not None:
        tables.append(found.probabilities.table)
    for judge in levels.index:
        rows = [t[(t["judge"] == judge) & (t["measure"] == expects.measure)] for t in tables]
        row = next((r.iloc[0] for r in rows if len(r)), None)
        if row is None:
            yield open_finding(
                judge, expects.people, f"no confidence was stated: no {expects.measure}"
            )
            continue
        limit, named = _limit(expects, found, judge)
        numbers = (float(row["value"]), float(row["ci_lower"]), float(row["ci_upper"]))
        yield limited(
            judge, expects.people, numbers, limit=limit, direction=expects.direction, named=named
        )


def _limit(expects: JudgedMeasure, found: JudgedStimuli, judge: str) -> tuple[float, str]:
    if expects.than != "always_yes":
        return float(expects.than), f"{expects.than:g}"
    table = found.decisions.table
    base = table[(table["judge"] == judge) & (table["measure"] == "always_yes")]["value"]
    return float(base.iloc[0]), f"{base.iloc[0]:.2f}, what always saying yes scores"


def _changes(expects: JudgedChange, found: JudgedStimuli) -> Iterator[Finding]:
    table = found.changes
    mine = table[(table["factor"] == expects.factor) & (table["measure"] == expects.measure)]
    if mine.empty:
        yield open_finding(
            "all", None, f"no record was judged under both levels of {expects.factor}"
        )
    for row in mine.to_dict("records"):
        numbers = (float(row["change"]), float(row["ci_lower"]), float(row["ci_upper"]))
        who = str(row["model"])
        yield limited(who, None, numbers, limit=0.0, direction=expects.direction, named="0")


def limited(
    who: str,
    people: str | None,
    numbers: tuple[float, float, float],
    *,
    limit: float,
    direction: str,
    named: str,
) -> Finding:
    """A finding that agrees where the whole interval lies on the side of a limit."""
    value, low, high = numbers
    if isnan(low) or isnan(high):
        return open_finding(who, people, "there is no interval: too few records")
    above, below = low > limit, high < limit
    agrees, disagrees = (above, below) if direction == "above" else (below, above)
    said = "yes" if agrees else "no" if disagrees else "inconclusive"
    because = "" if agrees or disagrees else f"the interval holds {named}"
    return who, people, f"{value:.2f} [{low:.2f}, {high:.2f}]", said, because, numbers


def open_finding(who: str, people: str | None, because: str) -> Finding:
    """A finding that stays open, and why."""
    none = float("nan")
    return who, people, None, "inconclusive", because, (none, none, none)
