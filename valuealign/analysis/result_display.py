"""Text and HTML displays of result objects: single values and tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import numpy as np

from valuealign.escape import for_html

if TYPE_CHECKING:
    import pandas as pd

ROWS = 12
"""Rows of a table that a notebook shows."""


class Shown:
    """A dataclass that displays its fields: values in a line, tables below it in a notebook.

    Give it to a dataclass with ``repr=False``. Fields that are neither values, texts nor tables
    (fits, mappings of results) are not shown.

    Examples
    --------
    >>> from dataclasses import dataclass
    >>> @dataclass(frozen=True, repr=False)
    ... class Found(Shown):
    ...     value: float
    ...     told: str
    >>> Found(0.123456, "one <b>form</b>")
    Found(value=0.1235, told='one <b>form</b>')
    >>> "one &lt;b&gt;form" in Found(0.1, "one <b>form</b>")._repr_html_()
    True
    """

    def __repr__(self) -> str:
        parts = [f"{name}={value}" for name, value in _values(self)]
        parts += [f"{name}: {len(table)} rows" for name, table in _tables(self)]
        return f"{type(self).__name__}({', '.join(parts)})"

    def _repr_html_(self) -> str:
        definitions = "".join(
            f"<tr><th style='text-align:left'>{for_html(name)}</th>"
            f"<td style='text-align:left'>{for_html(value)}</td></tr>"
            for name, value in _values(self)
        )
        parts = [f"<p><b>{for_html(type(self).__name__)}</b></p>", f"<table>{definitions}</table>"]
        for name, table in _tables(self):
            more = f", first {ROWS} of {len(table)} rows" if len(table) > ROWS else ""
            parts.append(f"<p>{for_html(name)}{more}</p>{table.head(ROWS).round(3).to_html()}")
        return "".join(parts)


def _values(result: Any) -> Iterator[tuple[str, str]]:
    for field in fields(result):
        value = getattr(result, field.name)
        if isinstance(value, bool | int | str | None):
            yield field.name, repr(value)
        elif isinstance(value, float | np.floating):
            yield field.name, f"{value:.4g}"
        elif isinstance(value, frozenset | set | tuple) and all(isinstance(v, str) for v in value):
            yield field.name, repr(sorted(value) if isinstance(value, frozenset | set) else value)
        elif isinstance(value, Mapping) and all(isinstance(v, str) for v in value.values()):
            yield field.name, repr(dict(value))


def _tables(result: Any) -> Iterator[tuple[str, pd.DataFrame]]:
    for field in fields(result):
        value = getattr(result, field.name)
        if hasattr(value, "to_html") and len(value):
            yield field.name, value
