"""Every variant in order: the specification curve."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from valuealign.analysis.stability.stability import Stability
from valuealign.errors import DataError
from valuealign.figures.figure_style import COLOURS, MARKERS, QUIET, canvas, plain_text, styled

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def stability(result: Stability) -> Figure:
    """Draw every variant's difference from the reference, in order.

    Parameters
    ----------
    result : Stability
        From `va.stability`.

    Returns
    -------
    matplotlib.figure.Figure
        Of decisions without a truth, the share that flips.

    Raises
    ------
    DataError
        No variant can be compared.

    Examples
    --------
    >>> import pandas as pd
    >>> import valuealign as va
    >>> rows = pd.DataFrame({"item": [1, 1, 2, 2], "order": ["a", "b"] * 2, "value": [1, 2, 3, 3]})
    >>> len(va.plot.stability(va.stability(rows, unit="item", variant="order")).axes)
    1
    """
    table = result.variants
    measure = next((c for c in ("difference", "flips") if c in table), None)
    if measure is None:
        raise DataError("no variant can be compared with the reference")
    variants = list(dict.fromkeys(table["variant"]))
    place = {name: len(variants) - 1 - k for k, name in enumerate(variants)}
    with styled():
        figure, (axes,) = canvas(6.4, 0.28 * len(variants) + 1.6)
        for k, (name, part) in enumerate(table.groupby("respondent", sort=False)):
            y = np.array([place[v] for v in part["variant"]]) - 0.12 * k
            colour = COLOURS[k % len(COLOURS)]
            if measure == "difference":
                axes.hlines(y, part["ci_lower"], part["ci_upper"], color=colour, lw=1)
            label = plain_text(name) or None
            marker = MARKERS[k % len(MARKERS)]
            axes.plot(part[measure], y, marker, color=colour, ms=5, label=label)
        axes.axvline(0, color=QUIET, lw=0.8)
        axes.set_yticks(list(place.values()), [plain_text(name) for name in place])
        axes.set_xlabel(plain_text(f"{measure} from {result.reference}"))
        axes.set_title("Every variant, in order")
        if any(table["respondent"]):
            axes.legend(fontsize=8)
    return figure
