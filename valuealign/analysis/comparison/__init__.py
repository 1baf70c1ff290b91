"""Comparison of profiles with people's: differences, equivalence, similarity, distance."""
