"""Changes of scores between two times, as a forest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from valuealign.arguments import checked
from valuealign.errors import DataError
from valuealign.figures.figure_style import (
    COLOURS,
    MARKERS,
    QUIET,
    canvas,
    name_text,
    plain_text,
    styled,
)
from valuealign.inquiry.comparison.changes import Changes

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@checked
def changes(result: Changes) -> Figure:
    """Draw the change of every scale with both intervals.

    Parameters
    ----------
    result : Changes
        From `va.changes`.

    Returns
    -------
    matplotlib.figure.Figure
        Thick: these forms only; thin: forms are random, cut at the edge of the panel.

    Raises
    ------
    DataError
        No scale has a score at both times.

    Examples
    --------
    >>> import valuealign as va, tempfile
    >>> folder = tempfile.mkdtemp()
    >>> may, june = (va.administer("pvq-21", "sim:human", occasions=2, seed=k,
    ...                            store=f"{folder}/{k}.db") for k in range(2))
    >>> len(va.plot.changes(va.changes(may, june)).axes)
    1
    """
    table = result.scales
    if table.empty:
        raise DataError("no scale has a score at both times")
    scales, who = (list(dict.fromkeys(table[name])) for name in ("scale", "respondent"))
    place = {name: len(scales) - 1 - k for k, name in enumerate(scales)}
    inner = table[["difference", "occasions_ci_lower", "occasions_ci_upper"]].to_numpy(float)
    reach = max(0.5, 1.25 * float(np.nanmax(np.abs(inner))))
    with styled():
        height = (0.08 * len(who) + 0.22) * len(scales) + 0.12 * len(who) + 1.2
        figure, (axes,) = canvas(5.6, height)
        for k, name in enumerate(who):
            part = table[table["respondent"] == name]
            shift = 0.0 if len(who) == 1 else np.linspace(0.3, -0.3, len(who))[k]
            y = np.array([place[s] for s in part["scale"]]) + shift
            colour = COLOURS[k % len(COLOURS)]
            thin = np.clip(
                part[["forms_ci_lower", "forms_ci_upper"]].to_numpy(float), -reach, reach
            )
            axes.hlines(y, thin[:, 0], thin[:, 1], color=colour, lw=0.8)
            axes.hlines(
                y, part["occasions_ci_lower"], part["occasions_ci_upper"], color=colour, lw=2.6
            )
            marker = MARKERS[k % len(MARKERS)]
            axes.plot(part["difference"], y, marker, color=colour, ms=5, label=name_text(name))
        axes.axvline(0, color=QUIET, lw=0.8)
        axes.set_xlim(-reach, reach)
        axes.set_ylim(-0.6, len(scales) - 0.4)
        axes.set_yticks(list(place.values()), [plain_text(result.names.get(s, s)) for s in place])
        kind = "centred score" if result.centred else "score"
        axes.set_xlabel(f"change of the {kind}, scale points")
        if len(who) > 1:
            figure.legend(loc="outside lower center", fontsize=8, ncols=2)
    return figure
