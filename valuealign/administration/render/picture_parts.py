"""Pictures in messages: a reference in what is kept, a data URL in what is sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from valuealign.instrument.pictures.picture import REFERENCE, Picture

Pictures = Mapping[str, Picture]
"""Reference -> the picture."""


def picture_part(picture: Picture) -> dict[str, Any]:
    """Return the part of a chat message that holds a picture, by reference.

    Examples
    --------
    >>> from valuealign.instrument.pictures.drawn_face import DrawnFace, drawn
    >>> picture_part(drawn(DrawnFace()))["image_url"]["url"][:8]
    'picture:'
    """
    return {"type": "image_url", "image_url": {"url": picture.reference}}


def with_data(part: Any, pictures: Pictures) -> Any:
    """Return messages with the data URL of each picture in the place of its reference."""
    if not pictures:
        return part
    if isinstance(part, str):
        return pictures[part].data_url if part.startswith(REFERENCE) and part in pictures else part
    if isinstance(part, Mapping):
        return {
            name: value if name == "text" else with_data(value, pictures)
            for name, value in part.items()
        }
    if isinstance(part, Sequence):
        return [with_data(each, pictures) for each in part]
    return part
