"""What is served: an instrument in its forms, and what the study says to its participants."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from valuealign.administration.plan.form import parse_forms
from valuealign.content import content_id
from valuealign.errors import PlanError
from valuealign.instrument.advised_design import advised_design
from valuealign.instrument.instrument import Instrument
from valuealign.instrument.load import load_instrument
from valuealign.study.load_study import load_study
from valuealign.study.participants import Participants
from valuealign.supply.people.questionnaire import Questionnaire, questionnaire
from valuealign.supply.people.responsible_use import check_clinical, in_language
from valuealign.supply.preparation import Stimuli


@dataclass(frozen=True)
class Survey:
    """An instrument as a web form.

    Parameters
    ----------
    questionnaires : tuple of Questionnaire
        One a form; participants get them in turn.
    participants : Participants
        What the study says to them.
    title : str
    is_trial : bool
        Whether no study says anything: for trying a form, on this machine only.
    """

    questionnaires: tuple[Questionnaire, ...]
    participants: Participants
    title: str
    is_trial: bool = False

    @property
    def language(self) -> str:
        """The language of the form."""
        return self.questionnaires[0].form.language

    @cached_property
    def id(self) -> str:
        """Sixteen hex digits of what is asked: answers to another version are kept apart."""
        contents = [each.content() for each in self.questionnaires]
        return content_id({"asked": contents, "page": self.participants.page})

    def said(self, texts: Mapping[str, str] | None) -> str:
        """A text of the study in the language of the form, or "" where there is none."""
        return in_language(dict(texts), self.language) if texts else ""

    def questionnaire_of(self, number: int) -> Questionnaire:
        """What the participant of that number is asked."""
        return self.questionnaires[number % len(self.questionnaires)]


def survey_of(
    instrument: str | Path,
    about: Stimuli = None,
    *,
    study: str | Path | None = None,
    forms: tuple[str, ...] = (),
    seed: int | None = None,
    **which: Any,
) -> Survey:
    """Prepare an instrument as a web form.

    Parameters
    ----------
    instrument : str or Path
        A name or a file; with a study, one of its instruments.
    about : StimulusSet, str or Path, optional
        By default what the study gives it about.
    study : str or Path, optional
        A study, with a part ``participants``.
    forms : tuple of str, optional
        By default those of the study's ``participants``.
    seed : int, optional
        By default the study's.
    **which
        ``variant limit sample each``, as in :func:`questionnaire`.

    Raises
    ------
    PlanError
        What is missing, and where it belongs: an instrument that the study does not have, no
        part ``participants``, a clinical instrument without content note or help line.
    """
    if study is None:
        return _trial(instrument, about, forms=forms, seed=seed or 0, **which)
    loaded = load_study(study)
    participants = loaded.file.participants
    if participants is None:
        raise PlanError(
            f"{loaded.path.name} says nothing to participants; add 'participants:' with "
            "'information', 'consent' and 'contact' to a copy of it"
        )
    parts = {part.instrument: part for part in loaded.file.instruments}
    if str(instrument) not in parts:
        raise PlanError(f"the study has no instrument {instrument}; it has {', '.join(parts)}")
    chosen = loaded.about.get(str(instrument))
    which["each"] = which.get("each") or participants.each
    asked = _each_form(
        loaded.instruments[str(instrument)],
        about or (chosen.stimuli if chosen else None),
        forms or participants.forms,
        seed=loaded.file.seed if seed is None else seed,
        **which,
    )
    help_line = in_language(participants.help_line, "en") if participants.help_line else None
    where = f"'help_line: {{en: ...}}' under 'participants:' in {loaded.path.name}"
    for each in asked:
        check_clinical(each, help_line, where)
    return Survey(asked, participants, loaded.file.title)


def _each_form(
    instrument: Instrument, about: Stimuli, forms: tuple[str, ...], **which: Any
) -> tuple[Questionnaire, ...]:
    """One questionnaire a form; values after commas are crossed, as for models."""
    advised = advised_design(instrument).forms
    wanted = parse_forms([advised if form == "advised" else form for form in forms])
    return tuple(questionnaire(instrument, about, form=form, **which) for form in wanted)


def _trial(
    instrument: str | Path, about: Any, *, forms: tuple[str, ...], seed: int, **which: Any
) -> Survey:
    asked = _each_form(load_instrument(instrument), about, forms, seed=seed, **which)
    for each in asked:
        check_clinical(each, None, "a study file with 'help_line' (--study FILE)")
    trial = Participants(
        information={"en": "This is a trial of the form, without a study."},
        consent=({"en": "I try the form."},),
        contact="nobody",
    )
    first = asked[0]
    return Survey(asked, trial, first.instrument.title_in(first.form.language), is_trial=True)
