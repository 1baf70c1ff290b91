"""Labels of the stores that a report compares."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit


def labels_of(stores: Sequence[str]) -> list[str]:
    """Return a short, different label for each store, without passwords of an address.

    Parameters
    ----------
    stores : sequence of str
        Files or database URLs.

    Returns
    -------
    list of str

    Examples
    --------
    >>> labels_of(["runs/may.db", "runs/june.db"])
    ['may', 'june']
    >>> labels_of(["may/a.db", "june/a.db"])
    ['may/a', 'june/a']
    """
    paths = [_path(store) for store in stores]
    for depth in range(1, 1 + max(len(path) for path in paths)):
        labels = ["/".join(path[-depth:]) for path in paths]
        if len(set(labels)) == len(labels):
            return labels
    return [f"{'/'.join(path[-1:])} {k}" for k, path in enumerate(paths, start=1)]


def _path(store: str) -> list[str]:
    """Return the parts of a store's path, its file's name without an ending."""
    named = store
    if "://" in store:
        try:
            parts = urlsplit(store)
            named = f"{parts.hostname or ''}{parts.path}"
        except ValueError:  # an address that is none
            named = "store"
    pieces = [piece for piece in named.replace("\\", "/").split("/") if piece] or ["store"]
    return [*pieces[:-1], pieces[-1].rsplit(".", 1)[0] or pieces[-1]]
