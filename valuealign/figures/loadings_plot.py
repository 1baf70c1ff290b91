"""Loadings of a fitted model, with their intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from valuealign.analysis.sem.fit import Fit
from valuealign.arguments import checked
from valuealign.errors import DataError
from valuealign.figures.figure_style import (
    ACCENT,
    COLOURS,
    MARKERS,
    QUIET,
    canvas,
    plain_text,
    styled,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@checked
def loadings(fit: Fit) -> Figure:
    """Draw every standardised loading with its 95 % interval, factor by factor.

    Parameters
    ----------
    fit : Fit
        From `va.cfa`.

    Returns
    -------
    matplotlib.figure.Figure
        The figure.

    Raises
    ------
    DataError
        A model without loadings.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> import valuealign as va
    >>> rng = np.random.default_rng(1)
    >>> x = rng.normal(size=(300, 1)) + rng.normal(size=(300, 4))
    >>> fit = va.cfa("f =~ a + b + c + d", pd.DataFrame(x, columns=list("abcd")))
    >>> va.plot.loadings(fit).axes[0].get_xlabel()
    'standardised loading, 95 % interval'
    """
    frame = fit.standardized()
    frame = frame[frame["op"] == "=~"]
    if not len(frame):
        raise DataError("the model has no loadings")
    names = list(dict.fromkeys(zip(frame["lhs"], frame["rhs"], strict=True)))
    places = {name: len(names) - 1 - k for k, name in enumerate(names)}
    n_groups = frame["group"].nunique()
    with styled():
        figure, (axes,) = canvas(5.6, max(2.4, 0.26 * len(names) + 1.0))
        for g, (_, part) in enumerate(frame.groupby("group", sort=False)):
            shift = 0.0 if n_groups == 1 else np.linspace(0.2, -0.2, n_groups)[g]
            y = [places[key] + shift for key in zip(part["lhs"], part["rhs"], strict=True)]
            colour = ACCENT if n_groups == 1 else COLOURS[g % len(COLOURS)]
            axes.hlines(y, part["ci_lower"], part["ci_upper"], color=colour, lw=1.5)
            axes.plot(
                part["est"],
                y,
                MARKERS[g % len(MARKERS)],
                color=colour,
                ms=5,
                label=plain_text(fit.groups[g]),
            )
        axes.axvline(0, color=QUIET, lw=0.8)
        axes.set_yticks(list(places.values()), [plain_text(f"{f} · {item}") for f, item in places])
        axes.set_xlabel("standardised loading, 95 % interval")
        if n_groups > 1:
            axes.legend(fontsize=8)
    return figure
