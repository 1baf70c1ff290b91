"""A model's ladders with people, and people's own ladders."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from valuealign.analysis.invariance.restriction_misfit import MARGIN
from valuealign.arguments import checked
from valuealign.errors import AnalysisError
from valuealign.figures.figure_style import ACCENT, INK, QUIET, canvas, plain_text, styled
from valuealign.inquiry.invariance.ladder_with_people import LadderWithPeople
from valuealign.inquiry.invariance.with_people_result import WithPeople

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_AWAY = 0.17
"""How far from a level's line the model's and people's marks stand."""


@checked
def invariance_with_people(result: WithPeople, *, margin: float = MARGIN) -> Figure:
    """Draw each level's misfit between a model and people, and between people.

    Parameters
    ----------
    result : WithPeople
        From `va.invariance_with_people`.
    margin : float
        The line below which a restriction counts as harmless.

    Returns
    -------
    matplotlib.figure.Figure
        One row a ladder: misfit of each level with its 90 % interval, and dMACS by item; the
        model's filled and round, people's open and square.

    Raises
    ------
    AnalysisError
        There is no ladder to draw.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> import valuealign as va
    >>> people = va.load_population("pvq21-de-ess9").moments
    >>> rng = np.random.default_rng(1)
    >>> x = rng.multivariate_normal(people.mean, people.covariance, 300, method="cholesky")
    >>> rows = pd.DataFrame(np.clip(np.round(x), 1, 6), columns=people.names)
    >>> only = {"openness": va.load_instrument("pvq-21").lavaan("openness")}
    >>> found = va.invariance_with_people(rows, "pvq21-de-ess9", unit="personas", draws=0,
    ...                                   models=only, declared="drawn from the sample's moments")
    >>> len(va.plot.invariance_with_people(found).axes)
    2
    """
    ladders = [ladder for ladder in result.ladders if ladder.ladder is not None]
    if not ladders:
        raise AnalysisError("there is no ladder to draw; items were not compared")
    with styled():
        figure, axes = canvas(11.5, 2.7 * len(ladders) + 0.4, columns=2, rows=len(ladders))
        for k, ladder in enumerate(ladders):
            _levels(axes[2 * k], ladder, margin, last=k == len(ladders) - 1)
            _items(axes[2 * k + 1], ladder, last=k == len(ladders) - 1)
        axes[0].legend(loc="upper right", fontsize=8)
    return figure


def _tables(ladder: LadderWithPeople) -> list[tuple[str, pd.DataFrame, bool]]:
    """Return the two ladders' tables with their labels; whether people's."""
    assert ladder.ladder is not None  # noqa: S101  # only ladders are drawn
    out = [(f"{ladder.respondent} and {ladder.population}", ladder.ladder.table, False)]
    if ladder.human is not None:
        out.append((f"people: {ladder.human_told}", ladder.human.table, True))
    return out


def _levels(axes: Axes, ladder: LadderWithPeople, margin: float, *, last: bool) -> None:
    levels: list[str] = []
    for label, table, human in _tables(ladder):
        shown = table[table["df_diff"].notna()]
        levels = levels or list(shown["level"])
        place = np.arange(len(shown))[::-1] + (-_AWAY if human else _AWAY)
        tone = INK if human else ACCENT
        axes.hlines(place, shown["rmsea_d_lower"], shown["rmsea_d_upper"], color=tone, lw=2)
        axes.plot(
            shown["rmsea_d"],
            place,
            "s" if human else "o",
            color=tone,
            ms=6,
            mfc="white" if human else tone,
            label=plain_text(label),
        )
        for y, x, word in zip(place, shown["rmsea_d_upper"], shown["standing"], strict=True):
            axes.annotate(
                word,
                (x if np.isfinite(x) else 0.0, y),
                xytext=(5, -3),
                fontsize=7.5,
                textcoords="offset points",
                color=tone,
            )
    axes.axvline(margin, color=INK, lw=0.8, ls=":")
    axes.set_yticks(np.arange(len(levels))[::-1], [plain_text(level) for level in levels])
    axes.set_ylim(-0.6, len(levels) - 0.3)
    right = max(axes.get_xlim()[1], 2 * margin)
    axes.set_xlim(-0.012 * right, 1.3 * right)  # room for the words
    axes.set_title(plain_text(f"{ladder.model}: {ladder.respondent} ({ladder.n} rows)"))
    if last:
        axes.set_xlabel(f"misfit per restriction (RMSEA_D), 90 % interval; dotted: {margin:g}")


def _items(axes: Axes, ladder: LadderWithPeople, *, last: bool) -> None:
    assert ladder.ladder is not None  # noqa: S101  # only ladders are drawn
    both = [ladder.ladder.effects] + ([ladder.human.effects] if ladder.human is not None else [])
    names = list(dict.fromkeys(ladder.ladder.effects["item"]))
    place = {name: len(names) - 1 - k for k, name in enumerate(names)}
    for k, effects in enumerate(both):
        shown = effects[effects["item"].isin(names)].dropna(subset=["dmacs"])
        axes.plot(
            shown["dmacs"],
            [place[i] for i in shown["item"]],
            "s" if k else "o",
            ms=6,
            color=INK if k else ACCENT,
            mfc="white" if k else ACCENT,
            ls="none",
        )
    hidden = ladder.ladder.effects.loc[ladder.ladder.effects["dmacs"].isna(), "item"]
    for name in dict.fromkeys(hidden):
        axes.annotate(
            "not told: two indicators",
            (0, place[name]),
            xytext=(4, -3),
            fontsize=7.5,
            textcoords="offset points",
            color=INK,
            bbox={"fc": "white", "ec": "none", "pad": 1},
        )
    axes.set_yticks(list(place.values()), [plain_text(name) for name in place])
    axes.set_ylim(-0.6, len(names) - 0.4)
    axes.set_xlim(-0.005, max(0.5, 1.05 * axes.get_xlim()[1]))
    axes.grid(axis="y", color=QUIET, lw=0.3)
    axes.set_title("How far apart expected answers are")
    if last:
        axes.set_xlabel("dMACS (SD of the item)")
