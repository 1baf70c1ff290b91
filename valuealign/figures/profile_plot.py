"""Profiles of respondents with their intervals, and people's mean and spread."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from valuealign.arguments import checked
from valuealign.errors import DataError
from valuealign.figures.figure_style import (
    COLOURS,
    INK,
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
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

BEYOND = 0.35
"""How far the axis reaches beyond what is drawn, in scale points."""


@checked
def profile(result: Comparison, *, centred: bool | None = None) -> Figure:
    """Draw every respondent's profile with its intervals, one panel a sample of people.

    Parameters
    ----------
    result : Comparison
        From `va.compare`.
    centred : bool, optional
        Which scores; by default centred where there are any.

    Returns
    -------
    matplotlib.figure.Figure
        Scales in the order of the circle. The band is people's mean and one standard deviation
        to each side, where two thirds of normal people are. An interval that leaves the panel
        ends in an arrow. A filled marker is a difference or an equivalence that is shown, a
        hollow one is inconclusive.

    Raises
    ------
    DataError
        No scores of that kind.

    Examples
    --------
    >>> import valuealign as va
    >>> figure = va.plot.profile(va.compare("pvq21-us-gss2012", "pvq21-de-ess9"))
    >>> len(figure.axes)
    1
    """
    table = result.scales
    kind = bool(table["centred"].any()) if centred is None else centred
    table = table[table["centred"] == kind]
    if table.empty:
        raise DataError(f"there are no {'centred' if kind else 'raw'} scores to draw")
    scales = [name for name in result.order if name in set(table["scale"])]
    people = list(dict.fromkeys(table["population"]))
    who = list(dict.fromkeys(table["respondent"]))
    with styled():
        width = max(6.5, (0.45 + 0.03 * len(who)) * len(scales) + 3.2)
        height = max(3.6 * len(people) + 0.3, height_for(len(who) + 2))
        figure, panels = canvas(width, height, rows=len(people))
        for axes, name in zip(panels, people, strict=True):
            _panel(axes, table[table["population"] == name], scales, who)
            titles = [plain_text(result.names.get(scale, scale)) for scale in scales]
            axes.set_xticks(range(len(scales)), titles, rotation=35, ha="right")
            for label in axes.get_xticklabels():
                label.set_rotation_mode("anchor")
            axes.set_title(f"beside {plain_text(name)} (band: mean and 1 SD of people)")
            axes.set_ylabel("centred score, scale points" if kind else "score, scale points")
        legend_beside(figure, panels[0])
    return figure


def _panel(axes: Axes, table: pd.DataFrame, scales: list[str], who: list[str]) -> None:
    norm = table.drop_duplicates("scale").set_index("scale").reindex(scales)
    x = np.arange(len(scales), dtype=float)
    mean, sd = norm["people_mean"].to_numpy(float), norm["people_sd"].to_numpy(float)
    low = float(np.nanmin([np.nanmin(mean - sd), table["mean"].min()])) - BEYOND
    high = float(np.nanmax([np.nanmax(mean + sd), table["mean"].max()])) + BEYOND
    axes.bar(x, 2 * sd, bottom=mean - sd, width=0.8, color=QUIET, alpha=0.35, label="people")
    axes.hlines(mean, x - 0.4, x + 0.4, color=INK, lw=1.2)
    shifts = [0.0] if len(who) == 1 else np.linspace(-0.26, 0.26, len(who)).tolist()
    for k, name in enumerate(who):
        mine = table[table["respondent"] == name].set_index("scale").reindex(scales)
        _respondent(axes, mine, x + shifts[k], k, (low, high))
        axes.plot(
            [],
            [],
            MARKERS[k % len(MARKERS)],
            color=COLOURS[k % len(COLOURS)],
            ms=5.5,
            label=name_text(name),
        )
    axes.plot([], [], "o", mfc="white", mec=INK, ms=5.5, label="hollow: inconclusive")
    axes.set_ylim(low, high)
    axes.set_xlim(-0.7, len(scales) - 0.3)
    axes.axhline(0, color=QUIET, lw=0.8, zorder=0)


def _respondent(
    axes: Axes, mine: pd.DataFrame, x: Any, k: int, limits: tuple[float, float]
) -> None:
    colour, marker = COLOURS[k % len(COLOURS)], MARKERS[k % len(MARKERS)]
    value = mine["mean"].to_numpy(float)
    low, high = mine["ci_lower"].to_numpy(float), mine["ci_upper"].to_numpy(float)
    axes.vlines(x, np.clip(low, *limits), np.clip(high, *limits), color=colour, lw=1.4)
    for ends, edge, inward in (
        (low < limits[0], limits[0], 0.06),
        (high > limits[1], limits[1], -0.06),
    ):
        for place in x[ends]:
            start = edge + inward * (limits[1] - limits[0])
            axes.annotate(
                "",
                (place, edge),
                (place, start),
                arrowprops={"arrowstyle": "->", "color": colour, "lw": 1.4},
            )
    known = (mine["standing"] != "inconclusive").to_numpy()
    for which, face in ((known, colour), (~known, "white")):
        axes.plot(x[which], value[which], marker, mfc=face, mec=colour, ms=5.5, ls="none")
