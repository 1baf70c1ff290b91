"""Judgements against the truth: the curve of rates, and calibration."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from valuealign.analysis.judgement.judgement import Judgement
from valuealign.figures.figure_style import COLOURS, MARKERS, QUIET, canvas, plain_text, styled

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def judgement(result: Judgement) -> Figure:
    """Draw hits against false alarms by judge, and of probabilities the calibration.

    Parameters
    ----------
    result : Judgement
        From `va.judgement`.

    Returns
    -------
    matplotlib.figure.Figure
        Of decisions alone one panel.

    Examples
    --------
    >>> import pandas as pd
    >>> import valuealign as va
    >>> rows = pd.DataFrame({"risk": [1, 1, 0, 0], "p": [0.9, 0.6, 0.7, 0.1]})
    >>> len(va.plot.judgement(va.judgement(rows, truth="risk", prediction="p")).axes)
    2
    """
    probable = not result.calibration.empty
    with styled():
        figure, panels = canvas(4.8 * (1 + probable), 4.6, columns=1 + probable)
        for k, judge in enumerate(result.counts["judge"]):
            colour, marker = COLOURS[k % len(COLOURS)], MARKERS[k % len(MARKERS)]
            _draw_rates(panels[0], result, judge, colour, marker)
            if probable:
                part = result.calibration[result.calibration["judge"] == judge]
                _draw_calibration(panels[1], part, judge, colour, marker)
        for axes in panels:
            axes.plot([0, 1], [0, 1], color=QUIET, lw=0.8, ls=":")
            axes.set_xlim(-0.02, 1.02)
            axes.set_ylim(-0.02, 1.02)
            if any(name for name in result.counts["judge"]):
                axes.legend(fontsize=8)
        panels[0].set_xlabel("false alarms (1 - specificity)")
        panels[0].set_ylabel("hits (sensitivity)")
        panels[0].set_title("Hits and false alarms")
        if probable:
            panels[1].set_xlabel("stated probability")
            panels[1].set_ylabel("share that came true")
            panels[1].set_title("Calibration, with 95 % intervals")
    return figure


def _draw_rates(axes: Axes, result: Judgement, judge: str, colour: str, marker: str) -> None:
    label = plain_text(judge) or None
    if not result.roc.empty:
        curve = result.roc[result.roc["judge"] == judge]
        axes.step(
            1 - curve["specificity"], curve["sensitivity"], color=colour, lw=1.2, where="post"
        )
    values = result.table[result.table["judge"] == judge].set_index("measure")["value"]
    if "sensitivity" in values:
        axes.plot(
            1 - values["specificity"], values["sensitivity"], marker, color=colour, label=label
        )
    else:
        axes.plot([], [], color=colour, label=label)


def _draw_calibration(axes: Axes, part: pd.DataFrame, judge: str, colour: str, marker: str) -> None:
    observed = part["observed"].to_numpy()
    error = np.array([observed - part["ci_lower"], part["ci_upper"] - observed])
    axes.errorbar(
        part["predicted"],
        observed,
        np.maximum(error, 0),
        fmt=marker + "-",
        color=colour,
        ms=4,
        lw=1,
        capsize=2,
        label=plain_text(judge) or None,
    )
