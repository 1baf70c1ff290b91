"""An administration may be about a stimulus."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; what is there already is about no stimulus."""
    kind = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    # Written out: Alembic adds a foreign key by a second statement, which SQLite does not have.
    op.execute(f"ALTER TABLE administrations ADD COLUMN stimulus {kind} REFERENCES contents (id)")


def downgrade() -> None:
    """A store is never taken down."""
    raise RuntimeError("a store is never taken down; copy the file instead")
