"""Model names and their suppliers: ``gpt-4o``, ``local`` and ``sim:human``.

A supplier knows the respondent's stable address (a local server's port changes, the respondent
does not) and opens something that can be asked, for as long as a run lasts.
"""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

from valuealign.administration.endpoint.address import read_address
from valuealign.administration.endpoint.credentials import OPENAI, Credentials, find_credentials
from valuealign.administration.endpoint.endpoint import Asks
from valuealign.administration.endpoint.limits import TimeLimits
from valuealign.administration.reply.reply import Exchange
from valuealign.administration.run.cost import FREE, Price
from valuealign.errors import PlanError
from valuealign.instrument.instrument import Instrument
from valuealign.stimulus.stimulus_set import StimulusSet
from valuealign.supply.rule.load_rule import check_rule, load_rule
from valuealign.supply.rule.rated import Rates

LOCAL = "local"
SIMULATED = "sim:"
RULE = "rule:"


class Supplier(Protocol):
    """The source of a model's answers."""

    @property
    def model(self) -> str:
        """The name sent with each request, and kept as the respondent's model."""

    @property
    def base_url(self) -> str:
        """The respondent's address; the same on every day."""

    @property
    def price(self) -> Price | None:
        """What is known of its price before any file is read."""

    @property
    def note(self) -> str | None:
        """A note for the user before requests are sent."""

    def open(self, concurrency: int) -> AbstractAsyncContextManager[Asks]:
        """Open the supplier; it is closed on every exit."""


@dataclass(frozen=True, slots=True)
class OverTheNetwork:
    """An OpenAI-compatible endpoint."""

    model: str
    credentials: Credentials
    limits: TimeLimits = field(default_factory=TimeLimits)
    price: Price | None = None

    @property
    def base_url(self) -> str:
        """As the user named it, in one spelling."""
        return self.credentials.base_url

    @property
    def note(self) -> str | None:
        """Where the key and address come from, if that needs saying."""
        return self.credentials.note

    @asynccontextmanager
    async def open(self, concurrency: int) -> AsyncIterator[Asks]:
        """Connections to the endpoint."""
        from valuealign.administration.endpoint.endpoint import Endpoint

        endpoint = Endpoint(self.credentials, concurrency=concurrency, limits=self.limits)
        try:
            yield endpoint
        finally:
            await endpoint.close()


@dataclass(frozen=True, slots=True)
class OnThisMachine:
    """The bundled small model, served for the length of the run."""

    model: str = LOCAL
    base_url: str = "local:"
    price: Price | None = FREE
    note: str | None = None

    @asynccontextmanager
    async def open(self, concurrency: int) -> AsyncIterator[Asks]:
        """A server of its own on loopback."""
        import asyncio

        from valuealign import local
        from valuealign.administration.endpoint.endpoint import Endpoint

        server = local.serve()
        running = await asyncio.to_thread(server.__enter__)
        endpoint = Endpoint(
            Credentials(read_address(running.base_url)),
            concurrency=concurrency,
            limits=TimeLimits(silence=600.0, total=3600.0),
            takes_grammar=True,
        )
        try:
            yield endpoint
        finally:
            await endpoint.close()
            await asyncio.to_thread(server.__exit__, None, None, None)


@dataclass(frozen=True, slots=True)
class InProcess:
    """A simulated respondent that is asked without a network."""

    model: str
    instrument: Instrument
    base_url: str = "simulation:"
    price: Price | None = FREE
    note: str | None = None
    stimuli: StimulusSet | None = None

    @asynccontextmanager
    async def open(self, concurrency: int) -> AsyncIterator[Asks]:  # noqa: ARG002  # as all have
        """The respondent itself."""
        from valuealign.simulation import simulated

        name = self.model.removeprefix(SIMULATED)
        yield _Answers(simulated(name, self.instrument, stimuli=self.stimuli))


@dataclass(frozen=True, slots=True)
class ByRule:
    """A rule that rates replies; it is handed the cell and sees no prompt."""

    rule: Rates
    base_url: str = RULE
    price: Price | None = FREE

    @property
    def model(self) -> str:
        """Its name, the same wherever its file is."""
        return f"{RULE}{self.rule.file.id}"

    @property
    def note(self) -> str | None:
        """Whose list it is."""
        return f"{self.model} {self.rule.file.version}: {self.rule.file.source}"


class _Answers:
    """The answers of a simulated respondent as bytes of an endpoint."""

    takes_grammar = False

    def __init__(self, respondent: Any) -> None:
        self._respondent = respondent

    async def ask(self, path: str, body: Mapping[str, Any]) -> Exchange:
        """Answer at once."""
        start = time.perf_counter()
        status, said = self._respondent.answer(path, dict(body))
        data = json.dumps(said, ensure_ascii=False).encode()
        latency = (time.perf_counter() - start) * 1000
        error = None if status < 400 else f"HTTP {status}"
        return Exchange("ok" if status < 400 else "http", status, {}, data, error, latency)

    async def close(self) -> None:
        """There is nothing to let go of."""


def supplier(
    model: str,
    instrument: Instrument,
    *,
    base_url: str | None = None,
    limits: TimeLimits | None = None,
    asks: bool = True,
    stimuli: StimulusSet | None = None,
) -> Supplier | ByRule:
    """Return the supplier of a model's name.

    Parameters
    ----------
    model : str
        ``local``, ``sim:NAME``, ``rule:NAME``, or the name an endpoint knows.
    instrument : Instrument
        A simulated respondent knows the page it will be shown.
    base_url : str, optional
    limits : TimeLimits, optional
        How long a request may take.
    asks : bool
        Whether it will be asked; only to plan needs no key and no model here.
    stimuli : StimulusSet, optional
        What the instrument is asked about, for a simulated respondent.

    Raises
    ------
    PlanError
        No such simulated respondent, no key, or the local model was not fetched.
    """
    if not model.strip():
        raise PlanError("the model's name is empty; write for example --model gpt-4o")
    if model == LOCAL and base_url is None:
        if asks:
            _check_fetched()
        return OnThisMachine()
    if model.startswith(SIMULATED) and base_url is None:
        from valuealign.simulation import simulated

        # Refused before anything is planned.
        simulated(model.removeprefix(SIMULATED), instrument, stimuli=stimuli)
        return InProcess(model, instrument, stimuli=stimuli)
    if model.startswith(RULE) and base_url is None:
        rule = load_rule(model.removeprefix(RULE))
        check_rule(rule, instrument)
        return ByRule(rule)
    credentials = find_credentials(base_url, needs_key=asks)
    if credentials.base_url == OPENAI:
        model = model.removeprefix("openai/")
    return OverTheNetwork(model, credentials, limits or TimeLimits())


def default_model() -> tuple[str, str]:
    """The model where none is named, and the line that says which: the first that needs no key.

    Returns
    -------
    tuple of str
        The model's name, and what to tell the user.
    """
    from valuealign import local

    if local.is_fetched():
        return LOCAL, "no --model: the bundled local model answers"
    return (
        "sim:human",
        "no --model: a simulated respondent answers (valuealign local fetch brings a real one)",
    )


def _check_fetched() -> None:
    from valuealign import local

    if problem := local.missing():
        raise PlanError(problem)
