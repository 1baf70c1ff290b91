"""Named rules that change a picture: pure, and the same on every machine for the same seed."""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, TypeVar, get_args

from valuealign.instrument.pictures.picture import Picture, checked_picture

if TYPE_CHECKING:
    from PIL.Image import Image

_Name = TypeVar("_Name")
Shown = Literal["shown", "inverted", "scrambled", "exchanged", "absent"]
"""How pictures are shown: as they are, upside down, in pieces, another item's, or not at all."""
SHOWN: tuple[Shown, ...] = get_args(Shown)
BLOCKS = 8
"""A scrambled picture is cut into so many rows and columns."""


@lru_cache(maxsize=256)
def inverted(picture: Picture) -> Picture:
    """A picture turned by 180 degrees.

    Twice is the picture itself, pixel by pixel. The result is PNG, without loss.

    Examples
    --------
    >>> from valuealign.instrument.pictures.drawn_face import DrawnFace, drawn
    >>> face = drawn(DrawnFace(mouth=1.0))
    >>> inverted(face) == face, inverted(inverted(inverted(face))) == inverted(face)
    (False, True)
    """
    from PIL import Image

    return _changed(picture, lambda image: image.transpose(Image.Transpose.ROTATE_180))


@lru_cache(maxsize=256)
def scrambled(picture: Picture, seed: str) -> Picture:
    """A picture cut into 8 x 8 blocks that are exchanged: the same pixels, no face.

    Parameters
    ----------
    picture : Picture
    seed : str
        Any text; the same one gives the same picture.

    Examples
    --------
    >>> from valuealign.instrument.pictures.drawn_face import DrawnFace, drawn
    >>> face = drawn(DrawnFace())
    >>> scrambled(face, "a") == scrambled(face, "a") != scrambled(face, "b")
    True
    """

    def change(image: Image) -> Image:
        lines = [_edges(image.width), _edges(image.height)]
        blocks = [(x, y) for y in range(BLOCKS) for x in range(BLOCKS)]
        result = image.copy()
        for here, there in exchanged(blocks, seed).items():
            x, y = (lines[axis][there[axis]] for axis in (0, 1))
            box = (x, y, x + image.width // BLOCKS, y + image.height // BLOCKS)
            result.paste(image.crop(box), (lines[0][here[0]], lines[1][here[1]]))
        return result

    return _changed(picture, change)


def exchanged(names: Sequence[_Name], seed: str) -> Mapping[_Name, _Name]:
    """Give each name another's place: none keeps its own, and each is used once.

    Parameters
    ----------
    names : sequence
        Two or more, all different.
    seed : str

    Examples
    --------
    >>> places = exchanged(["a", "b", "c"], "0")
    >>> sorted(places.values()), any(k == v for k, v in places.items())
    (['a', 'b', 'c'], False)
    """
    shuffled = list(names)
    random.Random(f"exchanged\n{seed}").shuffle(shuffled)  # noqa: S311  # an order, not a secret
    return dict(zip(shuffled, [*shuffled[1:], shuffled[0]], strict=True))


def _edges(length: int) -> list[int]:
    """Where blocks of one size begin; the rest of the length stays where it is."""
    return [k * (length // BLOCKS) for k in range(BLOCKS)]


def _changed(picture: Picture, change: Callable[[Image], Image]) -> Picture:
    from PIL import Image as Images

    with Images.open(io.BytesIO(picture.data)) as image:
        mode = "RGBA" if image.has_transparency_data else "L" if image.mode == "L" else "RGB"
        result = change(image.convert(mode))
    file = io.BytesIO()
    result.save(file, format="PNG")
    return checked_picture(file.getvalue())
