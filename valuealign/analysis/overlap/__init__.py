"""Overlap of texts with a reference."""
