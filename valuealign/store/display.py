"""How responses show themselves in a notebook and in a terminal; replies are escaped."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from valuealign.store.responses import Responses

_STYLE = "text-align:left;padding:2px 10px 2px 0"


def responses_text(given: Responses) -> str:
    """One line: how many administrations and responses of what."""
    design = given.design
    names = ", ".join(str(name) for name in design["instrument"].unique())
    return f"<Responses: {len(design)} administrations of {names or 'nothing yet'}>"


def responses_html(given: Responses) -> str:
    """Counts of each outcome, and the first replies that were no answer."""
    parts = [f"<p>{html.escape(responses_text(given).strip('<>'))}</p>"]
    if len(given.long):
        parts.append(_table(given.counts()))
    missing = given.missing
    if len(missing):
        parts.append("<p>Some of what was no answer:</p>")
        parts.append(_table(missing[["model", "item_id", "outcome", "how", "raw"]].head(5)))
    return "".join(parts)


def _table(frame: pd.DataFrame) -> str:
    head = "".join(f'<th style="{_STYLE}">{html.escape(str(name))}</th>' for name in frame.columns)
    rows = "".join(
        "<tr>" + "".join(f'<td style="{_STYLE}">{_cell(value)}</td>' for value in row) + "</tr>"
        for row in frame.itertuples(index=False)
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _cell(value: object) -> str:
    text = str(value)
    return html.escape(text if len(text) <= 120 else text[:119] + "…")
