"""Comparison of models with people: scales, profiles, items, structure, nearest samples."""
