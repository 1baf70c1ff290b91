"""Value profiles round the circle, with people's mean and spread."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from valuealign.arguments import checked
from valuealign.errors import DataError
from valuealign.figures.figure_style import ACCENT, INK, QUIET, canvas, plain_text, styled
from valuealign.inquiry.comparison.compare import Comparison

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_COLUMNS = 3
_BAND = ["people_mean", "people_sd"]


@checked
def value_circle(
    result: Comparison, order: Sequence[str], *, population: str | None = None
) -> Figure:
    """Draw each respondent's centred scores round the circle, one panel a respondent.

    Parameters
    ----------
    result : Comparison
        From `va.compare`.
    order : sequence of str
        Scales round the circle, from the top, clockwise.
    population : str, optional
        Whose band; by default the first.

    Returns
    -------
    matplotlib.figure.Figure
        The band is people's mean and one standard deviation either side (about two thirds of
        them); rings are whole scale points, the stronger one is a respondent's own mean. Bars are
        intervals, cut at the rim.

    Raises
    ------
    DataError
        No centred scores, or fewer than four of the scales.

    Examples
    --------
    >>> import valuealign as va
    >>> found = va.compare("pvq21-us-gss2012", "pvq21-de-ess9")
    >>> order = va.load_instrument("pvq-21").circle[0].order
    >>> figure = va.plot.value_circle(found, [name for place in order for name in place])
    >>> len(figure.axes)
    1
    """
    rows = result.scales[result.scales["centred"].astype(bool)]
    rows = rows[rows["population"] == (population or result.populations[0])]
    names = [name for name in order if name in set(rows["scale"])]
    if len(names) < 4:
        raise DataError(f"{len(names)} scales with centred scores; a circle needs four")
    who = list(dict.fromkeys(rows["respondent"]))
    people = rows.drop_duplicates("scale").set_index("scale").loc[names, _BAND]
    reach = _reach(rows)
    columns = min(_COLUMNS, len(who))
    height = -(-len(who) // columns)
    with styled():
        figure, panels = canvas(3.6 * columns, 3.8 * height, columns=columns, rows=height)
        for axes, name in zip(panels, who, strict=False):
            # A scale that one respondent has no score of leaves a gap in its line, not in the band.
            part = rows[rows["respondent"] == name].set_index("scale").reindex(names)
            part[_BAND] = people
            _panel(axes, part, reach)
            axes.set_title(plain_text(name), loc="center")
        for axes in panels[len(who) :]:
            axes.set_visible(False)
    return figure


def _reach(rows: pd.DataFrame) -> tuple[int, int]:
    """Return the whole scores inside and outside everything drawn."""
    parts = [
        rows["people_mean"] - rows["people_sd"],
        rows["people_mean"] + rows["people_sd"],
        rows["mean"],
    ]
    values = np.concatenate([part.to_numpy(float) for part in parts])
    return int(np.floor(np.nanmin(values))) - 1, int(np.ceil(np.nanmax(values)))


def _panel(axes: Axes, part: pd.DataFrame, reach: tuple[int, int]) -> None:
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    low, high = reach
    turn = np.pi / 2 - 2 * np.pi * np.arange(len(part)) / len(part)
    mean, sd = part["people_mean"].to_numpy(float), part["people_sd"].to_numpy(float)
    ring = np.linspace(0, 2 * np.pi, 181)
    for score in range(low + 1, high + 1):
        axes.plot(
            (score - low) * np.cos(ring),
            (score - low) * np.sin(ring),
            color=QUIET,
            lw=1.4 if score == 0 else 0.5,
        )
        axes.annotate(
            f"{score:+d}".replace("-", "\N{MINUS SIGN}").replace("+0", "0"),
            _at(score - low, np.pi / 2 - np.pi / len(part)),
            fontsize=7,
            color=INK,
            ha="center",
            va="center",
        )
    outer, inner = _closed(mean + sd - low, turn), _closed(mean - sd - low, turn)
    codes = [Path.MOVETO, *[Path.LINETO] * (len(outer) - 1)]
    band = Path(np.vstack([outer, inner[::-1]]), [*codes, *codes])
    axes.add_patch(PathPatch(band, facecolor=QUIET, edgecolor="none", alpha=0.45))
    axes.plot(*_closed(mean - low, turn).T, color=INK, lw=1, ls="--")
    for angle, lower, upper in zip(turn, part["ci_lower"], part["ci_upper"], strict=True):
        if np.isfinite(lower) and np.isfinite(upper):
            ends = np.clip([lower - low, upper - low], 0, high - low)
            axes.plot(ends * np.cos(angle), ends * np.sin(angle), color=ACCENT, lw=1.6, alpha=0.6)
    mine = part["mean"].to_numpy(float) - low
    axes.plot(*_closed(mine, turn).T, "o-", color=ACCENT, ms=4.5, lw=1.2)
    for name, angle in zip(part.index, turn, strict=True):
        x, y = _at(high - low + 0.45, angle)
        axes.annotate(plain_text(name), (x, y), fontsize=9, color=INK, ha="center", va="center")
    edge = high - low + 0.8
    axes.set_xlim(-edge, edge)
    axes.set_ylim(-edge, edge)
    axes.set_aspect("equal")
    axes.set_axis_off()


def _at(radius: float, angle: float) -> tuple[float, float]:
    return float(radius * np.cos(angle)), float(radius * np.sin(angle))


def _closed(radius: Any, turn: Any) -> Any:
    points = np.column_stack([radius * np.cos(turn), radius * np.sin(turn)])
    return np.vstack([points, points[:1]])
