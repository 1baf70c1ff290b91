"""Asking of a rule: it is handed the cell, and what it finds is stored like any other reply."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass

from valuealign.administration.endpoint.limits import Pace
from valuealign.administration.plan.plan import Cell
from valuealign.administration.render import presented_json as offered
from valuealign.administration.render.render import Exchanged
from valuealign.administration.reply.reply import Reply
from valuealign.administration.run.asker import Put
from valuealign.administration.run.cost import Budget
from valuealign.content import canonical
from valuealign.store.records import AttemptRecord, CellKey, ItemRecord
from valuealign.supply.rule.rated import Rates


@dataclass(frozen=True, slots=True)
class RuleAsker:
    """Asks a rule about cells, without a prompt and without a network.

    Parameters
    ----------
    rule : Rates
    budget : Budget
    pace : Pace
    """

    rule: Rates
    budget: Budget
    pace: Pace

    async def ask(
        self,
        cell: Cell,
        key: CellKey,
        put: Put,
        *,
        attempts_before: int,
        history: Sequence[Exchanged] = (),  # noqa: ARG002  # a rule has no conversation
    ) -> Reply:
        """Rate one cell; the record is handed to ``put``.

        Returns
        -------
        Reply
            What it found, as JSON: each item's code, and the words or the pattern.
        """
        start = time.perf_counter()
        administration = cell.administration
        shown = dict(administration.stimulus.shown) if administration.stimulus else {}
        rated = self.rule.rate(shown)
        codes = {item: {"code": rated[item].code, "by": rated[item].why} for item in cell.item_ids}
        text = json.dumps(codes, ensure_ascii=False)
        items = tuple(
            ItemRecord(item, "answer", float(rated[item].code), "rule") for item in cell.item_ids
        )
        presented = {item: administration.presented(item) for item in cell.item_ids}
        file = self.rule.file
        reply = Reply("ok", text=text, model_returned=f"{file.id} {file.version}")
        await put(
            AttemptRecord(
                cell=key,
                number=attempts_before + 1,
                instrument_id=administration.instrument.id,
                messages=canonical([{"role": "user", "content": shown.get("reply", "")}]),
                settings=canonical({"path": "rule", "rule": file.id, "hash": file.hash}),
                presented=offered.to_json(presented),
                status="ok",
                http_status=None,
                body=text.encode("utf-8", "surrogatepass"),
                text=text,
                final=True,
                items=items,
                sent_at=time.time(),
                latency_ms=(time.perf_counter() - start) * 1000,
                model_returned=reply.model_returned,
                cost=0.0,
            )
        )
        return reply
