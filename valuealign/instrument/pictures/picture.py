"""One picture: checked by what is in it, known by the hash of its bytes."""

from __future__ import annotations

import base64
import hashlib
import io
import struct
import warnings
import zlib
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from valuealign.bounded import read_bounded
from valuealign.errors import FileError
from valuealign.suggestion import did_you_mean

MAX_PICTURE_BYTES = 5_000_000
MAX_SIDE = 8_000
"""Pixels; endpoints scale larger pictures down or refuse them."""
MAX_PIXELS = 20_000_000
"""Pixels of a whole picture: a small file can hold a thousand times as many."""
MIN_SIDE = 8
FORMATS = {"PNG": "image/png", "JPEG": "image/jpeg", "GIF": "image/gif", "WEBP": "image/webp"}
EXPECTED = "PNG, JPEG, GIF or WebP"
REFERENCE = "picture:"
"""Begins the place of a picture in messages that are kept: the hash of its bytes follows."""
_BEGINNINGS = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF8": "image/gif",
    b"RIFF": "image/webp",
}


@dataclass(frozen=True)
class Picture:
    """A picture that was checked.

    Parameters
    ----------
    data : bytes
        The file as it is; it is sent unchanged.
    media_type : str
    width, height : int
        Pixels.
    """

    data: bytes
    media_type: str
    width: int
    height: int

    @cached_property
    def sha256(self) -> str:
        """Sixty-four hex digits of the bytes, as ``sha256sum`` prints them."""
        return hashlib.sha256(self.data).hexdigest()

    @property
    def reference(self) -> str:
        """What stands in the place of the picture in messages that are kept."""
        return REFERENCE + self.sha256

    @property
    def data_url(self) -> str:
        """The picture as an endpoint takes it."""
        return f"data:{self.media_type};base64,{base64.b64encode(self.data).decode('ascii')}"

    @property
    def facts(self) -> str:
        """Type, size and hash, in one line."""
        kind = self.media_type.removeprefix("image/").upper()
        size = f"{self.width} x {self.height} pixels, {len(self.data):,} bytes"
        return f"{kind}, {size}, sha256 {self.sha256[:16]}"


class NotAPicture(ValueError):  # noqa: N818  # named for what happened
    """Bytes that are not a picture of the four kinds, or one that is damaged or too large.

    Parameters
    ----------
    found : str
    expected : str
    hint : str, optional
    """

    def __init__(self, found: str, expected: str, hint: str | None = None) -> None:
        self.found, self.expected, self.hint = found, expected, hint
        super().__init__(f"{found}; expected {expected}" + (f"; {hint}" if hint else ""))


def media_type(data: bytes) -> str | None:
    """The type of a picture by its first bytes, or None where it is none of the four.

    Examples
    --------
    >>> media_type(b"GIF89a...")
    'image/gif'
    """
    for magic, name in _BEGINNINGS.items():
        if data.startswith(magic) and (name != "image/webp" or data[8:12] == b"WEBP"):
            return name
    return None


@lru_cache(maxsize=64)
def checked_picture(data: bytes) -> Picture:
    """Check the bytes of a picture: its type by content, its size before it is decoded, its pixels.

    Parameters
    ----------
    data : bytes

    Returns
    -------
    Picture

    Raises
    ------
    NotAPicture
        Another kind of file (SVG is one), a damaged or moving picture, or one that is too large
        or too small.

    Examples
    --------
    >>> checked_picture(b"<svg xmlns='http://www.w3.org/2000/svg'/>")
    Traceback (most recent call last):
    valuealign.instrument.pictures.picture.NotAPicture: this is an SVG drawing; expected ...
    """
    if len(data) > MAX_PICTURE_BYTES:
        most = f"at most {MAX_PICTURE_BYTES / 1e6:g} MB"
        raise NotAPicture(f"the picture has {len(data):,} bytes", most, "save it smaller")
    kind = media_type(data)
    if kind is None:
        raise _other_kind(data)
    width, height = _decoded(data, kind)
    return Picture(data, kind, width, height)


def read_picture(path: Path, *, error: type[FileError]) -> Picture:
    """Read and check a picture.

    Parameters
    ----------
    path : Path
    error : type
        Of the error that is raised: that of the file that names the picture.

    Raises
    ------
    FileError
        It cannot be read, or is not a picture that can be sent.
    """
    try:
        data = read_bounded(path, MAX_PICTURE_BYTES)
    except OSError as fault:
        raise error(f"the picture cannot be read: {fault.strerror}", path=path) from None
    return picture_of(data, path, error=error)


def picture_of(data: bytes, path: Path, *, error: type[FileError]) -> Picture:
    """Check the bytes of a file; an error names the file.

    Raises
    ------
    FileError
        As :func:`read_picture`.
    """
    try:
        return checked_picture(data)
    except NotAPicture as fault:
        raise error(fault.found, expected=fault.expected, hint=fault.hint, path=path) from None


def picture_in(folder: Path, name: str, *, error: type[FileError]) -> Picture:
    """Read a picture that a file names: in the file's own folder, and not by a link out of it.

    Raises
    ------
    FileError
        A path that leads out of the folder, a link, no such file, or not a picture.
    """
    parts = Path(name).parts
    if Path(name).is_absolute() or ".." in parts or "\\" in name or not parts:
        found = f"the picture {name!r} is outside the folder of the file that names it"
        raise error(found, hint="copy it into that folder", path=folder)
    place = folder
    for part in parts:
        place = place / part
        if place.is_symlink():
            hint = "copy the picture itself into the folder"
            raise error(f"the picture {name!r} is reached by a link", hint=hint, path=place)
    if not place.exists():
        near = place.parent.iterdir() if place.parent.is_dir() else ()
        hint = did_you_mean(place.name, sorted(each.name for each in near if each.is_file()))
        raise error(f"there is no picture {name!r}", hint=hint, path=folder)
    return read_picture(place, error=error)


def _other_kind(data: bytes) -> NotAPicture:
    head = data[:1000].lstrip().lower()
    if b"<svg" in head:
        return NotAPicture("this is an SVG drawing", EXPECTED, "export it as PNG")
    if not data:
        return NotAPicture("the file is empty", EXPECTED)
    return NotAPicture("this is not a picture by its content, whatever its name says", EXPECTED)


def _decoded(data: bytes, kind: str) -> tuple[int, int]:
    """The size of a picture that decodes whole."""
    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the size is checked here, before decoding
            with Image.open(io.BytesIO(data), formats=tuple(FORMATS)) as image:
                _check_size(*image.size)
                n_frames = getattr(image, "n_frames", 1)
                if n_frames > 1:
                    moves = f"the picture moves: it has {n_frames} frames"
                    raise NotAPicture(moves, "one frame", "save the frame that is meant")
                if FORMATS[str(image.format)] != kind:
                    raise NotAPicture(f"the picture is called {kind} by its first bytes", EXPECTED)
                image.load()
                return image.size
    except NotAPicture:
        raise
    except Image.DecompressionBombError:
        raise _too_large("far more pixels than a screen") from None
    except (OSError, SyntaxError, ValueError, EOFError, IndexError, struct.error, zlib.error):
        found = "the picture is damaged or cut off: it cannot be decoded"
        raise NotAPicture(found, f"a whole {EXPECTED} file", "save or copy it again") from None


def _check_size(width: int, height: int) -> None:
    if max(width, height) > MAX_SIDE or width * height > MAX_PIXELS:
        raise _too_large(f"{width:,} x {height:,} pixels")
    if min(width, height) < MIN_SIDE:
        least = f"at least {MIN_SIDE} pixels on each side"
        raise NotAPicture(f"the picture has {width} x {height} pixels", least)


def _too_large(size: str) -> NotAPicture:
    most = f"at most {MAX_SIDE:,} pixels a side and {MAX_PIXELS:,} in all"
    return NotAPicture(f"the picture has {size}", most, "scale it down")
