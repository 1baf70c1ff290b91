"""Whether scalar invariance with people is shown: the one number a verdict needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from valuealign.analysis.invariance.invariance import invariance
from valuealign.errors import AnalysisError
from valuealign.inquiry.evidence import Number, nothing

if TYPE_CHECKING:
    import pandas as pd

    from valuealign.instrument.instrument import Instrument
    from valuealign.population.population import Population


def scalar_standing(rows: pd.DataFrame, people: Population, instrument: Instrument) -> Number:
    """Say whether scalar invariance with people is shown, over the instrument's models."""
    values = []
    told = []
    for name, text in instrument.default_lavaan.items():
        try:
            found = invariance(
                text, {"model": rows, "people": people.moments},
                levels=("configural", "metric", "scalar"),
            )  # fmt: skip
        except AnalysisError as error:
            return nothing(f"{name}: {error}")
        standing = found.verdict.standings.get("scalar", "cannot be told")
        told.append(f"{name} {standing}")
        values.append({"holds": 1.0, "fails": 0.0}.get(standing, np.nan))
    if not values:
        return nothing("the instrument names no model")
    worst = 0.0 if 0.0 in values else float("nan") if np.isnan(values).any() else 1.0
    return Number(worst, reason="; ".join(told))
