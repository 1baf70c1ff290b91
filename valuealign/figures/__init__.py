"""Figures: each function takes a result and returns a matplotlib figure.

Public as ``va.plot``. A figure says what it shows in words beside the colours, and every axis
has its unit.
"""

from __future__ import annotations

from valuealign.figures.invariance import invariance as invariance
from valuealign.figures.loadings import loadings as loadings

__all__ = ["invariance", "loadings"]
