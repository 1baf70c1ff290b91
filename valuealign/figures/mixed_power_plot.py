"""Power of a planned mixed model over a design's size."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from valuealign.analysis.mixed.power import MixedPower
from valuealign.arguments import checked
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
    import pandas as pd
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

POWER = 0.8
"""The power that is usually aimed at."""
LINES = ("-", "--", ":", "-.")


@checked
def mixed_power(result: MixedPower) -> Figure:
    """Draw the power of every term over the size that was varied.

    Parameters
    ----------
    result : MixedPower
        From `va.mixed_power`.

    Returns
    -------
    matplotlib.figure.Figure
        With Monte-Carlo intervals, over the first size that was varied, with a line for each
        combination of the others; of a single design a point for each term.

    Examples
    --------
    >>> import valuealign as va
    >>> planned = va.mixed_power(
    ...     "rating ~ risk + (1 | vignette)", {"risk": 2, "vignette": [4, 8]},
    ...     effects={"risk[2]": 0.5}, sds={"vignette": 0.5, "residual": 1.0}, replicates=10,
    ... )
    >>> va.plot.mixed_power(planned).axes[0].get_xlabel()
    'number of vignette levels'
    """
    table = result.terms
    varied = list(table.columns[: list(table.columns).index("rows")])
    with styled():
        return _over_size(table, varied[0], varied[1:]) if varied else _of_one_design(table)


def _over_size(table: pd.DataFrame, over: str, others: list[str]) -> Figure:
    """Draw lines over one size."""
    figure, (axes,) = canvas(6.8, 4.4)
    terms = list(dict.fromkeys(table["term"]))
    series = list(table.groupby(["term", *others], sort=False))
    sizes = np.unique(table[over].to_numpy(dtype=float))
    apart = 0.012 * (np.ptp(sizes) or 1.0)
    for k, (names, rows) in enumerate(series):
        part = rows.sort_values(over)
        term, *at = map(str, names)
        with_sizes = [f"{n} {value}" for n, value in zip(others, at, strict=True)]
        place = terms.index(term)
        style = LINES[(k % max(1, len(series) // len(terms))) % len(LINES)]
        axes.errorbar(
            part[over] + apart * (k - (len(series) - 1) / 2),
            part["power"],
            _error(part),
            fmt=MARKERS[place % len(MARKERS)],
            ls=style,
            color=COLOURS[place % len(COLOURS)],
            ms=4,
            lw=1,
            elinewidth=0.8,
            label=plain_text(", ".join([term, *with_sizes])),
        )
    axes.axhline(POWER, color=QUIET, lw=0.8, ls=":")
    axes.set_ylim(0, 1.02)
    axes.set_xticks(sizes, [f"{size:g}" for size in sizes])
    axes.set_xlabel(plain_text(f"number of {over} levels"))
    axes.set_ylabel("share of tests that reject")
    axes.set_title("Power by simulation")
    figure.legend(loc="outside lower center", ncols=min(len(series), 3), fontsize=8)
    return figure


def _of_one_design(table: pd.DataFrame) -> Figure:
    """Draw a point for each term."""
    figure, (axes,) = canvas(6.8, 0.36 * len(table) + 1.6)
    y = np.arange(len(table))[::-1]
    axes.axvline(POWER, color=QUIET, lw=0.8, ls=":")
    axes.errorbar(table["power"], y, xerr=_error(table), fmt="o", color=ACCENT, ms=5)
    axes.set_yticks(y, [plain_text(term) for term in table["term"]])
    axes.set_ylim(-0.6, len(table) - 0.4)
    axes.set_xlim(0, 1.02)
    axes.set_xlabel(f"share of tests that reject ({table['rows'].iloc[0]:,} rows)")
    axes.set_title("Power by simulation")
    return figure


def _error(table: pd.DataFrame) -> NDArray[np.float64]:
    """Return how far the Monte-Carlo interval goes to either side."""
    power = table["power"].to_numpy()
    error = np.array([power - table["power_lower"], table["power_upper"] - power])
    return np.asarray(np.maximum(error, 0), dtype=np.float64)
