"""Matplotlib figures as inline SVG, without styles or metadata, in reproducible bytes."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, register_namespace, tostring

from defusedxml.ElementTree import fromstring

from valuealign.figures.figure_style import ACCENT, COLOURS, INK, QUIET, WARN

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_SVG, _LINK = "{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/xlink}"
_PAINTS = {
    INK: "var(--ink)",
    ACCENT: "var(--accent)",
    QUIET: "var(--quiet)",
    WARN: "var(--bad)",
    "#ffffff": "var(--paper)",
    "#000000": "var(--ink)",
} | {colour: f"var(--c{k})" for k, colour in enumerate(COLOURS) if colour not in {ACCENT, WARN}}
"""The house's colours as the page's own, so that a dark page has light ink."""
_FONT = re.compile(r"(?P<bold>bold|[67]00)?\s*(?P<size>[\d.]+)px")
_REFERENCE = re.compile(r"#([\w-]+)")


def inline_svg(figure: Figure, prefix: str, *, slim: bool = False) -> str:
    """Return a figure as markup that can be embedded in a page.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
    prefix : str
        Put before every id, so that two figures of a page do not share one.
    slim : bool
        Whether it is readable at the width of a telephone, and need not scroll there.

    Returns
    -------
    str
        ``<svg>`` with presentation attributes in the place of styles (a strict
        Content-Security-Policy forbids the latter), text as text, no metadata, no date.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> figure = Figure(figsize=(2, 1))
    >>> _ = figure.subplots().set_title("<b>")
    >>> text = inline_svg(figure, "f1")
    >>> text[:4], "style" in text, "&lt;b&gt;" in text, text == inline_svg(figure, "f1")
    ('<svg', False, True, True)
    """
    import matplotlib as mpl

    buffer = io.BytesIO()
    with mpl.rc_context({"svg.hashsalt": "valuealign", "svg.fonttype": "none"}):
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    root = fromstring(buffer.getvalue())
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag in {f"{_SVG}style", f"{_SVG}metadata"} or "metadata" in child.tag:
                parent.remove(child)
    for element in root.iter():
        _plain(element, prefix)
    _outside(root)
    if slim:
        root.set("class", "slim")
    for space in ("", "xlink"):
        register_namespace(space, {"": _SVG, "xlink": _LINK}[space].strip("{}"))
    text = tostring(root, encoding="unicode")
    return re.sub(r'\s(xmlns(:\w+)?|version)="[^"]*"', "", text)


def _outside(root: Element) -> None:
    """Give the root the size it may grow to; the page may make it smaller."""
    width = float(root.get("width", "0").removesuffix("pt")) * 4 / 3
    root.set("width", f"{width:.0f}")
    root.attrib.pop("height", None)
    root.set("aria-hidden", "true")
    root.set("focusable", "false")


def _plain(element: Element, prefix: str) -> None:
    """Turn styles into attributes, make links relative, and prefix ids."""
    for part in element.attrib.pop("style", "").split(";"):
        name, _, value = part.partition(":")
        if name.strip() and name.strip() != "font-family":  # the page's own face serves
            _attribute(element, name.strip(), value.strip())
    if "id" in element.attrib:
        element.set("id", f"{prefix}-{element.get('id')}")
    link = element.attrib.pop(f"{_LINK}href", None)
    if link is not None:
        element.set("href", link)
    for name, value in element.attrib.items():
        if name == "href" or value.startswith("url("):
            element.set(name, _REFERENCE.sub(rf"#{prefix}-\1", value))
        elif name in {"fill", "stroke"}:
            element.set(name, _PAINTS.get(value.lower(), value))


def _attribute(element: Element, name: str, value: str) -> None:
    if name != "font":
        element.set(name, value)
        return
    size = _FONT.search(value)
    if size:
        element.set("font-size", size["size"])
        if size["bold"]:
            element.set("font-weight", "bold")
