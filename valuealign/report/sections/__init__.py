"""Sections of the report: each a pure function from what was gathered to plain contents."""
