"""Variance components, and coefficients for longer designs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from valuealign.analysis.reliability.generalizability.generalizability_study import Generalizability
from valuealign.arguments import checked
from valuealign.figures.figure_style import (
    ACCENT,
    COLOURS,
    QUIET,
    canvas,
    draw_shares,
    plain_text,
    styled,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@checked
def generalizability(
    result: Generalizability, *, facet: str | None = None, most: int = 20
) -> Figure:
    """Draw the share of every effect, and G and Phi over the number of a facet.

    Parameters
    ----------
    result : Generalizability
        From `va.generalizability`.
    facet : str, optional
        The facet of the right panel; by default the last.
    most : int
        The largest number to draw.

    Returns
    -------
    matplotlib.figure.Figure
        The figure.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> import valuealign as va
    >>> model, item, form = (a.ravel() for a in np.meshgrid(range(6), range(10), range(3)))
    >>> rng = np.random.default_rng(1)
    >>> y = rng.normal(size=6)[model] + rng.normal(size=180)
    >>> long = pd.DataFrame({"model": model, "item": item, "form": form, "value": y})
    >>> len(va.plot.generalizability(va.generalizability(long)).axes)
    2
    """
    table = result.components
    facet = facet if facet is not None else result.design_.factors[-1]
    numbers = _numbers(most, result.sizes[facet])
    with styled():
        figure, (left, right) = canvas(10.4, 0.34 * len(table) + 1.6, columns=2)
        mine = [result.design_.factors[0] in e.split(":") for e in table["effect"]]
        draw_shares(left, list(table["effect"]), list(table["share"]), mine)
        left.set_xlabel("share of the variance of single responses")
        left.set_title(
            f"Where it comes from (dark: with the {plain_text(result.design_.factors[0])})"
        )
        sizes: dict[str, Any] = {facet: list(numbers)}
        design = result.design(**sizes)
        right.plot(numbers, design["g"], "o-", color=ACCENT, ms=4, label="G (differences)")
        right.plot(numbers, design["phi"], "s--", color=COLOURS[1], ms=4, label="Phi (levels)")
        right.axhline(0.8, color=QUIET, lw=0.8, ls=":")
        right.set_ylim(0, 1)
        right.set_xlabel(f"number of {plain_text(facet)}s")
        right.set_title(f"What more {plain_text(facet)}s would buy")
        right.legend(fontsize=8, loc="lower right")
    return figure


def _numbers(most: int, there: float) -> Sequence[int]:
    top = max(most, round(there))
    steps = (1, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 50, 100, 200, 500, 1000)
    return [k for k in steps if k <= top]
