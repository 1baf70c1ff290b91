"""A stimulus may be a reply: which response it was made of."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table; no stimulus that is there already was made of a reply."""
    op.create_table(
        "origins",
        sa.Column("stimulus", sa.String(16), nullable=False),
        sa.Column("part", sa.Integer, nullable=False),
        sa.Column("administration", sa.String(32), nullable=False),
        sa.Column("item_id", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("stimulus", "part", "administration", "item_id"),
    )


def downgrade() -> None:
    """A store is never taken down."""
    raise RuntimeError("a store is never taken down; copy the file instead")
