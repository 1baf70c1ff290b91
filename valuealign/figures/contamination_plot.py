"""A model's prior knowledge of an instrument, by probe."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from valuealign.arguments import checked
from valuealign.errors import DataError
from valuealign.figures.figure_style import COLOURS, INK, MARKERS, QUIET, canvas, plain_text, styled
from valuealign.inquiry.contamination import Contamination
from valuealign.inquiry.probe_results import ORDER

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


@checked
def contamination(result: Contamination) -> Figure:
    """Draw each probe's result with its comparison value, model by model.

    Parameters
    ----------
    result : Contamination
        From `va.contamination`.

    Returns
    -------
    matplotlib.figure.Figure
        The figure.

    Raises
    ------
    DataError
        No probe gave a number.

    Examples
    --------
    >>> import valuealign as va, tempfile
    >>> found = va.contamination("pvq-21", "sim:newcomer", store=f"{tempfile.mkdtemp()}/s.db")
    >>> len(va.plot.contamination(found).axes)
    2
    """
    table = result.table[result.table["value"].notna()]
    if not len(table):
        raise DataError("no probe gave a number; see the reasons in the table")
    shares, order = table[table["probe"] != ORDER], table[table["probe"] == ORDER]
    models = list(dict.fromkeys(table["model"]))
    with styled():
        height = 0.34 * max(4, shares["probe"].nunique()) * max(1, len(models) ** 0.5) + 1.8
        figure, axes = canvas(10.0, height, columns=2)
        _points(axes[0], shares, models)
        axes[0].set_xlim(-0.03, 1.03)
        axes[0].set_xlabel("share, 95 % interval over items; bar: beside (ours, or chance)")
        axes[0].set_title("Its words, its name, its key")
        _points(axes[1], order, models)
        axes[1].axvline(0, color=QUIET, lw=0.8)
        axes[1].set_xlabel("nats a run of items, published order over shuffled")
        axes[1].set_title("Its order")
        if not len(order):
            axes[1].text(0.5, 0.5, "not available", transform=axes[1].transAxes, ha="center")
        axes[0].legend(fontsize=7, loc="best")
    return figure


def _points(axes: Axes, part: pd.DataFrame, models: list[str]) -> None:
    probes = list(dict.fromkeys(part["probe"]))
    axes.set_yticks(range(len(probes)), probes[::-1])
    axes.set_ylim(-0.6, max(len(probes), 1) - 0.4)
    for k, model in enumerate(models):
        mine = part[part["model"] == model]
        shift = 0.0 if len(models) == 1 else np.linspace(0.28, -0.28, len(models))[k]
        y = np.array([len(probes) - 1 - probes.index(p) for p in mine["probe"]]) + shift
        colour = COLOURS[k % len(COLOURS)]
        axes.hlines(y, mine["ci_lower"], mine["ci_upper"], color=colour, lw=1.4)
        axes.plot(
            mine["value"], y, MARKERS[k % len(MARKERS)], color=colour, ms=5, label=plain_text(model)
        )
        axes.plot(mine["comparison"], y, "|", color=INK, ms=11, mew=1.6)
