"""What a run needs to get answers: an endpoint's asker, or a rule's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from valuealign.administration.endpoint.limits import Pace
from valuealign.administration.plan.plan import Cell
from valuealign.administration.render.render import Exchanged
from valuealign.administration.reply.reply import Reply
from valuealign.administration.run.asker import Put
from valuealign.administration.run.cost import Budget
from valuealign.store.records import CellKey


class CellAsker(Protocol):
    """Answers the cells of some respondents."""

    @property
    def budget(self) -> Budget:
        """What its answers cost."""

    @property
    def pace(self) -> Pace:
        """How many requests are in flight, and how many wait."""

    async def ask(
        self,
        cell: Cell,
        key: CellKey,
        put: Put,
        *,
        attempts_before: int,
        history: Sequence[Exchanged] = (),
    ) -> Reply:
        """Answer one cell; every attempt is handed to ``put`` before anything else is done."""
