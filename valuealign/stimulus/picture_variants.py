"""Named rules that show the picture of a stimulus in another way."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal, get_args

from valuealign.instrument.pictures.picture import Picture
from valuealign.instrument.pictures.picture_rules import exchanged, inverted, scrambled

PictureRule = Literal["inverted", "scrambled", "exchanged", "absent"]
PICTURE_RULES: tuple[str, ...] = get_args(PictureRule)
"""Upside down, in exchanged pieces, another stimulus's picture, or none."""


@lru_cache(maxsize=32)
def exchange_order(n: int, seed: str) -> tuple[int, ...]:
    """The place whose picture each of n stimuli shows instead of its own.

    Examples
    --------
    >>> order = exchange_order(4, "0")
    >>> sorted(order), any(k == place for k, place in enumerate(order))
    ([0, 1, 2, 3], False)
    """
    order = exchanged(range(n), seed)
    return tuple(order[k] for k in range(n))


def changed_picture(picture: Picture, rule: str | None, *, seed: str) -> Picture:
    """The picture of a stimulus, as a rule shows it.

    Parameters
    ----------
    picture : Picture
    rule : str or None
        Rules of texts leave a picture as it is.
    seed : str
        Of the pieces.

    Examples
    --------
    >>> from valuealign.instrument.pictures.drawn_face import DrawnFace, drawn
    >>> face = drawn(DrawnFace(mouth=1.0))
    >>> changed_picture(face, None, seed="0") == face
    True
    >>> changed_picture(face, "inverted", seed="0") == face
    False
    """
    if rule == "inverted":
        return inverted(picture)
    return scrambled(picture, seed) if rule == "scrambled" else picture
