"""A judge's means, people's and the corrected ones, by group."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from valuealign.analysis.correction.corrected import Corrected
from valuealign.arguments import checked
from valuealign.figures.figure_style import ACCENT, INK, QUIET, WARN, canvas, plain_text, styled

if TYPE_CHECKING:
    from matplotlib.figure import Figure

STYLES = {
    "uncorrected": ("judge alone, uncorrected", WARN, "X"),
    "people": ("people alone (a part)", QUIET, "s"),
    "corrected": ("corrected", ACCENT, "o"),
    "rogan_gladen": ("Rogan-Gladen", INK, "D"),
}
"""Method -> label, colour, marker."""


@checked
def corrected(result: Corrected) -> Figure:
    """Draw every group's mean by every method with its interval.

    Parameters
    ----------
    result : Corrected
        From `va.corrected`.

    Returns
    -------
    matplotlib.figure.Figure
        One panel, a row per group.

    Examples
    --------
    >>> import pandas as pd
    >>> import valuealign as va
    >>> rows = pd.DataFrame({"judge": [1, 2, 3, 4] * 9, "people": [1, 2, None, None] * 9})
    >>> len(va.plot.corrected(va.corrected(rows, judge="judge", people="people")).axes)
    1
    """
    table = result.table
    groups = list(dict.fromkeys(table["group"]))
    methods = [name for name in STYLES if (table["method"] == name).any()]
    with styled():
        figure, (axes,) = canvas(6.8, 0.2 * len(groups) * len(methods) + 2.0)
        for k, method in enumerate(methods):
            label, colour, marker = STYLES[method]
            part = table[table["method"] == method].set_index("group").reindex(groups)
            y = np.arange(len(groups))[::-1] + 0.17 * ((len(methods) - 1) / 2 - k)
            value = part["value"].to_numpy(dtype=float)
            ends = part[["ci_lower", "ci_upper"]].to_numpy(dtype=float).T
            axes.hlines(y, *ends, color=colour, lw=1.6)
            axes.plot(value, y, marker, color=colour, ms=5, label=label)
        axes.set_yticks(np.arange(len(groups))[::-1], [plain_text(g) for g in groups])
        axes.set_ylim(-0.6, len(groups) - 0.4)
        axes.set_xlabel(f"mean rating, {result.level:.0%} interval")
        axes.set_title("What people would say of every reply")
        figure.legend(loc="outside lower center", ncols=2, fontsize=8)
    return figure
