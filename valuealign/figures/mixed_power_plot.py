"""Power of a planned mixed model over a design's size."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from valuealign.analysis.mixed.power import MixedPower
from valuealign.arguments import checked
from valuealign.figures.figure_style import COLOURS, MARKERS, QUIET, canvas, plain_text, styled

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@checked
def mixed_power(result: MixedPower) -> Figure:
    """Draw the power of every term over the size that was varied.

    Parameters
    ----------
    result : MixedPower
        From `va.mixed_power`.

    Returns
    -------
    matplotlib.figure.Figure
        With Monte-Carlo intervals; over the number of rows where several sizes or none varied.

    Examples
    --------
    >>> import valuealign as va
    >>> planned = va.mixed_power(
    ...     "rating ~ risk + (1 | vignette)", {"risk": 2, "vignette": [4, 8]},
    ...     effects={"risk[2]": 0.5}, sds={"vignette": 0.5, "residual": 1.0}, replicates=10,
    ... )
    >>> va.plot.mixed_power(planned).axes[0].get_xlabel()
    'number of vignette levels'
    """
    table = result.terms
    varied = list(table.columns[: list(table.columns).index("rows")])
    over = varied[0] if len(varied) == 1 else "rows"
    with styled():
        figure, (axes,) = canvas(6.4, 4.0)
        for k, term in enumerate(dict.fromkeys(table["term"])):
            part = table[table["term"] == term].sort_values(over)
            power = part["power"].to_numpy()
            error = np.array([power - part["power_lower"], part["power_upper"] - power])
            axes.errorbar(
                part[over],
                power,
                np.maximum(error, 0),
                fmt=MARKERS[k % len(MARKERS)] + "-",
                color=COLOURS[k % len(COLOURS)],
                ms=4,
                lw=1,
                capsize=2,
                label=plain_text(term),
            )
        axes.axhline(0.8, color=QUIET, lw=0.8, ls=":")
        axes.set_ylim(0, 1.02)
        axes.set_xlabel(plain_text("rows" if over == "rows" else f"number of {over} levels"))
        axes.set_ylabel("share of tests that reject")
        axes.set_title("Power by simulation")
        axes.legend(fontsize=8)
    return figure
