"""Alembic's entry: run the migrations on the connection that schema.upgrade opened."""

from __future__ import annotations

from alembic import context

# Alembic executes this file with a configuration; a plain import of it has none.
if getattr(context, "config", None) is not None:
    context.configure(connection=context.config.attributes["connection"])
    with context.begin_transaction():
        context.run_migrations()
