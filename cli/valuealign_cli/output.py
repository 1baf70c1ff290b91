"""How commands print: data to stdout as a table or as JSON, talk to stderr."""

from __future__ import annotations

import json
import math
import shutil
import sys
import textwrap
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import click

from valuealign.escape import for_json, for_terminal

if TYPE_CHECKING:
    import pandas as pd

_F = TypeVar("_F", bound=Callable[..., Any])
LINE_WIDTH = 120
TEXT_WIDTH = 14
"""Where nobody looks: the width of a line, and the least of a column of words."""


def json_option(function: _F) -> _F:
    """Add ``--json`` to a command that prints results."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")(
        function
    )


def emit_json(data: Any) -> None:
    """Print data as JSON to stdout, escaped where stdout cannot hold every character."""
    ascii_only = not (sys.stdout.encoding or "").lower().startswith("utf")
    click.echo(for_json(json.dumps(data, ensure_ascii=ascii_only, indent=2, allow_nan=False)))


def emit_table(rows: Sequence[Mapping[str, Any]], *, title: str | None = None) -> None:
    """Print rows as a table to stdout; model text in a cell is shown, never interpreted."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    if not rows:
        say("nothing to show")
        return
    numbers = {n for n in rows[0] if all(isinstance(row[n], int | float | None) for row in rows)}
    # A terminal is as wide as it is; a pipe or a file is as wide as its numbers need.
    terminal = sys.stdout.isatty()
    lengths = {n: max(len(_cell(n)), *(len(_cell(row[n])) for row in rows)) for n in rows[0]}
    wide = sum((lengths[n] if n in numbers else TEXT_WIDTH) + 2 for n in rows[0])
    console = Console(file=sys.stdout, width=None if terminal else max(LINE_WIDTH, wide))
    names = _unbroken(rows, lengths, room=console.width // 2)
    shown = None if title is None else Text(_cell(title))
    table = Table(title=shown, box=box.SIMPLE_HEAD, title_justify="left")
    for name in rows[0]:
        table.add_column(
            Text(_cell(name)),
            justify="right" if name in numbers else "left",
            overflow="fold",
            no_wrap=name in names,
            min_width=None if terminal or name not in numbers else lengths[name],
        )
    for row in rows:
        table.add_row(*(Text(_cell(value)) for value in row.values()))
    console.print(table)


def emit_fields(fields: Sequence[tuple[str, str]]) -> None:
    """Print names and texts in two columns to stdout, long texts wrapped under themselves."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    grid = Table.grid(padding=(0, 2))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for name, text in fields:
        grid.add_row(Text(name), Text(_cell(text)))
    Console(file=sys.stdout, width=None if sys.stdout.isatty() else LINE_WIDTH).print(grid)


def say(text: str) -> None:
    """Tell the person something, on stderr."""
    click.echo(for_terminal(text), err=True)


def plain(text: str) -> str:
    """Return text of others without control characters other than line ends.

    Examples
    --------
    >>> plain("red\\x1b[31m")
    'red\ufffd[31m'
    """
    return for_terminal(text)


def emit_text(text: str = "") -> None:
    """Print text to stdout, harmless in a terminal."""
    click.echo(for_terminal(text))


def emit_wrapped(text: str, *, indent: int = 0, hanging: int = 0) -> None:
    """Print text to stdout; on a terminal, wrapped to its width under its own beginning.

    Parameters
    ----------
    text : str
    indent : int
        Blanks before each line.
    hanging : int
        Further blanks before every line but the first.
    """
    lead = " " * indent
    plain_line = for_terminal(text, lines=False)
    if not sys.stdout.isatty():
        click.echo(f"{lead}{plain_line}")
        return
    width = max(40, shutil.get_terminal_size().columns)
    click.echo(
        textwrap.fill(
            plain_line,
            width,
            initial_indent=lead,
            subsequent_indent=lead + " " * hanging,
            break_on_hyphens=False,
        )
    )


def show_messages(body: dict[str, Any]) -> None:
    """Print the messages of a request as a model gets them."""
    shown = body.get("messages") or body.get("input")
    if shown is None:
        shown = [{"role": "prompt", "content": text} for text in body.get("prompt", [])]
    for message in shown:
        content = message["content"]
        if not isinstance(content, str):
            parts = [part.get("text") or f"[{_picture(part)}]" for part in content]
            content = "\n".join(str(part) for part in parts)
        emit_text(f"[{message['role']}]")
        emit_text(content)
        emit_text()


def _picture(part: dict[str, Any]) -> str:
    """Return the reference of a picture, in either shape of a message's part."""
    url = part.get("image_url") or "picture"
    return str(url.get("url") if isinstance(url, dict) else url)


def plain_records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows of a frame as plain values: missing is null, numbers are numbers."""
    import pandas as pd

    return [
        {
            str(name): None if pd.isna(value) else value.item() if hasattr(value, "item") else value
            for name, value in row.items()
        }
        for row in frame.astype(object).to_dict("records")
    ]


def _unbroken(
    rows: Sequence[Mapping[str, Any]], lengths: Mapping[str, int], *, room: int
) -> set[str]:
    """Return the first columns without spaces that fit: a name is copied into the next command."""
    names: set[str] = set()
    for name in rows[0]:
        if any(" " in _cell(row[name]) for row in rows) or lengths[name] + 2 > room:
            continue
        room -= lengths[name] + 2
        names.add(name)
    return names


def _cell(value: Any) -> str:
    if value is None:
        return "not available"
    if isinstance(value, float):
        return "not available" if math.isnan(value) else f"{value:.3f}"
    return for_terminal(value, lines=False)
