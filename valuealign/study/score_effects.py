"""Effects of the factors of stimuli on a scale's score, in standard deviations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from valuealign.analysis.comparison.equivalence import tost
from valuealign.errors import AnalysisError
from valuealign.instrument.instrument import Instrument
from valuealign.scoring.scale_scores import score
from valuealign.study.vignette_effects import (
    NUMBERS,
    PREFIX,
    Levels,
    effects_of_fit,
    fitted,
    no_effects,
)

if TYPE_CHECKING:
    import pandas as pd

EFFECTS = ["respondent", "score", "effect", *NUMBERS, "sd", "d", "d_lower", "d_upper", "reason"]
Row = dict[str, Any]


def scored_rows(wide: pd.DataFrame, instrument: Instrument, name: str, factors: Levels) -> Any:
    """The scores of administrations as rows of a mixed model.

    Parameters
    ----------
    wide : DataFrame
        One row an administration, with the columns of its stimulus.
    instrument : Instrument
    name : str
        A scale or composite.
    factors : mapping

    Returns
    -------
    DataFrame
        ``model rating base persona`` and a categorical column a factor; only of the stimuli
        themselves, not of their variants.
    """
    import pandas as pd

    kept = wide[wide["stimulus_variant"] == "original"]
    scores = score(kept, instrument)[name].to_numpy(float)
    rows = pd.DataFrame(
        {
            "model": kept["model"].astype(str).to_numpy(),
            "rating": scores,
            "base": kept["stimulus_base"].astype(str).to_numpy(),
            "persona": kept["persona"].astype(object).fillna("none").astype(str).to_numpy(),
        }
    )
    for factor, levels in factors.items():
        column = kept[f"stimulus_{factor}"].astype(str).to_numpy()
        rows[PREFIX + factor] = pd.Categorical(column, categories=list(levels))
    return rows[rows["rating"].notna()].reset_index(drop=True)


def score_effects(rows: pd.DataFrame, name: str, factors: Levels) -> pd.DataFrame:
    """Each main effect and each interaction of two factors on a score.

    Parameters
    ----------
    rows : DataFrame
        As :func:`scored_rows` gives them.
    name : str
        Of the score.
    factors : mapping

    Returns
    -------
    DataFrame
        Columns :data:`EFFECTS`. ``sd`` is the standard deviation of scores within a cell of the
        design, over texts and occasions, from the mixed model; ``d`` is the estimate in that unit,
        and its interval takes ``sd`` as known.
    """
    import pandas as pd

    table: list[Row] = []
    for model in dict.fromkeys(rows["model"]):
        mine = rows[rows["model"] == model]
        rows_of_one, sd = _effects(mine, factors)
        table += [
            {"respondent": model, "score": name, "sd": sd, **row, **_in_sds(row, sd)}
            for row in rows_of_one
        ]
    return pd.DataFrame(table, columns=EFFECTS)


def equivalence_pvalue(row: Row, margin: float) -> float:
    """P-value that an effect lies within a margin in standard deviations, on both sides.

    Parameters
    ----------
    row : dict
        Of :func:`score_effects`.
    margin : float
        In standard deviations.

    Returns
    -------
    float
        NaN where there is no estimate.
    """
    if np.isnan(row["estimate"]) or np.isnan(row["sd"]):
        return float("nan")
    return tost(row["estimate"], row["se"], row["df"], margin=margin * row["sd"])


def _in_sds(row: Row, sd: float) -> dict[str, float]:
    names = {"d": "estimate", "d_lower": "ci_lower", "d_upper": "ci_upper"}
    return {ours: row[theirs] / sd if sd > 0 else float("nan") for ours, theirs in names.items()}


def _effects(rows: pd.DataFrame, factors: Levels) -> tuple[list[Row], float]:
    """Effects and the standard deviation within a cell: all variances of the model together."""
    try:
        fit = fitted(rows, factors)
        return list(effects_of_fit(fit, factors)), float(np.sqrt(fit.random["variance"].sum()))
    except AnalysisError as error:
        return list(no_effects(factors, str(error))), float("nan")
