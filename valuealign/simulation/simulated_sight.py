"""A simulated respondent that looks at drawn faces: it decodes the pixels it is sent.

It reads a few features of the ink, upright as if every picture were upright. A face that is upside
down has its brows where a mouth is expected, so the respondent is misled in a way that can be
computed; in a scrambled picture it sees no face, and guesses.
"""

from __future__ import annotations

import base64
import binascii
import io
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from valuealign.errors import PlanError
from valuealign.instrument.instrument import Instrument
from valuealign.instrument.item import Item
from valuealign.instrument.media import media_pictures
from valuealign.instrument.pictures.picture import NotAPicture, checked_picture
from valuealign.instrument.response_scale import Keyed

LAPSE = 0.1
"""How often it guesses although it saw an expression that is among the words."""
FIRST = 0.3
"""How often a guess is simply the first option."""
_SIDE = 80
_INK = 110
_MOST_INK = 0.25
"""Of a drawing that is a face; more of it is something else."""
_LEAST_SYMMETRY = 0.8
"""A face is its own mirror image to this share of its ink."""
Features = NDArray[np.float64]


def check_faces(instruments: Sequence[Instrument]) -> None:
    """Refuse an instrument whose items have no options of their own.

    Raises
    ------
    PlanError
        It names an instrument that fits.
    """
    for each in instruments:
        if not isinstance(each.response_scale, Keyed):
            raise PlanError(
                f"sim:faces names what it sees by one of an item's own words, and {each.id} has "
                "no such items; ask about drawn faces, or use another respondent"
            )


def pictures_of(content: Any) -> tuple[bytes, ...]:
    """The pictures of a message, decoded from their data URLs."""
    found = []
    for part in content if isinstance(content, list) else []:
        url = part.get("image_url") if isinstance(part, Mapping) else None
        url = url.get("url") if isinstance(url, Mapping) else url
        if isinstance(url, str) and url.startswith("data:image/"):
            try:
                found.append(base64.b64decode(url.partition(",")[2], validate=True))
            except binascii.Error:
                continue
    return tuple(found)


class Sight:
    """What is known of the drawn faces of an instrument.

    Parameters
    ----------
    instrument : Instrument
        With drawn faces; the words are its right answers.

    Examples
    --------
    >>> import valuealign as va
    >>> faces = va.load_instrument("schematic-faces")
    >>> picture = media_pictures(faces, "face01")[0].data
    >>> Sight(faces).expression(picture) == faces.item("face01").attributes["expression"]
    True
    """

    def __init__(self, instrument: Instrument) -> None:
        self._words: list[str] = []
        rows = []
        for item in instrument.items:
            for picture in media_pictures(instrument, item) if _is_drawn(item) else ():
                features = _features(picture.data)
                if features is not None:
                    self._words.append(_right_word(item))
                    rows.append(features)
        self._faces = np.array(rows).reshape(len(rows), -1)
        self._spread = self._faces.std(axis=0) + 1e-9 if rows else 1.0

    def expression(self, picture: bytes) -> str | None:
        """The word for the drawn face that a picture is most like; None where no face is seen."""
        features = _features(picture)
        if features is None or not self._words:
            return None
        distance = (((self._faces - features) / self._spread) ** 2).sum(axis=1)
        return self._words[int(distance.argmin())]


def guessing(n: int) -> list[float]:
    """The probability of each option of a guess: the first one is favoured."""
    return [FIRST * (k == 0) + (1 - FIRST) / n for k in range(n)]


def seen_shares(labels: Sequence[str], word: str | None) -> list[float]:
    """The probability of each option, by the word for what was seen."""
    guess = guessing(len(labels))
    if word is None or word not in labels:
        return guess
    return [LAPSE * g + (1 - LAPSE) * (x == word) for g, x in zip(guess, labels, strict=True)]


def _is_drawn(item: Item) -> bool:
    return any(media.drawn for media in item.media)


def _right_word(item: Item) -> str:
    return next(o.label["en"] for o in item.options if o.code == item.answer)


@lru_cache(maxsize=1024)
def _features(picture: bytes) -> Features | None:
    """What the ink says of brows, eyes and mouth, if the picture were upright."""
    from PIL import Image

    try:
        checked_picture(picture)
    except NotAPicture:
        return None
    with Image.open(io.BytesIO(picture)) as image:
        grey = np.asarray(image.convert("L").resize((_SIDE, _SIDE)), dtype=float)
    ink = (grey < _INK).astype(float)
    if not 0 < ink.mean() < _MOST_INK or (ink * ink[:, ::-1]).sum() < _LEAST_SYMMETRY * ink.sum():
        return None
    y, x = np.mgrid[-1 : 1 : _SIDE * 1j, -1 : 1 : _SIDE * 1j]
    inside = ink * (np.abs(x) < 0.64)
    upper = inside * ((y > -0.68) & (y < -0.2))
    eyes = inside * (np.abs(y) < 0.19)
    lower = inside * ((y > 0.22) & (y < 0.84))
    white = (grey > 242) * (np.abs(y) < 0.19) * (np.abs(x) < 0.64)
    aside = float((eyes * (x - 0.36 * np.sign(x))).sum() / max(eyes.sum(), 1.0))
    amounts = (lower.sum() / 200, white.sum() / 50)
    return np.array(
        [_slope(upper, x, y), _slope(lower, x, y), _height(upper, y), *amounts, 8 * aside]
    )


def _slope(ink: Features, x: Features, y: Features) -> float:
    """How far the ink rises or falls from the middle outwards."""
    total = ink.sum()
    if total < 4:
        return 0.0
    out = np.abs(x) - (ink * np.abs(x)).sum() / total
    return float((ink * out * y).sum() / max((ink * out**2).sum(), 1e-9))


def _height(ink: Features, y: Features) -> float:
    return float((ink * y).sum() / max(ink.sum(), 1.0))
