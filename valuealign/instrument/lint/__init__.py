"""A linter for instrument files."""
