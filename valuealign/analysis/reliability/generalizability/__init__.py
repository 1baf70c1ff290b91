"""Generalizability: variance components of responses, and the effect of longer designs."""
