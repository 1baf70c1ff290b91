"""Judgement of expectations about vignettes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from valuealign.analysis.comparison.equivalence import DIFFERENT, EQUIVALENT, beyond, standing
from valuealign.study.answer_shares import (
    AnswersByText,
    cell_name,
    codes_of,
    shares_of_people,
    shares_of_texts,
)
from valuealign.study.finding_row import ALPHA, NO, UNKNOWN, YES, Row, finding_row, p_value
from valuealign.study.score_effects import equivalence_pvalue
from valuealign.study.study_evidence import StudyEvidence
from valuealign.study.vignette_expectations import (
    AlphaLikePeople,
    AnswerShare,
    DistanceFromPeople,
    NoScoreEffect,
    ScoreEffect,
    VignetteExpectation,
)


def judged_vignettes(expects: VignetteExpectation, evidence: StudyEvidence) -> Iterator[Row]:
    """Judge an expectation for every model.

    Parameters
    ----------
    expects : AnswerShare, DistanceFromPeople, AlphaLikePeople, ScoreEffect or NoScoreEffect
    evidence : StudyEvidence

    Yields
    ------
    dict
        A row of the findings.
    """
    if isinstance(expects, AnswerShare):
        yield from _answer_share(expects, evidence)
    elif isinstance(expects, DistanceFromPeople):
        yield from _distance(expects, evidence)
    elif isinstance(expects, AlphaLikePeople):
        yield from _alpha(expects, evidence)
    elif isinstance(expects, ScoreEffect):
        yield from _score_effect(expects, evidence)
    else:
        yield from _no_score_effect(expects, evidence)


def side(low: float, high: float, *, than: float, direction: str) -> str:
    """Say whether an interval lies on the expected side of a number.

    Parameters
    ----------
    low, high : float
        NaN where there is no interval.
    than : float
    direction : {"above", "below"}

    Returns
    -------
    {"yes", "no", "inconclusive"}

    Examples
    --------
    >>> side(0.6, 0.8, than=0.5, direction="above"), side(0.5, 0.8, than=0.5, direction="above")
    ('yes', 'inconclusive')
    """
    if np.isnan([low, high]).any():
        return UNKNOWN
    above, below = low > than, high < than
    agrees, contradicts = (above, below) if direction == "above" else (below, above)
    return YES if agrees else NO if contradicts else UNKNOWN


def _answer_share(expects: AnswerShare, evidence: StudyEvidence) -> Iterator[Row]:
    instrument = evidence.study.instruments[expects.instrument]
    codes = codes_of(instrument)
    chosen = [code in expects.codes for code in codes]
    answers = evidence.answers(instrument)
    cell = answers.cell(expects.item, expects.where) if answers else None
    people = None if cell is None else _percent(shares_of_people(cell, chosen))
    given = AnswersByText(evidence.ratings(instrument), codes)
    for model in given.models:
        counts = given.counts(model, expects.item, expects.where)
        numbers = shares_of_texts(counts, chosen)
        agrees = side(*numbers[1:], than=expects.than, direction=expects.direction)
        because = (
            _open(numbers, f"the interval holds {expects.than:g}") if agrees == UNKNOWN else ""
        )
        yield finding_row(model, people, _percent(numbers), agrees, because, numbers=numbers)


def _distance(expects: DistanceFromPeople, evidence: StudyEvidence) -> Iterator[Row]:
    instrument = evidence.study.instruments[expects.instrument]
    table = evidence.distances(instrument)
    kind, cell = table["distance"] == "total_variation", cell_name(expects.where)
    wanted = table[kind & (table["item"] == expects.item) & (table["cell"] == cell)]
    for row in wanted.to_dict("records"):
        numbers = (row["value"], row["ci_lower"], row["ci_upper"])
        agrees = side(*numbers[1:], than=expects.than, direction=expects.direction)
        holds = f"the interval holds the margin, {expects.than:g}"
        because = _open(numbers, holds) if agrees == UNKNOWN else ""
        people = f"{row['by_chance']:.2f} by chance"
        yours = f"{numbers[0]:.2f} [{numbers[1]:.2f}, {numbers[2]:.2f}] would change"
        yield finding_row(row["respondent"], people, yours, agrees, because, numbers=numbers)


def _alpha(expects: AlphaLikePeople, evidence: StudyEvidence) -> Iterator[Row]:
    """Compare alphas by the interval of their difference, from both intervals (MOVER)."""
    each = next(s for s in evidence.study.file.scales if s.instrument == expects.instrument)
    table = evidence.scale_fits(each)
    mine = table[table["scale"] == expects.scale].to_dict("records")
    people, models = mine[0], [row for row in mine if row["kind"] == "model"]
    shown = f"{people['alpha']:.3f} [{people['ci_lower']:.3f}, {people['ci_upper']:.3f}]"
    for row in models:
        gap = row["alpha"] - people["alpha"]
        low = gap - np.hypot(row["alpha"] - row["ci_lower"], people["ci_upper"] - people["alpha"])
        high = gap + np.hypot(row["ci_upper"] - row["alpha"], people["alpha"] - people["ci_lower"])
        numbers = (gap, float(low), float(high))
        if np.isnan(numbers).any():
            why = row["reason"] or "there is no interval: one base text"
            yield finding_row(row["respondent"], shown, None, UNKNOWN, why)
            continue
        near = -expects.within < low and high < expects.within
        far = low > expects.within or high < -expects.within
        agrees = YES if near else NO if far else UNKNOWN
        because = f"the difference's interval holds {expects.within:g}" if agrees == UNKNOWN else ""
        yours = f"{row['alpha']:.3f} (difference {gap:+.3f} [{low:+.3f}, {high:+.3f}])"
        yield finding_row(row["respondent"], shown, yours, agrees, because, numbers=numbers)


def _score_effect(expects: ScoreEffect, evidence: StudyEvidence) -> Iterator[Row]:
    for row in _effects(expects, evidence):
        if row["reason"]:
            yield finding_row(row["respondent"], None, None, UNKNOWN, row["reason"])
            continue
        agrees = side(row["ci_lower"], row["ci_upper"], than=0, direction=expects.direction)
        because = "the interval holds 0" if agrees == UNKNOWN else ""
        numbers = (row["d"], row["d_lower"], row["d_upper"])
        yield finding_row(row["respondent"], None, _in_sds(row), agrees, because, numbers=numbers)


def _no_score_effect(expects: NoScoreEffect, evidence: StudyEvidence) -> Iterator[Row]:
    for row in _effects(expects, evidence):
        if row["reason"]:
            yield finding_row(row["respondent"], None, None, UNKNOWN, row["reason"])
            continue
        p = equivalence_pvalue(row, expects.within)
        margin = expects.within * row["sd"]
        over = beyond(row["estimate"], row["se"], row["df"], margin=margin)
        result = standing(p, over, row["pvalue"], alpha=ALPHA)
        agrees = {EQUIVALENT: YES, DIFFERENT: NO}.get(result, UNKNOWN)
        because = (
            f"neither inside nor outside {expects.within:g} SD is shown"
            if agrees == UNKNOWN
            else ""
        )
        yours = f"{_in_sds(row)}, equivalence {p_value(p)}"
        numbers = (row["d"], row["d_lower"], row["d_upper"])
        yield finding_row(row["respondent"], None, yours, agrees, because, numbers=numbers)


def _effects(expects: ScoreEffect | NoScoreEffect, evidence: StudyEvidence) -> list[Any]:
    instrument = evidence.study.instruments[expects.instrument]
    table = evidence.score_effects(instrument, expects.score)
    named = " x ".join(expects.factors)
    wanted = [effect.partition(":")[0] == named for effect in table["effect"]]
    return table[wanted].to_dict("records")


def _in_sds(row: Any) -> str:
    return f"d {row['d']:+.2f} [{row['d_lower']:+.2f}, {row['d_upper']:+.2f}]"


def _percent(numbers: tuple[float, float, float]) -> str | None:
    share, low, high = numbers
    if np.isnan(share):
        return None
    ends = "" if np.isnan(low) else f" [{100 * low:.0f}, {100 * high:.0f}]"
    return f"{100 * share:.0f}{ends} %"


def _open(numbers: tuple[float, float, float], holds: str) -> str:
    if np.isnan(numbers[0]):
        return "there is no answer"
    return "one base text gives no interval" if np.isnan(numbers[1]) else holds
