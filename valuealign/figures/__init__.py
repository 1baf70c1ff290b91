"""Figures: each function takes a result and returns a matplotlib figure.

Public as ``va.plot``. A figure says what it shows in words beside the colours, and every axis
has its unit.
"""

from __future__ import annotations

from valuealign.figures.circumplex import circumplex as circumplex
from valuealign.figures.contamination import contamination as contamination
from valuealign.figures.efa import efa as efa
from valuealign.figures.generalizability import generalizability as generalizability
from valuealign.figures.invariance import invariance as invariance
from valuealign.figures.invariance_with_people import (
    invariance_with_people as invariance_with_people,
)
from valuealign.figures.loadings import loadings as loadings
from valuealign.figures.nearest import nearest as nearest
from valuealign.figures.profile import profile as profile
from valuealign.figures.reliability import reliability as reliability
from valuealign.figures.response_style import response_style as response_style
from valuealign.figures.scree import scree as scree
from valuealign.figures.value_circle import value_circle as value_circle
from valuealign.figures.verdict import verdict as verdict

__all__ = [
    "circumplex",
    "contamination",
    "efa",
    "generalizability",
    "invariance",
    "invariance_with_people",
    "loadings",
    "nearest",
    "profile",
    "reliability",
    "response_style",
    "scree",
    "value_circle",
    "verdict",
]
