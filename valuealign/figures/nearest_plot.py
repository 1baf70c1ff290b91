"""Distances of respondents from samples of people, nearest first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from valuealign.arguments import checked
from valuealign.errors import DataError
from valuealign.figures.figure_style import (
    ACCENT,
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
from valuealign.inquiry.comparison.compare import Comparison

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@checked
def nearest(result: Comparison) -> Figure:
    """Draw the distance of every respondent from every sample, one panel a kind of distance.

    Parameters
    ----------
    result : Comparison
        From `va.compare`.

    Returns
    -------
    matplotlib.figure.Figure
        People in the order of the first respondent's distances.

    Raises
    ------
    DataError
        No distance.

    Examples
    --------
    >>> import valuealign as va
    >>> found = va.compare("pvq21-us-gss2012", ["pvq21-de-ess9", "pvq21-se-ess"])
    >>> len(va.plot.nearest(found).axes)
    2
    """
    table = result.nearest
    kinds = list(dict.fromkeys(table["kind"]))
    if not kinds:
        raise DataError("there is no distance to draw")
    most = max(table[table["kind"] == kind]["population"].nunique() for kind in kinds)
    with styled():
        height = max(0.3 * most + 1.5, height_for(table["respondent"].nunique()))
        figure, panels = canvas(5.2 * len(kinds) + 1.0, height, columns=len(kinds))
        for axes, kind in zip(panels, kinds, strict=True):
            part = table[table["kind"] == kind]
            who = list(dict.fromkeys(part["respondent"]))
            first = part[part["respondent"] == who[0]].sort_values("distance")["population"]
            names = list(dict.fromkeys([*first, *part["population"]]))
            y = {name: len(names) - 1 - k for k, name in enumerate(names)}
            for k, name in enumerate(who):
                mine = part[part["respondent"] == name]
                places = np.array([y[p] for p in mine["population"]])
                colour = ACCENT if len(who) == 1 else COLOURS[k % len(COLOURS)]
                axes.plot(
                    mine["distance"],
                    places,
                    MARKERS[k % len(MARKERS)],
                    color=colour,
                    ms=5,
                    label=name_text(name),
                )
            axes.set_yticks(list(y.values()), [plain_text(name) for name in y])
            axes.grid(axis="y", color=QUIET, lw=0.4)
            axes.set_xlim(0, 1.06 * float(part["distance"].max()) or 1.0)
            axes.set_xlabel(plain_text(kind))
        panels[0].set_title("Nearest people first")
        if table["respondent"].nunique() > 1:
            legend_beside(figure, panels[0])
    return figure
