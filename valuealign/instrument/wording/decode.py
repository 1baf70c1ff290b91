"""Decoding of a user's text file, whatever editor wrote it."""

from __future__ import annotations

import codecs
import errno
from pathlib import Path

from valuealign.bounded import read_bounded
from valuealign.errors import WordingError

MAX_BYTES = 20_000_000
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def file_bytes(path: Path, *, limit: int = MAX_BYTES) -> bytes:
    """The bytes of a file of reasonable size.

    Raises
    ------
    WordingError
        The file cannot be read, is empty, or is larger than ``limit`` bytes.
    """
    try:
        data = read_bounded(path, limit)
    except OSError as error:
        if error.errno == errno.EFBIG:
            expected = f"at most {limit // 1_000_000} MB"
            raise WordingError("the file is too large", expected=expected, path=path) from error
        problem = f"the file cannot be read: {error.strerror}"
        raise WordingError(problem, path=path) from error
    if not data:
        raise WordingError("the file is empty", path=path)
    return data


def decoded(path: Path, *, limit: int = 4_000_000) -> tuple[str, str]:
    """The text of a file and the encoding it was read with.

    UTF-8, UTF-16 with a byte order mark, else Windows-1252 (which older Western European
    forms are in); the last is said to the user, since it reads almost any bytes.

    Raises
    ------
    WordingError
        The bytes are not text in any of these.
    """
    data = file_bytes(path, limit=limit)
    marked = next((name for mark, name in _MARKS if data.startswith(mark)), None)
    for name in [marked] if marked else ["utf-8", "cp1252"]:
        try:
            text = data.decode(name)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text.replace("\r\n", "\n").replace("\r", "\n"), name
    raise WordingError(
        "this is not text",
        expected="UTF-8, UTF-16 or Windows-1252",
        path=path,
        hint="save it as UTF-8, or give the .docx, .pdf, .xml or .csv file",
    )
