"""Validity beyond structure: other methods, other tasks, known groups, known texts."""
