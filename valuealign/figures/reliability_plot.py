"""Reliability of scales, view by view."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from valuealign.arguments import checked
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
from valuealign.inquiry.reliability import ReliabilityViews

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@checked
def reliability(result: ReliabilityViews, *, names: Mapping[str, str] | None = None) -> Figure:
    """Draw alpha with its interval for every scale, one panel a view.

    Parameters
    ----------
    result : ReliabilityViews
        From `va.reliability`.
    names : mapping of str to str, optional
        Scales in words, by id.

    Returns
    -------
    matplotlib.figure.Figure
        A scale without alpha has a cross at the left edge.

    Raises
    ------
    DataError
        No view at all.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> import valuealign as va
    >>> pvq = va.load_instrument("pvq-21")
    >>> x = np.random.default_rng(1).integers(1, 7, size=(60, 21))
    >>> figure = va.plot.reliability(va.reliability(pd.DataFrame(x, columns=pvq.item_ids), pvq))
    >>> len(figure.axes)
    1
    """
    table = result.table
    views = list(dict.fromkeys(table["view"]))
    if not views:
        raise DataError("there is no view to draw")
    scales = list(dict.fromkeys(table["scale"]))
    places = {name: len(scales) - 1 - k for k, name in enumerate(scales)}
    with styled():
        most = max(part["model"].nunique() for _, part in table.groupby("view"))
        rows_height = max(0.28, 0.07 * most) * len(scales) + 1.4
        height = max(rows_height, height_for(most))
        figure, panels = canvas(4.4 * len(views) + 1.0, height, columns=len(views))
        for axes, view in zip(panels, views, strict=True):
            part = table[table["view"] == view]
            models = list(dict.fromkeys(part["model"]))
            for k, model in enumerate(models):
                rows = part[part["model"] == model]
                shift = 0 if len(models) == 1 else np.linspace(0.25, -0.25, len(models))[k]
                y = np.array([places[s] for s in rows["scale"]]) + shift
                low, high = (np.clip(rows[c], -1, 1) for c in ("ci_lower", "ci_upper"))
                colour = COLOURS[k % len(COLOURS)]
                axes.hlines(y, low, high, color=colour, lw=1.3)
                axes.plot(
                    np.clip(rows["alpha"], -1, 1),
                    y,
                    MARKERS[k % len(MARKERS)],
                    color=colour,
                    ms=4.5,
                    label=name_text(model) or None,
                )
                none = rows["alpha"].isna().to_numpy()
                axes.plot(np.full(none.sum(), -1.0), y[none], "x", color=QUIET, ms=5)
            axes.axvline(0, color=QUIET, lw=0.8)
            axes.set_xlim(-1.08, 1.02)
            axes.set_yticks(
                list(places.values()), [plain_text((names or {}).get(s, s)) for s in places]
            )
            axes.set_xlabel("alpha, 95 % interval; x: no value")
            axes.set_title(plain_text(view))
        named = max(panels, key=lambda axes: len(axes.get_legend_handles_labels()[1]))
        if len(named.get_legend_handles_labels()[1]) > 1:
            legend_beside(figure, named)
    return figure
