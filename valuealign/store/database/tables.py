"""Tables of the store, with plain SQL types, integer ids and content hashes.

``attempts`` is the truth: every request that went out and the bytes that came back.
``responses`` is derived from it and can be derived again. ``claims`` is a working table:
a row stands there while a cell is being asked, and goes when the cell is done.

A column that a migration added says so (``since``): stores without it are read as they are.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from valuealign.store.database.engine import Id, only_where
from valuealign.store.reply_columns import REPLY_COLUMNS

metadata = MetaData()

contents = Table(
    "contents",
    metadata,
    Column("id", Id, primary_key=True),
    Column("hash", String(32), nullable=False, unique=True),
    Column("kind", String(16), nullable=False),
    Column("text", Text, nullable=False),
)
"""Instruments, respondents, forms, stimuli, messages, settings, options: each once, by its hash."""

plans = Table(
    "plans",
    metadata,
    Column("id", Id, primary_key=True),
    Column("seed", BigInteger, nullable=False),
    Column("created_at", Float, nullable=False),
    Column("version", String(32), nullable=False),
    Column("content", Id, ForeignKey("contents.id"), nullable=False),
)
"""What was asked for, by whom it was started: one row each time a command or call begins."""

administrations = Table(
    "administrations",
    metadata,
    Column("id", Id, primary_key=True),
    Column("key", String(32), nullable=False, unique=True),
    Column("instrument", Id, ForeignKey("contents.id"), nullable=False),
    Column("instrument_id", String(64), nullable=False),
    Column("instrument_hash", String(16), nullable=False),
    Column("wording_hash", String(16), nullable=False),
    Column("respondent", Id, ForeignKey("contents.id"), nullable=False),
    Column("respondent_id", String(16), nullable=False),
    Column("form", Id, ForeignKey("contents.id"), nullable=False),
    Column("form_id", String(16), nullable=False),
    Column("form_name", Text, nullable=False),
    Column("occasion", Integer, nullable=False),
    Column("elicitation", String(16), nullable=False),
    Column("seed", BigInteger, nullable=False),
    Column("n_cells", Integer, nullable=False),
    Column("stimulus", Id, ForeignKey("contents.id"), info={"since": "0002"}),
)
"""One instrument given once to one respondent; ``key`` is made from what identifies it.

``stimulus`` is what it is about, where it is about one.
"""

plan_administrations = Table(
    "plan_administrations",
    metadata,
    Column("plan", Id, ForeignKey("plans.id"), nullable=False),
    Column("administration", Id, ForeignKey("administrations.id"), nullable=False),
    PrimaryKeyConstraint("plan", "administration"),
)

claims = Table(
    "claims",
    metadata,
    Column("administration", Id, ForeignKey("administrations.id"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("owner", String(96), nullable=False),
    Column("expires_at", Float, nullable=False),
    Column("sent_at", Float),
    PrimaryKeyConstraint("administration", "position"),
)
"""Cells being asked. ``sent_at`` is on disk before a request goes out: it may have been paid."""

attempts = Table(
    "attempts",
    metadata,
    Column("administration", Id, ForeignKey("administrations.id"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("number", Integer, nullable=False),
    Column("final", Boolean, nullable=False),
    Column("status", String(16), nullable=False),
    Column("http_status", Integer),
    Column("messages", Id, ForeignKey("contents.id"), nullable=False),
    Column("settings", Id, ForeignKey("contents.id"), nullable=False),
    Column("presented", Id, ForeignKey("contents.id"), nullable=False),
    Column("text", Text),
    Column("error", Text),
    *(
        Column(each.name, Text if each.kind is str else Integer, info={"since": each.since})
        for each in REPLY_COLUMNS
    ),
    Column("cost", Float),
    Column("sent_at", Float, nullable=False),
    Column("seed", BigInteger),
    Column("latency_ms", Float, nullable=False),
    Column("plan", Id, ForeignKey("plans.id"), nullable=False),
    Column("extra", Text),
    Column("body", LargeBinary, nullable=False),
    PrimaryKeyConstraint("administration", "position", "number"),
    Index(
        "one_final_attempt_a_cell",
        "administration",
        "position",
        unique=True,
        **only_where(text("final")),
    ),
)

SAID_BY_ENDPOINT = tuple(
    column.name
    for column in attempts.columns
    if isinstance(column.type, Text) and column.name not in ("text", "extra")
)
"""Text columns of an attempt except the reply itself; each is also a column of ``.long``."""

items = Table(
    "items",
    metadata,
    Column("id", Id, primary_key=True),
    Column("instrument_id", String(64), nullable=False),
    Column("item_id", String(64), nullable=False),
    UniqueConstraint("instrument_id", "item_id"),
)

responses = Table(
    "responses",
    metadata,
    Column("administration", Id, ForeignKey("administrations.id"), nullable=False),
    Column("item", Id, ForeignKey("items.id"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("number", Integer, nullable=False),
    Column("outcome", String(12), nullable=False),
    Column("value", Float),
    Column("how", Text, nullable=False),
    Column("confidence", Float),
    Column("option_mass", Float),
    Column("expected", Float),
    Column("entropy", Float),
    Column("distribution", Text),
    PrimaryKeyConstraint("administration", "item"),
)

readings = Table(
    "readings",
    metadata,
    Column("id", Id, primary_key=True),
    Column("reader_version", String(16), nullable=False),
    Column("read_at", Float, nullable=False),
    Column("n_attempts", Integer, nullable=False),
    Column("n_changed", Integer, nullable=False),
)
"""When the responses were derived again, by which reader, and how many changed."""

_ORIGINS = {"since": "0003"}
origins = Table(
    "origins",
    metadata,
    Column("stimulus", String(16), nullable=False, info=_ORIGINS),
    Column("part", Integer, nullable=False, info=_ORIGINS),
    Column("administration", String(32), nullable=False, info=_ORIGINS),
    Column("item_id", String(64), nullable=False, info=_ORIGINS),
    PrimaryKeyConstraint("stimulus", "part", "administration", "item_id"),
)
"""Which responses a stimulus was made of, where it is a reply or a pair of replies.

``stimulus`` is the hash of its content and ``administration`` the key of the administration, so
that the replies may be in another store. ``part`` is 0; of a pair it is 1 or 2. Two respondents
who gave the same reply are two origins of one stimulus.
"""
