"""The factors of stimuli that were rated, and the mixed model of each rating."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from valuealign.inquiry.number import Unavailable
from valuealign.inquiry.results import or_unavailable
from valuealign.instrument.instrument import Instrument
from valuealign.store.responses.stimulus_columns import stimulus_conditions
from valuealign.study.vignette_effects import Levels, fitted

if TYPE_CHECKING:
    import pandas as pd

    from valuealign.analysis.mixed.mixed import Mixed

_SET = ("stimulus_set", "stimulus_variant")
_MOST = 6
"""Levels of a factor of which cells are shown."""


def factors_of(long: pd.DataFrame) -> dict[str, tuple[str, ...]]:
    """Return the crossed factors of the stimuli, with their levels in the order of asking.

    Parameters
    ----------
    long : DataFrame
        One row a response, with the columns of its stimulus.

    Returns
    -------
    dict of str to tuple of str
        Empty where no factor varies, or where some cells have no stimulus.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = pd.DataFrame({"stimulus": ["a", "b"], "stimulus_variant": "original",
    ...                      "stimulus_burden": ["low", "high"]})
    >>> factors_of(rows)
    {'burden': ('low', 'high')}
    """
    if "stimulus" not in long.columns or long["stimulus"].isna().all():
        return {}
    about = long[long["stimulus_variant"] == "original"]
    levels: dict[str, tuple[str, ...]] = {}
    for name in stimulus_conditions(about):
        seen = tuple(dict.fromkeys(about[name].dropna().astype(str)))
        if name not in _SET and 1 < len(seen) <= _MOST:
            levels[name.removeprefix("stimulus_")] = seen
    cells = 1
    for seen in levels.values():
        cells *= len(seen)
    there = about[[f"stimulus_{name}" for name in levels]].drop_duplicates() if levels else about
    return levels if len(there) == cells else {}


def fits(
    rows: pd.DataFrame, instrument: Instrument, factors: Levels
) -> dict[tuple[str, str], Mixed | Unavailable]:
    """Return the mixed model of each respondent and item.

    Parameters
    ----------
    rows : DataFrame
        From :func:`valuealign.study.vignette_effects.rated`.
    instrument : Instrument
    factors : mapping

    Returns
    -------
    dict
        By respondent and item.
    """
    known: dict[tuple[str, str], Mixed | Unavailable] = {}
    for who in dict.fromkeys(rows["model"]):
        for item in instrument.items:
            part = rows[(rows["model"] == who) & (rows["item"] == item.id)]
            known[who, item.id] = or_unavailable(partial(fitted, part, factors))
    return known
