"""Rotation of loadings, and the criteria that rotations minimise."""
