"""Analysis of a study's responses: every analysis is a table or a reason why it is missing."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from valuealign.instrument.instrument import Instrument
from valuealign.study.accuracy.accuracy_sections import RIGHT_ANSWERS
from valuealign.study.freeze.frozen_file import FrozenStudy
from valuealign.study.freeze.frozen_state import frozen_state
from valuealign.study.guarded import guarded
from valuealign.study.judgement_sections import JUDGEMENT_ANALYSES, judgement_sections
from valuealign.study.overlap_tables import overlap_sections
from valuealign.study.rating_sections import rating_sections
from valuealign.study.study import Study
from valuealign.study.study_evidence import StudyEvidence
from valuealign.study.study_file import ANALYSES, Analysis
from valuealign.study.study_findings import findings
from valuealign.study.study_result import Section, StudyResult
from valuealign.study.study_tables import (
    choices_section,
    groups_section,
    models_section,
    profile_section,
    reliability_section,
    verdict_section,
)
from valuealign.study.vignette_sections import VIGNETTE_ANALYSES, vignette_sections

if TYPE_CHECKING:
    import pandas as pd

    from valuealign.store.responses.responses import Responses


def analyse(
    study: Study,
    responses: Mapping[str, Responses],
    *,
    frozen: FrozenStudy | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> StudyResult:
    """Analyse the responses to a study.

    Parameters
    ----------
    study : Study
    responses : mapping of str to Responses
        By instrument id.
    frozen : FrozenStudy, optional
        What was frozen of the study before data were collected.
    say : callable
        Called with each analysis that begins.

    Returns
    -------
    StudyResult
        An analysis that cannot be computed is a section that says why.
    """
    evidence = StudyEvidence(study, responses)
    sections: list[Section] = []
    for analysis in study.file.analyses or ANALYSES:
        say(f"analysing: {analysis}")
        sections += _sections(analysis, evidence)
    notices = dict.fromkeys(
        f"{instrument.id}: {instrument.wording_notice.notice}"
        for instrument in study.instruments.values()
    )
    state = frozen_state(study, frozen, responses.values())
    return StudyResult(
        study=study.id,
        findings=findings(evidence),
        published=published(study),
        sections=tuple(sections),
        notes=(*state.sentences, *notices, *study.notes),
        freeze=state,
    )


def published(study: Study) -> pd.DataFrame:
    """Return published facts other than the findings: ``what value source reason``."""
    import pandas as pd

    rows = [
        {
            "what": fact.what,
            "value": fact.value,
            "source": None if fact.source is None else str(fact.source),
            "reason": fact.reason,
        }
        for fact in study.file.published
    ]
    return pd.DataFrame(rows, columns=["what", "value", "source", "reason"], dtype=object)


def _sections(analysis: Analysis, evidence: StudyEvidence) -> Iterator[Section]:
    return _SECTIONS.get(analysis, _scale_sections)(analysis, evidence)


def _choice_sections(analysis: Analysis, evidence: StudyEvidence) -> Iterator[Section]:
    study = evidence.study
    asked = [i for i in study.instruments.values() if i.scoring.rule == "choices"]
    for values, dilemmas in itertools.product(_of_scales(study), asked):
        title = f"{dilemmas.id}: choices and the profile of {values.id}"
        yield guarded(analysis, title, choices_section, evidence, values, dilemmas)


def _group_sections(analysis: Analysis, evidence: StudyEvidence) -> Iterator[Section]:
    for each in evidence.study.file.groups:
        title = f"{each.instrument} by {each.by}"
        yield guarded(analysis, title, groups_section, evidence, each)


def _right_sections(analysis: Analysis, evidence: StudyEvidence) -> Iterator[Section]:
    for instrument in _with_key(evidence.study):
        title = f"{instrument.id}: {analysis}"
        yield guarded(analysis, title, _right, analysis, evidence, instrument)


def _scale_sections(analysis: Analysis, evidence: StudyEvidence) -> Iterator[Section]:
    study, build = evidence.study, _OF_SCALES[analysis]
    chosen = study.file.analyses is not None
    for instrument in _of_scales(study):
        if instrument.about:
            if chosen:
                yield _rows_are_stimuli(analysis, instrument)
            continue
        alone = analysis == "models" and len(evidence.respondents(instrument)) < 2
        if alone and not chosen:
            continue
        yield guarded(analysis, f"{instrument.id}: {analysis}", build, evidence, instrument)


_SECTIONS: Mapping[str, Callable[[Analysis, StudyEvidence], Iterator[Section]]] = {
    "choices": _choice_sections,
    "groups": _group_sections,
    **dict.fromkeys(JUDGEMENT_ANALYSES, judgement_sections),
    "ratings": rating_sections,
    "overlap": overlap_sections,
    **dict.fromkeys(VIGNETTE_ANALYSES, vignette_sections),
    **dict.fromkeys(RIGHT_ANSWERS, _right_sections),
}
"""Analysis -> its tables; the others are of an instrument's scales."""
_OF_SCALES = {
    "profile": profile_section,
    "reliability": reliability_section,
    "models": models_section,
    "verdict": verdict_section,
}


def _right(analysis: Analysis, evidence: StudyEvidence, instrument: Instrument) -> Section:
    return RIGHT_ANSWERS[analysis](evidence.right_answers(instrument))


def _with_key(study: Study) -> list[Instrument]:
    """The instruments whose items have a right answer."""
    return [i for i in study.instruments.values() if any(x.answer is not None for x in i.items)]


def _rows_are_stimuli(analysis: Analysis, instrument: Instrument) -> Section:
    import pandas as pd

    why = (
        f"not available: {instrument.id} is asked about stimuli, which are the rows of its "
        "analysis; use the analyses 'cells' and 'effects'"
    )
    return Section(analysis, f"{instrument.id}: {analysis}", pd.DataFrame(), (why,))


def _of_scales(study: Study) -> list[Instrument]:
    """The instruments whose scales are means or sums of items."""
    return [i for i in study.instruments.values() if i.scoring.additive]
