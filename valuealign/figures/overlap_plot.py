"""Overlap of texts with a reference, by group."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from valuealign.analysis.overlap.overlap import Overlap
from valuealign.arguments import checked
from valuealign.figures.figure_style import COLOURS, MARKERS, canvas, plain_text, styled

if TYPE_CHECKING:
    from matplotlib.figure import Figure

NAMES = {
    "rouge1": "ROUGE-1",
    "rouge2": "ROUGE-2",
    "rougeL": "ROUGE-L",
    "bertscore": "BERTScore",
}


@checked
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
    measures = list(dict.fromkeys(result.table["measure"]))
    place = np.arange(len(measures))[::-1].astype(float)
    step = min(0.2, 0.75 / len(groups))
    with styled():
        height = max(0.24 * len(groups), 0.5) * len(measures) + 1.7
        figure, (axes,) = canvas(6.8, height)
        for k, group in enumerate(groups):
            part = result.table[result.table["group"] == group].set_index("measure")
            part = part.reindex(measures)
            y = place + step * ((len(groups) - 1) / 2 - k)
            colour = COLOURS[k % len(COLOURS)]
            axes.hlines(y, part["ci_lower"], part["ci_upper"], color=colour, lw=1.4)
            marker = MARKERS[k % len(MARKERS)]
            label = plain_text(group) or None
            axes.plot(part["f1"], y, marker, color=colour, ms=5, label=label)
        axes.set_yticks(place, [NAMES.get(name, name) for name in measures])
        axes.set_ylim(-0.6, len(measures) - 0.4)
        axes.set_xlim(min(0.0, float(result.table["ci_lower"].min())), 1)
        axes.set_xlabel("mean F1 with 95 % interval (overlap, not quality)")
        axes.set_title("Overlap with the reference")
        if any(groups):
            figure.legend(loc="outside lower center", ncols=min(len(groups), 4), fontsize=8)
    return figure
