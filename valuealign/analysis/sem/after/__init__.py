"""Computations on a fit: difference tests, scores, bootstrap, reliability, simulation."""
