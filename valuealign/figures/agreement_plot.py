"""Coefficients of agreement with their intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from valuealign.analysis.agreement.agreement import Agreement
from valuealign.arguments import checked
from valuealign.figures.figure_style import ACCENT, QUIET, canvas, name_text, plain_text, styled

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


@checked
def agreement(result: Agreement) -> Figure:
    """Draw every coefficient with its interval, and with more than two raters every pair.

    Parameters
    ----------
    result : Agreement
        From `va.agreement`.

    Returns
    -------
    matplotlib.figure.Figure
        The figure.

    Examples
    --------
    >>> import pandas as pd
    >>> import valuealign as va
    >>> ratings = pd.DataFrame({"a": [1, 2, 3, 3, 2, 1], "b": [1, 2, 3, 3, 2, 2]})
    >>> len(va.plot.agreement(va.agreement(ratings)).axes)
    1
    """
    measure = "kappa" if "kappa" in result.pairs else "r"
    several = result.n_raters > 2 and measure in result.pairs
    rows = max(len(result.table), len(result.pairs) if several else 0)
    with styled():
        figure, panels = canvas(5.2 * (1 + several), 0.3 * rows + 1.6, columns=1 + several)
        coefficients = [plain_text(name) for name in result.table["coefficient"]]
        _draw(panels[0], coefficients, result.table, "value")
        panels[0].set_title(f"Agreement, {result.n_units} units, {result.n_raters} raters")
        if several:
            pairs = result.pairs
            both = zip(pairs["rater"], pairs["other"], strict=True)
            names = [f"{name_text(a, 22)}, {name_text(b, 22)}" for a, b in both]
            _draw(panels[1], names, pairs, measure)
            panels[1].set_title("Cohen's kappa by pair" if measure == "kappa" else "r by pair")
    return figure


def _draw(axes: Axes, names: list[str], table: pd.DataFrame, measure: str) -> None:
    y = np.arange(len(table))[::-1]
    value = table[measure].to_numpy(dtype=float)
    if "ci_lower" in table:
        low, high = table["ci_lower"].to_numpy(dtype=float), table["ci_upper"].to_numpy(dtype=float)
        axes.hlines(y, low, high, color=ACCENT, lw=1.2)
    axes.plot(value, y, "o", color=ACCENT, ms=5)
    axes.axvline(0, color=QUIET, lw=0.8)
    axes.set_xlim(min(-0.1, float(np.nanmin(value, initial=0.0)) - 0.1), 1.02)
    axes.set_ylim(-0.6, len(table) - 0.4)
    axes.set_yticks(y, names)
    axes.set_xlabel("coefficient")
