"""Right answers of a keyed test, compared with guessing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from valuealign.arguments import checked
from valuealign.errors import DataError
from valuealign.figures.figure_style import ACCENT, INK, canvas, name_text, styled

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

_NEEDED = ("accuracy", "accuracy_lower", "accuracy_upper", "chance")


@checked
def accuracy(scores: pd.DataFrame) -> Figure:
    """Draw the share of right answers of each administration with its interval.

    Parameters
    ----------
    scores : DataFrame
        From `va.score`, of a keyed test.

    Returns
    -------
    matplotlib.figure.Figure
        A dashed line marks what guessing gives.

    Raises
    ------
    DataError
        Scores of an instrument that is not a keyed test.

    Examples
    --------
    >>> import pandas as pd
    >>> import valuealign as va
    >>> scores = pd.DataFrame({"model": ["a", "b"], "accuracy": [0.7, 0.3], "chance": 0.25,
    ...                        "accuracy_lower": [0.5, 0.1], "accuracy_upper": [0.9, 0.5]})
    >>> len(va.plot.accuracy(scores).axes)
    1
    """
    missing = [name for name in _NEEDED if name not in scores.columns]
    if missing:
        raise DataError(f"the scores have no column {missing[0]!r}; score a keyed test")
    unit = "respondent" if "respondent" in scores.columns else "model"
    names = list(dict.fromkeys(scores[unit].astype(str)))
    with styled():
        figure, (axes,) = canvas(5.2, 0.42 * len(names) + 1.3)
        for k, name in enumerate(names):
            part = scores[scores[unit].astype(str) == name]
            place = len(names) - 1 - k
            y = place + (np.linspace(0.22, -0.22, len(part)) if len(part) > 1 else np.zeros(1))
            axes.hlines(y, part["accuracy_lower"], part["accuracy_upper"], color=ACCENT, lw=1.2)
            axes.plot(part["accuracy"], y, "o", color=ACCENT, ms=4.5)
        chance = float(scores["chance"].mean())
        if np.isfinite(chance):
            axes.axvline(chance, color=INK, lw=1, ls="--", label=f"guessing ({chance:.2f})")
            axes.legend(fontsize=8, loc="lower left", bbox_to_anchor=(0, 1))
        axes.set_yticks(range(len(names)), [name_text(name) for name in names[::-1]])
        axes.set_ylim(-0.6, len(names) - 0.4)
        axes.set_xlim(0, 1)
        axes.set_xlabel("share right, 95 % interval")
    return figure
