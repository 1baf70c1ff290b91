"""The tables of judgements of stimuli whose truth is known, as they are printed."""

from __future__ import annotations

from math import isnan
from typing import TYPE_CHECKING, Any

from valuealign.study.finding_row import p_value
from valuealign.study.study_evidence import StudyEvidence
from valuealign.study.study_file import Judged
from valuealign.study.study_result import Section

if TYPE_CHECKING:
    from valuealign.analysis.judgement.judgement import Judgement

_DECISIONS = ("accuracy", "sensitivity", "specificity", "precision")
_CONFIDENCE = ("auc", "brier", "calibration_slope", "calibration_error")


def judgement_section(evidence: StudyEvidence, each: Judged) -> Section:
    """How well each respondent judges the stimuli, in every condition."""
    import pandas as pd

    found = evidence.judged(each)
    of = _values(found.decisions)
    sure = {} if found.probabilities is None else _values(found.probabilities)
    rows = [
        {
            "respondent": judge,
            **{name: _with_interval(of.get((judge, name))) for name in _DECISIONS},
            **{name.replace("_", " "): _number(sure.get((judge, name))) for name in _CONFIDENCE},
        }
        for judge in dict.fromkeys(found.rows["judge"])
    ]
    base = {row[0] for (_, measure), row in of.items() if measure == "always_yes"}
    told = " to ".join(f"{share:.3f}" for share in sorted({min(base), max(base)}))
    notes = [
        f"the base rate of {each.positive!r} is {told}: saying so of every record would have this "
        "accuracy",
        *_chance(sure),
        *sorted(found.decisions.flags),
    ]
    if found.contradictions:
        notes.append(
            f"{found.contradictions} answers have a confidence below 50 %, which contradicts them"
        )
    if found.probabilities is None:
        notes.append("no confidence was stated for records of both kinds")
    name = evidence.study.instruments[each.instrument].id
    data = {"decisions": found.decisions.table, "counts": found.decisions.counts}
    if found.probabilities is not None:
        data |= {
            "confidence": found.probabilities.table,
            "calibration": found.probabilities.calibration,
            "net_benefit": found.probabilities.net_benefit,
        }
    title = f"{name}: {each.item} against {each.truth}"
    return Section("judgement", title, pd.DataFrame(rows), tuple(notes), data)


def changes_section(evidence: StudyEvidence, each: Judged) -> Section:
    """What a factor of the stimuli changes, within records."""
    import pandas as pd

    table = evidence.judged(each).changes
    shown = pd.DataFrame(
        {
            "respondent": table["model"],
            "factor": [
                f"{row['factor']}: {row['to']} - {row['from']}" for row in table.to_dict("records")
            ],
            "measure": table["measure"],
            "change": [
                f"{row['change']:+.2f} [{row['ci_lower']:+.2f}, {row['ci_upper']:+.2f}]"
                for row in table.to_dict("records")
            ],
            "p": [p_value(p).removeprefix("p ") for p in table["pvalue"]],
            "records": table["n"],
        }
    )
    notes = (
        "changes within records: answers to a record are averaged, the interval is over records",
        "p of McNemar's exact test where each record was judged once under each level, else of t",
        "a lower Brier score is better: confidence that is nearer to the outcome",
    )
    name = evidence.study.instruments[each.instrument].id
    title = f"{name}: what more information changes, within records"
    return Section("judgement", title, shown, notes if len(table) else (), {"changes": table})


def _values(found: Judgement) -> dict[tuple[str, str], tuple[float, float, float]]:
    names = ("judge", "measure", "value", "ci_lower", "ci_upper")
    columns = (found.table[name] for name in names)
    return {
        (str(judge), str(measure)): (float(value), float(low), float(high))
        for judge, measure, value, low, high in zip(*columns, strict=True)
    }


def _chance(sure: dict[tuple[str, str], Any]) -> list[str]:
    chance = [row[0] for (_, name), row in sure.items() if name == "calibration_error_by_chance"]
    if not chance:
        return []
    return [
        "a calibration slope of 1 is right, and below 1 is too sure; a calibration error of up to "
        f"{max(chance):.2f} is what chance gives with so few records"
    ]


def _with_interval(row: tuple[float, float, float] | None) -> str:
    if row is None or isnan(row[0]):
        return "not available"
    return f"{row[0]:.2f} [{row[1]:.2f}, {row[2]:.2f}]"


def _number(row: tuple[float, float, float] | None) -> str:
    return "-" if row is None or isnan(row[0]) else f"{row[0]:.2f}"
