"""Judgement of expectations about right answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from valuealign.analysis.accuracy.right_shares import RightShare
from valuealign.errors import AnalysisError
from valuealign.study.accuracy.accuracy_expectations import (
    AboveGuessing,
    AccuracyExpectation,
    ControlLowers,
    ItemsAlike,
    RightAgainstPeople,
)
from valuealign.study.accuracy.accuracy_sections import control_difference, split_difference
from valuealign.study.accuracy.right_answers import RightAnswers, share_of
from valuealign.study.finding_row import NO, UNKNOWN, YES, Row, finding_row, p_value

if TYPE_CHECKING:
    import pandas as pd

ALPHA = 0.05


def accuracy_findings(expects: AccuracyExpectation, answers: RightAnswers) -> Iterator[Row]:
    """Judge one expectation for every respondent.

    Parameters
    ----------
    expects : AboveGuessing, RightAgainstPeople, ItemsAlike or ControlLowers
    answers : RightAnswers

    Yields
    ------
    dict
        A row of the findings.
    """
    wanted = getattr(expects, "pictures", "shown")
    needed = (wanted, "shown") if isinstance(expects, ControlLowers) else (wanted,)
    for who in dict.fromkeys(answers.rows["who"]):
        missing = [shown for shown in needed if answers.of(who, shown).empty]
        if missing:
            why = f"no form was given with pictures={missing[0]}"
            yield finding_row(who, None, None, UNKNOWN, why)
            continue
        rows = answers.of(who, wanted)
        try:
            yield _judged(expects, answers, who, rows)
        except AnalysisError as error:
            yield finding_row(who, None, None, UNKNOWN, str(error))


def _judged(
    expects: AccuracyExpectation, answers: RightAnswers, who: str, rows: pd.DataFrame
) -> Row:
    if isinstance(expects, AboveGuessing):
        return _above(answers, who, rows)
    if isinstance(expects, RightAgainstPeople):
        return _people(expects, answers, who, rows)
    if isinstance(expects, ItemsAlike):
        return _alike(expects, split_difference(answers, who, expects.by, expects.levels), who)
    return _lowers(control_difference(answers, who, expects.pictures), who)


def _above(answers: RightAnswers, who: str, rows: pd.DataFrame) -> Row:
    test, share = answers.against_chance(rows), share_of(rows)
    p = float(test.claim["chance_p"].value)
    n = answers.n_items
    yours = f"{test.correct:.1f} of {n}, by guessing {test.expected:g}, {p_value(p)}"
    numbers = (share.share, share.ci_lower, share.ci_upper)
    if p <= ALPHA:
        return finding_row(who, None, yours, YES, "", numbers=numbers)
    if share.ci_upper < test.expected / n:
        return finding_row(who, None, yours, NO, "fewer than by guessing", numbers=numbers)
    return finding_row(who, None, yours, UNKNOWN, "guessing gives as many", numbers=numbers)


def _people(
    expects: RightAgainstPeople, answers: RightAnswers, who: str, rows: pd.DataFrame
) -> Row:
    share, n = share_of(rows), answers.n_items
    numbers = (n * share.share, n * share.ci_lower, n * share.ci_upper)
    agrees = _sided(numbers[1] - expects.mean, numbers[2] - expects.mean, expects.direction)
    because = "the interval holds people's mean" if agrees == UNKNOWN else ""
    yours = f"{numbers[0]:.1f} [{numbers[1]:.1f}, {numbers[2]:.1f}] of {n}"
    return finding_row(
        who, f"{expects.mean:g} (n {expects.n})", yours, agrees, because, numbers=numbers
    )


def _alike(expects: ItemsAlike, difference: RightShare, who: str) -> Row:
    low, high = difference.ci_lower, difference.ci_upper
    margin = expects.margin
    yours = f"{difference.share:+.2f} [{low:+.2f}, {high:+.2f}]"
    numbers = (difference.share, low, high)
    if -margin < low and high < margin:
        return finding_row(who, None, yours, YES, "", numbers=numbers)
    if low > 0 or high < 0:
        return finding_row(who, None, yours, NO, "the interval excludes 0", numbers=numbers)
    why = f"the interval holds 0 and reaches beyond {margin:g}: too few items to call it none"
    return finding_row(who, None, yours, UNKNOWN, why, numbers=numbers)


def _lowers(difference: RightShare, who: str) -> Row:
    low, high = difference.ci_lower, difference.ci_upper
    agrees = _sided(low, high, "above")
    because = "the interval holds 0" if agrees == UNKNOWN else ""
    yours = f"{difference.share:+.2f} [{low:+.2f}, {high:+.2f}] with the pictures"
    numbers = (difference.share, low, high)
    return finding_row(who, None, yours, agrees, because, numbers=numbers)


def _sided(low: float, high: float, direction: str) -> str:
    """Whether an interval is on the expected side of 0."""
    if direction == "below":
        low, high = -high, -low
    return YES if low > 0 else NO if high < 0 else UNKNOWN
