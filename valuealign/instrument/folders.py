"""The user's data folder for official wordings and pictures."""

from __future__ import annotations

import os
from pathlib import Path


def data_folder() -> Path:
    """The user's data folder; ``VALUEALIGN_DATA`` overrides where it is."""
    chosen = os.environ.get("VALUEALIGN_DATA")
    if chosen:
        return Path(chosen).expanduser()
    from platformdirs import user_data_path

    return user_data_path("valuealign", appauthor=False)


def write_whole(path: Path, data: bytes) -> None:
    """Write a file atomically: a reader sees the old file or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    partial.write_bytes(data)
    partial.replace(path)
