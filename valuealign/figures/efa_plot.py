"""Exploratory loadings as a shaded table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from valuealign.analysis.factors.efa import Efa
from valuealign.arguments import checked
from valuealign.figures.figure_style import INK, canvas, plain_text, styled

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@checked
def efa(result: Efa) -> Figure:
    """Draw the pattern matrix; shade shows size, and each cell also has its number.

    Parameters
    ----------
    result : Efa
        From `va.efa`.

    Returns
    -------
    matplotlib.figure.Figure
        The figure.

    Examples
    --------
    >>> import numpy as np
    >>> import valuealign as va
    >>> x = np.random.default_rng(1).normal(size=(200, 6))
    >>> va.plot.efa(va.efa(x, 1)).axes[0].get_xlabel()
    'factor'
    """
    L = result.loadings
    values = L.to_numpy()
    with styled():
        figure, (axes,) = canvas(1.8 + 0.75 * L.shape[1], 0.26 * len(L) + 1.2)
        axes.imshow(values, cmap="RdBu", vmin=-1, vmax=1, aspect="auto")
        for i, j in np.ndindex(*values.shape):
            if abs(values[i, j]) >= 0.2:
                tone = "white" if abs(values[i, j]) > 0.65 else INK
                label = f"{values[i, j]:.2f}".replace("0.", ".")
                axes.text(j, i, label, ha="center", va="center", fontsize=7, color=tone)
        axes.set_xticks(range(L.shape[1]), [plain_text(c) for c in L.columns])
        axes.set_yticks(range(len(L)), [plain_text(i) for i in L.index], fontsize=8)
        axes.spines[:].set_visible(False)
        axes.tick_params(length=0)
        axes.set_xlabel("factor")
    return figure
