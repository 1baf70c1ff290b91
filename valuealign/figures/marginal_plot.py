"""Effects of a marginal model as odds ratios or rate ratios."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from valuealign.analysis.marginal.marginal import RATIOS, Marginal
from valuealign.arguments import checked
from valuealign.errors import DataError
from valuealign.figures.figure_style import ACCENT, QUIET, canvas, plain_text, styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray


@checked
def marginal(result: Marginal) -> Figure:
    """Draw every effect with its interval, without the intercept and the cuts.

    Parameters
    ----------
    result : Marginal
        From `va.marginal`.

    Returns
    -------
    matplotlib.figure.Figure
        Odds ratios and rate ratios on a logarithmic axis, effects of numbers as they are.

    Raises
    ------
    DataError
        A model without predictors.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> import valuealign as va
    >>> rows = pd.DataFrame({"v": np.repeat(range(9), 8), "risk": ["low", "high"] * 36})
    >>> rows["yes"] = np.random.default_rng(1).integers(0, 2, 72)
    >>> va.plot.marginal(va.marginal("yes ~ risk", rows, cluster="v")).axes[0].get_xscale()
    'log'
    """
    table = result.fixed.tail(len(result.part.names) - 1)
    if table.empty:
        raise DataError("the model has no predictors, so there is no effect to draw")
    ratio = RATIOS.get(result.family)
    value, low, high = (table[c].to_numpy() for c in ("estimate", "ci_lower", "ci_upper"))
    if ratio:
        value, low, high = np.exp(value), np.exp(low), np.exp(high)
    y = np.arange(len(table))[::-1]
    with styled():
        figure, (axes,) = canvas(6.8, 0.32 * len(table) + 1.6)
        axes.axvline(1.0 if ratio else 0.0, color=QUIET, lw=0.8)
        axes.hlines(y, low, high, color=ACCENT, lw=1.4)
        axes.plot(value, y, "o", color=ACCENT, ms=5)
        axes.set_yticks(y, [plain_text(term) for term in table["term"]])
        axes.set_ylim(-0.6, len(table) - 0.4)
        if ratio:
            _logarithmic(axes, low, high)
        axes.set_xlabel(ratio.replace("_", " ") if ratio else "difference")
        axes.set_title(f"Marginal effects over {result.n_clusters} clusters")
    return figure


def _logarithmic(axes: Axes, low: NDArray[np.float64], high: NDArray[np.float64]) -> None:
    """Use a logarithmic axis with plain numbers at doublings."""
    from matplotlib.ticker import FixedLocator, NullLocator, StrMethodFormatter

    axes.set_xscale("log")
    ends = np.log2([np.nanmin(low), np.nanmax(high)])
    first, last = np.clip([np.floor(min(ends[0], 0)), np.ceil(max(ends[1], 0))], -12, 12)
    step = max(1, int(last - first) // 6)
    axes.xaxis.set_major_locator(
        FixedLocator([2.0**k for k in range(int(first), int(last) + 1, step)])
    )
    axes.xaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
    axes.xaxis.set_minor_locator(NullLocator())
