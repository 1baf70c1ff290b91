"""Put an instrument to models: from names to a plan, from a plan to responses in a store."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from valuealign.administration.endpoint.known_endpoints import known_endpoint
from valuealign.administration.endpoint.limits import Pace
from valuealign.administration.plan.elicitation import Elicitation
from valuealign.administration.plan.form import Form
from valuealign.administration.render.elicit import Api
from valuealign.administration.run.asker import Asker
from valuealign.administration.run.cell_asker import CellAsker
from valuealign.administration.run.cost import Budget, Price, load_prices
from valuealign.administration.run.progress import Display
from valuealign.administration.run.run_plan import OnChange, Outcome, Run
from valuealign.arguments import checked
from valuealign.errors import PlanError
from valuealign.instrument.instrument import Instrument
from valuealign.sampling_settings import Sampling
from valuealign.store.store import Store
from valuealign.supply.preparation import Models, Personas, Prepared, Stimuli, prepare
from valuealign.supply.reply_set import ReplySet
from valuealign.supply.rule.rule_asker import RuleAsker
from valuealign.supply.run_to_end import run_to_end
from valuealign.supply.suppliers import ByRule

if TYPE_CHECKING:
    from valuealign.store.responses.responses import Responses

DEFAULT_CONCURRENCY = 16


@dataclass(frozen=True, slots=True)
class Conditions:
    """How fast and how dearly to ask; no part of what is asked.

    Parameters
    ----------
    concurrency : int
        Requests in flight at once.
    rpm, tpm : float, optional
        Requests and tokens a minute.
    budget : float, optional
        The most it may cost, in USD.
    prices : str or Path, optional
        A price file; by default the user's own.
    api : {"chat", "responses"}
    on_change : {"stop", "continue", "strict"}
        What to do when what answers changes in mid-plan; "strict" also stops at another
        fingerprint of the same model.
    """

    concurrency: int = DEFAULT_CONCURRENCY
    rpm: float | None = None
    tpm: float | None = None
    budget: float | None = None
    prices: str | Path | None = None
    api: Api = "chat"
    on_change: OnChange = "stop"

    def __post_init__(self) -> None:
        for name in ("concurrency", "rpm", "tpm", "budget"):
            value = getattr(self, name)
            if value is not None and not value > 0:
                raise PlanError(f"{name} is {value}; expected more than 0")


@checked
def administer(
    instrument: Instrument | str | Path,
    model: Models = None,
    *,
    occasions: int = 1,
    personas: Personas = None,
    forms: str | Form | Sequence[str | Form] | None = None,
    elicitation: Elicitation = "choice",
    base_url: str | None = None,
    store: str | Path | None = None,
    concurrency: int = DEFAULT_CONCURRENCY,
    seed: int = 0,
    sampling: Sampling | None = None,
    rpm: float | None = None,
    tpm: float | None = None,
    budget: float | None = None,
    prices: str | Path | None = None,
    api: Api = "chat",
    on_change: OnChange = "stop",
    timeout: float = 120.0,
    time_limit: float | None = None,
    extra: Mapping[str, Any] | None = None,
    about: Stimuli = None,
    variant: str | Sequence[str] | None = None,
    limit: int | None = None,
    sample: int | None = None,
    display: Display | None = None,
) -> Responses:
    """Put an instrument to one or more models; what is in the store already is not asked again.

    Works in a script and in a running notebook loop. Ctrl-C finishes what is in flight and
    saves it; the same call then goes on.

    Parameters
    ----------
    instrument : Instrument, str or Path
        An instrument, its name, or a file.
    model : str or sequence of str, optional
        ``gpt-4o``, ``local``, ``sim:human``; by default the first that needs no key.
    occasions : int
        How often each respondent is given each form.
    personas : str, Path or sequence of Persona, optional
        A file, or personas; by default none.
    forms : str, Form or sequence, optional
        ``"direction=published,reversed"`` crosses; ``"advised"`` gives the forms that a verdict
        and a comparison need; by default the published form.
    elicitation : {"choice", "text", "json", "logprobs"}
    base_url : str, optional
        An OpenAI-compatible endpoint.
    store : str or Path, optional
        A file or database URL; by default ``VALUEALIGN_STORE`` or ``valuealign.db``.
    concurrency : int
        Requests in flight at once.
    seed : int
        The one recorded seed.
    sampling : Sampling, optional
        Sampling settings of every request; by default the endpoint's own.
    rpm, tpm : float, optional
        Requests and tokens a minute.
    budget : float, optional
        The most it may cost in USD; what is in flight is counted at its worst.
    prices : str or Path, optional
        A price file; by default the user's own.
    api : {"chat", "responses"}
    on_change : {"stop", "continue", "strict"}
        What to do when what answers changes in mid-plan; "strict" also stops at another
        fingerprint of the same model.
    timeout : float
        Seconds without a byte after which a request is given up.
    time_limit : float, optional
        Seconds in all after which a request is given up; by default five times ``timeout``.
    extra : mapping, optional
        Further request fields (``{"enable_thinking": False}``); part of the respondent.
    about : StimulusSet, str or Path, optional
        What the instrument is asked about: a set of stimuli, its name, a file, or replies
        (:func:`valuealign.replies`). Each stimulus is an administration of its own.
    variant : str or sequence of str, optional
        Variants of the stimuli; by default "original". "all" is every one.
    limit, sample : int, optional
        Only the first stimuli, or so many drawn with the seed: for a pilot.
    display : Display, optional
        Where progress goes; by default stderr.

    Returns
    -------
    Responses
        What this plan's administrations hold, earlier runs included.

    Raises
    ------
    InstrumentError, PersonaError, PlanError, StimulusError
        What cannot be carried out.
    AdministrationError
        The run was stopped (:class:`~valuealign.errors.CircuitOpen`,
        :class:`~valuealign.errors.BudgetExceeded`,
        :class:`~valuealign.errors.ServedModelChanged`); what was answered is in the store.
    StoreError
        The store cannot be written.

    Examples
    --------
    >>> import valuealign as va, tempfile
    >>> given = va.administer("pvq-21", "sim:human", store=f"{tempfile.mkdtemp()}/study.db")
    >>> len(given.long)
    21
    """
    from valuealign.store.responses.responses import Responses

    prepared = prepare(
        instrument,
        model,
        occasions=occasions,
        personas=personas,
        forms=forms,
        elicitation=elicitation,
        base_url=base_url,
        store=store,
        seed=seed,
        sampling=sampling,
        timeout=timeout,
        time_limit=time_limit,
        extra=extra,
        about=about,
        variant=variant,
        limit=limit,
        sample=sample,
    )
    conditions = Conditions(concurrency, rpm, tpm, budget, prices, api, on_change)
    outcome = carry_out(prepared, conditions, display=display)
    if outcome.error:
        raise outcome.error
    if outcome.stopped:
        raise KeyboardInterrupt(outcome.stopped)
    return Responses.of_plan(prepared.store, outcome.plan)


def carry_out(
    prepared: Prepared, conditions: Conditions, *, display: Display | None = None
) -> Outcome:
    """Send the requests that are not done yet.

    Returns
    -------
    Outcome
        Also where the run was stopped: everything that was answered is in the store.

    Raises
    ------
    PlanError
        A budget without a price.
    StoreError
        The store cannot be written.
    """
    shown = display or Display()
    for note in prepared.notes:
        shown.say(note)
    budget = _budget(prepared, conditions)

    async def run(stopping: asyncio.Event) -> Outcome:
        async with AsyncExitStack() as stack:
            store = stack.enter_context(Store.open(prepared.store))
            if isinstance(prepared.plan.about, ReplySet):
                prepared.plan.about.record(store)
            askers = await _askers(
                prepared, conditions, budget, stopping=stopping, stack=stack, say=shown.say
            )
            return await Run(
                prepared.plan,
                store,
                askers,
                stopping=stopping,
                concurrency=conditions.concurrency,
                on_change=conditions.on_change,
                display=shown,
                version=version("valuealign"),
            ).run()

    return run_to_end(run, shown.say)


async def _askers(
    prepared: Prepared,
    conditions: Conditions,
    budget: Budget,
    *,
    stopping: asyncio.Event,
    stack: AsyncExitStack,
    say: Callable[[str], None],
) -> dict[str, CellAsker]:
    """One asker for each address: its respondents share connections, pace and what was learnt."""
    by_address: dict[tuple[str, str], Asker] = {}
    askers: dict[str, CellAsker] = {}
    for who, source in prepared.suppliers.items():
        if isinstance(source, ByRule):
            askers[who] = RuleAsker(source.rule, budget, Pace(conditions.concurrency))
            continue
        # Simulated respondents of two names share an address and are two all the same.
        address = (source.base_url, source.model if source.base_url == "simulation:" else "")
        if address not in by_address:
            endpoint = await stack.enter_async_context(source.open(conditions.concurrency))
            pace = Pace(conditions.concurrency, rpm=conditions.rpm, tpm=conditions.tpm)
            known = known_endpoint(source.base_url)
            by_address[address] = Asker(
                endpoint,
                pace,
                budget,
                stopping,
                api=conditions.api,
                known=known.adapted,
                say=say,
            )
        askers[who] = by_address[address]
    return askers


def _budget(prepared: Prepared, conditions: Conditions) -> Budget:
    from_file = load_prices(conditions.prices)
    known: dict[str, Price | None] = {
        source.model: from_file.get(source.model, source.price)
        for source in prepared.suppliers.values()
    }
    budget = Budget({m: p for m, p in known.items() if p is not None}, conditions.budget)
    budget.check(known)
    return budget
