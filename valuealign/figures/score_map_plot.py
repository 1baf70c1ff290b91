"""A shaded table of means: respondents by scales, or items by respondents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from valuealign.arguments import checked
from valuealign.errors import DataError
from valuealign.figures.figure_style import INK, canvas, name_text, plain_text, styled

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

_NUMBERED = 24
"""Columns up to which every cell has its number."""


@checked
def score_map(means: pd.DataFrame, *, title: str = "") -> Figure:
    """Draw a table of means; shade shows size, and each cell also has its number.

    Parameters
    ----------
    means : DataFrame
        Such as one row a respondent and one column a scale, or one row an item and one column a
        respondent; missing means stay empty.
    title : str
        Under the table.

    Returns
    -------
    matplotlib.figure.Figure
        The figure.

    Raises
    ------
    DataError
        There is no mean.

    Examples
    --------
    >>> import pandas as pd
    >>> import valuealign as va
    >>> means = pd.DataFrame({"power": [2.0, 3.5], "universalism": [5.0, 4.0]}, index=["a", "b"])
    >>> len(va.plot.score_map(means).axes)
    1
    """
    values = means.to_numpy(dtype=float)
    if not np.isfinite(values).any():
        raise DataError("there is no mean to draw")
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    span = high - low or 1.0
    with styled():
        width = 0.46 * means.shape[1] + 0.075 * _longest(means.index) + 1.3
        height = 0.27 * len(means) + 0.05 * _longest(means.columns) + 0.9
        figure, (axes,) = canvas(max(3.2, width), height)
        # Shapes and no raster image, so that a saved figure stays sharp at any size.
        axes.pcolormesh(
            np.ma.masked_invalid(values), cmap="YlGnBu", vmin=low, vmax=low + 1.25 * span
        )
        axes.invert_yaxis()
        for i, j in np.ndindex(*values.shape) if means.shape[1] <= _NUMBERED else ():
            if np.isfinite(values[i, j]):
                dark = values[i, j] > low + 0.75 * span
                text = f"{values[i, j]:.1f}".replace("-", "\N{MINUS SIGN}")
                # A pale cell has dark ink on a dark page too: its ground does not change.
                tone = "#fefefe" if dark else "#0b0b0b"
                axes.text(j + 0.5, i + 0.5, text, ha="center", va="center", fontsize=7, color=tone)
        across = np.arange(means.shape[1]) + 0.5
        axes.set_xticks(across, [name_text(c) for c in means.columns], rotation=50)
        for label in axes.get_xticklabels():
            label.set(ha="left", rotation_mode="anchor")
        axes.xaxis.tick_top()
        axes.set_yticks(np.arange(len(means)) + 0.5, [name_text(i) for i in means.index])
        axes.tick_params(length=0, labelsize=8, colors=INK)
        axes.spines[:].set_visible(False)
        if title:
            axes.set_xlabel(plain_text(title))
    return figure


def _longest(names: pd.Index[Any]) -> int:
    return max(len(name_text(name)) for name in names)
