"""Marginal means of a mixed model, and the variances of its random effects."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from valuealign.analysis.mixed.fixed_part import Factor
from valuealign.analysis.mixed.mixed import Mixed
from valuealign.arguments import checked
from valuealign.figures.figure_style import (
    ACCENT,
    COLOURS,
    MARKERS,
    QUIET,
    canvas,
    draw_shares,
    plain_text,
    styled,
)

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


@checked
def mixed(fit: Mixed, *, of: str | None = None, by: str | None = None) -> Figure:
    """Draw marginal means with 95 % intervals, and the share of every variance.

    Parameters
    ----------
    fit : Mixed
        From `va.mixed`.
    of : str, optional
        The factor along the axis; by default the model's first. A model without factors shows its
        coefficients instead.
    by : str, optional
        The factor of the colours; by default the next one in the model.

    Returns
    -------
    matplotlib.figure.Figure
        The figure.

    Raises
    ------
    DataError
        A name that is not a factor of the model.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> import valuealign as va
    >>> rng = np.random.default_rng(1)
    >>> rows = pd.DataFrame({"vignette": np.repeat(range(10), 8), "risk": ["low", "high"] * 40})
    >>> rows["rating"] = rng.normal(size=10)[rows["vignette"]] + rng.normal(size=80)
    >>> len(va.plot.mixed(va.mixed("rating ~ risk + (1 | vignette)", rows)).axes)
    2
    """
    factors = [n for n, p in fit.part.predictors.items() if isinstance(p, Factor)]
    of = of if of is not None else next((name for name in factors if name != by), None)
    by = by if by is not None else next((name for name in factors if name != of), None)
    with styled():
        figure, (left, right) = canvas(10.4, 0.34 * len(fit.random) + 3.0, columns=2)
        if of is None:
            _draw_coefficients(left, fit.fixed)
        else:
            _draw_means(left, fit.means(of, by=by or ()), of, by)
            left.set_ylabel(plain_text(fit.formula.outcome))
        _draw_shares(right, fit.random)
    return figure


def _draw_means(axes: Axes, table: pd.DataFrame, of: str, by: str | None) -> None:
    levels = list(dict.fromkeys(table[of]))
    groups: Sequence[str | None] = [None] if by is None else list(dict.fromkeys(table[by]))
    for k, group in enumerate(groups):
        part = table if group is None else table[table[by] == group]
        x = np.arange(len(levels)) + 0.12 * (k - (len(groups) - 1) / 2)
        mean = part["mean"].to_numpy()
        error = np.array([mean - part["ci_lower"], part["ci_upper"] - mean])
        axes.errorbar(
            x,
            mean,
            error,
            fmt=MARKERS[k % len(MARKERS)] + "-",
            color=COLOURS[k % len(COLOURS)],
            ms=5,
            lw=1,
            capsize=3,
            label=None if group is None else plain_text(f"{by}: {group}"),
        )
    axes.set_xticks(range(len(levels)), [plain_text(level) for level in levels])
    axes.set_xlabel(plain_text(of))
    axes.set_title("Marginal means with 95 % intervals")
    if by is not None:
        axes.legend(fontsize=8)


def _draw_coefficients(axes: Axes, table: pd.DataFrame) -> None:
    y = np.arange(len(table))[::-1]
    estimate = table["estimate"].to_numpy()
    error = np.array([estimate - table["ci_lower"], table["ci_upper"] - estimate])
    axes.errorbar(estimate, y, xerr=error, fmt="o", color=ACCENT, ms=5, capsize=3)
    axes.axvline(0, color=QUIET, lw=0.8)
    axes.set_yticks(y, [plain_text(term) for term in table["term"]])
    axes.set_title("Coefficients with 95 % intervals")


def _draw_shares(axes: Axes, table: pd.DataFrame) -> None:
    draw_shares(axes, list(table["term"]), list(table["share"]), table["term"] != "residual")
    axes.set_xlabel("share of the variance that the fixed part leaves")
    axes.set_title("Variances")
