"""Validity beyond structure: other methods, other tasks, known groups and contamination."""
