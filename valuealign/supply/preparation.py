"""From the names a user gives to a plan whose respondents are wired to their endpoints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from valuealign.administration.endpoint.credentials import find_credentials
from valuealign.administration.endpoint.extra import checked_extra
from valuealign.administration.endpoint.known_endpoints import known_endpoint
from valuealign.administration.endpoint.limits import TimeLimits
from valuealign.administration.plan.elicitation import Elicitation, is_scored
from valuealign.administration.plan.form import Form, parse_forms
from valuealign.administration.plan.form_pictures import check_installed
from valuealign.administration.plan.personas import load_personas
from valuealign.administration.plan.plan import Plan
from valuealign.administration.run.plan_records import administration_record
from valuealign.errors import PlanError
from valuealign.instrument.advised_design import advised_design
from valuealign.instrument.instrument import Instrument
from valuealign.instrument.load import load_instrument
from valuealign.respondent import Persona, Respondent
from valuealign.sampling_settings import Sampling
from valuealign.stimulus.chosen import Chosen, choose
from valuealign.stimulus.stimulus_set import StimulusSet
from valuealign.store.database.engine import is_missing
from valuealign.store.planning import progress_of
from valuealign.store.store import Store, default_store
from valuealign.supply.frozen_replies import frozen
from valuealign.supply.replies import PREFIX, named_replies
from valuealign.supply.reply_set import ReplySet
from valuealign.supply.suppliers import ByRule, Supplier, default_model, supplier

Models = str | Sequence[str] | None
Personas = str | Path | Sequence[Persona] | None
Stimuli = StimulusSet | ReplySet | str | Path | None


@dataclass(frozen=True, slots=True)
class Prepared:
    """A plan and who answers it; nothing was asked yet.

    Parameters
    ----------
    plan : Plan
    suppliers : mapping of str to Supplier or ByRule
        By respondent id.
    store : str
    notes : tuple of str
        What the user should know before it starts.
    """

    plan: Plan
    suppliers: Mapping[str, Supplier | ByRule]
    store: str
    notes: tuple[str, ...]


def prepare(
    instrument: Instrument | str | Path,
    model: Models = None,
    *,
    occasions: int = 1,
    personas: Personas = None,
    forms: str | Form | Sequence[str | Form] | None = None,
    elicitation: Elicitation = "choice",
    base_url: str | None = None,
    store: str | Path | None = None,
    seed: int = 0,
    sampling: Sampling | None = None,
    timeout: float = 120.0,
    time_limit: float | None = None,
    extra: Mapping[str, Any] | None = None,
    about: Stimuli = None,
    variant: str | Sequence[str] | None = None,
    limit: int | None = None,
    sample: int | None = None,
    asks: bool = True,
) -> Prepared:
    """Make a plan and find who answers it; nothing is asked.

    Parameters are those of :func:`valuealign.administer`; with ``asks=False`` it is only to be
    looked at, which needs no key.

    Raises
    ------
    InstrumentError, PersonaError, PlanError, StimulusError
        What cannot be carried out, before a request is paid.
    """
    loaded = instrument if isinstance(instrument, Instrument) else load_instrument(instrument)
    notes: list[str] = []
    if model is None:
        model, which = default_model()
        notes.append(which)
    chosen = chosen_stimuli(about, variant=variant, limit=limit, sample=sample, seed=seed)
    stimuli = chosen.stimuli if isinstance(chosen, Chosen) else None
    names = [model] if isinstance(model, str) else list(model)
    people = load_personas(personas) if isinstance(personas, str | Path) else tuple(personas or ())
    suppliers: dict[str, Supplier | ByRule] = {}
    respondents: list[Respondent] = []
    limits = TimeLimits.of(timeout, time_limit)
    fields = _extra(extra, base_url)
    for name in names:
        source = supplier(
            name, loaded, base_url=base_url, limits=limits, asks=asks, stimuli=stimuli
        )
        if isinstance(source, ByRule) and is_scored(elicitation):
            raise PlanError(f"{source.model} gives no log-probabilities; leave out --elicitation")
        silent = _silent(source.base_url) if is_scored(elicitation) else None
        notes += [note for note in (source.note, silent) if note and note not in notes]
        by_rule = {"rule": source.rule.file.hash} if isinstance(source, ByRule) else None
        for person in people if by_rule is None and people else (None,):
            settings = sampling or Sampling()
            who = Respondent(
                source.model,
                source.base_url,
                person,
                Sampling() if by_rule else settings,
                by_rule or fields,
            )
            suppliers[who.id] = source
            respondents.append(who)
    wanted = parse_forms(_forms(forms, loaded))
    for form in wanted:
        check_installed(loaded, form.pictures)
    plan = Plan(loaded, tuple(respondents), wanted, occasions, elicitation, seed, chosen)
    if stimuli and stimuli.file.content_note:
        notes.append(f"content note: {stimuli.file.content_note}")
    where = str(default_store() if store is None else store)
    if isinstance(chosen, ReplySet):
        plan, kept = frozen(plan, chosen, where)
        notes += [*chosen.notes, *kept]
    return Prepared(plan, suppliers, where, tuple(notes))


def chosen_stimuli(about: Stimuli, *, seed: int, **which: Any) -> Chosen | ReplySet | None:
    """The stimuli of a plan; options that choose among them belong to a set.

    Raises
    ------
    PlanError
        An option without a set, or a variant of replies.
    """
    if isinstance(about, str) and about.startswith(PREFIX):
        about = named_replies(about)
    if isinstance(about, ReplySet):
        if which.pop("variant") is not None:
            raise PlanError("replies have no variants; leave out --variant")
        return about.chosen(**which, seed=seed)
    if about is not None:
        return choose(about, seed=seed, **which)
    given = [name for name, value in which.items() if value is not None]
    if given:
        raise PlanError(f"--{given[0]} chooses among stimuli; name a set: --about SET")
    return None


def _silent(base_url: str) -> str | None:
    """That an endpoint's documentation says it gives no log-probabilities."""
    known = known_endpoint(base_url)
    if known.top_logprobs != 0:
        return None
    return f"{known.name} gives no log-probabilities, as {known.docs} says"


def _extra(extra: Mapping[str, Any] | None, base_url: str | None) -> dict[str, Any]:
    if not extra:
        return {}
    return checked_extra(extra, find_credentials(base_url, needs_key=False).secrets)


def _forms(
    forms: str | Form | Sequence[str | Form] | None, instrument: Instrument
) -> str | Form | Sequence[str | Form] | None:
    """Put the forms that conclusions need in the place of the word "advised"."""
    listed = [forms] if isinstance(forms, str | Form) else list(forms or [])
    if "advised" not in listed:
        return forms
    advised = advised_design(instrument).forms
    return [advised if form == "advised" else form for form in listed]


def done_already(prepared: Prepared) -> int:
    """How many requests of a plan are answered in its store; nothing is written or asked.

    Parameters
    ----------
    prepared : Prepared

    Returns
    -------
    int
        0 where there is no store yet.

    Raises
    ------
    StoreError
        What is there is no store.
    """
    if is_missing(prepared.store):
        return 0
    keys = (
        administration_record(administration).key
        for administration in prepared.plan.administrations()
    )
    opened = Store.open(prepared.store, must_exist=True, only_read=True)
    with opened as store, store.reading() as connection:
        return progress_of(connection, keys)
