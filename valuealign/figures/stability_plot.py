"""Every variant in order: the specification curve."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from valuealign.analysis.stability.stability import Stability
from valuealign.errors import DataError
from valuealign.figures.figure_style import (
    COLOURS,
    MARKERS,
    QUIET,
    canvas,
    height_for,
    legend_beside,
    name_text,
    plain_text,
    styled,
)

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
    groups = list(table.groupby("respondent", sort=False))
    step = min(0.2, 0.75 / len(groups))
    with styled():
        named = [name for name, _ in groups if name]
        row = max(0.28, 0.12 * len(groups))
        height = max(row * len(variants) + 1.7, height_for(len(named)))
        figure, (axes,) = canvas(6.8 + (1.6 if named else 0), height)
        axes.axvline(0, color=QUIET, lw=0.8)
        for k, (name, part) in enumerate(groups):
            y = np.array([place[v] for v in part["variant"]], dtype=float)
            y += step * ((len(groups) - 1) / 2 - k)
            colour = COLOURS[k % len(COLOURS)]
            if measure == "difference":
                axes.hlines(y, part["ci_lower"], part["ci_upper"], color=colour, lw=1.2)
            label = name_text(name) or None
            marker = MARKERS[k % len(MARKERS)]
            axes.plot(part[measure], y, marker, color=colour, ms=5, label=label)
        names = [f"{name} (reference)" if name == result.reference else name for name in place]
        axes.set_yticks(list(place.values()), [plain_text(name) for name in names])
        axes.set_ylim(-0.6, len(variants) - 0.4)
        what = "mean difference" if measure == "difference" else "share of decisions that flip"
        axes.set_xlabel(plain_text(f"{what} from {result.reference}"))
        axes.set_title("Every variant, in order")
        if named:
            legend_beside(figure, axes)
    return figure
