"""Simulated respondents whose true values are known.

``sim:human`` answers like people of a human sample, ``sim:factor`` like a stated factor model, and
each of the others has one bias and no trait. They see only the rendered page, so their replies pass
through rendering, asking and reading like any model's.
"""

from __future__ import annotations

from valuealign.simulation.server import serve
from valuealign.simulation.simulated_names import NAMES
from valuealign.simulation.simulated_respondents import Simulated, simulated

__all__ = ["NAMES", "Simulated", "serve", "simulated"]
