"""Reading of untrusted files: regular files only, up to a maximal size."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

MEGABYTE = 1_000_000


def read_bounded(path: Path, limit: int) -> bytes:
    """The bytes of a regular file of at most ``limit`` bytes.

    A pipe, a device or a socket is not read: it may have no end, or never begin.

    Parameters
    ----------
    path : Path
    limit : int

    Returns
    -------
    bytes

    Raises
    ------
    OSError
        It cannot be read, is not a regular file, or is larger; ``strerror`` says which.

    Examples
    --------
    >>> read_bounded(Path(os.devnull), 10)
    Traceback (most recent call last):
    OSError: [Errno 22] it is not a regular file: '/dev/null'
    """
    try:
        descriptor = os.open(
            path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        )
    except ValueError as error:  # a null in the name
        raise OSError(errno.EINVAL, str(error), str(path)) from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "it is not a regular file", str(path))
    with os.fdopen(descriptor, "rb") as file:
        data = file.read(limit + 1)
    if len(data) > limit:
        most = f"{limit / MEGABYTE:g} MB" if limit >= MEGABYTE else f"{limit:,} bytes"
        raise OSError(errno.EFBIG, f"it is too large (more than {most})", str(path))
    return data


def read_bounded_text(path: Path, limit: int) -> str:
    """The same as UTF-8 text, a byte order mark removed.

    Raises
    ------
    OSError
        As above, or the bytes are not UTF-8.
    """
    try:
        return read_bounded(path, limit).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise OSError(errno.EILSEQ, f"it is not UTF-8 (byte {error.start})", str(path)) from error
