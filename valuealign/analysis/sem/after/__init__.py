"""What is computed from a fit: difference tests, scores, bootstrap, reliability, simulation."""
