"""Replies of a store by name: ``replies:study.db?instrument=leas``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import parse_qs

from valuealign.arguments import checked
from valuealign.errors import DataError, StimulusError
from valuealign.instrument.instrument import Instrument
from valuealign.instrument.load import instrument_id
from valuealign.instrument.response_scale import Open
from valuealign.store.responses.design_frame import Selection
from valuealign.store.responses.responses import responses
from valuealign.store.store import default_store
from valuealign.suggestion import did_you_mean
from valuealign.supply.reply_set import ReplySet, index_of

PREFIX = "replies:"
_KEYS = ("instrument", "model", "plan", "refusals")


@checked
def replies(
    store: str | Path | None = None,
    *,
    instrument: str | Path | Instrument | None = None,
    model: str | Sequence[str] | None = None,
    plan: int | None = None,
    include_refusals: bool = False,
) -> ReplySet:
    """Return the replies of a store as stimuli, so that a rubric can be asked about each.

    Parameters
    ----------
    store : str or Path, optional
        A file or a database URL; by default ``VALUEALIGN_STORE`` or ``valuealign.db``.
    instrument : str, Path or Instrument, optional
        Whose replies; by default the one instrument with open answers in the store.
    model : str or sequence of str, optional
        Only these models' replies.
    plan : int, optional
        Only replies to one plan.
    include_refusals : bool
        Whether refusals are rated too.

    Returns
    -------
    ReplySet
        Give it to :func:`valuealign.administer` as ``about``. A rater sees neither model nor
        persona. Equal replies to one item are one stimulus. Fields: ``question`` (the item as it
        was asked), ``reply``, ``item`` (its id), and texts and attributes of the instrument.

    Raises
    ------
    DataError
        No replies, or several instruments and none named.
    StoreError
        There is no such store.

    Examples
    --------
    >>> import valuealign as va, tempfile
    >>> store = f"{tempfile.mkdtemp()}/study.db"
    >>> given = va.administer("leas", "sim:factor", store=store)
    >>> given = va.replies(store)
    >>> len(given), sorted(given.fields)
    (20, ['item', 'other', 'question', 'reply'])
    """
    where = str(default_store() if store is None else store)
    models = (model,) if isinstance(model, str) else None if model is None else tuple(model)
    everything = responses(where, plan=plan, model=models)
    whose = _instrument(everything.instruments, instrument, where)
    selection = Selection(plan, whose.id, models)
    index = index_of(where, selection, whose, include_refusals=include_refusals)
    if not len(index.hashes):
        counted = ", ".join(f"{n:,} {outcome}" for outcome, n in index.counts.items()) or "none"
        raise DataError(
            f"{where} has no reply to {whose.id} that can be rated (there are: {counted})"
        )
    return ReplySet(index)


def named_replies(name: str) -> ReplySet:
    """The replies that a name on the command line or in a study means.

    Parameters
    ----------
    name : str
        ``replies:STORE?instrument=ID&model=NAME&refusals=include``; every part after the store may
        be left out, and so may the store.

    Raises
    ------
    StimulusError
        An option that is not known.
    """
    where, _, query = name.removeprefix(PREFIX).partition("?")
    options = parse_qs(query, keep_blank_values=True)
    for key in options:
        if key not in _KEYS:
            raise StimulusError(f"{name!r}: unknown {key!r}", hint=did_you_mean(key, _KEYS))
    refusals = options.get("refusals", ["omit"])[-1]
    if refusals not in ("include", "omit"):
        raise StimulusError(f"{name!r}: refusals={refusals}", expected="include or omit")
    plan = options.get("plan", [""])[-1]
    if plan and not plan.isdecimal():
        raise StimulusError(f"{name!r}: plan={plan}", expected="the number of a plan")
    return replies(
        where or None,
        instrument=options.get("instrument", [None])[-1],
        model=options.get("model"),
        plan=int(plan) if plan else None,
        include_refusals=refusals == "include",
    )


def _instrument(
    known: Mapping[str, Instrument], named: str | Path | Instrument | None, where: str
) -> Instrument:
    """The instrument whose replies are meant, as it was administered."""
    if named is not None:
        wanted = instrument_id(named)
        if wanted in known:
            return known[wanted]
        there = ", ".join(known) or "none"
        raise DataError(f"{where} has no replies to {wanted}; it has replies to: {there}")
    is_open = [each for each in known.values() if isinstance(each.response_scale, Open)]
    if len(is_open) == 1:
        return is_open[0]
    there = ", ".join(each.id for each in is_open or known.values()) or "none"
    raise DataError(
        f"{where} has {len(is_open)} instruments with open answers; say whose replies are meant: "
        f"instrument=ID (it has: {there})"
    )
