"""The sentences of a verdict."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from valuealign.inquiry.number import cause
from valuealign.inquiry.number_kinds import NUMBERS

if TYPE_CHECKING:
    import pandas as pd

_UNDECIDED = ("answered", "least_answered_item", "fewest_occasions")
"""Numbers that say nothing of the respondent, only that too little is there to judge it."""
ALONE = "one respondent; a comparison needs two"


def sentence(row: Mapping[Any, Any]) -> str:
    """Describe a number and the expected value.

    Parameters
    ----------
    row : mapping
        Of ``Verdict.needs``.
    """
    about, reason = NUMBERS[row["number"]].about, cause(row["reason"], row["remedy"])
    if np.isnan(row["value"]) and row["reason"] == ALONE:
        return ALONE
    if np.isnan(row["value"]):
        return f"{about.removeprefix('1: ')} is not available: {reason}"
    if about.startswith("1: "):
        return reason or about.removeprefix("1: ")
    said = f"{about} is {row['value']:.2f}"
    if np.isfinite([row["ci_lower"], row["ci_upper"]]).all():
        said += f" [{row['ci_lower']:.2f}, {row['ci_upper']:.2f}]"
    said += f", expected {row['threshold']}"
    if np.isfinite(row["people"]):
        said += f" (people: {row['people']:.2f})"
    return said + (f"; {reason}" if reason else "")


def headline(needs: pd.DataFrame) -> str:
    """Say whether one respondent's responses are a measure at all.

    Parameters
    ----------
    needs : DataFrame
        Of ``Verdict.needs``, with ``disqualifies``, of one respondent.
    """
    own = needs[needs["versus"].isna() & (needs["reason"] != ALONE)]
    failed = own[own["disqualifies"] & (own["standing"] == "not permitted")]
    if len(failed):
        return f"not a measure: {sentence(failed.iloc[0].to_dict())}"
    unmet = (own["standing"] == "not permitted") & own["number"].isin(_UNDECIDED)
    few = (own["standing"] == "inconclusive") & (own["number"] == "fewest_occasions")
    unknown = own[unmet | few | own["disqualifies"] & (own["standing"] == "inconclusive")]
    if len(unknown):
        return f"inconclusive whether it is a measure: {sentence(unknown.iloc[0].to_dict())}"
    return "a measure for what is permitted below, and for nothing else"
