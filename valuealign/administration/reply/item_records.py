"""From a reply to the store's records of each item.

The same function reads a reply when it comes and when the store is read again.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from valuealign.administration.outcome import Answer, Failed, Reading, Refusal, Unreadable
from valuealign.administration.plan.elicitation import is_scored
from valuealign.administration.read import read, read_form
from valuealign.administration.reply.logprobs import (
    Distribution,
    from_sequences,
    from_tokens,
    likelihood,
)
from valuealign.administration.reply.reply import Reply
from valuealign.instrument.presented import Option, Presented
from valuealign.store.records import ItemRecord


def item_records(
    reply: Reply,
    presented: Mapping[str, Presented],
    *,
    elicitation: str,
    whole: bool,
    messages: Any = None,
) -> tuple[ItemRecord, ...]:
    """Return a record for each item of a reply's cell.

    Parameters
    ----------
    reply : Reply
    presented : mapping of str to Presented
        For each item, in the order shown, what was offered.
    elicitation : str
    whole : bool
        Whether the reply answers a whole form.
    messages : object
        What was sent; needed where whole option texts were scored.

    Returns
    -------
    tuple of ItemRecord
        One an item, in the order shown. A reply that the reader cannot cope with is unreadable
        and kept: it was paid for, and a later reader can read it again.
    """
    try:
        return _records(reply, presented, elicitation, whole=whole, messages=messages)
    except Exception as error:  # noqa: BLE001  # whatever it is, the reply must be kept
        why = Unreadable(f"the reader failed ({type(error).__name__}); the reply is kept")
        return tuple(_record(item_id, why) for item_id in presented)


def _records(
    reply: Reply,
    presented: Mapping[str, Presented],
    elicitation: str,
    *,
    whole: bool,
    messages: Any,
) -> tuple[ItemRecord, ...]:
    if is_scored(elicitation):
        return tuple(
            _distributed(item_id, reply, offered, messages)
            for item_id, offered in presented.items()
        )
    return tuple(
        _record(item_id, reading) for item_id, reading in _readings(reply, presented, whole).items()
    )


def failed_records(presented: Mapping[str, Presented], why: str) -> tuple[ItemRecord, ...]:
    """Return the records of a cell that was given up."""
    return tuple(_record(item_id, Failed(why)) for item_id in presented)


def _readings(
    reply: Reply, presented: Mapping[str, Presented], whole: bool
) -> Mapping[str, Reading]:
    plain = _without_text(reply)
    if plain is not None:
        return dict.fromkeys(presented, plain)
    text = reply.text or ""
    if whole:
        readings = read_form(text, presented)
    else:
        ((item_id, offered),) = presented.items()
        readings = {item_id: read(text, offered)}
    if reply.finish_reason == "length":
        return {item_id: _cut(r, text, presented[item_id]) for item_id, r in readings.items()}
    return readings


def _without_text(reply: Reply) -> Reading | None:
    if reply.status != "ok":
        return Failed(reply.error or reply.status)
    if reply.refusal is not None:
        return Refusal("the endpoint says so")
    if reply.text is None:
        return Unreadable(reply.error or "no text in the reply")
    return None


def _cut(reading: Reading, text: str, presented: Presented) -> Reading:
    """A reply cut at the token limit says only what it says in whole: one option, nothing else.

    What would have come next can turn it round ("4 is too high, so 2").
    """
    whole = text.strip().strip(".*\"'`").casefold()
    named = {word.casefold() for o in presented.options for word in (o.token, o.label) if word}
    if isinstance(reading, Answer) and whole in named:
        return reading
    return Unreadable("cut at the token limit")


def _distributed(item_id: str, reply: Reply, presented: Presented, messages: Any) -> ItemRecord:
    silent = reply.refusal is not None or reply.logprobs or not reply.choices
    plain = _without_text(reply) if silent else None
    if presented.kind == "open" and plain is None:
        return _scored(item_id, reply, messages)
    if presented.labels == "words":
        distributions = from_sequences(reply.choices, messages or (), presented)
        missing = "the endpoint does not echo the log-probabilities of the prompt"
    else:
        distributions = from_tokens(reply.logprobs, presented)
        missing = "no option among the listed tokens" if reply.logprobs else "no logprobs came"
    if reply.status != "ok" or (plain is not None and distributions is None):
        return _record(item_id, plain or Failed(reply.error or reply.status))
    if distributions is None:
        return _record(item_id, Unreadable(missing))
    return _with_distribution(item_id, distributions, presented)


def _scored(item_id: str, reply: Reply, messages: Any) -> ItemRecord:
    """The log-likelihood of a stem that was echoed, as the item's value."""
    sent = messages[0] if messages else ""
    log_likelihood = likelihood(reply.choices, sent) if reply.status == "ok" else None
    if log_likelihood is None:
        missing = "the endpoint does not echo the log-probabilities of the prompt"
        return _record(item_id, Unreadable(missing))
    return _record(item_id, Answer("log-likelihood of the stem, in nats", log_likelihood))


def _with_distribution(
    item_id: str, distribution: Distribution, presented: Presented
) -> ItemRecord:
    best = _option(presented, distribution.best)
    # Less than half of the mass on the options: the reply would more likely be something else.
    if distribution.mass < 0.5:
        reading: Reading = Unreadable(
            f"only {distribution.mass:.2f} of the probability is on the options"
        )
    elif best.code is None:
        reading = Unreadable("undefined option")
    else:
        reading = Answer("most probable option", best.code)
    return _record(item_id, reading, distribution)


def _option(presented: Presented, token: str) -> Option:
    return next(option for option in presented.options if option.token == token)


def _record(item_id: str, reading: Reading, distribution: Distribution | None = None) -> ItemRecord:
    if distribution is None:
        return ItemRecord(
            item_id, reading.outcome, reading.value, reading.how, confidence=reading.confidence
        )
    return ItemRecord(
        item_id,
        reading.outcome,
        reading.value,
        reading.how,
        option_mass=None if math.isnan(distribution.mass) else distribution.mass,
        expected=distribution.expected,
        entropy=distribution.entropy,
        distribution=distribution.shares,
    )
