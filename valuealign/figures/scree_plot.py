"""Eigenvalues compared with those of data without factors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from valuealign.analysis.factors.retention import ParallelAnalysis
from valuealign.arguments import checked
from valuealign.figures.figure_style import ACCENT, QUIET, canvas, styled

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@checked
def scree(result: ParallelAnalysis) -> Figure:
    """Draw a parallel analysis.

    Parameters
    ----------
    result : ParallelAnalysis
        From `va.parallel_analysis`.

    Returns
    -------
    matplotlib.figure.Figure
        The figure.

    Examples
    --------
    >>> import numpy as np
    >>> import valuealign as va
    >>> x = np.random.default_rng(1).normal(size=(100, 6))
    >>> va.plot.scree(va.parallel_analysis(x, draws=20)).axes[0].get_xlabel()
    'factor'
    """
    table = result.table
    with styled():
        figure, (axes,) = canvas(5.6, 3.6)
        axes.plot(
            table["factor"], table["observed"], "o-", color=ACCENT, ms=4.5, label="these data"
        )
        axes.plot(
            table["factor"],
            table["quantile"],
            "--",
            color=QUIET,
            lw=1.5,
            label=f"no factors, 95th percentile of {result.draws}",
        )
        axes.axvline(result.n_factors + 0.5, color=QUIET, lw=0.8, ls=":")
        axes.set_xlabel("factor")
        axes.set_ylabel(f"eigenvalue ({result.basis})")
        axes.set_title(f"{result.n_factors} above what chance gives")
        axes.legend(fontsize=8)
    return figure
