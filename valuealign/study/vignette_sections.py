"""The analyses whose rows are answers about stimuli."""

from __future__ import annotations

from collections.abc import Iterator

from valuealign.instrument.instrument import Instrument
from valuealign.study.agreement_tables import agreement_section
from valuealign.study.answer_tables import distribution_sections
from valuealign.study.guarded import guarded, guarded_all
from valuealign.study.scale_tables import scale_sections
from valuealign.study.study_evidence import StudyEvidence
from valuealign.study.study_result import Section
from valuealign.study.vignette_tables import cells_section, effects_section, scores_section

_ONE_TABLE = {"cells": cells_section, "effects": effects_section, "scores": scores_section}
VIGNETTE_ANALYSES = (*_ONE_TABLE, "agreement", "distribution", "scale")


def vignette_sections(analysis: str, evidence: StudyEvidence) -> Iterator[Section]:
    """Yield the sections of one analysis.

    Parameters
    ----------
    analysis : str
        One of :data:`VIGNETTE_ANALYSES`.
    evidence : StudyEvidence
    """
    study = evidence.study
    if analysis == "scale":
        for scale in study.file.scales:
            title = f"{scale.instrument}: scale with people"
            yield from guarded_all(analysis, title, scale_sections, evidence, scale)
        return
    if analysis == "agreement":
        for instrument in (i for i in study.instruments.values() if i.about):
            title = f"{instrument.id}: agreement of raters"
            yield guarded(analysis, title, agreement_section, evidence, instrument)
        return
    # Unless the study asks for it, distributions are shown where people's are known.
    everywhere = analysis != "distribution" or study.file.analyses is not None
    for instrument in _with_factors(evidence):
        title = f"{instrument.id}: {analysis}"
        if analysis in _ONE_TABLE:
            yield guarded(analysis, title, _ONE_TABLE[analysis], evidence, instrument)
        elif everywhere or evidence.answers(instrument) is not None:
            yield from guarded_all(analysis, title, distribution_sections, evidence, instrument)


def _with_factors(evidence: StudyEvidence) -> list[Instrument]:
    """The instruments that are asked about stimuli of a factorial design."""
    study = evidence.study
    return [
        study.instruments[name] for name, chosen in study.about.items() if chosen.stimuli.factors
    ]
