"""Formatting of values for readers: numbers of fixed length, and untrusted text made safe."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from valuealign.escape import for_terminal
from valuealign.report.section_contents import Cell, Table

if TYPE_CHECKING:
    import pandas as pd

NONE = "\N{EN DASH}"
"""A value that is not available; the page says once what this means."""
LONGEST = 400
"""Characters of a reply that are shown."""


def shown(text: object, most: int = LONGEST) -> str:
    """Return untrusted text, shortened and without control characters.

    Control characters and bidirectional overrides become a replacement character; line ends stay.
    The page escapes markup.

    Parameters
    ----------
    text : object
    most : int
        Characters to show.

    Returns
    -------
    str

    Examples
    --------
    >>> shown("red\\x1b[31m")
    'red\ufffd[31m'
    >>> shown("abcdef", 3)
    'abc… (6 characters in all)'
    """
    whole = str(text)
    cut = whole[:most]
    plain = for_terminal(cut)
    return plain if len(whole) <= most else f"{plain}… ({len(whole):,} characters in all)"


def number(value: float, digits: int = 2) -> str:
    """Return a number as it is printed: a true minus, counts with commas.

    Examples
    --------
    >>> number(-0.456), number(1234.0), number(float("inf"))
    ('−0.46', '1,234', '∞')
    """
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    whole = float(value).is_integer() and abs(value) >= 10
    text = f"{value:,.0f}" if whole or isinstance(value, int) else f"{value:.{digits}f}"
    if float(text.replace(",", "")) == 0:
        text = text.lstrip("-")
    return text.replace("-", "\N{MINUS SIGN}")


def interval(lower: float, upper: float, digits: int = 2, *, link: str = "") -> Cell:
    """Return an interval in brackets.

    Examples
    --------
    >>> interval(0.1, 0.345).text
    '[0.10, 0.34]'
    """
    if not (math.isfinite(lower) and math.isfinite(upper)):
        return Cell(NONE, "none")
    text = f"[{number(lower, digits)}, {number(upper, digits)}]"
    return Cell(text, "number", link=link)


def cell(value: Any, digits: int = 2, *, link: str = "") -> Cell:
    """Return any plain value as a cell; a missing value is a dash.

    Parameters
    ----------
    value : object
    digits : int
    link : str
        The id of the replies behind a number.

    Examples
    --------
    >>> cell(None).kind, cell(0.5).text, cell(3).text, cell(True).text
    ('none', '0.50', '3', 'yes')
    """
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return Cell(NONE, "none")
    if hasattr(value, "item") and not isinstance(value, str):
        value = value.item()
    if isinstance(value, bool):
        return Cell("yes" if value else "no")
    if isinstance(value, int | float):
        return Cell(number(value, digits), "number", value=float(value), link=link)
    return Cell(shown(value)) if str(value) else Cell("", "text")


def table_of(
    frame: pd.DataFrame,
    caption: str,
    heads: Mapping[str, str],
    *,
    digits: int = 2,
    folded: bool = False,
    link: Callable[[Mapping[Any, Any]], str] | None = None,
    names: Mapping[str, str] | None = None,
) -> Table:
    """Return a frame as a table.

    Parameters
    ----------
    frame : DataFrame
    caption : str
    heads : mapping of str to str
        Column -> its head, in the order to show; ``low|high`` is an interval of two columns.
        Columns that are not there, and reasons that nobody needs, are left out.
    digits : int
    folded : bool
    link : callable, optional
        From a row to the id of the replies behind its numbers.
    names : mapping of str to str, optional
        What to print in the place of a scale's id.

    Returns
    -------
    Table

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"who": ["m"], "r": [0.5], "lo": [0.1], "hi": [0.9]})
    >>> found = table_of(frame, "c", {"who": "model", "r": "r", "lo|hi": "95 % interval"})
    >>> [c.text for c in found.rows[0]]
    ['m', '0.50', '[0.10, 0.90]']
    """
    columns = [name for name in heads if set(name.split("|")) <= set(frame.columns)]
    if "reason" in columns and not frame["reason"].astype(str).str.strip().any():
        columns.remove("reason")
    rows = []
    for row in frame.astype(object).to_dict("records"):
        to, cells = link(row) if link else "", []
        for name in columns:
            low, _, high = name.partition("|")
            if high:
                cells.append(interval(row[low], row[high], digits, link=to))
            elif low == "scale" and names:
                cells.append(Cell(shown(names.get(str(row[low]), row[low]))))
            else:
                cells.append(cell(row[low], digits, link=to))
        rows.append(cells)
    return Table(caption, [heads[name] for name in columns], rows, folded=folded)


def without_empty(table: Table) -> Table:
    """Return a table without its empty columns.

    Examples
    --------
    >>> without_empty(Table("c", ["a", "why"], [[cell(1), Cell("")]])).heads
    ['a']
    """
    kept = [k for k in range(len(table.heads)) if any(row[k].text for row in table.rows)]
    return replace(
        table,
        heads=[table.heads[k] for k in kept],
        rows=[[row[k] for k in kept] for row in table.rows],
    )


def listed(names: Sequence[str], most: int = 8, *, each: int = 100) -> str:
    """Return the first names with commas, and the number of the others.

    Parameters
    ----------
    names : sequence of str
    most : int
        Names to show.
    each : int
        Characters of each to show.

    Returns
    -------
    str

    Examples
    --------
    >>> listed(["a", "b", "c"], 2)
    'a, b and 1 more'
    """
    some = [shown(name, each) for name in names[:most]]
    more = len(names) - len(some)
    return ", ".join(some) + (f" and {more:,} more" if more else "")


def listed_and(words: Sequence[str]) -> str:
    """Return words as a list in a sentence.

    Examples
    --------
    >>> listed_and(["a"]), listed_and(["a", "b", "c"])
    ('a', 'a, b and c')
    """
    return " and ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))


def sentence(text: str, most: int = 2000) -> str:
    """Return text with a capital at its beginning and a full stop at its end.

    Examples
    --------
    >>> sentence("one form"), sentence("Done.")
    ('One form.', 'Done.')
    """
    plain = shown(text, most).strip().rstrip(".")
    return f"{plain[:1].upper()}{plain[1:]}." if plain else ""


def counted(n: int, singular: str, plural: str | None = None) -> str:
    """Return a count with its noun.

    Examples
    --------
    >>> counted(1, "model"), counted(1200, "reply", "replies")
    ('1 model', '1,200 replies')
    """
    return f"{n:,} {singular if n == 1 else plural or singular + 's'}"
