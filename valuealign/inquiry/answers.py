"""One respondent's answers with the form of each, and whether they are about the items."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from valuealign.analysis.claims.content_gate import ProfileLimits, has_profile
from valuealign.analysis.claims.criterion import Claim
from valuealign.analysis.claims.respondent_answers import Answers
from valuealign.errors import DataError
from valuealign.instrument.instrument import Instrument

if TYPE_CHECKING:
    import pandas as pd


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


def gate_of(
    sheets: pd.DataFrame, instrument: Instrument, *, limits: ProfileLimits | None = None
) -> Claim:
    """Judge whether a respondent answers the items: nothing else is said of one that does not.

    Parameters
    ----------
    sheets : DataFrame
        As for :func:`answers_of`.
    instrument : Instrument
    limits : ProfileLimits, optional

    Returns
    -------
    Claim
        ``profile``; see :func:`valuealign.analysis.claims.content_gate.has_profile`.

    Raises
    ------
    DataError
        As for :func:`answers_of`.
    """
    return has_profile(answers_of(sheets, instrument), limits=limits)


def _is(sheets: pd.DataFrame, column: str, level: str) -> Any:
    if column not in sheets.columns:
        return np.zeros(len(sheets), dtype=bool)
    return (sheets[column].astype(str) == level).to_numpy()
