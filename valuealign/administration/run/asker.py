"""Asking of one cell: attempts until there is a reply or the cell is given up."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from valuealign.administration.endpoint.endpoint import Asks
from valuealign.administration.endpoint.limits import Pace
from valuealign.administration.endpoint.refused_fields import guess, learn
from valuealign.administration.endpoint.request_adaptation import Adapted
from valuealign.administration.plan.plan import Cell
from valuealign.administration.render import presented_json as offered
from valuealign.administration.render.elicit import Api, Request, request, wants_room
from valuealign.administration.render.render import Exchanged, Prompt, render
from valuealign.administration.reply.item_records import failed_records, item_records
from valuealign.administration.reply.reply import (
    Exchange,
    Reply,
    is_cut_while_thinking,
    is_filtered,
    parse,
)
from valuealign.administration.run import retry
from valuealign.administration.run.cost import Budget, about_tokens, most_tokens, picture_tokens
from valuealign.administration.run.picture_refusal import without_pictures
from valuealign.administration.run.retry import PATIENT, Decision, Patience, Step, decide
from valuealign.content import canonical
from valuealign.errors import AdministrationError, BudgetExceeded, CircuitOpen
from valuealign.store.records import AttemptRecord, CellKey, ItemRecord

Put = Callable[[AttemptRecord], Awaitable[None]]
_SEEDS = ("seed", "random_seed")
_OF_REPLY = sorted({f.name for f in fields(Reply)} & {f.name for f in fields(AttemptRecord)})
"""What the store keeps of a reply under the same name."""
_NOT_ABOUT_IT = {401, 402, 403, 408, 429}
"""Error statuses that are not about what was sent."""


class Stopped(AdministrationError):  # noqa: N818  # no error: the user's wish
    """The run ends; this cell was not asked."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One request and its response.

    Parameters
    ----------
    sent : Request
    messages : str
        What was shown, as canonical JSON.
    sent_at : float
        Seconds since the epoch.
    exchange : Exchange
    reply : Reply
    cost : float, optional
        USD, where the price is known.
    """

    sent: Request
    messages: str
    sent_at: float
    exchange: Exchange
    reply: Reply
    cost: float | None

    def record(
        self,
        key: CellKey,
        number: int,
        cell: Cell,
        presented: str,
        *,
        items: tuple[ItemRecord, ...],
        final: bool,
        extra: Mapping[str, Any],
    ) -> AttemptRecord:
        """The attempt as the store keeps it."""
        settings = {name: v for name, v in self.sent.settings.items() if name not in _SEEDS}
        reply = self.reply
        return AttemptRecord(
            cell=key,
            number=number,
            instrument_id=cell.administration.instrument.id,
            messages=self.messages,
            settings=canonical({"path": self.sent.path, **settings}),
            presented=presented,
            http_status=self.exchange.http_status,
            body=self.exchange.body,
            final=final,
            items=items,
            sent_at=self.sent_at,
            latency_ms=self.exchange.latency_ms,
            seed=next((self.sent.settings[n] for n in _SEEDS if n in self.sent.settings), None),
            cost=self.cost,
            extra=extra,
            pictures=tuple((p.sha256, p.data_url) for p in self.sent.pictures.values()),
            **{name: getattr(reply, name) for name in _OF_REPLY},
        )


@dataclass(slots=True)
class Asker:
    """Asks the cells of one endpoint.

    Parameters
    ----------
    endpoint : Asks
    pace : Pace
    budget : Budget
    api : {"chat", "responses"}
    patience : Patience
    stopping : asyncio.Event
        Set when nothing new is to be sent.
    known : callable
        Makes what is known of the endpoint before it is asked.
    say : callable
        Told what was learnt about an endpoint.
    """

    endpoint: Asks
    pace: Pace
    budget: Budget
    stopping: asyncio.Event
    api: Api = "chat"
    patience: Patience = PATIENT
    known: Callable[[], Adapted] = Adapted
    say: Callable[[str], None] = lambda _: None
    _adapted: dict[str, Adapted] = field(default_factory=dict)
    _answered: set[str] = field(default_factory=set)
    _said: set[str] = field(default_factory=set)

    async def ask(
        self,
        cell: Cell,
        key: CellKey,
        put: Put,
        *,
        attempts_before: int,
        history: Sequence[Exchanged] = (),
    ) -> Reply:
        """Ask one cell; every attempt is handed to ``put`` before anything else is done.

        Returns
        -------
        Reply
            The last one; its attempt was final where its status is "ok".

        Raises
        ------
        Stopped
            The run ends before the cell is done.
        CircuitOpen
            Nothing that is sent can succeed.
        BudgetExceeded
            The request could cost more than is left.
        """
        prompt = render(cell, history)
        model = cell.administration.respondent.model
        adapted = self._adapted_to(model)
        shown = offered.to_json(prompt.presented)
        number, counted, waits = attempts_before, 0, 0
        while True:
            sent = request(cell, prompt, api=self.api, adapted=adapted)
            flags = adapted.flags()
            attempt = await self._send(sent, model)
            reply = attempt.reply
            number += 1
            learnt = self._learnt(adapted, cell, attempt) or _room(adapted, cell, sent, reply)
            counted += learnt is None
            decision = Decision("retry") if learnt else self._decide(attempt, model, counted)
            if sent.pictures and model not in self._answered:
                decision = without_pictures(reply, model) or decision
            if (
                decision.named and waits < self.patience.waits
            ):  # a wait that was asked for is not a failure
                waits, counted = waits + 1, counted - 1
            items = _items(cell, prompt, sent, reply, decision)
            final = decision.step == "keep"
            await put(
                attempt.record(key, number, cell, shown, items=items, final=final, extra=flags)
            )
            if decision.step == "stop":
                raise CircuitOpen(decision.why)
            if decision.step != "retry":
                self.pace.answered(attempt.exchange.headers)
                return reply
            await self._pause(decision)

    def _adapted_to(self, model: str) -> Adapted:
        if model not in self._adapted:
            self._adapted[model] = self.known()
            self._adapted[model].grammar = self.endpoint.takes_grammar
        return self._adapted[model]

    def _decide(self, attempt: Attempt, model: str, number: int) -> Decision:
        """What to do next; a model that has answered before is not given up at one odd reply."""
        decision = decide(attempt.exchange, attempt.reply, number, self.patience)
        if decision.step == "keep":
            self._answered.add(model)
        if decision.step != "stop" or decision.certain or model not in self._answered:
            return decision
        step: Step = "retry" if number < self.patience.attempts else "give up"
        return Decision(step, retry.backoff(number))

    async def _send(self, sent: Request, model: str) -> Attempt:
        text = canonical(sent.messages)
        seen = list(sent.pictures.values())
        price = self.budget.price(model)
        most = most_tokens(text) + picture_tokens(seen, price, most=True)
        reserved = await self._reserve(model, most, sent.max_tokens)
        about = about_tokens(text) + picture_tokens(seen, price)
        try:
            async with self.pace.turn(about + sent.max_tokens, self.stopping):
                if self.stopping.is_set():
                    raise Stopped("the run was stopped")
                sent_at = time.time()
                exchange = await self.endpoint.ask(sent.path, sent.sent_body)
        except BaseException:
            self.budget.settle(reserved, model, (0, 0), sent=False)
            raise
        reply = parse(exchange)
        # An error status costs nothing; what was cut or timed out may have cost everything.
        charged = exchange.status in ("ok", "oversize", "timeout", "malformed")
        usage = (reply.prompt_tokens, reply.completion_tokens) if charged else (0, 0)
        cost = self.budget.settle(reserved, model, usage, sent=charged)
        return Attempt(sent, text, sent_at, exchange, reply, cost)

    async def _reserve(self, model: str, prompt_tokens: int, completion_tokens: int) -> float:
        """Set money aside; while others are in flight, wait for what they leave."""
        while True:
            reserved = self.budget.reserve(model, prompt_tokens, completion_tokens)
            if reserved is not None:
                return reserved
            if self.budget.reserved <= 0:
                raise BudgetExceeded(
                    f"the next request could cost more than is left of the budget "
                    f"({self.budget.spent:.4f} USD spent); raise --budget and run the same command"
                )
            if self.stopping.is_set():
                raise Stopped("the run was stopped")
            await asyncio.sleep(0.02)

    def _learnt(self, adapted: Adapted, cell: Cell, attempt: Attempt) -> str | None:
        """Learn from an error which request fields the endpoint does not accept."""
        status, reply = attempt.exchange.http_status or 0, attempt.reply
        instructive = reply.status == "malformed" or (status >= 400 and status not in _NOT_ABOUT_IT)
        if not instructive or is_filtered(reply):
            return None
        learnt = learn(
            adapted,
            attempt.sent.settings,
            reply.complaint,
            messages=attempt.sent.messages,
            own_limit=cell.administration.respondent.sampling.max_tokens is not None,
        )
        model = cell.administration.respondent.model
        if learnt is None and status in (400, 422) and model not in self._answered:
            learnt = guess(adapted, attempt.sent.settings, reply.complaint)
        if learnt and learnt not in self._said:
            self._said.add(learnt)
            self.say(f"{model}: {learnt}")
        return learnt

    async def _pause(self, decision: Decision) -> None:
        if decision.throttled:
            self.pace.throttled(decision.wait)
        if decision.wait <= 0:
            return
        stop = asyncio.ensure_future(self.stopping.wait())
        done, _ = await asyncio.wait({stop}, timeout=decision.wait)
        stop.cancel()
        if done:
            raise Stopped("the run was stopped")


def _room(adapted: Adapted, cell: Cell, sent: Request, reply: Reply) -> str | None:
    """Learn from a reply that was cut while thinking that this model needs room to think."""
    if not (is_cut_while_thinking(reply) and wants_room(cell, sent)):
        return None
    adapted.reasons = True
    return "the model thinks before it answers, and was given too few tokens for it"


def _items(
    cell: Cell, prompt: Prompt, sent: Request, reply: Reply, decision: Decision
) -> tuple[ItemRecord, ...]:
    if is_filtered(reply):
        reply = Reply("ok", refusal=reply.refusal)
    elif decision.step in ("give up", "stop"):
        return failed_records(prompt.presented, reply.error or reply.status)
    elif decision.step == "retry":
        return ()
    administration = cell.administration
    return item_records(
        reply,
        prompt.presented,
        elicitation=administration.elicitation,
        whole=administration.form.context == "whole",
        messages=sent.messages,
    )
