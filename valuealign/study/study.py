"""A study that is ready to run: its file, its instruments and its personas."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from valuealign.administration.plan.elicitation import checked_elicitation
from valuealign.administration.plan.form import parse_forms
from valuealign.errors import PlanError
from valuealign.inquiry.verdict.rules import Rules
from valuealign.instrument.advised_design import advised_design
from valuealign.instrument.instrument import Instrument
from valuealign.respondent import Persona
from valuealign.stimulus.chosen import Chosen
from valuealign.study.expectations import Check
from valuealign.study.study_file import StudyFile
from valuealign.study.study_file_parts import InstrumentPart
from valuealign.suggestion import did_you_mean


@dataclass(frozen=True, eq=False)
class Study:
    """A study that is ready to run.

    Attributes
    ----------
    file : StudyFile
        What its file says.
    instruments : dict of str to Instrument
        As the file names them -> the instrument.
    personas : tuple of Persona
        Empty where the models are asked as they are.
    populations : dict of str to str
        Instrument id -> the human sample beside it.
    path : Path
        The file.
    rules : Rules
        Of the verdict and of the comparison with people.
    about : dict of str to Chosen
        As the file names instruments -> what each is asked about.
    changes : tuple of str
        Settings of this run that differ from the file's, in words.
    answers : dict of str to str or Path
        Instrument id -> counts of people's answers.
    limit : int, optional
        How many stimuli of each set are used, from the first; all of them by default.

    rubrics : dict of str to Instrument
        Step in which replies are rated -> its rubric.

    Examples
    --------
    >>> import valuealign as va
    >>> study = va.load_study("hadar-shoval-2024")
    >>> study, study.n_requests
    (<Study hadar-shoval-2024: pvq-rr x 3, value-dilemmas x 10>, 984)
    """

    file: StudyFile
    instruments: Mapping[str, Instrument]
    personas: tuple[Persona, ...]
    populations: Mapping[str, str]
    path: Path
    rules: Rules
    about: Mapping[str, Chosen] = field(default_factory=dict)
    changes: tuple[str, ...] = ()
    answers: Mapping[str, str | Path] = field(default_factory=dict)
    limit: int | None = None
    rubrics: Mapping[str, Instrument] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """Its name."""
        return self.file.id

    @property
    def n_requests(self) -> int:
        """Number of requests for one model, without retries."""
        total = 0
        for part in self.file.instruments:
            instrument = self.instruments[part.instrument]
            n_stimuli = self._n_stimuli(part)
            for form in parse_forms(self.forms(part)):
                whole = (form.context or instrument.administration.context) == "whole"
                n_cells = 1 if whole else len(instrument.items)
                total += part.occasions * n_stimuli * n_cells
        return total * max(len(self.personas), 1)

    def _n_stimuli(self, part: InstrumentPart) -> int:
        """How many stimuli, with their variants, an instrument is asked about; 1 without any."""
        chosen = self.about.get(part.instrument)
        if chosen is None:
            return 1
        bases = len(chosen.stimuli)
        return len(chosen) // bases * min(bases, self.limit or bases)

    def forms(self, part: InstrumentPart) -> list[str]:
        """Return an instrument's forms: those of the file, else those that conclusions need."""
        return list(part.forms) or [advised_design(self.instruments[part.instrument]).forms]

    @property
    def notes(self) -> list[str]:
        """Notes for the reader, the first about how personas are sampled."""
        lines = [*self.file.notes, *self.changes]
        sets = {chosen.stimuli.id: chosen.stimuli.file for chosen in self.about.values()}
        for file in sets.values():
            lines += [f"{file.id}: {file.content_note}"] if file.content_note else []
            lines += [f"{file.id} is not for {'; '.join(file.not_for)}"] if file.not_for else []
        texts = len({person.text for person in self.personas})
        if texts < len(self.personas):
            lines.append(
                f"{len(self.personas)} personas have {texts} different texts; those that are told "
                "the same are one respondent asked again"
            )
        return lines

    def __repr__(self) -> str:
        parts = ", ".join(
            f"{self.instruments[g.instrument].id} x {g.occasions}" for g in self.file.instruments
        )
        who = f", {len(self.personas):,} personas" if len(self.personas) > 1 else ""
        return f"<Study {self.id}: {parts}{who}>"

    def changed(
        self,
        *,
        occasions: int | None = None,
        elicitation: str | None = None,
        models: Sequence[str] | None = None,
        limit: int | None = None,
    ) -> Study:
        """Return the study with other settings; its notes name them.

        Parameters
        ----------
        occasions : int, optional
            Of every instrument.
        elicitation : {"choice", "text", "json", "logprobs"}, optional
            Of every instrument.
        models : sequence of str, optional
            Who is asked instead of the models that the file names, where it names some.
        limit : int, optional
            Of stimuli of every set, from the first.

        Raises
        ------
        PlanError
            A number or an elicitation that is none; a limit where there are no stimuli.

        Examples
        --------
        >>> import valuealign as va
        >>> va.load_study("hadar-shoval-2024").changed(occasions=2).notes[-1]
        'given with occasions 2, where the study says 3, 10'
        """
        if occasions is not None and occasions < 1:
            raise PlanError(f"occasions is {occasions}; expected 1 or more")
        if limit is not None and (limit < 1 or not self.about):
            why = "expected 1 or more" if self.about else f"{self.id} is not asked about stimuli"
            raise PlanError(f"limit is {limit}; {why}")
        if elicitation is not None:
            checked_elicitation(elicitation)
        wanted = {"occasions": occasions, "elicitation": elicitation}
        changes: list[str] = []
        for name, value in wanted.items():
            said = list(dict.fromkeys(str(getattr(g, name)) for g in self.file.instruments))
            if value is not None and said != [str(value)]:
                changes.append(f"given with {name} {value}, where the study says {', '.join(said)}")
        if limit is not None:
            changes.append(f"asked about the first {limit} stimuli of each set only")
        new = {name: value for name, value in wanted.items() if value is not None}
        parts = tuple(part.model_copy(update=new) for part in self.file.instruments)
        asked = self.file.models
        if models and asked and sorted(models) != sorted(asked):
            changes.append(f"given to {', '.join(models)}, where the study says {', '.join(asked)}")
            asked = tuple(models)
        file = self.file.model_copy(update={"instruments": parts, "models": asked})
        limit = limit or self.limit
        return replace(self, file=file, limit=limit, changes=(*self.changes, *changes))

    def only(self, instruments: Sequence[str] = (), forms: Sequence[str] = ()) -> Study:
        """Return the study with some of its instruments, or in other forms; its notes name them.

        Parameters
        ----------
        instruments : sequence of str
            Which of its instruments, with their checks; by default all.
        forms : sequence of str
            Of every instrument, as ``--form`` takes them; by default the study's own.

        Raises
        ------
        InstrumentError, PlanError
            An instrument that the study does not give, or a form that one does not have.

        Examples
        --------
        >>> import valuealign as va
        >>> va.load_study("elyoseph-2024-rmet").only(["rmet"], ["pictures=absent"]).changes
        ('given with rmet alone', 'given in the form pictures=absent')
        """
        known = {self.instruments[p.instrument].id: p for p in self.file.instruments}
        for name in instruments:
            if name not in known:
                raise PlanError(
                    f"{self.id} gives no instrument {name!r}; {did_you_mean(name, known)}"
                )
        kept = [part for name, part in known.items() if not instruments or name in instruments]
        changes = []
        if len(kept) < len(known):
            changes.append(f"given with {', '.join(part.instrument for part in kept)} alone")
        if forms:
            changes.append(f"given in the form {', '.join(forms)}")
            for form in parse_forms(forms):
                for part in kept:
                    form.check(self.instruments[part.instrument])
            kept = [part.model_copy(update={"forms": tuple(forms)}) for part in kept]
        named = {part.instrument for part in kept}
        left = {name for part in known.values() if (name := part.instrument) not in named}
        checks = [c for c in self.file.checks if not left & set(_instruments_of(c))]
        file = self.file.model_copy(update={"instruments": tuple(kept), "checks": tuple(checks)})
        return replace(
            self,
            file=file,
            instruments={n: i for n, i in self.instruments.items() if n in named},
            about={n: chosen for n, chosen in self.about.items() if n in named},
            changes=(*self.changes, *changes),
        )

    def describe(self) -> dict[str, Any]:
        """Describe the study as plain values."""
        return {
            "id": self.id,
            "kind": "study",
            "title": self.file.title,
            "instruments": ", ".join(i.id for i in self.instruments.values()),
            "personas": len(self.personas),
            "requests a model": self.n_requests,
            "checks": len(self.file.checks),
            "file": str(self.path),
        }


def _instruments_of(check: Check) -> list[str]:
    """The instruments that a check is about."""
    names = (getattr(check.expects, name, None) for name in ("instrument", "dilemmas"))
    return [name for name in names if name is not None]
