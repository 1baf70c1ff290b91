"""The tables of a study's answers and people's, as they are printed."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from valuealign.errors import DataError
from valuealign.instrument.instrument import Instrument
from valuealign.study.study_evidence import StudyEvidence
from valuealign.study.study_result import Section

_ONE_TEXT = 2


def distribution_sections(evidence: StudyEvidence, instrument: Instrument) -> list[Section]:
    """Shares of each answer with people's, and distances from people where there are people."""
    people = evidence.answers(instrument)
    sections = [_shares(evidence, instrument)]
    if people is not None:
        sections.append(_distances(evidence, instrument, people.id))
    return sections


def _shares(evidence: StudyEvidence, instrument: Instrument) -> Section:
    if evidence.ratings(instrument).empty:
        raise DataError(f"no answer to {instrument.id} could be read")
    table, people = evidence.shares(instrument), evidence.answers(instrument)
    points = getattr(instrument.response_scale, "points", ())
    labels = {float(p.code): next(iter(p.label.values())) for p in points}
    cells = [_percent(row) for row in table.to_dict("records")]
    wide = (
        table.assign(shown=cells, code=table["code"].map(labels))
        .pivot_table(
            index=["item", "cell", "respondent", "n"],
            columns="code",
            values="shown",
            aggfunc="first",
            sort=False,
        )
        .rename_axis(columns=None)
        .reset_index()
    )
    notes = [
        "share of each answer in percent [95 % interval]; intervals of models are over base texts, "
        "exact at the effective number of answers"
    ]
    if people is not None:
        notes += [f"{people.id}: {people.source.weights}; {people.source.design}"]
        notes += [f"{q}: {words}" for q, words in people.source.questions.items()]
    if evidence.ratings(instrument)["base"].nunique() < _ONE_TEXT:
        notes.append("there is one base text, so that models have no interval")
    title = f"{instrument.id}: shares of each answer" + ("" if people is None else " and people's")
    data = {"shares": table}
    return Section("distribution", title, wide, tuple(notes), data)


def _distances(evidence: StudyEvidence, instrument: Instrument, people: str) -> Section:
    import pandas as pd

    table = evidence.distances(instrument)
    rows = [
        {"item": item, "cell": cell, "respondent": who}
        | {row["distance"].replace("_", " "): _distance(row) for row in part.to_dict("records")}
        | {"total variation by chance": f"{part['by_chance'].iloc[0]:.2f}"}
        for (item, cell, who), part in table.groupby(["item", "cell", "respondent"], sort=False)
    ]
    notes = (
        "total variation: share of answers that would have to change; Jensen-Shannon: 0 the same, "
        "1 no answer in common; Wasserstein: points that answers would have to move",
        "by chance: two samples of these sizes from people's own distribution",
    )
    title = f"{instrument.id}: distance from people ({people})"
    return Section("distribution", title, pd.DataFrame(rows), notes, {"distances": table})


def _percent(row: dict[Hashable, Any]) -> str:
    if row["share"] != row["share"]:
        return "not available"
    if row["ci_lower"] != row["ci_lower"]:
        return f"{100 * row['share']:.0f}"
    return f"{100 * row['share']:.0f} [{100 * row['ci_lower']:.0f}, {100 * row['ci_upper']:.0f}]"


def _distance(row: dict[Hashable, Any]) -> str:
    if row["ci_lower"] != row["ci_lower"]:
        return f"{row['value']:.2f} (one base text: no interval)"
    return f"{row['value']:.2f} [{row['ci_lower']:.2f}, {row['ci_upper']:.2f}]"
