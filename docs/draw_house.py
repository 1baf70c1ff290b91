"""Draw the ladder of imports and list the rooms, from the import contract and the packages.

``python docs/draw_house.py`` writes ``docs/house.svg`` and the table of rooms in
``docs/architecture.md``. ``tests/habits/test_architecture.py`` compares both with the code.
"""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path

ROOT = Path(__file__).parents[1]
PICTURE = ROOT / "docs" / "house.svg"
PAGE = ROOT / "docs" / "architecture.md"
BEGIN = "<!-- rooms: written by docs/draw_house.py -->\n"
END = "<!-- end of rooms -->"
WIDTH, ROW, GAP, MARGIN = 960, 40, 14, 20
STYLE = (
    "rect{fill:#fff;stroke:#4a6785}"
    "text{font:13px ui-monospace,Menlo,Consolas,monospace;fill:#1d2b3a;text-anchor:middle}"
    ".page{fill:#f3f6f9;stroke:none}.note{font-size:12px;text-anchor:start}"
    "line{stroke:#4a6785;stroke-width:1.5}path{fill:#4a6785}"
)


def contract(text: str) -> tuple[list[list[str]], list[str]]:
    """Layers of the import contract, highest first, and the imports that it ignores.

    Parameters
    ----------
    text : str
        ``pyproject.toml``.

    Returns
    -------
    tuple of (list of list of str, list of str)
        Modules of each layer, without the parentheses that mark a layer as optional.
    """
    ladder = next(
        entry
        for entry in tomllib.loads(text)["tool"]["importlinter"]["contracts"]
        if entry["type"] == "layers"
    )
    layers = [[name.strip(" ()") for name in re.split(r"[|:]", row)] for row in ladder["layers"]]
    return layers, list(ladder.get("ignore_imports", []))


def picture(layers: Sequence[Sequence[str]], exceptions: Sequence[str] = ()) -> str:
    """Return the ladder as SVG: a row for each layer, a box for each package."""
    height = MARGIN * 2 + len(layers) * (ROW + GAP) + 22 * (len(exceptions) + 1)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img">',
        "<title>The ladder of imports: each package may import only packages below it.</title>",
        f"<style>{STYLE}</style>",
        f'<rect class="page" width="{WIDTH}" height="{height}"/>',
        *_arrow(MARGIN, MARGIN + len(layers) * (ROW + GAP) - GAP),
    ]
    for index, layer in enumerate(layers):
        parts += _row(layer, MARGIN + index * (ROW + GAP))
    notes = ["The packages of one row do not import one another."]
    notes += [f"Exception: {line.replace('valuealign.', '')}" for line in exceptions]
    for index, note in enumerate(notes):
        y = height - MARGIN - 22 * (len(notes) - 1 - index)
        parts.append(f'<text class="note" x="{2 * MARGIN}" y="{y}">{escape(note)}</text>')
    return "\n".join([*parts, "</svg>", ""])


def _arrow(top: int, bottom: int) -> list[str]:
    x = MARGIN
    return [
        f'<line x1="{x}" y1="{top}" x2="{x}" y2="{bottom - 8}"/>',
        f'<path d="M{x - 5} {bottom - 9}h10l-5 9z"/>',
    ]


def _row(layer: Sequence[str], top: int) -> Iterator[str]:
    left, space = 2 * MARGIN, WIDTH - 3 * MARGIN
    step = space / len(layer)
    for index, name in enumerate(layer):
        x = left + index * step
        yield (
            f'<rect x="{x:.1f}" y="{top}" width="{step - 8:.1f}" height="{ROW}" rx="5"/>'
            f'<text x="{x + step / 2 - 4:.1f}" y="{top + ROW / 2 + 5:.0f}">'
            f"{escape(name.removeprefix('valuealign.'))}</text>"
        )


def rooms(root: Path = ROOT) -> str:
    """Return the table of packages with the first sentence of each docstring."""
    packages = sorted(path.parent for path in (root / "valuealign").rglob("*/__init__.py"))
    rows = [
        f"| `{path.relative_to(root).as_posix()}` | {_sentence(path / '__init__.py')} |\n"
        for path in packages
        if "migrations" not in path.parts
    ]
    return "| Folder | Contents |\n|---|---|\n" + "".join(rows)


def _sentence(module: Path) -> str:
    doc = ast.get_docstring(ast.parse(module.read_text(encoding="utf-8"))) or ""
    return doc.split("\n\n")[0].replace("\n", " ").replace("|", "\\|")


def with_rooms(page: str, table: str) -> str:
    """Return the page with the table between its two marks."""
    before, _, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not end:
        raise ValueError(f"the page has no lines {BEGIN.strip()!r} and {END!r}")
    return f"{before}{BEGIN}\n{table}\n{end}{after}"


def drawn(root: Path = ROOT) -> str:
    """Return the picture of this repository's contract."""
    return picture(*contract((root / "pyproject.toml").read_text(encoding="utf-8")))


if __name__ == "__main__":
    PICTURE.write_text(drawn(), encoding="utf-8", newline="\n")
    page = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(with_rooms(page, rooms()), encoding="utf-8", newline="\n")
