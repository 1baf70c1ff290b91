"""Overlap of texts with a reference, by group."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from valuealign.analysis.overlap.overlap import MEASURES, Overlap
from valuealign.figures.figure_style import COLOURS, MARKERS, canvas, plain_text, styled

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def overlap(result: Overlap) -> Figure:
    """Draw the mean F1 of every measure and group with its interval.

    Parameters
    ----------
    result : Overlap
        From `va.overlap`.

    Returns
    -------
    matplotlib.figure.Figure
        One panel, a colour per group.

    Examples
    --------
    >>> import pandas as pd
    >>> import valuealign as va
    >>> rows = pd.DataFrame({"t": ["a b c d", "e f"], "r": ["a b x d", "e f"]})
    >>> len(va.plot.overlap(va.overlap(rows, text="t", reference="r")).axes)
    1
    """
    groups = list(dict.fromkeys(result.table["group"]))
    with styled():
        figure, (axes,) = canvas(6.4, 0.35 * len(groups) * len(MEASURES) + 1.4)
        for k, group in enumerate(groups):
            part = result.table[result.table["group"] == group]
            y = np.arange(len(MEASURES))[::-1] - 0.2 * (k - (len(groups) - 1) / 2)
            f1 = part["f1"].to_numpy()
            error = np.array([f1 - part["ci_lower"], part["ci_upper"] - f1])
            axes.errorbar(
                f1,
                y,
                xerr=np.maximum(error, 0),
                fmt=MARKERS[k % len(MARKERS)],
                color=COLOURS[k % len(COLOURS)],
                ms=5,
                capsize=2,
                label=plain_text(group) or None,
            )
        axes.set_yticks(np.arange(len(MEASURES))[::-1], list(MEASURES))
        axes.set_xlim(0, 1)
        axes.set_xlabel("mean F1 (overlap of words, not quality)")
        axes.set_title("Overlap with the reference, 95 % intervals")
        if any(groups):
            axes.legend(fontsize=8)
    return figure
