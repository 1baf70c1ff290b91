"""A stored reply as a stimulus: what was asked and what was said, never who said it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from sqlalchemy import Connection

from valuealign.administration.plan.form import Form
from valuealign.administration.plan.sheet import Sheet
from valuealign.administration.read.reasoning import after_thinking
from valuealign.content import content_id
from valuealign.errors import PlanError
from valuealign.instrument.instrument import Instrument
from valuealign.instrument.slots import FieldKind, filled
from valuealign.instrument.strict_model import NAME_SHAPE
from valuealign.stimulus.stimulus import Stimulus
from valuealign.store.database.contents import loaded, texts
from valuealign.store.replies import StoredReply

QUESTION, REPLY, ITEM = "question", "reply", "item"
_OWN = (QUESTION, REPLY, ITEM)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_FORM = frozenset(field.name for field in fields(Form))


def reply_fields(instrument: Instrument) -> dict[str, FieldKind]:
    """The fields of the replies to an instrument.

    Parameters
    ----------
    instrument : Instrument

    Returns
    -------
    dict of str to str
        ``question``, ``reply``, ``item``; the texts and dialogues that the instrument itself was
        asked about; and the attributes that each of its items has as words.
    """
    shared = [
        name
        for name in instrument.items[0].attributes
        if re.fullmatch(NAME_SHAPE, name)
        and all(isinstance(item.attributes.get(name), str) for item in instrument.items)
    ]
    about = {n: kind for n, kind in instrument.about.items() if kind in ("text", "reply", "turns")}
    return {
        **dict.fromkeys(shared, "text"),
        **about,
        QUESTION: "text",
        REPLY: "reply",
        ITEM: "text",
    }


class ReplyMaker:
    """Makes stimuli of the replies of one store, and remembers what they have in common.

    Parameters
    ----------
    connection : Connection
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._texts: dict[int, str] = {}
        self._instruments: dict[int, Instrument] = {}
        self._sheets: dict[tuple[int, int], Sheet] = {}
        self._shown: dict[int, Mapping[str, str]] = {}

    def stimulus(self, reply: StoredReply) -> Stimulus | None:
        """One reply as a stimulus.

        Returns
        -------
        Stimulus or None
            ``None`` where the reply has no text outside its reasoning.

        Raises
        ------
        PlanError
            The reply answers a whole form at once.
        """
        text = spoken(reply.text)
        if text is None:
            return None
        sheet = self._sheet(reply)
        instrument = sheet.instrument
        if sheet.form.context == "whole":
            raise PlanError(
                f"the replies to {instrument.id} answer the whole form at once, so none is about "
                "one item; administer it with --form context=item"
            )
        shown = self._words(sheet, reply) | {REPLY: text}
        about = self._about(reply.stimulus)
        base = f"{about['id']}.{reply.item_id}" if about else reply.item_id
        name = f"{base}.{content_id(shown)[:12]}"
        return Stimulus(f"replies-{instrument.id}", name, base, shown=shown)

    def _words(self, sheet: Sheet, reply: StoredReply) -> dict[str, str]:
        """The fields of a reply that do not depend on what was said."""
        item = sheet.instrument.item(reply.item_id)
        seen: Mapping[str, str] = self._about(reply.stimulus).get("shown") or {}
        known = {**item.attributes, **seen}
        return {
            **{n: str(known[n]) for n in reply_fields(sheet.instrument) if n in known},
            QUESTION: filled(sheet.stems[reply.item_id], seen),
            ITEM: reply.item_id,
        }

    def _about(self, stimulus: int | None) -> Mapping[str, Any]:
        return {} if stimulus is None else loaded(self._text(stimulus))

    def _sheet(self, reply: StoredReply) -> Sheet:
        key = (reply.instrument, reply.form)
        if key not in self._sheets:
            content = loaded(self._text(reply.form))
            form = Form(**{name: value for name, value in content.items() if name in _FORM})
            self._sheets[key] = Sheet(self._instrument(reply.instrument), form)
        return self._sheets[key]

    def _instrument(self, content: int) -> Instrument:
        if content not in self._instruments:
            self._instruments[content] = Instrument.model_validate(loaded(self._text(content)))
        return self._instruments[content]

    def _text(self, content: int) -> str:
        if content not in self._texts:
            if len(self._texts) > 500:
                self._texts.clear()
            self._texts |= texts(self._connection, [content])
        return self._texts[content]


def spoken(text: str | None) -> str | None:
    """What a reply says: without reasoning and control characters; ``None`` where that is nothing.

    Examples
    --------
    >>> spoken("<think>Sad?</think>I would be sad.\\x07")
    'I would be sad.\ufffd'
    """
    outside = after_thinking(text or "")
    if outside is None or not outside.strip():
        return None
    lines = outside.replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", lines).strip()
