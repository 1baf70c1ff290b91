"""The first schema."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Create every table."""
    _what_is_asked()
    _what_is_answered()
    _what_it_says()


def downgrade() -> None:
    """There is nothing below the first schema; a store is never taken down."""
    raise RuntimeError("the first schema has no older one; copy the file instead")


def _what_is_asked() -> None:
    op.create_table(
        "contents",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("hash", sa.String(32), nullable=False, unique=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
    )
    op.create_table(
        "plans",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("seed", sa.BigInteger, nullable=False),
        sa.Column("created_at", sa.Float, nullable=False),
        sa.Column("version", sa.String(32), nullable=False),
        sa.Column("content", _ID, sa.ForeignKey("contents.id"), nullable=False),
    )
    op.create_table(
        "administrations",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("key", sa.String(32), nullable=False, unique=True),
        sa.Column("instrument", _ID, sa.ForeignKey("contents.id"), nullable=False),
        sa.Column("instrument_id", sa.String(64), nullable=False),
        sa.Column("instrument_hash", sa.String(16), nullable=False),
        sa.Column("wording_hash", sa.String(16), nullable=False),
        sa.Column("respondent", _ID, sa.ForeignKey("contents.id"), nullable=False),
        sa.Column("respondent_id", sa.String(16), nullable=False),
        sa.Column("form", _ID, sa.ForeignKey("contents.id"), nullable=False),
        sa.Column("form_id", sa.String(16), nullable=False),
        sa.Column("form_name", sa.Text, nullable=False),
        sa.Column("occasion", sa.Integer, nullable=False),
        sa.Column("elicitation", sa.String(16), nullable=False),
        sa.Column("seed", sa.BigInteger, nullable=False),
        sa.Column("n_cells", sa.Integer, nullable=False),
    )
    op.create_table(
        "plan_administrations",
        sa.Column("plan", _ID, sa.ForeignKey("plans.id"), nullable=False),
        sa.Column("administration", _ID, sa.ForeignKey("administrations.id"), nullable=False),
        sa.PrimaryKeyConstraint("plan", "administration"),
    )
    op.create_table(
        "claims",
        sa.Column("administration", _ID, sa.ForeignKey("administrations.id"), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("owner", sa.String(96), nullable=False),
        sa.Column("expires_at", sa.Float, nullable=False),
        sa.Column("sent_at", sa.Float),
        sa.PrimaryKeyConstraint("administration", "position"),
    )


def _what_is_answered() -> None:
    op.create_table(
        "attempts",
        sa.Column("administration", _ID, sa.ForeignKey("administrations.id"), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("final", sa.Boolean, nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("http_status", sa.Integer),
        sa.Column("messages", _ID, sa.ForeignKey("contents.id"), nullable=False),
        sa.Column("settings", _ID, sa.ForeignKey("contents.id"), nullable=False),
        sa.Column("presented", _ID, sa.ForeignKey("contents.id"), nullable=False),
        sa.Column("text", sa.Text),
        sa.Column("error", sa.Text),
        sa.Column("model_returned", sa.Text),
        sa.Column("system_fingerprint", sa.Text),
        sa.Column("finish_reason", sa.Text),
        sa.Column("prompt_tokens", sa.Integer),
        sa.Column("completion_tokens", sa.Integer),
        sa.Column("reasoning_tokens", sa.Integer),
        sa.Column("cost", sa.Float),
        sa.Column("sent_at", sa.Float, nullable=False),
        sa.Column("seed", sa.BigInteger),
        sa.Column("latency_ms", sa.Float, nullable=False),
        sa.Column("plan", _ID, sa.ForeignKey("plans.id"), nullable=False),
        sa.Column("extra", sa.Text),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("administration", "position", "number"),
    )
    op.create_index(
        "one_final_attempt_a_cell",
        "attempts",
        ["administration", "position"],
        unique=True,
        sqlite_where=sa.text("final"),
        postgresql_where=sa.text("final"),
    )


def _what_it_says() -> None:
    op.create_table(
        "items",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("instrument_id", sa.String(64), nullable=False),
        sa.Column("item_id", sa.String(64), nullable=False),
        sa.UniqueConstraint("instrument_id", "item_id"),
    )
    op.create_table(
        "responses",
        sa.Column("administration", _ID, sa.ForeignKey("administrations.id"), nullable=False),
        sa.Column("item", _ID, sa.ForeignKey("items.id"), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("outcome", sa.String(12), nullable=False),
        sa.Column("value", sa.Float),
        sa.Column("how", sa.Text, nullable=False),
        sa.Column("confidence", sa.Float),
        sa.Column("option_mass", sa.Float),
        sa.Column("expected", sa.Float),
        sa.Column("entropy", sa.Float),
        sa.Column("distribution", sa.Text),
        sa.PrimaryKeyConstraint("administration", "item"),
    )
    op.create_table(
        "readings",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("reader_version", sa.String(16), nullable=False),
        sa.Column("read_at", sa.Float, nullable=False),
        sa.Column("n_attempts", sa.Integer, nullable=False),
        sa.Column("n_changed", sa.Integer, nullable=False),
    )
