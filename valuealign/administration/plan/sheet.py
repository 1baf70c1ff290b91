"""An instrument in one form; derived contents are computed once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from valuealign.administration.plan.form import Form
from valuealign.instrument.instrument import Instrument
from valuealign.instrument.presented import Presented
from valuealign.instrument.response_scale import Keyed


@dataclass(frozen=True)
class Sheet:
    """An instrument in one form.

    Parameters
    ----------
    instrument : Instrument
    form : Form
        With the grammatical form and context it is given in (never ``None``).
    """

    instrument: Instrument
    form: Form

    @cached_property
    def stems(self) -> dict[str, str]:
        """Item id to stem."""
        form = self.form
        return self.instrument.wording(
            form.language, form.stem, content=form.content, variant=form.variant
        )

    @cached_property
    def instruction(self) -> str:
        """The instruction of this form."""
        form = self.form
        return self.instrument.instruction(form.instruction, language=form.language, form=form.stem)

    @cached_property
    def wording_hash(self) -> str:
        """Hash of the words put to the respondent (open form, or the user's official copy)."""
        form = self.form
        return self.instrument.wording_hash(
            form.language, form.stem, content=form.content, variant=form.variant
        )

    @cached_property
    def content(self) -> dict[str, Any]:
        """The instrument as plain values: what the store keeps a snapshot of."""
        return self.instrument.content()

    @cached_property
    def form_content(self) -> dict[str, Any]:
        """The form as plain values."""
        return self.form.content_on_record

    @cached_property
    def form_id(self) -> str:
        """The form's id."""
        return self.form.id

    @cached_property
    def keyed(self) -> bool:
        """Whether each item has options of its own, shown in a seeded order."""
        return isinstance(self.instrument.response_scale, Keyed)

    @cached_property
    def _shared(self) -> Presented:
        shared = next((i.id for i in self.instrument.items if not i.points), None)
        return self._offered(shared or self.instrument.item_ids[0], None)

    def presented(self, item_id: str, *, seed: int) -> Presented:
        """The options one item offers; the seed orders the options of a keyed choice."""
        if self.keyed:
            return self._offered(item_id, seed)
        return self._own.get(item_id) or self._shared

    @cached_property
    def _own(self) -> dict[str, Presented]:
        """Items with points of their own, and what these offer."""
        own = [item.id for item in self.instrument.items if item.points]
        return {item_id: self._offered(item_id, None) for item_id in own}

    def _offered(self, item_id: str, seed: int | None) -> Presented:
        form = self.form
        return self.instrument.presented(
            item_id,
            direction=form.direction,
            labels=form.labels,
            language=form.language,
            seed=seed,
        )
