"""Schematic faces, drawn by code from a few numbers: stand-ins that measure nothing in anybody."""

from __future__ import annotations

import io
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from valuealign.instrument.pictures.picture import Picture, checked_picture
from valuealign.instrument.strict_model import Strict

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw as Draw

SIDE = 160
_FINER = 4
"""Drawn so many times larger and scaled down, so that lines are smooth."""
_PAPER, _SKIN, _INK, _EYE = 255, 232, 30, 250
_Signed = Annotated[float, Field(ge=-1, le=1)]
_Share = Annotated[float, Field(ge=0, le=1)]
_Point = tuple[float, float]


class DrawnFace(Strict):
    """A schematic face as numbers; the same numbers are the same drawing."""

    outline: Literal["round", "square"] = "round"
    """The shape of the head."""
    brows: _Signed = 0.0
    """Inner ends of the brows: up (1), or down (-1)."""
    raised: _Share = 0.3
    """How high the brows are."""
    lids: _Share = 0.6
    """How far the eyes are open."""
    gaze: _Signed = 0.0
    """Where the eyes look: left (-1) to right (1)."""
    mouth: _Signed = 0.0
    """Corners of the mouth: up (1), or down (-1)."""
    opened: _Share = 0.0
    """How far the mouth is open."""


@lru_cache(maxsize=256)
def drawn(face: DrawnFace) -> Picture:
    """Draw a face as PNG.

    Parameters
    ----------
    face : DrawnFace

    Returns
    -------
    Picture
        ``SIDE`` pixels wide and high, in shades of grey.

    Examples
    --------
    >>> picture = drawn(DrawnFace(mouth=1.0))
    >>> picture.media_type, picture.width, picture == drawn(DrawnFace(mouth=1.0))
    ('image/png', 160, True)
    """
    from PIL import Image, ImageDraw

    image = Image.new("L", (SIDE * _FINER, SIDE * _FINER), _PAPER)
    pen = _Pen(ImageDraw.Draw(image))
    pen.head(face.outline)
    for side in (-1, 1):
        pen.eye(side, face)
        pen.brow(side, face)
    pen.mouth(face)
    file = io.BytesIO()
    image.reduce(_FINER).save(file, format="PNG")
    return checked_picture(file.getvalue())


class _Pen:
    """Draws in a square from -1 to 1, y downwards."""

    def __init__(self, draw: Draw) -> None:
        self._draw = draw

    def head(self, outline: str) -> None:
        box = [_at((-0.86, -0.92)), _at((0.86, 0.92))]
        if outline == "round":
            self._draw.ellipse(box, fill=_SKIN, outline=_INK, width=_wide(0.03))
        else:
            radius = _wide(0.22)
            self._draw.rounded_rectangle(box, radius, fill=_SKIN, outline=_INK, width=_wide(0.03))

    def eye(self, side: int, face: DrawnFace) -> None:
        x, half = side * 0.36, 0.03 + 0.14 * face.lids
        box = [_at((x - 0.19, -half)), _at((x + 0.19, half))]
        self._draw.ellipse(box, fill=_EYE, outline=_INK, width=_wide(0.025))
        pupil, tall = x + 0.08 * face.gaze, min(0.08, half)
        self._draw.ellipse([_at((pupil - 0.08, -tall)), _at((pupil + 0.08, tall))], fill=_INK)

    def brow(self, side: int, face: DrawnFace) -> None:
        y = -0.34 - 0.2 * face.raised
        tilt = 0.13 * face.brows
        inner, outer = (side * 0.15, y - tilt), (side * 0.58, y + tilt)
        self._line([inner, outer], 0.06)

    def mouth(self, face: DrawnFace) -> None:
        xs = [k / 20 for k in range(-10, 11)]
        bend = 0.24 * face.mouth
        upper = [(0.76 * x, 0.52 + bend * (0.5 - (2 * x) ** 2)) for x in xs]
        drop = 0.3 * face.opened
        lower = [(x, y + drop * (1 - (x / 0.38) ** 2)) for x, y in upper]
        if face.opened > 0:
            self._draw.polygon([_at(p) for p in [*upper, *reversed(lower)]], fill=_INK)
        self._line(upper, 0.05)

    def _line(self, points: list[_Point], width: float) -> None:
        self._draw.line([_at(p) for p in points], fill=_INK, width=_wide(width), joint="curve")
        r = width / 2
        for x, y in (points[0], points[-1]):
            self._draw.ellipse([_at((x - r, y - r)), _at((x + r, y + r))], fill=_INK)


def _at(point: _Point) -> _Point:
    half = SIDE * _FINER / 2
    return half * (1 + point[0]), half * (1 + point[1])


def _wide(width: float) -> int:
    return round(width * SIDE * _FINER / 2)
