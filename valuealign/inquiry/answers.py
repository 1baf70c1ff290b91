"""One respondent's answers by form, and the numbers of the gate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from valuealign.analysis.claims.content_gate import OCCASIONS, ProfileLimits, has_profile
from valuealign.analysis.claims.respondent_answers import Answers
from valuealign.errors import DataError
from valuealign.inquiry.criteria import numbers_of
from valuealign.inquiry.number import Number
from valuealign.instrument.instrument import Instrument

if TYPE_CHECKING:
    import pandas as pd

LIMITS = ProfileLimits(occasions=1)
"""Numbers are computed for what is there; the rules say how many occasions are enough."""


def answers_of(sheets: pd.DataFrame, instrument: Instrument) -> Answers:
    """Return the answers of one respondent.

    Parameters
    ----------
    sheets : DataFrame
        One row an administration of one respondent, own and opposed stems; ``direction`` and
        ``content`` say which form it was.
    instrument : Instrument
        Every one of its items is a column of the answers; one that nobody was asked is missing.

    Returns
    -------
    Answers

    Raises
    ------
    DataError
        No administrations, or a response scale without two ends.

    Examples
    --------
    >>> import pandas as pd
    >>> from valuealign.instrument.load import load_instrument
    >>> pvq = load_instrument("pvq-21")
    >>> rows = pd.DataFrame([[2.0] * 21], columns=pvq.item_ids).assign(content="opposed")
    >>> float(answers_of(rows, pvq).content[0, 0])
    5.0
    """
    scale: Any = instrument.response_scale
    low, high = getattr(scale, "minimum", None), getattr(scale, "maximum", None)
    if low is None or high is None:
        raise DataError(f"the response scale of {instrument.id} has no lowest and highest code")
    if sheets.empty:
        raise DataError("there are no administrations of this respondent")
    values = sheets.reindex(columns=list(instrument.item_ids)).to_numpy(float)
    return Answers(
        values,
        _is(sheets, "direction", "reversed"),
        _is(sheets, "content", "opposed"),
        low=float(low),
        high=float(high),
    )


def gate_numbers(answers: Answers, *, draws: int = 999) -> dict[str, Number]:
    """Return the numbers by which the gate judges whether a respondent answers the items.

    Parameters
    ----------
    answers : Answers
    draws : int
        Permutations.

    Returns
    -------
    dict of str to Number
        By the names that the rules use. Numbers for which a form is missing are NaN, and their
        reason names it.

    Examples
    --------
    >>> numbers = gate_numbers(Answers([[6, 1, 5, 2]], [False], [False], low=1, high=6))
    >>> numbers["fewest_occasions"].value, numbers["profile_p"].reason
    (0.0, 'no reversed response scale; no opposed stems')
    """
    claim = has_profile(answers, limits=LIMITS, draws=draws)
    numbers = {
        name: each[0] for name, each in numbers_of(claim, span=answers.high - answers.low).items()
    }
    fewest = float(min(answers.occasions.values()))
    few = answers.missing_forms(OCCASIONS)
    numbers["fewest_occasions"] = Number(fewest, reason=few, n=fewest, unit="occasions")
    return numbers


def _is(sheets: pd.DataFrame, column: str, level: str) -> Any:
    if column not in sheets.columns:
        return np.zeros(len(sheets), dtype=bool)
    return (sheets[column].astype(str) == level).to_numpy()
