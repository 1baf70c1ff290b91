"""How results show themselves: tables and single values, whatever the result is made of."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import fields
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

import numpy as np

from valuealign.escape import for_html
from valuealign.suggestion import Suggesting

if TYPE_CHECKING:
    import pandas as pd

ROWS = 12
"""Rows of a table that a notebook shows."""
CHARACTERS = 200
"""Characters of one value that are shown."""


class Shown(Suggesting):
    """A dataclass that displays its fields: values in a line, tables below it in a notebook.

    Give it to a dataclass with ``repr=False``. Of fields that are neither values, texts nor tables
    (fits, arrays, mappings of results) it shows the names.

    Examples
    --------
    >>> from dataclasses import dataclass
    >>> @dataclass(frozen=True, repr=False)
    ... class Share(Shown):
    ...     value: float
    ...     meaning: str
    ...     draws: np.ndarray
    >>> Share(0.123456, "of <b>forms</b>", np.zeros(9))
    Share(value=0.1235, meaning='of <b>forms</b>', and .draws)
    >>> "of &lt;b&gt;forms" in Share(0.1, "of <b>forms</b>", np.zeros(9))._repr_html_()
    True
    """

    def __repr__(self) -> str:
        values, tables, names = _parts(self)
        parts = [f"{name}={value}" for name, value in values.items()]
        parts += [f"{name}: {len(table)} rows" for name, table in tables.items()]
        parts += ["and " + ", ".join(f".{name}" for name in names)] if names else []
        return f"{type(self).__name__}({', '.join(parts)})"

    def _repr_html_(self) -> str:
        values, tables, names = _parts(self)
        rows = "".join(
            f"<tr><th style='text-align:left'>{for_html(name)}</th>"
            f"<td style='text-align:left'>{for_html(value)}</td></tr>"
            for name, value in values.items()
        )
        parts = [f"<p><b>{for_html(type(self).__name__)}</b></p>", f"<table>{rows}</table>"]
        for name, table in tables.items():
            more = f", first {ROWS} of {len(table)} rows" if len(table) > ROWS else ""
            parts.append(f"<p>{for_html(name)}{more}</p>{table.head(ROWS).round(3).to_html()}")
        if names:
            parts.append(f"<p>and {for_html(', '.join(f'.{name}' for name in names))}</p>")
        return "".join(parts)


def _parts(result: Any) -> tuple[dict[str, str], dict[str, pd.DataFrame], list[str]]:
    """Return the fields that are values, those that are tables, and the names of the others."""
    values: dict[str, str] = {}
    tables: dict[str, pd.DataFrame] = {}
    names: list[str] = []
    for field in fields(result):
        value = getattr(result, field.name)
        text = _text(value)
        if text is not None:
            values[field.name] = text if len(text) <= CHARACTERS else f"{text[:CHARACTERS]}..."
        elif hasattr(value, "to_frame") or hasattr(value, "to_html"):
            if len(value):
                tables[field.name] = value if hasattr(value, "to_html") else value.to_frame()
        elif field.repr:
            names.append(field.name)
    return values, tables, names


def _text(value: Any) -> str | None:
    """Return a value as a line of text, or None where it is not a single value."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, bool | int | str | None):
        return repr(value)
    if isinstance(value, tuple | Set | Mapping):
        return _texts(value) if value else "none"
    return str(value) if isinstance(value, PurePath) else None


def _texts(values: tuple[Any, ...] | Set[Any] | Mapping[Any, Any]) -> str | None:
    if isinstance(values, Mapping):
        parts = {f"{key!r}: ": _text(value) for key, value in values.items()}
        texts = [None if text is None else key + text for key, text in parts.items()]
    else:
        texts = [_text(value) for value in values]
    known = [text for text in texts if text is not None]
    if len(known) < len(texts):
        return None
    inside = ", ".join(sorted(known) if isinstance(values, Set) else known)
    return f"({inside})" if isinstance(values, tuple) else f"{{{inside}}}"
