"""Generalizability: where the variance of responses comes from, and what more of each would buy."""
