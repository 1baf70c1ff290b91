"""Claims by respondent: permitted, not permitted, inconclusive."""

from __future__ import annotations

from typing import TYPE_CHECKING

from valuealign.arguments import checked
from valuealign.figures.figure_style import (
    ACCENT,
    QUIET,
    WARN,
    canvas,
    name_text,
    plain_text,
    styled,
)
from valuealign.inquiry.verdict.verdict import Verdict

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_TONE = {"permitted": ACCENT, "not permitted": WARN, "inconclusive": QUIET}
_MARK = {"permitted": "o", "not permitted": "X", "inconclusive": "D"}


@checked
def verdict(result: Verdict) -> Figure:
    """Draw which claims the responses permit; marks differ in shape as well as in colour.

    Parameters
    ----------
    result : Verdict
        From `va.verdict`.

    Returns
    -------
    matplotlib.figure.Figure
        The figure.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> import valuealign as va
    >>> pvq = va.load_instrument("pvq-21")
    >>> x = np.random.default_rng(1).integers(1, 7, size=(80, 21))
    >>> figure = va.plot.verdict(va.verdict(pd.DataFrame(x, columns=pvq.item_ids), pvq))
    >>> len(figure.axes)
    1
    """
    who = list(result.headline)
    claims = result.overview
    with styled():
        longest = max(len(title) for title in claims["title"])
        width = 0.075 * longest + max(1.7, 0.36 * len(who)) + 0.6
        figure, (axes,) = canvas(
            width, 0.34 * len(claims) + 0.08 * max(len(name_text(w)) for w in who) + 0.9
        )
        for k, row in enumerate(claims.to_dict("records")):
            y = len(claims) - 1 - k
            for x, name in enumerate(who):
                axes.plot(x, y, _MARK[row[name]], color=_TONE[row[name]], ms=9)
        for standing, mark in _MARK.items():
            axes.plot([], [], mark, color=_TONE[standing], ms=8, ls="none", label=standing)
        axes.set_xticks(range(len(who)), [name_text(w) for w in who], rotation=90)
        axes.xaxis.tick_top()
        axes.set_yticks(range(len(claims)), [plain_text(t) for t in claims["title"][::-1]])
        axes.set_xlim(-0.6, len(who) - 0.4)
        axes.set_ylim(-0.6, len(claims) - 0.4)
        axes.tick_params(length=0)
        axes.spines[:].set_visible(False)
        figure.legend(loc="outside lower left", ncols=3, fontsize=8)
    return figure
