"""Numbers that Word generates for numbered lists, which the text does not contain."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docx.document import Document

_FORMATS = ("decimal", "decimalZero")


def numbered_paragraphs(document: Document) -> Iterator[tuple[str, bool]]:
    """Each paragraph's text, with the number that Word shows before it.

    Only the outermost level of a list of plain numbers counts; bullets and letters are not items.

    Parameters
    ----------
    document : Document

    Yields
    ------
    text : str
        "3. I like rain." where Word numbers it, else the paragraph as it is.
    made : bool
        Whether the number is Word's.
    """
    counts: dict[str, int] = {}
    elements = document.element.body.findall(_tag("p"))
    for paragraph, element in zip(document.paragraphs, elements, strict=True):
        text = paragraph.text
        list_id = _list_of(element.pPr, paragraph.style)
        first = _first_number(document, list_id) if list_id and text.strip() else None
        if first is None:
            yield text, False
            continue
        counts[list_id] = counts.get(list_id, first - 1) + 1
        yield f"{counts[list_id]}. {' '.join(text.split())}", True


def _list_of(own: Any, style: Any) -> str:
    """The list a paragraph belongs to at its outermost level; "" where it is in none."""
    for properties in (own, *_of_styles(style)):
        numbering = properties.find(_tag("numPr")) if properties is not None else None
        if numbering is None:
            continue
        number, level = numbering.find(_tag("numId")), numbering.find(_tag("ilvl"))
        outer = level is None or level.get(_tag("val")) == "0"
        name = "" if number is None else str(number.get(_tag("val")) or "")
        return name if outer and name != "0" else ""
    return ""


def _of_styles(style: Any) -> Iterator[Any]:
    """The properties of a style and of the styles below it."""
    for _ in range(10):
        if style is None:
            return
        yield style.element.pPr
        style = style.base_style


def _first_number(document: Document, list_id: str) -> int | None:
    """Where the list begins; none where it does not count in plain numbers."""
    try:
        root = document.part.numbering_part.element
    except (KeyError, NotImplementedError):
        return None
    number = _with(root, "num", "numId", list_id)
    if number is None:
        return None
    abstract = number.find(_tag("abstractNumId"))
    name = "" if abstract is None else str(abstract.get(_tag("val")))
    level = _with(_with(root, "abstractNum", "abstractNumId", name), "lvl", "ilvl", "0")
    if level is None:
        return None
    style, start = level.find(_tag("numFmt")), level.find(_tag("start"))
    override = number.find(f"{_tag('lvlOverride')}/{_tag('startOverride')}")
    if style is not None and style.get(_tag("val")) not in _FORMATS:
        return None
    stated = override if override is not None else start
    value = "1" if stated is None else str(stated.get(_tag("val")))
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 5 else 1


def _with(parent: Any, name: str, key: str, value: str) -> Any:
    """The child of this name whose key has this value."""
    if parent is None:
        return None
    return next((e for e in parent.findall(_tag(name)) if e.get(_tag(key)) == value), None)


def _tag(name: str) -> str:
    from docx.oxml.ns import qn

    return qn(f"w:{name}")
