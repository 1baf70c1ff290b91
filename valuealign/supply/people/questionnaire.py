"""What people are asked: one instrument in one form, about some stimuli, in seeded orders."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from valuealign.administration.plan.form import Form, parse_forms
from valuealign.administration.plan.plan import Administration, Plan, derived_seed
from valuealign.administration.run.plan_records import administration_record
from valuealign.arguments import checked
from valuealign.errors import PlanError
from valuealign.instrument.instrument import Instrument
from valuealign.instrument.load import load_instrument
from valuealign.respondent import Respondent
from valuealign.stimulus.stimulus import About
from valuealign.store.records import AdministrationRecord
from valuealign.store.store import Store
from valuealign.supply.people.person import ELICITATION, person
from valuealign.supply.preparation import Stimuli, chosen_stimuli
from valuealign.supply.reply_set import ReplySet


@dataclass(frozen=True)
class Questionnaire:
    """An instrument as it is given to people.

    Parameters
    ----------
    instrument : Instrument
    form : Form
    about : About, optional
        The stimuli, each in an administration of its own.
    seed : int
        All orders come from it.
    each : int, optional
        How many stimuli one person gets; by default all of them.

    Raises
    ------
    PlanError
        A form or stimuli that do not fit, as for models.
    """

    instrument: Instrument
    form: Form = Form()  # noqa: RUF009  # frozen
    about: About | None = None
    seed: int = 0
    each: int | None = None

    def __post_init__(self) -> None:
        self.plan(person("nobody"))
        if self.each is None:
            return
        if self.about is None:
            raise PlanError("there are no stimuli to divide among people; name a set: --about SET")
        if not 1 <= self.each <= len(self.about):
            raise PlanError(f"each is {self.each}; expected 1 to {len(self.about)} stimuli")

    def plan(self, who: Respondent) -> Plan:
        """The plan of one person, as that of a model."""
        form = replace(self.form, context="item")
        return Plan(self.instrument, (who,), (form,), seed=self.seed, about=self.about)

    def administrations(
        self, who: Respondent, *, number: int | None = None
    ) -> tuple[Administration, ...]:
        """A person's administrations, in the order in which they are given.

        Parameters
        ----------
        who : Respondent
        number : int, optional
            The person's number, counted from 0: with ``each``, consecutive persons get
            consecutive parts of one seeded order, so that all stimuli are rated equally often.
        """
        every = list(self.plan(who).administrations())
        if self.each is not None and number is not None:
            start = number * self.each
            order = self._dealt
            every = [every[order[(start + k) % len(order)]] for k in range(self.each)]
        _shuffle(every, derived_seed(self.seed, who.id, "stimuli"))
        return tuple(every)

    @cached_property
    def _dealt(self) -> Sequence[int]:
        """The seeded order in which stimuli are dealt out."""
        order = list(range(len(self.about or ())))
        _shuffle(order, derived_seed(self.seed, "dealt"))
        return order

    def record(self, store: Store) -> None:
        """Write to the store which replies the stimuli are, where they are replies."""
        if isinstance(self.about, ReplySet):
            self.about.record(store)

    def content(self) -> dict[str, Any]:
        """What the store records of it, as the content of a plan."""
        plan = self.plan(person("nobody"))
        more = {} if self.each is None else {"each": self.each}
        return {**plan.content(), "respondents": [], "elicitation": ELICITATION, **more}


@checked
def questionnaire(
    instrument: Instrument | str | Path,
    about: Stimuli = None,
    *,
    variant: str | Sequence[str] | None = None,
    limit: int | None = None,
    sample: int | None = None,
    form: str | Form | None = None,
    seed: int = 0,
    each: int | None = None,
) -> Questionnaire:
    """Prepare an instrument for people.

    Parameters
    ----------
    instrument : Instrument, str or Path
    about, variant, limit, sample
        As in :func:`valuealign.administer`.
    form : str or Form, optional
        One form; by default the published one.
    seed : int
    each : int, optional
        How many stimuli one person gets.

    Raises
    ------
    InstrumentError, PlanError, StimulusError
        What does not fit.

    Examples
    --------
    >>> asked = questionnaire("crisis-outlook", "burden-belonging", each=4)
    >>> [len(asked.administrations(person("r1"), number=0)), len(asked.about)]
    [4, 12]
    """
    loaded = instrument if isinstance(instrument, Instrument) else load_instrument(instrument)
    forms = parse_forms(form)
    if len(forms) > 1:
        raise PlanError(f"a person gets one form, and {len(forms)} are named; name one")
    stimuli = chosen_stimuli(about, variant=variant, limit=limit, sample=sample, seed=seed)
    return Questionnaire(loaded, forms[0], stimuli, seed, each)


def person_record(administration: Administration) -> AdministrationRecord:
    """A person's administration as the store keeps it."""
    record = administration_record(administration)
    return replace(record, elicitation=ELICITATION)


def _shuffle(things: list[Any], seed: int) -> None:
    random.Random(seed).shuffle(things)  # noqa: S311  # an order, not a secret
