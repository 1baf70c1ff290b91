"""Value profiles round the circle, with people's mean and spread."""

from __future__ import annotations

from collections.abc import Sequence
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
    name_text,
    plain_text,
    styled,
)
from valuealign.inquiry.comparison.compare import Comparison

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_COLUMNS = 3
_BAND = ["people_mean", "people_sd"]
_TOGETHER = 4
"""Respondents whose lines can be told apart in one circle."""


@checked
def value_circle(
    result: Comparison,
    order: Sequence[str] = (),
    *,
    population: str | None = None,
    together: bool = False,
) -> Figure:
    """Draw each respondent's centred scores round the circle.

    Parameters
    ----------
    result : Comparison
        From `va.compare`.
    order : sequence of str
        Scales round the circle, from the top, clockwise; by default that of the instrument.
    population : str, optional
        Whose band; by default the first.
    together : bool
        Whether up to four respondents share one circle; else each has a panel.

    Returns
    -------
    matplotlib.figure.Figure
        The band is people's mean and one standard deviation either side (about two thirds of
        them); rings are whole scale points, the stronger one is a respondent's own mean. Bars are
        intervals, cut at the rim.

    Raises
    ------
    DataError
        No centred scores, fewer than four of the scales, or too many respondents for one circle.

    Examples
    --------
    >>> import valuealign as va
    >>> found = va.compare("pvq21-us-gss2012", "pvq21-de-ess9")
    >>> len(va.plot.value_circle(found).axes)
    1
    """
    rows = result.scales[result.scales["centred"].astype(bool)]
    rows = rows[rows["population"] == (population or result.populations[0])]
    names = [name for name in order or result.order if name in set(rows["scale"])]
    if len(names) < 4:
        raise DataError(f"{len(names)} scales with centred scores; a circle needs four")
    who = list(dict.fromkeys(rows["respondent"]))
    if together and len(who) > _TOGETHER:
        raise DataError(f"{len(who)} respondents; one circle shows {_TOGETHER} at most")
    people = rows.drop_duplicates("scale").set_index("scale").loc[names, _BAND]
    titles = [result.names.get(name, name) for name in names]
    groups = [who] if together else [[name] for name in who]
    columns = min(_COLUMNS, len(groups))
    height = -(-len(groups) // columns)
    with styled():
        extra = 0.22 * len(who) if together else 0.0
        figure, panels = canvas(
            (4.9 if together else 5.9) * columns, 4.4 * height + extra, columns=columns, rows=height
        )
        for axes, group in zip(panels, groups, strict=False):
            _ground(axes, people, titles, _reach(rows))
            for k, name in enumerate(group):
                # A scale without a score leaves a gap in the line of its respondent only.
                part = rows[rows["respondent"] == name].set_index("scale").reindex(names)
                _line(axes, part, _reach(rows), k, alone=len(group) == 1)
            if together and len(who) > 1:
                axes.legend(fontsize=9, loc="upper center", bbox_to_anchor=(0.5, -0.03))
            else:
                axes.set_title(name_text(group[0], 44), loc="center", pad=14)
        for axes in panels[len(groups) :]:
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


def _ground(
    axes: Axes, people: pd.DataFrame, titles: Sequence[str], reach: tuple[int, int]
) -> None:
    """Draw rings, people's band and mean, and the names of the scales."""
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    low, high = reach
    turn = _turn(len(people))
    mean, sd = people["people_mean"].to_numpy(float), people["people_sd"].to_numpy(float)
    ring = np.linspace(0, 2 * np.pi, 181)
    for score in range(low + 1, high + 1):
        strong = 1.4 if score == 0 else 0.5
        axes.plot(
            (score - low) * np.cos(ring), (score - low) * np.sin(ring), color=QUIET, lw=strong
        )
        axes.annotate(
            f"{score:+d}".replace("-", "\N{MINUS SIGN}").replace("+0", "0"),
            _at(score - low, np.pi / 2 - np.pi / len(people)),
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
    for title, angle in zip(titles, turn, strict=True):
        across = np.cos(angle)
        side = "center" if abs(across) < 0.2 else "left" if across > 0 else "right"
        above = "bottom" if np.sin(angle) > 0.9 else "top" if np.sin(angle) < -0.9 else "center"
        text = plain_text(title)
        axes.annotate(text, _at(high - low + 0.2, angle), fontsize=9, color=INK, ha=side, va=above)
    edge = high - low + 0.3
    axes.set_xlim(-edge, edge)
    axes.set_ylim(-edge, edge)
    axes.set_aspect("equal")
    axes.set_axis_off()


def _line(axes: Axes, part: pd.DataFrame, reach: tuple[int, int], k: int, *, alone: bool) -> None:
    """Draw one respondent's scores and their intervals; of several, beside each other."""
    low, high = reach
    shift = 0.0 if alone else 0.04 * (k - 1)
    turn, colour = _turn(len(part)) + shift, COLOURS[k % len(COLOURS)]
    for angle, lower, upper in zip(turn, part["ci_lower"], part["ci_upper"], strict=True):
        if np.isfinite(lower) and np.isfinite(upper):
            ends = np.clip([lower - low, upper - low], 0, high - low)
            axes.plot(ends * np.cos(angle), ends * np.sin(angle), color=colour, lw=1.6, alpha=0.6)
    mine = part["mean"].to_numpy(float) - low
    style = MARKERS[k % len(MARKERS)] + "-"
    name = name_text(part["respondent"].dropna().iloc[0]) if len(part.dropna(how="all")) else ""
    axes.plot(*_closed(mine, turn).T, style, color=colour, ms=4.5, lw=1.2, label=name)


def _turn(n: int) -> Any:
    return np.pi / 2 - 2 * np.pi * np.arange(n) / n


def _at(radius: float, angle: float) -> tuple[float, float]:
    return float(radius * np.cos(angle)), float(radius * np.sin(angle))


def _closed(radius: Any, turn: Any) -> Any:
    points = np.column_stack([radius * np.cos(turn), radius * np.sin(turn)])
    return np.vstack([points, points[:1]])
