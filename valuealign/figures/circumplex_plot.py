"""A map of scales with the circle of the theory."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from valuealign.analysis.circle.circumplex import Circumplex
from valuealign.arguments import checked
from valuealign.figures.figure_style import ACCENT, INK, QUIET, canvas, plain_text, styled

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@checked
def circumplex(result: Circumplex) -> Figure:
    """Draw both solutions, from the theory's start and the best, rotated to the theory.

    Parameters
    ----------
    result : Circumplex
        From `va.circumplex`.

    Returns
    -------
    matplotlib.figure.Figure
        Open circles are the theory's places; a line joins each to where the scale was found.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> import valuealign as va
    >>> pvq = va.load_instrument("pvq-21")
    >>> x = np.random.default_rng(1).integers(1, 7, size=(80, 21))
    >>> found = va.circumplex(pd.DataFrame(x, columns=pvq.item_ids), pvq, starts=2, draws=19)
    >>> len(va.plot.circumplex(found).axes)
    2
    """
    theory = np.column_stack([np.cos(result.order.angles), np.sin(result.order.angles)])
    with styled():
        figure, panels = canvas(9.6, 4.9, columns=2)
        for axes, (name, points) in zip(panels, result.points.items(), strict=True):
            turn = np.linspace(0, 2 * np.pi, 200)
            axes.plot(np.cos(turn), np.sin(turn), color=QUIET, lw=0.7)
            at = points.loc[list(result.order.names), ["x", "y"]].to_numpy()
            for start, end in zip(theory, at, strict=True):
                axes.plot(*zip(start, end, strict=True), color=QUIET, lw=0.6)
            axes.plot(*theory.T, "o", mfc="white", mec=QUIET, ms=5)
            axes.plot(*at.T, "o", color=ACCENT, ms=5)
            for label, (x, y) in zip(result.order.names, at, strict=True):
                axes.annotate(
                    plain_text(label),
                    (x, y),
                    xytext=(4, 4),
                    textcoords="offset points",
                    fontsize=8,
                    color=INK,
                )
            row = result.table.loc[name]
            title = "start: the theory" if name == "theory" else "best of all starts"
            axes.set_title(
                f"{title}, stress-1 {row['stress']:.3f}, {row['rank_distance']:.1f} places off"
            )
            axes.set_aspect("equal")
            axes.set_xticks([])
            axes.set_yticks([])
            axes.spines[:].set_visible(False)
    return figure
