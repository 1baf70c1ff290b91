"""Asking one cell: attempts until there is a reply, or until it is given up."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from valuealign.administration import offered
from valuealign.administration.cost import Budget, about_tokens, most_tokens
from valuealign.administration.elicit import Adapted, Api, Request, adapt, request, wants_room
from valuealign.administration.endpoint import Asks
from valuealign.administration.findings import failed_records, item_records
from valuealign.administration.limits import Pace
from valuealign.administration.plan import Cell
from valuealign.administration.render import Exchanged, Prompt, render
from valuealign.administration.reply import Exchange, Reply, is_cut_while_thinking, parse
from valuealign.administration.retry import Decision, decide, is_filtered
from valuealign.content import canonical
from valuealign.errors import AdministrationError, BudgetExceeded, CircuitOpen
from valuealign.store.records import AttemptRecord, CellKey, ItemRecord

Put = Callable[[AttemptRecord], Awaitable[None]]


class Stopped(AdministrationError):  # noqa: N818  # no error: the user's wish
    """The run ends; this cell was not asked."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One request that went out, and what came back.

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
        settings = {name: v for name, v in self.sent.settings.items() if name != "seed"}
        reply = self.reply
        return AttemptRecord(
            cell=key,
            number=number,
            instrument_id=cell.administration.instrument.id,
            messages=self.messages,
            settings=canonical({"path": self.sent.path, **settings}),
            presented=presented,
            status=reply.status,
            http_status=self.exchange.http_status,
            body=self.exchange.body,
            text=reply.text,
            final=final,
            items=items,
            sent_at=self.sent_at,
            latency_ms=self.exchange.latency_ms,
            seed=self.sent.settings.get("seed"),
            error=reply.error,
            model_returned=reply.model,
            system_fingerprint=reply.system_fingerprint,
            finish_reason=reply.finish_reason,
            prompt_tokens=reply.prompt_tokens,
            completion_tokens=reply.completion_tokens,
            reasoning_tokens=reply.reasoning_tokens,
            cost=self.cost,
            extra=extra,
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
    stopping : asyncio.Event
        Set when nothing new is to be sent.
    """

    endpoint: Asks
    pace: Pace
    budget: Budget
    stopping: asyncio.Event
    api: Api = "chat"
    _adapted: dict[str, Adapted] = field(default_factory=dict)

    async def ask(
        self, cell: Cell, key: CellKey, put: Put, *, tried: int, history: Sequence[Exchanged] = ()
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
        adapted = self._adapted.setdefault(model, Adapted(grammar=self.endpoint.takes_grammar))
        number, counted = tried, 0
        while True:
            sent = request(cell, prompt, api=self.api, adapted=adapted)
            flags = adapted.flags()
            attempt = await self._send(sent, model)
            reply = attempt.reply
            number += 1
            learnt = self._learnt(adapted, sent, attempt) or _room(adapted, cell, sent, reply)
            counted += learnt is None
            decision = Decision("retry") if learnt else decide(attempt.exchange, reply, counted)
            items = _items(cell, prompt, sent, reply, decision)
            final = decision.step == "keep" or is_filtered(reply)
            shown = offered.to_json(prompt.presented)
            await put(
                attempt.record(key, number, cell, shown, items=items, final=final, extra=flags)
            )
            if decision.step == "stop":
                raise CircuitOpen(decision.why)
            if decision.step != "retry":
                self.pace.answered(attempt.exchange.headers)
                return reply
            await self._pause(decision)

    async def _send(self, sent: Request, model: str) -> Attempt:
        text = canonical(sent.messages)
        reserved = await self._reserve(model, most_tokens(text), sent.max_tokens)
        try:
            async with self.pace.turn(about_tokens(text) + sent.max_tokens):
                if self.stopping.is_set():
                    raise Stopped("the run was stopped")
                sent_at = time.time()
                exchange = await self.endpoint.ask(sent.path, sent.body)
        except BaseException:
            self.budget.settle(reserved, model, (0, 0), sent=False)
            raise
        reply = parse(exchange)
        # An error status costs nothing; what was cut or timed out may have cost everything.
        charged = exchange.status in ("ok", "oversize", "timeout")
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

    @staticmethod
    def _learnt(adapted: Adapted, sent: Request, attempt: Attempt) -> str | None:
        if attempt.exchange.http_status not in (400, 422) or is_filtered(attempt.reply):
            return None
        return adapt(adapted, sent.settings, attempt.reply.error or "")

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
        reply = Reply("ok", refusal="stopped by the endpoint's content filter")
    elif decision.step in ("give up", "stop"):
        return failed_records(prompt.presented, reply.error or reply.status)
    elif decision.step == "retry":
        return ()
    given = cell.administration
    return item_records(
        reply,
        prompt.presented,
        elicitation=given.elicitation,
        whole=given.form.context == "whole",
        messages=sent.messages,
    )
