"""Text and HTML displays of responses; replies are escaped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from valuealign.escape import for_html

if TYPE_CHECKING:
    import pandas as pd

_STYLE = "text-align:left;padding:2px 10px 2px 0"


def responses_text(design: pd.DataFrame) -> str:
    """One line: how many administrations of what."""
    names = ", ".join(str(name) for name in design["instrument"].unique())
    plural = "" if len(design) == 1 else "s"
    return f"<Responses: {len(design)} administration{plural} of {names or 'nothing yet'}>"


def responses_html(design: pd.DataFrame, counts: pd.DataFrame, missing: pd.DataFrame) -> str:
    """Return counts of each outcome, and the first replies that are not answers."""
    parts = [f"<p>{for_html(responses_text(design).strip('<>'))}</p>"]
    wordings = ", ".join(sorted({str(w) for w in design["wording"].dropna()}))
    if wordings:
        parts.append(f"<p>wording: {for_html(wordings)}</p>")
    if len(counts):
        parts.append(_table(counts))
    if len(missing):
        parts.append("<p>Some of what was no answer:</p>")
        parts.append(_table(missing[["model", "item_id", "outcome", "how", "raw"]].head(5)))
    return "".join(parts)


def _table(frame: pd.DataFrame) -> str:
    head = "".join(f'<th style="{_STYLE}">{for_html(str(name))}</th>' for name in frame.columns)
    rows = "".join(
        "<tr>" + "".join(f'<td style="{_STYLE}">{_cell(value)}</td>' for value in row) + "</tr>"
        for row in frame.itertuples(index=False)
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _cell(value: object) -> str:
    text = str(value)
    return for_html(text if len(text) <= 120 else text[:119] + "…")
