"""Marginal means of several mixed models over two factors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from valuealign.analysis.mixed.mixed import Mixed
from valuealign.arguments import checked
from valuealign.errors import DataError
from valuealign.figures.figure_style import COLOURS, MARKERS, canvas, name_text, plain_text, styled

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_COLUMNS, _MANY = 2, 8
"""Columns of panels, and the panels from which there are twice as many."""


@checked
def interaction(
    fits: Mapping[str, Mixed],
    of: str,
    *,
    by: str | None = None,
    names: Mapping[str, str] | None = None,
) -> Figure:
    """Draw marginal means with 95 % intervals, one panel a model.

    Parameters
    ----------
    fits : mapping of str to Mixed
        Title of a panel -> a model of `va.mixed`.
    of : str
        The factor along the axis.
    by : str, optional
        The factor of the lines; lines that are not parallel show an interaction.
    names : mapping of str to str, optional
        Factors in words.

    Returns
    -------
    matplotlib.figure.Figure
        All panels have one scale.

    Raises
    ------
    DataError
        No model, or a name that is not a factor.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> import valuealign as va
    >>> rng = np.random.default_rng(1)
    >>> rows = pd.DataFrame({"text": np.repeat(range(10), 8), "risk": ["low", "high"] * 40})
    >>> rows["rating"] = rng.normal(size=10)[rows["text"]] + rng.normal(size=80)
    >>> fit = va.mixed("rating ~ risk + (1 | text)", rows)
    >>> len(va.plot.interaction({"pain": fit, "hope": fit}, "risk").axes)
    2
    """
    if not fits:
        raise DataError("there is no model to draw")
    called = names or {}
    columns = min(_COLUMNS if len(fits) <= _MANY else 2 * _COLUMNS, len(fits))
    height = -(-len(fits) // columns)
    tables = {title: fit.means([of, *([by] if by else [])]) for title, fit in fits.items()}
    ends = np.concatenate([t[["ci_lower", "ci_upper"]].to_numpy(float) for t in tables.values()])
    edge = 0.06 * float(np.nanmax(ends) - np.nanmin(ends)) or 0.5
    with styled():
        figure, panels = canvas(2.9 * columns, 2.2 * height + 0.5, columns=columns, rows=height)
        for axes, (title, table) in zip(panels, tables.items(), strict=False):
            _panel(axes, table, of, by)
            axes.set_ylim(float(np.nanmin(ends)) - edge, float(np.nanmax(ends)) + edge)
            axes.set_title(name_text(title, 40), fontsize=8)
            axes.set_xlabel(plain_text(called.get(of, of)), fontsize=9)
        for axes in panels[len(tables) :]:
            axes.set_visible(False)
        if by is not None:
            handles, labels = panels[0].get_legend_handles_labels()
            named = plain_text(called.get(by, by))
            figure.legend(
                handles, labels, title=named, loc="outside lower center", ncols=len(labels)
            )
    return figure


def _panel(axes: Axes, table: pd.DataFrame, of: str, by: str | None) -> None:
    levels = list(dict.fromkeys(table[of]))
    lines = [None] if by is None else list(dict.fromkeys(table[by]))
    for k, line in enumerate(lines):
        part = table if line is None else table[table[by] == line]
        x = np.arange(len(levels)) + 0.07 * (k - (len(lines) - 1) / 2)
        mean = part["mean"].to_numpy(float)
        axes.errorbar(
            x,
            mean,
            np.array([mean - part["ci_lower"], part["ci_upper"] - mean]),
            fmt=MARKERS[k % len(MARKERS)] + "-",
            color=COLOURS[k % len(COLOURS)],
            ms=5,
            lw=1,
            capsize=3,
            label=None if line is None else plain_text(line),
        )
    axes.set_xticks(range(len(levels)), [plain_text(level) for level in levels])
    axes.set_xlim(-0.4, len(levels) - 0.6)
