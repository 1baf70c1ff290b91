"""A ladder of invariance: the misfit of each level, and the items that cause it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from valuealign.analysis.invariance.invariance import Invariance
from valuealign.analysis.invariance.restriction_misfit import MARGIN
from valuealign.arguments import checked
from valuealign.figures.figure_style import (
    ACCENT,
    INK,
    MARKERS,
    QUIET,
    WARN,
    canvas,
    plain_text,
    styled,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_TONE = {"holds": ACCENT, "holds in part": ACCENT, "fails": WARN, "inconclusive": QUIET}
_MARK = {"holds": "o", "holds in part": "o", "fails": "X", "inconclusive": "D"}


@checked
def invariance(result: Invariance, *, margin: float = MARGIN) -> Figure:
    """Draw the misfit that each level adds, with its interval, and the items' dMACS.

    Parameters
    ----------
    result : Invariance
        From `va.invariance`.
    margin : float
        The line below which a restriction counts as harmless.

    Returns
    -------
    matplotlib.figure.Figure
        The figure.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> import valuealign as va
    >>> rng = np.random.default_rng(1)
    >>> x = rng.normal(size=(600, 1)) + rng.normal(size=(600, 4))
    >>> data = pd.DataFrame(x, columns=list("abcd")).assign(g=np.repeat(["one", "two"], 300))
    >>> figure = va.plot.invariance(va.invariance("f =~ a + b + c + d", data, group="g"))
    >>> len(figure.axes)
    2
    """
    effects = result.effects.dropna(subset=["dmacs"])
    columns = 2 if len(effects) else 1
    height = max(2.6, 0.24 * effects["item"].nunique() + 1.2)
    with styled():
        figure, axes = canvas(5.2 * columns, height, columns=columns)
        _levels(axes[0], result, margin)
        if len(effects):
            _items(axes[1], result)
    return figure


def _levels(axes: Axes, result: Invariance, margin: float) -> None:
    table = result.table.iloc[1:]
    places = np.arange(len(table))[::-1]
    for place, row in zip(places, table.to_dict("records"), strict=True):
        tone = _TONE[row["standing"]]
        axes.plot([row["rmsea_d_lower"], row["rmsea_d_upper"]], [place, place], color=tone, lw=2)
        axes.plot(row["rmsea_d"], place, _MARK[row["standing"]], color=tone, ms=7)
        axes.annotate(
            row["standing"],
            (row["rmsea_d"], place),
            xytext=(0, 8),
            textcoords="offset points",
            fontsize=8,
            color=INK,
            ha="center",
        )
    axes.axvline(margin, color=INK, lw=0.8, ls=":")
    axes.set_yticks(places, [plain_text(level) for level in table["level"]])
    axes.set_ylim(-0.6, len(table) - 0.3)
    axes.set_xlim(left=0)
    axes.set_xlabel(f"misfit per restriction (RMSEA_D), 90 % interval; dotted: {margin:g}")
    axes.set_title("What each level costs")


def _items(axes: Axes, result: Invariance) -> None:
    effects = result.effects
    items = list(dict.fromkeys(effects["item"]))
    places = {item: len(items) - 1 - k for k, item in enumerate(items)}
    for k, (group, part) in enumerate(effects.groupby("group", sort=False)):
        shown = part.dropna(subset=["dmacs"])
        axes.plot(
            shown["dmacs"],
            [places[i] for i in shown["item"]],
            MARKERS[k % len(MARKERS)],
            color=ACCENT,
            alpha=max(0.35, 1 - 0.12 * k),
            label=plain_text(group),
        )
    axes.set_yticks(list(places.values()), [plain_text(item) for item in places])
    axes.set_xlim(left=0)
    axes.grid(axis="y", color=QUIET, lw=0.3)
    axes.set_xlabel("dMACS (SD of the item)")
    axes.set_title(f"How much each item differs from {plain_text(_reference(result))}")
    if effects["group"].nunique() > 1:
        axes.legend(fontsize=8)


def _reference(result: Invariance) -> str:
    return next(iter(result.fits.values())).groups[0]
