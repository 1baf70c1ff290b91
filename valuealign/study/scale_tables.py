"""The tables of a scale about stimuli with people's, as they are printed."""

from __future__ import annotations

import math
from collections.abc import Hashable
from typing import Any

from valuealign.study.scale_with_people import ESTIMATOR
from valuealign.study.study_evidence import StudyEvidence
from valuealign.study.study_file_parts import ScaleWithPeople
from valuealign.study.study_result import Section


def scale_sections(evidence: StudyEvidence, each: ScaleWithPeople) -> list[Section]:
    """Reliability and factor model of a scale, and its invariance, with people."""
    return [_fits(evidence, each), _levels(evidence, each)]


def _fits(evidence: StudyEvidence, each: ScaleWithPeople) -> Section:
    import pandas as pd

    table = evidence.scale_fits(each)
    rows = [
        {
            "respondent": row["respondent"],
            "scale": row["scale"],
            "rows": row["n"],
            "alpha": _with_ends(row, "alpha", "ci_lower", "ci_upper", digits=3),
            "chi-square (df)": _fit_of(row),
            "CFI": _number(row["cfi"]),
            "RMSEA": _number(row["rmsea"]),
            "SRMR": _number(row["srmr"]),
            "lowest loading": _number(row["lowest_loading"]),
        }
        for row in table.to_dict("records")
    ]
    notes = [
        "rows of people are people, one vignette each; rows of a model are its answers about each "
        "vignette, on each occasion and form: its alpha says how alike the items order vignettes, "
        "and its interval is over base texts",
        f"one factor, {ESTIMATOR}, scaled tests and robust indices; tests take a model's rows as "
        "independent, which answers about one text are not",
        *dict.fromkeys(f"{r['respondent']}: {r['reason']}" for r in _with_reason(table)),
    ]
    title = f"{each.instrument}: reliability and factor model, with people"
    return Section("scale", title, pd.DataFrame(rows), tuple(notes), {"fits": table})


def _levels(evidence: StudyEvidence, each: ScaleWithPeople) -> Section:
    import pandas as pd

    table = evidence.scale_levels(each)
    rows = [
        {
            "groups": row["groups"],
            "level": row["level"],
            "standing": row["standing"],
            "difference in CFI": _number(row["delta_cfi"]),
            "RMSEA_D [90 %]": _with_ends(row, "rmsea_d", "rmsea_d_lower", "rmsea_d_upper"),
        }
        for row in table.to_dict("records")
    ]
    notes = [
        f"items are taken to be the same because the study file says: {each.declared}. A level "
        "that fails may be a difference of words",
        *dict.fromkeys(f"{r['groups']}: {r['reason']}" for r in _with_reason(table)),
    ]
    title = f"{each.instrument}: invariance of the factor model"
    return Section("scale", title, pd.DataFrame(rows), tuple(notes), {"levels": table})


def _with_reason(table: Any) -> list[dict[Hashable, Any]]:
    return [row for row in table.to_dict("records") if row["reason"]]


def _number(value: float) -> str:
    return "not available" if math.isnan(value) else f"{value:.3f}"


def _fit_of(row: dict[Hashable, Any]) -> str:
    if row["chisq"] != row["chisq"]:
        return "not available"
    return f"{row['chisq']:.1f} ({row['df']:.0f})"


def _with_ends(
    row: dict[Hashable, Any], value: str, low: str, high: str, *, digits: int = 2
) -> str:
    if row[value] != row[value]:
        return "not available"
    shown = f"{row[value]:.{digits}f}"
    if row[low] != row[low]:
        return shown
    return f"{shown} [{row[low]:.{digits}f}, {row[high]:.{digits}f}]"
