"""Reading of replies, given the options as they were presented. The reader never guesses.

A value is read only where the reply states one option plainly: alone, in an answering sentence
("I would say 4"), as JSON, or first or last with an explanation. Everything else is a
refusal or unreadable. Nothing is repaired, and a reversed scale comes back in the instrument's
own direction, because each option carries its own code.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from valuealign.administration.outcome import Answer, Failed, Reading, Refusal, Unreadable
from valuealign.administration.read.form_lists import form_readings
from valuealign.administration.read.one_item import reading, said_in
from valuealign.administration.read.refusal import is_refusal
from valuealign.administration.read.reply_formats import READER_VERSION
from valuealign.arguments import checked
from valuealign.instrument.presented import Presented
from valuealign.instrument.response_scale import Keyed, ResponseScale

__all__ = ["READER_VERSION", "read", "read_form"]


@checked
def read(reply: str | None, presented: Presented | ResponseScale) -> Reading:
    """Read a raw reply, given the options as they were presented.

    Parameters
    ----------
    reply : str or None
        ``None`` where no reply came back.
    presented : Presented or ResponseScale
        ``instrument.presented(item_id, ...)``, or a response scale, which is then taken as
        published.

    Returns
    -------
    Reading
        ``.outcome`` is "answer", "refusal", "unreadable" or "failed"; ``.value`` is the code in
        the instrument's direction, or ``None``; ``.how`` says how it was found. Pure and total:
        any text gives a reading, in time linear in its length.

    Raises
    ------
    TypeError
        A keyed scale, whose options are each item's own.

    Examples
    --------
    >>> from valuealign.instrument.response_scale import Labelled
    >>> scale = Labelled(points=[{"code": k, "label": {"en": word}} for k, word in
    ...                          enumerate(["never", "seldom", "often"], start=1)])
    >>> read("I would say **often**.", scale).value
    3.0
    >>> read("1", scale.presented(direction="reversed")).value
    3.0
    >>> read("2 or 3", scale).outcome
    'unreadable'
    """
    offered = presented if isinstance(presented, Presented) else _published(presented)
    if reply is None:
        return Failed("no reply came back")
    return cached_reading(reply, offered) if len(reply) <= _SHORT else _read(reply, offered)


def _read(reply: str, offered: Presented) -> Reading:
    said = said_in(reply)
    return Unreadable(said.fault) if said.fault else reading(said.text, offered)


_SHORT = 200
# Most replies are one of a few short ones, again and again.
cached_reading = lru_cache(maxsize=4096)(_read)


def read_form(reply: str | None, presented: Mapping[str, Presented]) -> dict[str, Reading]:
    """Read a reply to a whole form, item by item.

    Parameters
    ----------
    reply : str or None
    presented : mapping of str to Presented
        For each item, in the order shown and numbered from 1, what was offered.

    Returns
    -------
    dict of str to Reading
        One reading an item; an item that is not listed is unreadable, and no item's answer is
        ever taken for another's.

    Examples
    --------
    >>> from valuealign.instrument.presented import Option
    >>> offered = Presented("labelled", (Option("1", "no", 1.0), Option("2", "yes", 2.0)))
    >>> found = read_form("1. 2\\n2. 1", {"a": offered, "b": offered})
    >>> [reading.value for reading in found.values()]
    [2.0, 1.0]
    """
    if reply is None:
        return dict.fromkeys(presented, Failed("no reply came back"))
    said = said_in(reply)
    if said.fault:
        return dict.fromkeys(presented, Unreadable(said.fault))
    readings = form_readings(said.text, presented)
    if not any(isinstance(each, Answer) for each in readings.values()) and is_refusal(said.text):
        return dict.fromkeys(presented, Refusal("declines"))
    return readings


def _published(scale: ResponseScale) -> Presented:
    if isinstance(scale, Keyed):
        raise TypeError(
            "a keyed scale has options of each item's own; use instrument.presented(item_id)"
        )
    return scale.presented()
