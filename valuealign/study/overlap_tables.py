"""Open answers beside reference texts: the section and the finding of a study."""

from __future__ import annotations

from collections.abc import Iterator

from valuealign.study.finding_row import NO, UNKNOWN, YES, Row, finding_row
from valuealign.study.guarded import guarded
from valuealign.study.overlap_file import OverlapBeyondOthers, WithReference
from valuealign.study.study_evidence import StudyEvidence
from valuealign.study.study_result import Section

_TITLES = {"rouge1": "ROUGE-1", "rouge2": "ROUGE-2", "rougeL": "ROUGE-L", "bertscore": "BERTScore"}


def overlap_sections(analysis: str, evidence: StudyEvidence) -> Iterator[Section]:
    """Yield one section for each comparison with references that the study declares."""
    for each in evidence.study.file.references:
        title = f"{each.instrument}: {each.item}"
        yield guarded(analysis, title, overlap_section, evidence, each)


def overlap_section(evidence: StudyEvidence, each: WithReference) -> Section:
    """Return the overlap of each respondent's answers with the references."""
    import pandas as pd

    found = evidence.overlapped(each)
    rows = []
    for model, part in found.own.table.groupby("group", sort=False):
        row: dict[str, object] = {"respondent": str(model)}
        for one in part.to_dict("records"):
            title = f"{_TITLES[one['measure']]} F1"
            row[title] = f"{one['f1']:.2f} [{one['ci_lower']:.2f}, {one['ci_upper']:.2f}]"
        beyond = found.beyond[found.beyond["model"] == model].set_index("measure")
        row["ROUGE-1 with other references"] = f"{float(beyond['others']['rouge1']):.2f}"
        rows.append(row | {"stimuli": int(part["n_units"].iloc[0])})
    notes = [
        "overlap is not quality: a summary can be right in other words, and wrong in the same ones",
        "intervals leave out one stimulus at a time; other references: how much any summary of "
        "this kind shares with one of another stimulus",
        *sorted(found.own.flags),
    ]
    if found.own.encoder:
        notes.append(f"BERTScore by {found.own.encoder}")
    if found.n_missing:
        notes.append(f"{found.n_missing} replies without a text are left out")
    name = evidence.study.instruments[each.instrument].id
    title = f"{name}: {each.item} beside the reference {each.reference!r}"
    data = {"overlap": found.own.table, "beyond": found.beyond}
    return Section("overlap", title, pd.DataFrame(rows), tuple(notes), data)


def overlap_findings(expects: OverlapBeyondOthers, evidence: StudyEvidence) -> Iterator[Row]:
    """Judge each respondent's overlap beyond that with other references by its interval.

    Parameters
    ----------
    expects : OverlapBeyondOthers
    evidence : StudyEvidence
    """
    named = (e for e in evidence.study.file.references if _same(e, expects))
    table = evidence.overlapped(next(named)).beyond
    for row in table[table["measure"] == expects.measure].to_dict("records"):
        numbers = (row["difference"], row["ci_lower"], row["ci_upper"])
        above, below = numbers[1] > expects.than, numbers[2] < expects.than
        right, wrong = (above, below) if expects.direction == "above" else (below, above)
        agrees = YES if right else NO if wrong else UNKNOWN
        because = "" if agrees != UNKNOWN else f"the interval holds {expects.than:g}"
        yours = f"{numbers[0]:+.2f} [{numbers[1]:+.2f}, {numbers[2]:+.2f}]"
        yield finding_row(str(row["model"]), None, yours, agrees, because, numbers=numbers)


def _same(each: WithReference, expects: OverlapBeyondOthers) -> bool:
    return (each.instrument, each.item) == (expects.instrument, expects.item)
