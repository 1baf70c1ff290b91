"""Figures: each function takes a result and returns a matplotlib figure.

Public as ``va.plot``. Figures use words in addition to colours, and every axis has its unit.
"""

from __future__ import annotations

from valuealign.public_names import publish

__getattr__, __dir__, __all__ = publish(__name__, __file__, globals(), elsewhere="valuealign")
