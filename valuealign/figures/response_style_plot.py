"""Effects of a change of form on each model's answers."""

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
from valuealign.inquiry.style.response_style_result import ResponseStyle

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@checked
def response_style(result: ResponseStyle) -> Figure:
    """Draw mean shifts with their intervals and consistency, model by model.

    Parameters
    ----------
    result : ResponseStyle
        From `va.response_style`.

    Returns
    -------
    matplotlib.figure.Figure
        The figure.

    Raises
    ------
    DataError
        One form only: there is no effect to draw.

    Examples
    --------
    >>> import pandas as pd
    >>> import valuealign as va
    >>> long = pd.DataFrame({"model": "m", "item": list("abcabc"), "value": [1, 3, 5, 2, 4, 6],
    ...                      "direction": ["published"] * 3 + ["reversed"] * 3})
    >>> len(va.plot.response_style(va.response_style(long, scale=(1, 6))).axes)
    2
    """
    effects = result.effects
    if not len(effects):
        raise DataError("one form only: give --form direction=published,reversed")
    unit = effects.columns[0]
    models = list(dict.fromkeys(effects[unit]))
    kinds = list(dict.fromkeys(zip(effects["factor"], effects["level"], strict=True)))
    places = {name: len(models) - 1 - k for k, name in enumerate(models)}
    with styled():
        figure, (left, right) = canvas(10.0, 0.36 * len(models) + 2.1, columns=2)
        for k, (factor, level) in enumerate(kinds):
            part = effects[(effects["factor"] == factor) & (effects["level"] == level)]
            shift = 0 if len(kinds) == 1 else np.linspace(0.25, -0.25, len(kinds))[k]
            y = np.array([places[m] for m in part[unit]]) + shift
            colour, marker = COLOURS[k % len(COLOURS)], MARKERS[k % len(MARKERS)]
            label = plain_text(f"{factor}: {level}")
            left.hlines(y, part["ci_lower"], part["ci_upper"], color=colour, lw=1.4)
            left.plot(part["effect"], y, marker, color=colour, ms=4.5, label=label)
            right.hlines(y, part["r_ci_lower"], part["r_ci_upper"], color=colour, lw=1.4)
            right.plot(part["r"], y, marker, color=colour, ms=4.5, label=label)
            none = part["r"].isna().to_numpy()
            right.plot(np.zeros(none.sum()), y[none], "x", color=QUIET, ms=5)
        for axes in (left, right):
            axes.set_yticks(
                list(places.values()), [name_text(m) for m in places] if axes is left else []
            )
            axes.set_ylim(-0.6, len(models) - 0.4)
        left.axvline(0, color=QUIET, lw=0.8)
        left.set_xlabel("shift (scale points), 95 % interval over items")
        left.set_title("What the form does to the level")
        right.axvline(0, color=QUIET, lw=0.8)
        right.set_xlim(min(-0.05, float(np.nanmin(effects["r_ci_lower"].fillna(0))) - 0.05), 1.02)
        right.set_xlabel("r with the reference form; x: no profile")
        right.set_title("Whether the profile stays")
        figure.legend(*right.get_legend_handles_labels(), loc="outside lower center", ncols=3)
    return figure
