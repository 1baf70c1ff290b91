"""Records that cross the border of the store: plain and frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from valuealign.content import content_id
from valuealign.store.reply_columns import ReplyColumns


@dataclass(frozen=True, slots=True)
class AdministrationRecord:
    """One administration as the store keeps it; every part is content with a hash.

    Parameters
    ----------
    instrument : mapping
        The instrument snapshot (whole content), with its hash in ``instrument_hash``.
    instrument_id, instrument_hash, wording_hash : str
    respondent, form : mapping
        Content, hashed by the store.
    respondent_id, form_id, form_name : str
    occasion : int
    elicitation : str
    seed : int
        Recorded when the administration is first planned, and kept from then on.
    n_cells : int
    stimulus : mapping, optional
        What it is about, with its hash in ``stimulus_hash``.
    stimulus_hash : str, optional
    """

    instrument: Mapping[str, Any]
    instrument_id: str
    instrument_hash: str
    wording_hash: str
    respondent: Mapping[str, Any]
    respondent_id: str
    form: Mapping[str, Any]
    form_id: str
    form_name: str
    occasion: int
    elicitation: str
    seed: int
    n_cells: int
    stimulus: Mapping[str, Any] | None = None
    stimulus_hash: str | None = None

    @property
    def key(self) -> str:
        """Sixteen hex digits of what makes it the same administration: not the seed."""
        identity: dict[str, Any] = {
            "instrument": self.instrument_hash,
            "wording": self.wording_hash,
            "respondent": self.respondent_id,
            "form": self.form_id,
            "occasion": self.occasion,
            "elicitation": self.elicitation,
        }
        if self.stimulus_hash is not None:
            identity["stimulus"] = self.stimulus_hash
        return content_id(identity)


@dataclass(frozen=True, slots=True)
class Planned:
    """An administration in the store, and its progress.

    Parameters
    ----------
    id : int
    seed : int
        The seed it was first planned with.
    done : frozenset of int
        Positions that have their final attempt.
    attempts : mapping of int to int
        Position to the number of attempts so far, for the positions that are not done.
    """

    id: int
    seed: int
    done: frozenset[int]
    attempts: Mapping[int, int]


@dataclass(frozen=True, slots=True, order=True)
class CellKey:
    """A cell inside one store: the administration's integer id and the request's position."""

    administration: int
    position: int


@dataclass(frozen=True, slots=True)
class ItemRecord:
    """The reading of one reply for one item; derived again when the reader improves."""

    item_id: str
    outcome: str
    value: float | None
    how: str
    confidence: float | None = None
    option_mass: float | None = None
    expected: float | None = None
    entropy: float | None = None
    distribution: Mapping[str, float] | None = None


@dataclass(frozen=True, slots=True)
class AttemptRecord(ReplyColumns):
    """One request and its result, with what the endpoint states about it.

    Parameters
    ----------
    cell : CellKey
    number : int
        Attempt number of this cell, counted from 1.
    instrument_id : str
        Whose items ``items`` names.
    messages : str
        Canonical JSON of the exact messages sent (content-addressed by the store).
    settings : str
        Canonical JSON of the rest of the request body, its seed apart.
    presented : str
        Canonical JSON of the options as they were presented, one entry an item.
    status : str
        "ok", or what failed: "http", "timeout", "connection", "oversize", "malformed".
    http_status : int, optional
    body : bytes
        The reply's bytes as they came, at most 2 MB.
    text : str, optional
        The reply's text, where the body holds one.
    final : bool
        Whether the cell is done with this attempt.
    items : tuple of ItemRecord
        What it says of each item; with an attempt that is not final, what is known so far.
    error : str, optional
        In the reader's words; never holds a key.
    sent_at : float
        Seconds since the epoch.
    latency_ms : float
    seed : int, optional
        The seed that was sent.
    pictures : tuple of (str, str)
        SHA-256 and data URL of each picture that ``messages`` refers to.
    """

    cell: CellKey
    number: int
    instrument_id: str
    messages: str
    settings: str
    presented: str
    status: str
    http_status: int | None
    body: bytes
    text: str | None
    final: bool
    items: tuple[ItemRecord, ...]
    sent_at: float
    latency_ms: float
    seed: int | None = None
    error: str | None = None
    cost: float | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)
    pictures: tuple[tuple[str, str], ...] = ()
