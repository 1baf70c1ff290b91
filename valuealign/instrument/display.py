"""An instrument in a notebook: a small table, everything escaped."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from valuealign.instrument.instrument import Instrument


def instrument_html(instrument: Instrument) -> str:
    """The instrument's title, labels and scales as HTML."""
    name = f"{instrument.id} {instrument.version}"
    head = f"<b>{escape(instrument.title_in())}</b> ({escape(name)})"
    facts = [
        ("wording", instrument.wording_notice.notice),
        ("rights", "; ".join(f"{name}: {r.terms}" for name, r in instrument.rights.items())),
        ("languages", ", ".join(instrument.languages)),
        ("response scale", describe_scale(instrument)),
        ("items", str(len(instrument.items))),
    ]
    rows = "".join(
        f"<tr><th>{escape(name)}</th><td>{escape(text)}</td></tr>" for name, text in facts
    )
    scales = "".join(
        f"<tr><td>{escape(scale.id)}</td><td>{escape(title(scale.title))}</td>"
        f"<td>{escape(' '.join(scale.items))}</td></tr>"
        for scale in instrument.scales
    )
    table = "<table><tr><th>scale</th><th>title</th><th>items</th></tr>" + scales + "</table>"
    return f"<div>{head}<table>{rows}</table>{table if scales else ''}</div>"


def title(texts: dict[str, str], language: str = "en") -> str:
    """A text in a language, or in the first one there is."""
    return texts.get(language) or next(iter(texts.values()), "")


def describe_scale(instrument: Instrument, language: str | None = None) -> str:
    """The response scale in a line of words."""
    scale = instrument.response_scale
    shown = language or instrument.languages[0]
    if scale.kind == "labelled":
        return "; ".join(f"{p.code} {p.label.get(shown, '')}".strip() for p in scale.points)
    if scale.kind == "numeric":
        return f"a number from {scale.minimum:g} to {scale.maximum:g}"
    if scale.kind == "visual_analogue":
        ends = f"{title(scale.low, shown)} to {scale.maximum:g} {title(scale.high, shown)}"
        return f"a line from {scale.minimum:g} {ends}"
    if scale.kind == "yes_no_confidence":
        return "yes or no, with a confidence from 0 to 100"
    if scale.kind == "keyed":
        return "a choice among the item's own options"
    return "open text" + (f", at most {scale.max_words} words" if scale.max_words else "")
