"""Sections of the report: each a pure function from the material to plain contents."""
