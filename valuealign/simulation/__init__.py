"""Respondents of known truth: what a measurement should find is known before it is made.

``sim:human`` answers as people of a human sample do, ``sim:factor`` as a stated factor model,
the others each have one bias and no trait. They read the page they are shown and nothing else,
so that what comes back has gone through rendering, asking and reading like any model's reply.
"""

from __future__ import annotations

from valuealign.simulation.server import serve
from valuealign.simulation.simulated_respondents import NAMES, Simulated, simulated

__all__ = ["NAMES", "Simulated", "serve", "simulated"]
