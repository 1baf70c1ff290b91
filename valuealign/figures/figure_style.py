"""The style that all figures share: quiet axes, one accent, readable without colour."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING, Any

from valuealign.escape import for_terminal

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK, ACCENT, QUIET, WARN = "#1b2a33", "#1f6f8b", "#9fb3bd", "#b5523b"
"""Text, what is shown, what it is compared with, what is doubtful."""
COLOURS = (ACCENT, "#d08c2a", "#5b7f4e", "#7b5aa6", WARN, "#4a6fa5", "#8a6d3b", "#3d8d8a")
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")

_RC: dict[Any, Any] = {
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "axes.titlelocation": "left",
    "axes.titlesize": 11,
    "legend.frameon": False,
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
}


@contextmanager
def styled() -> Iterator[None]:
    """Draw in the project's style and restore the user's settings afterwards."""
    import matplotlib as mpl

    with mpl.rc_context(_RC):
        yield


def canvas(
    width: float, height: float, *, columns: int = 1, rows: int = 1, share_y: bool = False
) -> tuple[Figure, list[Axes]]:
    """Return a figure that belongs to no window, and its axes."""
    figure = _shown()(figsize=(width, height), layout="constrained")
    axes = figure.subplots(rows, columns, squeeze=False, sharey=share_y)
    return figure, list(axes.ravel())


@cache
def _shown() -> type[Figure]:
    """Return a figure that a notebook displays without a window system."""
    from matplotlib.figure import Figure as NewFigure

    class Shown(NewFigure):
        def _repr_png_(self) -> bytes:
            buffer = BytesIO()
            self.savefig(buffer, format="png", dpi=110)
            return buffer.getvalue()

    return Shown


def plain_text(text: object) -> str:
    """Return text that matplotlib shows as it is: no dollar signs for mathematics.

    Examples
    --------
    >>> plain_text("$x$")
    '\\\\$x\\\\$'
    """
    return for_terminal(text, lines=False).replace("$", r"\$")


def name_text(text: object, most: int = 30) -> str:
    """Return a name as :func:`plain_text`, its middle left out where it is long.

    Examples
    --------
    >>> name_text("a-provider/a-model-with-a-very-long-name-2026-11-30")
    'a-provider/a-m…ame-2026-11-30'
    """
    whole = for_terminal(text, lines=False)
    if len(whole) > most:
        half = (most - 1) // 2
        whole = f"{whole[:half]}\N{HORIZONTAL ELLIPSIS}{whole[-half:]}"
    return plain_text(whole)


def height_for(names: int) -> float:
    """Return the inches that a legend of so many names needs beside a panel."""
    return 0.21 * names + 0.4


def legend_beside(figure: Figure, axes: Axes, *, title: str | None = None) -> None:
    """Put the legend of an axes to the right of all panels, where it hides nothing."""
    handles, labels = axes.get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside right upper", fontsize=8, title=title)


def draw_shares(axes: Axes, names: Sequence[str], shares: Sequence[float], marked: Any) -> None:
    """Draw shares of a variance as bars, from the top, each with its per cent.

    Parameters
    ----------
    axes : Axes
    names : sequence of str
    shares : sequence of float
    marked : sequence of bool
        Which bars have the accent.
    """
    places = range(len(names) - 1, -1, -1)
    axes.barh(places, shares, color=[ACCENT if m else QUIET for m in marked], height=0.7)
    for place, share in zip(places, shares, strict=True):
        axes.annotate(
            f"{share:.0%}",
            (share, place),
            xytext=(3, 0),
            textcoords="offset points",
            va="center",
            fontsize=8,
            color=INK,
        )
    axes.set_yticks(places, [plain_text(name) for name in names])
    axes.set_xlim(0, max(0.05, float(max(shares)) * 1.18))
