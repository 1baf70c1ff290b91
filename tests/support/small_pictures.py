"""Small real pictures for tests: each number another one, in any of the four formats."""

from __future__ import annotations

import io

from PIL import Image


def small_picture(number: int = 1, *, kind: str = "PNG", side: int = 16) -> bytes:
    """A picture of one colour that depends on the number, with a white corner."""
    image = Image.new("RGB", (side, side), (number % 256, (number * 37) % 256, number // 256))
    image.paste((255, 255, 255), (0, 0, side // 4, side // 2))
    file = io.BytesIO()
    image.save(file, format=kind)
    return file.getvalue()
