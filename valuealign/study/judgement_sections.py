"""The sections of a study that compare answers with a truth, or over ways of writing."""

from __future__ import annotations

from collections.abc import Iterator

from valuealign.study.guarded import guarded
from valuealign.study.judgement_tables import changes_section, judgement_section
from valuealign.study.stability_tables import stability_section
from valuealign.study.study_evidence import StudyEvidence
from valuealign.study.study_result import Section
from valuealign.study.written_ways import varies

JUDGEMENT_ANALYSES = ("judgement", "stability")


def judgement_sections(analysis: str, evidence: StudyEvidence) -> Iterator[Section]:
    """Yield the sections of one of these analyses.

    Parameters
    ----------
    analysis : {"judgement", "stability"}
    evidence : StudyEvidence
    """
    study = evidence.study
    if analysis == "judgement":
        for each in study.file.judgements:
            title = f"{each.instrument}: {each.item}"
            yield guarded(analysis, title, judgement_section, evidence, each)
            yield guarded(analysis, f"{title}, changes", changes_section, evidence, each)
        return
    for instrument in study.instruments.values():
        if study.file.analyses is not None or varies(evidence.responses[instrument.id].long):
            title = f"{instrument.id}: stability over ways of writing"
            yield guarded(analysis, title, stability_section, evidence, instrument)
