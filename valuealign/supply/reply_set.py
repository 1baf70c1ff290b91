"""Replies of a store as the stimuli of a plan: blinded, shuffled by a seed, and frozen."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from valuealign.errors import StimulusError
from valuealign.escape import for_html
from valuealign.instrument.instrument import Instrument
from valuealign.instrument.slots import FieldKind
from valuealign.stimulus.stimulus import Stimulus
from valuealign.store.database.engine import plainly
from valuealign.store.database.untrusted_file import as_written
from valuealign.store.origins import Origin, keep_manifest, keep_origins, manifest_id
from valuealign.store.outcome import Outcome
from valuealign.store.replies import Place, outcome_counts, stored_replies
from valuealign.store.responses.design_frame import Selection
from valuealign.store.store import Store
from valuealign.supply.reply_stimuli import ReplyMaker, reply_fields

_BLOCK = 128
Array = np.ndarray[Any, Any]


@dataclass(frozen=True, eq=False)
class ReplyIndex:
    """Where the replies of a store are; their texts stay in the store.

    Parameters
    ----------
    store : str
    selection : Selection
    outcomes : tuple of str
        "answer", and "refusal" where refusals are included.
    instrument : Instrument
        As it was administered.
    hashes : array of uint64, shape (n_replies,)
        Of the content of each reply's stimulus.
    places : array of int64, shape (n_replies, 2)
        Ids of the administration and of the item.
    counts : mapping of str to int
        How many responses of each outcome there are, whether used or not.
    """

    store: str
    selection: Selection
    outcomes: tuple[Outcome, ...]
    instrument: Instrument
    hashes: Array
    places: Array
    counts: Mapping[str, int]


class ReplySet:
    """Replies to an instrument, each a stimulus that a rubric can be asked about.

    Made by :func:`valuealign.replies`. Two equal replies to one item are one stimulus.

    Parameters
    ----------
    index : ReplyIndex
    wanted : array of uint64, optional
        Hashes of the stimuli that are used; by default all.
    seed : int
        Of the order.
    how : mapping, optional
        How they were chosen, for the record.

    Examples
    --------
    >>> import valuealign as va, tempfile
    >>> store = f"{tempfile.mkdtemp()}/study.db"
    >>> given = va.administer("leas", "sim:factor", store=store)
    >>> va.replies(store).stimulus(0, "en").shown["reply"]
    'I would feel surprised and glad, and a little uneasy.'
    """

    def __init__(
        self,
        index: ReplyIndex,
        wanted: Array | None = None,
        *,
        seed: int = 0,
        how: Mapping[str, Any] | None = None,
    ) -> None:
        self.index = index
        self.seed = seed
        self._how = dict(how or {})
        known, first = np.unique(index.hashes, return_index=True)
        kept = known if wanted is None else np.intersect1d(known, wanted)
        order = sorted(range(len(kept)), key=lambda k: _shuffled(seed, int(kept[k])))
        self._hashes = kept[order]
        self._at = first[np.searchsorted(known, self._hashes)]
        self._block: tuple[int, dict[Place, Stimulus]] = (-1, {})

    @property
    def id(self) -> str:
        """The name of the set."""
        return f"replies-{self.index.instrument.id}"

    @property
    def fields(self) -> Mapping[str, FieldKind]:
        """Field -> its kind."""
        return reply_fields(self.index.instrument)

    @property
    def languages(self) -> tuple[str, ...]:
        """Empty: replies are shown as they were given."""
        return ()

    @cached_property
    def hashes(self) -> tuple[str, ...]:
        """The hash of each stimulus, in the order in which they are given."""
        return tuple(f"{int(value):016x}" for value in self._hashes)

    @property
    def limited(self) -> bool:
        """Whether only some of the replies are wanted."""
        return bool(self._how)

    def __len__(self) -> int:
        return len(self._hashes)

    def stimulus(self, k: int, language: str) -> Stimulus:  # noqa: ARG002  # shown as it was given
        """One of them, counted from 0."""
        start = k // _BLOCK * _BLOCK
        if self._block[0] != start:
            places = [self._place(j) for j in range(start, min(start + _BLOCK, len(self)))]
            self._block = (start, dict(self._made(places)))
        return self._block[1][self._place(k)]

    def _place(self, k: int) -> Place:
        administration, item = self.index.places[self._at[k]]
        return int(administration), int(item)

    def _made(self, places: Iterable[Place]) -> Iterator[tuple[Place, Stimulus]]:
        index = self.index
        with (
            Store.open(index.store, must_exist=True, only_read=True) as store,
            plainly(store.where),
            as_written(store.where),
            store.reading() as connection,
        ):
            make = ReplyMaker(connection)
            for reply in stored_replies(connection, index.selection, index.outcomes, places):
                stimulus = make.stimulus(reply)
                if stimulus is not None:
                    yield (reply.administration, reply.item), stimulus

    def check(self, language: str) -> None:
        """Replies are shown in the language in which they were given."""

    def content(self) -> dict[str, Any]:
        """What the plan records: which replies, and the id of the list of their hashes."""
        selection = self.index.selection
        models = {"models": list(selection.models)} if selection.models else {}
        plan = {"plan": selection.plan} if selection.plan is not None else {}
        return {
            "set": self.id,
            "replies": {"outcomes": list(self.index.outcomes), **models, **plan},
            "manifest": manifest_id(self.hashes),
            "n": len(self),
            **self._how,
        }

    def chosen(
        self, *, limit: int | None = None, sample: int | None = None, seed: int = 0
    ) -> ReplySet:
        """The replies of a plan.

        Parameters
        ----------
        limit : int, optional
            Only the first so many, in the order in which they were given.
        sample : int, optional
            Only so many, drawn with the seed.
        seed : int
            Of the order and of the draw.

        Raises
        ------
        StimulusError
            A sample that is larger than the set.
        """
        if sample is not None and sample > len(self):
            found = f"a sample of {sample:,} of {len(self):,} replies"
            raise StimulusError(found, expected=f"at most {len(self):,}")
        wanted: Array = self._hashes
        if limit is not None:
            wanted = self._hashes[np.argsort(self._at)][:limit]
        if sample is not None:
            # The order is a seeded shuffle, so that its beginning is a random sample.
            wanted = ReplySet(self.index, self._hashes, seed=seed)._hashes[:sample]
        how = {"limit": limit, "sample": sample}
        return ReplySet(
            self.index, wanted, seed=seed, how={n: v for n, v in how.items() if v is not None}
        )

    def only(self, hashes: Sequence[str]) -> ReplySet:
        """These replies as a frozen list has them; those that are gone are left out."""
        listed = np.array([int(each, 16) for each in hashes], dtype=np.uint64)
        return ReplySet(self.index, listed, seed=self.seed, how=self._how)

    def record(self, store: Store) -> None:
        """Write the list of stimuli and the origin of each to a store."""
        with plainly(store.where), store.writing() as connection:
            keep_manifest(connection, self.hashes)
            keep_origins(connection, self._origins())

    def _origins(self) -> Iterator[Origin]:
        """Every reply that is equal to one of these."""
        index = self.index
        used = np.isin(index.hashes, self._hashes)
        hash_of = {
            (int(a), int(i)): f"{int(h):016x}"
            for (a, i), h in zip(index.places[used], index.hashes[used], strict=True)
        }
        with (
            Store.open(index.store, must_exist=True, only_read=True) as source,
            source.reading() as connection,
        ):
            for reply in stored_replies(connection, index.selection, index.outcomes):
                value = hash_of.get((reply.administration, reply.item))
                if value is not None:
                    yield Origin(value, 0, reply.key, reply.item_id)

    @property
    def notes(self) -> list[str]:
        """What a user must know before the replies are rated."""
        counts, n = self.index.counts, len(self.index.hashes)
        same = n - len(np.unique(self.index.hashes))
        lines = [
            f"{n:,} replies to {self.index.instrument.id}, {n - same:,} of them different; "
            "raters see neither model nor persona"
        ]
        refusals = counts.get("refusal", 0)
        if refusals:
            used = "included" if "refusal" in self.index.outcomes else "left out"
            lines.append(f"{refusals:,} refusals are {used}")
        other = counts.get("unreadable", 0) + counts.get("failed", 0)
        return [
            *lines,
            *([f"{other:,} failed or unreadable replies are left out"] if other else []),
        ]

    def __repr__(self) -> str:
        """One line."""
        return f"<ReplySet {self.id}: {len(self):,} replies of {self.index.store}>"

    def _repr_html_(self) -> str:
        return "".join(f"<p>{for_html(line)}</p>" for line in (repr(self), *self.notes))


def index_of(
    where: str, selection: Selection, instrument: Instrument, *, include_refusals: bool
) -> ReplyIndex:
    """Read where the replies to an instrument are.

    Parameters
    ----------
    where : str
        The store.
    selection : Selection
        Of the administrations, with the instrument's id.
    instrument : Instrument
        As it was administered.
    include_refusals : bool
    """
    outcomes: tuple[Outcome, ...] = ("answer", "refusal") if include_refusals else ("answer",)
    hashes: list[int] = []
    places: list[Place] = []
    with (
        Store.open(where, must_exist=True, only_read=True) as store,
        plainly(store.where),
        as_written(store.where),
        store.reading() as connection,
    ):
        make = ReplyMaker(connection)
        for reply in stored_replies(connection, selection, outcomes):
            stimulus = make.stimulus(reply)
            if stimulus is not None:
                hashes.append(int(stimulus.hash, 16))
                places.append((reply.administration, reply.item))
        counts = outcome_counts(connection, selection)
    return ReplyIndex(
        where,
        replace(selection, instrument=instrument.id),
        outcomes,
        instrument,
        np.array(hashes, dtype=np.uint64),
        np.array(places, dtype=np.int64).reshape(-1, 2),
        counts,
    )


def _shuffled(seed: int, value: int) -> bytes:
    """The place of a stimulus in a seeded shuffle, whatever other stimuli there are."""
    return hashlib.sha256(f"{seed}\n{value:016x}".encode()).digest()
